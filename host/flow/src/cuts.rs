//! What nodes do for checkpoints, and what they tell of it.
//!
//! The protocol is `leat-checkpoint`'s; here it is driven by the threads of a run. Whoever wants checkpoints gives
//! [`connect`](crate::dataflow::connect) a [`Checkpoints`], asks each [`Node`](crate::node::Node) to take part, and is told
//! of cuts and their parts as they come; it makes the parts durable and decides when a checkpoint is whole. A run that wants
//! none pays for none.

mod counted;
mod part;

pub use counted::{Count, Counted};
pub use part::{FlowPart, PartError, Read};

use std::sync::mpsc::Sender;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use leat_checkpoint::poison::BatchName;
use leat_checkpoint::snapshot::Part;
use leat_checkpoint::source::SourceBarriers;

use crate::step::{SinkPosition, StepError};
pub(crate) use part::FlowCut;

/// What the nodes of a run need to take part in checkpoints.
pub struct Checkpoints {
    /// Is told all that nodes do for checkpoints. It may be gone: then nobody wants to know.
    pub news: Sender<CutNews>,
    /// How many bytes of batches that are on their way to a node a checkpoint may hold. Beyond, there is no checkpoint.
    pub kept_bytes_max: u64,
    /// How many bytes a query may have read that it would have to read again; they stay in memory meanwhile. Beyond, there is
    /// no checkpoint.
    pub reread_bytes_max: u64,
    /// By node, what it goes on from; empty where the run begins from its beginning.
    pub restored: Vec<Restored>,
    /// Is told what components have in hand, where somebody wants to know.
    pub in_hand: Option<Arc<dyn InHand>>,
    /// Batches that have killed the process again and again: they are refused before their component sees them.
    pub poison: Vec<BatchName>,
}

/// Keeps what the threads of components have in hand where it outlives the process, so that the batch is known that killed it.
pub trait InHand: Send + Sync {
    /// A thread of a node takes a batch in hand, or has none any more. Called around every call with a batch, so it must be quick.
    fn note(&self, node: usize, thread: usize, batch: Option<BatchName>);
}

/// What a node goes on from. The default is its beginning.
#[derive(Debug, Default)]
pub struct Restored {
    /// It had come to its end, and is not run again.
    pub finished: bool,
    /// How far it was with its queues.
    pub flow: Option<FlowPart>,
    /// The states of its instances.
    pub instances: Vec<Vec<u8>>,
    /// Where a source or a sink is in its file; of a query, how many batches it had sent.
    pub position: Option<Vec<u8>>,
    /// What it had counted, refused and made known.
    pub counted: Option<Counted>,
}

/// What a node leaves that has come to its end.
#[derive(Clone, Debug, Default)]
pub struct AtEnd {
    /// Where a sink ended, or why it cannot say; nothing for other nodes.
    pub position: Option<Result<Vec<u8>, String>>,
    /// What it has counted, refused and made known.
    pub counted: Counted,
}

impl Restored {
    /// What the node left where it had come to its end; nothing where it had not.
    pub fn at_end(&self) -> Option<AtEnd> {
        let counted = self.counted.clone().unwrap_or_default();
        self.finished.then(|| AtEnd { position: self.position.clone().map(Ok), counted })
    }
}

/// Something that a node has done for a checkpoint.
#[derive(Debug)]
pub enum CutNews {
    /// It has made its cut; these parts follow.
    Cut {
        /// The node, by its place in the plan.
        node: usize,
        /// Of which checkpoint.
        number: u64,
        /// What there will be.
        parts: Vec<Part>,
    },
    /// A part is there, to be made durable.
    Part {
        /// The node.
        node: usize,
        /// Of which checkpoint.
        number: u64,
        /// Which.
        part: Part,
        /// What it holds.
        content: PartContent,
    },
    /// It does not take part.
    Refused {
        /// The node.
        node: usize,
        /// In which checkpoint.
        number: u64,
        /// Why not, for a person.
        reason: String,
    },
    /// It has come to its end, and all it sent is out.
    Finished {
        /// The node.
        node: usize,
        /// What it leaves.
        end: AtEnd,
    },
}

/// What a part holds. Written by whoever keeps it, on a thread of its own: the nodes go on.
#[derive(Debug)]
pub struct PartContent(Content);

#[derive(Debug)]
enum Content {
    Bytes(Vec<u8>),
    Sink(SinkPosition),
    Flow(FlowCut),
    Counted(Box<Counted>),
}

impl PartContent {
    /// As bytes. Of a sink's position, what was written before it is durable then, which takes as long as the disk takes.
    ///
    /// # Errors
    /// Where batches that wait on disk cannot be read, batches or refused records not written, or what a sink wrote not made
    /// durable.
    pub fn into_bytes(self) -> Result<Vec<u8>, PartError> {
        match self.0 {
            Content::Bytes(bytes) => Ok(bytes),
            Content::Sink(position) => Ok(position.into_bytes()?),
            Content::Flow(cut) => cut.into_bytes(),
            Content::Counted(counted) => counted.into_bytes(),
        }
    }
}

impl From<Vec<u8>> for PartContent {
    fn from(bytes: Vec<u8>) -> Self {
        PartContent(Content::Bytes(bytes))
    }
}

