//! Agents to test.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use leat_host::{Agent, AgentError, Config, Ended, Machine, OrphanAction, Token, TransferLimits, WorkerProcesses};
use leat_secrets::{Grant, Redeem, SecretError, SecretPath, SecretValue};
use leat_spans::Recorder;
use leat_tls::Trust;
use leat_worker::Supervision;
use tokio::task::JoinHandle;
use tokio::time::timeout;
use tokio_util::sync::CancellationToken;

use crate::midtier::Midtier;
use crate::world::{PATIENCE, TOKEN};

/// A host whose agent is at work. Dropping it ends the agent at once.
pub(crate) struct Host {
    pub(crate) directory: Arc<tempfile::TempDir>,
    shutdown: CancellationToken,
    agent: JoinHandle<Ended>,
}

impl Host {
    /// A host of these midtiers.
    pub(crate) fn start(midtiers: &[&Midtier]) -> Self {
        Host::start_with(midtiers, |_| {})
    }

    pub(crate) fn start_with(midtiers: &[&Midtier], change: impl FnOnce(&mut Config)) -> Self {
        let directory = Arc::new(tempfile::tempdir().unwrap());
        let mut config = config(midtiers, directory.path());
        change(&mut config);
        Host::with(directory, config, program())
    }

    pub(crate) fn with(directory: Arc<tempfile::TempDir>, config: Config, program: PathBuf) -> Self {
        let agent = build(config, program).unwrap();
        let shutdown = CancellationToken::new();
        let running = agent.run(shutdown.clone());
        let agent = tokio::spawn(async move { running.await.unwrap() });
        Host { directory, shutdown, agent }
    }

    /// The files and directories in a directory of the agent's.
    pub(crate) fn list(&self, directory: &str) -> Vec<PathBuf> {
        let read = std::fs::read_dir(self.directory.path().join("agent").join(directory)).unwrap();
        read.map(|entry| entry.unwrap().path()).collect()
    }

    /// The directory of an attempt.
    pub(crate) fn of_run(&self, run: &str, generation: u64) -> PathBuf {
        self.directory.path().join("agent/runs").join(format!("{run}.{generation}"))
    }

    /// Waits until the agent ends by itself.
    pub(crate) async fn ended(mut self) -> Ended {
        timeout(PATIENCE, &mut self.agent).await.expect("the agent ends").unwrap()
    }

    /// Tells the agent to end and waits for it.
    pub(crate) async fn shut_down(self) -> Ended {
        self.shutdown.cancel();
        self.ended().await
    }
}

impl Drop for Host {
    fn drop(&mut self) {
        self.agent.abort();
    }
}

/// A host without a store of secrets: no run of these tests needs any.
struct NoStore;

#[async_trait]
impl Redeem for NoStore {
    async fn redeem(&self, grant: Grant, _: &[SecretPath]) -> Result<Vec<SecretValue>, SecretError> {
        Err(SecretError::GrantOver { grant: grant.id.to_string() })
    }
}

pub(crate) fn build(config: Config, program: PathBuf) -> Result<Agent, AgentError> {
    let workers = Arc::new(WorkerProcesses::new(Supervision::new(program, Vec::new())));
    Agent::build(config, workers, Arc::new(NoStore), Recorder::default())
}

pub(crate) fn config(midtiers: &[&Midtier], directory: &Path) -> Config {
    Config {
        host: "c7".to_owned(),
        incarnation: "incarnation-1".to_owned(),
        midtiers: midtiers.iter().map(|midtier| midtier.url.clone()).collect(),
        token: Token::new(TOKEN),
        trust: Arc::new(Trust::nobody()),
        machine: Machine {
            architecture: "x86_64".to_owned(),
            cpu_millis: 4000,
            memory_bytes: 8 << 30,
            ..Machine::default()
        },
        directory: directory.join("agent"),
        engine_cache: directory.join("engine"),
        cache_bytes_max: 1 << 30,
        transfers: TransferLimits::default(),
        keep_run_directories: Duration::from_secs(3600),
        orphan_timeout: Duration::from_secs(3600),
        orphan_action: OrphanAction::Exit,
        leat_version: "0.1.0".to_owned(),
    }
}

/// The pretended worker.
pub(crate) fn program() -> PathBuf {
    let tests = std::env::current_exe().unwrap();
    let program = tests.ancestors().nth(2).unwrap().join("examples/pretend_worker");
    assert!(program.exists(), "{} is missing: `cargo test -p leat-host` builds it", program.display());
    program
}

/// Waits until something holds that nobody tells.
pub(crate) async fn until(what: &str, holds: impl Fn() -> bool) {
    let tried = async {
        while !holds() {
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
    };
    assert!(timeout(PATIENCE, tried).await.is_ok(), "{what}: not so");
}

/// Waits for the worker of a run and answers its process id.
pub(crate) async fn worker_of(run: &Path) -> String {
    let file = run.join("run/pid");
    until("a worker", || std::fs::read_to_string(&file).is_ok_and(|pid| !pid.is_empty())).await;
    std::fs::read_to_string(&file).unwrap()
}

/// Whether a process is there, and no zombie.
pub(crate) fn lives(pid: &str) -> bool {
    std::fs::read_to_string(format!("/proc/{pid}/stat")).is_ok_and(|stat| !stat.contains(") Z "))
}
