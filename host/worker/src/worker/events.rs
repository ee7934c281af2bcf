//! What the worker says: events, one JSON document a line.

use std::io::Write;
use std::sync::{Mutex, PoisonError};

use crate::wire::Event;

/// How many warnings a report holds.
const WARNINGS_MAX: usize = 100;

/// The worker's voice, shared by its threads.
pub(super) struct Events {
    output: Mutex<Box<dyn Write + Send>>,
    warnings: Mutex<Vec<String>>,
}

impl Events {
    pub(super) fn new(output: impl Write + Send + 'static) -> Self {
        Events { output: Mutex::new(Box::new(output)), warnings: Mutex::default() }
    }

    /// Says one thing. Where nobody listens any more the run is about to be ended, which is for others to notice.
    pub(super) fn send(&self, event: &Event) {
        let mut line = serde_json::to_vec(event).expect("events have no key that is not a text");
        line.push(b'\n');
        let mut output = self.output.lock().unwrap_or_else(PoisonError::into_inner);
        let _ = output.write_all(&line).and_then(|()| output.flush());
    }

    /// Notes for the report what a person should know though the run goes on.
    pub(super) fn warn(&self, warning: String) {
        let mut warnings = self.warnings.lock().unwrap_or_else(PoisonError::into_inner);
        if warnings.len() < WARNINGS_MAX {
            warnings.push(warning);
        }
    }

    /// What was noted.
    pub(super) fn warnings(&self) -> Vec<String> {
        self.warnings.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }
}
