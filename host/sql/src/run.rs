//! A query that runs: a source of batches for its node, fed by the node's ports.

use std::path::PathBuf;
use std::sync::Arc;

use arrow_array::{Array, RecordBatch};
use arrow_schema::SchemaRef;
use datafusion::common::DataFusionError;
use datafusion::execution::{SendableRecordBatchStream, TaskContext};
use datafusion::physical_plan::ExecutionPlanProperties;
use futures::StreamExt;
use leat_flow::schema::arrow_schema;
use leat_flow::step::{BATCH_ROWS, Outlet, Pull, Source, StepError};
use leat_stream::plan::SqlNode;
use leat_stream::schema::Field;
use tokio::runtime::Runtime;

use crate::bind::plan;
use crate::problem::plain;
use crate::session::{Resources, session};
use crate::table::Passes;

/// What a query runs with besides its queues.
#[derive(Clone, Debug)]
pub struct QuerySettings {
    /// The run's start in microseconds since 1970-01-01T00:00:00Z: what `now()` answers.
    pub started_us: i64,
    /// Where it puts records that its memory does not hold.
    pub spill_directory: PathBuf,
    /// How many bytes it may put there.
    pub spill_bytes_max: u64,
}

/// Starts a query. `inputs` are the node's ports, in the order of `node.scans`; `fields` are those of the queue that it writes.
///
/// # Errors
/// Where the check has let something through that cannot be planned.
pub fn open(
    node: &SqlNode,
    fields: &[Field],
    inputs: Arc<dyn Pull>,
    settings: &QuerySettings,
) -> Result<Box<dyn Source>, StepError> {
    let resources = Resources {
        memory_bytes: node.memory_bytes,
        spill: Some((settings.spill_directory.clone(), settings.spill_bytes_max)),
        started_us: Some(settings.started_us),
        minimize: node.minimize,
    };
    let failed = |why: String| StepError::Failed(format!("the query cannot run: {why}"));
    let session = session(&resources).map_err(|error| failed(error.strip_backtrace()))?;
    let passes = Passes::running(node.scans.clone(), inputs);
    let planned = plan(node, &session, &passes).map_err(|problems| {
        failed(problems.into_iter().map(|problem| problem.message).collect::<Vec<_>>().join("; "))
    })?;
    let runtime = tokio::runtime::Builder::new_current_thread()
        .max_blocking_threads(2)
        .build()
        .map_err(|error| failed(format!("there is no runtime: {error}")))?;
    let context = Arc::new(TaskContext::from(&session));
    debug_assert_eq!(planned.plan.output_partitioning().partition_count(), 1);
    let rows = {
        let _inside = runtime.enter();
        planned.plan.execute(0, context).map_err(|error| failed(error.strip_backtrace()))?
    };
    Ok(Box::new(RunningQuery {
        rows,
        runtime,
        passes,
        schema: arrow_schema(fields),
        memory_bytes: node.memory_bytes,
        spill_bytes_max: settings.spill_bytes_max,
        left: None,
    }))
}

/// A query under way. Its rows are dropped before its runtime.
struct RunningQuery {
    rows: SendableRecordBatchStream,
    runtime: Runtime,
    passes: Arc<Passes>,
    /// The queue's: a column that is not nullable has a reader that takes no nulls.
    schema: SchemaRef,
    memory_bytes: u64,
    spill_bytes_max: u64,
    /// What is left of a batch that was too large for one.
    left: Option<RecordBatch>,
}

impl Source for RunningQuery {
    fn next(&mut self, _outlet: &mut dyn Outlet) -> Result<Option<RecordBatch>, StepError> {
        let batch = loop {
            let batch = match self.left.take() {
                Some(batch) => Some(Ok(batch)),
                None => self.runtime.block_on(self.rows.next()),
            };
            match batch {
                None => return Ok(None),
                Some(Ok(batch)) if batch.num_rows() == 0 => {}
                Some(Ok(batch)) => break batch,
                Some(Err(error)) => return Err(self.failure(&error)),
            }
        };
        let rows = batch.num_rows().min(BATCH_ROWS);
        if batch.num_rows() > rows {
            self.left = Some(batch.slice(rows, batch.num_rows() - rows));
        }
        fitted(&self.schema, &batch.slice(0, rows)).map(Some)
    }
}

/// The batch as the queue has it: a column that is not nullable has a reader that takes no nulls.
pub(crate) fn fitted(schema: &SchemaRef, batch: &RecordBatch) -> Result<RecordBatch, StepError> {
    for (column, field) in batch.columns().iter().zip(schema.fields()) {
        if !field.is_nullable() && column.null_count() > 0 {
            let name = field.name();
            return Err(StepError::Failed(format!(
                "column `{name}` of the result holds a null, which a reader of its queue does not take; write \
                 `coalesce({name}, …)`, or leave such rows out with `where {name} is not null`"
            )));
        }
    }
    RecordBatch::try_new(Arc::clone(schema), batch.columns().to_vec())
        .map_err(|error| StepError::Failed(format!("the result is not what was planned: {error}")))
}

impl RunningQuery {
    fn failure(&self, error: &DataFusionError) -> StepError {
        if let Some(stop) = self.passes.take_stop() {
            return stop;
        }
        let said = plain(&error.strip_backtrace());
        match error.find_root() {
            DataFusionError::ResourcesExhausted(why) => StepError::Failed(format!(
                "the query needs more than the {} MiB of memory and {} MiB of disk that it has: {}; `memory=\"…\"` gives it \
                 more, `minimize=memory` lets it sort on disk what it joins",
                self.memory_bytes >> 20,
                self.spill_bytes_max >> 20,
                plain(why)
            )),
            _ if said.contains("No space left on device") => StepError::Failed(format!(
                "the disk is full where the query puts what its {} MiB of memory do not hold, in the run's directory: {said}; \
                 `memory=\"…\"` gives it more",
                self.memory_bytes >> 20
            )),
            _ => StepError::Failed(said),
        }
    }
}
