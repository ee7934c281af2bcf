//! The log of a node: `logs/NODE.log` in the run's directory, one line an entry, made with its first.

use std::fs::{self, File};
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use leat_flow::meter::RunClock;
use leat_flow::node::NodeLog;
use leat_flow::step::Level;
use leat_stream::plan::Plan;

use super::events::Events;
use crate::job::Job;
use crate::status::Notice;
use crate::wire::Event;

/// How many warnings and errors of a node are told while the run goes on.
const NOTICES_MAX: usize = 20;

/// How long a log may get. A node's own limit (`max_log=`) is lower by far unless someone raised it.
const LOG_BYTES_MAX: u64 = 1 << 30;

/// Where the log of a node, by its place in the plan, lies, relative to the run's directory. The file is made with the
/// first entry.
///
/// # Panics
/// Where the plan has no such node.
pub fn log_path(plan: &Plan, node: usize) -> PathBuf {
    let name = &plan.nodes[node].name;
    let plain = |c: char| c.is_alphanumeric() || matches!(c, '_' | '-');
    // The nodes of a group have points in their names, between words.
    let words = name.split('.').all(|word| !word.is_empty() && word.chars().all(plain));
    let file = if name.len() <= 100 && words { format!("{name}.log") } else { format!("node-{}.log", node + 1) };
    Path::new("logs").join(file)
}

/// The log of one node.
pub(super) struct NodeLogFile {
    path: PathBuf,
    node: String,
    started_us: i64,
    clock: RunClock,
    events: Arc<Events>,
    file: Option<File>,
    bytes: u64,
    notices: usize,
    written: Arc<AtomicBool>,
    failed: bool,
}

impl NodeLogFile {
    pub(super) fn new(job: &Job, node: usize, clock: RunClock, events: &Arc<Events>) -> Self {
        let path = job.run_directory.join(log_path(&job.plan, node));
        // A run that goes on has its log of before.
        let written = Arc::new(AtomicBool::new(path.exists()));
        NodeLogFile {
            path,
            node: job.plan.nodes[node].name.clone(),
            started_us: job.started_us,
            clock,
            events: Arc::clone(events),
            file: None,
            bytes: 0,
            notices: 0,
            written,
            failed: false,
        }
    }

    /// Whether there is an entry; becomes true with the first.
    pub(super) fn written(&self) -> Arc<AtomicBool> {
        Arc::clone(&self.written)
    }

    fn write(&mut self, line: &str) -> io::Result<()> {
        if self.file.is_none() {
            if let Some(directory) = self.path.parent() {
                fs::create_dir_all(directory)?;
            }
            // What a run that goes on had logged before stays.
            self.file = Some(File::options().create(true).append(true).open(&self.path)?);
            self.written.store(true, Ordering::Relaxed);
        }
        let before = self.bytes;
        self.bytes = before.saturating_add(line.len() as u64);
        if self.bytes <= LOG_BYTES_MAX {
            return self.file.as_mut().map_or(Ok(()), |file| file.write_all(line.as_bytes()));
        }
        if before <= LOG_BYTES_MAX {
            let (node, limit) = (&self.node, LOG_BYTES_MAX);
            self.events
                .warn(format!("the log of node `{node}` ends at {limit} bytes; what it logged later is left out"));
        }
        Ok(())
    }

    fn notice(&mut self, level: &str, message: &str) {
        if self.notices < NOTICES_MAX {
            self.notices += 1;
            self.events.send(&Event::Notice(Notice::Logged {
                node: self.node.clone(),
                level: level.to_owned(),
                message: message.to_owned(),
            }));
        }
    }
}

impl NodeLog for NodeLogFile {
    fn log(&mut self, level: Level, message: &str, fields: &[(String, String)]) {
        let elapsed = i64::try_from(self.clock.elapsed().as_micros()).unwrap_or(i64::MAX);
        let line = line(self.started_us.saturating_add(elapsed), level, message, fields);
        // A log that cannot be written is no reason to end a run, but a person should know.
        if let Err(error) = self.write(&line)
            && !self.failed
        {
            self.failed = true;
            let (node, path) = (&self.node, self.path.display());
            self.events.warn(format!("the log of node `{node}`, {path}, cannot be written: {error}"));
        }
        if level >= Level::Warn {
            self.notice(name(level), message);
        }
    }
}

fn line(moment_us: i64, level: Level, message: &str, fields: &[(String, String)]) -> String {
    let moment = jiff::Timestamp::from_microsecond(moment_us).unwrap_or_default();
    let mut line = format!("{moment:.6} {:5} {}", name(level), escaped(message));
    for (key, value) in fields {
        line.push_str(&format!(" {}={}", escaped(key), quoted(value)));
    }
    line.push('\n');
    line
}

fn name(level: Level) -> &'static str {
    match level {
        Level::Debug => "debug",
        Level::Info => "info",
        Level::Warn => "warn",
        Level::Error => "error",
    }
}

/// One line, whatever a node says: it must not forge entries or steer a terminal.
fn escaped(text: &str) -> String {
    text.chars().flat_map(|c| if c.is_control() { c.escape_default().collect() } else { vec![c] }).collect()
}

fn quoted(value: &str) -> String {
    let plain =
        !value.is_empty() && value.chars().all(|c| !c.is_whitespace() && !c.is_control() && c != '"' && c != '=');
    if plain { value.to_owned() } else { format!("{value:?}") }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::plan;

    #[test]
    fn an_entry_is_one_line_whatever_the_node_says() {
        let fields = [("rows".to_owned(), "12".to_owned()), ("file".to_owned(), "a b\n\"c\"".to_owned())];
        let line = line(1_706_702_400_500_000, Level::Warn, "odd\nvalue \u{1b}[31m", &fields);
        assert_eq!(
            line,
            "2024-01-31T12:00:00.500000Z warn  odd\\nvalue \\u{1b}[31m rows=12 file=\"a b\\n\\\"c\\\"\"\n"
        );
    }

    #[test]
    fn a_name_that_is_no_file_name_gets_a_log_by_number() {
        let mut plan = plan();
        assert_eq!(log_path(&plan, 0), Path::new("logs/source.log"));
        plan.nodes[0].name = "revalue.audit.price".to_owned();
        assert_eq!(log_path(&plan, 0), Path::new("logs/revalue.audit.price.log"));
        for name in ["../../etc/passwd", "", ".", "..", ".hidden", "a..b", "a/b"] {
            plan.nodes[0].name = name.to_owned();
            assert_eq!(log_path(&plan, 0), Path::new("logs/node-1.log"), "{name:?}");
        }
    }
}
