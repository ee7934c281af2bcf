//! The checked plan: everything a run needs to know of a process, with nothing left to choose.
//!
//! The plan is a document. Its JSON form is what the worker receives and what a bundle will hold, so these types alone
//! of the crate are serialised as they are. Queues and nodes are named by their place in `queues` and `nodes`.

mod component;
mod dot;
mod fact;
mod format;
mod json;
mod mermaid;
mod object;
mod picture;
mod query;
mod secret;
mod share;
mod suffix;
mod svg;
mod text;
mod wait;

use std::time::Duration;

use serde::{Deserialize, Serialize};

pub use self::component::{ComponentNode, Limits, PARTITIONS, Parallel};
pub use self::fact::{Fact, FactSource, FactUse, FactWay, PathPiece};
pub use self::format::{Compression, CsvFormat, Format, JsonFormat};
pub use self::json::BadPlan;
pub use self::object::RiskObject;
pub use self::query::{Condition, Minimize, Query, REREAD_BYTES_MAX, Scan, SqlNode, SqlTable};
pub use self::secret::Secret;
pub use self::share::{BadShare, Crossing, CutFrom, PART_MAIN, ShareOf};
pub use self::suffix::NoFormat;
pub(crate) use self::suffix::is_suffix;
pub use self::wait::{AwaitedSignal, WAIT_MAX_DEFAULT};

use crate::node_info::Value;
use crate::schema::{DataType, Field};

/// A process, checked and ready to run.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Plan {
    /// The process's name: its NAME statement, else the stem of the file's name.
    pub process: String,
    /// The stream file as it was named on the command line; for messages.
    pub file: String,
    /// Parameters of the process with the values of this run, in the file's order.
    pub parameters: Vec<Parameter>,
    /// `opt.a.b.c` of the run.
    pub options: Vec<(String, String)>,
    /// Which tags are on, and what is switched off for want of one.
    #[serde(default, skip_serializing_if = "Switches::is_empty")]
    pub switches: Switches,
    /// The groups that nodes stood in before they were taken apart; each comes after the one it is in, and all that is
    /// inside it follows at once.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub groups: Vec<Group>,
    /// The facts that nodes share, in the order of their names.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub facts: Vec<Fact>,
    /// The risk objects that its nodes are given, each once.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub objects: Vec<RiskObject>,
    /// The secrets that its nodes are given, by their names and places; never their values.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub secrets: Vec<Secret>,
    /// Every queue.
    pub queues: Vec<Queue>,
    /// Every node, in the file's order.
    pub nodes: Vec<Node>,
    /// Where this is a [share](Plan::share): what it is cut from. Nothing where it is the plan of the whole run.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cut_from: Option<CutFrom>,
}

/// What `--tag` and `exec_when=` made of the process.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Switches {
    /// The tags that are on, in the order of letters.
    pub on: Vec<String>,
    /// The statements that are no part of this run, in the file's order.
    pub off: Vec<SwitchedOff>,
}

impl Switches {
    /// Whether no tag is on and nothing is switched off.
    pub fn is_empty(&self) -> bool {
        self.on.is_empty() && self.off.is_empty()
    }
}

/// A statement that none of its tags switched on.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SwitchedOff {
    /// What it is called: `output values`.
    pub statement: String,
    /// The stream file it is in; nothing where that is [`Plan::file`].
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub file: Option<String>,
    /// Its line in the stream file, from 1.
    pub line: usize,
    /// The tags that would switch it on, each alone.
    pub tags: Vec<String>,
}

/// A `process` or `subprocess` of the process: for people, a run knows nothing of it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Group {
    /// Unique in the process, with the groups around it: `revalue.audit`. Its nodes' names begin with it and a point.
    pub name: String,
    /// LABEL, for pictures.
    pub label: Option<String>,
    /// DESCR, for people.
    pub description: Option<String>,
    /// The stream file that uses it; nothing where that is [`Plan::file`].
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub file: Option<String>,
    /// Line of its statement in that file, from 1.
    pub line: usize,
    /// The group it is in, by its place in [`Plan::groups`].
    pub parent: Option<usize>,
}

/// A parameter of the process.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Parameter {
    /// Its name.
    pub name: String,
    /// Its value in this run.
    pub value: Value,
}

/// A typed, bounded, ordered channel with one writer; every reader gets every record.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Queue {
    /// Its name in the stream file.
    pub name: String,
    /// Its columns. Those of an input's queue that nobody reads are left out before they are parsed.
    pub fields: Vec<Field>,
    /// The port that writes it.
    pub writer: Port,
    /// The ports that read it, in the file's order.
    pub readers: Vec<Port>,
}

/// A place where a node meets a queue.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Port {
    /// Which node, by its place in [`Plan::nodes`].
    pub node: usize,
    /// Which of its input or output ports. The queue of rejected records counts after the last output port.
    pub port: usize,
}

