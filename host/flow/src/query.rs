//! The ports of a query's node: it pulls what it needs next from the port it needs it from.
//!
//! Made by [`run_query`](crate::run::run_query). Queues that the query does not read yet overflow to disk meanwhile, as they do
//! for every reader that waits for another one first.

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
    /// By port.
    bindings: Arc<[Binding]>,
}

impl PortReader {
    pub(crate) fn new(node: Arc<Node>, reader: InputReader, bindings: Arc<[Binding]>) -> Self {
        PortReader { node, reader: Mutex::new(reader), bindings }
    }
}

impl Pull for PortReader {
    fn pull(&self, port: usize) -> Result<Option<RecordBatch>, StepError> {
        let mut reader = self.reader.lock().unwrap_or_else(PoisonError::into_inner);
        let batch = self.node.meter().thread(0).wait_for_input(|| reader.next_of(port))?;
        let Some(batch) = batch else { return Ok(None) };
        self.node.count_input(port, &batch);
        let view = self.bindings[port].apply(&batch);
        view.map(Some).map_err(|error| StepError::Failed(format!("cannot convert its input: {error}")))
    }
}
