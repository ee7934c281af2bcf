//! The file as a whole: its name, comments that swallow the rest, and whether there is anything to run.

use crate::diagnostic::Diagnostic;
use crate::source::{SourceFile, Span};
use crate::syntax::{File, Item, NameHeader, Statement};

/// The silent traps of a file as a whole, and of those it refers to.
pub(super) fn check_headers(file: &File, others: &[File], problems: &mut Vec<Diagnostic>) {
    for span in std::iter::once(file).chain(others).filter_map(|file| file.unclosed_comment) {
        problems.push(
            Diagnostic::warning("unclosed-comment", span, "this comment is never closed")
                .label("everything from here to the end of the file is left out")
                .help("close it with `*/`"),
        );
    }
    let names: Vec<&NameHeader> = names(file).collect();
    for later in names.iter().skip(1) {
        problems.push(
            Diagnostic::warning("several-names", later.span, "the process is named more than once")
                .label("this name is ignored")
                .also(names[0].span, "the first one counts")
                .help("remove all but one NAME statement"),
        );
    }
    if let Some(header) =
        names.first().filter(|header| header.inputs.iter().chain(&header.outputs).any(|list| !list.is_empty()))
    {
        problems.push(
            Diagnostic::warning("unbound-ports", header.span, "this process has ports, so it runs inside another one")
                .label("nothing is bound to them here")
                .help(format!("use it in another stream file: `subprocess {} (…)(…)`", header.name)),
        );
    }
    let empty = !file.statements().any(|statement| !matches!(statement, Statement::Queue(_)));
    if empty && !file.incomplete {
        problems.push(
            Diagnostic::error("empty-process", Span::default(), "there is nothing to run in this file").label("expected a statement").help(
                "a process reads, computes and writes: `in \"in/a.csv\" -> a`, `node b(a)(c)`, `out c -> \"c.csv\"`",
            ),
        );
    } else if names.is_empty() {
        problems.push(
            Diagnostic::warning("no-name", Span::default(), "the process has no name")
                .label("expected `name …`")
                .help("begin the file with `name …`; until then it goes by the file's name"),
        );
    }
}

/// The process's name: of its first NAME statement, else the file's.
pub(super) fn process_name(file: &File, source: &SourceFile) -> String {
    if let Some(header) = names(file).next() {
        return header.name.text.clone();
    }
    let path = source.name();
    let name = path.rsplit(['/', '\\']).next().unwrap_or(path);
    let stem = name.strip_suffix(".strm").unwrap_or(name);
    if stem.is_empty() { "process".to_owned() } else { stem.to_owned() }
}

fn names(file: &File) -> impl Iterator<Item = &NameHeader> {
    file.items.iter().filter_map(|item| match item {
        Item::Name(header) => Some(header),
        _ => None,
    })
}
