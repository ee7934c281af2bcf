//! The run's directory: made, locked against other runs, and given the plan and the report.

use std::fs::{self, File, TryLockError};
use std::io::{self, Write};
use std::path::PathBuf;
use std::thread;
use std::time::{Duration, Instant};

use serde::Serialize;

use super::{SuperviseError, resume};
use crate::job::{Begins, JOB_FILE, Job};
use crate::report::Report;
use crate::trace::TRACE_FILE;
use crate::worker::{clear_rejected, log_path};

/// The directory of a run, locked as long as this lives.
pub(crate) struct RunDirectory {
    path: PathBuf,
    _lock: File,
}

impl RunDirectory {
    /// Makes the directory where it is missing, locks it and writes the plan. What an earlier run left of its report and
    /// logs is removed, so that nothing in the directory speaks of another run than the rest; a run that goes on keeps what it has.
    pub(crate) fn open(job: &Job) -> Result<Self, SuperviseError> {
        let (path, plan) = (job.run_directory.as_path(), &job.plan);
        let unusable = |what: &str, error: &io::Error| {
            SuperviseError::Directory(format!("{what} the run directory {}: {error}", path.display()))
        };
        fs::create_dir_all(path).map_err(|error| unusable("cannot make", &error))?;
        let open = File::options().create(true).truncate(false).write(true).open(path.join(".lock"));
        let lock = open.map_err(|error| unusable("cannot write into", &error))?;
        match locked(&lock) {
            Ok(()) => {}
            Err(TryLockError::WouldBlock) => {
                return Err(SuperviseError::Directory(format!(
                    "another run is writing into {}; wait for its end or name another directory with --output",
                    path.display()
                )));
            }
            Err(TryLockError::Error(error)) => return Err(unusable("cannot lock", &error)),
        }
        let goes_on = job.checkpoints.as_ref().is_some_and(|checkpoints| checkpoints.generation > 1);
        let logs = (0..plan.nodes.len()).filter(|_| !goes_on).map(|node| log_path(plan, node));
        for stale in logs.chain(["report.json", TRACE_FILE].map(PathBuf::from)) {
            if let Err(error) = fs::remove_file(path.join(stale))
                && !matches!(error.kind(), io::ErrorKind::NotFound | io::ErrorKind::NotADirectory)
            {
                return Err(unusable("cannot clear", &error));
            }
        }
        clear_rejected(path).map_err(|error| unusable("cannot clear", &error))?;
        if !goes_on {
            resume::clear(path).map_err(|error| unusable("cannot clear", &error))?;
        }
        let directory = RunDirectory { path: path.to_owned(), _lock: lock };
        let unwritable = |error| unusable("cannot write into", &error);
        directory.write("plan.json", plan).map_err(unwritable)?;
        // A share is not resumed by itself, and its job names the broker with a password.
        if job.checkpoints.as_ref().is_some_and(|checkpoints| checkpoints.begins != Begins::ByOrder) {
            directory.write(JOB_FILE, job).map_err(unwritable)?;
        }
        Ok(directory)
    }

    /// Writes the report, whole or not at all.
    pub(crate) fn write_report(&self, report: &Report) -> io::Result<()> {
        self.write("report.json", report)
    }

    fn write(&self, name: &str, document: &impl Serialize) -> io::Result<()> {
        let partial = self.path.join(format!(".{name}.partial"));
        let mut text = serde_json::to_vec_pretty(document)?;
        text.push(b'\n');
        let written = File::create(&partial).and_then(|mut file| file.write_all(&text));
        let published = written.and_then(|()| fs::rename(&partial, self.path.join(name)));
        if published.is_err() {
            // Best effort: what matters is the error itself.
            let _ = fs::remove_file(&partial);
        }
        published
    }
}

/// Locks a file. One that was just given up may be held for another moment by a process that was being started meanwhile, which has
/// everything open that its parent had until it becomes another program.
fn locked(file: &File) -> Result<(), TryLockError> {
    let began = Instant::now();
    loop {
        match file.try_lock() {
            Err(TryLockError::WouldBlock) if began.elapsed() < PASSING => thread::sleep(LOOK_AGAIN),
            outcome => return outcome,
        }
    }
}

/// How long a lock may be held by nobody who means it.
const PASSING: Duration = Duration::from_millis(300);
const LOOK_AGAIN: Duration = Duration::from_millis(5);

#[cfg(test)]
mod tests {
    use super::*;
    use crate::job::sample as job;
    use crate::testing::plan;

    #[test]
    fn two_runs_never_write_into_one_directory() {
        let parent = tempfile::tempdir().unwrap();
        let path = parent.path().join("a/b");
        let first = RunDirectory::open(&job(&path)).unwrap();
        let second = RunDirectory::open(&job(&path)).err().unwrap().to_string();
        assert!(second.starts_with("another run is writing into "), "{second}");
        drop(first);
        assert!(RunDirectory::open(&job(&path)).is_ok());
    }

    #[test]
    fn a_directory_never_keeps_the_report_of_an_earlier_run() {
        let parent = tempfile::tempdir().unwrap();
        fs::write(parent.path().join("report.json"), "old").unwrap();
        fs::write(parent.path().join("mine.txt"), "kept").unwrap();
        let _directory = RunDirectory::open(&job(parent.path())).unwrap();
        assert!(!parent.path().join("report.json").exists());
        assert!(parent.path().join("mine.txt").exists());
        let written: leat_stream::plan::Plan =
            serde_json::from_slice(&fs::read(parent.path().join("plan.json")).unwrap()).unwrap();
        assert_eq!(written, plan());
    }

    #[test]
    fn a_file_in_the_directorys_place_is_a_clear_error() {
        let parent = tempfile::tempdir().unwrap();
        let path = parent.path().join("runs");
        fs::write(&path, "").unwrap();
        let error = RunDirectory::open(&job(&path)).err().unwrap().to_string();
        assert!(error.starts_with("cannot make the run directory "), "{error}");
        assert!(error.contains("runs"), "{error}");
    }
}
