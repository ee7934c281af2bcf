//! What a run that did not come to its end leaves, so that it can go on; and the job that it goes on with.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use leat_checkpoint::store::directory::DirectoryStore;
use leat_checkpoint::store::disk::LocalDisk;

use super::poison::{self, NextError};
use crate::job::{Begins, CHECKPOINT_FOLDER, CheckpointJob, JOB_FILE, Job};
use crate::report::{Outcome, Report};
use crate::wire::Done;

/// Why a run cannot be resumed.
#[derive(Debug, thiserror::Error)]
pub enum ResumeError {
    /// There is no job in its directory.
    #[error(
        "{} holds no run that can be resumed: it has ended, it took no checkpoints, or it is another directory; run the process again",
        .0.display()
    )]
    Nothing(PathBuf),
    /// It has come to its end.
    #[error("the run in {} has succeeded: there is nothing to resume", .0.display())]
    Succeeded(PathBuf),
    /// Another version of Leat began it.
    #[error(
        "the run in {} was begun by Leat {began}, and this is Leat {here}, which cannot read its checkpoints: resume it with Leat {began}",
        .directory.display()
    )]
    Version {
        /// Its directory.
        directory: PathBuf,
        /// The version that began it.
        began: String,
        /// This one.
        here: String,
    },
    /// Its attempts die again and again.
    #[error("the run in {} is not begun again: {reason}", .directory.display())]
    GivenUp {
        /// Its directory.
        directory: PathBuf,
        /// What kills it, and the ways out.
        reason: String,
    },
    /// What is there cannot be read.
    #[error("{} cannot be read: {reason}", .path.display())]
    Unreadable {
        /// Which file.
        path: PathBuf,
        /// Why not.
        reason: String,
    },
}

/// The job with which the run in a directory goes on, as its next attempt.
///
/// # Errors
/// Where there is nothing to go on with, or this Leat cannot.
pub fn resumed(directory: &Path, leat_version: &str) -> Result<Job, ResumeError> {
    let succeeded = fs::read(directory.join("report.json")).ok().and_then(|text| serde_json::from_slice(&text).ok());
    if succeeded.is_some_and(|report: Report| report.outcome == Outcome::Succeeded) {
        return Err(ResumeError::Succeeded(directory.to_owned()));
    }
    let path = directory.join(JOB_FILE);
    let text = match fs::read(&path) {
        Ok(text) => text,
        Err(error) if error.kind() == io::ErrorKind::NotFound => {
            return Err(ResumeError::Nothing(directory.to_owned()));
        }
        Err(error) => return Err(ResumeError::Unreadable { path, reason: error.to_string() }),
    };
    let unreadable = |reason: String| ResumeError::Unreadable { path: path.clone(), reason };
    let job: Job = serde_json::from_slice(&text).map_err(|error| unreadable(error.to_string()))?;
    if job.leat_version != leat_version {
        let (began, here) = (job.leat_version, leat_version.to_owned());
        return Err(ResumeError::Version { directory: directory.to_owned(), began, here });
    }
    let settings = job.checkpoints.clone().ok_or_else(|| ResumeError::Nothing(directory.to_owned()))?;
    let run_directory = std::path::absolute(directory).map_err(|error| unreadable(error.to_string()))?;
    let folder = run_directory.join(CHECKPOINT_FOLDER);
    let last = store(&folder).last_generation().map_err(|error| unreadable(error.to_string()))?;
    let generation = last.0.max(settings.generation) + 1;
    let poison = poison::next(directory, &job.plan).map_err(|error| match error {
        NextError::GivenUp(reason) => ResumeError::GivenUp { directory: directory.to_owned(), reason },
        NextError::Unreadable(path, reason) => ResumeError::Unreadable { path, reason },
    })?;
    let checkpoints = Some(CheckpointJob { directory: folder, generation, poison, ..settings });
    Ok(Job { run_directory, checkpoints, ..job })
}

/// Removes what an earlier run in a directory has left to go on with.
pub(super) fn clear(directory: &Path) -> io::Result<()> {
    let is_gone = |error: io::Error| match error.kind() {
        io::ErrorKind::NotFound => Ok(()),
        _ => Err(error),
    };
    poison::clear(directory)?;
    fs::remove_file(directory.join(JOB_FILE)).or_else(is_gone)?;
    fs::remove_dir_all(directory.join(CHECKPOINT_FOLDER)).or_else(is_gone)
}

/// A run is over: what is left of its checkpoints is removed, unless another attempt can go on from one. Answers whether it was
/// removed.
pub(super) fn settle(job: &Job, done: &mut Done) -> bool {
    let Some(settings) = &job.checkpoints else { return true };
    if settings.begins == Begins::ByOrder {
        // They belong to the run that this was a share of: whoever ordered them has them to collect.
        return false;
    }
    // What has failed may fail again, or not: room on the disk, a right, a limit. Hours of work are worth a few files.
    if done.outcome != Outcome::Succeeded && store(&settings.directory).has_checkpoint().unwrap_or(false) {
        done.checkpoints.get_or_insert_default().can_resume = true;
        return false;
    }
    if let Err(error) = clear(&job.run_directory) {
        let place = job.run_directory.display();
        done.warnings.push(format!("the checkpoints in {place} could not be removed: {error}"));
    }
    true
}

pub(super) fn store(folder: &Path) -> DirectoryStore<LocalDisk> {
    DirectoryStore::new(LocalDisk, folder.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::job::sample as job;

    fn settings(directory: &Path) -> CheckpointJob {
        let directory = directory.join(CHECKPOINT_FOLDER);
        CheckpointJob { begins: Begins::Every { ms: 1000 }, kept: 1, directory, generation: 1, poison: Vec::new() }
    }

    #[test]
    fn a_run_goes_on_as_its_next_attempt_wherever_its_directory_is_now() {
        let directory = tempfile::tempdir().unwrap();
        let begun = Job { checkpoints: Some(settings(Path::new("/elsewhere"))), ..job(Path::new("/elsewhere")) };
        fs::write(directory.path().join(JOB_FILE), serde_json::to_vec(&begun).unwrap()).unwrap();
        let second = resumed(directory.path(), "0.1.0").unwrap();
        assert_eq!(second.run_directory, directory.path());
        let checkpoints = second.checkpoints.unwrap();
        assert_eq!((checkpoints.generation, checkpoints.directory), (2, directory.path().join(CHECKPOINT_FOLDER)));

        fs::create_dir_all(directory.path().join(CHECKPOINT_FOLDER).join("g00000007")).unwrap();
        let later = resumed(directory.path(), "0.1.0").unwrap();
        assert_eq!(later.checkpoints.unwrap().generation, 8);
    }

    #[test]
    fn what_cannot_be_resumed_says_why() {
        let directory = tempfile::tempdir().unwrap();
        let told = |version| resumed(directory.path(), version).unwrap_err().to_string();
        assert!(told("0.1.0").contains("holds no run that can be resumed"), "{}", told("0.1.0"));
        fs::write(directory.path().join(JOB_FILE), "{").unwrap();
        assert!(told("0.1.0").contains("job.json cannot be read"), "{}", told("0.1.0"));
        let begun = Job { checkpoints: Some(settings(directory.path())), ..job(directory.path()) };
        fs::write(directory.path().join(JOB_FILE), serde_json::to_vec(&begun).unwrap()).unwrap();
        assert!(told("9.0.0").contains("resume it with Leat 0.1.0"), "{}", told("9.0.0"));
    }
}
