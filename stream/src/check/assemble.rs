//! The plan, when no problem is left.

use super::draft::{Draft, DraftKind, DraftNode, DraftOnError, QueueUse};
use super::graph::Graph;
use super::parts::pieces;
use super::prune::Kept;
use super::typing::Typing;
use crate::node_info::InputPortInfo;
use crate::plan::{
    BoundColumn, BoundQueue, ComponentNode, Condition, FileColumn, FileInput, FileOutput, InputPort, Node, NodeKind,
    OnError, Port, Queue, Scan, SqlNode,
};

/// Everything the check has decided.
pub(super) struct Decided<'a, 'd> {
    pub(super) draft: &'a Draft<'d>,
    pub(super) graph: &'a Graph,
    pub(super) typing: &'a Typing,
    pub(super) kept: &'a Kept,
    /// By node: the part of the run it belongs to.
    pub(super) parts: &'a [Option<String>],
}

impl Decided<'_, '_> {
    /// The plan's queues, with the ports of `nodes` that read them.
    pub(super) fn queues(&self, nodes: &[Node]) -> Vec<Queue> {
        let queues = self.graph.queues.iter().enumerate();
        let readers = |number: usize| {
            let ends = nodes.iter().enumerate().flat_map(|(node, planned)| {
                planned.queue_ends().map(move |(port, end)| (end.queue, Port { node, port }))
            });
            ends.filter(move |(queue, _)| *queue == number).map(|(_, port)| port).collect()
        };
        let queue = |(number, queue): (usize, &super::graph::GraphQueue)| Queue {
            name: queue.name.clone(),
            fields: self.kept.queue(number),
            writer: queue.writer,
            readers: readers(number),
        };
        queues.map(queue).collect()
    }

    /// The plan's nodes; nothing where something is not known after all.
    pub(super) fn nodes(&self) -> Option<Vec<Node>> {
        (0..self.draft.nodes.len()).map(|number| self.node(number)).collect()
    }

    fn node(&self, number: usize) -> Option<Node> {
        let node = &self.draft.nodes[number];
        let on_error = match &node.on_error {
            DraftOnError::Fail => OnError::Fail,
            DraftOnError::Skip => OnError::Skip,
            DraftOnError::Queue(queue) => OnError::Queue(self.graph.place(&queue.name)?),
        };
        let outputs = node.outputs.iter().map(|queue| queue.as_ref().and_then(|queue| self.graph.place(&queue.name)));
        Some(Node {
            name: node.name.clone(),
            label: node.label.clone(),
            description: node.description.clone(),
            line: node.line,
            file: node.home.file.clone(),
            group: node.home.frame.group,
            kind: self.kind(number, node)?,
            inputs: self.inputs(number, node)?,
            outputs: outputs.collect(),
            on_error,
            awaits: self.graph.signals[number].clone(),
            condition: node.condition.as_ref().map(|condition| Condition { expression: condition.query.clone() }),
            facts: self.graph.facts.uses[number].clone(),
            dynamic_path: self.graph.facts.path(number, node.place()),
            wait_max: node.wait_max,
            part: self.parts[number].clone(),
        })
    }

