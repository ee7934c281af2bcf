//! Declarations against what a file shows of itself.

use super::columns::Root;
use super::place::Place;
use super::surroundings::{SampledFile, SampledType};
use super::typing::listed;
use crate::diagnostic::{Diagnostic, nearest};
use crate::plan::Format;
use crate::syntax::ColumnDeclaration;

/// A declared column that the file has with another type.
pub(super) fn other_type(column: &ColumnDeclaration, found: &SampledType, place: &Place) -> Option<Diagnostic> {
    let (name, wants) = (&column.name, column.data_type.value);
    let has = match &found.data_type {
        Ok(has) if has.widens_to(wants) => return None,
        Ok(has) => has.to_string(),
        Err(is) => format!("{is}, which Leat has no type for"),
    };
    let message = format!("column `{name}` is declared {wants}, and in `{}` it is {has}", place.path);
    let problem = Diagnostic::error("type-mismatch", column.data_type.span, message).label("declared here");
    let problem = problem.also(place.span, "read from this file");
    Some(match &found.data_type {
        Ok(has) => problem.help(format!("declare it {has}")),
        Err(_) => problem.help("leave it out of the declaration, or write it with another type"),
    })
}

/// A declared column that the file does not show. A key of JSON lines may come up later, unless there must be a value.
pub(super) fn missing_in_file(column: &ColumnDeclaration, place: &Place, sample: &SampledFile) -> Option<Diagnostic> {
    let (name, span) = (column.name.text.as_str(), column.name.span);
    let code = "unknown-column";
    let (problem, has) = match place.format {
        Format::JsonLines(_) if sample.records.is_empty() => return None,
        Format::JsonLines(_) => {
            let message =
                format!("the first {} records of `{}` have no key `{name}`", sample.records.len(), place.path);
            let problem = match column.null {
                Some(_) => Diagnostic::warning(code, span, message).label("null in all of them"),
                None => Diagnostic::error(code, span, message).label("expected a key of every record"),
            };
            (problem, "they have")
        }
        Format::Csv(_) | Format::Arrow | Format::Parquet => {
            let message = format!("`{}` has no column `{name}`", place.path);
            let problem = Diagnostic::error(code, span, message).label("expected a column of the file's header");
            (problem, "its header has")
        }
    };
    let problem = problem.also(place.span, "read from this file");
    let header: Vec<&str> = sample.header.iter().map(String::as_str).collect();
    Some(match nearest(name, header.iter().copied()) {
        Some(near) => problem.help(format!("did you mean `{near}`?")),
        None => problem.help(format!("{has}: {}", listed(&header))),
    })
}

/// A declaration of the columns of a file as its sample shows them.
pub(super) fn declaration_of(queue: &str, roots: &[Root]) -> String {
    const SHOWN: usize = 12;
    let mut columns: Vec<String> =
        roots.iter().take(SHOWN).map(|root| format!("{} {}", root.name, root.inferred)).collect();
    if roots.len() > SHOWN {
        columns.push("…".to_owned());
    }
    format!("queue {queue} ({})", columns.join(", "))
}
