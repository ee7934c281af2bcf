//! The two ends that the caller of [`supervise`](crate::supervise) holds: what it may ask, and what it is told.

use std::sync::Arc;
use std::sync::atomic::{AtomicU8, AtomicU64, Ordering};

use crate::status::{Notice, Status};

/// What a run was asked, in growing urgency.
const NOTHING: u8 = 0;
const STOP: u8 = 1;
const KILL: u8 = 2;

/// Asks a run to stop. Clones are handles on the same run; any thread may hold one, a signal handler's too.
#[derive(Clone, Debug, Default)]
pub struct Control {
    asked: Arc<AtomicU8>,
    /// The highest number of a checkpoint that was asked for.
    checkpoint: Arc<AtomicU64>,
}

impl Control {
    /// A control that has asked for nothing.
    pub fn new() -> Self {
        Control::default()
    }

    /// Asks the run to stop: within a second it has ended, publishing nothing, and its report says what was done.
    /// May be called at any time and more than once; safe to call from a signal handler.
    pub fn stop(&self) {
        self.asked.fetch_max(STOP, Ordering::SeqCst);
    }

    /// Ends the run's worker at once, without the time to stop that [`Control::stop`] leaves it: for a run that may be at
    /// work elsewhere by now. Otherwise the same.
    pub fn kill(&self) {
        self.asked.fetch_max(KILL, Ordering::SeqCst);
    }

    /// Asks for the checkpoint of this number, from 1, or a later one that begins from now on. Of a job whose checkpoints begin [by
    /// order](crate::Begins::ByOrder) all shares of the run are to be asked for the same, and one that is still open is called off.
    /// It is nothing where a higher one was asked for, or has begun. Whether it became whole is told by its record in the job's directory of
    /// checkpoints.
    pub fn checkpoint(&self, number: u64) {
        self.checkpoint.fetch_max(number, Ordering::SeqCst);
    }

    /// The highest number of a checkpoint that was asked for; 0 where none was.
    pub(crate) fn checkpoint_requested(&self) -> u64 {
        self.checkpoint.load(Ordering::SeqCst)
    }

    /// Whether the run was asked to stop, or is to be killed.
    pub fn stop_requested(&self) -> bool {
        self.asked.load(Ordering::SeqCst) > NOTHING
    }

    /// Whether the run's worker is to be killed.
    pub fn kill_requested(&self) -> bool {
        self.asked.load(Ordering::SeqCst) == KILL
    }
}

/// Is told how a run goes on. Called by the thread that supervises: an observer that blocks delays the watch over
/// time limits.
pub trait Observer {
    /// About every 100 ms, and once more at the end.
    fn status(&mut self, status: &Status);
    /// When something happened that a person may want to see as it happens.
    fn notice(&mut self, notice: &Notice);
}
