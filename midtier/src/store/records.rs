//! What the store keeps, as plain data.

use std::time::Duration;

use leat_bundle::{BundleParameter, Digest, Manifest};
use leat_scheduler::model::{Cause, Constraints, Generation, HostId, Moment, Part, RunId, RunRecord, RunState};
use leat_spans::SpanContext;

/// A bundle that is kept: all its contents are among the blobs.
#[derive(Clone, Debug, PartialEq)]
pub struct BundleRecord {
    /// SHA-256 of the manifest's bytes.
    pub digest: Digest,
    /// What it is made of.
    pub manifest: Manifest,
    /// Who uploaded it first.
    pub user: String,
    /// When.
    pub created: Moment,
}

/// A process that a group runs, by the latest bundle that was uploaded for it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ProcessRecord {
    /// Whose runs it is of.
    pub group: String,
    /// Its name.
    pub process: String,
    /// The bundle.
    pub bundle: Digest,
    /// Who uploaded it first.
    pub user: String,
    /// When.
    pub created: Moment,
    /// What it takes, with the values of this bundle; nothing where it can only be run as it is.
    pub parameters: Option<Vec<BundleParameter>>,
}

/// Which processes a list is of. The default is all of them.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ProcessFilter {
    /// Of one of these groups; nothing for any.
    pub groups: Option<Vec<String>>,
    /// Of this name.
    pub process: Option<String>,
    /// Only those behind this process of this group: the last of the page before.
    pub after: Option<(String, String)>,
    /// At most so many; 0 for the store's own limit of 1,000.
    pub limit: u32,
}

/// A run that is submitted.
#[derive(Clone, Debug, PartialEq)]
pub struct NewRun {
    /// Made by who submits.
    pub id: RunId,
    /// The process's name.
    pub process: String,
    /// What it runs.
    pub bundle: Digest,
    /// Who wants it.
    pub user: String,
    /// Who shares quotas and fair shares with it.
    pub group: String,
    /// Greater is sooner.
    pub priority: i32,
    /// When.
    pub submitted: Moment,
    /// How often it may be placed.
    pub attempts_max: u32,
    /// What it consists of.
    pub parts: Vec<Part>,
    /// What it asks of its hosts.
    pub constraints: Constraints,
    /// What its random numbers come from.
    pub seed: u64,
    /// How often a checkpoint is taken; nothing for never: then each attempt begins from the beginning.
    pub checkpoint_every: Option<Duration>,
    /// Given by the user: the same key is the same run.
    pub idempotency_key: Option<String>,
    /// The run it repeats.
    pub retry_of: Option<RunId>,
    /// The span that its own belong to. Another one makes it no other submission.
    pub span: Option<SpanContext>,
}

/// A run in a list.
#[derive(Clone, Debug, PartialEq)]
pub struct RunSummary {
    /// As the scheduler sees it.
    pub record: RunRecord,
    /// The process's name.
    pub process: String,
    /// When it was first at work.
    pub started: Option<Moment>,
    /// When it ended.
    pub ended: Option<Moment>,
    /// Why it is in its state: the reason of its last change.
    pub reason: String,
    /// Why it waits, where it does and the scheduler has looked at it.
    pub waits: Option<String>,
}

/// All of a run.
#[derive(Clone, Debug, PartialEq)]
pub struct RunDetail {
    /// What lists show.
    pub summary: RunSummary,
    /// What it runs.
    pub bundle: Digest,
    /// What its random numbers come from.
    pub seed: u64,
    /// How often a checkpoint is taken; nothing for never.
    pub checkpoint_every: Option<Duration>,
    /// The run it repeats.
    pub retry_of: Option<RunId>,
    /// What its hosts say of the latest attempt, in the order of their names.
    pub papers: Vec<Papers>,
    /// What it has published, in the order of the paths.
    pub outputs: Vec<OutputRecord>,
    /// The checkpoint that its next attempt would go on from, or its latest began with; nothing where there is none, and
    /// once it has ended.
    pub checkpoint: Option<CheckpointSummary>,
}

/// A checkpoint that can be gone on from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct CheckpointSummary {
    /// The attempt that took it.
    pub generation: Generation,
    /// Counted within the attempt.
    pub number: u64,
    /// Its files' size, all hosts together.
    pub bytes: u64,
    /// When the last of it was kept.
    pub kept: Moment,
}

/// What a host says of what it has, or had, of a run's latest attempt.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Papers {
    /// The latest status, as the worker's JSON.
    pub status_json: Option<String>,
    /// The `report.json`, once the run has ended.
    pub report_json: Option<String>,
}

/// A file that a run has published.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OutputRecord {
    /// Relative to the run's output directory.
    pub path: String,
    /// SHA-256: the blob.
    pub digest: Digest,
    /// Its size.
    pub bytes: u64,
}

/// Which runs a list is of. The default is all of them.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct RunFilter {
    /// In one of these states; empty for any.
    pub states: Vec<RunState>,
    /// Of this user.
    pub user: Option<String>,
    /// Of one of these groups; nothing for any.
    pub groups: Option<Vec<String>>,
    /// Of this process.
    pub process: Option<String>,
    /// Only runs before this one: the last of the page before. Names of runs grow with time.
    pub before: Option<RunId>,
    /// At most so many; 0 for the store's own limit of 1,000.
    pub limit: u32,
}

/// A piece of a list.
#[derive(Clone, Debug, PartialEq)]
pub struct PageOf<T> {
    /// What is on it.
    pub items: Vec<T>,
    /// Whether there is more behind it.
    pub more: bool,
}

/// Something that has changed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Event {
    /// Counted from 1, over all events.
    pub number: u64,
    /// When.
    pub at: Moment,
    /// What.
    pub kind: EventKind,
    /// Why, and who did it.
    pub cause: Cause,
}

/// What has changed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum EventKind {
    /// A run was submitted: before it, there was none.
    Submitted {
        /// Which run.
        run: RunId,
    },
    /// A run has changed its state.
    Run {
        /// Which run.
        run: RunId,
        /// What it is now.
        state: RunState,
        /// Its latest attempt.
        generation: Generation,
        /// The hosts it is on.
        hosts: Vec<HostId>,
    },
    /// Someone wants a run to end.
    CancelRequested {
        /// Which run.
        run: RunId,
    },
    /// Someone wants a run to rest that is at work.
    PauseRequested {
        /// Which run.
        run: RunId,
    },
    /// A host has changed its power state or what is wanted of it; the text names it.
    Host {
        /// Which host.
        host: HostId,
        /// What: `off`, `starting`, … `drain requested`, `power on requested`, `kept on`.
        what: String,
    },
}

/// A version of a risk object.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ObjectVersion {
    /// Its name and kind: `base.scenarios`.
    pub name: String,
    /// From 1; what is put gets its number from the store.
    pub version: u64,
    /// The file's name, whose suffix says its format.
    pub file: String,
    /// SHA-256: the blob.
    pub digest: Digest,
    /// Its size.
    pub bytes: u64,
    /// Who put it.
    pub user: String,
    /// When.
    pub created: Moment,
}

/// What is past its time.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Pruning {
    /// The time it is.
    pub now: Moment,
    /// Runs that ended longer ago are forgotten, with their events and logs; and bundles of that age that were made of others
    /// and that no run is of.
    pub ended_runs: Duration,
    /// At least so many ended runs are kept, whatever their age.
    pub keep_runs: u64,
}
