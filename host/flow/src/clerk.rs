//! The clerk of a run's checkpoints: between the nodes, which tell what they do, the coordinator, which decides, and the
//! store.
//!
//! One thread of the worker calls it with the news of the nodes and with the time. It makes parts durable, which takes
//! time that the nodes do not wait for, and asks nodes for what the coordinator wants of them. What is decided is
//! `leat-checkpoint`'s.
//!
//! Within a worker nodes go by their places in its plan; in the protocol, and in all that is kept, by those in the plan of the whole
//! run, which are others where the plan is a share. The clerk knows both.

mod restore;

pub use restore::{RestoreError, restored};

use std::collections::VecDeque;
use std::sync::Arc;
use std::time::Duration;

use leat_checkpoint::account::{Account, Asked, Role};
use leat_checkpoint::alignment::GivenUp;
use leat_checkpoint::coordinator::{Begins, Command, Coordinator, Event, Settings};
use leat_checkpoint::id::{CheckpointId, Generation};
use leat_checkpoint::message::Word;
use leat_checkpoint::snapshot::{Completion, Part, PartName};
use leat_checkpoint::store::{CheckpointStore, StoreError};
use leat_stream::plan::{NodeKind, Plan};

use crate::cuts::{AtEnd, CutNews};
use crate::node::Node;

/// What became of a run's checkpoints so far.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Tally {
    /// How many were completed in this attempt.
    pub taken: u64,
    /// Bytes of the newest before the run's end.
    pub bytes: u64,
    /// How long that took, from its beginning to its record.
    pub took: Duration,
    /// Why the newest was not completed, where it was not. At a run's end: why several in a row were not before it, though the end
    /// itself was recorded.
    pub failed: Option<String>,
    /// Every node has come to its end and that is recorded: outputs may be published.
    pub may_publish: bool,
    /// The last checkpoint was tried in vain too often: outputs may be published all the same, though a run that is killed while
    /// it does so begins again from an older one.
    pub gave_up_last: bool,
    /// A newer attempt of the run has begun: this one is to end.
    pub superseded: bool,
}

/// So many in a row that were not completed before a run's end are told of.
const TROUBLE_MIN: u32 = 3;

/// How often the last checkpoint is tried.
const LAST_TRIES_MAX: u32 = 3;

/// The nodes of a plan that take part in checkpoints: all but those at which queues cross to other shares, which stand behind them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Members {
    /// Which share of the run they are; 0 where it is not divided.
    share: u32,
    /// By place in the plan: the place in the plan of the whole run, and what the node is to the protocol.
    roles: Vec<(u32, Role)>,
}

/// Keeps the checkpoints of one attempt, or of one share of it.
pub struct Clerk {
    generation: Generation,
    members: Members,
    nodes: Vec<Arc<Node>>,
    accounts: Vec<Account>,
    /// By node: the checkpoint that it has cut for and of which parts are still to come.
    cutting: Vec<Option<u64>>,
    /// By node: what it has left at its end.
    at_end: Vec<Option<AtEnd>>,
    coordinator: Coordinator,
    store: Arc<dyn CheckpointStore>,
    now: Duration,
    begun_at: Duration,
    tally: Tally,
    why: String,
    /// What kept checkpoints from being taken until the run's end.
    trouble: Option<String>,
    events: VecDeque<Event>,
}

impl Members {
    /// Those of a plan.
    pub fn of(plan: &Plan) -> Self {
        let role = |node: &leat_stream::plan::Node| match node.kind {
            NodeKind::Output(_) => Role::Sink,
            _ if node.queue_ends().next().is_none() => Role::Source,
            _ => Role::Inner,
        };
        let places = (0..plan.nodes.len()).map_while(|node| plan.place_in_run(node));
        let roles = places.zip(&plan.nodes).map(|(place, node)| (number(place), role(node))).collect();
        Members { share: plan.cut_from.as_ref().map_or(0, |cut| cut.share), roles }
    }

    /// Their places in the plan of the whole run, ascending.
    pub fn numbers(&self) -> Vec<u32> {
        self.roles.iter().map(|(number, _)| *number).collect()
    }

    /// The place in the plan of a node of the run.
    fn place(&self, number: u32) -> Option<usize> {
        self.roles.binary_search_by_key(&number, |(number, _)| *number).ok()
    }
}

