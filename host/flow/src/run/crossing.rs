//! What the thread of a node does at which a queue crosses to another host, or comes from one.
//!
//! Such a node has no state, and no part in a checkpoint but that it passes barriers on: at the cut all that was sent before the barrier
//! has been received before it, and what waits at the readers there is theirs, as with a queue within one host.

use crate::inputs::{Delivery, InputReader};
use crate::meter::ThreadMeter;
use crate::node::Node;
use crate::step::{StepError, Stopped};
use crate::transport::{EdgeReceiver, EdgeSender, Received, TransportError};

use super::{NodeEnd, conclude};

/// How the reason of a failure begins that another attempt of the run may get over, since nothing of the run's own is at
/// fault. Whoever judges failures by their words looks for it.
pub const BETWEEN_HOSTS: &str = "what lies between the hosts broke: ";

/// Opens an edge and sends everything that comes to the node's one port. It comes to its end when the other host has
/// taken over all of it.
pub fn run_send(
    node: &Node,
    open: impl FnOnce() -> Result<Box<dyn EdgeSender>, TransportError>,
    inputs: InputReader,
) -> NodeEnd {
    // The reader lives on until all is recorded: dropping it is what the writers notice.
    let mut inputs = inputs;
    conclude(node, 0, || {
        node.await_start(0)?;
        let mut edge = open().map_err(failed)?;
        let meter = node.meter().thread(0);
        meter.begin();
        send_all(node, meter, &mut *edge, &mut inputs)
    })
}

/// Opens an edge and passes on what comes out of it, until its end.
pub fn run_receive(node: &Node, open: impl FnOnce() -> Result<Box<dyn EdgeReceiver>, TransportError>) -> NodeEnd {
    conclude(node, 0, || {
        node.await_start(0)?;
        let mut edge = open().map_err(failed)?;
        let meter = node.meter().thread(0);
        meter.begin();
        receive_all(node, meter, &mut *edge)
    })
}

fn send_all(
    node: &Node,
    meter: &ThreadMeter,
    edge: &mut dyn EdgeSender,
    inputs: &mut InputReader,
) -> Result<(), StepError> {
    loop {
        match meter.wait_for_input(|| inputs.next(None))? {
            Delivery::Batch { end, batch, .. } => {
                meter.batch();
                meter.wait_for_output(|| edge.send(&batch)).map_err(failed)?;
                node.count_input(end, &batch);
            }
            Delivery::Barrier { number } => meter.wait_for_output(|| edge.barrier(number)).map_err(failed)?,
            Delivery::EndOfInput { .. } | Delivery::Idle => {}
            Delivery::Finished => return meter.wait_for_output(|| edge.finish()).map_err(failed),
        }
    }
}

fn receive_all(node: &Node, meter: &ThreadMeter, edge: &mut dyn EdgeReceiver) -> Result<(), StepError> {
    loop {
        match meter.wait_for_input(|| edge.receive()).map_err(failed)? {
            Received::Batch { sequence, batch } => match node.emit_read(batch) {
                // The queue has it: that is all that the other host need know.
                Ok(()) => edge.done(sequence).map_err(failed)?,
                Err(Stopped::Unread) => {
                    edge.unread().map_err(failed)?;
                    return Err(StepError::Stopped(Stopped::Unread));
                }
                Err(stopped) => return Err(StepError::Stopped(stopped)),
            },
            Received::Barrier { sequence, number } => {
                node.pass_barrier(number);
                edge.done(sequence).map_err(failed)?;
            }
            Received::End { sequence } => return edge.done(sequence).map_err(failed),
        }
    }
}

fn failed(error: TransportError) -> StepError {
    match error {
        TransportError::Stopped(stopped) => StepError::Stopped(stopped),
        error if error.is_retryable() => StepError::Failed(format!("{BETWEEN_HOSTS}{error}")),
        error => StepError::Failed(error.to_string()),
    }
}
