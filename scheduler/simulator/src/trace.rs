//! A list of runs that were or might be submitted: what a simulation plays. Read from CSV that people write, or from the
//! JSON that an installation prints; knows nothing of hosts.

mod csv;
mod json;

use std::time::Duration;

use leat_planner::id::{Architecture, GroupId, Label, Region, UserId};
use leat_planner::{Priority, Resources};

/// The most runs of a trace: a run takes some hundred bytes of memory while it is simulated.
pub(crate) const RUNS_MAX: usize = 2_000_000;
/// The longest that a run of a trace may take. A year; what is longer is a slip of the pen.
pub(crate) const DURATION_MAX: Duration = Duration::from_secs(366 * 86_400);
/// The longest that a trace may be, from its first submission to its last. Ten years: moments of a trace are all dates
/// or all seconds, and this is what finds a date between others that was mistyped.
pub(crate) const TRACE_MAX: Duration = Duration::from_secs(3_660 * 86_400);

/// Runs in the order in which they were submitted.
#[derive(Clone, Debug, PartialEq, Eq, Default)]
pub struct Trace {
    runs: Vec<TraceRun>,
    passed_over: usize,
}

/// A run as it was submitted, with how long it was at work.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TraceRun {
    /// When it was submitted, counted from an origin that is the trace's own.
    pub submitted: Duration,
    /// Whose quota and fair share it counts for.
    pub group: GroupId,
    /// Who submitted it.
    pub user: UserId,
    /// How urgent it is.
    pub priority: Priority,
    /// What it needs on one host.
    pub needs: Resources,
    /// How long it is at work once it is placed.
    pub duration: Duration,
    /// The region that its data must not leave.
    pub region: Option<Region>,
    /// What its host must have.
    pub labels: Vec<Label>,
    /// What its host must execute.
    pub architecture: Option<Architecture>,
}

/// Why a text is no trace.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum TraceError {
    /// A cell of a CSV file.
    #[error("line {line}, column {column} ({name}): {what}")]
    Cell {
        /// From 1, the header's.
        line: u64,
        /// From 1.
        column: usize,
        /// What the header calls the column.
        name: String,
        /// What is wrong, and what would be right.
        what: String,
    },
    /// A line of a CSV or JSON file.
    #[error("line {line}: {what}")]
    Line {
        /// From 1.
        line: u64,
        /// What is wrong, and what would be right.
        what: String,
    },
    /// A run of a JSON file.
    #[error("run {run}, {field}: {what}")]
    Field {
        /// Its id, or its number from 1.
        run: String,
        /// Which field.
        field: &'static str,
        /// What is wrong, and what would be right.
        what: String,
    },
    /// The file as a whole.
    #[error("{0}")]
    Whole(String),
}

impl Trace {
    /// A trace of these runs, in whatever order they are.
    ///
    /// # Errors
    ///
    /// There are none, too many, or the first and the last are too far apart.
    pub fn new(mut runs: Vec<TraceRun>) -> Result<Trace, TraceError> {
        // Stable: what was submitted at the same moment stays as it was written.
        runs.sort_by_key(|run| run.submitted);
        let (Some(first), Some(last)) = (runs.first(), runs.last()) else {
            return Err(TraceError::Whole("there is no run in it that has a duration".to_owned()));
        };
        if last.submitted - first.submitted > TRACE_MAX {
            return Err(TraceError::Whole(
                "its first and its last submission are more than ten years apart; look for a mistyped date".to_owned(),
            ));
        }
        if runs.len() > RUNS_MAX {
            return Err(TraceError::Whole(too_many()));
        }
        Ok(Trace { runs, passed_over: 0 })
    }

    /// Reads CSV with a header: `submitted`, `group`, `cpus`, `memory`, `duration`, and as far as wanted `user`,
    /// `priority`, `region`, `labels` and `architecture`.
    ///
    /// # Errors
    ///
    /// Anything that cannot be understood, with its line and column and with what would be right.
    pub fn from_csv(text: &str) -> Result<Trace, TraceError> {
        csv::read(text).and_then(Trace::new)
    }

    /// Reads what `leat runs --format json` and `leat status RUN --format json` print, one such document or several. Runs
    /// that were never at work or are not over have no duration, and are passed over.
    ///
    /// # Errors
    ///
    /// Anything that cannot be understood, with the run and the field.
    pub fn from_json(text: &str) -> Result<Trace, TraceError> {
        let (runs, passed_over) = json::read(text)?;
        Ok(Trace { passed_over, ..Trace::new(runs)? })
    }

    /// The runs, the first submitted first.
    pub fn runs(&self) -> &[TraceRun] {
        &self.runs
    }

    /// How many runs of the file have no duration and are left out.
    pub fn passed_over(&self) -> usize {
        self.passed_over
    }
}

fn too_many() -> String {
    format!("more than {RUNS_MAX} runs; simulate a part of it")
}

/// Not longer than a run may be.
fn checked(duration: Duration) -> Result<Duration, String> {
    let is_long = duration > DURATION_MAX;
    if is_long { Err("longer than a year; is it in seconds, or with its unit?".to_owned()) } else { Ok(duration) }
}
