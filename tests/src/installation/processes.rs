//! The processes of an installation, by their numbers: what a case kills, stops and lets go on.

use std::path::PathBuf;
use std::process::{Command, Stdio};

use super::Installation;
use crate::processes::{descendants, is_there, processes_with};

impl Installation {
    /// The hosts, by name.
    pub fn hosts(&self) -> Vec<String> {
        (1..=self.setup.hosts.len()).map(|host| format!("c{host}")).collect()
    }

    /// The process of a host's agent, where it is on.
    pub fn agent(&self, host: &str) -> Option<i32> {
        let configuration = self.path(&format!("{host}.toml")).display().to_string();
        processes_with(&["leat host --config", &configuration]).into_iter().find(|pid| {
            // Not the shell and the programs around it, which name it too.
            let line = std::fs::read(format!("/proc/{pid}/cmdline")).unwrap_or_default();
            line.split(|byte| *byte == 0).next().is_some_and(|program| program.ends_with(b"/leat"))
        })
    }

    /// The processes of a host's workers, the oldest first.
    pub fn workers(&self, host: &str) -> Vec<i32> {
        self.agent(host).map(descendants).unwrap_or_default()
    }

    /// The process of a midtier, where it runs.
    pub fn midtier(&self, place: usize) -> Option<i32> {
        let pid = self.midtiers[place].as_ref()?.id();
        i32::try_from(pid).ok().filter(|pid| is_there(*pid))
    }

    /// Whether a midtier has ended that nobody killed.
    pub fn has_fallen(&self, place: usize) -> bool {
        self.midtiers[place].is_some() && self.midtier(place).is_none()
    }

    /// Starts a host's agent where it does not run, as an operator's program does.
    pub fn switch_on(&self, host: &str) {
        let mut power = Command::new(self.path("power"));
        power.args(["on", host]).stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
        power.status().expect("the program starts");
    }

    /// What midtiers and hosts have said: files in a directory that is gone with the installation.
    pub fn logs(&self) -> Vec<PathBuf> {
        let entries = std::fs::read_dir(self.directory.path()).expect("it is there").flatten();
        entries.map(|entry| entry.path()).filter(|path| path.extension().is_some_and(|kind| kind == "log")).collect()
    }
}
