//! What an attempt begins from, node by node.

use crate::snapshot::{Completion, NodeRecord, RECORD_VERSION};

/// How an attempt begins.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Start {
    /// From nothing.
    Beginning,
    /// From a checkpoint: by node, in the plan's order.
    Restore(Vec<NodeRecord>),
    /// Every node had come to its end: only the sinks are needed, to publish.
    Publish(Vec<NodeRecord>),
}

/// Why a checkpoint cannot be restored.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum RecoveryError {
    /// It was written by another version of Leat.
    #[error(
        "the checkpoint's record has version {found} and this Leat reads version {expected}: recover the run with the Leat that began it"
    )]
    Version {
        /// Its version.
        found: u32,
        /// What can be read.
        expected: u32,
    },
    /// It is of another plan.
    #[error(
        "the checkpoint is of a run with {found} nodes and this one has {expected}: recover the run with the plan it began with"
    )]
    OtherPlan {
        /// Nodes in the record.
        found: usize,
        /// Nodes in the plan.
        expected: usize,
    },
}

/// How an attempt of a run with so many nodes begins.
///
/// # Errors
/// Where the checkpoint is not of this run or this Leat.
pub fn start(completion: &Completion, nodes: usize) -> Result<Start, RecoveryError> {
    if completion.version != RECORD_VERSION {
        return Err(RecoveryError::Version { found: completion.version, expected: RECORD_VERSION });
    }
    if completion.is_beginning() {
        return Ok(Start::Beginning);
    }
    let in_order = completion.nodes.iter().enumerate().all(|(at, record)| record.node as usize == at);
    if completion.nodes.len() != nodes || !in_order {
        return Err(RecoveryError::OtherPlan { found: completion.nodes.len(), expected: nodes });
    }
    let records = completion.nodes.clone();
    Ok(if completion.last { Start::Publish(records) } else { Start::Restore(records) })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::id::{CheckpointId, Generation};

    #[test]
    fn a_checkpoint_of_another_plan_or_version_is_refused() {
        let mut completion = Completion::beginning(CheckpointId::base(Generation(1)));
        assert_eq!(start(&completion, 2), Ok(Start::Beginning));
        let record = |node| NodeRecord { node, finished: false, parts: Vec::new() };
        completion.nodes = vec![record(0), record(1)];
        assert!(matches!(start(&completion, 2), Ok(Start::Restore(nodes)) if nodes.len() == 2));
        assert_eq!(start(&completion, 3), Err(RecoveryError::OtherPlan { found: 2, expected: 3 }));
        completion.nodes.swap(0, 1);
        assert!(start(&completion, 2).is_err());
        completion.version = 9;
        assert_eq!(start(&completion, 2), Err(RecoveryError::Version { found: 9, expected: RECORD_VERSION }));
    }
}
