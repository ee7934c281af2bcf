//! A cell: control groups of the kernel that bound what the processes in them get together. It is made before the process is
//! started, which is put in before it is told what to do; so nothing that matters happens outside.
//!
//! The kernel has had two versions of control groups, and many machines have both. A controller (memory, processors,
//! threads) belongs to one of them, and `places.rs` finds where.

mod group;
mod places;

use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::thread;
use std::time::{Duration, Instant};

use rustix::process::{Pid, Signal, kill_process};

use self::group::Group;
use self::places::{Controller, Place};
use crate::wall::{CellError, CellLimits};

/// What every cell's folder begins with; the process that made it follows.
const PREFIX: &str = "leat-";

/// How long the kernel may take to let go of processes that were killed.
const REMOVAL_PATIENCE: Duration = Duration::from_millis(500);

/// Control groups for the processes of one run, removed when this is dropped. Who drops it has waited for the end of every
/// process in it.
#[derive(Debug)]
pub struct Cell {
    groups: Vec<Group>,
    missing: Vec<String>,
}

impl Cell {
    /// Makes a cell below the control groups of the calling process. `name` tells it from other cells of the same process.
    ///
    /// Cells of processes that are gone, and could not remove them, are removed.
    ///
    /// # Errors
    /// None of the limits can be kept here: this user may not make groups, or the kernel has none. Where one can, the others
    /// are told by [`Cell::missing`].
    pub fn create(name: &str, limits: &CellLimits) -> Result<Self, CellError> {
        let mut cell = Cell { groups: Vec::new(), missing: Vec::new() };
        for controller in Controller::wanted_by(limits) {
            let made = Place::of(controller).and_then(|place| cell.bind(controller, &place, name, limits));
            if let Err(why) = made {
                cell.missing.push(format!("{}: {why}", controller.purpose()));
            }
        }
        if cell.groups.is_empty() && !cell.missing.is_empty() {
            return Err(CellError::Unavailable(std::mem::take(&mut cell.missing).join("; ")));
        }
        Ok(cell)
    }

    /// The limits that are not kept, and why: a sentence for each.
    pub fn missing(&self) -> &[String] {
        &self.missing
    }

    /// Puts a process with all its threads into it.
    ///
    /// # Errors
    /// There is no such process, or this user may not move it.
    pub fn put(&self, process: u32) -> Result<(), CellError> {
        for group in &self.groups {
            group.write("cgroup.procs", &process.to_string())?;
        }
        Ok(())
    }

    /// Ends every process in it. It does not wait for their end.
    ///
    /// # Errors
    /// The kernel does not say who is in it, or refuses to end one.
    pub fn kill(&self) -> io::Result<()> {
        // Whoever is started meanwhile is seen by the next look, and there is an end to it: nobody is left to start more.
        let deadline = Instant::now() + REMOVAL_PATIENCE;
        loop {
            let left = self.processes()?;
            if left.is_empty() || Instant::now() > deadline {
                return Ok(());
            }
            for process in left {
                match kill_process(process, Signal::KILL) {
                    Ok(()) | Err(rustix::io::Errno::SRCH) => {}
                    Err(error) => return Err(error.into()),
                }
            }
            thread::park_timeout(Duration::from_millis(1));
        }
    }

    /// Whether the kernel ended a process of it for want of memory, its own or the machine's.
    pub fn ran_out_of_memory(&self) -> bool {
        self.groups.iter().any(Group::ran_out_of_memory)
    }

    /// Binds a controller in a group of this cell, making the group where there is none yet.
    fn bind(&mut self, controller: Controller, place: &Place, name: &str, limits: &CellLimits) -> Result<(), String> {
        let name = folder_name(std::process::id(), name);
        let mut refused = Vec::new();
        for parent in place.parents(controller) {
            let path = parent.join(&name);
            if let Some(group) = self.groups.iter().find(|group| *group.path() == path) {
                return group.bind(controller, limits).map_err(|error| why(&error));
            }
            remove_stale(&parent);
            let made = Group::make(path, place.version()).and_then(|group| {
                group.bind(controller, limits)?;
                Ok(group)
            });
            match made {
                Ok(group) => {
                    self.groups.push(group);
                    return Ok(());
                }
                Err(error) => refused.push(why(&error)),
            }
        }
        Err(if refused.is_empty() { place.nowhere(controller) } else { refused.join(", ") })
    }

    fn processes(&self) -> io::Result<Vec<Pid>> {
        let Some(group) = self.groups.first() else { return Ok(Vec::new()) };
        let text = fs::read_to_string(group.path().join("cgroup.procs"))?;
        Ok(text.lines().filter_map(|line| Pid::from_raw(line.parse().ok()?)).collect())
    }
}

impl Drop for Cell {
    fn drop(&mut self) {
        let deadline = Instant::now() + REMOVAL_PATIENCE;
        for group in &self.groups {
            // A process that was waited for may still be counted for a moment. What is left after that is removed by who
            // makes the next cell.
            while fs::remove_dir(group.path()).is_err() && group.path().exists() && Instant::now() < deadline {
                thread::park_timeout(Duration::from_millis(1));
            }
        }
    }
}

/// The folder of a cell, which says whose it is.
fn folder_name(process: u32, name: &str) -> String {
    let plain = |sign: char| if sign.is_ascii_alphanumeric() || sign == '-' { sign } else { '_' };
    format!("{PREFIX}{process}-{}", name.chars().map(plain).collect::<String>())
}

/// Removes the cells of processes that are gone. Those that are in use cannot be removed.
fn remove_stale(parent: &Path) {
    let Ok(entries) = fs::read_dir(parent) else { return };
    for entry in entries.flatten() {
        let name = entry.file_name();
        let owner = name.to_str().and_then(|name| name.strip_prefix(PREFIX)?.split_once('-')?.0.parse::<u32>().ok());
        if owner.is_some_and(|owner| !PathBuf::from(format!("/proc/{owner}")).exists()) {
            // It fails where somebody is still in it.
            let _ = fs::remove_dir(entry.path());
        }
    }
}

/// An error with its cause, in one sentence.
fn why(error: &CellError) -> String {
    match error {
        CellError::Unavailable(why) => why.clone(),
        CellError::Failed { path, source } => format!("{}: {source}", path.display()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_folder_says_whose_it_is_and_holds_no_path() {
        assert_eq!(folder_name(7, "../p r-2024"), "leat-7-___p_r-2024");
    }

    #[test]
    fn folders_of_processes_that_are_gone_are_removed_and_no_others() {
        let parent = tempfile::tempdir().unwrap();
        let own = folder_name(std::process::id(), "a");
        // No process has so high a number.
        for name in ["leat-4194999-a", own.as_str(), "leat-x-a", "other"] {
            fs::create_dir(parent.path().join(name)).unwrap();
        }
        remove_stale(parent.path());
        let mut left: Vec<_> = fs::read_dir(parent.path()).unwrap().map(|e| e.unwrap().file_name()).collect();
        left.sort();
        let mut kept = [own.as_str(), "leat-x-a", "other"];
        kept.sort_unstable();
        assert_eq!(left, kept);
    }
}
