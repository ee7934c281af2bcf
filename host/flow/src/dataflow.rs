//! A plan made into queues and nodes, ready for their threads.

use std::sync::Arc;

use leat_stream::plan::{ComponentNode, Node as PlanNode, OnError, Plan};

use crate::binding::{Binding, queue_schema};
use crate::crew::Crew;
use crate::facts::Facts;
use crate::fanout::QueueWriter;
use crate::inputs::{InputLimits, InputReader, Inputs, QueueEnd};
use crate::meter::{NodeMeter, RunClock};
use crate::node::{Names, Node, NodeLog, NodeParts};
use crate::signals::Signals;
use crate::stop::StopSignal;
use crate::trace::Trace;

/// One node and what its threads need.
pub struct Place {
    /// The node; also for whoever reports on it.
    pub node: Arc<Node>,
    /// What it reads, where it is no component: the threads of a component share theirs. An input node has no port.
    pub reader: Option<InputReader>,
    /// The queues that end at it, for whoever reports on them.
    pub inputs: Arc<Inputs>,
    /// By queue end, as [`Inputs`] numbers them: what it sees of the queue.
    pub bindings: Arc<[Binding]>,
}

/// Joins the nodes of a plan by queues; `log` makes each node's log. Places are in the plan's order.
pub fn connect(
    plan: &Plan,
    limits: &InputLimits,
    (clock, trace): (RunClock, Option<Arc<Trace>>),
    stop: &StopSignal,
    mut log: impl FnMut(&PlanNode) -> Box<dyn NodeLog>,
) -> Vec<Place> {
    let (ends, readers): (Vec<Arc<Inputs>>, Vec<InputReader>) =
        plan.nodes.iter().map(|node| input_ports(plan, node, limits, stop)).unzip();
    let mut readers: Vec<Option<InputReader>> = readers.into_iter().map(Some).collect();
    let writer = |queue: usize| {
        let readers = plan.nodes.iter().zip(&ends).flat_map(|(node, inputs)| {
            let ends = node.queue_ends().enumerate().filter(move |(_, (_, end))| end.queue == queue);
            ends.map(move |(end, _)| (Arc::clone(inputs), end))
        });
        let planned = &plan.queues[queue];
        QueueWriter::new(&planned.name, queue_schema(planned), readers.collect())
    };
    let signals = Signals::new(plan.nodes.len(), stop);
    let facts = Facts::new(&plan.facts, stop);
    let names = Arc::new(Names {
        nodes: plan.nodes.iter().map(|node| node.name.clone()).collect(),
        facts: plan.facts.iter().map(|fact| fact.name.clone()).collect(),
    });
    let nodes: Vec<Arc<Node>> = plan
        .nodes
        .iter()
        .enumerate()
        .map(|(index, node)| {
            let rejects = match node.on_error {
                OnError::Queue(queue) => Some(writer(queue)),
                OnError::Fail | OnError::Skip => None,
            };
            let outputs: Vec<Option<QueueWriter>> = node.outputs.iter().map(|queue| queue.map(writer)).collect();
            let component = node.kind.component();
            let crew =
                component.and_then(|component| readers[index].take().map(|reader| crew(node, component, reader, stop)));
            let ports = (node.queue_ends().count(), outputs.len() + usize::from(rejects.is_some()));
            let (threads, instances) = component.map_or((1, 1), |it| (it.parallel.threads, it.parallel.instances()));
            Arc::new(Node::new(NodeParts {
                index,
                name: node.name.clone(),
                on_error: node.on_error,
                meter: NodeMeter::new(clock, ports, threads, instances),
                stop: stop.clone(),
                input_names: node.queue_ends().map(|(_, end)| plan.queues[end.queue].name.clone()).collect(),
                outputs,
                rejects,
                input_queues: node.queue_ends().map(|(_, end)| end.queue).collect(),
                output_queues: output_queues(node),
                trace: trace.clone(),
                inputs: Arc::clone(&ends[index]),
                awaits: node.awaits.clone(),
                is_awaited: plan.nodes.iter().flat_map(|other| &other.awaits).any(|s| s.fired_by.contains(&index)),
                signals: Arc::clone(&signals),
                fact_uses: node.facts.clone(),
                facts: Arc::clone(&facts),
                wait_max: node.wait_max,
                names: Arc::clone(&names),
                crew,
                log: log(node),
            }))
        })
        .collect();
    let places = plan.nodes.iter().zip(nodes).zip(ends).zip(readers);
    places
        .map(|(((planned, node), inputs), reader)| Place { node, reader, inputs, bindings: bindings(plan, planned) })
        .collect()
}

/// The queues that a node writes, that of its rejected records last.
fn output_queues(node: &PlanNode) -> Vec<Option<usize>> {
    let rejects = match node.on_error {
        OnError::Queue(queue) => Some(Some(queue)),
        OnError::Fail | OnError::Skip => None,
    };
    node.outputs.iter().copied().chain(rejects).collect()
}

/// The threads of a component.
fn crew(node: &PlanNode, component: &ComponentNode, reader: InputReader, stop: &StopSignal) -> Arc<Crew> {
    let parallel = &component.parallel;
    let keyed = !parallel.by.is_empty();
    let keys = keyed.then(|| node.queue_ends().map(|(_, end)| end.keys.clone()).collect());
    Crew::new(reader, (parallel.threads, parallel.instances()), keys, stop)
}

fn input_ports(plan: &Plan, node: &PlanNode, limits: &InputLimits, stop: &StopSignal) -> (Arc<Inputs>, InputReader) {
    let ends = node.queue_ends().map(|(port, end)| QueueEnd {
        name: plan.queues[end.queue].name.clone(),
        schema: queue_schema(&plan.queues[end.queue]),
        port,
        first: node.inputs[port].first,
    });
    Inputs::new(&node.name, ends.collect(), limits.clone(), stop)
}

fn bindings(plan: &Plan, node: &PlanNode) -> Arc<[Binding]> {
    node.queue_ends().map(|(_, end)| Binding::new(&plan.queues[end.queue], &end.columns)).collect()
}
