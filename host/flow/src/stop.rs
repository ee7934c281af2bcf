//! How a run is ended before its time: one signal for all its nodes, and the first failure, which is the one that is
//! reported.
//!
//! Every thread of a run holds a [`StopSignal`]; whatever can block registers itself as a [`Sleeper`].

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError, Weak};

/// Something that blocks and must be woken when the run is ended.
pub trait Sleeper: Send + Sync {
    /// Wakes every thread that sleeps there, so that it sees the signal.
    fn wake(&self);
}

/// The end of a run, shared by all its threads. Clones are handles on the same signal.
#[derive(Clone, Default)]
pub struct StopSignal {
    shared: Arc<Shared>,
}

#[derive(Default)]
struct Shared {
    set: AtomicBool,
    failure: Mutex<Option<Failure>>,
    sleepers: Mutex<Vec<Weak<dyn Sleeper>>>,
}

/// What went wrong in a run.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Failure {
    /// The node, by its place in the plan; none where it is the worker's own.
    pub node: Option<usize>,
    /// What went wrong, for a person.
    pub reason: String,
    /// The guest's frames, innermost first, where there are any.
    pub backtrace: Vec<String>,
    /// The way out, where there is one to name.
    pub hint: Option<String>,
}

impl StopSignal {
    /// A signal that nobody has set.
    pub fn new() -> Self {
        StopSignal::default()
    }

    /// Whether the run is being ended.
    pub fn is_set(&self) -> bool {
        self.shared.set.load(Ordering::SeqCst)
    }

    /// Ends the run without a failure: the user's wish.
    pub fn cancel(&self) {
        let failure = self.lock_failure();
        self.set();
        drop(failure);
        self.wake_all();
    }

    /// Ends the run for a failure. Only the first one counts, and none after [`cancel`](StopSignal::cancel): what
    /// fails once a run is being ended fails of that.
    pub fn fail(&self, failure: Failure) {
        let mut first = self.lock_failure();
        if !self.is_set() {
            *first = Some(failure);
            self.set();
        }
        drop(first);
        self.wake_all();
    }

    /// The failure that ended the run.
    pub fn failure(&self) -> Option<Failure> {
        self.lock_failure().clone()
    }

    /// Has a sleeper woken when the run is ended.
    pub fn register(&self, sleeper: Weak<dyn Sleeper>) {
        self.lock_sleepers().push(sleeper);
    }

    fn set(&self) {
        self.shared.set.store(true, Ordering::SeqCst);
    }

    fn wake_all(&self) {
        let sleepers = self.lock_sleepers().clone();
        for sleeper in sleepers.iter().filter_map(Weak::upgrade) {
            sleeper.wake();
        }
    }

    fn lock_failure(&self) -> std::sync::MutexGuard<'_, Option<Failure>> {
        self.shared.failure.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn lock_sleepers(&self) -> std::sync::MutexGuard<'_, Vec<Weak<dyn Sleeper>>> {
        self.shared.sleepers.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn failure(reason: &str) -> Failure {
        Failure { node: Some(0), reason: reason.to_owned(), backtrace: Vec::new(), hint: None }
    }

    #[test]
    fn the_first_failure_is_the_one_that_is_reported() {
        let stop = StopSignal::new();
        stop.fail(failure("the disk is full"));
        stop.fail(failure("the reader is gone"));
        assert_eq!(stop.failure(), Some(failure("the disk is full")));
        assert!(stop.is_set());
    }

    #[test]
    fn what_fails_after_the_user_stopped_the_run_is_no_failure_of_the_run() {
        let stop = StopSignal::new();
        stop.cancel();
        stop.fail(failure("the pipe is broken"));
        assert_eq!(stop.failure(), None);
    }
}
