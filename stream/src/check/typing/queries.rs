//! The part of the walk that binds SQL: the queries of nodes and the conditions of `where=`.
//!
//! SQL must know the types of its columns before it can say those of its result, and a column of an input file may still be
//! open then: what a component further down asks for decides it. So the walk *assumes* what the sample shows; where the
//! settled type turns out to be another, the process is walked once more with the settled types.

use super::Walk;
use crate::check::columns::{Column, Known, Root};
use crate::check::draft::{DraftKind, QueueUse};
use crate::check::query::{DraftQuery, DraftSql};
use crate::plan::{SqlNode, SqlTable};
use crate::schema::{DataType, Field};

impl Walk<'_, '_> {
    /// Binds a query and gives its queue columns.
    pub(super) fn sql(&mut self, number: usize, sql: &DraftSql) {
        let node = &self.draft.nodes[number];
        let Some(query) = &sql.query else { return };
        let mut tables = Vec::new();
        for (name, queue) in sql.tables.iter().zip(node.inputs.iter().flatten()) {
            let Some(fields) = self.fields_of(queue) else { return };
            tables.push(SqlTable { name: name.clone(), fields });
        }
        let bare = SqlNode {
            query: query.query.clone(),
            minimize: sql.minimize,
            memory_bytes: sql.memory_bytes,
            tables,
            scans: Vec::new(),
            outputs: Vec::new(),
            row_wise: false,
        };
        let bound = match self.surroundings.query(&bare) {
            Ok(bound) => bound,
            Err(found) => {
                self.problems.extend(found.iter().map(|problem| query.problem(problem)));
                return;
            }
        };
        let mut used: Vec<Vec<usize>> = vec![Vec::new(); bare.tables.len()];
        for scan in &bound.scans {
            used[scan.table].extend(&scan.columns);
        }
        self.typing.bindings[number] = used.into_iter().map(|columns| vec![columns]).collect();
        let columns: Vec<Column> = bound.outputs.iter().map(|field| self.result_column(field, number)).collect();
        self.typing.queries.insert(number, SqlNode { scans: bound.scans, row_wise: bound.row_wise, ..bare });
        self.typing.made.insert(number, vec![columns.clone()]);
        self.write(number, 0, Some(columns));
    }

    /// Binds the `where=` of a node: for an input to what it reads of its file, else to each queue of the first port.
    pub(super) fn condition(&mut self, number: usize, condition: &DraftQuery) {
        let node = &self.draft.nodes[number];
        let queues: Vec<&QueueUse> = match node.kind {
            DraftKind::Input { .. } => node.outputs.iter().take(1).flatten().collect(),
            _ => node.inputs.iter().take(1).flatten().collect(),
        };
        let mut bound = Vec::new();
        for queue in queues {
            let (Some(place), Some(fields)) = (self.graph.place(&queue.name), self.fields_of(queue)) else { continue };
            match self.surroundings.condition(&condition.query, &fields) {
                Ok(columns) => bound.push((place, columns)),
                Err(problem) => {
                    self.problems.push(condition.problem(&problem));
                    break;
                }
            }
        }
        self.typing.conditions.insert(number, bound);
    }

    /// The columns of a queue with the types they are assumed to have.
    fn fields_of(&mut self, queue: &QueueUse) -> Option<Vec<Field>> {
        let columns = self.typing.columns[self.graph.place(&queue.name)?].clone()?;
        let field = |column: &Column| {
            let nullable = column.nullable != Known::Fixed(false) || !column.merged.is_empty();
            Field::new(&column.name, self.assumed(column), nullable)
        };
        Some(columns.iter().map(field).collect())
    }

    fn assumed(&mut self, column: &Column) -> DataType {
        let root = match column.data_type {
            Known::Fixed(data_type) => return data_type,
            Known::OfRoot(root) => root,
        };
        let data_type = match self.settled_before.and_then(|settled| settled.get(root)) {
            Some(settled) => settled.data_type,
            None => self.roots[root].inferred,
        };
        self.assumptions.push((root, data_type));
        data_type
    }

    /// A column of a result. Whether it holds nulls is open where it may: SQL says so of every sum. A reader that takes none
    /// has the host look for them.
    fn result_column(&mut self, field: &Field, number: usize) -> Column {
        let mut column = Column::fixed(&field.name, field.data_type, false);
        if field.nullable {
            column.nullable = Known::OfRoot(self.roots.len());
            let path = self.draft.nodes[number].name.clone();
            self.roots.push(Root { name: field.name.clone(), path, inferred: field.data_type, demands: Vec::new() });
        }
        column
    }
}
