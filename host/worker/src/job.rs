//! What a worker is told to do: the first line on its standard input.

mod secrets;

use std::fmt;
use std::path::PathBuf;

use leat_checkpoint::poison::BatchName;
use leat_stream::plan::Plan;
use serde::{Deserialize, Serialize};

use crate::trace::TraceSelection;
pub use secrets::RunSecrets;
pub(crate) use secrets::SECRETS_LINE_BYTES_MAX;

/// How many bytes of batches wait in a queue for one reader, where the run does not say otherwise. Small enough that a
/// batch is still in the last-level cache when its reader comes to it, large enough to even out two uneven nodes.
pub const QUEUE_BYTES_DEFAULT: usize = 2 << 20;

/// Everything a run needs, read and decided by the command line: the worker reads no environment and no clock.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Job {
    /// What to run.
    pub plan: Plan,
    /// The playpen's root: relative inputs and components are found from here.
    pub playpen: PathBuf,
    /// Where relative outputs, the report, the plan and the logs go. Made where it is missing.
    pub run_directory: PathBuf,
    /// The run's name in reports and for its nodes.
    pub run_id: String,
    /// The run's start, microseconds since 1970-01-01T00:00:00Z: the nodes' wall clock stands there.
    pub started_us: i64,
    /// What the run's random numbers come from.
    pub seed: u64,
    /// Where compiled components are kept.
    pub cache: PathBuf,
    /// Compile components so that a hang is interrupted with a backtrace, at the price of slower loops.
    pub interruptible: bool,
    /// Threads that parse one plain CSV input.
    pub csv_threads: usize,
    /// How many bytes of batches wait in a queue for one reader: [`QUEUE_BYTES_DEFAULT`].
    pub queue_bytes: usize,
    /// Which records are followed through the run, if any.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub trace: Option<TraceSelection>,
    /// Whether each component is tried for recovery: beside each instance runs one that is replaced before every call by one that
    /// is restored from its snapshot, and the run fails where the two differ.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub tries_recovery: bool,
    /// How queues get to other hosts; nothing where the plan has none that do.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub between_hosts: Option<BetweenHosts>,
    /// Which checkpoints are taken; nothing where none are.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub checkpoints: Option<CheckpointJob>,
    /// The secrets that its nodes are given. They are never written down with the rest: a job that was read has none.
    #[serde(skip)]
    pub secrets: RunSecrets,
    /// Leat's version, for the report.
    pub leat_version: String,
}

/// The file in a run's directory with the job that the run is resumed with.
pub const JOB_FILE: &str = "job.json";

/// The folder of checkpoints in a run's directory.
pub const CHECKPOINT_FOLDER: &str = "checkpoints";

/// Who begins the checkpoints of a run.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Begins {
    /// The worker.
    Every {
        /// From the beginning of one to that of the next. A run that is over sooner takes none.
        ms: u64,
    },
    /// Whoever has all shares of the run, with [`Control::checkpoint`](crate::Control::checkpoint). What is taken is left where it
    /// is when the share is over, with its last state, which holds for every later number.
    ByOrder,
}

/// The checkpoints of a run.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct CheckpointJob {
    /// Who begins them.
    pub begins: Begins,
    /// How many whole ones are kept, at least 1.
    pub kept: usize,
    /// Where they are kept.
    pub directory: PathBuf,
    /// The run's attempt, from 1: one above 1 goes on from the newest checkpoint of those before it.
    pub generation: u64,
    /// Batches that have killed the worker again and again: they are refused before their nodes see them.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub poison: Vec<BatchName>,
}

/// How the queues of a run get from one host to another. The plan is a [share](Plan::share) of the run's then.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct BetweenHosts {
    /// The broker: `amqp://user:password@host:port/virtual-host`, or `amqps://…`. The worker is given it with an address in the place of
    /// the name: behind its wall no name can be looked up.
    pub broker: String,
    /// What the broker's certificate must name. The supervisor says it to the worker, of the URL before the address stood in it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub broker_name: Option<String>,
    /// Who may have issued the broker's certificate, as PEM: whom the host trusts, where the broker is spoken to over TLS.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub authorities: Option<String>,
    /// The run's attempt: what was sent in an older one is never taken in.
    pub generation: u64,
    /// How many shares any attempt of the run may have had, to remove what is left of the last one.
    pub shares_max: u32,
}

impl fmt::Debug for BetweenHosts {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let BetweenHosts { broker: _, broker_name, authorities: _, generation, shares_max } = self;
        // The URL holds a password.
        f.debug_struct("BetweenHosts")
            .field("broker", &"…")
            .field("broker_name", broker_name)
            .field("generation", generation)
            .field("shares_max", shares_max)
            .finish()
    }
}

/// A job that copies a file and runs in this directory, for tests.
#[cfg(test)]
pub(crate) fn sample(run_directory: &std::path::Path) -> Job {
    Job {
        plan: crate::testing::plan(),
        playpen: "/".into(),
        run_directory: run_directory.to_owned(),
        run_id: "r".to_owned(),
        started_us: 0,
        seed: 0,
        cache: "/".into(),
        interruptible: false,
        csv_threads: 1,
        queue_bytes: 1,
        trace: None,
        tries_recovery: false,
        between_hosts: None,
        checkpoints: None,
        secrets: RunSecrets::default(),
        leat_version: "0.1.0".to_owned(),
    }
}
