//! What a checkpoint holds: parts by node, and the one record that makes it whole.

mod join;

pub use join::JoinError;

use std::fmt;

use leat_bundle::Digest;
use serde::{Deserialize, Serialize};

use crate::id::CheckpointId;
use crate::order::Order;

/// The version of the record's form that this code writes, and the only one that it reads.
pub const RECORD_VERSION: u32 = 2;

/// What of a node a part holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Part {
    /// Its [`FlowState`] and the batches that were on their way to it.
    Flow,
    /// The state of one of its instances; a node without threads of its own has instance 0.
    Instance(u32),
    /// Where a source or a sink is in its file.
    Position,
    /// What it had counted, refused and made known by its cut, for the report and for who waits for it.
    Counted,
}

/// What a part is called in its checkpoint.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct PartName {
    /// The node, by its place in the plan of the whole run.
    pub node: u32,
    /// What of it.
    pub part: Part,
}

/// A part that is durable.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PartRecord {
    /// What it is.
    pub name: PartName,
    /// Which share of the run (which host's) has written it.
    pub share: u32,
    /// How long it is.
    pub bytes: u64,
    /// Of these bytes.
    pub digest: Digest,
}

/// What a checkpoint knows of a node.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct NodeRecord {
    /// The node, by its place in the plan of the whole run.
    pub node: u32,
    /// It had come to its end: it is not run again, its readers know so, and its writers find nobody there.
    pub finished: bool,
    /// What it is restored from; where it had finished, what it had counted and the position of a sink at most.
    pub parts: Vec<PartRecord>,
}

/// The one record that makes a checkpoint whole: where it is, every part that it names is durable.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Completion {
    /// [`RECORD_VERSION`].
    pub version: u32,
    /// Which checkpoint was taken; nothing of it tells where it is kept now.
    pub id: CheckpointId,
    /// Every node had come to its end: what is left is to publish. Of a share, every node of the share.
    pub last: bool,
    /// Every node of the run or of the share, in the plan's order; none for a run's beginning.
    pub nodes: Vec<NodeRecord>,
}

/// How far a node is with the queues that end at it, at the place of the cut.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FlowState {
    /// Which end's batch comes next.
    pub order: Order,
    /// By end.
    pub ends: Vec<EndState>,
}

/// One end of a queue at the place of the cut.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct EndState {
    /// Batches that the node had taken from it since the run began.
    pub delivered: u64,
    /// Batches that came before the barrier and were not yet taken. They are kept in the part, in this order, and come
    /// before everything that the restored writer sends.
    pub waiting: u64,
    /// After those there are no more: its writer had finished.
    pub ended: bool,
}

impl Completion {
    /// What an attempt begins from where there is no checkpoint.
    pub fn beginning(id: CheckpointId) -> Self {
        Completion { version: RECORD_VERSION, id, last: false, nodes: Vec::new() }
    }

    /// Whether this is no checkpoint but the run's beginning.
    pub fn is_beginning(&self) -> bool {
        self.nodes.is_empty() && !self.last
    }

    /// Every part that it names.
    pub fn parts(&self) -> impl Iterator<Item = &PartRecord> {
        self.nodes.iter().flat_map(|node| &node.parts)
    }

    /// Bytes of its parts.
    pub fn bytes(&self) -> u64 {
        self.parts().map(|part| part.bytes).sum()
    }
}

impl fmt::Display for PartName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.part {
            Part::Flow => write!(f, "node-{}-flow", self.node),
            Part::Instance(instance) => write!(f, "node-{}-instance-{instance}", self.node),
            Part::Position => write!(f, "node-{}-position", self.node),
            Part::Counted => write!(f, "node-{}-counted", self.node),
        }
    }
}