impl Clerk {
    /// For an attempt of this generation that goes on from `base`, which the store has given to it. `at_end` is what nodes have left
    /// that had come to their end, by node.
    pub fn new(
        (generation, store): (Generation, Arc<dyn CheckpointStore>),
        (base, mut at_end): (&Completion, Vec<Option<AtEnd>>),
        (nodes, members): (Vec<Arc<Node>>, Members),
        settings: Settings,
    ) -> Self {
        let account = |&(number, role): &(u32, Role)| Account::new(generation, number, role);
        let mut accounts: Vec<Account> = members.roles.iter().map(account).collect();
        for record in base.nodes.iter().filter(|record| record.finished) {
            if let Some(at) = members.place(record.node) {
                accounts[at].finish();
            }
        }
        // A share records its end again in every attempt.
        let may_publish = base.last && settings.begins != Begins::ByOrder;
        at_end.resize_with(nodes.len(), || None);
        Clerk {
            generation,
            cutting: vec![None; nodes.len()],
            nodes,
            accounts,
            at_end,
            coordinator: Coordinator::new(generation, &members.roles, base, settings),
            members,
            store,
            now: Duration::ZERO,
            begun_at: Duration::ZERO,
            tally: Tally { may_publish, ..Tally::default() },
            why: String::new(),
            trouble: None,
            events: VecDeque::new(),
        }
    }

    /// What became of checkpoints so far.
    pub fn tally(&self) -> Tally {
        let in_a_row = self.coordinator.failed_in_a_row();
        let failed = (in_a_row > 0).then(|| self.why.clone()).or_else(|| self.trouble.clone());
        let gave_up_last = in_a_row >= LAST_TRIES_MAX && self.accounts.iter().all(Account::is_finished);
        Tally { failed, gave_up_last, ..self.tally.clone() }
    }

    /// So much time has passed since the attempt began.
    pub fn tick(&mut self, now: Duration) {
        self.now = self.now.max(now);
        self.events.push_back(Event::Tick(self.now));
        self.follow();
    }

    /// A checkpoint of this number is ordered, of this share and all others.
    pub fn begin(&mut self, number: u64) {
        self.events.push_back(Event::Begin(number));
        self.follow();
    }

    /// Takes in what a node has done.
    pub fn hear(&mut self, news: CutNews) {
        if let CutNews::Cut { number, .. } | CutNews::Refused { number, .. } = news {
            // A barrier from another share is as good as the order, which may come later or never.
            self.begin(number);
        }
        match news {
            CutNews::Cut { number, .. } if number < self.coordinator.number() => {}
            CutNews::Cut { node, number, parts } => {
                let word = self.accounts[node].cut(number, &parts);
                self.cutting[node] = word.is_none().then_some(number);
                self.say(word);
            }
            CutNews::Part { node, number, part, content } if self.cutting[node] == Some(number) => {
                match content.into_bytes() {
                    Ok(bytes) => self.keep(node, number, (part, &bytes)),
                    Err(error) => self.refuse(node, number, error.to_string()),
                }
            }
            CutNews::Part { .. } => {}
            CutNews::Refused { node, number, reason } => self.refuse(node, number, reason),
            CutNews::Finished { node, end } => {
                self.at_end[node] = Some(end);
                let (word, due) = self.accounts[node].finish();
                self.say(Some(word));
                // It ended between its cut and the last part of that, because nobody wants more of it.
                if let Some(number) = self.cutting[node] {
                    self.refuse(node, number, GivenUp::CameToItsEnd.to_string());
                }
                if let Some(number) = due {
                    self.take_part_at_end(node, number);
                }
            }
        }
        self.follow();
    }

    fn follow(&mut self) {
        while let Some(event) = self.events.pop_front() {
            for command in self.coordinator.on(event) {
                self.obey(command);
            }
        }
    }

