//! A plan made into queues and nodes, ready for their threads.

mod cutting;

use std::sync::Arc;

use leat_stream::plan::{ComponentNode, Node as PlanNode, OnError, Plan};

use crate::binding::{Binding, queue_schema};
use crate::crew::Crew;
use crate::cuts::Checkpoints;
use crate::facts::Facts;
use crate::fanout::QueueWriter;
use crate::inputs::{InputLimits, InputReader, Inputs, QueueEnd};
use crate::meter::{NodeMeter, RunClock};
use crate::node::{Names, Node, NodeLog, NodeParts};
use crate::signals::Signals;
use crate::stop::StopSignal;
use crate::trace::Trace;
use cutting::{Begun, Cutting};

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
    /// It had come to its end before the run was begun again: it needs no thread.
    pub finished: bool,
}

/// What the nodes of a run have in common.
pub struct Surroundings<'a> {
    /// How much may wait in queues, and where.
    pub limits: &'a InputLimits,
    /// When the run began.
    pub clock: RunClock,
    /// Which records are followed, if any.
    pub trace: Option<Arc<Trace>>,
    /// How the run is ended.
    pub stop: &'a StopSignal,
    /// What the nodes need to take part in checkpoints, where any are taken.
    pub checkpoints: Option<Checkpoints>,
}

/// Joins the nodes of a plan by queues; `log` makes each node's log. Places are in the plan's order.
pub fn connect(
    plan: &Plan,
    surroundings: Surroundings<'_>,
    mut log: impl FnMut(&PlanNode) -> Box<dyn NodeLog>,
) -> Vec<Place> {
    let Surroundings { limits, clock, trace, stop, checkpoints } = surroundings;
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
    let shared = Shared::of(plan, (clock, trace), stop);
    let mut checkpoints = checkpoints.map(|checkpoints| Cutting::of(checkpoints, plan.nodes.len()));
    if let Some(cutting) = &checkpoints {
        cutting.restore_facts(&shared.facts);
    }
    let mut all_finished = Vec::with_capacity(plan.nodes.len());
    let nodes: Vec<Arc<Node>> = plan
        .nodes
        .iter()
        .enumerate()
        .map(|(index, node)| {
            let Begun { cuts, finished, counted } = checkpoints.as_mut().map_or_else(Begun::default, |cutting| {
                cutting.begin(node, index, (&ends[index], readers[index].as_mut()))
            });
            all_finished.push(finished);
            // Where it has come to its end, its writers find nobody there.
            let crew = match node.kind.component() {
                Some(component) => readers[index].take().map(|reader| crew(node, component, reader, stop)),
                None => {
                    readers[index].take_if(|_| finished);
                    None
                }
            };
            let parts = shared.parts((plan, index), Arc::clone(&ends[index]), writers(node, writer), log(node));
            let node = Arc::new(Node::new(NodeParts { crew, cuts, counted, ..parts }));
            if finished {
                node.stay_finished();
            }
            node
        })
        .collect();
    let places = plan.nodes.iter().zip(nodes).zip(ends).zip(readers).zip(all_finished);
    places
        .map(|((((planned, node), inputs), reader), finished)| Place {
            node,
            reader,
            inputs,
            bindings: bindings(plan, planned),
            finished,
        })
        .collect()
}

/// What all nodes have.
struct Shared<'a> {
    clock: RunClock,
    trace: Option<Arc<Trace>>,
    stop: &'a StopSignal,
    signals: Arc<Signals>,
    facts: Arc<Facts>,
    names: Arc<Names>,
}

impl<'a> Shared<'a> {
    fn of(plan: &Plan, (clock, trace): (RunClock, Option<Arc<Trace>>), stop: &'a StopSignal) -> Self {
        let names = Names {
            nodes: plan.nodes.iter().map(|node| node.name.clone()).collect(),
            facts: plan.facts.iter().map(|fact| fact.name.clone()).collect(),
        };
        Shared {
            clock,
            trace,
            stop,
            signals: Signals::new(plan.nodes.len(), stop),
            facts: Facts::new(&plan.facts, stop),
            names: Arc::new(names),
        }
    }

    /// What makes a node, but for its threads and its part in checkpoints.
    fn parts(
        &self,
        (plan, index): (&Plan, usize),
        inputs: Arc<Inputs>,
        (outputs, rejects): (Vec<Option<QueueWriter>>, Option<QueueWriter>),
        log: Box<dyn NodeLog>,
    ) -> NodeParts {
        let node = &plan.nodes[index];
        let ports = (node.queue_ends().count(), outputs.len() + usize::from(rejects.is_some()));
        let component = node.kind.component();
        let (threads, instances) = component.map_or((1, 1), |it| (it.parallel.threads, it.parallel.instances()));
        NodeParts {
            index,
            name: node.name.clone(),
            on_error: node.on_error,
            meter: NodeMeter::new(self.clock, ports, threads, instances),
            stop: self.stop.clone(),
            input_names: node.queue_ends().map(|(_, end)| plan.queues[end.queue].name.clone()).collect(),
            outputs,
            rejects,
            input_queues: node.queue_ends().map(|(_, end)| end.queue).collect(),
            output_queues: output_queues(node),
            trace: self.trace.clone(),
            inputs,
            awaits: node.awaits.clone(),
            is_awaited: plan.nodes.iter().flat_map(|other| &other.awaits).any(|it| it.fired_by.contains(&index)),
            signals: Arc::clone(&self.signals),
            fact_uses: node.facts.clone(),
            facts: Arc::clone(&self.facts),
            wait_max: node.wait_max,
            names: Arc::clone(&self.names),
            crew: None,
            log,
            cuts: None,
            counted: None,
        }
    }
}

/// The ends of the queues that a node writes, and of that of its rejected records.
fn writers(node: &PlanNode, writer: impl Fn(usize) -> QueueWriter) -> (Vec<Option<QueueWriter>>, Option<QueueWriter>) {
    let rejects = match node.on_error {
        OnError::Queue(queue) => Some(writer(queue)),
        OnError::Fail | OnError::Skip => None,
    };
    (node.outputs.iter().map(|queue| queue.map(&writer)).collect(), rejects)
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
