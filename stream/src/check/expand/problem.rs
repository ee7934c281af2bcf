//! What can be wrong with a group: each with the way out.

use crate::diagnostic::{Diagnostic, nearest};
use crate::source::Span;
use crate::syntax::Name;

/// Two groups of one name, and a reference that may mean either.
pub(super) fn ambiguous(name: &Name, first: &Name, second: &Name) -> Diagnostic {
    Diagnostic::error("ambiguous-process", name.span, format!("two groups of this file are called `{name}`"))
        .label("which of them is not known")
        .also(first.span, "one is here")
        .also(second.span, "and one is here")
        .help("give one of the two another name")
}

/// A name that no group and no file has.
pub(super) fn missing(name: &Name, known: &[String]) -> Diagnostic {
    let message = format!("there is no process `{name}`");
    let help = match nearest(&name.text, known.iter().map(String::as_str)) {
        Some(near) => format!("did you mean `{near}`?"),
        None => format!(
            "put it into a file `{name}.strm` beside this one or at the playpen's root, or write its statements in \
             braces: `subprocess {name} … {{ … }}`"
        ),
    };
    Diagnostic::error("unknown-process", name.span, message)
        .label("expected a group of this file, or the name of a stream file without `.strm`")
        .help(help)
}

/// A file that cannot be used.
pub(super) fn unusable(name: &Name, why: &str) -> Diagnostic {
    Diagnostic::error("unusable-process", name.span, format!("the process `{name}` cannot be used: {why}"))
        .label("referred to here")
}

/// A group that holds itself.
pub(super) fn recursion(name: &Name, path: &[&Name]) -> Diagnostic {
    let mut text: String = path.iter().map(|name| format!("`{name}` → ")).collect();
    text.push_str(&format!("`{name}`"));
    let mut problem =
        Diagnostic::error("recursive-process", name.span, format!("the process `{name}` holds itself: {text}"))
            .label("this would never end")
            .help("take this reference out, or move what both need into a process of its own");
    for through in path.iter().filter(|through| through.span != name.span) {
        problem = problem.also(through.span, "by way of this one");
    }
    problem
}

/// More than is taken apart.
pub(super) fn too_many(span: Span, limit: &str) -> Diagnostic {
    Diagnostic::error(
        "too-many-groups",
        span,
        format!("this process has more than {limit} once its groups are taken apart"),
    )
    .label("the limit is reached here")
    .help("a group that is used twice inside a group that is used twice runs four times: use fewer")
}

/// Another number of queues than the group has ports.
pub(super) fn port_count(name: &Name, way: &str, ports: &[&Name], given: usize) -> Diagnostic {
    let count = ports.len();
    let takes = if count == 1 { "1 queue".to_owned() } else { format!("{count} queues") };
    let verb = if way == "in" { "takes" } else { "gives" };
    let message =
        format!("`{name}` {verb} {takes}, and {given} {} written here", if given == 1 { "is" } else { "are" });
    let names: Vec<&str> = ports.iter().map(|port| port.text.as_str()).collect();
    let problem = Diagnostic::error("port-count", name.span, message);
    let place = if way == "in" { "first" } else { "second" };
    match ports.first() {
        Some(first) => problem
            .label(format!("expected {takes} in the {place} parentheses"))
            .also(first.span, format!("its ports: {}", names.join(", "))),
        None => problem
            .label(format!("expected no queues in the {place} parentheses"))
            .help(format!("where `{name}` is a file, its ports stand behind its name: `name {name}(a, b)(c)`")),
    }
}

/// Two groups with one `name=`.
pub(super) fn taken(name: &Name, first: &Name) -> Diagnostic {
    Diagnostic::error("duplicate-node", name.span, format!("two groups have the name `{name}`"))
        .label("this name is taken")
        .also(first.span, "by this one")
        .help("give one of them another name with `name=…`")
}
