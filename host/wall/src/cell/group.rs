//! One control group: a folder whose files are its bounds.

use std::fs;
use std::path::{Path, PathBuf};

use super::places::{Controller, Version};
use crate::wall::{CellError, CellLimits};

/// Over how much time processors are counted.
const CPU_PERIOD_US: u64 = 100_000;

/// A group that was made.
#[derive(Debug)]
pub(super) struct Group {
    path: PathBuf,
    version: Version,
}

impl Group {
    /// Makes the folder.
    pub(super) fn make(path: PathBuf, version: Version) -> Result<Self, CellError> {
        fs::create_dir(&path).map_err(|source| CellError::Failed { path: path.clone(), source })?;
        Ok(Group { path, version })
    }

    pub(super) fn path(&self) -> &Path {
        &self.path
    }

    /// Writes the limit of a controller.
    pub(super) fn bind(&self, controller: Controller, limits: &CellLimits) -> Result<(), CellError> {
        let bound = match controller {
            Controller::Memory => limits.memory_bytes_max.map(|bytes| self.bind_memory(bytes)),
            Controller::Processors => limits.cpus_max.map(|cpus| self.bind_processors(cpus)),
            Controller::Threads => limits.threads_max.map(|threads| self.write("pids.max", &threads.to_string())),
        };
        let bound = bound.unwrap_or(Ok(()));
        if bound.is_err() {
            // Half a group is none.
            let _ = fs::remove_dir(&self.path);
        }
        bound
    }

    fn bind_memory(&self, bytes: u64) -> Result<(), CellError> {
        let bytes = bytes.to_string();
        match self.version {
            Version::One => {
                self.write("memory.limit_in_bytes", &bytes)?;
                // Memory and swap together, where swap is counted: a run that swaps is as good as dead.
                self.write_if_there("memory.memsw.limit_in_bytes", &bytes)
            }
            Version::Two => {
                self.write("memory.max", &bytes)?;
                self.write_if_there("memory.swap.max", "0")?;
                self.write_if_there("memory.oom.group", "1")
            }
        }
    }

    fn bind_processors(&self, cpus: f64) -> Result<(), CellError> {
        // The kernel takes no less than a millisecond.
        let quota = (cpus * CPU_PERIOD_US as f64).max(1_000.0) as u64;
        match self.version {
            Version::One => {
                self.write("cpu.cfs_period_us", &CPU_PERIOD_US.to_string())?;
                self.write("cpu.cfs_quota_us", &quota.to_string())
            }
            Version::Two => self.write("cpu.max", &format!("{quota} {CPU_PERIOD_US}")),
        }
    }

    /// Whether the kernel ended a process of the group for want of memory.
    pub(super) fn ran_out_of_memory(&self) -> bool {
        let file = match self.version {
            Version::One => "memory.oom_control",
            Version::Two => "memory.events",
        };
        let text = fs::read_to_string(self.path.join(file)).unwrap_or_default();
        text.lines().any(|line| line.strip_prefix("oom_kill ").is_some_and(|count| count.trim() != "0"))
    }

    pub(super) fn write(&self, file: &str, value: &str) -> Result<(), CellError> {
        let path = self.path.join(file);
        fs::write(&path, value).map_err(|source| CellError::Failed { path, source })
    }

    fn write_if_there(&self, file: &str, value: &str) -> Result<(), CellError> {
        if self.path.join(file).exists() { self.write(file, value) } else { Ok(()) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const LIMITS: CellLimits =
        CellLimits { memory_bytes_max: Some(64 << 20), cpus_max: Some(1.5), threads_max: Some(100) };

    /// What is written where, of a folder that is none of the kernel's.
    fn written(version: Version, there: &[&str]) -> Vec<(String, String)> {
        let parent = tempfile::tempdir().unwrap();
        let group = Group::make(parent.path().join("cell"), version).unwrap();
        for file in there {
            fs::write(group.path().join(file), "").unwrap();
        }
        for controller in Controller::wanted_by(&LIMITS) {
            group.bind(controller, &LIMITS).unwrap();
        }
        let entries = fs::read_dir(group.path()).unwrap().map(|entry| entry.unwrap());
        let mut files: Vec<_> = entries
            .map(|entry| (entry.file_name().into_string().unwrap(), fs::read_to_string(entry.path()).unwrap()))
            .collect();
        files.sort();
        files
    }

    fn pairs(pairs: &[(&str, &str)]) -> Vec<(String, String)> {
        pairs.iter().map(|(file, value)| ((*file).to_owned(), (*value).to_owned())).collect()
    }

    #[test]
    fn each_version_has_its_own_words_for_the_same_limits() {
        assert_eq!(
            written(Version::Two, &["memory.swap.max", "memory.oom.group"]),
            pairs(&[
                ("cpu.max", "150000 100000"),
                ("memory.max", "67108864"),
                ("memory.oom.group", "1"),
                ("memory.swap.max", "0"),
                ("pids.max", "100"),
            ])
        );
        assert_eq!(
            written(Version::One, &[]),
            pairs(&[
                ("cpu.cfs_period_us", "100000"),
                ("cpu.cfs_quota_us", "150000"),
                ("memory.limit_in_bytes", "67108864"),
                ("pids.max", "100"),
            ])
        );
    }

    #[test]
    fn a_kill_for_want_of_memory_is_read_from_either_version() {
        for (version, file, text) in [
            (Version::One, "memory.oom_control", "oom_kill_disable 0\nunder_oom 0\noom_kill 1\n"),
            (Version::Two, "memory.events", "low 0\nmax 3\noom 1\noom_kill 2\noom_group_kill 1\n"),
        ] {
            let parent = tempfile::tempdir().unwrap();
            let group = Group::make(parent.path().join("cell"), version).unwrap();
            assert!(!group.ran_out_of_memory(), "nothing is said yet");
            fs::write(group.path().join(file), text).unwrap();
            assert!(group.ran_out_of_memory(), "{text}");
            fs::write(group.path().join(file), "oom 0\noom_kill 0\n").unwrap();
            assert!(!group.ran_out_of_memory());
        }
    }
}
