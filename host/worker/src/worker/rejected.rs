//! The records that nodes refused, kept in the run's directory: an Arrow file for each, for `leat replay`.

use std::path::{Path, PathBuf};
use std::{fs, io};

use leat_flow::inputs::QueueEnd;
use leat_flow::rejects::Content;
use leat_flow::step::StepError;
use leat_io::{SinkConfig, create_sink};
use leat_stream::plan::{Format, Plan};

use super::events::Events;
use super::frames::Observed;
use crate::job::Job;
use crate::report::KeptRecord;

/// Where the records lie, relative to the run's directory: beside the logs, where no output goes.
const FOLDER: &str = "logs";
/// How their files' names begin.
const PREFIX: &str = "rejected-";

/// What the report says of a record that a node refused, the `number`th that was kept.
pub(super) fn kept(node: usize, number: usize, content: Content, ends: &[QueueEnd]) -> Option<KeptRecord> {
    Some(match content {
        Content::Text(text) => KeptRecord::Text(text),
        Content::Row { end, .. } => {
            let end = ends.get(end)?;
            KeptRecord::Row { port: end.port, queue: end.name.clone(), file: file(node, number) }
        }
    })
}

/// Writes every record that is kept, when all nodes have ended.
pub(super) fn write(job: &Job, observed: &[Observed], events: &Events) {
    for (node, seen) in observed.iter().enumerate() {
        for (number, content) in seen.rejected_rows() {
            let path = file(node, number);
            if let Err(error) = write_row(job, node, content, &path) {
                events.warn(format!("a rejected record cannot be kept in {}: {error}", path.display()));
            }
        }
    }
}

fn write_row(job: &Job, node: usize, content: Content, path: &Path) -> Result<(), StepError> {
    let Content::Row { end, row } = content else { return Ok(()) };
    let failed = |error: &dyn std::fmt::Display| StepError::Failed(error.to_string());
    let fields = fields(&job.plan, node, end).ok_or_else(|| failed(&"its queue is not known"))?;
    fs::create_dir_all(job.run_directory.join(FOLDER)).map_err(|error| failed(&error))?;
    let config = SinkConfig {
        path: job.run_directory.join(path),
        name: path.display().to_string(),
        fields,
        parts: Vec::new(),
        append: false,
    };
    let mut sink = create_sink(&Format::Arrow, config).map_err(|error| failed(&error))?;
    sink.write(&row)?;
    sink.prepare()?;
    sink.finish().map(|_| ())
}

fn fields(plan: &Plan, node: usize, end: usize) -> Option<Vec<leat_stream::schema::Field>> {
    let (_, bound) = plan.nodes[node].queue_ends().nth(end)?;
    Some(plan.queues[bound.queue].fields.clone())
}

fn file(node: usize, number: usize) -> PathBuf {
    Path::new(FOLDER).join(format!("{PREFIX}{}-{}.arrow", node + 1, number + 1))
}

/// Removes what an earlier run has kept in a directory.
pub(crate) fn clear(run_directory: &Path) -> io::Result<()> {
    let entries = match fs::read_dir(run_directory.join(FOLDER)) {
        Ok(entries) => entries,
        Err(error) if matches!(error.kind(), io::ErrorKind::NotFound | io::ErrorKind::NotADirectory) => return Ok(()),
        Err(error) => return Err(error),
    };
    for entry in entries {
        let entry = entry?;
        let name = entry.file_name();
        let name = name.to_string_lossy();
        if name.starts_with(PREFIX) && name.ends_with(".arrow") {
            fs::remove_file(entry.path())?;
        }
    }
    Ok(())
}
