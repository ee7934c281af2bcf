//! What the store keeps, as plain data.

use std::time::Duration;

use leat_bundle::{BundleParameter, CheckpointManifest, Digest, Manifest};
use leat_scheduler::model::{
    Cause, Constraints, Generation, HostId, HostRecord, Moment, Part, RunId, RunRecord, RunState,
};
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
    /// Of this group.
    pub group: Option<String>,
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

/// What a run's latest attempt leaves on one of its hosts for the next.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CheckpointRecord {
    /// Which run.
    pub run: RunId,
    /// Which attempt.
    pub generation: Generation,
    /// Which of its checkpoints.
    pub number: u64,
    /// SHA-256 of the list's bytes.
    pub digest: Digest,
    /// Its files.
    pub list: CheckpointManifest,
}

/// A host's word on why a run's attempt takes no checkpoints.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NoCheckpoints {
    /// Which run.
    pub run: RunId,
    /// Which attempt.
    pub generation: Generation,
    /// Why, for a person; nothing where it takes them.
    pub why: Option<String>,
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
    /// Of this group.
    pub group: Option<String>,
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

/// A piece of a node's log.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LogPiece {
    /// Which run.
    pub run: RunId,
    /// Which attempt.
    pub generation: Generation,
    /// Which host it comes from.
    pub host: HostId,
    /// Which node.
    pub node: String,
    /// Where in the log it stands, bytes.
    pub offset: u64,
    /// What it says.
    pub text: Vec<u8>,
}

/// A host that an agent speaks for.
#[derive(Clone, Debug, PartialEq)]
pub struct Enlistment {
    /// What the agent says of it, or the configuration; state, beats and wishes in it are of no account.
    pub host: HostRecord,
    /// The agent's.
    pub incarnation: String,
}

/// A run that a host is to hold.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Assigned {
    /// Which run.
    pub run: RunId,
    /// Which attempt.
    pub generation: Generation,
    /// What to run.
    pub bundle: Digest,
    /// The clock its nodes see: when it was submitted, the same for every attempt.
    pub started: Moment,
    /// What its random numbers come from.
    pub seed: u64,
    /// Whether it is to be stopped.
    pub stop: bool,
    /// What it may use here.
    pub needs: leat_scheduler::model::Resources,
    /// Where the run is divided among hosts; nothing where this host has all of it.
    pub division: Option<Division>,
    /// How often a checkpoint is taken; nothing for never.
    pub checkpoint_every: Option<Duration>,
    /// The checkpoint of this number, or a later one, is wanted as soon as it can be had; 0 for none.
    pub checkpoint_wanted: u64,
    /// The lists of the checkpoint that it goes on from; empty where it begins from the run's beginning.
    pub checkpoint: Vec<Digest>,
    /// How workers of the run have died: see [`End::deaths_json`].
    pub deaths_json: Option<String>,
    /// The span that its own belong to.
    pub span: Option<SpanContext>,
}

/// How a run is divided among hosts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Division {
    /// Each host with its parts, in the order of the hosts' names: the same for all of them. Parts that have ended are there too.
    pub shares: Vec<(HostId, Vec<String>)>,
    /// The place in `shares` of the host that is asked for.
    pub mine: usize,
    /// How many parts the run has.
    pub parts: usize,
}

/// How a run goes on, by its host's word.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RunNews {
    /// Which run.
    pub run: RunId,
    /// Which attempt.
    pub generation: Generation,
    /// The worker's status as JSON; nothing while it is being prepared.
    pub status_json: Option<String>,
}

/// How a run ended on a host.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct End {
    /// Which run.
    pub run: RunId,
    /// Which attempt.
    pub generation: Generation,
    /// How.
    pub kind: EndKind,
    /// Why, for a person; empty where it succeeded.
    pub reason: String,
    /// Its `report.json`.
    pub report_json: Option<String>,
    /// What it has published.
    pub outputs: Vec<OutputRecord>,
    /// How workers of the run have died, as hosts count it, for the next attempt; nothing where it has added nothing.
    pub deaths_json: Option<String>,
    /// The next attempt knows from this one what to refuse: it was not in vain.
    pub taught: bool,
}

/// How a run ended on a host.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum EndKind {
    /// Well.
    Succeeded,
    /// By its own fault: trying again would fail again.
    Failed,
    /// It was told to stop.
    Stopped,
    /// By the host's fault: another may do better.
    HostFault,
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
