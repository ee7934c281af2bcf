//! The reading end of a node's input ports, held by the node's one thread.

use std::sync::{Arc, PoisonError};
use std::time::Duration;

use arrow_array::RecordBatch;

use super::order::DeliveryOrder;
use super::{End, Inputs, Port, Slot, State};
use crate::step::{StepError, Stopped};

/// What a node gets next.
#[derive(Debug)]
pub enum Delivery {
    /// A batch.
    Batch {
        /// Of which port.
        port: usize,
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
        let first: Vec<bool> = inputs.queues.iter().map(|queue| queue.first).collect();
        InputReader { inputs, order: DeliveryOrder::new(&first) }
    }

    /// The ports it reads.
    pub fn inputs(&self) -> &Inputs {
        &self.inputs
    }

    /// Runs a wait for something that comes through no port. Meanwhile full ports overflow to disk, so that their writers,
    /// which may have to come to their end first, go on.
    pub fn away<T>(&self, wait: impl FnOnce() -> T) -> T {
        self.inputs.lock().away = true;
        self.inputs.room.notify_all();
        let outcome = wait();
        self.inputs.lock().away = false;
        outcome
    }

    /// The next batch or end, in an order that depends on the batches alone; waits for it, if given a time no longer
    /// than that. Fails with [`Stopped::Cancelled`] once the run is being ended.
    pub fn next(&mut self, patience: Option<Duration>) -> Result<Delivery, StepError> {
        let Some(port) = self.order.wanted() else {
            return Ok(Delivery::Finished);
        };
        match self.take(port, patience)? {
            Taken::TimedOut => Ok(Delivery::Idle),
            Taken::End => {
                self.order.ended();
                Ok(Delivery::EndOfInput { port })
            }
            Taken::Slot(slot) => {
                self.order.delivered();
                let batch = match slot {
                    Slot::Memory(batch, _) => batch,
                    Slot::Disk(spill, _) => spill.read().map_err(|error| {
                        let queue = &self.inputs.queues[port].name;
                        StepError::Failed(format!(
                            "cannot read back the part of queue `{queue}` that lay on disk: {error}"
                        ))
                    })?,
                };
                Ok(Delivery::Batch { port, batch })
            }
        }
    }

    fn take(&self, port: usize, patience: Option<Duration>) -> Result<Taken, StepError> {
        let inputs = &*self.inputs;
        let mut state = inputs.lock();
        loop {
            if inputs.stop.is_set() {
                return Err(StepError::Stopped(Stopped::Cancelled));
            }
            if let Some(slot) = pop(&mut state, port) {
                // Woken at half full, a writer fills the other half in one go instead of a batch at each switch.
                if state.writers_waiting > 0 && state.ports[port].bytes <= inputs.limits.queue_bytes / 2 {
                    inputs.room.notify_all();
                }
                return Ok(Taken::Slot(slot));
            }
            match state.ports[port].end {
                End::Open => {}
                End::Whole => return Ok(Taken::End),
                End::CutShort => return Err(StepError::Stopped(Stopped::Cancelled)),
            }
            state.awaited = Some(port);
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
            if timed_out && state.ports[port].slots.is_empty() && state.ports[port].end == End::Open {
                return Ok(Taken::TimedOut);
            }
        }
    }
}

fn pop(state: &mut State, port: usize) -> Option<Slot> {
    let from: &mut Port = &mut state.ports[port];
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
        let unread: Vec<_> = state.ports.iter_mut().map(|port| std::mem::take(&mut port.slots)).collect();
        for port in &mut state.ports {
            port.bytes = 0;
            port.spilled_bytes = 0;
        }
        drop(state);
        drop(unread);
        self.inputs.room.notify_all();
    }
}
