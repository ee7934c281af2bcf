//! In which order nodes can be at work, and the circles in which none can.
//!
//! Two things of a node can be waited for: its *flow*, which is that it has started and sends records and sets facts, and
//! its *end*. A reader's flow needs its writer's, and its end the writer's end; a signal is the end of who fires it; a fact
//! comes with its setter's flow. Who waits for a fact in the middle of its work (`getdyn=`) needs it for its own end alone.

use std::collections::{BTreeMap, BTreeSet};

use super::Graph;
use crate::check::draft::Draft;
use crate::diagnostic::Diagnostic;
use crate::plan::FactWay;

/// The flow of the node of this number, or its end.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Event {
    Flow(usize),
    End(usize),
}

impl Event {
    fn node(self) -> usize {
        let (Event::Flow(node) | Event::End(node)) = self;
        node
    }
}

/// One event's waiting for another.
struct Edge {
    from: Event,
    to: Event,
    label: Label,
}

/// What is waited for.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Label {
    /// A node ends after it has begun.
    Own,
    Queue(String),
    Signal(String),
    Fact(String),
}

/// The nodes so that each comes after those it reads from or waits for: Kahn's order, the first of the file first. Where
/// events are left over they hold a circle, which is named.
pub(super) fn order(draft: &Draft<'_>, graph: &Graph, problems: &mut Vec<Diagnostic>) -> Option<Vec<usize>> {
    let edges = edges(draft.nodes.len(), graph);
    let mut waits_for: BTreeMap<Event, usize> =
        (0..draft.nodes.len()).flat_map(|node| [(Event::Flow(node), 0), (Event::End(node), 0)]).collect();
    let mut followers: BTreeMap<Event, Vec<Event>> = BTreeMap::new();
    for edge in &edges {
        *waits_for.entry(edge.to).or_default() += 1;
        followers.entry(edge.from).or_default().push(edge.to);
    }
    let free = waits_for.iter().filter(|(_, waits)| **waits == 0).map(|(event, _)| *event);
    let mut ready: BTreeSet<Event> = free.collect();
    let mut order = Vec::new();
    while let Some(event) = ready.pop_first() {
        waits_for.remove(&event);
        if let Event::Flow(node) = event {
            order.push(node);
        }
        for follower in followers.get(&event).into_iter().flatten() {
            let Some(waits) = waits_for.get_mut(follower) else { continue };
            *waits -= 1;
            if *waits == 0 {
                ready.insert(*follower);
            }
        }
    }
    if waits_for.is_empty() {
        return Some(order);
    }
    problems.push(circle(draft, &edges, &waits_for));
    None
}

fn edges(nodes: usize, graph: &Graph) -> Vec<Edge> {
    let mut edges: Vec<Edge> =
        (0..nodes).map(|node| Edge { from: Event::Flow(node), to: Event::End(node), label: Label::Own }).collect();
    for queue in &graph.queues {
        for reader in &queue.readers {
            let (from, to, label) = (queue.writer.node, reader.node, Label::Queue(queue.name.clone()));
            edges.push(Edge { from: Event::Flow(from), to: Event::Flow(to), label: label.clone() });
            edges.push(Edge { from: Event::End(from), to: Event::End(to), label });
        }
    }
    for (to, awaited) in graph.signals.iter().enumerate() {
        for signal in awaited {
            let edge = |from: &usize| Edge {
                from: Event::End(*from),
                to: Event::Flow(to),
                label: Label::Signal(signal.name.clone()),
            };
            edges.extend(signal.fired_by.iter().map(edge));
        }
    }
    for (node, uses) in graph.facts.uses.iter().enumerate() {
        for used in uses {
            let fact = &graph.facts.facts[used.fact];
            let to = match used.way {
                FactWay::Get => Event::Flow(node),
                FactWay::Wait => Event::End(node),
                FactWay::Set => continue,
            };
            let label = Label::Fact(fact.name.clone());
            edges.extend(fact.set_by().map(|from| Edge { from: Event::Flow(from), to, label }));
        }
    }
    edges
}

/// Walks backwards from an event that never became ready, always to one it waits for that did not either, until one comes
/// again.
fn circle(draft: &Draft<'_>, edges: &[Edge], left: &BTreeMap<Event, usize>) -> Diagnostic {
    let awaited = |event: Event| {
        let found = edges.iter().find(|edge| edge.to == event && left.contains_key(&edge.from));
        found.expect("an event that never comes waits for one that does not come either")
    };
    let mut seen: Vec<Event> = Vec::new();
    let mut event = *left.keys().next().expect("there are events left over");
    while !seen.contains(&event) {
        seen.push(event);
        event = awaited(event).from;
    }
    let from = seen.iter().position(|other| *other == event).unwrap_or(0);
    // Each with what it waits for; that a node ends after it has begun goes without saying.
    let mut around: Vec<(usize, &Label)> =
        seen[from..].iter().map(|event| (event.node(), &awaited(*event).label)).collect();
    around.retain(|(_, label)| **label != Label::Own);
    around.reverse();
    // Told from the node that stands first in the file.
    let first = around.iter().enumerate().min_by_key(|(_, (node, _))| *node).map_or(0, |(place, _)| place);
    around.rotate_left(first);
    let mut path = String::new();
    for (place, (node, _)) in around.iter().enumerate() {
        let (_, label) = around[(place + 1) % around.len()];
        path.push_str(&format!("`{}` → {} → ", draft.nodes[*node].name, told(label)));
    }
    path.push_str(&format!("`{}`", draft.nodes[around[0].0].name));
    let has = |wanted: fn(&Label) -> bool| around.iter().any(|(_, label)| wanted(label));
    let (label, help) = if has(|label| matches!(label, Label::Fact(_))) {
        ("this node waits for what can come only after it", "let one of these nodes not wait for its fact")
    } else if has(|label| matches!(label, Label::Signal(_))) {
        ("this node waits for what can come only after it", "let one of these nodes not wait for its signal")
    } else {
        ("this node waits for what it makes itself", "records flow one way: take one of these queues out of the circle")
    };
    let message = format!("the process goes in a circle: {path}");
    let mut problem = Diagnostic::error("cycle", draft.nodes[around[0].0].span, message).label(label).help(help);
    for (node, _) in &around[1..] {
        problem = problem.also(draft.nodes[*node].span, "and so does this one");
    }
    problem
}

fn told(label: &Label) -> String {
    match label {
        Label::Own => String::new(),
        Label::Queue(name) => name.clone(),
        Label::Signal(name) => format!("signal {name}"),
        Label::Fact(name) => format!("fact {name}"),
    }
}
