//! Which node writes each queue and which read it: unknown, unread and twice-written queues, and cycles.

use std::collections::{BTreeMap, BTreeSet};

use super::draft::{Draft, DraftKind, DraftNode, DraftOnError, QueueUse};
use crate::diagnostic::{Diagnostic, nearest};
use crate::plan::Port;
use crate::source::Span;

/// The queues of a process.
pub(super) struct Graph {
    /// By their writers' places in the file.
    pub(super) queues: Vec<GraphQueue>,
    /// Nodes so that each comes after those it reads from; nothing where there is a cycle.
    pub(super) order: Option<Vec<usize>>,
}

/// A queue that somebody writes.
pub(super) struct GraphQueue {
    pub(super) name: String,
    /// Where its writer names it.
    pub(super) span: Span,
    pub(super) writer: Port,
    pub(super) readers: Vec<Port>,
}

impl Graph {
    /// Joins the nodes of a draft.
    pub(super) fn of(draft: &Draft<'_>, problems: &mut Vec<Diagnostic>) -> Self {
        let mut queues = written(draft, problems);
        read(draft, &mut queues, problems);
        if draft.complete {
            report_unread(draft, &queues, problems);
        }
        let order = order(draft, &queues, problems);
        Graph { queues, order }
    }

    /// The place of a queue.
    pub(super) fn place(&self, name: &str) -> Option<usize> {
        self.queues.iter().position(|queue| queue.name == name)
    }
}

/// The queues a node writes, by port; that of its rejects counts after the last.
fn outputs<'a>(node: &'a DraftNode<'_>) -> impl Iterator<Item = (usize, &'a QueueUse)> {
    let rejects = match &node.on_error {
        DraftOnError::Queue(queue) => Some(queue),
        DraftOnError::Fail | DraftOnError::Skip => None,
    };
    let ports = node.outputs.iter().enumerate().filter_map(|(port, queue)| Some((port, queue.as_ref()?)));
    ports.chain(rejects.map(|queue| (node.outputs.len(), queue)))
}

fn written(draft: &Draft<'_>, problems: &mut Vec<Diagnostic>) -> Vec<GraphQueue> {
    let mut queues: Vec<GraphQueue> = Vec::new();
    for (number, node) in draft.nodes.iter().enumerate() {
        for (port, queue) in outputs(node) {
            if let Some(first) = queues.iter().find(|other| other.name == queue.name) {
                let message = format!("two ports write the queue `{}`", queue.name);
                problems.push(
                    Diagnostic::error("two-writers", queue.span, message)
                        .label("written again here")
                        .also(first.span, "first written here")
                        .help("a queue has one writer: give one of the two another name"),
                );
                continue;
            }
            queues.push(GraphQueue {
                name: queue.name.clone(),
                span: queue.span,
                writer: Port { node: number, port },
                readers: Vec::new(),
            });
        }
    }
    queues
}

fn read(draft: &Draft<'_>, queues: &mut [GraphQueue], problems: &mut Vec<Diagnostic>) {
    for (number, node) in draft.nodes.iter().enumerate() {
        for (port, queue) in node.inputs.iter().enumerate() {
            match queues.iter_mut().find(|other| other.name == queue.name) {
                Some(found) => found.readers.push(Port { node: number, port }),
                None if draft.complete => problems.push(unwritten(draft, queues, node, queue)),
                None => {}
            }
        }
    }
}

fn unwritten(draft: &Draft<'_>, queues: &[GraphQueue], node: &DraftNode<'_>, queue: &QueueUse) -> Diagnostic {
    let name = &queue.name;
    let message = format!("{} reads the queue `{name}`, which nothing writes", node.described());
    let names = queues.iter().filter(|known| !node.inputs.iter().any(|own| own.name == known.name));
    let near = nearest(name, names.map(|known| known.name.as_str()));
    let help = match near {
        Some(near) => format!("did you mean `{near}`?"),
        None => format!("write it from a file, `in \"in/{name}.csv\" -> {name}`, or name it as a node's output"),
    };
    let problem = Diagnostic::error("unwritten-queue", queue.span, message).help(help);
    match (near.and_then(|near| queues.iter().find(|known| known.name == near)), draft.declarations.get(name.as_str()))
    {
        (Some(known), _) => problem.also(known.span, format!("`{}` is written here", known.name)),
        (None, Some(declaration)) => {
            problem.also(declaration.name.span, "a declaration gives it columns, but no records")
        }
        (None, None) => problem,
    }
}

