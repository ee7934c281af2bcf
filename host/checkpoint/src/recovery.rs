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

/// How an attempt begins of which these are the nodes, in ascending order, of a run with so many. A share finds its own among those of
/// the whole run, or is given no others.
///
/// # Errors
/// Where the checkpoint is not of this run or this Leat.
pub fn start(completion: &Completion, own: &[u32], nodes: usize) -> Result<Start, RecoveryError> {
    if completion.version != RECORD_VERSION {
        return Err(RecoveryError::Version { found: completion.version, expected: RECORD_VERSION });
    }
    if completion.is_beginning() {
        return Ok(Start::Beginning);
    }
    let ascending = completion.nodes.is_sorted_by(|one, next| one.node < next.node);
    let within = completion.nodes.last().is_none_or(|last| (last.node as usize) < nodes);
    let records = completion.of_nodes(own).nodes;
    if !ascending || !within || records.len() != own.len() {
        return Err(RecoveryError::OtherPlan { found: completion.nodes.len(), expected: nodes });
    }
    Ok(if completion.last { Start::Publish(records) } else { Start::Restore(records) })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::id::{CheckpointId, Generation};

    #[test]
    fn a_checkpoint_of_another_plan_or_version_is_refused() {
        let mut completion = Completion::beginning(CheckpointId::base(Generation(1)));
        assert_eq!(start(&completion, &[0, 1], 2), Ok(Start::Beginning));
        let record = |node| NodeRecord { node, finished: false, parts: Vec::new() };
        completion.nodes = vec![record(0), record(1)];
        assert!(matches!(start(&completion, &[0, 1], 2), Ok(Start::Restore(nodes)) if nodes.len() == 2));
        let other = |expected| Err(RecoveryError::OtherPlan { found: 2, expected });
        assert_eq!((start(&completion, &[0, 1, 2], 3), start(&completion, &[0], 1)), (other(3), other(1)));
        completion.nodes.swap(0, 1);
        assert!(start(&completion, &[0, 1], 2).is_err());
        completion.version = 9;
        assert_eq!(start(&completion, &[0, 1], 2), Err(RecoveryError::Version { found: 9, expected: RECORD_VERSION }));
    }

    #[test]
    fn a_share_goes_on_from_its_nodes_of_the_whole_run_or_from_a_record_of_them_alone() {
        let record = |node| NodeRecord { node, finished: node == 1, parts: Vec::new() };
        let id = CheckpointId { generation: Generation(1), number: 3 };
        let nodes = (0..4).map(record).collect();
        let run = Completion { version: RECORD_VERSION, id, last: false, nodes };
        let own = Start::Restore(vec![record(1), record(3)]);
        assert_eq!(start(&run, &[1, 3], 4), Ok(own.clone()));
        assert_eq!(start(&run.of_nodes(&[1, 3]), &[1, 3], 4), Ok(own));
        assert!(start(&run.of_nodes(&[1]), &[1, 3], 4).is_err());
    }
}
