//! `where=`: an expression over the columns of a queue, and the records for which it is true.

use std::sync::Arc;

use arrow_array::cast::AsArray;
use arrow_array::{Array, RecordBatch};
use arrow_schema::{DataType as ArrowType, SchemaRef};
use arrow_select::filter::filter_record_batch;
use datafusion::common::{DFSchema, DataFusionError};
use datafusion::execution::session_state::SessionState;
use datafusion::logical_expr::{Expr, ExprSchemable, LogicalPlan};
use datafusion::physical_expr::PhysicalExpr;
use datafusion::physical_expr::utils::collect_columns;
use datafusion::physical_optimizer::pruning::{PruningPredicate, PruningPredicateBuilder};
use leat_flow::schema::arrow_schema;
use leat_flow::step::{Condition, StepError};
use leat_stream::check::QueryProblem;
use leat_stream::plan::{Minimize, Query, SqlTable};
use leat_stream::schema::Field;

use crate::bind::{block_on, on_a_deep_stack, refuse_volatile, register};
use crate::parse;
use crate::problem::{of_whole, plain, problems};
use crate::prune::{Bounds, may_hold};
use crate::session::{Resources, session};
use crate::table::Passes;

/// What the expression's one table is called.
const TABLE: &str = "record";

/// The places of the columns that a condition reads.
///
/// # Errors
/// Where it is no expression, does not fit the columns, or is not true or false.
pub fn bind_condition(expression: &Query, fields: &[Field]) -> Result<Vec<usize>, QueryProblem> {
    let (condition, _) = on_a_deep_stack(|| compiled(expression, fields, None))?;
    let mut columns: Vec<usize> = collect_columns(&condition).iter().map(|column| column.index()).collect();
    columns.sort_unstable();
    Ok(columns)
}

/// A condition that is ready to be asked.
pub struct Filter {
    condition: Arc<dyn PhysicalExpr>,
    /// The condition as a question about parts of a file; nothing where it cannot be one.
    pruning: Option<Arc<PruningPredicate>>,
    schema: SchemaRef,
    text: String,
}

impl Filter {
    /// A condition over a queue with these columns, in a run that started then (microseconds since 1970-01-01T00:00:00Z).
    ///
    /// # Errors
    /// Where the check has let something through that cannot be bound.
    pub fn new(expression: &Query, fields: &[Field], started_us: i64) -> Result<Self, StepError> {
        let compiled = on_a_deep_stack(|| compiled(expression, fields, Some(started_us)));
        let (condition, schema) = compiled.map_err(|problem| StepError::Failed(problem.message))?;
        let pruning =
            PruningPredicateBuilder::new().with_file_schema(Arc::clone(&schema)).build(Arc::clone(&condition));
        Ok(Filter { condition, pruning, schema, text: expression.text.clone() })
    }

    /// Whether a part of a file may hold a record that is kept, by what the file says of its columns, which are those that the
    /// filter was made for. In doubt it may.
    pub fn may_keep(&self, rows: u64, bounds: &[Bounds]) -> bool {
        self.pruning.as_ref().is_none_or(|predicate| may_hold(predicate, &self.schema, rows, bounds))
    }
}

impl Condition for Filter {
    fn keep(&self, batch: &RecordBatch) -> Result<RecordBatch, StepError> {
        let failed = |why: String| StepError::Failed(format!("`where={:?}` fails: {why}", self.text));
        // Planned with the schema of the plan, evaluated on batches of it.
        debug_assert_eq!(self.schema.fields().len(), batch.num_columns());
        let kept = self.condition.evaluate(batch).and_then(|value| value.into_array(batch.num_rows()));
        let kept = kept.map_err(|error| failed(plain(&error.strip_backtrace())))?;
        let kept = kept.as_boolean();
        if kept.null_count() == 0 && kept.true_count() == batch.num_rows() {
            return Ok(batch.clone());
        }
        filter_record_batch(batch, kept).map_err(|error| failed(error.to_string()))
    }
}

fn compiled(
    expression: &Query,
    fields: &[Field],
    started_us: Option<i64>,
) -> Result<(Arc<dyn PhysicalExpr>, SchemaRef), QueryProblem> {
    let text = &expression.text;
    let said = |error: DataFusionError| problems(&error, text).into_iter().next().unwrap_or_else(|| of_whole("no SQL"));
    let statement = parse::expression(expression, TABLE)?;
    let session = session(&Resources { started_us, ..Resources::to_bind(Minimize::Time) }).map_err(said)?;
    let table = SqlTable { name: TABLE.to_owned(), fields: fields.to_vec() };
    register(&session, std::slice::from_ref(&table), &Passes::binding()).map_err(said)?;
    let plan = block_on(session.statement_to_plan(statement)).map_err(said)?;
    refuse_volatile(&plan, text).map_err(|mut found| found.remove(0))?;
    let (predicate, schema) = predicate(&plan, &session).map_err(said)?.ok_or_else(|| QueryProblem {
        help: Some("write an expression over the queue's own columns; a query of its own is an SQL node".to_owned()),
        ..of_whole("`where=` takes no query in it")
    })?;
    let is = predicate.get_type(&schema).map_err(said)?;
    if is != ArrowType::Boolean {
        return Err(QueryProblem {
            help: Some("write a comparison, such as `pv > 0`".to_owned()),
            ..of_whole(format!("`where=` must be true or false, and this is {is}"))
        });
    }
    let condition = session.create_physical_expr(predicate, &schema).map_err(said)?;
    Ok((condition, arrow_schema(fields)))
}

/// The condition of the filter right above the table; nothing where it has become something else.
fn predicate(plan: &LogicalPlan, session: &SessionState) -> Result<Option<(Expr, DFSchema)>, DataFusionError> {
    let analyzed = session.analyzer().execute_and_check(plan.clone(), session.config_options(), |_, _| {})?;
    let mut node = &analyzed;
    loop {
        match node {
            LogicalPlan::Filter(filter) => {
                let within = matches!(filter.input.as_ref(), LogicalPlan::TableScan(_));
                let subquery = plan_has_subquery(&filter.predicate)?;
                let schema = filter.input.schema().as_ref().clone();
                return Ok((within && !subquery).then(|| (filter.predicate.clone(), schema)));
            }
            LogicalPlan::Projection(projection) => node = &projection.input,
            _ => return Ok(None),
        }
    }
}

fn plan_has_subquery(expr: &Expr) -> Result<bool, DataFusionError> {
    use datafusion::common::tree_node::TreeNode;
    expr.exists(|expr| Ok(matches!(expr, Expr::Exists(_) | Expr::InSubquery(_) | Expr::ScalarSubquery(_))))
}
