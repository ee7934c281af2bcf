//! A file that gets its name when it is whole.
//!
//! What is written goes to `.<name>.partial` beside it, where it also waits for a run that goes on from a checkpoint. Whoever
//! finds a file under the final name finds all of it, on disk, whatever happened to the process or the machine.

mod shared;

use std::ffi::OsString;
use std::fs::{self, File, OpenOptions, TryLockError};
use std::io::{self, Seek, SeekFrom, Write};
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use leat_bundle::{Digest, Hasher};

use crate::hashing::Hashing;
use crate::mark::Mark;
use crate::position::PositionError;
pub(crate) use shared::Kept;
use shared::SharedFile;

/// Why a file cannot be begun.
#[derive(Debug, thiserror::Error)]
pub(crate) enum BeginError {
    #[error("there is a directory of that name; an output is a file")]
    Directory,
    #[error("another run is writing it; wait for that run, or give this one another output directory")]
    Taken,
    #[error("the path has no file name")]
    Nameless,
    #[error("the directory {} cannot be made: {source}", .path.display())]
    MakeDirectory { path: PathBuf, source: io::Error },
    #[error("{} cannot be created: {source}; may this user write there?", .path.display())]
    Create { path: PathBuf, source: io::Error },
}

/// A file being written. Dropped without [`Self::publish`] it is removed, unless a checkpoint needs it.
#[derive(Debug)]
pub(crate) struct PartialFile {
    file: Arc<SharedFile>,
    partial: PathBuf,
    target: PathBuf,
    published: bool,
    /// Whether a checkpoint has a place in it.
    kept: bool,
    hashing: Hashing,
}

/// Where a file is written until it is whole: a killed process may leave it there. Nothing where `target` names no file.
pub fn partial_path(target: &Path) -> Option<PathBuf> {
    let mut name = OsString::from(".");
    name.push(target.file_name()?);
    name.push(".partial");
    Some(target.with_file_name(name))
}

/// How often a name may be published by somebody else just when we locked it.
const ATTEMPTS_MAX: usize = 8;

impl PartialFile {
    /// Begins the file that is to be `target`; makes the directories above it. While it is there nobody else can begin the
    /// same one; what a killed process left of it is written over.
    pub(crate) fn begin(target: &Path) -> Result<Self, BeginError> {
        if target.is_dir() {
            return Err(BeginError::Directory);
        }
        let partial = partial_path(target).ok_or(BeginError::Nameless)?;
        let mut unsynced: Vec<PathBuf> = directories_above(target).map(Path::to_owned).collect();
        // A new directory is a new name in the one above it.
        let old = unsynced.iter().position(|directory| directory.exists());
        unsynced.truncate(old.map_or(unsynced.len(), |old| old + 1));
        if let Some(directory) = target.parent().filter(|directory| !directory.as_os_str().is_empty()) {
            fs::create_dir_all(directory)
                .map_err(|source| BeginError::MakeDirectory { path: directory.to_owned(), source })?;
        }
        let create_error = |source| BeginError::Create { path: partial.clone(), source };
        for _ in 0..ATTEMPTS_MAX {
            // Not cut to nothing yet: it may be another run's.
            let mut options = OpenOptions::new();
            let options = options.read(true).write(true).create(true).truncate(false);
            let file = options.open(&partial).map_err(create_error)?;
            match file.try_lock() {
                Ok(()) => {}
                Err(TryLockError::WouldBlock) => return Err(BeginError::Taken),
                Err(TryLockError::Error(source)) => return Err(create_error(source)),
            }
            if !is_at(&file, &partial).map_err(create_error)? {
                // Between our opening and locking it another run gave it its final name.
                continue;
            }
            file.set_len(0).map_err(create_error)?;
            let target = target.to_owned();
            let file = Arc::new(SharedFile::new(file, unsynced));
            let (published, kept, hashing) = (false, false, Hashing::new(Hasher::default(), 0));
            return Ok(PartialFile { file, partial, target, published, kept, hashing });
        }
        Err(BeginError::Taken)
    }

