//! The report of a run: `report.json` in its directory, and what `leat run --format json` prints.

use std::collections::BTreeMap;
use std::path::PathBuf;

use leat_bundle::Digest;
use leat_stream::node_info::Value;
use leat_stream::plan::Parameter;
use serde::{Deserialize, Serialize};

use crate::supervise::Death;

/// What became of a run. Written when it ends, however it ends.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Report {
    /// Leat's version.
    pub leat_version: String,
    /// The run's name.
    pub run_id: String,
    /// The process's name.
    pub process: String,
    /// The stream file, as it was named on the command line.
    pub file: String,
    /// When the run began, ISO 8601, UTC.
    pub started: String,
    /// How long it took, the worker's start included.
    pub elapsed_seconds: f64,
    /// How it ended.
    pub outcome: Outcome,
    /// What the random numbers came from.
    pub seed: u64,
    /// Parameters of the process with their values.
    pub parameters: Vec<Parameter>,
    /// The risk objects that its nodes were given, by their content.
    #[serde(default)]
    pub objects: Vec<ObjectReport>,
    /// The outputs that stand under their final names; none unless the run succeeded.
    pub outputs: Vec<OutputReport>,
    /// Every node, in the plan's order.
    pub nodes: Vec<NodeReport>,
    /// Every fact, in the order of their names.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub facts: Vec<FactReport>,
    /// Every place where a node reads a queue.
    pub queues: Vec<QueueReport>,
    /// The worker's resident memory at its peak.
    pub memory_bytes_peak: u64,
    /// What a person should know though the run went on.
    pub warnings: Vec<String>,
    /// The trace of the run, relative to its directory; nothing where it was not traced.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub trace: Option<PathBuf>,
    /// What became of its checkpoints; nothing where none were asked for.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub checkpoints: Option<CheckpointReport>,
    /// How its worker died, where it died of itself in a run that takes checkpoints: for whoever begins it again.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub death: Option<Death>,
    /// The run's directory.
    pub run_directory: PathBuf,
}

/// What became of a run's checkpoints.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct CheckpointReport {
    /// How many this attempt of the run completed, the one at its end included.
    pub taken: u64,
    /// Bytes of the newest before the run's end.
    pub bytes: u64,
    /// How long that took, from its beginning until it was whole.
    pub seconds: f64,
    /// The checkpoint that this attempt went on from.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub resumed_from: Option<String>,
    /// Whether the run, which did not succeed, can go on from one.
    #[serde(default)]
    pub can_resume: bool,
    /// Why the process cannot take any.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub none: Option<String>,
}

/// How a run ended.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "kebab-case")]
pub enum Outcome {
    /// Every node came to its end and every output is published.
    Succeeded,
    /// Something went wrong: nothing is published.
    Failed(FailureReport),
    /// The user stopped it: nothing is published.
    Stopped,
}

/// The first thing that went wrong; what followed from it is left out.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct FailureReport {
    /// The node where it went wrong; none where it was the worker as a whole.
    pub node: Option<String>,
    /// The line of that node's statement in the stream file.
    pub line: Option<usize>,
    /// The stream file of that statement; nothing where that is the run's own.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub file: Option<String>,
    /// What went wrong, for a person.
    pub reason: String,
    /// The guest's frames, innermost first, where there are any.
    pub backtrace: Vec<String>,
    /// The way out, where there is one to name.
    pub hint: Option<String>,
    /// How the worker ended, where it did so without a word of its own.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub worker: Option<WorkerEnd>,
}

/// How a worker ended that did not say how its run went.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "kebab-case")]
pub enum WorkerEnd {
    /// It left with an exit code.
    Exited {
        /// The code.
        code: i32,
    },
    /// A signal ended it.
    Signaled {
        /// The signal's number on this system.
        signal: i32,
        /// Its name, `SIGSEGV`; nothing for one that has none.
        name: Option<String>,
    },
    /// The kernel ended it, for it used more memory than it may.
    OutOfMemory {
        /// How many bytes it may.
        memory_bytes_max: Option<u64>,
    },
}

/// A risk object that a run was given.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ObjectReport {
    /// Its name and kind: `base.scenarios`.
    pub name: String,
    /// The file it is in.
    pub file: String,
    /// SHA-256 of its content, in hexadecimal. A node that found another content failed the run.
    pub digest: String,
    /// The nodes that it was given to.
    pub nodes: Vec<String>,
}

