//! A trace as an installation prints it: the runs of `leat runs --format json` and `leat status RUN --format json`.

use std::collections::BTreeMap;
use std::time::Duration;

use leat_planner::id::{Architecture, GroupId, Label, Region, UserId};
use leat_planner::{ByteSize, Priority, Resources};
use serde::Deserialize;
use serde_json::Value;

use super::{RUNS_MAX, TraceError, TraceRun, checked, too_many};
use crate::amounts;

/// What is read of a run; the rest of it says nothing to a simulation.
#[derive(Deserialize)]
struct Run {
    group: String,
    user: String,
    #[serde(default)]
    priority: i64,
    submitted: String,
    started: Option<String>,
    ended: Option<String>,
    needs: Option<Needs>,
    region: Option<String>,
    #[serde(default)]
    labels: BTreeMap<String, String>,
    architecture: Option<String>,
}

#[derive(Deserialize)]
struct Needs {
    cpu_millis: u64,
    memory_bytes: u64,
}

/// The runs that have a duration, and how many have none.
pub(super) fn read(text: &str) -> Result<(Vec<TraceRun>, usize), TraceError> {
    let (mut runs, mut passed_over, mut seen) = (Vec::new(), 0, 0);
    for document in serde_json::Deserializer::from_str(text).into_iter::<Value>() {
        let document = document.map_err(|error| {
            let line = u64::try_from(error.line()).unwrap_or(u64::MAX);
            TraceError::Line { line, what: format!("not JSON: {error}") }
        })?;
        for item in items(document)? {
            seen += 1;
            match run(item, seen)? {
                Some(run) => runs.push(run),
                None => passed_over += 1,
            }
            if runs.len() > RUNS_MAX {
                return Err(TraceError::Whole(too_many()));
            }
        }
    }
    Ok((runs, passed_over))
}

/// A page of runs, a list of them, or one.
fn items(document: Value) -> Result<Vec<Value>, TraceError> {
    match document {
        Value::Array(items) => Ok(items),
        Value::Object(mut page) => match page.remove("items") {
            Some(Value::Array(items)) => Ok(items),
            Some(_) => {
                Err(TraceError::Whole("`items` is no list; give what `leat runs --format json` prints".to_owned()))
            }
            None => Ok(vec![Value::Object(page)]),
        },
        _ => Err(TraceError::Whole(
            "neither a page of runs nor a run; give what `leat runs --format json` prints".to_owned(),
        )),
    }
}

fn run(item: Value, number: usize) -> Result<Option<TraceRun>, TraceError> {
    let name = item.get("id").and_then(Value::as_str).map_or_else(|| number.to_string(), str::to_owned);
    let wrong = |field: &'static str, what: String| TraceError::Field { run: name.clone(), field, what };
    let run: Run = serde_json::from_value(item).map_err(|error| wrong("as a whole", error.to_string()))?;
    let (Some(started), Some(ended)) = (&run.started, &run.ended) else { return Ok(None) };
    let moment = |field, text: &str| {
        amounts::moment(text).map(|at| Duration::from_micros(at.micros())).map_err(|what| wrong(field, what))
    };
    let Some(needs) = run.needs else {
        let what =
            "is not told, and without it nothing can be placed; `leat runs --format json` of this version tells it";
        return Err(wrong("needs", what.to_owned()));
    };
    let priority =
        u8::try_from(run.priority).map_err(|_| wrong("priority", format!("{} is not from 0 to 255", run.priority)))?;
    // A clock that was set back between the two would give less than nothing.
    let duration = moment("ended", ended)?.saturating_sub(moment("started", started)?);
    Ok(Some(TraceRun {
        submitted: moment("submitted", &run.submitted)?,
        group: GroupId::new(run.group),
        user: UserId::new(run.user),
        priority: Priority(priority),
        needs: Resources::new(needs.cpu_millis, ByteSize::from_bytes(needs.memory_bytes)),
        duration: checked(duration).map_err(|what| wrong("ended", what))?,
        region: run.region.map(Region::new),
        labels: run.labels.into_iter().map(|(key, value)| Label::new(format!("{key}={value}"))).collect(),
        architecture: run.architecture.map(Architecture::new),
    }))
}
