//! A node's part in checkpoints: what it is asked, where it goes on from, and the barriers that it passes on.

use leat_checkpoint::snapshot::Part;

use super::{Node, lock};
use crate::cuts::{Count, Counted, NodeCuts};
use crate::meter::Call;
use crate::step::{Source, Step, StepError};
use crate::waiting::AwaitedKind;

impl Node {
    /// Asks the node to take part in a checkpoint: a source between two batches, one that has not started at once, another where
    /// nobody is left to bring it the barrier; the others wait for that.
    pub fn take_part(&self, number: u64) {
        let Some(cuts) = &self.cuts else { return };
        // It does not start meanwhile.
        let begun = lock(&self.begun);
        if !*begun {
            return self.take_part_before_start(cuts, number);
        }
        drop(begun);
        if let Some(fact) = self.awaiting().into_iter().find(|awaited| awaited.kind == AwaitedKind::Fact) {
            // Nobody knows how long a call takes that waits, and its instance can give no state before its end.
            return cuts
                .refused(number, format!("it waits for {fact} in the middle of its work; with getfact= it would not"));
        }
        if self.input_names.is_empty() {
            cuts.ask_source(number);
        } else {
            self.inputs.ask(number);
        }
    }

    /// It waits for signals or facts and has done nothing: all that it leaves is what has come to it.
    fn take_part_before_start(&self, cuts: &NodeCuts, number: u64) {
        let nothing = Counted {
            inputs: vec![Count::default(); self.meter.inputs.len()],
            outputs: vec![Count::default(); self.meter.outputs.len()],
            ..Counted::default()
        };
        if !self.input_names.is_empty() {
            if self.inputs.cut_before_start(number) {
                cuts.counted(number, nothing.clone());
                self.send_barrier(number);
            }
            // A query's is cut by whoever brings it the barrier.
            while let Some(number) = self.inputs.take_passing() {
                cuts.part(number, Part::Position, 0_u64.to_le_bytes().to_vec());
                cuts.counted(number, nothing.clone());
                self.send_barrier(number);
            }
            return;
        }
        cuts.ask_source(number);
        if let Some(number) = cuts.between_batches() {
            cuts.cut(number, vec![Part::Counted]);
            cuts.counted(number, nothing);
            self.send_barrier(number);
        }
    }

    /// Tells the node that a checkpoint is over without being whole.
    pub fn call_off(&self, number: u64) {
        if let Some(cuts) = &self.cuts {
            cuts.call_off(number);
            self.inputs.call_off(number);
        }
    }

    /// Where its source, sink or query was in the checkpoint that the run goes on from. Given once.
    pub fn restored_position(&self) -> Option<Vec<u8>> {
        self.cuts.as_ref()?.take_position()
    }

    /// The node had come to its end before the run was begun again: its readers learn so, and its writers find nobody.
    pub(crate) fn stay_finished(&self) {
        for queue in self.outputs.iter().flatten().chain(&self.rejects) {
            queue.close(true);
        }
        if let Some(crew) = &self.crew {
            crew.close();
        }
        (0..self.threads()).for_each(|thread| self.meter.thread(thread).end(true));
        self.facts.abandon(self.index);
        self.signals.finish(self.index);
    }

    pub(crate) fn cuts(&self) -> Option<&NodeCuts> {
        self.cuts.as_deref()
    }

    /// Lets an instance go on from its state, where there is one.
    pub(crate) fn restore(&self, (thread, instance): (usize, usize), step: &mut dyn Step) -> Result<(), StepError> {
        self.count_from_here(instance);
        match self.cuts().and_then(|cuts| cuts.take_instance(instance)) {
            Some(state) => self.meter.thread(thread).during(Call::Restore, || step.restore(&state)),
            None => Ok(()),
        }
    }

    /// Makes a call with a batch, which is noted meanwhile where it outlives the process.
    pub(crate) fn in_hand<T>(&self, thread: usize, (end, number): (usize, u64), call: impl FnOnce() -> T) -> T {
        let Some(cuts) = self.cuts() else { return call() };
        cuts.takes(thread, end, number);
        let done = call();
        cuts.lets_go(thread);
        done
    }

    /// An instance gives its state; with the last one the barrier goes on, behind all that was sent before.
    pub(crate) fn snapshot(
        &self,
        (thread, instance): (usize, usize),
        step: &mut dyn Step,
        (number, last): (u64, bool),
    ) -> Result<(), StepError> {
        if let Some(cuts) = self.cuts() {
            let part = Part::Instance(u32::try_from(instance).unwrap_or(u32::MAX));
            let state = self.meter.thread(thread).during(Call::Snapshot, || step.snapshot());
            cuts.answered(number, part, state)?;
            self.note_instance(instance, number);
        }
        if last {
            let mut hand = lock(&self.hands[thread]);
            if hand.turn.is_some() {
                hand.held.barrier = Some(number);
                return Ok(());
            }
            drop(hand);
            self.pass_barrier(number);
        }
        Ok(())
    }

    /// A step that is alone on its node's thread gives its state, and the barrier goes on.
    pub(crate) fn snapshot_row_wise(&self, step: &mut dyn Step, number: u64) -> Result<(), StepError> {
        if let Some(cuts) = self.cuts() {
            cuts.answered(number, Part::Position, step.snapshot())?;
        }
        self.pass_barrier(number);
        Ok(())
    }

    /// Sends a barrier to every queue, and says what was counted before it.
    pub(crate) fn pass_barrier(&self, number: u64) {
        if let Some(cuts) = self.cuts() {
            cuts.counted(number, self.counted_by(number));
        }
        self.send_barrier(number);
    }

    fn send_barrier(&self, number: u64) {
        for queue in self.outputs.iter().flatten().chain(&self.rejects) {
            queue.barrier(number);
        }
    }

    /// A source is between two batches: it says where it is, where it is asked to.
    pub(crate) fn between_batches(&self, source: &mut dyn Source) -> Result<(), StepError> {
        let Some(cuts) = self.cuts() else { return Ok(()) };
        let Some(number) = cuts.between_batches() else { return Ok(()) };
        cuts.cut(number, vec![Part::Position, Part::Counted]);
        cuts.answered(number, Part::Position, source.position())?;
        self.pass_barrier(number);
        Ok(())
    }

    /// A query passes on the barrier that has come to it: it has sent so many batches before.
    pub(crate) fn pass_of_query(&self, batches_sent: u64) {
        let Some(cuts) = self.cuts() else { return };
        while let Some(number) = self.inputs.take_passing() {
            cuts.part(number, Part::Position, batches_sent.to_le_bytes().to_vec());
            // What it has read it reads again.
            let inputs = vec![Count::default(); self.meter.inputs.len()];
            cuts.counted(number, Counted { inputs, ..self.counted() });
            self.send_barrier(number);
        }
    }
}
