//! The sample of an input file against the types its columns have got: a value that is none there will be none in the
//! run, so it is said before anything starts.

use super::columns::{Demand, Known};
use super::draft::{Draft, DraftKind, DraftNode, DraftOnError};
use super::place::Place;
use super::prune::Kept;
use super::surroundings::{SampledCell, Surroundings};
use super::typing::{InputFile, Typing};
use crate::diagnostic::Diagnostic;
use crate::plan::Format;
use crate::schema::{DataType, Field};
use crate::source::Span;

/// Whether a field has no value, whatever the column's type turns out to be.
pub(super) fn looks_null(cell: &SampledCell, format: &Format) -> bool {
    match format {
        Format::Csv(csv) => cell.text.is_empty() || (!cell.quoted && csv.null.as_deref() == Some(cell.text.as_str())),
        Format::JsonLines(_) | Format::Arrow | Format::Parquet => cell.text.is_empty() && !cell.quoted,
    }
}

/// Whether a field is a null of a column; the rule of the run. Quotes tell a value from a null where values may be empty.
fn is_null(cell: &SampledCell, field: &Field, format: &Format) -> bool {
    let Format::Csv(csv) = format else { return looks_null(cell, format) };
    let spelt = csv.null.as_deref() == Some(cell.text.as_str());
    match field.data_type {
        DataType::Text => !cell.quoted && (spelt || (cell.text.is_empty() && field.nullable)),
        DataType::Binary => !cell.quoted && (spelt || cell.text.is_empty()),
        _ => spelt || cell.text.is_empty(),
    }
}

/// Looks at every sampled record of every input whose bad records end the run.
pub(super) fn check_samples(
    draft: &Draft<'_>,
    typing: &Typing,
    kept: &Kept,
    surroundings: &dyn Surroundings,
    problems: &mut Vec<Diagnostic>,
) {
    for (number, input) in &typing.inputs {
        let node = &draft.nodes[*number];
        let DraftKind::Input { place: Some(place), .. } = &node.kind else { continue };
        let fails = matches!(node.on_error, DraftOnError::Fail);
        if fails {
            problems.extend(unreadable(input, place));
            problems.extend(ragged(input, place));
        }
        for (column, field) in kept.fields(*number) {
            if let Some(problem) = twice_in_header(input, column, &field, place) {
                problems.push(problem);
                continue;
            }
            if !fails {
                continue;
            }
            let look = Look { node, place, input, column, field: &field, surroundings };
            if let Some(problem) = look.problem(typing, kept.root(*number, column)) {
                problems.push(problem);
            }
        }
    }
}

/// That a column which is read cannot be told from another.
fn twice_in_header(input: &InputFile, column: usize, field: &Field, place: &Place) -> Option<Diagnostic> {
    let header = &input.sample.header;
    let (at, _) = input.columns[column];
    let first = header.iter().position(|name| *name == field.name)?;
    let again = header.iter().skip(first + 1).any(|name| *name == field.name);
    if !again || at != Some(first) {
        return None;
    }
    let message = format!("the header of `{}` names the column `{}` more than once", place.path, field.name);
    Some(
        Diagnostic::error("duplicate-column", place.span, message)
            .label("read from this file")
            .help("give the columns of the file different names"),
    )
}

/// The first record with too few or too many fields.
fn ragged(input: &InputFile, place: &Place) -> Option<Diagnostic> {
    let wide = input.sample.header.len();
    let record = input.sample.records.iter().find(|record| record.cells.len() != wide)?;
    let count = record.cells.len();
    let fields = if count == 1 { "field" } else { "fields" };
    let message = format!("{}:{}: the record has {count} {fields}, and the header has {wide}", place.path, record.line);
    let problem = Diagnostic::error("bad-value", place.span, message).label("read from this file");
    Some(problem.help(
        "correct the line; or leave such records out with `on_error=skip`, or collect them with `on_error=queue(…)`",
    ))
}

/// The first line that is no record.
fn unreadable(input: &InputFile, place: &Place) -> Option<Diagnostic> {
    let (line, why) = input.sample.unreadable.as_ref()?;
    let message = format!("{}:{line}: {why}", place.path);
    let problem = Diagnostic::error("bad-value", place.span, message).label("read from this file");
    Some(problem.help(
        "correct the line; or leave such records out with `on_error=skip`, or collect them with `on_error=queue(…)`",
    ))
}

