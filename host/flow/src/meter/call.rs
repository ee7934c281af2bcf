//! The call that a node's step is in, written by the node's thread and read as one whole by another: a time limit is
//! enforced by what is read here.

use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

/// How often a reader tries for one consistent view of a call before it goes without.
const READS_MAX: usize = 64;

/// A function of the step, being called.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Call {
    /// `open`.
    Open,
    /// `process`, with the queue and the batch's number there, from 1.
    Process {
        /// Which of the queues that end at the node.
        end: usize,
        /// The batch, from 1.
        batch: u64,
    },
    /// `end_of_input` of a port.
    EndOfInput {
        /// The input port.
        port: usize,
    },
    /// `finish`.
    Finish,
    /// `snapshot`.
    Snapshot,
    /// `restore`.
    Restore,
}

/// A call that has not returned.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct CallInProgress {
    /// Of what.
    pub call: Call,
    /// Since it began.
    pub elapsed: Duration,
    /// How much of that it spent waiting for full queues.
    pub waited: Duration,
}

/// One call, read as a whole: `version` is odd while the fields are being changed.
#[derive(Debug, Default)]
pub(super) struct CallMeter {
    version: AtomicU64,
    started: AtomicU64,
    function: AtomicU64,
    /// The port or end of a queue.
    place: AtomicU64,
    batch: AtomicU64,
    waited: AtomicU64,
    waiting_since: AtomicU64,
}

// Sequentially consistent throughout: a reader that sees the same even version before and after has seen one state.
impl CallMeter {
    pub(super) fn begin(&self, call: Call, now: u64) {
        let (function, place, batch) = match call {
            Call::Open => (0, 0, 0),
            Call::Process { end, batch } => (1, end as u64, batch),
            Call::EndOfInput { port } => (2, port as u64, 0),
            Call::Finish => (3, 0, 0),
            Call::Snapshot => (4, 0, 0),
            Call::Restore => (5, 0, 0),
        };
        self.change(|| {
            self.function.store(function, Ordering::SeqCst);
            self.place.store(place, Ordering::SeqCst);
            self.batch.store(batch, Ordering::SeqCst);
            self.waited.store(0, Ordering::SeqCst);
            self.waiting_since.store(0, Ordering::SeqCst);
            self.started.store(now, Ordering::SeqCst);
        });
    }

    pub(super) fn end(&self) {
        self.change(|| self.started.store(0, Ordering::SeqCst));
    }

    pub(super) fn begin_wait(&self, now: u64) {
        self.change(|| self.waiting_since.store(now, Ordering::SeqCst));
    }

    pub(super) fn end_wait(&self, now: u64) {
        self.change(|| {
            let since = self.waiting_since.swap(0, Ordering::SeqCst);
            self.waited.fetch_add(now.saturating_sub(since), Ordering::SeqCst);
        });
    }

    fn change(&self, change: impl FnOnce()) {
        self.version.fetch_add(1, Ordering::SeqCst);
        change();
        self.version.fetch_add(1, Ordering::SeqCst);
    }

    /// The call in progress; nothing where there is none, or where it changes faster than it can be read.
    pub(super) fn read(&self, now: impl Fn() -> u64) -> Option<CallInProgress> {
        (0..READS_MAX).find_map(|_| {
            std::hint::spin_loop();
            self.try_read(now())
        })?
    }

    fn try_read(&self, now: u64) -> Option<Option<CallInProgress>> {
        let version = self.version.load(Ordering::SeqCst);
        let started = self.started.load(Ordering::SeqCst);
        let (place, batch) = (self.place.load(Ordering::SeqCst), self.batch.load(Ordering::SeqCst));
        let place = place as usize;
        let call = match self.function.load(Ordering::SeqCst) {
            0 => Call::Open,
            1 => Call::Process { end: place, batch },
            2 => Call::EndOfInput { port: place },
            3 => Call::Finish,
            4 => Call::Snapshot,
            _ => Call::Restore,
        };
        let since = self.waiting_since.load(Ordering::SeqCst);
        let present = if since == 0 { 0 } else { now.saturating_sub(since) };
        let waited = self.waited.load(Ordering::SeqCst) + present;
        if version % 2 == 1 || self.version.load(Ordering::SeqCst) != version {
            return None;
        }
        Some((started != 0).then_some(CallInProgress {
            call,
            elapsed: Duration::from_nanos(now.saturating_sub(started)),
            waited: Duration::from_nanos(waited),
        }))
    }
}
