//! Queries that look at one record at a time: `select` and `where` over one table. They run batch by batch, without a stream
//! of DataFusion's in between, so that all they hold between two batches is known: a few rows that wait to become a batch.
//!
//! The check says of a query whether it is one ([`Stages::of`]), the worker runs it as a step ([`open_row_wise`]). What it
//! answers is what DataFusion's own stream answers, row by row; the tests of this crate hold the two against each other.

use std::sync::Arc;

use arrow_array::cast::AsArray;
use arrow_array::{Array, RecordBatch};
use arrow_ipc::reader::StreamReader;
use arrow_ipc::writer::StreamWriter;
use arrow_schema::{Schema, SchemaRef};
use arrow_select::concat::concat_batches;
use arrow_select::filter::filter_record_batch;
use datafusion::common::{DataFusionError, Result};
use datafusion::physical_expr::PhysicalExpr;
use datafusion::physical_expr::projection::Projector;
use datafusion::physical_plan::ExecutionPlan;
use datafusion::physical_plan::coop::CooperativeExec;
use datafusion::physical_plan::empty::EmptyExec;
use datafusion::physical_plan::filter::FilterExec;
use datafusion::physical_plan::projection::ProjectionExec;
use datafusion::physical_plan::streaming::StreamingTableExec;
use leat_flow::schema::arrow_schema;
use leat_flow::step::{BATCH_ROWS, Outlet, Pull, Step, StepError};
use leat_stream::plan::SqlNode;
use leat_stream::schema::Field;

use crate::bind::plan;
use crate::problem::plain;
use crate::run::fitted;
use crate::session::{Resources, session};
use crate::table::Passes;

/// Rows that are sent as they come: fewer wait for more, so that a filter that keeps little does not make many small batches.
const ROWS_MIN: usize = BATCH_ROWS / 2;

/// What is done to a batch, one after the other.
pub(crate) struct Stages(Vec<Stage>);

enum Stage {
    Filter {
        condition: Arc<dyn PhysicalExpr>,
        columns: Option<Vec<usize>>,
    },
    Project(Projector),
    /// Nothing stays: a condition that is never true in this run.
    Nothing,
}

impl Stages {
    /// The stages of a plan that looks at one record at a time; nothing where it does more than that.
    pub(crate) fn of(plan: &Arc<dyn ExecutionPlan>) -> Option<Self> {
        let (mut stages, mut at) = (Vec::new(), plan);
        loop {
            if at.fetch().is_some() {
                return None;
            }
            at = if let Some(filter) = at.downcast_ref::<FilterExec>() {
                let columns = filter.projection().as_ref().map(|columns| columns.to_vec());
                stages.push(Stage::Filter { condition: Arc::clone(filter.predicate()), columns });
                filter.input()
            } else if let Some(projection) = at.downcast_ref::<ProjectionExec>() {
                let projector = projection.projection_expr().make_projector(&projection.input().schema()).ok()?;
                stages.push(Stage::Project(projector));
                projection.input()
            } else if let Some(wrapped) = at.downcast_ref::<CooperativeExec>() {
                wrapped.input()
            } else if at.downcast_ref::<EmptyExec>().is_some() {
                return Some(Stages(vec![Stage::Nothing]));
            } else {
                at.downcast_ref::<StreamingTableExec>()?;
                stages.reverse();
                return Some(Stages(stages));
            };
        }
    }

    fn apply(&self, batch: RecordBatch) -> Result<RecordBatch> {
        self.0.iter().try_fold(batch, |batch, stage| match stage {
            Stage::Nothing => Ok(batch.slice(0, 0)),
            Stage::Project(projector) => projector.project_batch(&batch),
            Stage::Filter { condition, columns } => {
                let kept = condition.evaluate(&batch)?.into_array(batch.num_rows())?;
                let kept = kept
                    .as_boolean_opt()
                    .ok_or_else(|| DataFusionError::Internal("a condition is neither true nor false".to_owned()))?;
                let batch = match columns {
                    Some(columns) => batch.project(columns)?,
                    None => batch,
                };
                if kept.null_count() == 0 && kept.true_count() == batch.num_rows() {
                    return Ok(batch);
                }
                Ok(filter_record_batch(&batch, kept)?)
            }
        })
    }
}

