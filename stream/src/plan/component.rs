//! Component nodes of a plan: what they run, and what they may use.

use std::time::Duration;

use serde::{Deserialize, Serialize};

use super::{NodeKind, Parameter};
use crate::node_info::InputFieldInfo;
use crate::schema::Field;

impl NodeKind {
    /// The component, where the node runs one.
    pub fn component(&self) -> Option<&ComponentNode> {
        match self {
            NodeKind::Component(component) => Some(component),
            NodeKind::Input(_) | NodeKind::Output(_) | NodeKind::Sql(_) | NodeKind::Send(_) | NodeKind::Receive(_) => {
                None
            }
        }
    }
}

/// A component node.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ComponentNode {
    /// The artifact, relative to the playpen or absolute.
    pub path: String,
    /// Every parameter the component declares, with the value it gets.
    pub parameters: Vec<Parameter>,
    /// The risk objects that it may open, by their places in [`Plan::objects`].
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub objects: Vec<usize>,
    /// The secrets that it may ask for, by their places in [`Plan::secrets`](super::Plan::secrets).
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub secrets: Vec<usize>,
    /// The fields of its input ports, as it described them.
    pub inputs: Vec<Vec<InputFieldInfo>>,
    /// The columns of its output ports, resolved.
    pub outputs: Vec<Vec<Field>>,
    /// What it may use.
    pub limits: Limits,
    /// How many instances of it share the records.
    pub parallel: Parallel,
}

/// How many instances of a component share the records of its node, and how.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Parallel {
    /// How many threads call them (`threads=`). Default 1. What the node sends does not depend on it.
    pub threads: usize,
    /// The columns whose values say which instance gets a record (`by=`); without them there is an instance for each
    /// thread, and batches are dealt out whole.
    pub by: Vec<String>,
}

/// How many instances a node with `by=` has, whatever its threads: so many parts its keys are divided into.
pub const PARTITIONS: usize = 16;

impl Parallel {
    /// How many instances there are.
    pub fn instances(&self) -> usize {
        if self.by.is_empty() { self.threads } else { PARTITIONS }
    }
}

impl Default for Parallel {
    fn default() -> Self {
        Parallel { threads: 1, by: Vec::new() }
    }
}

/// What one instance of a component may use. Every limit is enforced; none can be switched off.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Limits {
    /// Linear memory, all memories of the instance together (`memory=`). Default 256 MiB, at most 4 GiB.
    pub memory_bytes: u64,
    /// Time in the guest for one call, waiting for full queues not counted (`timeout=`). Default 60 s.
    pub call_time: Duration,
    /// Stack of the guest (`stack=`). Default 1 MiB.
    pub stack_bytes: u64,
    /// Elements of one table. Default 100,000.
    pub table_elements: u64,
    /// What one call may emit (`max_output=`). Default 1 GiB.
    pub output_bytes: u64,
    /// What one instance may log, its standard output included (`max_log=`). Default 16 MiB.
    pub log_bytes: u64,
}

impl Default for Limits {
    fn default() -> Self {
        Limits {
            memory_bytes: 256 << 20,
            call_time: Duration::from_secs(60),
            stack_bytes: 1 << 20,
            table_elements: 100_000,
            output_bytes: 1 << 30,
            log_bytes: 16 << 20,
        }
    }
}
