//! The coordinator of one attempt of a run: begins checkpoints, collects acknowledgements, and ends the run.
//!
//! Driven with events, of which the time is one; what it answers is to be done by whoever drives it. One checkpoint is in
//! flight at most. A request or a word that is lost is made good by the next ticks: what is asked is asked again, and a
//! checkpoint that is not whole in time is called off and followed by another.

use std::collections::VecDeque;
use std::time::Duration;

use crate::account::Role;
use crate::id::{CheckpointId, Generation};
use crate::message::{Request, Word};
use crate::snapshot::{Completion, NodeRecord, RECORD_VERSION};

/// How often the patience with a checkpoint is doubled: with 10 s, 640 s are the most.
const PATIENCE_DOUBLINGS_MAX: u32 = 6;

/// When checkpoints are taken, and how many are kept.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Settings {
    /// From the beginning of one checkpoint to that of the next. A run shorter than this takes none but its last.
    pub interval: Duration,
    /// A checkpoint that is not whole by then is called off. It is doubled with each in a row that fails, so that a run whose
    /// checkpoints take longer gets them all the same. The last checkpoint holds nobody up and is waited for.
    pub patience: Duration,
    /// After so long without an answer, what was asked is asked again.
    pub ask_again: Duration,
    /// How many whole checkpoints are kept; at least 1.
    pub kept: usize,
}

/// What has happened.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Event {
    /// So much time has passed since the attempt began.
    Tick(Duration),
    /// A node said something.
    Word(Word),
    /// The record that was to be written is durable.
    Recorded(CheckpointId),
    /// It is not, or nobody knows.
    NotRecorded(CheckpointId),
}

/// What is to be done.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Command {
    /// Say this to a node.
    Send {
        /// The node.
        node: u32,
        /// What.
        request: Request,
    },
    /// Write the record of a checkpoint, and say how that went.
    Record(Completion),
    /// Remove every checkpoint but these of this generation, and older generations with theirs.
    KeepOnly(Vec<u64>),
    /// The run is done: everything is published. To be believed of the newest attempt alone: what the sinks of an older one did
    /// not find in their stagings may have been taken over by a newer one, and not published.
    Done,
}

/// The coordinator of one attempt. Its memory is bounded by the number of nodes and of checkpoints kept.
#[derive(Clone, Debug)]
pub struct Coordinator {
    generation: Generation,
    settings: Settings,
    roles: Vec<Role>,
    finished: Vec<bool>,
    now: Duration,
    asked_at: Duration,
    next_at: Duration,
    /// The number used last.
    number: u64,
    /// Numbers of whole checkpoints, the newest last; 0 is what the attempt began from.
    kept: VecDeque<u64>,
    failed_in_a_row: u32,
    phase: Phase,
}

#[derive(Clone, Debug, PartialEq, Eq)]
enum Phase {
    Between,
    InFlight { since: Duration, records: Vec<Option<NodeRecord>> },
    Recording { last: bool },
    Publishing { missing: Vec<u32> },
    Done,
}

impl Coordinator {
    /// For an attempt that begins from `base`, with nodes of these roles.
    pub fn new(generation: Generation, roles: Vec<Role>, base: &Completion, settings: Settings) -> Self {
        let mut finished = vec![false; roles.len()];
        for record in base.nodes.iter().filter(|record| record.finished) {
            if let Some(finished) = finished.get_mut(record.node as usize) {
                *finished = true;
            }
        }
        let mut coordinator = Coordinator {
            generation,
            settings,
            finished,
            now: Duration::ZERO,
            asked_at: Duration::ZERO,
            next_at: settings.interval,
            number: 0,
            kept: VecDeque::from([0]),
            failed_in_a_row: 0,
            phase: Phase::Between,
            roles,
        };
        if base.last {
            coordinator.phase = coordinator.publishing();
        }
        coordinator
    }

    /// How many checkpoints in a row have failed; for whoever warns of it.
    pub fn failed_in_a_row(&self) -> u32 {
        self.failed_in_a_row
    }

    /// Takes in an event; answers what to do, in this order.
    pub fn on(&mut self, event: Event) -> Vec<Command> {
        match event {
            Event::Tick(now) => {
                self.now = self.now.max(now);
                self.tick()
            }
            Event::Word(word) if word.generation() == self.generation => self.heard(word),
            Event::Word(_) => Vec::new(),
            Event::Recorded(id) => self.recorded(id),
            Event::NotRecorded(id) => {
                if id == self.current() && matches!(self.phase, Phase::Recording { .. }) {
                    self.failed();
                }
                Vec::new()
            }
        }
    }

