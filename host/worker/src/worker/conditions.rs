//! `where=`: which records a node's readers see, and which an input sends on.

use std::sync::Arc;

use arrow_array::RecordBatch;
use leat_flow::dataflow::Place;
use leat_flow::step::{Condition, Outlet, Source, StepError};
use leat_sql::Filter;
use leat_stream::plan::{Node, NodeKind};
use leat_stream::schema::Field;

use crate::job::Job;

/// Sets the condition of a node that reads queues: on each queue of its first port.
pub(super) fn install(job: &Job, node: &Node, place: &Place) -> Result<(), StepError> {
    let Some(condition) = node.condition.as_ref().filter(|_| !matches!(node.kind, NodeKind::Input(_))) else {
        return Ok(());
    };
    for (end, (_, bound)) in node.queue_ends().enumerate().filter(|(_, (port, _))| *port == 0) {
        let fields = &job.plan.queues[bound.queue].fields;
        let filter = Filter::new(&condition.expression, fields, job.started_us)?;
        place.inputs.keep_only(end, Arc::new(filter));
    }
    Ok(())
}

/// The source of an input, with its condition where it has one.
pub(super) fn filtered(
    source: Box<dyn Source>,
    job: &Job,
    node: &Node,
    fields: &[Field],
) -> Result<Box<dyn Source>, StepError> {
    let Some(condition) = &node.condition else { return Ok(source) };
    let filter = Filter::new(&condition.expression, fields, job.started_us)?;
    Ok(Box::new(FilteredSource { source, filter }))
}

/// A source of which only some records go on.
struct FilteredSource {
    source: Box<dyn Source>,
    filter: Filter,
}

impl Source for FilteredSource {
    fn next(&mut self, outlet: &mut dyn Outlet) -> Result<Option<RecordBatch>, StepError> {
        // A batch of which nothing stays goes on too: the loop around it must see that the run may be ending.
        self.source.next(outlet)?.map(|batch| self.filter.keep(&batch)).transpose()
    }
}