    /// Takes up what was written of `target` before a checkpoint, without what was written after it; `hasher` has seen that. While it is
    /// there nobody else can.
    pub(crate) fn reopen(target: &Path, mark: &Mark, hasher: Hasher) -> Result<Self, PositionError> {
        let gone = || PositionError::Gone(partial_path(target).unwrap_or_default());
        let partial = partial_path(target).ok_or_else(gone)?;
        let open_error = |error: io::Error| match error.kind() {
            io::ErrorKind::NotFound => PositionError::Gone(partial.clone()),
            _ => PositionError::Read(error),
        };
        let file = OpenOptions::new().read(true).write(true).open(&partial).map_err(open_error)?;
        file.try_lock().map_err(|error| match error {
            TryLockError::WouldBlock => PositionError::Taken,
            TryLockError::Error(error) => PositionError::Read(error),
        })?;
        if !is_at(&file, &partial).map_err(PositionError::Read)? {
            return Err(PositionError::Gone(partial));
        }
        let size = file.metadata().map_err(PositionError::Read)?.len();
        let now = Mark::of(&file, size.min(mark.size)).map_err(PositionError::Read)?;
        if let Some(difference) = mark.difference(&now) {
            return Err(PositionError::Rewritten { path: partial, difference });
        }
        file.set_len(mark.size).map_err(PositionError::Read)?;
        (&file).seek(SeekFrom::Start(mark.size)).map_err(PositionError::Read)?;
        let target = target.to_owned();
        let hashing = Hashing::new(hasher, mark.size);
        let file = Arc::new(SharedFile::new(file, Vec::new()));
        Ok(PartialFile { file, partial, target, published: false, kept: true, hashing })
    }

    /// Keeps what was written so far from being removed, for a checkpoint. It is not durable yet, and may be made so from
    /// another thread while more is written.
    pub(crate) fn keep(&mut self) -> io::Result<Kept> {
        self.kept = true;
        let size = self.file().metadata()?.len();
        Ok(Kept { file: Arc::clone(&self.file), size, written: self.file.written() })
    }

    /// One that the system has no way to make durable, which it says: a pipe.
    #[cfg(test)]
    pub(crate) fn never_durable(target: &Path) -> Self {
        let (reader, writer) = io::pipe().expect("a pipe");
        // It holds little, and nobody is to notice that nothing is read.
        std::thread::spawn(move || io::copy(&mut { reader }, &mut io::sink()));
        let file = File::from(std::os::fd::OwnedFd::from(writer));
        PartialFile {
            file: Arc::new(SharedFile::new(file, Vec::new())),
            partial: partial_path(target).expect("a name"),
            target: target.to_owned(),
            published: false,
            kept: false,
            hashing: Hashing::new(Hasher::default(), 0),
        }
    }

    /// Whether a checkpoint has a place in it.
    pub(crate) fn is_kept(&self) -> bool {
        self.kept
    }

    /// The file itself, to be looked at.
    pub(crate) fn file(&self) -> &File {
        self.file.file()
    }

    /// Lets the file, once it is large, have a thread that hashes it.
    pub(crate) fn hash_behind(&mut self) {
        self.hashing.may_start_thread();
    }

    /// What is known of all the bytes that were written so far, for their digest.
    pub(crate) fn hasher(&self) -> io::Result<Hasher> {
        self.hashing.hasher()
    }

    /// Adds all the bytes of another file.
    pub(crate) fn copy(&mut self, mut from: File) -> io::Result<()> {
        // Between two files the system copies without us, and shares blocks where it can.
        let copied = io::copy(&mut from, &mut self.file())?;
        self.file.add(copied);
        self.hashing.copied(self.file.file(), copied)
    }

    /// Makes the contents durable.
    pub(crate) fn sync(&self) -> io::Result<()> {
        self.file.sync(self.file.written())
    }

