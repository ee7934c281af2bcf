//! Which file an input reads and an output writes: paths with parameters filled in, and the format their suffix names.

mod dynamic;
mod written;

pub(super) use self::dynamic::Piece;

use self::dynamic::{WrittenPath, behind_fact, filled};
use self::written::written;
use super::scope::Scope;
use super::served::not_served;
use super::surroundings::{InputPath, Surroundings};
use crate::diagnostic::Diagnostic;
use crate::plan::{Format, NoFormat, is_suffix};
use crate::source::Span;
use crate::syntax::{
    Database, Location, LocationKind, OptionName, OptionValue, Options, Suffix, VariableKind, WriteMode,
};

/// A file, and how it is written.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Place {
    /// Parameters filled in; facts stand there as `${dyn.x}`.
    pub(super) path: String,
    /// As the stream file has it, nothing filled in.
    pub(super) written: String,
    /// The pieces of the path where facts are among them, else none.
    pub(super) pieces: Vec<Piece>,
    pub(super) span: Span,
    pub(super) format: Format,
    /// Where `dates=` gives its text.
    pub(super) dates_span: Option<Span>,
    /// Whether records come behind those that an output's file has already.
    pub(super) append: bool,
}

/// Which way records go.
#[derive(Clone, Copy)]
pub(super) enum Way<'a> {
    /// From files, of which the surroundings know; nothing where they are not to be asked.
    In(Option<&'a dyn Surroundings>),
    Out,
}

impl Place {
    /// The place a statement names; nothing where it cannot be used, which is then said.
    pub(super) fn of(
        location: &Location,
        options: &Options,
        way: Way<'_>,
        scope: &mut Scope<'_>,
        problems: &mut Vec<Diagnostic>,
    ) -> Option<Self> {
        if unserved_database(options, problems) {
            return None;
        }
        let WrittenPath { mut path, pieces } = path_of(location, scope, problems)?;
        let (span, written) = (location.span, written(location));
        refuse_escape(&path, span, way, problems)?;
        if let Way::In(Some(surroundings)) = way
            && path.ends_with('/')
        {
            path = pattern_of(InputPath { path: &path, written: &written }, span, surroundings, problems)?;
        }
        let format = match behind_fact(&pieces).map_or_else(|| Format::of_path(&path), format_behind_fact) {
            Ok(format) => with_options(format, options, problems)?,
            Err(problem) => {
                problems.push(no_format(&problem, &path, span));
                return None;
            }
        };
        let dates_span = options.text(OptionName::Dates).map(|text| text.span);
        let mode = options.get(OptionName::Mode).map(|option| &option.value);
        let append = matches!(mode, Some(OptionValue::Mode(mode)) if mode.value == WriteMode::Append);
        Some(Place { path, written, pieces, span, format, dates_span, append })
    }

    /// As the surroundings are asked for it.
    pub(super) fn input(&self) -> InputPath<'_> {
        InputPath { path: &self.path, written: &self.written }
    }

    /// The path without its facts.
    pub(super) fn literal(&self) -> String {
        let texts = self.pieces.iter().filter_map(|piece| match piece {
            Piece::Text(text) => Some(text.as_str()),
            Piece::Fact { .. } => None,
        });
        if self.is_dynamic() { texts.collect() } else { self.path.clone() }
    }

    /// Whether the path is known only when the run has come so far.
    pub(super) fn is_dynamic(&self) -> bool {
        !self.pieces.is_empty()
    }
}

/// A format as a statement's options have it; nothing where one of them is not for it, which is then said.
fn with_options(mut format: Format, options: &Options, problems: &mut Vec<Diagnostic>) -> Option<Format> {
    let text = |name| options.text(name).map(|text| text.value.clone());
    match &mut format {
        Format::Csv(csv) => {
            if let Some(OptionValue::Delimiter(delimiter)) = options.get(OptionName::Delim).map(|option| &option.value)
            {
                csv.delimiter = delimiter.value;
            }
            csv.null = text(OptionName::Null);
            csv.dates = text(OptionName::Dates);
        }
        Format::JsonLines(json) => {
            refuse_options(options, &[OptionName::Delim, OptionName::Null], "JSON lines", problems)?;
            json.dates = text(OptionName::Dates);
        }
        Format::Arrow | Format::Parquet => {
            let files = if format == Format::Arrow { "Arrow files" } else { "Parquet files" };
            refuse_options(options, &[OptionName::Delim, OptionName::Null, OptionName::Dates], files, problems)?;
        }
    }
    Some(format)
}

fn refuse_options(
    options: &Options,
    refused: &[OptionName],
    format: &str,
    problems: &mut Vec<Diagnostic>,
) -> Option<()> {
    let option = refused.iter().find_map(|name| options.get(*name));
    let Some(option) = option else { return Some(()) };
    let message = format!("`{}=` has no meaning for {format}", option.name.text());
    problems.push(
        Diagnostic::error("bad-option", option.span, message)
            .label("this is for CSV files")
            .help("take it out, or name a file that ends in .csv"),
    );
    None
}

/// Whether the statement asks for a database, which is then said.
fn unserved_database(options: &Options, problems: &mut Vec<Diagnostic>) -> bool {
    let Some(option) = options.get(OptionName::Db) else { return false };
    match &option.value {
        OptionValue::Db(Database::Csv(_)) => false,
        OptionValue::Db(Database::Sas(_)) => {
            problems.push(not_served(option.span, "a SAS data set", "export it to a CSV file and use that"));
            true
        }
        _ => {
            problems.push(not_served(option.span, "a database", "export the table to a CSV file and use that"));
            true
        }
    }
}

