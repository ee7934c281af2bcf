//! What the worker says on its standard output, one JSON document a line, and how the supervisor reads it.

use std::fmt;
use std::time::Duration;

use serde::{Deserialize, Serialize};

use crate::report::{CheckpointReport, FactReport, NodeReport, Outcome, OutputReport, QueueReport};
use crate::status::{CallStatus, NodeState, NodeStatus, Notice, QueueStatus, Status};

/// A line on standard input, after the job.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Order {
    /// To stop.
    Stop,
    /// To begin the checkpoint of this number.
    Checkpoint(u64),
}

const STOP: &str = "stop";
const CHECKPOINT: &str = "checkpoint ";

/// How often a worker says how it goes on.
pub(crate) const FRAME_INTERVAL: Duration = Duration::from_millis(100);

/// One line.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum Event {
    /// How the run goes on; the last one, right before `Done`, is its final state.
    Frame(Frame),
    /// Something happened.
    Notice(Notice),
    /// The run is over.
    Done(Done),
}

/// The whole run at one moment, with everything that a report will say of it: should the worker be killed, the report
/// is made of the last frame.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub(crate) struct Frame {
    pub(crate) elapsed: Duration,
    pub(crate) memory_bytes_peak: u64,
    pub(crate) nodes: Vec<NodeFrame>,
    pub(crate) facts: Vec<FactReport>,
    pub(crate) queues: Vec<QueueFrame>,
}

/// A node at one moment.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(crate) struct NodeFrame {
    pub(crate) report: NodeReport,
    pub(crate) state: NodeState,
    pub(crate) progress: Option<(u64, Option<u64>)>,
    pub(crate) call: Option<CallStatus>,
}

/// One reader's side of a queue at one moment.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(crate) struct QueueFrame {
    pub(crate) report: QueueReport,
    pub(crate) bytes: u64,
    pub(crate) bytes_on_disk: u64,
}

/// How the run ended.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(crate) struct Done {
    pub(crate) outcome: Outcome,
    pub(crate) outputs: Vec<OutputReport>,
    pub(crate) warnings: Vec<String>,
    pub(crate) checkpoints: Option<CheckpointReport>,
}

impl Order {
    /// Reads a line; nothing where it is no order that this worker knows.
    pub(crate) fn read(line: &str) -> Option<Order> {
        match line.trim_end() {
            STOP => Some(Order::Stop),
            line => line.strip_prefix(CHECKPOINT)?.parse().ok().map(Order::Checkpoint),
        }
    }
}

impl fmt::Display for Order {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Order::Stop => f.write_str(STOP),
            Order::Checkpoint(number) => write!(f, "{CHECKPOINT}{number}"),
        }
    }
}

impl Frame {
    /// Counts the times of batches from when the run began, which is so long before the worker's clock did.
    pub(crate) fn counted_from(&mut self, earlier: Duration) {
        let micros = u64::try_from(earlier.as_micros()).unwrap_or(u64::MAX);
        for node in &mut self.nodes {
            for at in [&mut node.report.first_batch_us, &mut node.report.last_batch_us].into_iter().flatten() {
                *at = at.saturating_add(micros);
            }
        }
    }

    /// What an observer sees of it.
    pub(crate) fn status(&self) -> Status {
        Status {
            elapsed: self.elapsed,
            memory_bytes_peak: self.memory_bytes_peak,
            nodes: self.nodes.iter().map(NodeFrame::status).collect(),
            queues: self.queues.iter().map(QueueFrame::status).collect(),
        }
    }
}

impl NodeFrame {
    fn status(&self) -> NodeStatus {
        let report = &self.report;
        let rows_in = report.rows_in();
        NodeStatus {
            name: report.name.clone(),
            state: self.state,
            rows_in,
            rows_out: if report.kind == OUTPUT { rows_in } else { report.rows_out() },
            rows_rejected: report.rejects.rows,
            progress: self.progress,
            call: self.call.clone(),
            awaits: report.awaits.clone(),
        }
    }
}

impl QueueFrame {
    fn status(&self) -> QueueStatus {
        QueueStatus {
            name: self.report.name.clone(),
            reader: self.report.reader.clone(),
            bytes: self.bytes,
            bytes_max: self.report.bytes_max,
            bytes_spilled: self.bytes_on_disk,
        }
    }
}

/// The kind of an output node in a report.
pub(crate) const OUTPUT: &str = "output";

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_order_is_read_as_it_was_written_and_anything_else_is_none() {
        for order in [Order::Stop, Order::Checkpoint(1), Order::Checkpoint(u64::MAX)] {
            assert_eq!(Order::read(&format!("{order}\n")), Some(order));
        }
        for line in ["", "checkpoint", "checkpoint ", "checkpoint -1", "checkpoint 99999999999999999999", "halt"] {
            assert_eq!(Order::read(line), None);
        }
    }
}
