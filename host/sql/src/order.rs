//! The order of a result's rows where a query leaves it open, so that it gives the same bytes whatever its memory.
//!
//! Rows that only pass (selected, computed, joined to what is held) keep the order of the first queue of FROM. A result that
//! was grouped, made distinct, united or put in windows is sorted by its columns from left to right. Behind an ORDER BY, rows
//! that it holds to be equal are told apart by the remaining columns from left to right.

use std::sync::Arc;

use datafusion::common::Result;
use datafusion::common::tree_node::{TreeNode, TreeNodeRecursion};
use datafusion::logical_expr::{Expr, Limit, LogicalPlan, Projection, Sort, SortExpr, SubqueryAlias};
use leat_stream::plan::Minimize;

/// The plan with an order for every row.
pub(crate) fn ordered(plan: LogicalPlan, minimize: Minimize) -> Result<LogicalPlan> {
    if is_sorted(&plan) {
        return with_ties_broken(plan);
    }
    if !loses_order(&plan, minimize)? {
        return Ok(plan);
    }
    match plan {
        LogicalPlan::Limit(limit) => {
            let input = Arc::new(sorted(Arc::unwrap_or_clone(limit.input)));
            Ok(LogicalPlan::Limit(Limit { input, ..limit }))
        }
        plan => Ok(sorted(plan)),
    }
}

/// Whether an ORDER BY decides the order of the plan's rows.
fn is_sorted(plan: &LogicalPlan) -> bool {
    match plan {
        LogicalPlan::Sort(_) => true,
        LogicalPlan::Limit(Limit { input, .. })
        | LogicalPlan::Projection(Projection { input, .. })
        | LogicalPlan::SubqueryAlias(SubqueryAlias { input, .. }) => is_sorted(input),
        _ => false,
    }
}

fn with_ties_broken(plan: LogicalPlan) -> Result<LogicalPlan> {
    match plan {
        LogicalPlan::Sort(mut sort) => {
            let sorted: Vec<Expr> = sort.expr.iter().map(|key| key.expr.clone()).collect();
            let others = columns(&sort.input).filter(|key| !sorted.contains(&key.expr));
            let others: Vec<SortExpr> = others.collect();
            sort.expr.extend(others);
            Ok(LogicalPlan::Sort(sort))
        }
        plan => {
            let inputs = plan.inputs().into_iter().cloned().map(with_ties_broken).collect::<Result<Vec<_>>>()?;
            plan.with_new_exprs(plan.expressions(), inputs)
        }
    }
}

fn loses_order(plan: &LogicalPlan, minimize: Minimize) -> Result<bool> {
    let mut loses = false;
    plan.apply(|node| {
        loses |= match node {
            LogicalPlan::Aggregate(_)
            | LogicalPlan::Distinct(_)
            | LogicalPlan::Union(_)
            | LogicalPlan::Window(_)
            | LogicalPlan::RecursiveQuery(_) => true,
            // Both sides are sorted for it.
            LogicalPlan::Join(_) => minimize == Minimize::Memory,
            _ => false,
        };
        Ok(if loses { TreeNodeRecursion::Stop } else { TreeNodeRecursion::Continue })
    })?;
    Ok(loses)
}

fn sorted(plan: LogicalPlan) -> LogicalPlan {
    let expr = columns(&plan).collect();
    LogicalPlan::Sort(Sort { expr, input: Arc::new(plan), fetch: None })
}

fn columns(plan: &LogicalPlan) -> impl Iterator<Item = SortExpr> {
    plan.schema().columns().into_iter().map(|column| Expr::Column(column).sort(true, false))
}
