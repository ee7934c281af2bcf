//! Which nodes of a run have finished, and the nodes that wait for them: the signals of a process.
//!
//! Used by the loop of each node's thread. The check has made sure that these waits go in no circle, and a node that
//! does not finish ends the run, so a wait here comes to its end; one that takes longer than its node may wait ends too.

use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use crate::stop::{Sleeper, StopSignal};
use crate::waiting::{WaitEnd, wait_until};

/// The signals of one run.
pub(crate) struct Signals {
    /// By node.
    finished: Mutex<Vec<bool>>,
    one_more: Condvar,
    stop: StopSignal,
}

impl Signals {
    /// Of a run with so many nodes.
    pub(crate) fn new(nodes: usize, stop: &StopSignal) -> Arc<Self> {
        let signals = Arc::new(Signals {
            finished: Mutex::new(vec![false; nodes]),
            one_more: Condvar::new(),
            stop: stop.clone(),
        });
        let as_sleeper: Arc<dyn Sleeper> = Arc::clone(&signals) as Arc<dyn Sleeper>;
        stop.register(Arc::downgrade(&as_sleeper));
        signals
    }

    /// A node has finished.
    pub(crate) fn finish(&self, node: usize) {
        self.lock()[node] = true;
        self.one_more.notify_all();
    }

    /// Whether all of them have.
    pub(crate) fn finished(&self, nodes: &[usize]) -> bool {
        let finished = self.lock();
        nodes.iter().all(|node| finished[*node])
    }

    /// Waits until all of them have, the run is being ended, or the time is over.
    pub(crate) fn wait(&self, nodes: &[usize], wait_max: Duration) -> Result<(), WaitEnd> {
        wait_until(self.lock(), &self.one_more, &self.stop, wait_max, |finished| {
            nodes.iter().all(|node| finished[*node]).then_some(Ok(()))
        })
    }

    fn lock(&self) -> MutexGuard<'_, Vec<bool>> {
        self.finished.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Sleeper for Signals {
    fn wake(&self) {
        // Taking the lock makes sure that no thread is between looking at the signal and falling asleep.
        drop(self.lock());
        self.one_more.notify_all();
    }
}
