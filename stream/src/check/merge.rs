//! Queues that are merged in one port: what their columns must have in common.
//!
//! A field that names its type takes each queue's column as it would alone, widened where that is needed. Where the
//! queues decide (a carried field of open type, the records that a node rejects) they must agree. Types of columns of
//! files are open until every reader was asked, so the last word is spoken when they are settled.

use std::collections::BTreeSet;

use super::columns::{Column, Demand, Known, Root};
use super::draft::{Draft, QueueUse};
use super::typing::{Typing, demand, listed};
use crate::diagnostic::Diagnostic;

/// A column of a merged port whose type the queues decide.
pub(super) struct Merge {
    pub(super) node: usize,
    pub(super) port: usize,
    pub(super) name: String,
    pub(super) column: Column,
}

/// One column of the same column of several queues, in their order. Its type is that of the first.
pub(super) fn merged(columns: Vec<Column>) -> Option<Column> {
    let first = columns.first()?.clone();
    Some(if columns.len() == 1 { first } else { Column { merged: columns, ..first } })
}

/// Where one of the queues fixes the type, asks the columns of files among the others for it.
pub(super) fn merge_types(column: &Column, queues: &[QueueUse], roots: &mut [Root]) {
    let fixed = column.merged.iter().zip(queues).find_map(|(column, queue)| match column.data_type {
        Known::Fixed(data_type) => Some((data_type, queue)),
        Known::OfRoot(_) => None,
    });
    let Some((data_type, queue)) = fixed else { return };
    for column in column.merged.iter().filter(|column| matches!(column.data_type, Known::OfRoot(_))) {
        let asked = Demand {
            data_type: Some(data_type),
            widening: false,
            nullable: true,
            name: queue.name.clone(),
            who: format!("the merge with queue `{}`", queue.name),
            span: queue.span,
        };
        demand(roots, column, asked);
    }
}

/// Finds merged columns whose types have turned out to differ.
pub(super) fn check_merges(draft: &Draft<'_>, typing: &Typing, problems: &mut Vec<Diagnostic>) {
    let mut told = BTreeSet::new();
    for Merge { node, port, name, column } in &typing.merges {
        let node_of = &draft.nodes[*node];
        let queues = &node_of.inputs[*port];
        let first = typing.data_type(column);
        let unlike = column.merged.iter().zip(queues).find(|(other, _)| typing.data_type(other) != first);
        let Some((other, queue)) = unlike.filter(|_| told.insert((*node, *port, name))) else { continue };
        let message = format!(
            "column `{name}` is {first} in queue `{}` and {} in queue `{}`, which are merged for {}",
            queues[0].name,
            typing.data_type(other),
            queue.name,
            node_of.described()
        );
        problems.push(
            Diagnostic::error("merge-mismatch", queue.span, message)
                .label(format!("expected {first}, as in `{}`", queues[0].name))
                .also(queues[0].span, format!("`{name}` is {first} here"))
                .help("give both one type: declare the queues of input files, or let the nodes that write them agree"),
        );
    }
}

/// That two merged queues have not the same columns, where rejected records must go to one queue.
pub(super) fn unlike_queues(
    (first, first_columns): (&QueueUse, Vec<String>),
    (other, other_columns): (&QueueUse, Vec<String>),
    rejects: &QueueUse,
) -> Diagnostic {
    let shown = |columns: &[String]| listed(&columns.iter().map(String::as_str).collect::<Vec<_>>());
    let message = format!(
        "queues `{}` and `{}` are merged and have different columns, so rejected records fit no one queue `{}`",
        first.name, other.name, rejects.name
    );
    Diagnostic::error("merge-mismatch", other.span, message)
        .label(format!("its columns: {}", shown(&other_columns)))
        .also(first.span, format!("its columns: {}", shown(&first_columns)))
        .also(rejects.span, "rejected records go here with all columns they came with")
        .help("give the queues the same columns in the same order, or use `on_error=skip` or `on_error=fail`")
}
