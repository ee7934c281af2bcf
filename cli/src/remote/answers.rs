//! What a midtier answers, as far as commands show it. What it answers besides is kept for `--format json`, which prints
//! the answer itself.

use std::collections::BTreeMap;

use serde::Deserialize;

/// A page of a list.
#[derive(Debug, Deserialize)]
pub(crate) struct Page<T> {
    pub(crate) items: Vec<T>,
    /// What the next page is asked with.
    #[serde(default)]
    pub(crate) next: Option<String>,
}

/// A run.
#[derive(Clone, Debug, Deserialize)]
pub(crate) struct Run {
    pub(crate) id: String,
    pub(crate) process: String,
    pub(crate) user: String,
    pub(crate) group: String,
    pub(crate) priority: i32,
    /// `queued`, `starting`, `running`, `recovering`, `paused`, `succeeded`, `failed` or `cancelled`.
    pub(crate) state: String,
    /// Why it waits, or how it came to its state.
    #[serde(default)]
    pub(crate) why: String,
    pub(crate) submitted: String,
    #[serde(default)]
    pub(crate) started: Option<String>,
    #[serde(default)]
    pub(crate) ended: Option<String>,
    pub(crate) attempts: u32,
    pub(crate) attempts_max: u32,
    /// What its next attempt would go on from.
    #[serde(default)]
    pub(crate) checkpoint: Option<Checkpoint>,
    #[serde(default)]
    pub(crate) hosts: Vec<String>,
    #[serde(default)]
    pub(crate) cancel_requested: bool,
    #[serde(default)]
    pub(crate) pause_requested: bool,
    /// The worker's latest status.
    #[serde(default)]
    pub(crate) status: Option<leat_worker::Status>,
    #[serde(default)]
    pub(crate) outputs: Vec<Output>,
}

impl Run {
    /// Whether it will never change again.
    pub(crate) fn has_ended(&self) -> bool {
        matches!(self.state.as_str(), "succeeded" | "failed" | "cancelled")
    }
}

/// A checkpoint of a run.
#[derive(Clone, Debug, Deserialize)]
pub(crate) struct Checkpoint {
    pub(crate) generation: u64,
    pub(crate) number: u64,
    pub(crate) bytes: u64,
    pub(crate) kept: String,
}

/// A file that a run has published.
#[derive(Clone, Debug, Deserialize)]
pub(crate) struct Output {
    pub(crate) path: String,
    pub(crate) digest: String,
    pub(crate) bytes: u64,
}

/// A host.
#[derive(Clone, Debug, Deserialize)]
pub(crate) struct Host {
    pub(crate) id: String,
    /// `off`, `starting`, `ready`, `draining`, `stopping` or `failed`.
    pub(crate) state: String,
    /// Why it is in its state.
    #[serde(default)]
    pub(crate) why: String,
    #[serde(default)]
    pub(crate) region: Option<String>,
    #[serde(default)]
    pub(crate) labels: BTreeMap<String, String>,
    pub(crate) architecture: String,
    pub(crate) capacity: Room,
    #[serde(default)]
    pub(crate) drain_requested: bool,
    #[serde(default)]
    pub(crate) power_requested: Option<String>,
    #[serde(default)]
    pub(crate) keep_on_until: Option<String>,
}

/// What can be had of a host.
#[derive(Clone, Copy, Debug, Deserialize)]
pub(crate) struct Room {
    pub(crate) cpu_millis: u64,
    pub(crate) memory_bytes: u64,
}

/// A version of a risk object.
#[derive(Clone, Debug, Deserialize)]
pub(crate) struct ObjectVersion {
    pub(crate) name: String,
    pub(crate) version: u64,
    pub(crate) file: String,
    pub(crate) digest: String,
    pub(crate) bytes: u64,
    pub(crate) user: String,
    pub(crate) created: String,
}