impl From<SinkPosition> for PartContent {
    fn from(position: SinkPosition) -> Self {
        PartContent(Content::Sink(position))
    }
}

/// One node's side.
pub(crate) struct NodeCuts {
    node: usize,
    news: Sender<CutNews>,
    barriers: Mutex<SourceBarriers>,
    restored: Mutex<Restored>,
    /// Of a sink that has taken everything.
    end: Mutex<Option<Result<Vec<u8>, String>>>,
    in_hand: Option<Arc<dyn InHand>>,
    /// Of the node alone.
    poison: Vec<BatchName>,
}

impl NodeCuts {
    pub(crate) fn new(node: usize, news: Sender<CutNews>, restored: Restored) -> Self {
        NodeCuts {
            node,
            news,
            barriers: Mutex::default(),
            restored: Mutex::new(restored),
            end: Mutex::default(),
            in_hand: None,
            poison: Vec::new(),
        }
    }

    /// The same, which tells what it has in hand and refuses those of these batches that are its own.
    pub(crate) fn watched(self, in_hand: Option<Arc<dyn InHand>>, poison: &[BatchName]) -> Self {
        let own = |batch: &&BatchName| batch.node as usize == self.node;
        NodeCuts { in_hand, poison: poison.iter().filter(own).copied().collect(), ..self }
    }

    /// What the node's batch is called in every attempt.
    fn name(&self, end: usize, number: u64) -> BatchName {
        let narrow = |place: usize| u32::try_from(place).unwrap_or(u32::MAX);
        BatchName { node: narrow(self.node), end: narrow(end), number }
    }

    /// Whether a batch is to be refused because it kills the process.
    pub(crate) fn is_poison(&self, end: usize, number: u64) -> bool {
        !self.poison.is_empty() && self.poison.contains(&self.name(end, number))
    }

    /// A thread takes a batch in hand.
    pub(crate) fn takes(&self, thread: usize, end: usize, number: u64) {
        if let Some(in_hand) = &self.in_hand {
            in_hand.note(self.node, thread, Some(self.name(end, number)));
        }
    }

    /// A thread has let its batch go.
    pub(crate) fn lets_go(&self, thread: usize) {
        if let Some(in_hand) = &self.in_hand {
            in_hand.note(self.node, thread, None);
        }
    }

    /// A source is asked to take part.
    pub(crate) fn ask_source(&self, number: u64) {
        lock(&self.barriers).ask(number);
    }

    /// A checkpoint is over without being whole.
    pub(crate) fn call_off(&self, number: u64) {
        lock(&self.barriers).call_off(number);
    }

    /// A source is between two batches: the barrier to send now.
    pub(crate) fn between_batches(&self) -> Option<u64> {
        lock(&self.barriers).between_batches()
    }

    pub(crate) fn cut(&self, number: u64, parts: Vec<Part>) {
        self.tell(CutNews::Cut { node: self.node, number, parts });
    }

    pub(crate) fn part(&self, number: u64, part: Part, content: impl Into<PartContent>) {
        self.tell(CutNews::Part { node: self.node, number, part, content: content.into() });
    }

    pub(crate) fn flow(&self, number: u64, cut: FlowCut) {
        let content = PartContent(Content::Flow(cut));
        self.tell(CutNews::Part { node: self.node, number, part: Part::Flow, content });
    }

    pub(crate) fn counted(&self, number: u64, counted: Counted) {
        let content = PartContent(Content::Counted(Box::new(counted)));
        self.tell(CutNews::Part { node: self.node, number, part: Part::Counted, content });
    }

    pub(crate) fn refused(&self, number: u64, reason: String) {
        self.tell(CutNews::Refused { node: self.node, number, reason });
    }

    /// What a step, source or sink answered that was asked for its place: a part, or a refusal.
    ///
    /// # Errors
    /// Those that end the run.
    pub(crate) fn answered(
        &self,
        number: u64,
        part: Part,
        answer: Result<impl Into<PartContent>, StepError>,
    ) -> Result<(), StepError> {
        match answer {
            Ok(content) => self.part(number, part, content),
            Err(StepError::Failed(reason) | StepError::BatchRefused(reason)) => self.refused(number, reason),
            Err(error) => return Err(error),
        }
        Ok(())
    }

    /// A sink has taken everything: where it is now.
    pub(crate) fn sink_ended(&self, answer: Result<Vec<u8>, StepError>) {
        *lock(&self.end) = Some(answer.map_err(|error| error.to_string()));
    }

    pub(crate) fn finished(&self, counted: Counted) {
        let position = lock(&self.end).take();
        self.tell(CutNews::Finished { node: self.node, end: AtEnd { position, counted } });
    }

    /// What the node goes on from, each given once.
    pub(crate) fn take_instance(&self, instance: usize) -> Option<Vec<u8>> {
        let mut restored = lock(&self.restored);
        restored.instances.get_mut(instance).map(std::mem::take)
    }

    pub(crate) fn take_position(&self) -> Option<Vec<u8>> {
        lock(&self.restored).position.take()
    }

    fn tell(&self, news: CutNews) {
        let _ = self.news.send(news);
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
