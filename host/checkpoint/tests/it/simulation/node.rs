//! A node of an attempt: the engine around the protocol, with the queues that end at it and its instances at work.

mod cut;

use std::collections::VecDeque;

use leat_checkpoint::account::{Account, Asked, Role};
use leat_checkpoint::alignment::{AlignedCut, Alignment, Arrival, GivenUp, Reached};
use leat_checkpoint::id::{CheckpointId, Generation};
use leat_checkpoint::message::{Request, Word};
use leat_checkpoint::order::Order;
use leat_checkpoint::poison::BatchName;
use leat_checkpoint::sink::{Publication, Publish};
use leat_checkpoint::snapshot::{Part, PartName};
use leat_checkpoint::source::SourceBarriers;
use leat_checkpoint::store::{CheckpointStore, StoreError};

use super::chance::Chance;
use super::fault::Fault;
use super::graph::{Batch, Kind, NodePlan, State};
use super::target::Target;

/// Tasks that may be handed out before the reader waits.
const TASKS_MAX: usize = 6;

/// What may wait to go out before no task's results are added.
const OUT_MAX: usize = 8;

#[derive(Clone, Debug)]
pub(crate) enum Slot {
    Batch(Batch),
    Barrier(u64),
    End,
}

pub(crate) struct NodeSim {
    pub(crate) index: usize,
    pub(crate) generation: Generation,
    pub(crate) fault: Option<Fault>,
    pub(crate) order: Order,
    pub(crate) alignment: Alignment,
    pub(crate) account: Account,
    pub(crate) barriers: SourceBarriers,
    pub(crate) publication: Publication,
    pub(crate) queues: Vec<VecDeque<Slot>>,
    pub(crate) states: Vec<State>,
    /// Batches that a source has sent.
    pub(crate) position: usize,
    /// Nobody takes anything from its queues any more.
    pub(crate) gone: bool,
    /// What it sends, in its order; at its end with [`Slot::End`].
    pub(crate) out: VecDeque<Slot>,
    /// The highest number that it has cut for.
    pub(crate) cut_for: u64,
    /// What it says to the coordinator.
    pub(crate) words: Vec<Word>,
    ending: bool,
    tasks: VecDeque<Task>,
    snapshot: Option<Snapshot>,
    parts: VecDeque<(u64, Part, Vec<u8>)>,
}

struct Task {
    instance: usize,
    work: Work,
    /// What it has sent, once it is done.
    sent: Option<Vec<Slot>>,
    had_enough: bool,
}

enum Work {
    Batch { name: BatchName, rows: Batch },
    Snapshot { number: u64, last: bool },
    Finish { last: bool },
}

/// A checkpoint that parts of the node are still missing of.
struct Snapshot {
    number: u64,
    order: Order,
    kept: Vec<Vec<Batch>>,
    aligned: Option<AlignedCut>,
    instances_missing: usize,
}

/// What became of a step.
pub(crate) enum Stepped {
    /// There was nothing to do.
    Idle,
    Done,
    /// The process is dead; of this batch, or because the store or the disk left it.
    Died(Option<BatchName>),
}

impl NodeSim {
    pub(crate) fn new(
        index: usize,
        plan: &NodePlan,
        generation: Generation,
        fault: Option<Fault>,
        kept_max: u64,
    ) -> Self {
        let role = match plan.kind {
            Kind::Source(_) => Role::Source,
            Kind::Sink => Role::Sink,
            _ => Role::Inner,
        };
        NodeSim {
            index,
            generation,
            fault,
            order: plan.order(),
            alignment: Alignment::new(plan.ends.len(), kept_max),
            account: Account::new(generation, index as u32, role),
            barriers: SourceBarriers::default(),
            publication: Publication::default(),
            queues: plan.ends.iter().map(|_| VecDeque::new()).collect(),
            states: vec![State::default(); plan.instances],
            position: 0,
            gone: false,
            out: VecDeque::new(),
            cut_for: 0,
            words: Vec::new(),
            ending: false,
            tasks: VecDeque::new(),
            snapshot: None,
            parts: VecDeque::new(),
        }
    }

    /// Had finished when the checkpoint was taken.
    pub(crate) fn be_finished(&mut self) {
        (self.gone, self.ending) = (true, true);
        self.words.push(self.account.finish().0);
    }

    pub(crate) fn wants(&self) -> Option<usize> {
        self.order.wanted()
    }

