//! The part of the walk that brings columns of several queues together: fields of a merged port, and the records that a
//! node rejects.

use super::{BoundPort, Walk};
use crate::check::columns::Column;
use crate::check::draft::{DraftKind, DraftOnError, QueueUse};
use crate::check::merge::{Merge, merge_types, merged, unlike_queues};
use crate::check::parallel::DraftParallel;
use crate::diagnostic::Diagnostic;
use crate::node_info::InputPortInfo;
use crate::schema::DataType;

impl Walk<'_, '_> {
    /// Where queues are merged, a field whose type they decide must have one type in all of them.
    pub(super) fn merge_open_fields(&mut self, number: usize, port: usize, info: &InputPortInfo, bound: &BoundPort) {
        let Some([_, _, ..]) = bound.as_deref() else { return };
        for (field, asked) in info.fields.iter().enumerate().filter(|(_, field)| field.data_type.is_none()) {
            if let Some(column) = self.bound_column(bound, field) {
                let name = asked.name.clone();
                merge_types(&column, &self.draft.nodes[number].inputs[port], &mut self.roots);
                self.typing.merges.push(Merge { node: number, port, name, column });
            }
        }
    }

    /// The columns of `by=` in each queue of the node's port; merged queues must have one type of them.
    pub(super) fn keys(&mut self, number: usize, parallel: &DraftParallel<'_>) {
        let node = &self.draft.nodes[number];
        let Some(queues) = node.inputs.first().filter(|_| !parallel.by.is_empty()) else { return };
        let mut keys = Vec::new();
        for queue in queues {
            let columns = self.graph.place(&queue.name).and_then(|at| self.typing.columns[at].as_deref());
            let Some(columns) = columns else { return };
            keys.push(parallel.keys(node, queue, columns, self.problems));
        }
        let Some(keys) = keys.into_iter().collect::<Option<Vec<_>>>() else { return };
        if queues.len() > 1 {
            for (key, name) in parallel.by.iter().enumerate() {
                let ends: Option<Vec<_>> = queues
                    .iter()
                    .zip(&keys)
                    .map(|(queue, keys)| Some((self.graph.place(&queue.name)?, vec![keys[key]])))
                    .collect();
                if let Some(column) = self.bound_column(&ends, 0) {
                    merge_types(&column, queues, &mut self.roots);
                    self.typing.merges.push(Merge { node: number, port: 0, name: name.text.clone(), column });
                }
            }
        }
        self.typing.keys.insert(number, keys);
    }

    /// The column that a field of a port is bound to, merged of those of the port's queues.
    pub(super) fn bound_column(&self, bound: &BoundPort, field: usize) -> Option<Column> {
        let columns = bound.as_ref()?.iter().map(|(queue, places)| {
            let columns = self.typing.columns[*queue].as_ref()?;
            Some(columns[*places.get(field)?].clone())
        });
        merged(columns.collect::<Option<Vec<_>>>()?)
    }

    /// The columns of the queue of a node's rejects.
    pub(super) fn rejects(&mut self, number: usize) -> Option<Vec<Column>> {
        let node = &self.draft.nodes[number];
        let text = |name| Column::fixed(name, DataType::Text, false);
        if let DraftKind::Input { .. } = node.kind {
            let line = Column::fixed("line", DataType::Int64, false);
            return Some(vec![text("file"), line, text("record"), text("reason")]);
        }
        let queues = node.inputs.first()?;
        let read = queues.first()?;
        let DraftOnError::Queue(queue) = &node.on_error else { return None };
        let mut columns = self.merged_queues(number, queues, queue)?;
        if columns.iter().any(|column| column.name == "reason") {
            let message = format!("the queue `{}` has a column `reason` already", read.name);
            self.problems.push(
                Diagnostic::error("duplicate-column", queue.span, message)
                    .label("rejected records get a column `reason`")
                    .help("use `on_error=skip` or `on_error=fail`, or name the column otherwise where it comes from"),
            );
            return None;
        }
        columns.push(text("reason"));
        Some(columns)
    }

    /// All columns of a port's queues, which must be the same where there are several: the records that a node rejects go
    /// as they came to one queue.
    fn merged_queues(&mut self, number: usize, queues: &[QueueUse], rejects: &QueueUse) -> Option<Vec<Column>> {
        let columns = queues.iter().map(|queue| self.typing.columns[self.graph.place(&queue.name)?].as_ref());
        let columns: Vec<&Vec<Column>> = columns.collect::<Option<_>>()?;
        let (first, others) = columns.split_first()?;
        let names = |columns: &[Column]| columns.iter().map(|column| column.name.clone()).collect::<Vec<_>>();
        if let Some(other) = others.iter().position(|other| names(other) != names(first)) {
            self.problems.push(unlike_queues(
                (&queues[0], names(first)),
                (&queues[other + 1], names(others[other])),
                rejects,
            ));
            return None;
        }
        let place = |place: usize| merged(columns.iter().map(|columns| columns[place].clone()).collect());
        let all: Vec<Column> = (0..first.len()).map(place).collect::<Option<_>>()?;
        if !others.is_empty() {
            for column in &all {
                merge_types(column, queues, &mut self.roots);
                let name = column.name.clone();
                self.typing.merges.push(Merge { node: number, port: 0, name, column: column.clone() });
            }
        }
        Some(all)
    }
}
