//! Outer joins that keep the order of the queue that streams through them.
//!
//! DataFusion sends the rows of a batch that found a match before those that found none, unless the streaming side is known to
//! have an order. Ours has one, that in which records arrive, which is no column's. So, once everything is planned, the join
//! is told that the side is ordered, and its own result is told to be in no order that could be relied on.

use std::sync::Arc;

use datafusion::common::Result;
use datafusion::common::tree_node::{Transformed, TreeNode, TreeNodeRecursion};
use datafusion::config::ConfigOptions;
use datafusion::execution::{SendableRecordBatchStream, TaskContext};
use datafusion::logical_expr::JoinType;
use datafusion::physical_expr::expressions::Column;
use datafusion::physical_expr::{EquivalenceProperties, LexOrdering, PhysicalExpr, PhysicalSortExpr};
use datafusion::physical_optimizer::PhysicalOptimizerRule;
use datafusion::physical_plan::joins::HashJoinExec;
use datafusion::physical_plan::{
    ChildrenPropertiesMode, DisplayAs, DisplayFormatType, ExecutionPlan, ExecutionPlanProperties, PlanProperties,
    ReplaceChildrenOptions,
};

/// The rule; the last of all, so that nothing is decided by what it claims.
#[derive(Debug)]
pub(crate) struct ArrivalOrder;

impl PhysicalOptimizerRule for ArrivalOrder {
    fn optimize(&self, plan: Arc<dyn ExecutionPlan>, _config: &ConfigOptions) -> Result<Arc<dyn ExecutionPlan>> {
        plan.transform_up(in_arrival_order).map(|done| done.data)
    }

    fn name(&self) -> &str {
        "arrival_order"
    }

    fn schema_check(&self) -> bool {
        true
    }
}

fn in_arrival_order(node: Arc<dyn ExecutionPlan>) -> Result<Transformed<Arc<dyn ExecutionPlan>>> {
    let Some(join) = node.downcast_ref::<HashJoinExec>() else { return Ok(Transformed::no(node)) };
    let outer = matches!(join.join_type(), JoinType::Right | JoinType::Full);
    if !outer || join.right().schema().fields().is_empty() {
        return Ok(Transformed::no(node));
    }
    let streaming: Arc<dyn ExecutionPlan> = Arc::new(Arrival::new(Arc::clone(join.right()), true));
    let options = ReplaceChildrenOptions::new(ChildrenPropertiesMode::Recompute);
    let children = vec![Arc::clone(join.left()), streaming];
    let join = Arc::clone(&node).replace_children(children, options)?;
    Ok(Transformed::yes(Arc::new(Arrival::new(join, false))))
}

/// What its input sends, with another word on its order.
#[derive(Clone, Debug)]
struct Arrival {
    input: Arc<dyn ExecutionPlan>,
    ordered: bool,
    properties: Arc<PlanProperties>,
}

impl Arrival {
    fn new(input: Arc<dyn ExecutionPlan>, ordered: bool) -> Self {
        let schema = input.schema();
        let by_first = || {
            let first: Arc<dyn PhysicalExpr> = Arc::new(Column::new(schema.field(0).name(), 0));
            LexOrdering::new([PhysicalSortExpr::new_default(first)])
        };
        let orderings: Vec<LexOrdering> = if ordered { by_first().into_iter().collect() } else { Vec::new() };
        let properties = PlanProperties::new(
            EquivalenceProperties::new_with_orderings(Arc::clone(&schema), orderings),
            input.output_partitioning().clone(),
            input.pipeline_behavior(),
            input.boundedness(),
        );
        Arrival { input, ordered, properties: Arc::new(properties) }
    }
}

impl DisplayAs for Arrival {
    fn fmt_as(&self, _form: DisplayFormatType, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Arrival")
    }
}

impl ExecutionPlan for Arrival {
    fn name(&self) -> &str {
        "Arrival"
    }

    fn properties(&self) -> &Arc<PlanProperties> {
        &self.properties
    }

    fn children(&self) -> Vec<&Arc<dyn ExecutionPlan>> {
        vec![&self.input]
    }

    fn apply_expressions(
        &self,
        _f: &mut dyn FnMut(&Arc<dyn PhysicalExpr>) -> Result<TreeNodeRecursion>,
    ) -> Result<TreeNodeRecursion> {
        Ok(TreeNodeRecursion::Continue)
    }

    fn replace_children(
        self: Arc<Self>,
        mut children: Vec<Arc<dyn ExecutionPlan>>,
        _options: ReplaceChildrenOptions,
    ) -> Result<Arc<dyn ExecutionPlan>> {
        let Some(input) = children.pop() else {
            return datafusion::common::internal_err!("an order of arrival is that of something");
        };
        Ok(Arc::new(Arrival::new(input, self.ordered)))
    }

    fn with_new_children(self: Arc<Self>, children: Vec<Arc<dyn ExecutionPlan>>) -> Result<Arc<dyn ExecutionPlan>> {
        self.replace_children(children, ReplaceChildrenOptions::new(ChildrenPropertiesMode::Recompute))
    }

    fn execute(&self, partition: usize, context: Arc<TaskContext>) -> Result<SendableRecordBatchStream> {
        self.input.execute(partition, context)
    }
}
