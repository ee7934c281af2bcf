//! The reading end of a node's input ports, held by the node's one thread.

use std::sync::{Arc, PoisonError};
use std::time::Duration;

use arrow_array::RecordBatch;

use super::order::DeliveryOrder;
use super::{End, Inputs, Slot, State};
use crate::step::{StepError, Stopped};

/// What a node gets next.
#[derive(Debug)]
pub enum Delivery {
    /// A batch.
    Batch {
        /// Of which port.
        port: usize,
        /// Of which of the queues that end at the node.
        end: usize,
        /// With all columns of its queue.
        batch: RecordBatch,
    },
    /// A port has no more batches.
    EndOfInput {
        /// Which.
        port: usize,
    },
    /// No port has.
    Finished,
    /// Nothing came within the time given.
    Idle,
}

/// The reading end. Dropping it tells the writers that nobody reads them.
pub struct InputReader {
    inputs: Arc<Inputs>,
    order: DeliveryOrder,
}

enum Taken {
    Slot(Slot),
    End,
    TimedOut,
}

impl InputReader {
    pub(super) fn new(inputs: Arc<Inputs>) -> Self {
        let order = DeliveryOrder::new(inputs.queues.iter().map(|queue| (queue.port, queue.first)));
        InputReader { inputs, order }
    }

    /// The ports it reads.
    pub fn inputs(&self) -> &Inputs {
        &self.inputs
    }

    /// The next batch or end, in an order that depends on the batches alone; waits for it, if given a time no longer
    /// than that. Fails with [`Stopped::Cancelled`] once the run is being ended.
    pub fn next(&mut self, patience: Option<Duration>) -> Result<Delivery, StepError> {
        loop {
            let Some(end) = self.order.wanted() else {
                return Ok(Delivery::Finished);
            };
            let queue = &self.inputs.queues[end];
            match self.take(end, patience)? {
                Taken::TimedOut => return Ok(Delivery::Idle),
                Taken::End => {
                    // A merged port is at its end when the last of its queues is.
                    if self.order.ended() {
                        return Ok(Delivery::EndOfInput { port: queue.port });
                    }
                }
                Taken::Slot(slot) => {
                    self.order.delivered();
                    let batch = self.batch(end, slot)?;
                    return Ok(Delivery::Batch { port: queue.port, end, batch });
                }
            }
        }
    }

    /// The next batch of one end, whatever has come to the others; waits for it. Nothing once the end has no more.
    pub fn next_of(&mut self, end: usize) -> Result<Option<RecordBatch>, StepError> {
        match self.take(end, None)? {
            Taken::Slot(slot) => self.batch(end, slot).map(Some),
            Taken::End | Taken::TimedOut => Ok(None),
        }
    }

    /// The batch in a slot, from disk where it lies there, with the records that the reader is to see.
    fn batch(&self, end: usize, slot: Slot) -> Result<RecordBatch, StepError> {
        let batch = match slot {
            Slot::Memory(batch, _) => batch,
            Slot::Disk(spill, _) => spill.read().map_err(|error| {
                let queue = &self.inputs.queues[end].name;
                StepError::Failed(format!("cannot read back the part of queue `{queue}` that lay on disk: {error}"))
            })?,
        };
        match self.inputs.conditions[end].get() {
            Some(condition) => condition.keep(&batch),
            None => Ok(batch),
        }
    }

    fn take(&self, at: usize, patience: Option<Duration>) -> Result<Taken, StepError> {
        let inputs = &*self.inputs;
        let mut state = inputs.lock();
        loop {
            if inputs.stop.is_set() {
                return Err(StepError::Stopped(Stopped::Cancelled));
            }
            if let Some(slot) = pop(&mut state, at) {
                // Woken at half full, a writer fills the other half in one go instead of a batch at each switch.
                if state.writers_waiting > 0 && state.ends[at].bytes <= inputs.limits.queue_bytes / 2 {
                    inputs.room.notify_all();
                }
                return Ok(Taken::Slot(slot));
            }
            match state.ends[at].end {
                End::Open => {}
                End::Whole => return Ok(Taken::End),
                End::CutShort => return Err(StepError::Stopped(Stopped::Cancelled)),
            }
            state.awaited = Some(at);
            if state.writers_waiting > 0 {
                inputs.room.notify_all();
            }
            let timed_out;
            (state, timed_out) = match patience {
                None => (inputs.arrived.wait(state).unwrap_or_else(PoisonError::into_inner), false),
                Some(patience) => {
                    let waited = inputs.arrived.wait_timeout(state, patience);
                    let (state, result) = waited.unwrap_or_else(PoisonError::into_inner);
                    (state, result.timed_out())
                }
            };
            state.awaited = None;
            if timed_out && state.ends[at].slots.is_empty() && state.ends[at].end == End::Open {
                return Ok(Taken::TimedOut);
            }
        }
    }
}

fn pop(state: &mut State, at: usize) -> Option<Slot> {
    let from = &mut state.ends[at];
    let slot = from.slots.pop_front()?;
    match slot {
        Slot::Memory(_, bytes) => from.bytes -= bytes,
        Slot::Disk(_, bytes) => from.spilled_bytes -= bytes,
    }
    Some(slot)
}

impl Drop for InputReader {
    fn drop(&mut self) {
        let mut state = self.inputs.lock();
        state.reader_gone = true;
        let unread: Vec<_> = state.ends.iter_mut().map(|end| std::mem::take(&mut end.slots)).collect();
        for end in &mut state.ends {
            end.bytes = 0;
            end.spilled_bytes = 0;
        }
        drop(state);
        drop(unread);
        self.inputs.room.notify_all();
    }
}
