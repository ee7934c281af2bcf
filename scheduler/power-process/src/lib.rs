//! Hosts on this machine, each an agent as a child process: what `leat serve` runs on, and fleets for tests.
//!
//! A child's standard input is a pipe that nobody writes to. An agent that is told to ends itself when it closes, so
//! that no agent outlives who started it, however that ended.

use std::collections::BTreeMap;
use std::ffi::OsString;
use std::io;
use std::path::PathBuf;
use std::process::Stdio;
use std::time::Duration;

use async_trait::async_trait;
use leat_scheduler::model::HostId;
use leat_scheduler::power::{Observed, Power, PowerError};
use rustix::process::{Pid, Signal, kill_process};
use tokio::process::{Child, Command};
use tokio::sync::Mutex;
use tokio::time::Instant;

/// How long an agent may take to end in good order, before it is killed.
pub const STOP_GRACE_DEFAULT: Duration = Duration::from_secs(10);

/// How often it is looked whether an agent that ends has ended, where the next one waits for it.
const ENDING_POLL: Duration = Duration::from_millis(20);

/// How one host's agent is started.
#[derive(Clone, Debug)]
pub struct Launch {
    /// The program.
    pub program: PathBuf,
    /// Its arguments. No secrets: any user of the machine can read them.
    pub arguments: Vec<OsString>,
}

/// Switches hosts by starting and ending their agents.
pub struct ProcessPower {
    launches: BTreeMap<HostId, Launch>,
    stop_grace: Duration,
    /// The agents that were started and, as far as is known, have not ended.
    agents: Mutex<BTreeMap<HostId, Agent>>,
}

struct Agent {
    child: Child,
    asked_to_stop: Option<Instant>,
    killed: bool,
}

impl ProcessPower {
    /// With how each host's agent is started, and how long one may take to end.
    pub fn new(launches: BTreeMap<HostId, Launch>, stop_grace: Duration) -> Self {
        ProcessPower { launches, stop_grace, agents: Mutex::default() }
    }

    /// Ends every agent, in good order where that can be had in time. To be called before the program ends.
    pub async fn stop_all(&self) {
        let deadline = Instant::now() + self.stop_grace;
        let mut agents = self.agents.lock().await;
        for (host, agent) in agents.iter_mut() {
            let _ = ask_to_stop(host, agent);
        }
        for (host, mut agent) in std::mem::take(&mut *agents) {
            if tokio::time::timeout_at(deadline, agent.child.wait()).await.is_err() {
                tracing::warn!(host.id = host.as_str(), "the agent did not end in time and is killed");
                // It fails where the agent has ended meanwhile.
                let _ = agent.child.kill().await;
            }
        }
    }
}

#[async_trait]
impl Power for ProcessPower {
    async fn switch_on(&self, host: &HostId) -> Result<(), PowerError> {
        let launch = self.launches.get(host).ok_or_else(|| PowerError::UnknownHost(host.clone()))?;
        let mut agents = self.agents.lock().await;
        while is_alive(&mut agents, host).map_err(|error| failed(host, &error))? {
            // One that ends is no host: the next begins when it has ended, for two would share a directory.
            if !is_ending(&mut agents, host, self.stop_grace).map_err(|error| failed(host, &error))? {
                return Ok(());
            }
            drop(agents);
            tokio::time::sleep(ENDING_POLL).await;
            agents = self.agents.lock().await;
        }
        let child = Command::new(&launch.program)
            .args(&launch.arguments)
            .stdin(Stdio::piped())
            .stdout(Stdio::null())
            .kill_on_drop(true)
            .spawn()
            .map_err(|error| {
                PowerError::Failed(format!("cannot start {} for host {host}: {error}", launch.program.display()))
            })?;
        agents.insert(host.clone(), Agent { child, asked_to_stop: None, killed: false });
        Ok(())
    }

    async fn switch_off(&self, host: &HostId) -> Result<(), PowerError> {
        let mut agents = self.agents.lock().await;
        if !is_alive(&mut agents, host).map_err(|error| failed(host, &error))? {
            return Ok(());
        }
        if is_ending(&mut agents, host, self.stop_grace).map_err(|error| failed(host, &error))? {
            return Ok(());
        }
        agents.get_mut(host).map_or(Ok(()), |agent| ask_to_stop(host, agent))
    }

    async fn observe(&self, host: &HostId) -> Result<Observed, PowerError> {
        if !self.launches.contains_key(host) {
            return Err(PowerError::UnknownHost(host.clone()));
        }
        let mut agents = self.agents.lock().await;
        let alive = is_alive(&mut agents, host).map_err(|error| failed(host, &error))?;
        Ok(if alive { Observed::On } else { Observed::Off })
    }
}

/// Whether a host's agent runs; one that has ended is forgotten.
fn is_alive(agents: &mut BTreeMap<HostId, Agent>, host: &HostId) -> io::Result<bool> {
    let Some(agent) = agents.get_mut(host) else { return Ok(false) };
    let Some(status) = agent.child.try_wait()? else { return Ok(true) };
    match agent.asked_to_stop {
        Some(_) => tracing::debug!(host.id = host.as_str(), "the agent has ended: {status}"),
        None => tracing::warn!(host.id = host.as_str(), "the agent has ended by itself: {status}"),
    }
    agents.remove(host);
    Ok(false)
}

/// Whether a host's agent was asked to end; one that takes longer than it may is killed.
fn is_ending(agents: &mut BTreeMap<HostId, Agent>, host: &HostId, grace: Duration) -> io::Result<bool> {
    let Some(agent) = agents.get_mut(host) else { return Ok(false) };
    let Some(asked) = agent.asked_to_stop else { return Ok(false) };
    if asked.elapsed() >= grace && !agent.killed {
        tracing::warn!(host.id = host.as_str(), "the agent did not end in time and is killed");
        agent.child.start_kill()?;
        agent.killed = true;
    }
    Ok(true)
}

fn ask_to_stop(host: &HostId, agent: &mut Agent) -> Result<(), PowerError> {
    agent.asked_to_stop.get_or_insert_with(Instant::now);
    let pid = agent.child.id().and_then(|id| i32::try_from(id).ok()).and_then(Pid::from_raw);
    match pid {
        // The child was not waited for yet, so its number is still its own.
        Some(pid) => kill_process(pid, Signal::TERM).map_err(|error| failed(host, &error.into())),
        None => Ok(()),
    }
}

fn failed(host: &HostId, error: &io::Error) -> PowerError {
    PowerError::Failed(format!("the agent of host {host}: {error}"))
}
