//! What hosts are told and what they say, as plain data: their agents' words once they were checked.

use std::time::Duration;

use leat_bundle::{CheckpointManifest, Digest};
use leat_scheduler::model::{Generation, HostId, HostRecord, Moment, Resources, RunId};
use leat_spans::SpanContext;

use super::OutputRecord;

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
    pub needs: Resources,
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
