//! What nodes wait for beyond records: signals and facts, each with those it comes from; and how such a wait ends.

use std::sync::{Condvar, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use crate::stop::StopSignal;

/// Something that a node waits for.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Awaited {
    /// A signal or a fact.
    pub kind: AwaitedKind,
    /// Its name in the process.
    pub name: String,
    /// The nodes that it comes from, by their places in the plan.
    pub from: Vec<usize>,
}

/// What a node may wait for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum AwaitedKind {
    /// The finishing of nodes.
    Signal,
    /// A value that a node sets.
    Fact,
}

impl std::fmt::Display for Awaited {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let kind = match self.kind {
            AwaitedKind::Signal => "signal",
            AwaitedKind::Fact => "fact",
        };
        write!(f, "{kind} {}", self.name)
    }
}

/// Why a wait has ended in vain.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum WaitEnd {
    /// The run is being ended.
    Stopped,
    /// Nobody is left who could end it.
    Nobody,
    /// It took too long.
    TimedOut,
}

/// Sleeps on a condition until `look` answers, the run is ended or the time is over.
pub(crate) fn wait_until<'a, S, T>(
    mut guard: MutexGuard<'a, S>,
    changed: &Condvar,
    stop: &StopSignal,
    wait_max: Duration,
    mut look: impl FnMut(&S) -> Option<Result<T, WaitEnd>>,
) -> Result<T, WaitEnd> {
    let started = Instant::now();
    loop {
        if stop.is_set() {
            return Err(WaitEnd::Stopped);
        }
        if let Some(found) = look(&guard) {
            return found;
        }
        let Some(left) = wait_max.checked_sub(started.elapsed()).filter(|left| !left.is_zero()) else {
            return Err(WaitEnd::TimedOut);
        };
        let woken = changed.wait_timeout(guard, left);
        (guard, _) = woken.unwrap_or_else(PoisonError::into_inner);
    }
}