/// A file that a run has published.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct OutputReport {
    /// The output node.
    pub node: String,
    /// Where the file is.
    pub path: PathBuf,
    /// Records that this run wrote to it; a file that was appended to has more.
    pub rows: u64,
    /// Its size.
    pub bytes: u64,
    /// SHA-256 of all its bytes, in hexadecimal; nothing in a report of before there was one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub digest: Option<Digest>,
}

/// What one node did. Of a run that was begun again from a checkpoint, rows, batches, refused records and counters are those of the whole
/// run, and times, memory and what went through the disk those of the last attempt.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct NodeReport {
    /// Its name in the process.
    pub name: String,
    /// `input`, `output` or `component`.
    pub kind: String,
    /// Whether it came to its end without fault.
    pub ended: bool,
    /// What it took, by input port; a port that merges queues has an entry for each.
    pub inputs: Vec<PortReport>,
    /// What it sent, by output port; the last is the queue of rejected records where `on_error` names one.
    pub outputs: Vec<PortReport>,
    /// Time at work, waiting neither for records nor for readers nor for facts; the node's threads together, as are all waits.
    pub busy_seconds: f64,
    /// Time waiting for records to come in.
    pub input_wait_seconds: f64,
    /// Time waiting for readers to take records.
    pub output_wait_seconds: f64,
    /// Time waiting for facts in the middle of its work.
    pub fact_wait_seconds: f64,
    /// When it had its first batch in hand or sent it, microseconds since the run began; nothing where it had none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub first_batch_us: Option<u64>,
    /// When it was done with its last batch, microseconds since the run began.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub last_batch_us: Option<u64>,
    /// What it waited for when the run ended, or waits for now: `signal priced`, `fact fx_date`.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub awaits: Vec<String>,
    /// What it refused.
    pub rejects: RejectReport,
    /// What it counted.
    pub counters: BTreeMap<String, u64>,
    /// The component it ran.
    pub component: Option<ComponentReport>,
    /// Its log, relative to the run's directory; none where it logged nothing.
    pub log: Option<PathBuf>,
}

impl NodeReport {
    /// Records taken, all input ports together.
    pub fn rows_in(&self) -> u64 {
        self.inputs.iter().map(|port| port.rows).sum()
    }

    /// Records sent, all output ports together.
    pub fn rows_out(&self) -> u64 {
        self.outputs.iter().map(|port| port.rows).sum()
    }
}

/// A fact of the run.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct FactReport {
    /// Its name.
    pub name: String,
    /// The node that sets it; nothing where the run gives it.
    pub set_by: Option<String>,
    /// Its value; nothing where it was never set.
    pub value: Option<Value>,
}

/// What went through one port.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PortReport {
    /// The queue; none where the port is bound to none.
    pub queue: Option<String>,
    /// Records.
    pub rows: u64,
    /// Batches they came in.
    pub batches: u64,
    /// Their bytes in memory.
    pub bytes: u64,
}

/// What a node refused.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct RejectReport {
    /// How many records.
    pub rows: u64,
    /// The first few of them.
    pub first: Vec<RejectedRecord>,
}

/// A record that was refused.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RejectedRecord {
    /// Where it came from: queue and row, or file and line.
    pub place: String,
    /// Why.
    pub reason: String,
    /// The record itself, for `leat replay`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub kept: Option<KeptRecord>,
}

/// A record that was refused, itself.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum KeptRecord {
    /// A row of a queue.
    Row {
        /// The node's input port, from 0.
        port: usize,
        /// The queue.
        queue: String,
        /// An Arrow file with the one row and all columns of the queue, relative to the run's directory.
        file: PathBuf,
    },
    /// The text of what never became a row (the first 4,096 bytes).
    Text(String),
}

/// The component that a node ran.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ComponentReport {
    /// The artifact.
    pub path: PathBuf,
    /// Its SHA-256, in hexadecimal.
    pub digest: String,
    /// Threads that called it.
    pub threads: usize,
    /// Instances that shared the node's records.
    pub instances: usize,
    /// Linear memory of the node's instances together at its peak.
    pub memory_bytes_peak: u64,
}

/// One reader's side of a queue.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct QueueReport {
    /// The queue's name.
    pub name: String,
    /// Who read it.
    pub reader: String,
    /// How many bytes might wait before the writer did.
    pub bytes_max: u64,
    /// How many bytes waited at most.
    pub bytes_peak: u64,
    /// How many bytes went through the disk, because the reader waited for another queue.
    pub bytes_spilled: u64,
}