    /// Something comes out of a queue's writer.
    pub(crate) fn arrive(&mut self, end: usize, slot: Slot) {
        if self.gone {
            return;
        }
        let arrival = match &slot {
            Slot::Batch(rows) => Arrival::Batch { bytes: bytes(rows) },
            Slot::Barrier(number) => Arrival::Barrier(*number),
            Slot::End => Arrival::End,
        };
        let noted = self.alignment.arrived(end, arrival);
        if let (true, Slot::Batch(rows), Some(snapshot)) = (noted.keep, &slot, &mut self.snapshot) {
            snapshot.kept[end].push(rows.clone());
        }
        self.queues[end].push_back(slot);
        if noted.aligned {
            self.align();
        }
        self.give_up(noted.given_up);
    }

    /// The coordinator asks. Answers an error where the protocol is violated.
    pub(crate) fn hear(&mut self, request: Request, target: &mut Target) -> Result<(), String> {
        match self.account.asked(request) {
            Asked::Nothing => {}
            Asked::Say(word) => self.words.push(word),
            Asked::TakePart(number) if self.account.is_finished() => self.take_part_finished(number, target),
            Asked::TakePart(number) => {
                self.barriers.ask(number);
                self.alignment.asked(number);
            }
            Asked::CallOff(number) => {
                self.barriers.call_off(number);
                self.alignment.call_off(number);
                self.forget(number);
            }
            Asked::Publish => {
                if self.publication.asked() == Publish::Move {
                    target.publish(self.index, self.generation)?;
                    self.publication.moved();
                }
                self.words.push(self.account.published());
            }
        }
        Ok(())
    }

    /// Takes the next thing out of the queues, or out of the source.
    pub(crate) fn read(&mut self, plan: &NodePlan, chance: &mut Chance, may_begin: bool) -> Stepped {
        if let Kind::Source(batches) = &plan.kind {
            return self.read_source(batches);
        }
        if self.gone || self.ending || self.tasks.len() > TASKS_MAX {
            return Stepped::Idle;
        }
        if let Some(number) = self.alignment.due().filter(|_| !may_begin || chance.once_in(4)) {
            self.cut(number);
            return Stepped::Done;
        }
        if !may_begin {
            return Stepped::Idle;
        }
        let Some(end) = self.order.wanted() else {
            let instances = self.states.len();
            (0..instances).for_each(|it| self.hand(it, Work::Finish { last: it + 1 == instances }));
            self.ending = true;
            return Stepped::Done;
        };
        match self.queues[end].front() {
            None => return Stepped::Idle,
            Some(Slot::Barrier(number)) => {
                let number = *number;
                if self.alignment.reached(number) == Reached::Cut {
                    self.cut(number);
                }
                self.queues[end].pop_front();
            }
            Some(Slot::End) => {
                self.queues[end].pop_front();
                self.order.ended();
            }
            Some(Slot::Batch(_)) => {
                let Some(Slot::Batch(rows)) = self.queues[end].pop_front() else { unreachable!() };
                self.alignment.delivered(end, bytes(&rows));
                self.order.delivered();
                let number = self.alignment.batches_delivered(end);
                let name = BatchName { node: self.index as u32, end: end as u32, number };
                for (instance, rows) in plan.portions(&rows, chance.below(self.states.len())) {
                    self.hand(instance, Work::Batch { name, rows });
                }
            }
        }
        Stepped::Done
    }

    /// One instance does its next task.
    pub(crate) fn execute(
        &mut self,
        plan: &NodePlan,
        chance: &mut Chance,
        target: &mut Target,
        dies_of: impl Fn(BatchName) -> Option<bool>,
    ) -> Stepped {
        let instance = chance.below(self.states.len());
        if self.tasks.iter().any(|task| task.had_enough) {
            return Stepped::Idle; // What it has taken beyond that it never sees.
        }
        let mine = |task: &&mut Task| task.instance == instance && task.sent.is_none();
        let Some(task) = self.tasks.iter_mut().find(mine) else { return Stepped::Idle };
        let state = &mut self.states[instance];
        let mut sent = Vec::new();
        match &task.work {
            Work::Batch { name, rows } => match dies_of(*name) {
                Some(true) => return Stepped::Died(Some(*name)),
                Some(false) => {}
                None => {
                    sent = plan.process(state, name.end as usize, rows).into_iter().map(Slot::Batch).collect();
                    task.had_enough = plan.has_enough(state);
                    if matches!(plan.kind, Kind::Sink) && !target.write(self.index, self.generation, rows) {
                        return Stepped::Died(None);
                    }
                }
            },
            Work::Snapshot { number, last } => {
                let number = *number;
                if *last && self.fault != Some(Fault::BarrierOvertakes) {
                    sent.push(Slot::Barrier(number));
                }
                let bytes = serde_json::to_vec(state).expect("a state is plain");
                task.sent = Some(sent);
                return self.snapshot_instance(number, instance, bytes, target);
            }
            Work::Finish { last } => {
                sent = plan.finish(state).into_iter().map(Slot::Batch).collect();
                sent.extend(last.then_some(Slot::End));
            }
        }
        task.sent = Some(sent);
        Stepped::Done
    }

