//! What a run is asked to trace, and the lines of its `trace.jsonl`.

use serde::{Deserialize, Serialize};

/// The trace's name in the run's directory.
pub const TRACE_FILE: &str = "trace.jsonl";

/// Which records of the inputs are followed through the run.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum TraceSelection {
    /// The first so many of each input.
    Rows(u64),
    /// Those with one of these values in a column, of every input that has it.
    Values {
        /// The column.
        column: String,
        /// The values, as people write them.
        values: Vec<String>,
    },
}

/// A line of a trace: what a node did with a followed record. What is sent stands before whatever became of it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct TraceLine {
    /// The node.
    pub node: String,
    /// `read` (an input), `saw`, `sent` and `rejected` (a component), `wrote` (an output).
    pub did: String,
    /// The record; nothing where it went to a port that is bound to no queue.
    pub record: Option<TracedRecord>,
    /// What was sent: the followed records that it was made of.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub from: Vec<TracedRecord>,
    /// What was sent: `row` where it was made of the records in `from`; `batch` where it was made while a batch with them was
    /// in hand, of which more is not known; `node` where the node had no batch in hand and had seen followed records.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub link: Option<String>,
    /// Its columns and their values, as people read them; of `saw` those that the node asked for.
    pub values: Vec<(String, String)>,
    /// What was rejected: why.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
}

/// A record by where it is: the same in every line about it.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct TracedRecord {
    /// The queue.
    pub queue: String,
    /// Its row there, from 1.
    pub row: u64,
}
