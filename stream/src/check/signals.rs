//! Who fires each signal and who waits for it. Waits that go in a circle are the graph's to find.

use std::collections::{BTreeMap, BTreeSet};

use super::draft::{Draft, DraftKind, SignalUse, local};
use super::tags::Off;
use crate::diagnostic::{Diagnostic, nearest};
use crate::plan::AwaitedSignal;

/// By node: the signals it waits for. One that nothing fires is an error; one that nothing waits for, a warning.
pub(super) fn awaited_signals(draft: &Draft<'_>, problems: &mut Vec<Diagnostic>) -> Vec<Vec<AwaitedSignal>> {
    let fired = fired_signals(draft);
    let mut awaited = Vec::new();
    for node in &draft.nodes {
        let frame = &node.home.frame;
        let mut signals: Vec<AwaitedSignal> = Vec::new();
        for signal in &node.getsig {
            match frame.around(&signal.name).find_map(|name| fired.get_key_value(&name)) {
                Some((name, fired_by)) if signals.iter().all(|known| known.name != *name) => {
                    signals.push(AwaitedSignal { name: name.clone(), fired_by: fired_by.clone() });
                }
                None if draft.complete => {
                    let off = |off: &&Off<'_>| frame.around(&signal.name).any(|name| off.fires.contains(&name));
                    problems.push(match draft.off.iter().find(off) {
                        Some(off) => switched_off(&node.described(), signal, off),
                        None => unfired(&node.described(), signal, fired.keys().map(String::as_str)),
                    });
                }
                Some(_) | None => {}
            }
        }
        awaited.push(signals);
    }
    if draft.complete {
        report_unawaited(draft, &awaited, problems);
    }
    awaited
}

/// Who fires each signal, by its name in the process as a whole. An output's in a group without parentheses goes by the
/// group's name too.
fn fired_signals(draft: &Draft<'_>) -> BTreeMap<String, Vec<usize>> {
    let mut fired: BTreeMap<String, Vec<usize>> = BTreeMap::new();
    for (number, node) in draft.nodes.iter().enumerate() {
        let frame = &node.home.frame;
        let mut names: Vec<String> = node.setsig.iter().map(|signal| frame.own(&signal.name)).collect();
        if matches!(node.kind, DraftKind::Output { .. }) {
            let own = node.name.strip_prefix(frame.prefix()).unwrap_or(&node.name);
            names.extend([frame.own(own), node.name.clone()]);
        }
        names.dedup();
        for name in names {
            fired.entry(name).or_default().push(number);
        }
    }
    fired
}

fn unfired<'a>(node: &str, signal: &SignalUse, mut known: impl Iterator<Item = &'a str> + Clone) -> Diagnostic {
    let name = &signal.name;
    let message = format!("{node} waits for the signal `{name}`, which nothing fires");
    let near = nearest(name, known.clone());
    let help = match (known.find(|known| local(known) == name), near) {
        (Some(inside), _) => format!("a group fires it for itself; from outside it is called `{inside}`"),
        (None, Some(near)) => format!("did you mean `{near}`?"),
        (None, None) => format!(
            "a node fires it with `setsig={name}` when it has finished; an output fires one of its own name, which \
             `name={name}` gives it"
        ),
    };
    Diagnostic::error("unfired-signal", signal.span, message).label("it would wait for ever").help(help)
}

fn switched_off(node: &str, signal: &SignalUse, off: &Off<'_>) -> Diagnostic {
    let message = format!("{node} waits for the signal `{}`, whose sender is switched off", signal.name);
    let problem = Diagnostic::error("unfired-signal", signal.span, message)
        .label("it would wait for ever")
        .note(format!("`{}` fires it, and has `{}`", off.described, off.written()));
    match off.tags.first() {
        Some(tag) => problem.help(format!("run with `--tag {tag}`, or give this statement the same tag")),
        None => problem,
    }
}

fn report_unawaited(draft: &Draft<'_>, awaited: &[Vec<AwaitedSignal>], problems: &mut Vec<Diagnostic>) {
    let awaited = awaited.iter().flatten().map(|signal| &signal.name);
    let awaited: BTreeSet<&String> = awaited.chain(draft.off.iter().flat_map(|off| &off.awaits)).collect();
    for node in &draft.nodes {
        for signal in node.setsig.iter().filter(|signal| !awaited.contains(&node.home.frame.own(&signal.name))) {
            let message = format!("nothing waits for the signal `{}`", signal.name);
            let help = format!("take it out, or let a statement wait for it with `getsig={}`", signal.name);
            problems.push(
                Diagnostic::warning("unawaited-signal", signal.span, message)
                    .label(format!("{} fires it", node.described()))
                    .help(help),
            );
        }
    }
}