    /// What the foremost task has sent goes out, if it is done.
    pub(crate) fn flush(&mut self) -> Stepped {
        if self.out.len() > OUT_MAX {
            return Stepped::Idle;
        }
        let Some(task) = self.tasks.pop_front_if(|task| task.sent.is_some()) else { return Stepped::Idle };
        self.out.extend(task.sent.into_iter().flatten());
        if task.had_enough {
            self.end_early();
            self.out.push_back(Slot::End);
        }
        Stepped::Done
    }

    /// Makes a part durable.
    pub(crate) fn store_part(&mut self, store: &impl CheckpointStore, share: u32) -> Stepped {
        let Some((number, part, bytes)) = self.parts.pop_front() else { return Stepped::Idle };
        let id = CheckpointId { generation: self.generation, number };
        let name = PartName { node: self.index as u32, part };
        match store.put(id, share, name, &bytes) {
            Ok(record) => {
                self.words.extend(self.account.durable(number, record));
                Stepped::Done
            }
            Err(StoreError::Superseded { .. } | StoreError::Io { .. } | StoreError::Damaged { .. }) => {
                Stepped::Died(None)
            }
        }
    }

    /// Nobody reads what it sends, or it wants no more.
    pub(crate) fn end_early(&mut self) {
        (self.gone, self.ending) = (true, true);
        self.tasks.clear();
        self.queues.iter_mut().for_each(VecDeque::clear);
        let unread = self.alignment.unread();
        let number = unread.map(|(number, _)| number).or(self.snapshot.as_ref().map(|it| it.number));
        if let Some(number) = number.filter(|_| self.snapshot.is_some()) {
            if self.fault == Some(Fault::HideCut) {
                self.snapshot = None;
                self.account.finish();
                self.words.extend(self.account.cut(number, &[]));
            } else {
                self.give_up(Some((number, GivenUp::CameToItsEnd)));
            }
        }
    }

    /// Everything it sent is out.
    pub(crate) fn conclude(&mut self, target: &mut Target) -> Result<(), String> {
        self.gone = true;
        let (word, owed) = self.account.finish();
        self.words.push(word);
        if let Some(number) = owed {
            self.take_part_finished(number, target);
        }
        if self.fault == Some(Fault::PublishEarly) && !self.account.parts_at_end().is_empty() {
            target.publish_early(self.index, self.generation);
            self.publication.moved();
        }
        Ok(())
    }

    pub(crate) fn is_ending(&self) -> bool {
        self.ending
    }

    /// How far it is, for the message about a run that is stuck.
    pub(crate) fn how_far(&self) -> String {
        let waiting: Vec<usize> = self.queues.iter().map(VecDeque::len).collect();
        let (out, tasks, finished) = (self.out.len(), self.tasks.len(), self.account.is_finished());
        format!("{}: {waiting:?} wait, {tasks} tasks, {out} to send, finished {finished}; ", self.index)
    }

    /// Batches that it keeps for a checkpoint.
    pub(crate) fn kept_bytes(&self) -> u64 {
        self.snapshot.iter().flat_map(|it| it.kept.iter().flatten()).map(bytes).sum()
    }

    fn read_source(&mut self, batches: &[Batch]) -> Stepped {
        if self.ending || !self.out.is_empty() {
            return Stepped::Idle;
        }
        if let Some(number) = self.barriers.between_batches() {
            self.cut_for = number;
            self.words.extend(self.account.cut(number, &[Part::Position]));
            self.part(number, Part::Position, serde_json::to_vec(&self.position).expect("a number is plain"));
            self.out.push_back(Slot::Barrier(number));
        } else if let Some(batch) = batches.get(self.position) {
            self.position += 1;
            self.out.push_back(Slot::Batch(batch.clone()));
        } else {
            self.ending = true;
            self.out.push_back(Slot::End);
        }
        Stepped::Done
    }

    fn hand(&mut self, instance: usize, work: Work) {
        self.tasks.push_back(Task { instance, work, sent: None, had_enough: false });
    }
}

pub(crate) fn bytes(rows: &Batch) -> u64 {
    8 * rows.len() as u64
}
