//! Which node writes each queue and which read it: unknown, unread and twice-written queues, and cycles.

mod order;

use std::collections::{BTreeMap, BTreeSet};

use self::order::order;
use super::draft::{Draft, DraftKind, DraftNode, DraftOnError, QueueUse, local};
use super::facts::Facts;
use super::signals::awaited_signals;
use super::tags::Off;
use crate::diagnostic::{Diagnostic, nearest};
use crate::plan::{AwaitedSignal, Port};
use crate::source::Span;

/// The queues of a process.
pub(super) struct Graph {
    /// By their writers' places in the file.
    pub(super) queues: Vec<GraphQueue>,
    /// Nodes so that each comes after those it reads from or waits for; nothing where there is a cycle.
    pub(super) order: Option<Vec<usize>>,
    /// By node: the signals it waits for, with the nodes that fire them.
    pub(super) signals: Vec<Vec<AwaitedSignal>>,
    /// The facts that nodes set and wait for.
    pub(super) facts: Facts,
    by_name: BTreeMap<String, usize>,
    by_writer: BTreeMap<(usize, usize), usize>,
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
    pub(super) fn of(draft: &Draft<'_>, facts: Facts, problems: &mut Vec<Diagnostic>) -> Self {
        let signals = awaited_signals(draft, problems);
        let (by_name, by_writer) = (BTreeMap::new(), BTreeMap::new());
        let mut graph = Graph { queues: Vec::new(), order: None, signals, facts, by_name, by_writer };
        graph.write(draft, problems);
        let meant = graph.read(draft, problems);
        if draft.complete {
            graph.report_unread(draft, &meant, problems);
        }
        graph.order = order(draft, &graph, problems);
        graph
    }

    /// The place of a queue.
    pub(super) fn place(&self, name: &str) -> Option<usize> {
        self.by_name.get(name).copied()
    }

    /// The place of the queue that an output port writes.
    pub(super) fn written_by(&self, node: usize, port: usize) -> Option<usize> {
        self.by_writer.get(&(node, port)).copied()
    }

    fn write(&mut self, draft: &Draft<'_>, problems: &mut Vec<Diagnostic>) {
        for (number, node) in draft.nodes.iter().enumerate() {
            for (port, queue) in outputs(node) {
                if let Some(first) = self.place(&queue.name) {
                    let message = format!("the queue `{}` is written twice", queue.name);
                    problems.push(
                        Diagnostic::error("two-writers", queue.span, message)
                            .label("written again here")
                            .also(self.queues[first].span, "first written here")
                            .help("a queue has one writer: give one of the two another name"),
                    );
                    continue;
                }
                let place = self.queues.len();
                self.by_name.insert(queue.name.clone(), place);
                self.by_writer.insert((number, port), place);
                self.queues.push(GraphQueue {
                    name: queue.name.clone(),
                    span: queue.span,
                    writer: Port { node: number, port },
                    readers: Vec::new(),
                });
            }
        }
    }

    /// Enters the readers. Answers the queues that were probably meant where a name was not known.
    fn read(&mut self, draft: &Draft<'_>, problems: &mut Vec<Diagnostic>) -> BTreeSet<usize> {
        let mut meant = BTreeSet::new();
        for (number, node) in draft.nodes.iter().enumerate() {
            for (port, queue) in node.reads() {
                if let Some(place) = self.place(&queue.name) {
                    self.queues[place].readers.push(Port { node: number, port });
                } else if draft.complete {
                    if let Some((off, writer)) = switched_off_writer(draft, &queue.name) {
                        problems.push(writer_is_off(node, queue, off, writer));
                        continue;
                    }
                    let near = self.nearest(node, &queue.name);
                    meant.extend(near);
                    problems.push(self.unwritten(draft, node, queue, near));
                }
            }
        }
        meant
    }

    /// The queue that a node most likely means by a name that nothing writes.
    fn nearest(&self, node: &DraftNode<'_>, name: &str) -> Option<usize> {
        let frame = &node.home.frame;
        let others = self.queues.iter().map(|queue| queue.name.as_str());
        let others = others.filter(|known| !node.reads().any(|(_, own)| own.name == *known));
        let near = nearest(local(name), others.filter_map(|known| frame.seen(known)))?;
        self.place(&frame.queue(near))
    }