    /// Gives the file, which is [`Self::sync`]ed, its name, replacing what had it: its size and digest.
    pub(crate) fn publish(mut self) -> io::Result<(u64, Digest)> {
        let bytes = self.file().metadata()?.len();
        let digest = self.hashing.hasher()?.finish();
        fs::rename(&self.partial, &self.target)?;
        self.published = true;
        // The name is to be durable as well; not every file system can promise that, and the file is whole either way.
        let directory = directories_above(&self.target).next().unwrap_or(Path::new("."));
        let _ = File::open(directory).and_then(|directory| directory.sync_data());
        Ok((bytes, digest))
    }
}

impl Write for PartialFile {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let written = self.file.write(bytes)?;
        self.hashing.wrote(self.file.file(), &bytes[..written]);
        Ok(written)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.file().flush()
    }
}

impl Drop for PartialFile {
    fn drop(&mut self) {
        if !self.published && !self.kept {
            // Where it cannot be removed, the next run writes over it.
            let _ = fs::remove_file(&self.partial);
        }
    }
}

/// The directories that a file lies in, from the nearest outwards.
fn directories_above(target: &Path) -> impl Iterator<Item = &Path> {
    let named = |path: &&Path| !path.as_os_str().is_empty();
    let above = target.ancestors().skip(1).take_while(named);
    // A relative path lies in the working directory.
    let here = target.is_relative().then_some(Path::new("."));
    above.chain(here)
}

/// Whether a file that had this mark when it was whole was given its final name.
pub(crate) fn is_published(target: &Path, mark: &Mark) -> bool {
    let published = File::open(target).and_then(|file| {
        let size = file.metadata()?.len();
        Ok(size == mark.size && Mark::of(&file, size)? == *mark)
    });
    published.unwrap_or(false)
}

/// Whether the open file is the one that has the path.
fn is_at(file: &File, path: &Path) -> io::Result<bool> {
    let ours = file.metadata()?;
    match fs::metadata(path) {
        Ok(there) => Ok((ours.dev(), ours.ino()) == (there.dev(), there.ino())),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(false),
        Err(error) => Err(error),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_has_its_name_only_when_it_is_whole() {
        let directory = tempfile::tempdir().unwrap();
        let target = directory.path().join("sub/values.csv");
        let mut file = PartialFile::begin(&target).unwrap();
        file.write_all(b"whole").unwrap();
        assert!(!target.exists());
        assert!(directory.path().join("sub/.values.csv.partial").exists());
        assert_eq!(file.publish().unwrap(), (5, Digest::of(b"whole")));
        assert_eq!(fs::read(&target).unwrap(), b"whole");
        assert_eq!(fs::read_dir(directory.path().join("sub")).unwrap().count(), 1);
    }

    #[test]
    fn a_file_that_is_given_up_leaves_nothing_and_what_was_there_before() {
        let directory = tempfile::tempdir().unwrap();
        let target = directory.path().join("values.csv");
        fs::write(&target, "before").unwrap();
        PartialFile::begin(&target).unwrap().write_all(b"half").unwrap();
        assert_eq!(fs::read(&target).unwrap(), b"before");
        assert_eq!(fs::read_dir(directory.path()).unwrap().count(), 1);
    }

    #[test]
    fn two_cannot_write_one_file() {
        let directory = tempfile::tempdir().unwrap();
        let target = directory.path().join("values.csv");
        let first = PartialFile::begin(&target).unwrap();
        assert!(matches!(PartialFile::begin(&target), Err(BeginError::Taken)));
        drop(first);
        assert!(PartialFile::begin(&target).is_ok());
    }

    #[test]
    fn what_a_killed_process_left_is_written_over() {
        let directory = tempfile::tempdir().unwrap();
        let target = directory.path().join("values.csv");
        fs::write(directory.path().join(".values.csv.partial"), "a long rest of another run").unwrap();
        let mut file = PartialFile::begin(&target).unwrap();
        file.write_all(b"new").unwrap();
        file.publish().unwrap();
        assert_eq!(fs::read(&target).unwrap(), b"new");
    }

    #[test]
    fn a_directory_is_not_written_over() {
        let directory = tempfile::tempdir().unwrap();
        assert!(matches!(PartialFile::begin(directory.path()), Err(BeginError::Directory)));
    }
}
