//! A run as plain lines on standard error, for logs and pipes: what happens as it happens, and how far the run is, less
//! and less often the longer it goes on.

use std::time::Duration;

use leat_worker::{Notice, Observer, Status};

use super::{notice_line, number};

/// The first line on how far the run is.
const FIRST_AFTER: Duration = Duration::from_secs(2);
/// The longest time between two.
const EVERY_MAX: Duration = Duration::from_secs(60);

pub(super) struct LinesView {
    next: Duration,
}

impl Default for LinesView {
    fn default() -> Self {
        LinesView { next: FIRST_AFTER }
    }
}

impl Observer for LinesView {
    fn status(&mut self, status: &Status) {
        if status.elapsed < self.next {
            return;
        }
        self.next = (self.next * 2).min(self.next + EVERY_MAX);
        let nodes: Vec<String> = status
            .nodes
            .iter()
            .map(|node| match node.awaits.as_slice() {
                [] => format!("{} {}→{}", node.name, number::short(node.rows_in), number::short(node.rows_out)),
                awaited => format!("{} waits for {}", node.name, awaited.join(", ")),
            })
            .collect();
        eprintln!("{}: {}", number::elapsed(status.elapsed), nodes.join(", "));
    }

    fn notice(&mut self, notice: &Notice) {
        if let Some(line) = notice_line(notice) {
            eprintln!("{line}");
        }
    }
}
