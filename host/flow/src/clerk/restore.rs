//! What the nodes of a run go on from, read from the checkpoint that its attempt has taken over.

use arrow_schema::SchemaRef;
use leat_checkpoint::id::{CheckpointId, Generation};
use leat_checkpoint::recovery::{RecoveryError, Start, start};
use leat_checkpoint::snapshot::{Completion, NodeRecord, Part};
use leat_checkpoint::store::{CheckpointStore, StoreError};
use leat_stream::plan::Plan;

use super::Members;
use crate::binding::queue_schema;
use crate::cuts::{Counted, FlowPart, PartError, Restored};

/// Why a run cannot go on from its checkpoint.
#[derive(Debug, thiserror::Error)]
pub enum RestoreError {
    /// It is not of this run or this Leat.
    #[error(transparent)]
    Recovery(#[from] RecoveryError),
    /// A part cannot be had.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// A part is not what it should be.
    #[error("the checkpoint's part of node `{node}` cannot be read: {source}")]
    Part {
        /// Which node.
        node: String,
        /// Why not.
        source: PartError,
    },
}

/// What each node of a plan goes on from in the attempt of this generation; nothing where the run begins from its beginning. A share
/// takes the records of its nodes, which those of the whole run may be among.
///
/// # Errors
/// Where the checkpoint is not this run's, or damaged.
pub fn restored(
    (generation, store): (Generation, &dyn CheckpointStore),
    base: &Completion,
    plan: &Plan,
) -> Result<Vec<Restored>, RestoreError> {
    match start(base, &Members::of(plan).numbers(), plan.nodes_of_run())? {
        Start::Beginning => Ok(Vec::new()),
        Start::Restore(records) | Start::Publish(records) => {
            let read = |(record, node): (&NodeRecord, usize)| of_node((generation, store), record, (plan, node));
            records.iter().zip(0..plan.nodes.len()).map(read).collect()
        }
    }
}

fn of_node(
    (generation, store): (Generation, &dyn CheckpointStore),
    record: &NodeRecord,
    (plan, index): (&Plan, usize),
) -> Result<Restored, RestoreError> {
    let node = &plan.nodes[index];
    let schemas: Vec<SchemaRef> = node.queue_ends().map(|(_, end)| queue_schema(&plan.queues[end.queue])).collect();
    let unreadable = |source| RestoreError::Part { node: node.name.clone(), source };
    let mut restored = Restored { finished: record.finished, ..Restored::default() };
    for part in &record.parts {
        let bytes = store.read(CheckpointId::base(generation), part)?;
        match part.name.part {
            Part::Flow => {
                restored.flow = Some(FlowPart::read(&bytes, &schemas).map_err(unreadable)?);
            }
            Part::Instance(instance) => {
                let instance = instance as usize;
                if restored.instances.len() <= instance {
                    restored.instances.resize_with(instance + 1, Vec::new);
                }
                restored.instances[instance] = bytes;
            }
            Part::Position => restored.position = Some(bytes),
            Part::Counted => {
                restored.counted = Some(Counted::read(&bytes, (plan, index), &schemas).map_err(unreadable)?);
            }
        }
    }
    Ok(restored)
}
