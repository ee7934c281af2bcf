//! The agent's own directory: locked against other agents, and cleared of what an earlier one left.
//!
//! ```text
//! DIRECTORY/
//!   .lock       held while an agent lives
//!   contents/   the cache: files by their digests
//!   fetching/   contents that are half there, and those on their way out
//!   runs/       RUN.GENERATION/, with playpen/ and run/ in it
//! ```

use std::fs::{self, File, TryLockError};
use std::io;
use std::path::{Path, PathBuf};

use crate::run::RunId;

/// What is wrong with the agent's directory.
#[derive(Debug, thiserror::Error)]
pub enum DirectoryError {
    /// Another agent lives there.
    #[error("another agent works in {}; give each agent a directory of its own, or end the other one", .0.display())]
    Taken(PathBuf),
    /// It cannot be used.
    #[error("cannot {what} {}", .path.display())]
    Unusable {
        /// What was tried: `make`, `lock`, `clear`.
        what: &'static str,
        /// Where.
        path: PathBuf,
        /// Why it failed.
        #[source]
        source: io::Error,
    },
}

/// The agent's directory, locked as long as this lives.
#[derive(Debug)]
pub(crate) struct Directory {
    root: PathBuf,
    _lock: File,
}

impl Directory {
    /// Makes it where it is missing, locks it, and removes the runs and half contents of an earlier agent. Their workers
    /// are gone: a worker dies with its supervisor.
    pub(crate) fn open(path: &Path) -> Result<Self, DirectoryError> {
        let root = std::path::absolute(path).map_err(unusable("use", path))?;
        fs::create_dir_all(&root).map_err(unusable("make", &root))?;
        let lock_path = root.join(".lock");
        let lock = File::options().create(true).truncate(false).write(true).open(&lock_path);
        let lock = lock.map_err(unusable("write", &lock_path))?;
        match lock.try_lock() {
            Ok(()) => {}
            Err(TryLockError::WouldBlock) => return Err(DirectoryError::Taken(root)),
            Err(TryLockError::Error(source)) => return Err(unusable("lock", &lock_path)(source)),
        }
        let directory = Directory { root, _lock: lock };
        for stale in [directory.runs(), directory.fetching()] {
            remove_all(&stale).map_err(unusable("clear", &stale))?;
        }
        for needed in [directory.runs(), directory.fetching(), directory.contents()] {
            fs::create_dir_all(&needed).map_err(unusable("make", &needed))?;
        }
        Ok(directory)
    }

    /// The directory itself, absolute.
    pub(crate) fn root(&self) -> &Path {
        &self.root
    }

    /// Where contents are kept.
    pub(crate) fn contents(&self) -> PathBuf {
        self.root.join("contents")
    }

    /// Where contents lie that are half there.
    pub(crate) fn fetching(&self) -> PathBuf {
        self.root.join("fetching")
    }

    /// Where an attempt of a run has its playpen and its run directory.
    pub(crate) fn of_run(&self, run: &RunId, generation: u64) -> PathBuf {
        debug_assert!(run.is_plain(), "the orders were read");
        self.runs().join(format!("{run}.{generation}"))
    }

    fn runs(&self) -> PathBuf {
        self.root.join("runs")
    }
}

fn unusable(what: &'static str, path: &Path) -> impl FnOnce(io::Error) -> DirectoryError {
    move |source| DirectoryError::Unusable { what, path: path.to_owned(), source }
}

/// Removes a directory with all that is in it. One that is not there is fine.
pub(crate) fn remove_all(path: &Path) -> io::Result<()> {
    match fs::remove_dir_all(path) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(()),
        removed => removed,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn two_agents_never_share_a_directory() {
        let parent = tempfile::tempdir().unwrap();
        let path = parent.path().join("a/agent");
        let first = Directory::open(&path).unwrap();
        let error = Directory::open(&path).unwrap_err().to_string();
        assert!(error.starts_with("another agent works in ") && error.contains("give each agent"), "{error}");
        drop(first);
        assert!(Directory::open(&path).is_ok());
    }

    #[test]
    fn what_an_earlier_agent_left_is_removed_but_its_contents_are_kept() {
        let root = tempfile::tempdir().unwrap();
        let directory = Directory::open(root.path()).unwrap();
        let run = directory.of_run(&RunId("r".to_owned()), 3);
        fs::create_dir_all(run.join("run/logs")).unwrap();
        fs::write(directory.fetching().join("half"), "x").unwrap();
        fs::write(directory.contents().join("whole"), "x").unwrap();
        drop(directory);
        let directory = Directory::open(root.path()).unwrap();
        assert!(!run.exists() && !directory.fetching().join("half").exists());
        assert!(directory.contents().join("whole").exists());
    }

    #[test]
    fn a_file_in_the_directorys_place_is_a_clear_error() {
        let parent = tempfile::tempdir().unwrap();
        let path = parent.path().join("agent");
        fs::write(&path, "").unwrap();
        let error = Directory::open(&path).unwrap_err();
        assert!(error.to_string().starts_with("cannot make "), "{error}");
    }
}
