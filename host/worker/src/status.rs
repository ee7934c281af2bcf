//! How a run goes on: what an observer sees while it does.

use std::time::Duration;

use serde::{Deserialize, Serialize};

/// The whole run at one moment. Nodes and queues are in the plan's order.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Status {
    /// Since the worker began.
    pub elapsed: Duration,
    /// The worker's resident memory at its peak so far.
    pub memory_bytes_peak: u64,
    /// Every node.
    pub nodes: Vec<NodeStatus>,
    /// Every place where a node reads a queue: a queue with two readers stands here twice.
    pub queues: Vec<QueueStatus>,
}

/// A node at one moment.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct NodeStatus {
    /// Its name in the process.
    pub name: String,
    /// What it is about.
    pub state: NodeState,
    /// Records taken so far, all input ports together.
    pub rows_in: u64,
    /// Records sent so far, all output ports together; an output node's: those written to its file.
    pub rows_out: u64,
    /// Records it refused.
    pub rows_rejected: u64,
    /// How far it says it is: an input's bytes read of its file's size, or what a component told.
    pub progress: Option<(u64, Option<u64>)>,
    /// The call it is in.
    pub call: Option<CallStatus>,
    /// While it waits for signals and facts: those that are not there yet, as `signal priced` and `fact fx_date`.
    pub awaits: Vec<String>,
}

/// What a node is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum NodeState {
    /// Being loaded or opened.
    Starting,
    /// Waiting for signals before it starts.
    WaitingForSignals,
    /// Waiting for facts, before it starts or in the middle of its work.
    WaitingForFacts,
    /// At work.
    Running,
    /// Waiting for records to come in.
    WaitingForInput,
    /// Waiting for a reader to take records.
    WaitingForOutput,
    /// At its end, without fault.
    Ended,
    /// At its end by a fault, or because the run was ended.
    Stopped,
}

/// A call into a component that has not returned.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct CallStatus {
    /// Which function: `open`, `process`, `end-of-input`, `finish`.
    pub function: String,
    /// The input port, from 0, of `process` and `end-of-input`.
    pub port: Option<usize>,
    /// The queue of that port; of a port that merges queues the one that the batch is of, or all at its end.
    pub queue: Option<String>,
    /// Which batch of that queue, from 1, of `process`.
    pub batch: Option<u64>,
    /// Since the call began.
    pub elapsed: Duration,
    /// How much of `elapsed` the host spent waiting for full queues, which is not the component's time.
    pub waited: Duration,
}

/// One reader's side of a queue at one moment.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct QueueStatus {
    /// The queue's name.
    pub name: String,
    /// Who reads it.
    pub reader: String,
    /// Batches waiting in memory.
    pub bytes: u64,
    /// How many bytes may wait before the writer does.
    pub bytes_max: u64,
    /// Batches waiting on disk, because the reader waits for something else.
    pub bytes_spilled: u64,
}

/// Something that happened.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "kebab-case")]
pub enum Notice {
    /// A node refused records; told for the first few of each node, the report has the count.
    Rejected {
        /// Which node.
        node: String,
        /// Why, naming the record.
        reason: String,
    },
    /// A node logged a warning or an error; told for the first few of each node, its log has them all.
    Logged {
        /// Which node.
        node: String,
        /// `warn` or `error`.
        level: String,
        /// What it said.
        message: String,
    },
    /// A node came to its end without fault.
    Ended {
        /// Which node.
        node: String,
    },
}
