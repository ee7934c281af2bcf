//! Which columns of each queue stay. A column of an input file that no reader is bound to is not even parsed; an output,
//! and a queue of rejected records, need every column there is.

use super::draft::{Draft, DraftKind, DraftOnError};
use super::graph::Graph;
use super::sample::root_of;
use super::typing::Typing;
use crate::schema::Field;

/// The columns that stay.
pub(super) struct Kept {
    /// By queue: its columns with their places before pruning, in order; nothing where its columns are not known.
    queues: Vec<Option<Vec<(usize, Field)>>>,
    /// By queue and place before pruning: the root it is of.
    roots: Vec<Vec<Option<usize>>>,
    /// By node: the queue of an input.
    input_queues: Vec<Option<usize>>,
}

impl Kept {
    /// Decides it, when types are settled.
    pub(super) fn of(draft: &Draft<'_>, graph: &Graph, typing: &Typing) -> Self {
        let mut queues = Vec::new();
        let mut roots = Vec::new();
        let mut input_queues = vec![None; draft.nodes.len()];
        for (number, queue) in graph.queues.iter().enumerate() {
            let columns = typing.columns[number].as_deref();
            roots.push(columns.unwrap_or_default().iter().map(|column| root_of(column.data_type)).collect());
            let from_file = queue.writer.port == 0 && typing.inputs.contains_key(&queue.writer.node);
            if from_file {
                input_queues[queue.writer.node] = Some(number);
            }
            let used = if from_file { used(draft, graph, typing, number) } else { None };
            let kept = columns.map(|columns| {
                let field = |(place, column): (usize, &super::columns::Column)| {
                    let field = Field::new(&column.name, typing.data_type(column), typing.nullable(column));
                    (place, field)
                };
                let wanted = |place: &usize| used.as_ref().is_none_or(|used| used.contains(place));
                columns.iter().enumerate().filter(|(place, _)| wanted(place)).map(field).collect()
            });
            queues.push(kept);
        }
        Kept { queues, roots, input_queues }
    }

    /// The columns of a queue that stay.
    pub(super) fn queue(&self, queue: usize) -> Vec<Field> {
        self.queues[queue].iter().flatten().map(|(_, field)| field.clone()).collect()
    }

    /// Where a column of a queue stands after pruning.
    pub(super) fn place(&self, queue: usize, before: usize) -> Option<usize> {
        self.queues[queue].as_ref()?.iter().position(|(place, _)| *place == before)
    }

    /// The columns of an input's queue that stay, with their places before pruning.
    pub(super) fn fields(&self, node: usize) -> Vec<(usize, Field)> {
        self.input_queues[node].and_then(|queue| self.queues[queue].clone()).unwrap_or_default()
    }

    /// The root of a column of an input's queue, by its place before pruning.
    pub(super) fn root(&self, node: usize, column: usize) -> Option<usize> {
        let queue = self.input_queues[node]?;
        self.roots[queue].get(column).copied().flatten()
    }
}

/// The columns of a queue that readers are bound to; nothing where one needs them all.
fn used(draft: &Draft<'_>, graph: &Graph, typing: &Typing, queue: usize) -> Option<Vec<usize>> {
    let conditions = |node: &usize| typing.conditions.get(node).into_iter().flatten();
    let over = |node| conditions(node).filter(|(place, _)| *place == queue).flat_map(|(_, columns)| columns);
    let mut used: Vec<usize> = over(&graph.queues[queue].writer.node).copied().collect();
    for reader in &graph.queues[queue].readers {
        let node = &draft.nodes[reader.node];
        let rejects = matches!(node.on_error, DraftOnError::Queue(_));
        if rejects || matches!(node.kind, DraftKind::Output { .. }) {
            return None;
        }
        let ends =
            node.inputs[reader.port].iter().zip(typing.bindings[reader.node].get(reader.port).into_iter().flatten());
        used.extend(over(&reader.node));
        let keys = typing.keys.get(&reader.node).filter(|_| reader.port == 0);
        let keyed = node.inputs[reader.port].iter().zip(keys.into_iter().flatten());
        used.extend(keyed.filter(|(end, _)| end.name == graph.queues[queue].name).flat_map(|(_, keys)| keys));
        used.extend(ends.filter(|(end, _)| end.name == graph.queues[queue].name).flat_map(|(_, bound)| bound));
    }
    // Records are counted by their columns: a node that asks for none of them still sees how many there are.
    if used.is_empty() {
        used.push(0);
    }
    Some(used)
}
