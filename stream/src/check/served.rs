//! What the language has and this version of Leat does not run: each with the way out. A file that uses it parses.

use crate::diagnostic::Diagnostic;
use crate::source::Span;
use crate::syntax::{OptionName, Options, Statement};

/// An error that says so.
pub(super) fn not_served(span: Span, what: &str, way_out: &str) -> Diagnostic {
    Diagnostic::error("not-served", span, format!("{what} is not served by this version of Leat"))
        .label("not served yet")
        .help(way_out)
}

/// For a statement that cannot run: why, and the way out. Nothing for those that can.
pub(super) fn unserved_statement(statement: &Statement) -> Option<Diagnostic> {
    let Statement::Sas(sas) = statement else { return None };
    Some(
        Diagnostic::error("not-served", sas.keyword, "a SAS program cannot run in a sandbox")
            .label("this statement starts SAS, which needs the whole machine")
            .help("rewrite the step as a component node, or export its result to a CSV file and read that")
            .note("SQL statements do for joins and sums: `sql select …; name=totals`"),
    )
}

/// Options that cannot be served, one error each.
pub(super) fn unserved_options(options: &Options, problems: &mut Vec<Diagnostic>) {
    for option in &options.list {
        let written = format!("`{}=`", option.name.text());
        let way_out = match option.name {
            OptionName::Select => "export the table to a CSV file and read that",
            _ => continue,
        };
        problems.push(not_served(option.span, &written, way_out));
    }
}

/// Options that stand twice in a statement: the last counts.
pub(super) fn duplicate_options(options: &Options, problems: &mut Vec<Diagnostic>) {
    for (place, option) in options.list.iter().enumerate() {
        if let Some(later) = options.list[place + 1..].iter().find(|later| later.name == option.name) {
            let name = option.name.text();
            problems.push(
                Diagnostic::warning("duplicate-option", option.span, format!("`{name}` is given twice"))
                    .label("this one is ignored")
                    .also(later.span, "a later one counts")
                    .help("remove one of the two"),
            );
        }
    }
}
