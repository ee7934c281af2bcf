//! The ports of a node in checkpoints: the barriers that come through them, and where they go on from.

use std::sync::Arc;

use leat_checkpoint::order::Order;
use leat_checkpoint::snapshot::Part;

use super::cut::EndCuts;
use super::{End, Inputs, Slot, State, Taking};
use crate::cuts::{FlowPart, NodeCuts};
use crate::size::batch_bytes;

impl Inputs {
    /// Puts the barrier of a checkpoint behind all that was put in. Needs no room.
    pub(crate) fn put_barrier(&self, at: usize, number: u64) {
        let mut state = self.lock();
        if state.reader_gone || state.ends[at].end != End::Open {
            return;
        }
        if state.passes_barriers || state.cuts.as_mut().is_some_and(|cuts| cuts.barrier(at, number)) {
            state.ends[at].slots.push_back(Slot::Barrier(number));
            if state.awaited == Some(at) {
                self.arrived.notify_one();
            }
        }
    }

    /// Has barriers given to the reader where they lie. Before anything comes.
    pub(crate) fn pass_barriers(&self) {
        self.lock().passes_barriers = true;
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

    /// Cuts the node, which has not started and has taken nothing, for the checkpoint that is asked for. Answers whether it is to pass
    /// the barrier on, as far as it is not to be asked for with [`take_passing`](Inputs::take_passing).
    pub(crate) fn cut_before_start(&self, number: u64) -> bool {
        let mut state = self.lock();
        let State { ends, cuts, .. } = &mut *state;
        let order = Order::new(self.queues.iter().map(|queue| (queue.port, queue.first)));
        cuts.as_mut().is_some_and(|cuts| cuts.cut_before_start(number, ends, &order))
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

#[cfg(test)]
mod tests {
    use std::sync::mpsc::channel;

    use arrow_array::{Int64Array, RecordBatch};

    use super::*;
    use crate::cuts::{CutNews, Restored};
    use crate::inputs::{InputLimits, QueueEnd};
    use crate::stop::StopSignal;

    #[test]
    fn a_query_whose_writer_ends_after_it_was_asked_is_cut_then_and_reads_all_there_is() {
        let column: Arc<dyn arrow_array::Array> = Arc::new(Int64Array::from(vec![1, 2, 3]));
        let batch = RecordBatch::try_from_iter([("n", column)]).unwrap();
        let limits =
            InputLimits { queue_bytes: 1 << 20, spill_bytes_max: 0, spill_directory: std::path::PathBuf::new() };
        let end = QueueEnd { name: "q".to_owned(), schema: batch.schema(), port: 0, first: false };
        let (inputs, mut reader) = Inputs::new("query", vec![end], limits, &StopSignal::new());
        let (news, heard) = channel();
        let node = Arc::new(NodeCuts::new(0, news, Restored::default()));
        inputs.take_part(node, (vec![Part::Flow, Part::Position], Taking::Anyhow), 1 << 20, None);

        inputs.try_push(0, &batch, 24).unwrap();
        inputs.ask(1);
        inputs.try_push(0, &batch, 24).unwrap();
        assert!(heard.try_recv().is_err(), "its writer may still bring the barrier");
        inputs.close(0, true);
        assert!(matches!(heard.try_recv(), Ok(CutNews::Cut { number: 1, .. })));
        let Ok(CutNews::Part { number: 1, part: Part::Flow, content, .. }) = heard.try_recv() else {
            panic!("what it is to read again is told");
        };
        let flow = FlowPart::read(&content.into_bytes().unwrap(), &[batch.schema()]).unwrap();
        assert!(flow.ends[0].ended && flow.kept[0].len() == 2, "{flow:?}");
        assert_eq!(inputs.take_passing(), Some(1));
        let read: Vec<bool> = (0..3).map(|_| reader.next_of(0).unwrap().is_some()).collect();
        assert_eq!(read, [true, true, false], "the cut is not the end of its input");
    }
}
