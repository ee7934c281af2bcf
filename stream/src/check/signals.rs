//! Who fires each signal and who waits for it. Waits that go in a circle are the graph's to find.

use std::collections::{BTreeMap, BTreeSet};

use super::draft::{Draft, DraftKind, SignalUse};
use super::tags::Off;
use crate::diagnostic::{Diagnostic, nearest};
use crate::plan::AwaitedSignal;

/// By node: the signals it waits for. One that nothing fires is an error; one that nothing waits for, a warning.
pub(super) fn awaited_signals(draft: &Draft<'_>, problems: &mut Vec<Diagnostic>) -> Vec<Vec<AwaitedSignal>> {
    let mut fired: BTreeMap<&str, Vec<usize>> = BTreeMap::new();
    for (number, node) in draft.nodes.iter().enumerate() {
        for signal in &node.setsig {
            fired.entry(&signal.name).or_default().push(number);
        }
        if matches!(node.kind, DraftKind::Output { .. }) {
            fired.entry(&node.name).or_default().push(number);
        }
    }
    if draft.complete {
        report_unawaited(draft, problems);
    }
    let mut awaited = Vec::new();
    for node in &draft.nodes {
        let mut signals = Vec::new();
        for signal in &node.getsig {
            match fired.get(signal.name.as_str()) {
                Some(fired_by) => {
                    signals.push(AwaitedSignal { name: signal.name.clone(), fired_by: fired_by.clone() });
                }
                None if draft.complete => {
                    let off = draft.off.iter().find(|off| off.fires.contains(&signal.name));
                    problems.push(match off {
                        Some(off) => switched_off(&node.described(), signal, off),
                        None => unfired(&node.described(), signal, fired.keys().copied()),
                    });
                }
                None => {}
            }
        }
        awaited.push(signals);
    }
    awaited
}

fn unfired<'a>(node: &str, signal: &SignalUse, known: impl Iterator<Item = &'a str>) -> Diagnostic {
    let name = &signal.name;
    let message = format!("{node} waits for the signal `{name}`, which nothing fires");
    let help = match nearest(name, known) {
        Some(near) => format!("did you mean `{near}`?"),
        None => format!(
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

fn report_unawaited(draft: &Draft<'_>, problems: &mut Vec<Diagnostic>) {
    let awaited = draft.nodes.iter().flat_map(|node| &node.getsig).map(|signal| &signal.name);
    let awaited: BTreeSet<&String> = awaited.chain(draft.off.iter().flat_map(|off| &off.awaits)).collect();
    for node in &draft.nodes {
        for signal in node.setsig.iter().filter(|signal| !awaited.contains(&signal.name)) {
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