/// Makes a query that looks at one record at a time into a step of its node. `fields` are those of the queue that it writes.
///
/// # Errors
/// Where the check has let something through that cannot be planned, or said this of a query that does more.
pub fn open_row_wise(
    node: &SqlNode,
    fields: &[Field],
    started_us: i64,
    outlet: Box<dyn Outlet>,
) -> std::result::Result<Box<dyn Step>, StepError> {
    let failed = |why: String| StepError::Failed(format!("the query cannot run: {why}"));
    let resources =
        Resources { memory_bytes: 1 << 20, spill: None, started_us: Some(started_us), minimize: node.minimize };
    let session = session(&resources).map_err(|error| failed(error.strip_backtrace()))?;
    let passes = Passes::running(node.scans.clone(), Arc::new(NoPull));
    let planned = plan(node, &session, &passes).map_err(|problems| {
        failed(problems.into_iter().map(|problem| problem.message).collect::<Vec<_>>().join("; "))
    })?;
    let stages = Stages::of(&planned.plan);
    let stages = stages.ok_or_else(|| failed("it was planned otherwise than the check has planned it".to_owned()))?;
    // Where nothing stays, nothing may be read.
    let table = passes.begun().unwrap_or_else(|| (Vec::new(), Arc::new(Schema::empty())));
    Ok(Box::new(RowWise { stages, table, schema: arrow_schema(fields), held: Vec::new(), held_rows: 0, outlet }))
}

/// A query under way.
struct RowWise {
    stages: Stages,
    /// Where the columns of the table are in the port's batches, and what the plan calls them.
    table: (Vec<usize>, SchemaRef),
    /// The queue's.
    schema: SchemaRef,
    /// Rows that wait to become a batch.
    held: Vec<RecordBatch>,
    held_rows: usize,
    outlet: Box<dyn Outlet>,
}

impl RowWise {
    fn send_held(&mut self) -> std::result::Result<(), StepError> {
        if self.held_rows == 0 {
            return Ok(());
        }
        let batch = match &self.held[..] {
            [alone] => alone.clone(),
            several => concat_batches(&self.schema, several).map_err(|error| StepError::Failed(error.to_string()))?,
        };
        (self.held, self.held_rows) = (Vec::new(), 0);
        self.outlet.emit(0, batch).map_err(StepError::Stopped)
    }
}

impl Step for RowWise {
    fn open(&mut self) -> std::result::Result<(), StepError> {
        Ok(())
    }

    fn process(&mut self, _port: usize, batch: &RecordBatch) -> std::result::Result<(), StepError> {
        let (columns, schema) = &self.table;
        let seen = batch.project(columns).and_then(|batch| batch.with_schema(Arc::clone(schema)));
        let answered = seen.map_err(DataFusionError::from).and_then(|seen| self.stages.apply(seen));
        let answered = answered.map_err(|error| StepError::Failed(plain(&error.strip_backtrace())))?;
        if answered.num_rows() == 0 {
            return Ok(());
        }
        let answered = fitted(&self.schema, &answered)?;
        if self.held_rows + answered.num_rows() > BATCH_ROWS {
            self.send_held()?;
        }
        self.held_rows += answered.num_rows();
        self.held.push(answered);
        if self.held_rows >= ROWS_MIN { self.send_held() } else { Ok(()) }
    }

    fn end_of_input(&mut self, _port: usize) -> std::result::Result<(), StepError> {
        Ok(())
    }

    fn finish(&mut self) -> std::result::Result<(), StepError> {
        self.send_held()
    }

    fn snapshot(&mut self) -> std::result::Result<Vec<u8>, StepError> {
        let written = StreamWriter::try_new(Vec::new(), &self.schema).and_then(|mut stream| {
            self.held.iter().try_for_each(|batch| stream.write(batch))?;
            stream.into_inner()
        });
        written.map_err(|error| StepError::Failed(format!("the rows that it holds cannot be written: {error}")))
    }

    fn restore(&mut self, state: &[u8]) -> std::result::Result<(), StepError> {
        let failed = |why: String| StepError::Failed(format!("its state in the checkpoint cannot be read: {why}"));
        let stream = StreamReader::try_new(state, None).map_err(|error| failed(error.to_string()))?;
        for batch in stream {
            let batch = batch.and_then(|batch| batch.with_schema(Arc::clone(&self.schema)));
            let batch = batch.map_err(|error| failed(error.to_string()))?;
            self.held_rows += batch.num_rows();
            self.held.push(batch);
        }
        Ok(())
    }
}

/// The port of a query that is planned as if it were to run, and does not pull.
struct NoPull;

impl Pull for NoPull {
    fn pull(&self, _port: usize) -> std::result::Result<Option<RecordBatch>, StepError> {
        Ok(None)
    }
}