    fn obey(&mut self, command: Command) {
        match command {
            Command::Send { node, request } => {
                let Some(node) = self.members.place(node) else { return };
                match self.accounts[node].asked(request) {
                    Asked::Nothing => {}
                    Asked::Say(word) => self.say(Some(word)),
                    Asked::TakePart(number) if self.accounts[node].is_finished() => {
                        self.begun_at = self.now;
                        self.take_part_at_end(node, number);
                    }
                    Asked::TakePart(number) => {
                        self.begun_at = self.now;
                        self.nodes[node].take_part(number);
                    }
                    Asked::CallOff(number) => {
                        if self.why.is_empty() {
                            "it was not whole in time".clone_into(&mut self.why);
                        }
                        self.cutting[node].take_if(|cutting| *cutting == number);
                        self.nodes[node].call_off(number);
                    }
                    Asked::Publish => self.tally.may_publish = true,
                }
            }
            Command::Record(completion) => {
                let recorded = self.store.complete(&completion);
                let event = match &recorded {
                    Ok(()) => Event::Recorded(completion.id),
                    Err(_) => Event::NotRecorded(completion.id),
                };
                match recorded {
                    Ok(()) => {
                        // The end is recorded whatever kept others from being taken; one alone is nothing to tell of, for at
                        // its end a run overtakes the one that is on its way.
                        let lasting = completion.last && self.coordinator.failed_in_a_row() >= TROUBLE_MIN;
                        self.trouble = lasting.then(|| self.why.clone());
                        // That of a run's end has no states any more, and says nothing of what the others took.
                        if !completion.last || self.tally.taken == 0 {
                            self.tally.bytes = completion.bytes();
                            self.tally.took = self.now.saturating_sub(self.begun_at);
                        }
                        self.tally.taken += 1;
                        // A run without sinks has nothing to publish.
                        self.tally.may_publish |= completion.last;
                    }
                    Err(error) => self.failed(&error),
                }
                self.events.push_back(event);
            }
            Command::KeepOnly(keep) => {
                if let Err(error) = self.store.keep_only(self.generation, &keep) {
                    self.failed(&error);
                }
            }
            // Publishing is the worker's: it needs no word of the coordinator's after the first.
            Command::Done => {}
        }
    }

    /// Makes a part durable.
    fn keep(&mut self, node: usize, number: u64, (part, bytes): (Part, &[u8])) {
        let (id, name) = (self.id(number), PartName { node: self.members.roles[node].0, part });
        match self.store.put(id, self.members.share, name, bytes) {
            Ok(record) => {
                let word = self.accounts[node].durable(number, record);
                if word.is_some() {
                    self.cutting[node] = None;
                }
                self.say(word);
            }
            Err(error) => {
                self.failed(&error);
                self.refuse(node, number, error.to_string());
            }
        }
    }

    fn take_part_at_end(&mut self, node: usize, number: u64) {
        let parts: Vec<Part> = self.accounts[node].parts_at_end().iter().copied().chain([Part::Counted]).collect();
        let AtEnd { position, counted } = self.at_end[node].clone().unwrap_or_default();
        let position = match position.filter(|_| parts.contains(&Part::Position)) {
            Some(Err(reason)) => return self.refuse(node, number, reason),
            None if parts.contains(&Part::Position) => {
                return self.refuse(node, number, "it did not say where it ended".to_owned());
            }
            position => position.and_then(Result::ok),
        };
        let counted = match counted.into_bytes() {
            Ok(counted) => counted,
            Err(error) => return self.refuse(node, number, error.to_string()),
        };
        self.cutting[node] = Some(number);
        let word = self.accounts[node].cut(number, &parts);
        self.say(word);
        for (part, bytes) in
            position.map(|position| (Part::Position, position)).into_iter().chain([(Part::Counted, counted)])
        {
            self.keep(node, number, (part, &bytes));
        }
    }

    fn refuse(&mut self, node: usize, number: u64, reason: String) {
        self.cutting[node].take_if(|cutting| *cutting == number);
        self.why = format!("node `{}`: {reason}", self.nodes[node].name());
        let word = self.accounts[node].refuse(number, reason);
        self.say(Some(word));
    }

    fn failed(&mut self, error: &StoreError) {
        self.tally.superseded |= matches!(error, StoreError::Superseded { .. });
        self.why = error.to_string();
    }

    fn say(&mut self, word: Option<Word>) {
        self.events.extend(word.map(Event::Word));
    }

    fn id(&self, number: u64) -> CheckpointId {
        CheckpointId { generation: self.generation, number }
    }
}

/// The number in the protocol of a node in this place of the whole run's plan.
fn number(place: usize) -> u32 {
    u32::try_from(place).unwrap_or(u32::MAX)
}
