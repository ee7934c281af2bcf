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

/// Who begins checkpoints.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Begins {
    /// The coordinator, with so long from the beginning of one to that of the next. A run shorter than this takes none but its
    /// last.
    Every(Duration),
    /// Somebody else, for all shares of a run, with [`Event::Begin`]. Of its own the coordinator begins the last one alone, once all
    /// of its nodes have finished: what it records then is true for every later number.
    ByOrder,
}

/// When checkpoints are taken, and how many are kept.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Settings {
    /// Who begins them.
    pub begins: Begins,
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
    /// A checkpoint of this number is to be begun, because it was ordered or because its barrier has come from another share. One
    /// that is still open is called off; a number that is no higher than those before is nothing.
    Begin(u64),
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

/// The coordinator of one attempt, or of one share of it. Its memory is bounded by the number of nodes and of checkpoints kept.
#[derive(Clone, Debug)]
pub struct Coordinator {
    generation: Generation,
    settings: Settings,
    nodes: Vec<Member>,
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

#[derive(Clone, Copy, Debug)]
struct Member {
    /// By its place in the plan of the whole run.
    number: u32,
    role: Role,
    finished: bool,
}

#[derive(Clone, Debug, PartialEq, Eq)]
enum Phase {
    Between,
    /// With what has been acknowledged, in the order of the nodes.
    InFlight {
        since: Duration,
        records: Vec<Option<NodeRecord>>,
    },
    Recording {
        last: bool,
    },
    Publishing {
        missing: Vec<u32>,
    },
    Done,
}

impl Coordinator {
    /// For an attempt that begins from `base`, with these nodes and what each is, in ascending order; of a share, with its own.
    pub fn new(generation: Generation, nodes: &[(u32, Role)], base: &Completion, settings: Settings) -> Self {
        let mut coordinator = Coordinator {
            generation,
            settings,
            nodes: nodes.iter().map(|&(number, role)| Member { number, role, finished: false }).collect(),
            now: Duration::ZERO,
            asked_at: Duration::ZERO,
            next_at: match settings.begins {
                Begins::Every(interval) => interval,
                Begins::ByOrder => Duration::MAX,
            },
            number: 0,
            kept: VecDeque::from([0]),
            failed_in_a_row: 0,
            phase: Phase::Between,
        };
        for record in base.nodes.iter().filter(|record| record.finished) {
            if let Some(at) = coordinator.place(record.node) {
                coordinator.nodes[at].finished = true;
            }
        }
        // A share says again what has become of it, in every attempt.
        if base.last && settings.begins != Begins::ByOrder {
            coordinator.phase = coordinator.publishing();
        }
        coordinator
    }

    /// The number used last; 0 where none was.
    pub fn number(&self) -> u64 {
        self.number
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
            Event::Begin(number) => self.ordered(number),
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
                let waited = self.nodes.iter().zip(records).filter(|(_, record)| record.is_none());
                let request = Request::Begin(self.current());
                commands.extend(waited.map(|(node, _)| Command::Send { node: node.number, request }));
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
            let at_work = self.nodes.iter().filter(|node| !node.finished);
            commands.extend(at_work.map(|node| Command::Send { node: node.number, request }));
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
                let Some(at) = self.place(node) else { return Vec::new() };
                let news = !std::mem::replace(&mut self.nodes[at].finished, true);
                match &self.phase {
                    Phase::Between if self.all_finished() => self.begin(),
                    Phase::InFlight { records, .. } if news && records[at].is_none() => {
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
        let Some(at) = self.place(record.node).filter(|_| id == self.current()) else { return Vec::new() };
        let Phase::InFlight { records, .. } = &mut self.phase else { return Vec::new() };
        records[at].get_or_insert(record);
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

    fn ordered(&mut self, number: u64) -> Vec<Command> {
        let is_over = matches!(self.phase, Phase::Publishing { .. } | Phase::Done);
        // Once all have finished, the last one is what counts, whatever number it has.
        if number <= self.number || is_over || self.all_finished() {
            return Vec::new();
        }
        let mut commands = if matches!(self.phase, Phase::InFlight { .. }) {
            self.request(Request::CallOff(self.current()))
        } else {
            Vec::new()
        };
        commands.extend(self.begin_as(number));
        commands
    }

    fn begin(&mut self) -> Vec<Command> {
        self.begin_as(self.number.saturating_add(1))
    }

    fn begin_as(&mut self, number: u64) -> Vec<Command> {
        self.number = number;
        self.phase = Phase::InFlight { since: self.now, records: vec![None; self.nodes.len()] };
        if let Begins::Every(interval) = self.settings.begins {
            self.next_at = self.now + interval;
        }
        self.asked_at = self.now;
        self.request(Request::Begin(self.current()))
    }

    fn call_off(&mut self) -> Vec<Command> {
        let request = Request::CallOff(self.current());
        self.failed();
        self.request(request)
    }

    /// Says it to every node.
    fn request(&self, request: Request) -> Vec<Command> {
        self.nodes.iter().map(|node| Command::Send { node: node.number, request }).collect()
    }

    /// A node's place among those that are coordinated.
    fn place(&self, number: u32) -> Option<usize> {
        self.nodes.binary_search_by_key(&number, |node| node.number).ok()
    }

    fn failed(&mut self) {
        self.failed_in_a_row = self.failed_in_a_row.saturating_add(1);
        self.phase = Phase::Between;
    }

    fn publishing(&self) -> Phase {
        let sinks = self.nodes.iter().filter(|node| node.role == Role::Sink);
        Phase::Publishing { missing: sinks.map(|node| node.number).collect() }
    }

    fn patience(&self) -> Duration {
        self.settings.patience.saturating_mul(1 << self.failed_in_a_row.min(PATIENCE_DOUBLINGS_MAX))
    }

    fn all_finished(&self) -> bool {
        self.nodes.iter().all(|node| node.finished)
    }

    fn current(&self) -> CheckpointId {
        CheckpointId { generation: self.generation, number: self.number }
    }
}