    fn kind(&self, number: usize, node: &DraftNode<'_>) -> Option<NodeKind> {
        Some(match &node.kind {
            DraftKind::Input { place, .. } => {
                let place = place.as_ref()?;
                let input = self.typing.inputs.get(&number)?;
                let column = |(column, field): (usize, crate::schema::Field)| FileColumn {
                    name: field.name,
                    origin: match (input.columns[column].1, self.kept.root(number, column)) {
                        (None, Some(root)) => self.typing.settled[root].origin.clone(),
                        (None, None) => "of the file".to_owned(),
                        _ => "declared".to_owned(),
                    },
                };
                NodeKind::Input(FileInput {
                    path: place.path.clone(),
                    format: place.format.clone(),
                    columns: self.kept.fields(number).into_iter().map(column).collect(),
                })
            }
            DraftKind::Output { place } => {
                let place = place.as_ref()?;
                let queue = node.reads().next().and_then(|(_, queue)| self.graph.place(&queue.name))?;
                NodeKind::Output(FileOutput {
                    path: place.path.clone(),
                    format: place.format.clone(),
                    pieces: pieces(place, &self.kept.queue(queue))?,
                    append: place.append,
                })
            }
            DraftKind::Component(component) => {
                let info = component.info.as_ref()?;
                NodeKind::Component(ComponentNode {
                    path: component.path.clone(),
                    parameters: component.parameters.clone(),
                    objects: component.objects.clone(),
                    secrets: component.secrets.clone(),
                    inputs: info.inputs.iter().map(|port| port.fields.clone()).collect(),
                    outputs: self.typing.made.get(&number)?.iter().map(|port| self.typing.fields(port)).collect(),
                    limits: component.limits.clone(),
                    parallel: component.parallel.plan(),
                })
            }
            DraftKind::Sql(_) => {
                let outputs = self.typing.fields(self.typing.made.get(&number)?.first()?);
                NodeKind::Sql(SqlNode { outputs, ..self.typing.queries.get(&number)?.clone() })
            }
        })
    }

    fn inputs(&self, number: usize, node: &DraftNode<'_>) -> Option<Vec<InputPort>> {
        if let DraftKind::Sql(_) = node.kind {
            let scans = &self.typing.queries.get(&number)?.scans;
            return scans.iter().map(|scan| self.scanned(&node.inputs[scan.table], scan)).collect();
        }
        let port = |(port, queues): (usize, &Vec<QueueUse>)| {
            let info = match &node.kind {
                DraftKind::Component(component) => Some(component.info.as_ref()?.inputs.get(port)?),
                _ => None,
            };
            let ends = queues.iter().enumerate().map(|(end, queue)| {
                let bound = info.map(|info| (info, self.typing.bindings[number][port][end].as_slice()));
                let place = self.graph.place(&queue.name)?;
                let keys = self.typing.keys.get(&number).and_then(|keys| keys.get(end)).into_iter().flatten();
                let keys = keys.map(|before| self.kept.place(place, *before)).collect::<Option<_>>()?;
                Some(BoundQueue { queue: place, columns: self.bound_columns(place, bound)?, keys })
            });
            Some(InputPort { queues: ends.collect::<Option<_>>()?, first: info.is_some_and(|info| info.first) })
        };
        node.inputs.iter().enumerate().map(port).collect()
    }

    /// The port of a query's pass over a table.
    fn scanned(&self, table: &[QueueUse], scan: &Scan) -> Option<InputPort> {
        let queue = self.graph.place(&table.first()?.name)?;
        let fields = self.kept.queue(queue);
        let column = |before: &usize| {
            let column = self.kept.place(queue, *before)?;
            Some(BoundColumn { column, data_type: fields[column].data_type, read: true })
        };
        let columns = scan.columns.iter().map(column).collect::<Option<_>>()?;
        Some(InputPort { queues: vec![BoundQueue { queue, columns, keys: Vec::new() }], first: false })
    }

    /// The columns of a queue where it ends: at a component's port by what is `bound`, else every one.
    fn bound_columns(&self, queue: usize, bound: Option<(&InputPortInfo, &[usize])>) -> Option<Vec<BoundColumn>> {
        let fields = self.kept.queue(queue);
        let column = |column: usize, read: bool| BoundColumn { column, data_type: fields[column].data_type, read };
        let Some((info, places)) = bound else {
            return Some((0..fields.len()).map(|place| column(place, true)).collect());
        };
        let columns = info.fields.iter().zip(places).map(|(field, before)| {
            let column = column(self.kept.place(queue, *before)?, field.read);
            Some(BoundColumn { data_type: field.data_type.unwrap_or(column.data_type), ..column })
        });
        columns.collect()
    }
}
