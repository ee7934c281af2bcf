//! Runs, as they are submitted and shown.

use std::collections::{BTreeMap, BTreeSet};

use leat_bundle::Digest;
use leat_scheduler::model::Resources;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use utoipa::ToSchema;

use super::{Room, time};
use crate::api::runs::{hosts, needs, why};
use crate::api::submit::{Values, Wish};
use crate::papers;
use crate::store::{CheckpointSummary, OutputRecord, RunDetail, RunSummary};

/// A run to be.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(in crate::rest) struct Submission {
    /// SHA-256 of the bundle's manifest.
    #[schema(value_type = String, pattern = "^[0-9a-f]{64}$")]
    pub(in crate::rest) bundle: Digest,
    /// The playpen that the run is of. The default is the caller's.
    #[schema(min_length = 1, max_length = 200)]
    pub(in crate::rest) group: Option<String>,
    /// Greater is sooner, from 0 to 255: no more, so that age overtakes it in the end. Default 0.
    #[schema(minimum = 0, maximum = 255)]
    pub(in crate::rest) priority: Option<i32>,
    /// How often in a row it may be begun without getting further, from 1 to 100. The default is the installation's.
    #[schema(minimum = 1, maximum = 100)]
    pub(in crate::rest) attempts_max: Option<u32>,
    /// How often a checkpoint is taken, from 100: what another attempt goes on from where a host is lost. 0 for never: then it
    /// begins again from the beginning. The default is the installation's.
    #[schema(minimum = 0, maximum = 86_400_000)]
    pub(in crate::rest) checkpoint_every_ms: Option<u64>,
    /// What its random numbers come from. Default 1.
    #[schema(format = "uint64")]
    pub(in crate::rest) seed: Option<u64>,
    /// The region that its data must not leave.
    #[schema(min_length = 1, max_length = 200)]
    pub(in crate::rest) region: Option<String>,
    /// Labels that its host must have, with these values; at most 64.
    pub(in crate::rest) labels: Option<BTreeMap<String, String>>,
    /// The processor that its host must have, as Rust calls it: `x86_64`, `aarch64`.
    #[schema(min_length = 1, max_length = 200)]
    pub(in crate::rest) architecture: Option<String>,
    /// Whether each part of the run must be on a host of its own. Without it, they are on as few as can be. Default false.
    pub(in crate::rest) spread: Option<bool>,
    /// What parts need, by their names, where it is something else than the bundle says.
    pub(in crate::rest) parts: Option<BTreeMap<String, PartNeeds>>,
    /// Thousandths of a core; of each part, where the run is divided. The default is what the bundle says.
    #[schema(minimum = 1, maximum = 1_000_000_000)]
    pub(in crate::rest) cpu_millis: Option<u64>,
    /// Memory; of each part, where the run is divided. The default is what the bundle says.
    #[schema(minimum = 1, maximum = 1_152_921_504_606_846_976_u64)]
    pub(in crate::rest) memory_bytes: Option<u64>,
    /// Values of the process's parameters by their names, as `leat submit --param` takes them; at most 1000 values and tags
    /// together. Those that are left out stay as the bundle was made. The run is of a bundle of its own then.
    #[schema(example = json!({ "day": "2026-11-23" }))]
    pub(in crate::rest) parameters: Option<BTreeMap<String, String>>,
    /// Values of facts by their names, in the same way.
    pub(in crate::rest) facts: Option<BTreeMap<String, String>>,
    /// The tags that are on. The default is those that the bundle was made with.
    pub(in crate::rest) tags: Option<BTreeSet<String>>,
}

/// What a part of a run needs.
#[derive(Clone, Copy, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(in crate::rest) struct PartNeeds {
    /// Thousandths of a core.
    #[schema(minimum = 1, maximum = 1_000_000_000)]
    pub(in crate::rest) cpu_millis: u64,
    /// Memory.
    #[schema(minimum = 1, maximum = 1_152_921_504_606_846_976_u64)]
    pub(in crate::rest) memory_bytes: u64,
}

/// A run in a list.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = RunSummary)]
pub(in crate::rest) struct RunShort {
    id: String,
    process: String,
    user: String,
    group: String,
    #[schema(value_type = StateSchema)]
    state: &'static str,
    /// Why it waits, or what happened last.
    why: String,
    priority: i32,
    submitted: String,
    /// Since when it is in its state.
    since: String,
    /// When it was first at work.
    started: Option<String>,
    ended: Option<String>,
    /// How often it was placed, and how often in a row it may be without getting further.
    attempts: u32,
    attempts_max: u32,
    /// The hosts it is on.
    hosts: Vec<String>,
    /// Whether someone wants it to end.
    cancel_requested: bool,
    /// Whether someone wants it to rest.
    pause_requested: bool,
    /// What its host must be like.
    region: Option<String>,
    labels: BTreeMap<String, String>,
    architecture: Option<String>,
    /// What it needs, all parts together.
    needs: Room,
}

/// Where a run stands.
#[derive(ToSchema)]
#[schema(as = State, rename_all = "lowercase")]
#[expect(dead_code, reason = "the schema alone is used: states are written by their own names")]
pub(in crate::rest) enum StateSchema {
    Queued,
    Starting,
    Running,
    Recovering,
    Paused,
    Succeeded,
    Failed,
    Cancelled,
}

