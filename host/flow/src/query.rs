//! The ports of a query's node: it pulls what it needs next from the port it needs it from.
//!
//! Made by [`run_query`](crate::run::run_query). Queues that the query does not read yet overflow to disk meanwhile, as they do
//! for every reader that waits for another one first.

use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use arrow_array::RecordBatch;

use crate::binding::Binding;
use crate::inputs::InputReader;
use crate::node::Node;
use crate::step::{Pull, StepError};

/// The reading ends of a node, one for each port.
pub(crate) struct PortReader {
    node: Arc<Node>,
    reader: Mutex<InputReader>,
    /// How many batches the query has sent since the run began.
    sent: AtomicU64,
    /// By port.
    bindings: Arc<[Binding]>,
}

impl PortReader {
    pub(crate) fn new(node: Arc<Node>, reader: InputReader, bindings: Arc<[Binding]>) -> Self {
        PortReader { node, reader: Mutex::new(reader), sent: AtomicU64::new(0), bindings }
    }

    /// The query has sent so many batches since the run began.
    pub(crate) fn has_sent(&self, batches: u64) {
        self.sent.store(batches, Ordering::Relaxed);
    }

    /// Passes on a barrier that has come. Called on the thread that sends what the query answers, and never while it does.
    pub(crate) fn pass_barrier(&self) {
        self.node.pass_of_query(self.sent.load(Ordering::Relaxed));
    }
}

impl Pull for PortReader {
    fn pull(&self, port: usize) -> Result<Option<RecordBatch>, StepError> {
        // A query may read for long before it answers anything.
        self.pass_barrier();
        let mut reader = self.reader.lock().unwrap_or_else(PoisonError::into_inner);
        let batch = self.node.meter().thread(0).wait_for_input(|| reader.next_of(port))?;
        let Some(batch) = batch else { return Ok(None) };
        self.node.count_input(port, &batch);
        let view = self.bindings[port].apply(&batch);
        view.map(Some).map_err(|error| StepError::Failed(format!("cannot convert its input: {error}")))
    }
}
