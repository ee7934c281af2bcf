//! `where=`: which records a node's readers see, and which an input sends on.

use std::sync::Arc;

use arrow_array::{
    ArrayRef, BinaryArray, BooleanArray, Date32Array, Int32Array, Int64Array, RecordBatch, StringArray,
    TimestampMicrosecondArray,
};
use leat_flow::dataflow::Place;
use leat_flow::step::{Condition, Outlet, Source, StepError};
use leat_io::{RowGroup, RowGroups, Scalar};
use leat_sql::{Bounds, Filter};
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

/// The condition of an input, over the columns of its queue; nothing where it takes every record.
pub(super) fn of_input(job: &Job, node: &Node, fields: &[Field]) -> Result<Option<Arc<Filter>>, StepError> {
    let condition = node.condition.as_ref();
    let filter = condition.map(|condition| Filter::new(&condition.expression, fields, job.started_us));
    filter.transpose().map(|filter| filter.map(Arc::new))
}

/// A source that sends on what meets the condition, where there is one.
pub(super) fn filtered(source: Box<dyn Source>, filter: Option<Arc<Filter>>) -> Box<dyn Source> {
    match filter {
        Some(filter) => Box::new(FilteredSource { source, filter }),
        None => source,
    }
}

/// A condition that is asked about row groups before they are read.
pub(super) struct OfRowGroups(pub(super) Arc<Filter>);

impl std::fmt::Debug for OfRowGroups {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("OfRowGroups")
    }
}

impl RowGroups for OfRowGroups {
    fn keep(&self, group: &RowGroup) -> bool {
        let bounds = group.columns.iter().map(|column| Bounds {
            min: column.min.as_ref().and_then(bound),
            max: column.max.as_ref().and_then(bound),
            nulls: column.nulls,
        });
        self.0.may_keep(group.rows, &bounds.collect::<Vec<_>>())
    }
}

/// A bound as an array of one value, of the type that the column has. A `float64` has none: its bounds leave out NaN, which SQL
/// holds to be greater than every number. Nor has a decimal, whose digits say nothing without its type.
fn bound(value: &Scalar) -> Option<ArrayRef> {
    Some(match value {
        Scalar::Boolean(value) => Arc::new(BooleanArray::from(vec![*value])),
        Scalar::Int32(value) => Arc::new(Int32Array::from(vec![*value])),
        Scalar::Int64(value) => Arc::new(Int64Array::from(vec![*value])),
        Scalar::Date(value) => Arc::new(Date32Array::from(vec![*value])),
        Scalar::Timestamp(value) => Arc::new(TimestampMicrosecondArray::from(vec![*value])),
        Scalar::Text(value) => Arc::new(StringArray::from(vec![value.as_str()])),
        Scalar::Binary(value) => Arc::new(BinaryArray::from(vec![value.as_slice()])),
        Scalar::Float64(_) | Scalar::Decimal(_) => return None,
    })
}

/// A source of which only some records go on.
struct FilteredSource {
    source: Box<dyn Source>,
    filter: Arc<Filter>,
}

impl Source for FilteredSource {
    fn next(&mut self, outlet: &mut dyn Outlet) -> Result<Option<RecordBatch>, StepError> {
        // A batch of which nothing stays goes on too: the loop around it must see that the run may be ending.
        self.source.next(outlet)?.map(|batch| self.filter.keep(&batch)).transpose()
    }

    // It holds nothing between two batches: its place is the source's.
    fn position(&mut self) -> Result<Vec<u8>, StepError> {
        self.source.position()
    }

    fn resume(&mut self, position: &[u8]) -> Result<(), StepError> {
        self.source.resume(position)
    }
}