/// One column of one sample.
struct Look<'a, 'd> {
    node: &'a DraftNode<'d>,
    place: &'a Place,
    input: &'a InputFile,
    /// Its place in the queue.
    column: usize,
    field: &'a Field,
    surroundings: &'a dyn Surroundings,
}

/// A field that is no value of its column.
struct Bad<'a> {
    line: u64,
    text: &'a str,
    why: String,
    null: bool,
}

impl Look<'_, '_> {
    fn problem(&self, typing: &Typing, root: Option<usize>) -> Option<Diagnostic> {
        let bad = self.bad();
        let first = bad.first()?;
        let settled = root.map(|root| &typing.settled[root]);
        let demand =
            settled.and_then(|settled| if first.null { settled.not_null.as_ref() } else { settled.asked.as_ref() });
        let span = self.span(demand);
        let field = self.field;
        let message = format!("{}:{}: column `{}`: {}", self.place.path, first.line, field.name, first.why);
        let label = match demand {
            Some(demand) if first.null => format!("{} does not take nulls in `{}`", demand.who, field.name),
            Some(demand) => format!("{} asks for `{}` as {}", demand.who, field.name, field.data_type),
            None if first.null => "declared without `null`".to_owned(),
            None => format!("declared {}", field.data_type),
        };
        let mut problem = Diagnostic::error("bad-value", span, message).label(label);
        if span != self.place.span {
            problem = problem.also(self.place.span, "read from this file");
        }
        if bad.len() > 1 {
            let more = bad.len() - 1;
            let values = if more == 1 { "value" } else { "values" };
            problem = problem
                .note(format!("{more} more such {values} among the first {} records", self.input.sample.records.len()));
        }
        Some(problem.help(self.way_out(&bad)))
    }

    fn bad(&self) -> Vec<Bad<'_>> {
        let (Some(at), _) = self.input.columns[self.column] else { return Vec::new() };
        let mut bad = Vec::new();
        let wide = self.input.sample.header.len();
        for record in self.input.sample.records.iter().filter(|record| record.cells.len() == wide) {
            let cell = &record.cells[at];
            let text = cell.text.as_str();
            let null = is_null(cell, self.field, &self.place.format);
            let why = match null {
                true if self.field.nullable => continue,
                true if text.is_empty() => "there is no value".to_owned(),
                true => format!("\"{text}\" stands for null, and there must be a value"),
                false => match self.surroundings.value(cell, self.field.data_type, &self.place.format) {
                    Ok(()) => continue,
                    Err(why) => why,
                },
            };
            bad.push(Bad { line: record.line, text, why, null });
        }
        bad
    }

    fn span(&self, demand: Option<&Demand>) -> Span {
        let (_, declared) = self.input.columns[self.column];
        demand.map(|demand| demand.span).or(declared).unwrap_or(self.place.span)
    }

    fn way_out(&self, bad: &[Bad<'_>]) -> String {
        const SHORT: usize = 8;
        let first = &bad[0];
        let (_, declared) = self.input.columns[self.column];
        let drop = "leave such records out with `on_error=skip`, or collect them with `on_error=queue(…)`";
        if matches!(self.place.format, Format::Csv(_))
            && !first.null
            && self.field.nullable
            && first.text.chars().count() <= SHORT
            && bad.iter().all(|bad| bad.text == first.text)
        {
            return format!(
                "if \"{0}\" marks a missing value, write `null=\"{0}\"` behind {1}; else {drop}",
                first.text,
                self.node.described()
            );
        }
        if first.null && declared.is_some() {
            let Field { name, data_type, .. } = self.field;
            return format!("declare it `{name} {data_type} null`, or {drop}");
        }
        format!("correct the file; or {drop}")
    }
}

/// The root a column is of, if any.
pub(super) fn root_of(data_type: Known<DataType>) -> Option<usize> {
    match data_type {
        Known::OfRoot(root) => Some(root),
        Known::Fixed(_) => None,
    }
}
