//! Hosts that programs of your own switch: one for on, one for off, one that tells the state, as Slurm's
//! `ResumeProgram` and `SuspendProgram` do.
//!
//! Each is started without a shell, with the host's name as its last argument and in `LEAT_HOST`. Exit code 0 says that
//! the wish was passed on. The one for the state prints `on`, `off` or `unknown`. Where there is a key of SSH to be signed
//! ([`SignedKey`]), each call has a certificate of its own.

mod key;

use std::process::{Output, Stdio};

use async_trait::async_trait;
use leat_scheduler::model::HostId;
use leat_scheduler::power::{Observed, Power, PowerError};
use tokio::process::Command;

pub use key::{SignedKey, Signs};

/// How much of what a program says is told in an error, bytes.
const SAID_BYTES_MAX: usize = 400;

/// The programs, each with its first arguments. What stands here is run with the rights of the midtier.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Config {
    /// Switches a host on: `["/usr/local/bin/host-on"]`.
    pub on: Vec<String>,
    /// Switches a host off.
    pub off: Vec<String>,
    /// Prints a host's state.
    pub state: Vec<String>,
}

/// Switches hosts by programs.
#[derive(Clone, Debug)]
pub struct CommandPower {
    config: Config,
    key: Option<SignedKey>,
}

/// A configuration that names no program.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct NoProgram(
    /// Which of them: `on`, `off` or `state`.
    pub &'static str,
);

impl std::fmt::Display for NoProgram {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "`{}` names no program: write it as a list, the program first", self.0)
    }
}

impl std::error::Error for NoProgram {}

impl CommandPower {
    /// With these programs.
    ///
    /// # Errors
    /// Names the one that is missing.
    pub fn new(config: Config) -> Result<Self, NoProgram> {
        for (name, command) in [("on", &config.on), ("off", &config.off), ("state", &config.state)] {
            if command.first().is_none_or(String::is_empty) {
                return Err(NoProgram(name));
            }
        }
        Ok(CommandPower { config, key: None })
    }

    /// With a key of SSH that is signed for each call.
    pub fn with_key(self, key: SignedKey) -> Self {
        CommandPower { key: Some(key), ..self }
    }

    async fn run(&self, command: &[String], host: &HostId) -> Result<Output, PowerError> {
        let [program, arguments @ ..] = command else { unreachable!("the configuration was checked") };
        let mut command = Command::new(program);
        command.args(arguments).arg(host.as_str()).env("LEAT_HOST", host.as_str());
        command.stdin(Stdio::null()).kill_on_drop(true);
        // The certificate is there for as long as the program runs.
        let _certificate = match &self.key {
            Some(key) => Some(key.tell(&mut command, host).await.map_err(|why| {
                PowerError::Failed(format!(
                    "{program} was not started for host {host}, since its key was not signed: {why}"
                ))
            })?),
            None => None,
        };
        let output = command.output().await;
        let output =
            output.map_err(|error| PowerError::Failed(format!("cannot start {program} for host {host}: {error}")))?;
        if output.status.success() {
            return Ok(output);
        }
        let said = said(&output);
        Err(PowerError::Failed(format!("{program} {host} ended with {}{said}", output.status)))
    }
}

/// `: no such machine`, or nothing where it said nothing.
fn said(output: &Output) -> String {
    let said = String::from_utf8_lossy(&output.stderr);
    let said: String = said.trim().chars().take(SAID_BYTES_MAX).flat_map(char::escape_debug).collect();
    if said.is_empty() { said } else { format!(": {said}") }
}

#[async_trait]
impl Power for CommandPower {
    async fn switch_on(&self, host: &HostId) -> Result<(), PowerError> {
        self.run(&self.config.on, host).await.map(drop)
    }

    async fn switch_off(&self, host: &HostId) -> Result<(), PowerError> {
        self.run(&self.config.off, host).await.map(drop)
    }

    async fn observe(&self, host: &HostId) -> Result<Observed, PowerError> {
        let output = self.run(&self.config.state, host).await?;
        match String::from_utf8_lossy(&output.stdout).trim() {
            "on" => Ok(Observed::On),
            "off" => Ok(Observed::Off),
            "unknown" => Ok(Observed::Unknown),
            other => {
                let other: String = other.chars().take(SAID_BYTES_MAX).collect();
                let program = &self.config.state[0];
                Err(PowerError::Failed(format!("{program} {host} printed {other:?}, and not on, off or unknown")))
            }
        }
    }
}
