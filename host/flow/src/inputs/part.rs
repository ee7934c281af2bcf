//! The ports of a node in checkpoints: the barriers that come through them, and where they go on from.

use std::sync::Arc;

use leat_checkpoint::snapshot::Part;

use super::cut::EndCuts;
use super::{End, Inputs, Slot, Taking};
use crate::cuts::{FlowPart, NodeCuts};
use crate::size::batch_bytes;

impl Inputs {
    /// Puts the barrier of a checkpoint behind all that was put in. Needs no room.
    pub(crate) fn put_barrier(&self, at: usize, number: u64) {
        let mut state = self.lock();
        if state.reader_gone || state.ends[at].end != End::Open {
            return;
        }
        if state.cuts.as_mut().is_some_and(|cuts| cuts.barrier(at, number)) {
            state.ends[at].slots.push_back(Slot::Barrier(number));
            if state.awaited == Some(at) {
                self.arrived.notify_one();
            }
        }
    }

    /// Lets the node take part in checkpoints, from its beginning or from where it was. Before anything comes.
    pub(crate) fn take_part(
        &self,
        node: Arc<NodeCuts>,
        (parts, taking): (Vec<Part>, Taking),
        kept_bytes_max: u64,
        restored: Option<FlowPart>,
    ) {
        let mut state = self.lock();
        let ends = state.ends.len();
        let cuts = EndCuts::new(node, (ends, kept_bytes_max), (parts, taking), restored.as_ref());
        state.cuts = Some(cuts);
        let Some(restored) = restored else { return };
        for (at, (batches, end)) in restored.kept.into_iter().zip(restored.ends).enumerate() {
            for batch in batches {
                let bytes = batch_bytes(&batch);
                self.put(&mut state, at, Slot::Memory(batch, bytes));
            }
            if end.ended {
                state.ends[at].end = End::Whole;
                if let Some(cuts) = &mut state.cuts {
                    cuts.end(at);
                }
            }
        }
    }

    /// The coordinator asks for a checkpoint: a node whose writers have all come to their end begins by itself.
    pub(crate) fn ask(&self, number: u64) {
        if let Some(cuts) = &mut self.lock().cuts {
            cuts.asked(number);
        }
    }

    /// A checkpoint is over without being whole.
    pub(crate) fn call_off(&self, number: u64) {
        if let Some(cuts) = &mut self.lock().cuts {
            cuts.call_off(number);
        }
    }

    /// The barrier that a query has to pass on.
    pub(crate) fn take_passing(&self) -> Option<u64> {
        self.lock().cuts.as_mut()?.take_passing()
    }
}