fn path_of(location: &Location, scope: &mut Scope<'_>, problems: &mut Vec<Diagnostic>) -> Option<WrittenPath> {
    let csv_file = "copy the object to a CSV file, or the CSV file to S3 when the run is done";
    match &location.kind {
        LocationKind::Local { suffix: Some(Suffix::Sas7bdat), .. } => {
            problems.push(not_served(location.span, "a SAS data set", "export it to a CSV file and use that"));
            None
        }
        LocationKind::Local { path, suffix: Some(Suffix::Csv) } => Some(WrittenPath::known(path.clone())),
        // In VOR's form the suffix may be left out.
        LocationKind::Local { path, suffix: None } => Some(WrittenPath::known(format!("{path}.csv"))),
        LocationKind::Variable { variable, suffix } if variable.kind == VariableKind::Dyn => {
            Some(WrittenPath::of_fact(variable, suffix.map_or("", Suffix::text)))
        }
        LocationKind::Variable { variable, suffix } => {
            let value = scope.text_of_variable(variable, problems)?;
            let suffix = suffix.map_or("", Suffix::text);
            Some(WrittenPath::known(format!("{value}{suffix}")))
        }
        LocationKind::Quoted(template) => {
            let written = filled(template, scope, problems)?;
            let path = &written.path;
            if path.is_empty() {
                problems
                    .push(Diagnostic::error("bad-path", location.span, "the path is empty").label("expected a file"));
                return None;
            }
            if path.starts_with("s3://") {
                problems.push(not_served(location.span, "S3", csv_file));
                return None;
            }
            Some(written)
        }
        LocationKind::S3(_) => {
            problems.push(not_served(location.span, "S3", csv_file));
            None
        }
        LocationKind::Table { database, schema, table } => {
            let suffix = format!(".{}", table.text.to_ascii_lowercase());
            let known = is_suffix(&suffix);
            let written: Vec<&str> = database.iter().chain([schema, table]).map(|name| name.text.as_str()).collect();
            let written = written.join(".");
            let mut problem = not_served(
                location.span,
                &format!("the database table `{written}`"),
                "export it to a CSV file and use that",
            );
            if known {
                problem.primary.text = "without quotes this is a database table, not a file".to_owned();
                problem.help = Some(format!("for a file write it in quotes: \"{written}\""));
            }
            problems.push(problem);
            None
        }
    }
}

/// Paths with `..` that lead out of the folder they are relative to: an output's would leave its run directory, so that
/// two runs could meet; an input's cannot be put into a bundle.
fn refuse_escape(path: &str, span: Span, way: Way<'_>, problems: &mut Vec<Diagnostic>) -> Option<()> {
    if path.contains('\0') {
        problems.push(Diagnostic::error("bad-path", span, "the path holds a NUL character").label("no file has one"));
        return None;
    }
    let mut depth = 0i64;
    let mut escapes = false;
    for step in path.split('/') {
        match step {
            "" | "." => {}
            ".." => depth -= 1,
            _ => depth += 1,
        }
        escapes |= depth < 0;
    }
    if path.starts_with('/') || !escapes {
        return Some(());
    }
    match way {
        Way::In(_) => {
            let message = format!("the path `{path}` leads out of the playpen");
            let help = "copy the file into the playpen, or give its absolute path";
            problems.push(Diagnostic::warning("path-escapes", span, message).label("`..` leads above it").help(help));
            Some(())
        }
        Way::Out => {
            let message = format!("the path `{path}` leads out of the run's directory");
            let help = "name a file below it, or give an absolute path";
            problems.push(Diagnostic::error("path-escapes", span, message).label("`..` leads above it").help(help));
            None
        }
    }
}

/// The files of a directory as a pattern: those with the ending that all of them have.
fn pattern_of(
    input: InputPath<'_>,
    span: Span,
    surroundings: &dyn Surroundings,
    problems: &mut Vec<Diagnostic>,
) -> Option<String> {
    let directory = input.path;
    match surroundings.directory(input) {
        Ok(ending) => Some(format!("{directory}**/*{ending}")),
        Err(why) => {
            let message = format!("`{directory}` cannot be read: {why}");
            problems.push(Diagnostic::error("bad-input", span, message).label("every file of this directory is read"));
            None
        }
    }
}

/// Format and packing by what stands behind the last fact of a path; without a suffix CSV is meant, as in VOR.
fn format_behind_fact(tail: &str) -> Result<Format, NoFormat> {
    Format::of_path(if tail.is_empty() { Suffix::Csv.text() } else { tail })
}

fn no_format(problem: &NoFormat, path: &str, span: Span) -> Diagnostic {
    match problem {
        NoFormat::Unserved(suffix) => not_served(
            span,
            &format!("the format `{suffix}`"),
            "use .csv or .jsonl, also with .gz or .zst, .parquet or .arrow",
        ),
        NoFormat::Unknown => {
            Diagnostic::error("unknown-format", span, format!("the name `{path}` does not say its format"))
                .label("expected a name that ends in .csv, .jsonl, .parquet or .arrow")
                .help("rename the file, or put the suffix into the path; a directory's path ends with `/`")
        }
    }
}

/// A path without `.` and `..` and doubled slashes, so that two spellings of one file compare equal.
pub(super) fn normal(path: &str) -> String {
    let mut steps: Vec<&str> = Vec::new();
    for step in path.split('/') {
        match step {
            "" | "." => {}
            ".." if steps.last().is_some_and(|last| *last != "..") => {
                steps.pop();
            }
            step => steps.push(step),
        }
    }
    let root = if path.starts_with('/') { "/" } else { "" };
    format!("{root}{}", steps.join("/"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn two_spellings_of_one_file_are_one() {
        assert_eq!(normal("./a//b/../c.csv"), "a/c.csv");
        assert_eq!(normal("/a/./c.csv"), "/a/c.csv");
        assert_eq!(normal("../c.csv"), "../c.csv");
    }
}
