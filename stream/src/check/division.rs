//! Which part of the run each node belongs to: what is in one part is on one host.
//!
//! A process where no statement says `part=` is not divided. Otherwise a node belongs to the part that it names, else to
//! `main`; an input that names none goes with who reads it first, and an output with who writes its queue, so that
//! only what lies between nodes crosses between hosts.

use super::draft::{Draft, DraftKind};
use super::graph::Graph;
use crate::diagnostic::Diagnostic;
use crate::plan::{FactWay, PART_MAIN};
use crate::source::Span;

/// By node: its part; nothing for all of them where the process is not divided. Signals and facts do not cross between
/// parts: a node that waits for one of another part is an error.
pub(super) fn divide(draft: &Draft<'_>, graph: &Graph, problems: &mut Vec<Diagnostic>) -> Vec<Option<String>> {
    let count = draft.nodes.len();
    if draft.nodes.iter().all(|node| node.part.is_none()) {
        return vec![None; count];
    }
    let parts: Vec<String> = (0..count).map(|node| part_of(draft, graph, node).to_owned()).collect();
    require_signals_inside(draft, graph, &parts, problems);
    require_facts_inside(draft, graph, &parts, problems);
    parts.into_iter().map(Some).collect()
}

fn part_of<'a>(draft: &'a Draft<'_>, graph: &Graph, number: usize) -> &'a str {
    let named = |node: usize| draft.nodes[node].part.as_ref().map(|part| part.text.as_str());
    named(number).or_else(|| neighbour(draft, graph, number).and_then(named)).unwrap_or(PART_MAIN)
}

/// The node that an input or output goes with.
fn neighbour(draft: &Draft<'_>, graph: &Graph, number: usize) -> Option<usize> {
    let node = &draft.nodes[number];
    match node.kind {
        DraftKind::Input { .. } => {
            let queue = graph.queues.get(graph.written_by(number, 0)?)?;
            queue.readers.first().map(|reader| reader.node)
        }
        DraftKind::Output { .. } => {
            let (_, queue) = node.reads().next()?;
            Some(graph.queues.get(graph.place(&queue.name)?)?.writer.node)
        }
        DraftKind::Component(_) | DraftKind::Sql(_) => None,
    }
}

fn require_signals_inside(draft: &Draft<'_>, graph: &Graph, parts: &[String], problems: &mut Vec<Diagnostic>) {
    for (number, node) in draft.nodes.iter().enumerate() {
        for signal in &graph.signals[number] {
            let Some(other) = signal.fired_by.iter().find(|from| parts[**from] != parts[number]) else { continue };
            let written = node.getsig.iter().find(|used| signal.name.ends_with(&used.name));
            let span = written.map_or(node.span, |used| used.span);
            let what = format!("the signal `{}`", signal.name);
            problems.push(between_parts(draft, (number, *other), &what, parts, span));
        }
    }
}

fn require_facts_inside(draft: &Draft<'_>, graph: &Graph, parts: &[String], problems: &mut Vec<Diagnostic>) {
    for (number, node) in draft.nodes.iter().enumerate() {
        for used in graph.facts.uses[number].iter().filter(|used| used.way != FactWay::Set) {
            let fact = &graph.facts.facts[used.fact];
            let Some(setter) = fact.set_by().filter(|setter| parts[*setter] != parts[number]) else { continue };
            let written = node.facts.iter().find(|written| written.name.ends_with(&used.name));
            let span = written.map_or(node.span, |written| written.span);
            let what = format!("the fact `{}`", fact.name);
            problems.push(between_parts(draft, (number, setter), &what, parts, span));
        }
    }
}

fn between_parts(
    draft: &Draft<'_>,
    (waits, other): (usize, usize),
    what: &str,
    parts: &[String],
    span: Span,
) -> Diagnostic {
    let (node, from) = (&draft.nodes[waits], &draft.nodes[other]);
    let message = format!("{} waits for {what} of another part of the run", node.described());
    Diagnostic::error("between-parts", span, message)
        .label(format!("{} is in part `{}`", node.described(), parts[waits]))
        .also(from.span, format!("{} is in part `{}`", from.described(), parts[other]))
        .note("only queues lead from one part to another, since parts may be on different hosts")
        .help(format!("put both into one part: `part={}`", parts[other]))
}
