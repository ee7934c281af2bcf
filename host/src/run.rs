//! A run as a host sees it: what it was given, how it goes on, how it ended. Plain data, for the agent's decisions and
//! for the tasks that carry a run out.

pub(crate) mod checkpoints;
pub(crate) mod contents;
pub(crate) mod each;
pub(crate) mod judge;
pub(crate) mod outputs;
pub(crate) mod playpen;
mod spans;
pub(crate) mod task;

use std::fmt;
use std::path::PathBuf;
use std::sync::Arc;

use leat_bundle::Digest;
use leat_spans::SpanContext;
use leat_stream::plan::ShareOf;
use leat_worker::Deaths;

/// The name of a run, as the midtier gave it.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct RunId(pub(crate) String);

impl RunId {
    /// Whether the name can be that of a directory.
    pub(crate) fn is_plain(&self) -> bool {
        let plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.');
        !self.0.is_empty() && self.0.len() <= 100 && !self.0.starts_with('.') && self.0.chars().all(plain)
    }
}

impl fmt::Display for RunId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// A run that the midtier wants held here.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Assignment {
    pub(crate) run: RunId,
    /// Which attempt: greater than that of every earlier one.
    pub(crate) generation: u64,
    /// Whether it is to be stopped.
    pub(crate) stop: bool,
    /// The checkpoint that is wanted as soon as it can be had; 0 for none.
    pub(crate) checkpoint_wanted: u64,
    /// What is to be done; or why that cannot be understood.
    pub(crate) task: Result<Task, String>,
}

/// What is to be done for a run.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Task {
    pub(crate) bundle: Digest,
    pub(crate) started_us: i64,
    pub(crate) seed: u64,
    /// What it was promised, and may not exceed.
    pub(crate) cpu_millis: u64,
    pub(crate) memory_bytes: u64,
    /// Where the run is divided among hosts; nothing where this host has all of it.
    pub(crate) division: Option<Division>,
    /// How often a checkpoint is taken, milliseconds; nothing for never.
    pub(crate) checkpoint_every_ms: Option<u64>,
    /// The lists of what it goes on from; none where it begins from the run's beginning.
    pub(crate) checkpoint: Vec<Digest>,
    /// How workers of earlier attempts died.
    pub(crate) deaths: Deaths,
    /// The span that its own belong to.
    pub(crate) span: Option<SpanContext>,
}

/// How a run is divided among hosts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Division {
    /// The same for all of them.
    pub(crate) shares: Vec<ShareOf>,
    /// What this host has: a place in `shares`.
    pub(crate) mine: usize,
    /// The broker between them.
    pub(crate) broker: BrokerWay,
    /// How many shares any attempt may have.
    pub(crate) shares_max: u32,
}

/// How the broker between hosts is known.
#[derive(Clone, PartialEq, Eq)]
pub(crate) enum BrokerWay {
    /// The midtier knows none.
    None,
    /// Its URL, as all runs are told it.
    Told(String),
    /// The midtier is asked for it, as a user of this attempt's own.
    Asked,
}

impl fmt::Debug for BrokerWay {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            BrokerWay::None => "None",
            // The URL holds a password.
            BrokerWay::Told(_) => "Told(…)",
            BrokerWay::Asked => "Asked",
        })
    }
}

/// How a run goes on.
#[derive(Clone, Debug)]
pub(crate) enum Progress {
    /// It is being prepared; what is done, for a person.
    Starting(String),
    /// Its worker is at work, or its outputs are being sent.
    Running {
        /// The worker's status as JSON.
        status_json: Arc<str>,
        /// Where its nodes log to.
        logs: Arc<LogSources>,
    },
}

/// Where the nodes of a run log to.
#[derive(Debug, Default)]
pub(crate) struct LogSources {
    /// Nodes with their files, which may not be there yet.
    pub(crate) nodes: Vec<(String, PathBuf)>,
}

/// How a run ended on this host.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct End {
    pub(crate) outcome: Outcome,
    /// Why, for a person; empty where it succeeded.
    pub(crate) reason: String,
    /// `report.json`; empty where there was no worker.
    pub(crate) report_json: String,
    /// What it has published and the midtier has.
    pub(crate) outputs: Vec<Output>,
    /// How workers of the run have died, as JSON, for the next attempt; empty where this one has added nothing.
    pub(crate) deaths_json: String,
    /// The next attempt knows from this one what to refuse.
    pub(crate) taught: bool,
}

/// How a run ended on this host.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum Outcome {
    Succeeded,
    /// By its own fault.
    Failed,
    /// It was told to stop.
    Stopped,
    /// Another host may do better.
    #[default]
    HostFault,
}

impl End {
    /// An end without a worker.
    pub(crate) fn new(outcome: Outcome, reason: impl Into<String>) -> Self {
        End { outcome, reason: reason.into(), ..End::default() }
    }

    /// About how much of a message it takes.
    pub(crate) fn bytes(&self) -> usize {
        let outputs: usize = self.outputs.iter().map(Output::bytes_on_the_wire).sum();
        self.reason.len() + self.report_json.len() + self.deaths_json.len() + outputs
    }
}

/// A published file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Output {
    /// Relative to the run's directory.
    pub(crate) path: String,
    pub(crate) digest: Digest,
    pub(crate) bytes: u64,
}

impl Output {
    /// About how much of a message it takes: its path, its digest in hexadecimal, and what frames them.
    pub(crate) fn bytes_on_the_wire(&self) -> usize {
        self.path.len() + 64 + 24
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_that_leads_elsewhere_is_no_directory() {
        for plain in ["price-0198c7", "a", "a.b_c"] {
            assert!(RunId(plain.to_owned()).is_plain(), "{plain}");
        }
        let long = "a".repeat(101);
        for odd in ["", ".", "..", "../x", "a/b", ".hidden", "a b", "a\0", "ü", &long] {
            assert!(!RunId(odd.to_owned()).is_plain(), "{odd}");
        }
    }
}
