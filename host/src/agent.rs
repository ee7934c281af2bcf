//! The agent of a compute host: holds the runs that a midtier wants held, reports what becomes of them, and stops all of
//! them when no midtier has answered for as long as its lease is.
//!
//! Called by the command line. What follows from orders is decided by [`state`], how long orders count by [`lease`], when is
//! reported by [`pace`]; the [`desk`] joins them with the session ([`link`]) and the tasks of runs ([`hands`]).

mod broom;
mod desk;
mod hands;
mod lease;
mod link;
mod logs;
mod orphan;
mod pace;
mod state;
mod wire;

use std::sync::Arc;
use std::time::Duration;

use leat_secrets::Redeem;
use leat_spans::Recorder;
use leat_tls::Trust;
use tokio::sync::mpsc;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;
use tonic::metadata::{Ascii, MetadataValue};
use tonic::transport::Endpoint;

use crate::cache::Cache;
use crate::config::Config;
use crate::directory::{Directory, DirectoryError};
use crate::midtiers::{MidtierList, Midtiers};
use crate::run::task::Tools;
use crate::secrets::{Asker, Line};
use crate::transfer::Transfers;
use crate::workers::Workers;
use desk::{Desk, Identity};
use hands::Hands;
use link::Link;
pub(crate) use link::connect;
use orphan::Orphan;

/// News of the session that wait to be heard.
const NEWS_WAITING_MAX: usize = 16;

/// How long what is left may take to come to its end once the agent is done.
const LAST_PATIENCE: Duration = Duration::from_secs(2);

/// Why there is no agent.
#[derive(Debug, thiserror::Error)]
pub enum AgentError {
    /// The configuration says what cannot be.
    #[error("{0}")]
    Config(String),
    /// The agent's directory cannot be used.
    #[error(transparent)]
    Directory(#[from] DirectoryError),
    /// The contents that an earlier agent has kept cannot be read.
    #[error("cannot read the contents that are kept in {place}")]
    Contents {
        /// Where.
        place: String,
        /// Why not.
        #[source]
        source: std::io::Error,
    },
    /// There is no client for HTTP.
    #[error("cannot set up the transfers between the host and the midtier")]
    Transfers(#[source] reqwest::Error),
}

/// Why an agent has ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ended {
    /// It was told to.
    Shutdown,
    /// No midtier had answered for too long, and the orphan's action was taken.
    Orphaned,
}

/// A compute host's agent.
pub struct Agent {
    identity: Identity,
    authorization: MetadataValue<Ascii>,
    midtiers: Arc<Midtiers>,
    trust: Arc<Trust>,
    tools: Arc<Tools>,
    orphan: Orphan,
    keep_run_directories: Duration,
}

impl Agent {
    /// An agent of this configuration, which has its directory to itself from now on. What an earlier agent left there of
    /// its runs is removed. `redeem` exchanges what runs are granted of secrets; `recorder` is told what each
    /// run did when. Speaks to nobody yet. Reads and removes files: not for a thread that drives tasks.
    ///
    /// # Errors
    /// Where the configuration says what cannot be, or the directory cannot be used or has an agent already.
    pub fn build(
        config: Config,
        workers: Arc<dyn Workers>,
        redeem: Arc<dyn Redeem>,
        recorder: Recorder,
    ) -> Result<Self, AgentError> {
        require_sound(&config)?;
        let bearer = config.token.bearer();
        let mut authorization: MetadataValue<Ascii> =
            bearer.parse().map_err(|_| AgentError::Config("the token holds what no header may".to_owned()))?;
        authorization.set_sensitive(true);
        let directory = Arc::new(Directory::open(&config.directory)?);
        let place = directory.contents().display().to_string();
        let cache =
            Cache::open(&directory, config.cache_bytes_max).map_err(|source| AgentError::Contents { place, source })?;
        let midtiers = Arc::new(Midtiers::new(&config.midtiers, &config.incarnation));
        let trusted = (config.token, Arc::clone(&config.trust));
        let transfers = Transfers::new(Arc::clone(&midtiers), trusted, config.transfers);
        let secrets = Asker {
            midtiers: Arc::clone(&midtiers),
            trust: Arc::clone(&config.trust),
            authorization: authorization.clone(),
            host: config.host.clone(),
            incarnation: config.incarnation.clone(),
            machine: config.machine.boot.clone(),
            redeem,
            line: Line::default(),
        };
        let tools = Tools {
            directory,
            secrets,
            trust: Arc::clone(&config.trust),
            cache,
            transfers: Arc::new(transfers.map_err(AgentError::Transfers)?),
            workers,
            engine_cache: config.engine_cache,
            leat_version: config.leat_version.clone(),
            host: config.host.clone(),
            recorder,
        };
        Ok(Agent {
            identity: Identity {
                host: config.host,
                incarnation: config.incarnation,
                machine: wire::machine(&config.machine, &config.leat_version),
            },
            authorization,
            midtiers,
            trust: config.trust,
            tools: Arc::new(tools),
            orphan: Orphan::new(config.orphan_timeout, config.orphan_action),
            keep_run_directories: config.keep_run_directories,
        })
    }

    /// The midtiers that it talks to, which may become others while it works.
    pub fn midtiers(&self) -> MidtierList {
        MidtierList(Arc::clone(&self.midtiers))
    }

    /// Works until `shutdown` is cancelled or the host is an orphan. When it is told to end, runs are asked to stop and
    /// their ends are reported, within five seconds.
    ///
    /// Dropping the future ends every worker at once.
    ///
    /// # Errors
    /// None so far: whatever goes wrong while the agent works is a matter of a run, or tried again.
    pub async fn run(self, shutdown: CancellationToken) -> Result<Ended, AgentError> {
        tracing::info!(host.id = self.identity.host, host.incarnation = self.identity.incarnation, "the agent begins");
        let (news, heard) = mpsc::channel(NEWS_WAITING_MAX);
        let (chores, over) = (TaskTracker::new(), CancellationToken::new());
        // Ends with the future of this function too, whoever drops it.
        let _end_link = over.clone().drop_guard();
        chores.spawn(Link::new(self.midtiers, (self.authorization, self.trust), news).run(over.clone()));
        let hands = Hands::new(self.tools);
        let desk = Desk::new(self.identity, hands, self.keep_run_directories, chores.clone());
        let ended = desk.work(heard, self.orphan, shutdown).await;
        over.cancel();
        chores.close();
        // What is left then ends with the process.
        let _ = tokio::time::timeout(LAST_PATIENCE, chores.wait()).await;
        tracing::info!(ended = ?ended, "the agent ends");
        Ok(ended)
    }
}

fn require_sound(config: &Config) -> Result<(), AgentError> {
    let refuse = |why: String| Err(AgentError::Config(why));
    if config.host.is_empty() || config.incarnation.is_empty() {
        return refuse("the host has no name; give it the one that the midtier knows it by".to_owned());
    }
    if config.midtiers.is_empty() {
        return refuse("there is no midtier to report to; name at least one, as https://HOST:PORT".to_owned());
    }
    for url in &config.midtiers {
        let has_scheme = ["http://", "https://"].iter().any(|scheme| url.starts_with(scheme));
        let sound = has_scheme && Endpoint::from_shared(url.clone()).is_ok();
        if !sound {
            return refuse(format!("{url:?} is no address of a midtier; write it as https://HOST:PORT"));
        }
    }
    if config.machine.cpu_millis == 0 || config.machine.memory_bytes == 0 {
        return refuse("the host has no cores or no memory for runs; give it some of both".to_owned());
    }
    Ok(())
}