    fn tick(&mut self) -> Vec<Command> {
        let mut commands = Vec::new();
        let ask_again = self.now >= self.asked_at + self.settings.ask_again;
        match &self.phase {
            Phase::Between if self.now >= self.next_at || self.all_finished() => return self.begin(),
            Phase::InFlight { since, .. } if !self.all_finished() && self.now >= *since + self.patience() => {
                return self.call_off();
            }
            Phase::InFlight { records, .. } if ask_again => {
                let waited = |node: &usize| records[*node].is_none();
                let request = Request::Begin(self.current());
                commands.extend((0..self.roles.len()).filter(waited).map(|node| send(node, request)));
            }
            Phase::Publishing { missing } if ask_again => {
                let request = Request::Publish(self.generation);
                commands.extend(missing.iter().map(|&node| Command::Send { node, request }));
            }
            _ => {}
        }
        if let Phase::Publishing { missing } = &self.phase
            && missing.is_empty()
        {
            self.phase = Phase::Done;
            return vec![Command::Done];
        }
        if ask_again && !matches!(self.phase, Phase::Done) {
            self.asked_at = self.now;
            let request = Request::AskFinished(self.generation);
            commands.extend((0..self.roles.len()).filter(|&node| !self.finished[node]).map(|node| send(node, request)));
        }
        commands
    }

    fn heard(&mut self, word: Word) -> Vec<Command> {
        match word {
            Word::Acknowledged { id, record } => self.acknowledged(id, record),
            Word::Refused { id, .. } if id == self.current() && matches!(self.phase, Phase::InFlight { .. }) => {
                self.call_off()
            }
            Word::Refused { .. } => Vec::new(),
            Word::Finished { node, .. } => {
                let Some(finished) = self.finished.get_mut(node as usize) else { return Vec::new() };
                let news = !std::mem::replace(finished, true);
                match &self.phase {
                    Phase::Between if self.all_finished() => self.begin(),
                    Phase::InFlight { records, .. } if news && records[node as usize].is_none() => {
                        vec![Command::Send { node, request: Request::Begin(self.current()) }]
                    }
                    _ => Vec::new(),
                }
            }
            Word::Published { node, .. } => {
                let Phase::Publishing { missing } = &mut self.phase else { return Vec::new() };
                missing.retain(|other| *other != node);
                if !missing.is_empty() {
                    return Vec::new();
                }
                self.phase = Phase::Done;
                vec![Command::Done]
            }
        }
    }

    fn acknowledged(&mut self, id: CheckpointId, record: NodeRecord) -> Vec<Command> {
        let current = self.current();
        let Phase::InFlight { records, .. } = &mut self.phase else { return Vec::new() };
        let Some(slot) = records.get_mut(record.node as usize).filter(|_| id == current) else { return Vec::new() };
        slot.get_or_insert(record);
        if records.iter().any(Option::is_none) {
            return Vec::new();
        }
        let nodes: Vec<NodeRecord> = records.iter_mut().filter_map(Option::take).collect();
        let last = nodes.iter().all(|record| record.finished);
        self.phase = Phase::Recording { last };
        vec![Command::Record(Completion { version: RECORD_VERSION, id, last, nodes })]
    }

    fn recorded(&mut self, id: CheckpointId) -> Vec<Command> {
        let Phase::Recording { last } = self.phase else { return Vec::new() };
        if id != self.current() {
            return Vec::new();
        }
        self.failed_in_a_row = 0;
        self.kept.push_back(self.number);
        while self.kept.len() > self.settings.kept.max(1) {
            self.kept.pop_front();
        }
        let mut commands = vec![Command::KeepOnly(self.kept.iter().copied().collect())];
        if last {
            self.phase = self.publishing();
            self.asked_at = self.now;
            if let Phase::Publishing { missing } = &self.phase {
                let request = Request::Publish(self.generation);
                commands.extend(missing.iter().map(|&node| Command::Send { node, request }));
            }
        } else {
            self.phase = Phase::Between;
            if self.all_finished() {
                commands.extend(self.begin());
            }
        }
        commands
    }

    fn begin(&mut self) -> Vec<Command> {
        self.number += 1;
        self.phase = Phase::InFlight { since: self.now, records: vec![None; self.roles.len()] };
        self.next_at = self.now + self.settings.interval;
        self.asked_at = self.now;
        let request = Request::Begin(self.current());
        (0..self.roles.len()).map(|node| send(node, request)).collect()
    }

    fn call_off(&mut self) -> Vec<Command> {
        let request = Request::CallOff(self.current());
        self.failed();
        (0..self.roles.len()).map(|node| send(node, request)).collect()
    }

    fn failed(&mut self) {
        self.failed_in_a_row = self.failed_in_a_row.saturating_add(1);
        self.phase = Phase::Between;
    }

    fn publishing(&self) -> Phase {
        let sinks = (0..).zip(&self.roles).filter(|(_, role)| **role == Role::Sink);
        Phase::Publishing { missing: sinks.map(|(node, _)| node).collect() }
    }

    fn patience(&self) -> Duration {
        self.settings.patience.saturating_mul(1 << self.failed_in_a_row.min(PATIENCE_DOUBLINGS_MAX))
    }

    fn all_finished(&self) -> bool {
        self.finished.iter().all(|finished| *finished)
    }

    fn current(&self) -> CheckpointId {
        CheckpointId { generation: self.generation, number: self.number }
    }
}

fn send(node: usize, request: Request) -> Command {
    Command::Send { node: node as u32, request }
}
