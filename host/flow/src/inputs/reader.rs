//! The reading end of a node's input ports, held by the node's one thread.

use std::sync::{Arc, PoisonError};
use std::time::Duration;

use arrow_array::RecordBatch;
use leat_checkpoint::order::Order;

use super::{End, Inputs, Slot, State};
use crate::cuts::Read;
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
        /// Which batch of the queue, from 1.
        number: u64,
        /// Rows of the queue before it, as the node sees them.
        rows_before: u64,
    },
    /// The node is to give its state, and to pass the barrier of this checkpoint on behind all that it has sent.
    Barrier {
        /// Which checkpoint.
        number: u64,
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
    order: Order,
    /// By end.
    read: Vec<Read>,
}

enum Taken {
    Slot(Slot),
    End,
    Barrier(u64),
    TimedOut,
}

impl InputReader {
    pub(super) fn new(inputs: Arc<Inputs>) -> Self {
        let order = Order::new(inputs.queues.iter().map(|queue| (queue.port, queue.first)));
        let read = vec![Read::default(); inputs.queues.len()];
        InputReader { inputs, order, read }
    }

    /// Goes on where the node was.
    pub(crate) fn resume(&mut self, order: Order, read: Vec<Read>) {
        (self.order, self.read) = (order, read);
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
                return Ok(self.due_at_end().map_or(Delivery::Finished, |number| Delivery::Barrier { number }));
            };
            let queue = &self.inputs.queues[end];
            match self.take(end, patience)? {
                Taken::TimedOut => return Ok(Delivery::Idle),
                Taken::Barrier(number) => return Ok(Delivery::Barrier { number }),
                Taken::End => {
                    // A merged port is at its end when the last of its queues is.
                    if self.order.ended() {
                        return Ok(Delivery::EndOfInput { port: queue.port });
                    }
                }
                Taken::Slot(slot) => {
                    let port = queue.port;
                    self.order.delivered();
                    let batch = self.batch(end, slot)?;
                    let read = &mut self.read[end];
                    let (number, rows_before) = (read.batches + 1, read.rows);
                    *read = Read { batches: number, rows: rows_before + batch.num_rows() as u64 };
                    return Ok(Delivery::Batch { port, end, batch, number, rows_before });
                }
            }
        }
    }

    /// The checkpoint that is asked for once everything was delivered and before the node is told to finish.
    fn due_at_end(&self) -> Option<u64> {
        let mut state = self.inputs.lock();
        let State { ends, cuts, .. } = &mut *state;
        let cuts = cuts.as_mut()?;
        let number = cuts.due()?;
        cuts.cut(number, ends, (&self.order, &self.read));
        Some(number)
    }

    /// The next batch of one end, whatever has come to the others; waits for it. Nothing once the end has no more.
    pub fn next_of(&mut self, end: usize) -> Result<Option<RecordBatch>, StepError> {
        match self.take(end, None)? {
            Taken::Slot(slot) => self.batch(end, slot).map(Some),
            Taken::End | Taken::TimedOut => Ok(None),
            Taken::Barrier(_) => Err(StepError::Failed("a barrier was put into the queue of a query".to_owned())),
        }
    }

    /// The batch in a slot, from disk where it lies there, with the records that the reader is to see.
    fn batch(&self, end: usize, slot: Slot) -> Result<RecordBatch, StepError> {
        let batch = match slot {
            Slot::Memory(batch, _) => batch,
            Slot::Disk(spilled, _) => spilled.read().map_err(|error| {
                let queue = &self.inputs.queues[end].name;
                StepError::Failed(format!("cannot read back the part of queue `{queue}` that lay on disk: {error}"))
            })?,
            Slot::Barrier(_) => return Err(StepError::Failed("a barrier was taken for a batch".to_owned())),
        };
        match self.inputs.conditions[end].get() {
            Some(condition) => condition.keep(&batch),
            None => Ok(batch),
        }
    }

    /// The barrier that the reader is given instead of a batch. Cuts where the next thing wanted is one, or nobody is left to bring one. Barriers of checkpoints that are over are
    /// left out.
    fn cut_here(&self, state: &mut State, at: usize) -> Option<u64> {
        let State { ends, cuts, passes_barriers, .. } = state;
        if *passes_barriers && let Some(Slot::Barrier(number)) = ends[at].slots.front() {
            let number = *number;
            ends[at].slots.pop_front();
            return Some(number);
        }
        let cuts = cuts.as_mut()?;
        while let Some(Slot::Barrier(number)) = ends[at].slots.front() {
            let number = *number;
            ends[at].slots.pop_front();
            if cuts.reached(number) {
                cuts.cut(number, ends, (&self.order, &self.read));
                return Some(number);
            }
        }
        let number = cuts.due().filter(|_| ends.iter().all(|end| end.end == End::Whole))?;
        cuts.cut(number, ends, (&self.order, &self.read));
        Some(number)
    }

    fn take(&self, at: usize, patience: Option<Duration>) -> Result<Taken, StepError> {
        let inputs = &*self.inputs;
        let mut state = inputs.lock();
        loop {
            if inputs.stop.is_set() {
                return Err(StepError::Stopped(Stopped::Cancelled));
            }
            if let Some(number) = self.cut_here(&mut state, at) {
                inputs.room.notify_all();
                return Ok(Taken::Barrier(number));
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
    let bytes = match slot {
        Slot::Memory(_, bytes) => {
            from.bytes -= bytes;
            bytes
        }
        Slot::Disk(_, bytes) => {
            from.spilled_bytes -= bytes;
            bytes
        }
        Slot::Barrier(_) => 0,
    };
    if let Some(cuts) = &mut state.cuts {
        cuts.delivered(at, bytes);
    }
    Some(slot)
}

impl Drop for InputReader {
    fn drop(&mut self) {
        let mut state = self.inputs.lock();
        state.reader_gone = true;
        if let Some(cuts) = &mut state.cuts {
            cuts.unread();
        }
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
