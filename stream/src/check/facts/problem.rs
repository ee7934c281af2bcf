//! What may be wrong with a fact, in words.

use crate::check::draft::{DraftFact, DraftNode, local};
use crate::check::tags::Off;
use crate::diagnostic::{Diagnostic, nearest};
use crate::node_info::FactInfo;
use crate::plan::FactWay;
use crate::source::Span;

/// A statement that waits for a fact.
pub(super) struct Asked<'a, 'd> {
    pub(super) node: &'a DraftNode<'d>,
    pub(super) used: &'a DraftFact,
}

/// A fact that nothing sets, or only what is switched off.
pub(super) fn unset(asked: &Asked<'_, '_>, off: Option<&Off<'_>>, known: &[&str]) -> Diagnostic {
    let (node, name) = (asked.node.described(), &asked.used.name);
    let label = "it would wait for ever";
    if let Some(off) = off {
        let message = format!("{node} waits for the fact `{name}`, whose setter is switched off");
        let problem = Diagnostic::error("unset-fact", asked.used.span, message).label(label).note(format!(
            "`{}` sets it, and has `{}`",
            off.described,
            off.written()
        ));
        return match off.tags.first() {
            Some(tag) => problem.help(format!("run with `--tag {tag}`, or give this statement the same tag")),
            None => problem,
        };
    }
    let message = format!("{node} waits for the fact `{name}`, which nothing sets");
    let inside = known.iter().find(|known| local(known) == name);
    let near = nearest(name, known.iter().copied());
    let help = match (inside, near) {
        (Some(inside), _) => format!("a group sets it for itself; from outside it is called `{inside}`"),
        (None, Some(near)) => format!("did you mean `{near}`?"),
        (None, None) => {
            format!("a node sets it with `setfact={name}`, or the run gives it: `leat run --fact {name}=…`")
        }
    };
    Diagnostic::error("unset-fact", asked.used.span, message).label(label).help(help)
}

/// A fact that two nodes set.
pub(super) fn set_twice(used: &DraftFact, node: &DraftNode<'_>, other: &DraftNode<'_>, first: Span) -> Diagnostic {
    let message = format!("two nodes set the fact `{}`: `{}` and `{}`", used.name, other.name, node.name);
    Diagnostic::error("two-setters", used.span, message)
        .label("set again here")
        .also(first, "first set here")
        .help("a fact is set once: give one of the two another name")
}

/// A fact that the run gives though a node sets it.
pub(super) fn given_and_set(name: &str, value: &str, setter: &str, span: Span) -> Diagnostic {
    let message = format!("`--fact {name}={value}` gives a fact that {setter} sets");
    Diagnostic::error("two-setters", span, message)
        .label("set here")
        .help("a fact is set once: leave `--fact` out, or switch this statement off with `exec_when=`")
}

/// A fact that a statement names and its component does not know.
pub(super) fn undeclared(node: &DraftNode<'_>, used: &DraftFact, facts: &[FactInfo]) -> Diagnostic {
    let (name, sets) = (local(&used.name), used.way == FactWay::Set);
    let known: Vec<&str> = facts.iter().filter(|fact| fact.sets == sets).map(|fact| fact.name.as_str()).collect();
    if !sets {
        let message = format!("the component of {} does not read the fact `{name}`", node.described());
        let problem = Diagnostic::warning("unread-fact", used.span, message).label("it is waited for, and not read");
        return match nearest(name, known.iter().copied()) {
            Some(near) => problem.help(format!("did you mean `{near}`?")),
            None => problem.help("to wait alone, a signal will do: `getsig=…`"),
        };
    }
    let message = format!("the component of {} does not set a fact `{name}`", node.described());
    let problem = Diagnostic::error("undeclared-fact", used.span, message).label("it would never be set");
    match nearest(name, known.iter().copied()) {
        Some(near) => problem.help(format!("did you mean `{near}`?")),
        None if known.is_empty() => problem.help("it sets no facts; a component describes those it sets"),
        None => problem.help(format!("it sets {}", known.join(", "))),
    }
}

/// A node that sets facts and is there more than once.
pub(super) fn several_instances(node: &DraftNode<'_>, used: &DraftFact) -> Diagnostic {
    let message = format!("{} sets the fact `{}` and has several instances", node.described(), used.name);
    Diagnostic::error("two-setters", used.span, message)
        .label("each of them would set it")
        .help("take `threads=` and `by=` out, or let a node after it set the fact")
}

/// A fact that nobody waits for.
pub(super) fn unread(name: &str, setter: &DraftNode<'_>, span: Span) -> Diagnostic {
    Diagnostic::warning("unread-fact", span, format!("nothing waits for the fact `{name}`"))
        .label(format!("{} sets it", setter.described()))
        .help(format!("let a statement wait for it with `getfact={name}`"))
}
