//! What the coordinator of a run and its nodes say to each other. Any of it may be lost, doubled, late or out of order.

use serde::{Deserialize, Serialize};

use crate::id::{CheckpointId, Generation};
use crate::snapshot::NodeRecord;

/// What the coordinator asks of a node.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Request {
    /// Take part in a checkpoint. It is the sources that it moves, and nodes whose writers have finished: the others wait for
    /// the barriers.
    Begin(CheckpointId),
    /// That checkpoint is over without being whole.
    CallOff(CheckpointId),
    /// Say so if you have finished.
    AskFinished(Generation),
    /// To a sink: the last checkpoint is whole, give your output its name.
    Publish(Generation),
}

/// What a node tells the coordinator.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Word {
    /// All that the checkpoint needs of the node is durable.
    Acknowledged {
        /// Which checkpoint.
        id: CheckpointId,
        /// What there is.
        record: NodeRecord,
    },
    /// The node cannot take part in this checkpoint.
    Refused {
        /// Which checkpoint.
        id: CheckpointId,
        /// The node.
        node: u32,
        /// Why, for the log.
        reason: String,
    },
    /// The node has come to its end, and everything that it sent is out.
    Finished {
        /// The attempt.
        generation: Generation,
        /// The node.
        node: u32,
    },
    /// The sink's output has its name.
    Published {
        /// The attempt.
        generation: Generation,
        /// The node.
        node: u32,
    },
}

impl Request {
    /// The attempt that it is of.
    pub fn generation(&self) -> Generation {
        match self {
            Request::Begin(id) | Request::CallOff(id) => id.generation,
            Request::AskFinished(generation) | Request::Publish(generation) => *generation,
        }
    }
}

impl Word {
    /// The attempt that it is of.
    pub fn generation(&self) -> Generation {
        match self {
            Word::Acknowledged { id, .. } | Word::Refused { id, .. } => id.generation,
            Word::Finished { generation, .. } | Word::Published { generation, .. } => *generation,
        }
    }
}
