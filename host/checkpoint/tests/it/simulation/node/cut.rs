//! What a node does for a checkpoint: the cut, what is kept, and the parts that are to become durable.

use std::collections::VecDeque;

use leat_bundle::Digest;
use leat_checkpoint::alignment::{AlignedCut, GivenUp};
use leat_checkpoint::snapshot::{EndState, FlowState, Part, PartName, PartRecord};

use super::{NodeSim, Slot, Snapshot, Stepped, Work};
use crate::simulation::fault::Fault;
use crate::simulation::graph::Batch;
use crate::simulation::target::Target;

impl NodeSim {
    pub(super) fn cut(&mut self, number: u64) {
        let instances = self.states.len();
        self.cut_for = self.cut_for.max(number);
        // Of an older checkpoint nothing is of use any more, though its own barrier tasks are still to be passed.
        self.parts.retain(|(other, _, _)| *other >= number);
        let cut = self.alignment.cut(number);
        (0..instances).for_each(|it| self.hand(it, Work::Snapshot { number, last: it + 1 == instances }));
        if self.fault == Some(Fault::BarrierOvertakes) {
            self.out.push_back(Slot::Barrier(number));
        }
        let cuts = match cut {
            Ok(cuts) => cuts,
            Err(reason) => return self.give_up(Some((number, reason))),
        };
        let batches = |queue: &VecDeque<Slot>, count: u64| -> Vec<Batch> {
            let rows = queue.iter().filter_map(|slot| if let Slot::Batch(rows) = slot { Some(rows) } else { None });
            rows.take(count as usize).cloned().collect()
        };
        let kept = self.queues.iter().zip(&cuts).map(|(queue, cut)| batches(queue, cut.waiting)).collect();
        let order = self.order.clone();
        self.snapshot = Some(Snapshot { number, order, kept, aligned: None, instances_missing: instances });
        let mut parts = vec![Part::Flow];
        parts.extend((0..instances as u32).map(Part::Instance));
        if self.account.parts_at_end().contains(&Part::Position) {
            parts.push(Part::Position);
        }
        self.words.extend(self.account.cut(number, &parts));
        if self.fault == Some(Fault::SkipAlignment) || cuts.iter().all(|cut| cut.closed) {
            self.align();
        }
    }

    /// All barriers have come: what the node's part on its queues holds is settled.
    pub(super) fn align(&mut self) {
        let Some(snapshot) = &mut self.snapshot else { return };
        let aligned = self.alignment.take();
        let aligned = match self.fault {
            Some(Fault::SkipAlignment) => {
                snapshot.kept.iter_mut().for_each(Vec::clear);
                let end = |(at, queue): (usize, &VecDeque<Slot>)| EndState {
                    delivered: self.alignment.batches_delivered(at),
                    waiting: 0,
                    ended: matches!(queue.back(), Some(Slot::End)),
                };
                let ends = self.queues.iter().enumerate().map(end).collect();
                self.alignment.call_off(snapshot.number);
                Some(AlignedCut { number: snapshot.number, ends })
            }
            Some(Fault::ForgetPort) => aligned.map(|mut cut| {
                cut.ends.last_mut().expect("what is aligned has ends").waiting = 0;
                snapshot.kept.last_mut().expect("as many").clear();
                cut
            }),
            _ => aligned,
        };
        snapshot.aligned = aligned;
        let Some(cut) = &snapshot.aligned else { return };
        let flow = FlowState { order: snapshot.order.clone(), ends: cut.ends.clone() };
        let bytes = serde_json::to_vec(&(flow, &snapshot.kept)).expect("a snapshot is plain");
        self.part(self.snapshot.as_ref().map_or(0, |it| it.number), Part::Flow, bytes);
        self.settle();
    }

    pub(super) fn snapshot_instance(
        &mut self,
        number: u64,
        instance: usize,
        bytes: Vec<u8>,
        target: &mut Target,
    ) -> Stepped {
        let Some(snapshot) = self.snapshot.as_mut().filter(|it| it.number == number) else { return Stepped::Done };
        snapshot.instances_missing -= 1;
        self.part(number, Part::Instance(instance as u32), bytes);
        if self.account.parts_at_end().contains(&Part::Position) {
            let Some(position) = target.sync(self.index, self.generation) else { return Stepped::Died(None) };
            self.part(number, Part::Position, serde_json::to_vec(&position).expect("a position is plain"));
        }
        self.settle();
        Stepped::Done
    }

    pub(super) fn take_part_finished(&mut self, number: u64, target: &mut Target) {
        let parts = self.account.parts_at_end();
        self.words.extend(self.account.cut(number, parts));
        if let (false, Some(position)) = (parts.is_empty(), target.sync(self.index, self.generation)) {
            self.part(number, Part::Position, serde_json::to_vec(&position).expect("a position is plain"));
        }
    }

    pub(super) fn settle(&mut self) {
        self.snapshot.take_if(|it| it.aligned.is_some() && it.instances_missing == 0);
    }

    pub(super) fn part(&mut self, number: u64, part: Part, bytes: Vec<u8>) {
        if self.fault == Some(Fault::AcknowledgeEarly) {
            let name = PartName { node: self.index as u32, part };
            let record = PartRecord { name, share: 0, bytes: bytes.len() as u64, digest: Digest::of(&bytes) };
            self.words.extend(self.account.durable(number, record));
        }
        self.parts.push_back((number, part, bytes));
    }

    pub(super) fn give_up(&mut self, given_up: Option<(u64, GivenUp)>) {
        if let Some((number, reason)) = given_up {
            self.forget(number);
            self.words.push(self.account.refuse(number, reason.to_string()));
        }
    }

    pub(super) fn forget(&mut self, number: u64) {
        self.snapshot.take_if(|it| it.number == number);
        self.parts.retain(|(other, _, _)| *other != number);
    }
}
