//! Columns against what is asked of them: the fields of a component's port, and the columns of a declaration.

use super::columns::{Column, Demand, Known, Root};
use super::draft::{Draft, DraftNode, QueueUse};
use super::graph::GraphQueue;
use super::typing::{demand, listed};
use crate::diagnostic::{Diagnostic, nearest};
use crate::node_info::{InputFieldInfo, InputPortInfo};
use crate::schema::DataType;
use crate::source::Span;
use crate::syntax::QueueDeclaration;

/// Binds the fields of one port to the columns of its queue.
pub(super) struct Binder<'a, 'd> {
    pub(super) node: &'a DraftNode<'d>,
    pub(super) queue: &'a QueueUse,
    /// Who writes the queue, for messages.
    pub(super) writer: (&'a GraphQueue, &'a Draft<'d>),
    pub(super) roots: &'a mut Vec<Root>,
    pub(super) problems: &'a mut Vec<Diagnostic>,
}

impl Binder<'_, '_> {
    /// The place of each field's column; nothing where one is missing or does not fit, which is then said.
    pub(super) fn bind(&mut self, port: &InputPortInfo, columns: &[Column]) -> Option<Vec<usize>> {
        let mut places = Vec::new();
        for field in &port.fields {
            let found = columns.iter().position(|column| column.name == field.name);
            match found {
                Some(place) => {
                    if self.fits(field, &columns[place]) {
                        places.push(place);
                    }
                }
                None => {
                    let problem = self.missing(field, columns);
                    self.problems.push(problem);
                }
            }
        }
        (places.len() == port.fields.len()).then_some(places)
    }

    fn fits(&mut self, field: &InputFieldInfo, column: &Column) -> bool {
        if let (Known::Fixed(has), Some(wants)) = (column.data_type, field.data_type)
            && !has.widens_to(wants)
        {
            let message = format!(
                "column `{}` of queue `{}` is {has}, and {} asks for {wants}",
                field.name,
                self.queue.name,
                self.node.described()
            );
            let problem =
                Diagnostic::error("type-mismatch", self.queue.span, message).label(format!("expected {wants}"));
            let problem = self.with_writer(problem);
            let problem = match self.declared(&field.name) {
                Some(span) => problem.also(span, format!("declared {has} here")),
                None => problem,
            };
            self.problems.push(match (has, wants) {
                (DataType::Int64, DataType::Float64) => problem
                    .help("let the node ask for int64, or make the column float64 where it is written")
                    .note("int64 is not turned into float64 silently: above 2^53 it would be rounded"),
                _ => {
                    problem.help(format!("let the node ask for {has}, or make the column {wants} where it is written"))
                }
            });
            return false;
        }
        // A field of open type takes the queue's word for nulls.
        let nullable = field.nullable || field.data_type.is_none();
        if !nullable && column.surely_nullable() {
            let message = format!(
                "column `{}` of queue `{}` may hold nulls, and {} does not take them",
                field.name,
                self.queue.name,
                self.node.described()
            );
            let problem =
                Diagnostic::error("nullable-column", self.queue.span, message).label("expected a column without nulls");
            let problem = self.with_writer(problem);
            let node_way = format!("let the node take nulls in `{}`", field.name);
            self.problems.push(match self.declared(&field.name) {
                Some(span) => problem
                    .also(span, "declared with `null` here")
                    .help(format!("take `null` out of the declaration, or {node_way}")),
                None => problem.help(format!("{node_way}, or leave such records out in a node before it")),
            });
            return false;
        }
        let asked = Demand {
            data_type: field.data_type,
            widening: true,
            nullable,
            name: self.node.name.clone(),
            who: self.node.described(),
            span: self.queue.span,
        };
        demand(self.roots, column, asked);
        true
    }

    fn missing(&self, field: &InputFieldInfo, columns: &[Column]) -> Diagnostic {
        let (name, queue) = (&field.name, &self.queue.name);
        let message =
            format!("{} asks for a column `{name}`, which queue `{queue}` does not have", self.node.described());
        let problem = Diagnostic::error("unknown-column", self.queue.span, message)
            .label(format!("expected a queue with a column `{name}`"));
        let problem = self.with_writer(problem);
        let names: Vec<&str> = columns.iter().map(|column| column.name.as_str()).collect();
        let has = format!("`{queue}` has: {}", listed(&names));
        match nearest(name, names.iter().copied()) {
            Some(near) => {
                problem.help(format!("did you mean `{near}`? A column and a field are joined by their name")).note(has)
            }
            None => problem.help(has),
        }
    }

    fn with_writer(&self, problem: Diagnostic) -> Diagnostic {
        let (queue, draft) = self.writer;
        problem.also(queue.span, format!("written by {}", draft.nodes[queue.writer.node].described()))
    }

    /// Where a declaration of the queue gives a column.
    fn declared(&self, column: &str) -> Option<Span> {
        let declaration = self.writer.1.declarations.get(self.queue.name.as_str())?;
        let found = declaration.columns.iter().find(|declared| declared.name.text == column);
        found.map(|declared| declared.span)
    }
}

/// Compares the columns that a node writes with the declaration of their queue.
pub(super) fn declared_matches(
    declaration: &QueueDeclaration,
    columns: &[Column],
    writer: &str,
    roots: &mut [Root],
    problems: &mut Vec<Diagnostic>,
) {
    let queue = &declaration.name;
    for declared in &declaration.columns {
        let name = &declared.name;
        let Some(column) = columns.iter().find(|column| column.name == name.text) else {
            let names: Vec<&str> = columns.iter().map(|column| column.name.as_str()).collect();
            let message = format!("queue `{queue}` is declared with a column `{name}`, which {writer} does not write");
            let help = match nearest(&name.text, names.iter().copied()) {
                Some(near) => format!("did you mean `{near}`?"),
                None => format!("it writes: {}", listed(&names)),
            };
            let label = "expected a column that is written";
            problems.push(Diagnostic::error("unknown-column", name.span, message).label(label).help(help));
            continue;
        };
        let wants = declared.data_type.value;
        if let Known::Fixed(has) = column.data_type
            && has != wants
        {
            let message = format!("column `{name}` of queue `{queue}` is declared {wants}, and {writer} writes {has}");
            let help = format!("declare it {has}, or let the node write {wants}");
            let label = format!("expected {has}");
            problems.push(Diagnostic::error("type-mismatch", declared.data_type.span, message).label(label).help(help));
            continue;
        }
        if declared.null.is_none() && column.surely_nullable() {
            let message =
                format!("column `{name}` of queue `{queue}` is declared without `null`, and {writer} may write nulls");
            let help = format!("declare it `{name} {wants} null`");
            let label = format!("expected {wants} null");
            problems.push(Diagnostic::error("nullable-column", declared.span, message).label(label).help(help));
            continue;
        }
        let asked = Demand {
            data_type: Some(wants),
            widening: false,
            nullable: declared.null.is_some(),
            name: queue.text.clone(),
            who: format!("the declaration of queue `{queue}`"),
            span: declared.span,
        };
        demand(roots, column, asked);
    }
    let undeclared: Vec<&str> = columns
        .iter()
        .filter(|column| !declaration.columns.iter().any(|declared| declared.name.text == column.name))
        .map(|column| column.name.as_str())
        .collect();
    if !undeclared.is_empty() {
        let names = listed(&undeclared);
        let message = format!("{writer} writes columns to queue `{queue}` that its declaration lacks: {names}");
        problems.push(
            Diagnostic::error("undeclared-column", queue.span, message)
                .label("a declaration names every column")
                .help("add them to the declaration, or take the declaration out"),
        );
    }
}
