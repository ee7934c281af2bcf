//! A query bound to the columns of its tables: what it reads, what it gives, and the plan that does it.

use std::collections::BTreeSet;
use std::sync::Arc;

use datafusion::common::tree_node::{TreeNode, TreeNodeRecursion};
use datafusion::common::{DataFusionError, TableReference};
use datafusion::execution::session_state::SessionState;
use datafusion::logical_expr::{Expr, LogicalPlan, LogicalPlanBuilder, Volatility};
use datafusion::physical_plan::ExecutionPlan;
use leat_flow::schema::{arrow_schema, arrow_type};
use leat_stream::check::{BoundQuery, QueryProblem};
use leat_stream::plan::{SqlNode, SqlTable};
use leat_stream::schema::Field;

use crate::order::ordered;
use crate::parse;
use crate::problem::{of_whole, problems, two_columns, word_place};
use crate::row_wise::Stages;
use crate::session::{Resources, session};
use crate::table::{Passes, QueueTable};
use crate::types::result_type;

/// The stack that a query of the greatest depth is planned and run on.
pub const STACK_BYTES: usize = 64 << 20;

/// A query that is ready to run.
pub(crate) struct Planned {
    pub(crate) plan: Arc<dyn ExecutionPlan>,
    pub(crate) outputs: Vec<Field>,
}

/// What a query reads and gives. `node` is taken without its scans and outputs, which this finds out.
///
/// # Errors
/// Everything that does not fit: names, types, functions that answer differently each time.
pub fn bind(node: &SqlNode) -> Result<BoundQuery, Vec<QueryProblem>> {
    on_a_deep_stack(|| bound(node))
}

fn bound(node: &SqlNode) -> Result<BoundQuery, Vec<QueryProblem>> {
    let session = session(&Resources::to_bind(node.minimize)).map_err(|error| problems(&error, ""))?;
    let passes = Passes::binding();
    let planned = plan(node, &session, &passes)?;
    let scans = passes.scans();
    let row_wise = scans.len() == 1 && Stages::of(&planned.plan).is_some();
    Ok(BoundQuery { scans, outputs: planned.outputs, row_wise })
}

/// Plans a query. The same node gives the same plan, whatever the session may use.
pub(crate) fn plan(node: &SqlNode, session: &SessionState, passes: &Arc<Passes>) -> Result<Planned, Vec<QueryProblem>> {
    let text = &node.query.text;
    let statement = parse::query(&node.query).map_err(|problem| vec![problem])?;
    let said = |error: DataFusionError| problems(&error, text);
    register(session, &node.tables, passes).map_err(said)?;
    // Planning waits for nothing: queues are only read when the plan runs.
    let plan = block_on(session.statement_to_plan(statement)).map_err(said)?;
    refuse_volatile(&plan, text)?;
    let (plan, outputs) = with_result_types(plan, text)?;
    let plan = ordered(plan, node.minimize).map_err(said)?;
    let plan = block_on(session.create_physical_plan(&plan)).map_err(said)?;
    Ok(Planned { plan, outputs })
}

/// Makes the tables known by their names.
pub(crate) fn register(
    session: &SessionState,
    tables: &[SqlTable],
    passes: &Arc<Passes>,
) -> datafusion::common::Result<()> {
    for (number, table) in tables.iter().enumerate() {
        let reference = TableReference::bare(table.name.as_str());
        let schema = arrow_schema(&table.fields);
        let provider = QueueTable { number, schema, passes: Arc::clone(passes) };
        session.schema_for_ref(reference)?.register_table(table.name.clone(), Arc::new(provider))?;
    }
    Ok(())
}

/// A function that answers differently each time would make the run do so.
pub(crate) fn refuse_volatile(plan: &LogicalPlan, text: &str) -> Result<(), Vec<QueryProblem>> {
    let mut found = BTreeSet::new();
    let walked = plan.apply_with_subqueries(|node| {
        node.apply_expressions(|expr| {
            expr.apply(|expr| {
                if let Expr::ScalarFunction(call) = expr
                    && call.func.signature().volatility == Volatility::Volatile
                {
                    found.insert(call.func.name().to_owned());
                }
                Ok(TreeNodeRecursion::Continue)
            })
        })
    });
    walked.map_err(|error| problems(&error, text))?;
    let problem = |name: &String| QueryProblem {
        message: format!("`{name}()` answers differently each time, and a run gives the same result again"),
        place: word_place(name, text),
        label: Some("not in SQL".to_owned()),
        help: Some("random numbers come from a component node's draws, which follow the run's seed".to_owned()),
    };
    let refused: Vec<QueryProblem> = found.iter().map(problem).collect();
    if refused.is_empty() { Ok(()) } else { Err(refused) }
}

/// The plan with its result in types that a queue carries.
fn with_result_types(plan: LogicalPlan, text: &str) -> Result<(LogicalPlan, Vec<Field>), Vec<QueryProblem>> {
    let schema = Arc::clone(plan.schema());
    let (mut found, mut names) = (Vec::new(), BTreeSet::new());
    let (mut outputs, mut columns) = (Vec::new(), Vec::new());
    for (qualifier, field) in schema.iter() {
        let name = field.name();
        if !names.insert(name.clone()) {
            found.push(two_columns(name));
        }
        match result_type(field.data_type()) {
            Ok(data_type) => {
                let column = Expr::Column((qualifier, field).into());
                let wanted = arrow_type(data_type);
                let same = wanted == *field.data_type();
                let cast = datafusion::logical_expr::cast(column.clone(), wanted);
                columns.push(if same { column } else { cast }.alias(name.clone()));
                outputs.push(Field::new(name, data_type, field.is_nullable()));
            }
            Err(why) => found.push(QueryProblem {
                place: word_place(name, text),
                ..of_whole(format!("column `{name}` of the result {why}"))
            }),
        }
    }
    if outputs.is_empty() && found.is_empty() {
        found.push(of_whole("the result of this query has no columns"));
    }
    if !found.is_empty() {
        return Err(found);
    }
    let typed =
        schema.fields().iter().zip(&outputs).all(|(field, output)| *field.data_type() == arrow_type(output.data_type));
    if typed {
        return Ok((plan, outputs));
    }
    let plan = LogicalPlanBuilder::from(plan).project(columns).and_then(LogicalPlanBuilder::build);
    Ok((plan.map_err(|error| problems(&error, text))?, outputs))
}

/// Runs what calls itself once for each level of a query, which has as many as the parser lets through.
pub(crate) fn on_a_deep_stack<T: Send>(work: impl FnOnce() -> T + Send) -> T {
    std::thread::scope(|scope| {
        let thread = std::thread::Builder::new().stack_size(STACK_BYTES).spawn_scoped(scope, work);
        match thread.expect("there is a thread to read SQL on").join() {
            Ok(done) => done,
            Err(panic) => std::panic::resume_unwind(panic),
        }
    })
}

/// Runs to its end what never waits for anything but its own thread.
pub(crate) fn block_on<T>(future: impl Future<Output = T>) -> T {
    futures::executor::block_on(future)
}
