//! Which side of a join is held in memory: always the one that the query joins to what came before it, so that the first queue
//! of FROM streams through in its order. Sizes are never guessed. Where memory is to be spared, both sides are sorted instead,
//! on disk if they are large.

use std::fmt;
use std::sync::Arc;

use arrow_schema::SortOptions;
use datafusion::common::Result;
use datafusion::common::tree_node::{Transformed, TreeNode};
use datafusion::config::ConfigOptions;
use datafusion::physical_optimizer::PhysicalOptimizerRule;
use datafusion::physical_plan::ExecutionPlan;
use datafusion::physical_plan::joins::{
    CrossJoinExec, HashJoinExec, NestedLoopJoinExec, PartitionMode, SortMergeJoinExec,
};
use leat_stream::plan::Minimize;

/// The rule, in the place of DataFusion's own choice by statistics.
pub(crate) struct HeldJoins {
    pub(crate) minimize: Minimize,
}

impl fmt::Debug for HeldJoins {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("HeldJoins")
    }
}

impl PhysicalOptimizerRule for HeldJoins {
    fn optimize(&self, plan: Arc<dyn ExecutionPlan>, _config: &ConfigOptions) -> Result<Arc<dyn ExecutionPlan>> {
        plan.transform_up(|node| self.decided(node)).map(|done| done.data)
    }

    fn name(&self) -> &str {
        "held_joins"
    }

    fn schema_check(&self) -> bool {
        true
    }
}

impl HeldJoins {
    /// DataFusion holds the left side of a join: the sides are swapped, and a projection puts the columns back.
    fn decided(&self, node: Arc<dyn ExecutionPlan>) -> Result<Transformed<Arc<dyn ExecutionPlan>>> {
        if let Some(join) = node.downcast_ref::<HashJoinExec>() {
            if join.null_aware {
                // `not in` over a column with nulls: it holds for the left side alone.
                return Ok(Transformed::no(node));
            }
            return Ok(Transformed::yes(match self.minimize {
                Minimize::Time => join.swap_inputs(PartitionMode::CollectLeft)?,
                Minimize::Memory => Arc::new(SortMergeJoinExec::try_new(
                    Arc::clone(join.left()),
                    Arc::clone(join.right()),
                    join.on().to_vec(),
                    join.filter().cloned(),
                    *join.join_type(),
                    vec![SortOptions::default(); join.on().len()],
                    join.null_equality(),
                )?),
            }));
        }
        if let Some(join) = node.downcast_ref::<NestedLoopJoinExec>() {
            return Ok(Transformed::yes(join.swap_inputs()?));
        }
        if let Some(join) = node.downcast_ref::<CrossJoinExec>() {
            return Ok(Transformed::yes(join.swap_inputs()?));
        }
        Ok(Transformed::no(node))
    }
}
