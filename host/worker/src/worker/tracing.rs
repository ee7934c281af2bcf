//! The trace of a run: `trace.jsonl` in its directory, an event a line.

use std::fs::File;
use std::io::{self, Write};
use std::sync::Arc;

use leat_flow::trace::{Did, Link, RecordId, Selection, TRACED_MAX, Trace, TraceEvent, TraceLog};

use super::events::Events;
use crate::job::Job;
use crate::trace::{TRACE_FILE, TraceLine, TraceSelection, TracedRecord};

/// The trace of a job, where it asks for one.
pub(super) fn trace(job: &Job, events: &Arc<Events>) -> Option<Arc<Trace>> {
    let selection = match job.trace.clone()? {
        TraceSelection::Rows(rows) => Selection::Rows(rows),
        TraceSelection::Values { column, values } => Selection::Values { column, values },
    };
    let path = job.run_directory.join(TRACE_FILE);
    let file = File::create(&path).inspect_err(|error| {
        events.warn(format!("the trace cannot be written into {}: {error}", path.display()));
    });
    let names = |names: &mut dyn Iterator<Item = &String>| names.cloned().collect();
    let file = TraceFile {
        file: file.ok(),
        nodes: names(&mut job.plan.nodes.iter().map(|node| &node.name)),
        queues: names(&mut job.plan.queues.iter().map(|queue| &queue.name)),
        events: Arc::clone(events),
    };
    Some(Trace::new(selection, job.plan.nodes.len(), Box::new(file)))
}

/// The file, in the words of the process.
struct TraceFile {
    /// Nothing once it could not be written, which has been said.
    file: Option<File>,
    nodes: Vec<String>,
    queues: Vec<String>,
    events: Arc<Events>,
}

impl TraceFile {
    fn record(&self, id: &RecordId) -> TracedRecord {
        TracedRecord { queue: self.queues[id.queue].clone(), row: id.row }
    }

    fn write(&mut self, line: &TraceLine) -> io::Result<()> {
        let Some(file) = &mut self.file else { return Ok(()) };
        let mut text = serde_json::to_vec(line)?;
        text.push(b'\n');
        file.write_all(&text)
    }
}

impl TraceLog for TraceFile {
    fn event(&mut self, event: &TraceEvent) {
        let line = TraceLine {
            node: self.nodes[event.node].clone(),
            did: match event.did {
                Did::Read => "read",
                Did::Saw => "saw",
                Did::Sent => "sent",
                Did::Rejected => "rejected",
                Did::Wrote => "wrote",
            }
            .to_owned(),
            record: event.record.as_ref().map(|record| self.record(record)),
            from: event.from.iter().map(|record| self.record(record)).collect(),
            link: event.link.map(|link| {
                match link {
                    Link::Row => "row",
                    Link::Batch => "batch",
                    Link::Node => "node",
                }
                .to_owned()
            }),
            values: event.values.clone(),
            reason: event.reason.clone(),
        };
        if let Err(error) = self.write(&line) {
            self.file = None;
            self.events.warn(format!("the trace ends before its time, because it cannot be written: {error}"));
        }
    }

    fn full(&mut self) {
        self.events.warn(format!("the trace follows {TRACED_MAX} records; what came later is left out"));
    }
}
