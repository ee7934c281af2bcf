//! What a node owes the coordinator: one acknowledgement of each checkpoint, once every part of it is durable.
//!
//! Used for nodes of every kind beside [`Alignment`](crate::alignment::Alignment), which says where the cut is; told when
//! the cut is made, when parts are durable, and what the coordinator asks. What it answers is to be sent; that it is lost
//! does no harm, because it is asked for again.

use crate::id::{CheckpointId, Generation};
use crate::message::{Request, Word};
use crate::snapshot::{NodeRecord, Part, PartRecord};

/// What a node is to the protocol.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Role {
    /// It has no queue that ends at it, and begins checkpoints when asked.
    Source,
    /// It reads queues and publishes nothing.
    Inner,
    /// It publishes what it was given.
    Sink,
}

/// What a request asks of the engine.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Asked {
    /// Nothing.
    Nothing,
    /// To send this word.
    Say(Word),
    /// To take part in a checkpoint: a source between two batches ([`SourceBarriers`](crate::source::SourceBarriers)), a
    /// finished node at once ([`Account::parts_at_end`]), another where no queue can bring the barrier any more
    /// ([`Alignment::asked`](crate::alignment::Alignment::asked)).
    TakePart(u64),
    /// To drop what it keeps for a checkpoint.
    CallOff(u64),
    /// To publish.
    Publish,
}

/// The account of one node in one attempt.
#[derive(Clone, Debug)]
pub struct Account {
    generation: Generation,
    node: u32,
    role: Role,
    finished: bool,
    /// The highest number that it was asked to take part in.
    asked: u64,
    /// The highest number that it took part in, gave up, or was told is over.
    settled: u64,
    collecting: Option<Collecting>,
    /// What it acknowledged last.
    last: Option<(u64, NodeRecord)>,
}

#[derive(Clone, Debug)]
struct Collecting {
    number: u64,
    finished: bool,
    missing: Vec<Part>,
    parts: Vec<PartRecord>,
}

impl Account {
    /// For a node that begins, or begins again.
    pub fn new(generation: Generation, node: u32, role: Role) -> Self {
        Account { generation, node, role, finished: false, asked: 0, settled: 0, collecting: None, last: None }
    }

    /// The node's cut for a checkpoint is made; these parts are to become durable. An older one that is not whole is
    /// dropped. Answers what to say where there is nothing to wait for.
    pub fn cut(&mut self, number: u64, parts: &[Part]) -> Option<Word> {
        self.settled = self.settled.max(number);
        let collecting = Collecting { number, finished: self.finished, missing: parts.to_vec(), parts: Vec::new() };
        self.collecting = Some(collecting);
        self.acknowledge()
    }

    /// A part is durable. Answers what to say where it was the last.
    pub fn durable(&mut self, number: u64, record: PartRecord) -> Option<Word> {
        let collecting = self.collecting.as_mut().filter(|it| it.number == number)?;
        let at = collecting.missing.iter().position(|part| *part == record.name.part)?;
        collecting.missing.swap_remove(at);
        collecting.parts.push(record);
        self.acknowledge()
    }

    /// The node gives up a checkpoint; answers what to say.
    pub fn refuse(&mut self, number: u64, reason: String) -> Word {
        self.settled = self.settled.max(number);
        self.drop_collected(number);
        Word::Refused { id: self.id(number), node: self.node, reason }
    }

    /// The node has come to its end and all it sent is out; answers what to say, and the checkpoint that it was asked to
    /// take part in and has not: it does so now, as one that has finished.
    pub fn finish(&mut self) -> (Word, Option<u64>) {
        self.finished = true;
        let word = Word::Finished { generation: self.generation, node: self.node };
        (word, (self.asked > self.settled).then_some(self.asked))
    }

    /// Whether the node has come to its end.
    pub fn is_finished(&self) -> bool {
        self.finished
    }

    /// The parts that a node leaves which has finished, beside what it has counted.
    pub fn parts_at_end(&self) -> &'static [Part] {
        if self.role == Role::Sink { &[Part::Position] } else { &[] }
    }

    /// The coordinator asks; what an older or a newer attempt's asks is not heard.
    pub fn asked(&mut self, request: Request) -> Asked {
        if request.generation() != self.generation {
            return Asked::Nothing;
        }
        match request {
            Request::Begin(CheckpointId { number, .. }) => self.begin(number),
            Request::CallOff(CheckpointId { number, .. }) => {
                self.settled = self.settled.max(number);
                self.drop_collected(number);
                Asked::CallOff(number)
            }
            Request::AskFinished(_) if self.finished => Asked::Say(self.finish().0),
            Request::AskFinished(_) => Asked::Nothing,
            Request::Publish(_) if self.role == Role::Sink && self.finished => Asked::Publish,
            Request::Publish(_) => Asked::Nothing,
        }
    }

    /// The sink's output has its name; answers what to say.
    pub fn published(&self) -> Word {
        Word::Published { generation: self.generation, node: self.node }
    }

    fn begin(&mut self, number: u64) -> Asked {
        if let Some((_, record)) = self.last.as_ref().filter(|(last, _)| *last == number) {
            return Asked::Say(Word::Acknowledged { id: self.id(number), record: record.clone() });
        }
        if number <= self.settled {
            let collects = self.collecting.as_ref().is_some_and(|it| it.number == number);
            // It was given up, and the word of that may be lost.
            return if collects {
                Asked::Nothing
            } else {
                Asked::Say(self.refuse(number, "it was given up".to_owned()))
            };
        }
        if number <= self.asked {
            return Asked::Nothing;
        }
        self.asked = number;
        Asked::TakePart(number)
    }

    fn acknowledge(&mut self) -> Option<Word> {
        let whole = self.collecting.take_if(|it| it.missing.is_empty())?;
        let record = NodeRecord { node: self.node, finished: whole.finished, parts: whole.parts };
        self.last = Some((whole.number, record.clone()));
        Some(Word::Acknowledged { id: self.id(whole.number), record })
    }

    fn drop_collected(&mut self, number: u64) {
        self.collecting.take_if(|it| it.number == number);
    }

    fn id(&self, number: u64) -> CheckpointId {
        CheckpointId { generation: self.generation, number }
    }
}