fn report_unread(draft: &Draft<'_>, queues: &[GraphQueue], problems: &mut Vec<Diagnostic>) {
    for queue in queues.iter().filter(|queue| queue.readers.is_empty()) {
        let writer = &draft.nodes[queue.writer.node];
        let message = format!("nothing reads the queue `{}`", queue.name);
        let help = match &writer.kind {
            DraftKind::Component(_) if queue.writer.port < writer.outputs.len() => {
                format!("write it to a file, `out {0} -> \"{0}.csv\"`, or put `null` in its place", queue.name)
            }
            _ => format!("write it to a file, `out {0} -> \"{0}.csv\"`, or let a node read it", queue.name),
        };
        problems.push(
            Diagnostic::warning("unread-queue", queue.span, message)
                .label(format!("{} writes it", writer.described()))
                .help(help),
        );
    }
    for (name, declaration) in &draft.declarations {
        let used = queues.iter().any(|queue| queue.name == *name)
            || draft.nodes.iter().any(|node| node.inputs.iter().any(|queue| queue.name == *name));
        if !used {
            let message = format!("the queue `{name}` is declared and not used");
            let mut problem = Diagnostic::warning("unused-declaration", declaration.name.span, message);
            if let Some(near) = nearest(name, queues.iter().map(|queue| queue.name.as_str())) {
                problem = problem.help(format!("did you mean `{near}`?"));
            }
            problems.push(problem);
        }
    }
}

/// Kahn's order, the first of the file first; where nodes are left over they hold a cycle, which is named.
fn order(draft: &Draft<'_>, queues: &[GraphQueue], problems: &mut Vec<Diagnostic>) -> Option<Vec<usize>> {
    let count = draft.nodes.len();
    let mut waits_for: Vec<usize> = vec![0; count];
    let mut edges: BTreeMap<usize, Vec<usize>> = BTreeMap::new();
    for queue in queues {
        for reader in &queue.readers {
            waits_for[reader.node] += 1;
            edges.entry(queue.writer.node).or_default().push(reader.node);
        }
    }
    let mut ready: BTreeSet<usize> = (0..count).filter(|node| waits_for[*node] == 0).collect();
    let mut order = Vec::new();
    while let Some(node) = ready.pop_first() {
        order.push(node);
        for &reader in edges.get(&node).into_iter().flatten() {
            waits_for[reader] -= 1;
            if waits_for[reader] == 0 {
                ready.insert(reader);
            }
        }
    }
    if order.len() == count {
        return Some(order);
    }
    problems.push(cycle(draft, queues, &waits_for));
    None
}

/// Walks backwards from a node that never became ready, always to a writer that did not either, until one comes again.
fn cycle(draft: &Draft<'_>, queues: &[GraphQueue], waits_for: &[usize]) -> Diagnostic {
    let feeds = |node: usize| {
        let found = queues
            .iter()
            .find(|queue| waits_for[queue.writer.node] > 0 && queue.readers.iter().any(|reader| reader.node == node));
        found.expect("a node that waits for ever reads from one that does")
    };
    let start = waits_for.iter().position(|waits| *waits > 0).unwrap_or(0);
    let mut seen = Vec::new();
    let mut node = start;
    while !seen.contains(&node) {
        seen.push(node);
        node = feeds(node).writer.node;
    }
    let from = seen.iter().position(|other| *other == node).unwrap_or(0);
    let mut around: Vec<usize> = seen[from..].to_vec();
    around.reverse();
    // Told from the node that stands first in the file.
    let first = around.iter().enumerate().min_by_key(|(_, node)| **node).map_or(0, |(place, _)| place);
    around.rotate_left(first);
    let mut path = String::new();
    for (place, node) in around.iter().enumerate() {
        let next = around[(place + 1) % around.len()];
        path.push_str(&format!("`{}` → {} → ", draft.nodes[*node].name, feeds(next).name));
    }
    path.push_str(&format!("`{}`", draft.nodes[around[0]].name));
    let mut problem =
        Diagnostic::error("cycle", draft.nodes[around[0]].span, format!("the process goes in a circle: {path}"))
            .label("this node waits for what it makes itself")
            .help("records flow one way: take one of these queues out of the circle");
    for node in &around[1..] {
        problem = problem.also(draft.nodes[*node].span, "and so does this one");
    }
    problem
}