    fn unwritten(&self, draft: &Draft<'_>, node: &DraftNode<'_>, queue: &QueueUse, near: Option<usize>) -> Diagnostic {
        let name = local(&queue.name);
        let message = format!("{} reads the queue `{name}`, which nothing writes", node.described());
        let problem =
            Diagnostic::error("unwritten-queue", queue.span, message).label("expected a queue that is written");
        if let Some(near) = near.map(|near| &self.queues[near]) {
            let seen = node.home.frame.seen(&near.name).unwrap_or(&near.name);
            return problem
                .also(near.span, format!("`{}` is written here", near.name))
                .help(format!("did you mean `{seen}`?"));
        }
        let problem = problem
            .help(format!("write it from a file, `in \"in/{name}.csv\" -> {name}`, or name it as a node's output"));
        match draft.declarations.get(&queue.name) {
            Some(declared) => problem.also(declared.name.span, "a declaration gives it columns, but no records"),
            None => problem,
        }
    }

    fn report_unread(&self, draft: &Draft<'_>, meant: &BTreeSet<usize>, problems: &mut Vec<Diagnostic>) {
        let off_reads: BTreeSet<&str> =
            draft.off.iter().flat_map(|off| &off.reads).map(|queue| queue.name.as_str()).collect();
        let off_known = draft.off.iter().all(|off| off.known);
        for (place, queue) in self.queues.iter().enumerate() {
            let read = !queue.readers.is_empty() || off_reads.contains(queue.name.as_str());
            if read || !off_known || meant.contains(&place) {
                continue;
            }
            let writer = &draft.nodes[queue.writer.node];
            let message = format!("nothing reads the queue `{}`", queue.name);
            let otherwise = match &writer.kind {
                DraftKind::Component(_) if queue.writer.port < writer.outputs.len() => "put `null` in its place",
                _ => "let a node read it",
            };
            let name = local(&queue.name);
            let help = format!("write it to a file, `out {name} -> \"{name}.csv\"`, or {otherwise}");
            problems.push(
                Diagnostic::warning("unread-queue", queue.span, message)
                    .label(format!("{} writes it", writer.described()))
                    .help(help),
            );
        }
        let read: BTreeSet<&str> =
            draft.nodes.iter().flat_map(DraftNode::reads).map(|(_, queue)| queue.name.as_str()).collect();
        for (name, declaration) in &draft.declarations {
            let off = !off_known || off_reads.contains(name.as_str()) || switched_off_writer(draft, name).is_some();
            if self.place(name).is_some() || read.contains(name.as_str()) || off {
                continue;
            }
            let message = format!("the queue `{name}` is declared and not used");
            let problem = Diagnostic::warning("unused-declaration", declaration.name.span, message)
                .label("no statement writes or reads it");
            problems.push(match nearest(name, self.queues.iter().map(|queue| queue.name.as_str())) {
                Some(near) => problem.help(format!("did you mean `{near}`?")),
                None => problem.help("take the declaration out"),
            });
        }
    }
}

/// The statement that would write a queue if it were on, and where it names it.
fn switched_off_writer<'d, 'a>(draft: &'d Draft<'a>, name: &str) -> Option<(&'d Off<'a>, &'d QueueUse)> {
    draft.off.iter().find_map(|off| Some((off, off.writes.iter().find(|queue| queue.name == name)?)))
}

fn writer_is_off(node: &DraftNode<'_>, queue: &QueueUse, off: &Off<'_>, writer: &QueueUse) -> Diagnostic {
    let (name, tags) = (&queue.name, off.written());
    let message = format!("{} reads the queue `{name}`, whose writer is switched off", node.described());
    Diagnostic::error("switched-off-writer", queue.span, message)
        .label("nothing would ever come")
        .also(writer.span, format!("`{}` writes it, with {tags}", off.described))
        .help(format!("switch the writer on with `--tag {}`, or this statement off with it: `{tags}`", off.tags[0]))
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
