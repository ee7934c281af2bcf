//! A trace as a table: a header, and a line for each run.

use csv::{ReaderBuilder, StringRecord, Trim};
use leat_planner::id::{Architecture, GroupId, Label, Region, UserId};
use leat_planner::{Priority, Resources};

use super::{RUNS_MAX, TraceError, TraceRun, checked, too_many};
use crate::amounts::{self, Moment};

/// The columns that may be, and whether they must.
const COLUMNS: [(&str, bool); 10] = [
    ("submitted", true),
    ("group", true),
    ("cpus", true),
    ("memory", true),
    ("duration", true),
    ("user", false),
    ("priority", false),
    ("region", false),
    ("labels", false),
    ("architecture", false),
];

pub(super) fn read(text: &str) -> Result<Vec<TraceRun>, TraceError> {
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    // What stands behind a # is for people.
    let mut reader =
        ReaderBuilder::new().trim(Trim::All).comment(Some(b'#')).flexible(true).from_reader(text.as_bytes());
    let header = Header::of(reader.headers().map_err(|error| at_line(1, &error))?)?;
    let mut runs = Vec::new();
    let mut first: Option<Moment> = None;
    for record in reader.records() {
        let record = record.map_err(|error| at_line(error.position().map_or(1, ::csv::Position::line), &error))?;
        let line = record.position().map_or(0, ::csv::Position::line);
        if record.len() != header.names.len() {
            let (has, named) = (record.len(), header.names.len());
            let what =
                format!("{has} cells, and the header names {named} columns; a cell with a comma stands in quotes");
            return Err(TraceError::Line { line, what });
        }
        if runs.len() == RUNS_MAX {
            return Err(TraceError::Line { line, what: too_many() });
        }
        runs.push(Row { header: &header, record: &record, line }.run(&mut first)?);
    }
    Ok(runs)
}

fn at_line(line: u64, error: &dyn std::fmt::Display) -> TraceError {
    TraceError::Line { line, what: format!("not CSV: {error}") }
}

/// Which column is where.
struct Header {
    names: Vec<String>,
}

impl Header {
    fn of(record: &StringRecord) -> Result<Header, TraceError> {
        let names: Vec<String> = record.iter().map(str::to_owned).collect();
        let known = || COLUMNS.map(|(name, _)| name).join(", ");
        for (place, name) in names.iter().enumerate() {
            let cell = |what: String| TraceError::Cell { line: 1, column: place + 1, name: name.clone(), what };
            if !COLUMNS.iter().any(|(column, _)| column == name) {
                return Err(cell(format!("there is no such column; there are {}", known())));
            }
            if names[..place].contains(name) {
                return Err(cell("the column is there twice; take one away".to_owned()));
            }
        }
        match COLUMNS.iter().find(|(name, needed)| *needed && !names.iter().any(|given| given == name)) {
            Some((missing, _)) => {
                let what = format!("the header has no column {missing:?}; it names columns of {}", known());
                Err(TraceError::Line { line: 1, what })
            }
            None => Ok(Header { names }),
        }
    }
}

/// A line of the file.
struct Row<'a> {
    header: &'a Header,
    record: &'a StringRecord,
    line: u64,
}

impl Row<'_> {
    fn run(&self, first: &mut Option<Moment>) -> Result<TraceRun, TraceError> {
        let moment = self.cell("submitted", amounts::moment)?;
        let like = first.get_or_insert(moment);
        if std::mem::discriminant(like) != std::mem::discriminant(&moment) {
            let what = "dates and seconds are mixed; write all moments as the first one".to_owned();
            return Err(self.wrong("submitted", what));
        }
        let group = self.cell("group", named)?;
        let user = self.text("user").map_or(group.as_str(), |user| user);
        Ok(TraceRun {
            submitted: std::time::Duration::from_micros(moment.micros()),
            user: UserId::new(user),
            priority: match self.text("priority") {
                Some(_) => self.cell("priority", priority)?,
                None => Priority(0),
            },
            needs: Resources::new(self.cell("cpus", amounts::cpu_millis)?, self.cell("memory", amounts::size)?),
            duration: self.cell("duration", |text| amounts::span(text).and_then(checked))?,
            region: self.text("region").map(Region::new),
            labels: self
                .text("labels")
                .map(|text| text.split_whitespace().map(Label::new).collect())
                .unwrap_or_default(),
            architecture: self.text("architecture").map(Architecture::new),
            group: GroupId::new(group),
        })
    }

    /// What stands in a column; nothing where it is empty or there is no such column.
    fn text(&self, name: &str) -> Option<&str> {
        let place = self.header.names.iter().position(|column| column == name)?;
        self.record.get(place).filter(|text| !text.is_empty())
    }

    fn cell<T>(&self, name: &'static str, read: impl FnOnce(&str) -> Result<T, String>) -> Result<T, TraceError> {
        read(self.text(name).unwrap_or_default()).map_err(|what| self.wrong(name, what))
    }

    fn wrong(&self, name: &str, what: String) -> TraceError {
        let place = self.header.names.iter().position(|column| column == name).unwrap_or_default();
        TraceError::Cell { line: self.line, column: place + 1, name: name.to_owned(), what }
    }
}

fn named(text: &str) -> Result<String, String> {
    if text.is_empty() { Err("a run belongs to a group; write its name".to_owned()) } else { Ok(text.to_owned()) }
}

fn priority(text: &str) -> Result<Priority, String> {
    text.parse().map(Priority).map_err(|_| format!("{text:?} is no priority; write a whole number from 0 to 255"))
}