/// All of a run.
#[derive(Debug, Serialize, ToSchema)]
pub(in crate::rest) struct Run {
    #[serde(flatten)]
    short: RunShort,
    /// SHA-256 of the bundle's manifest.
    bundle: String,
    seed: u64,
    /// The run that it repeats.
    retry_of: Option<String>,
    /// How often a checkpoint is taken; nothing for never.
    checkpoint_every_ms: Option<u64>,
    /// What its next attempt would go on from; nothing before the first checkpoint, and once it has ended.
    checkpoint: Option<Checkpoint>,
    /// How each node goes on, as its worker says.
    #[schema(value_type = Option<Object>)]
    status: Option<Value>,
    /// What it has published.
    outputs: Vec<Output>,
}

/// A checkpoint of a run that another attempt can go on from.
#[derive(Debug, Serialize, ToSchema)]
pub(in crate::rest) struct Checkpoint {
    /// The attempt that took it.
    generation: u64,
    /// Counted within the attempt.
    number: u64,
    /// What is kept of it: the states of its nodes, and what its outputs hold so far.
    bytes: u64,
    /// When it was there.
    kept: String,
}

/// A file that a run has published.
#[derive(Debug, Serialize, ToSchema)]
pub(in crate::rest) struct Output {
    /// Relative to the run's output directory.
    path: String,
    /// SHA-256 of the content.
    digest: String,
    bytes: u64,
}

/// Everything that a run has published.
#[derive(Debug, Serialize, ToSchema)]
pub(in crate::rest) struct Outputs {
    pub(in crate::rest) items: Vec<Output>,
}

/// A page of runs, the latest first.
#[derive(Debug, Serialize, ToSchema)]
pub(in crate::rest) struct RunPage {
    pub(in crate::rest) items: Vec<RunShort>,
    /// What `cursor` must be for the next page; nothing where this is the last.
    pub(in crate::rest) next: Option<String>,
}

impl From<&RunSummary> for RunShort {
    fn from(summary: &RunSummary) -> Self {
        let record = &summary.record;
        RunShort {
            id: record.id.to_string(),
            process: summary.process.clone(),
            user: record.user.clone(),
            group: record.group.clone(),
            state: record.state.name(),
            why: why(summary),
            priority: record.priority,
            submitted: time(record.submitted),
            since: time(record.since),
            started: summary.started.map(time),
            ended: summary.ended.map(time),
            attempts: record.attempts,
            attempts_max: record.attempts_max,
            hosts: hosts(summary),
            cancel_requested: record.cancel_requested,
            pause_requested: record.pause_requested,
            region: record.constraints.region.clone(),
            labels: record.constraints.labels.clone(),
            architecture: record.constraints.architecture.clone(),
            needs: needs(summary).into(),
        }
    }
}

impl From<&RunDetail> for Run {
    fn from(detail: &RunDetail) -> Self {
        Run {
            short: RunShort::from(&detail.summary),
            bundle: detail.bundle.to_string(),
            seed: detail.seed,
            retry_of: detail.retry_of.as_ref().map(ToString::to_string),
            checkpoint_every_ms: detail
                .checkpoint_every
                .map(|every| u64::try_from(every.as_millis()).unwrap_or(u64::MAX)),
            checkpoint: detail.checkpoint.as_ref().map(Checkpoint::from),
            status: papers::status(&detail.papers),
            outputs: detail.outputs.iter().map(Output::from).collect(),
        }
    }
}

impl From<&CheckpointSummary> for Checkpoint {
    fn from(checkpoint: &CheckpointSummary) -> Self {
        let CheckpointSummary { generation, number, bytes, kept } = *checkpoint;
        Checkpoint { generation: generation.0, number, bytes, kept: time(kept) }
    }
}

impl From<&OutputRecord> for Output {
    fn from(output: &OutputRecord) -> Self {
        Output { path: output.path.clone(), digest: output.digest.to_string(), bytes: output.bytes }
    }
}

impl From<PartNeeds> for Resources {
    fn from(needs: PartNeeds) -> Self {
        Resources { cpu_millis: needs.cpu_millis, memory_bytes: needs.memory_bytes }
    }
}

impl From<Submission> for Wish {
    fn from(wish: Submission) -> Self {
        Wish {
            bundle: wish.bundle,
            group: wish.group,
            priority: wish.priority,
            attempts_max: wish.attempts_max,
            seed: wish.seed,
            checkpoint_every_ms: wish.checkpoint_every_ms,
            region: wish.region,
            labels: wish.labels,
            architecture: wish.architecture,
            spread: wish.spread,
            parts: wish.parts.map(|parts| parts.into_iter().map(|(name, needs)| (name, needs.into())).collect()),
            cpu_millis: wish.cpu_millis,
            memory_bytes: wish.memory_bytes,
            values: Values {
                parameters: wish.parameters.unwrap_or_default(),
                facts: wish.facts.unwrap_or_default(),
                tags: wish.tags,
            },
        }
    }
}