/// One step of the process.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Node {
    /// Unique in the process.
    pub name: String,
    /// LABEL, for pictures.
    pub label: Option<String>,
    /// DESCR, for people.
    pub description: Option<String>,
    /// Line of its statement in the stream file, from 1.
    pub line: usize,
    /// The stream file of its statement; nothing where that is [`Plan::file`].
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub file: Option<String>,
    /// The group it stood in, by its place in [`Plan::groups`].
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub group: Option<usize>,
    /// What it does.
    pub kind: NodeKind,
    /// The queues it reads, by port.
    pub inputs: Vec<InputPort>,
    /// The queues it writes, by port: places in [`Plan::queues`]. `None` where a port is `(null)` or unused.
    pub outputs: Vec<Option<usize>>,
    /// What happens to records it cannot take.
    pub on_error: OnError,
    /// The signals that it waits for before it starts; while it waits, the queues that end at it overflow to disk.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub awaits: Vec<AwaitedSignal>,
    /// The records that it takes (`where=`): an input of those in its file, another of those in its first port's queues.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub condition: Option<Condition>,
    /// The facts that it waits for, reads and sets.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub facts: Vec<FactUse>,
    /// The path of its file where facts are part of it, in pieces; empty where it is known already.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub dynamic_path: Vec<PathPiece>,
    /// How long it waits for one signal or fact at most (`wait=`). Default [`WAIT_MAX_DEFAULT`].
    #[serde(default = "wait::wait_max_default", skip_serializing_if = "wait::is_wait_max_default")]
    pub wait_max: Duration,
    /// The part of the run that it belongs to (`part=`): what is in one part is on one host. Nothing where the process is not
    /// divided; else every node has one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub part: Option<String>,
}

impl Node {
    /// Every place where a queue ends at this node, by port and then in the order written: the port, and the queue as it
    /// is bound there. A port that merges queues has several.
    pub fn queue_ends(&self) -> impl Iterator<Item = (usize, &BoundQueue)> {
        self.inputs.iter().enumerate().flat_map(|(port, input)| input.queues.iter().map(move |queue| (port, queue)))
    }
}

/// What a node does.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum NodeKind {
    /// Reads a file into its one output queue.
    Input(FileInput),
    /// Writes its one input queue to a file.
    Output(FileOutput),
    /// Runs a component.
    Component(ComponentNode),
    /// Runs a query.
    Sql(SqlNode),
    /// Sends its one input queue to another share of the run. Only a [share](Plan::share) has it.
    Send(Crossing),
    /// Receives its one output queue from another share of the run. Only a [share](Plan::share) has it.
    Receive(Crossing),
}

/// An input port, bound to its queues.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct InputPort {
    /// The queues that end here, at least one, in the order written. Several are merged: a batch of each by turns, those
    /// at their end left out; where the port is `first`, one after the other, each to its end.
    pub queues: Vec<BoundQueue>,
    /// Delivered to its end before the ports that are not `first`.
    pub first: bool,
}

/// A queue of an input port.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct BoundQueue {
    /// Which queue, by its place in [`Plan::queues`].
    pub queue: usize,
    /// For each field of the port, in the port's order, the column it is bound to. An output's port has every column.
    pub columns: Vec<BoundColumn>,
    /// The columns of [`Parallel::by`], by place in [`Queue::fields`].
    pub keys: Vec<usize>,
}

/// A field of an input port, bound to a column of a queue.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct BoundColumn {
    /// Which column, by its place in [`Queue::fields`].
    pub column: usize,
    /// The type the node gets; where it is wider than the column's, the host converts.
    pub data_type: DataType,
    /// Whether the values cross into the guest (`false`: carried).
    pub read: bool,
}

/// What an input node reads.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct FileInput {
    /// The file, relative to the playpen or absolute, parameters filled in.
    pub path: String,
    /// How it is written.
    pub format: Format,
    /// The file's columns that are parsed, one for each field of the queue, in the queue's order.
    pub columns: Vec<FileColumn>,
}

/// A column of an input file.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct FileColumn {
    /// Its name in the header.
    pub name: String,
    /// How its type was found: `declared`, `inferred` or `asked for by price`; for people.
    pub origin: String,
}

/// What an output node writes.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct FileOutput {
    /// The file, relative to the run's output directory or absolute, parameters filled in.
    pub path: String,
    /// How it is written.
    pub format: Format,
    /// Where it is a file for each value of some columns: what `path` is made of. Empty where it is one file.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub pieces: Vec<PartPiece>,
    /// Whether records come behind those that the file has already (`mode=append`).
    #[serde(default, skip_serializing_if = "is_false")]
    pub append: bool,
}

impl FileOutput {
    /// Whether it is a file for each value of some columns.
    pub fn is_in_parts(&self) -> bool {
        !self.pieces.is_empty()
    }
}

fn is_false(value: &bool) -> bool {
    !value
}

/// A piece of the path of an output in parts.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum PartPiece {
    /// Stands for itself.
    Text(String),
    /// `{region}`: the value of a column, by its place in [`Queue::fields`].
    Column(usize),
}

/// What happens to records a node cannot take.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum OnError {
    /// The run fails and names the record. The default.
    Fail,
    /// They are counted and left out.
    Skip,
    /// They go with their reason to a queue: its place in [`Plan::queues`].
    Queue(usize),
}
