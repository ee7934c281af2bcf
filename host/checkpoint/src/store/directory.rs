//! Checkpoints in a directory: of one machine, or one that all hosts of a run share.
//!
//! ```text
//! g00000002/                  a generation
//!   c00000000/                what it began from: moved here from the generation before
//!   c00000001/                a checkpoint of its own
//!     node-3-flow             a part
//!     complete                the record; the checkpoint is whole once this has its name
//! ```
//!
//! A generation takes a checkpoint over by moving its folder into its own. What an older generation that is not dead then
//! does, it does by paths below its own folder: it can neither change what was taken over nor remove it, however long it was
//! asleep between two steps. So no lock is needed, nor a clock.

use std::io;
use std::path::{Path, PathBuf};

use super::disk::Disk;
use super::{CheckpointStore, StoreError};
use crate::id::{CheckpointId, Generation};
use crate::snapshot::{Completion, PartName, PartRecord};
use leat_bundle::Digest;

/// What the record of a whole checkpoint is called, and while it is written.
const RECORD: &str = "complete";
const RECORD_PARTIAL: &str = "complete.partial";

/// A record is small: a line for each part. Longer ones are not ours.
const RECORD_BYTES_MAX: u64 = 64 << 20;

/// How often taking over looks again because an older generation moved on meanwhile. Each time it has completed a
/// checkpoint in between, which takes longer than looking.
const LOOKS_MAX: u32 = 16;

/// Keeps checkpoints below one folder, which exists.
#[derive(Clone, Debug)]
pub struct DirectoryStore<D> {
    disk: D,
    root: PathBuf,
}

impl<D: Disk> DirectoryStore<D> {
    /// In this folder of this disk.
    pub fn new(disk: D, root: PathBuf) -> Self {
        DirectoryStore { disk, root }
    }

    /// The newest generation that has begun here; 0 where none has.
    ///
    /// # Errors
    /// Where the folder cannot be read.
    pub fn last_generation(&self) -> Result<Generation, StoreError> {
        Ok(self.newest_generation()?.unwrap_or(Generation(0)))
    }

    /// Whether there is a whole checkpoint to go on from, beyond the run's beginning.
    ///
    /// # Errors
    /// Where the folder cannot be read.
    pub fn has_checkpoint(&self) -> Result<bool, StoreError> {
        let newest = self.newest_whole(Generation(u64::MAX))?;
        Ok(newest.is_some_and(|(_, completion)| !completion.is_beginning()))
    }

    /// The newest whole checkpoint of this generation's own, with its files; nothing where it has none yet. Not for
    /// going on from it: the generation may remove it at any time.
    ///
    /// # Errors
    /// Where the folder cannot be read.
    pub fn newest_of(&self, generation: Generation) -> Result<Option<(Completion, Vec<PathBuf>)>, StoreError> {
        for number in self.numbers(&self.generation(generation), 'c')?.into_iter().rev().filter(|number| *number > 0) {
            let folder = self.checkpoint(CheckpointId { generation, number });
            if let Some(completion) = self.record(&folder)? {
                let parts = completion.parts().map(|part| folder.join(part.name.to_string()));
                let files = parts.chain([folder.join(RECORD)]).collect();
                return Ok(Some((completion, files)));
            }
        }
        Ok(None)
    }

    /// Whether an attempt has completed a checkpoint of its own, and it is the newest.
    ///
    /// # Errors
    /// Where the folder cannot be read.
    pub fn has_checkpoint_of(&self, generation: Generation) -> Result<bool, StoreError> {
        let newest = self.newest_whole(Generation(u64::MAX))?;
        Ok(newest.is_some_and(|(_, completion)| completion.id.generation == generation && completion.id.number > 0))
    }

    fn generation(&self, generation: Generation) -> PathBuf {
        self.root.join(format!("g{:08}", generation.0))
    }

    fn checkpoint(&self, id: CheckpointId) -> PathBuf {
        self.generation(id.generation).join(format!("c{:08}", id.number))
    }

    /// The numbers in the names of a folder's entries, ascending.
    fn numbers(&self, folder: &Path, letter: char) -> Result<Vec<u64>, StoreError> {
        let names = self.disk.names(folder).or_else(none_is_empty).map_err(failed("list", folder))?;
        let mut numbers: Vec<u64> =
            names.iter().filter_map(|name| name.strip_prefix(letter)).filter_map(|text| text.parse().ok()).collect();
        numbers.sort_unstable();
        Ok(numbers)
    }

    fn newest_generation(&self) -> Result<Option<Generation>, StoreError> {
        Ok(self.numbers(&self.root, 'g')?.last().map(|&number| Generation(number)))
    }

    /// The folder of a checkpoint, made where it is not there.
    fn folder(&self, id: CheckpointId) -> Result<PathBuf, StoreError> {
        let path = self.checkpoint(id);
        match self.disk.create_folder(&path) {
            Ok(()) => {}
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {}
            Err(error) if error.kind() == io::ErrorKind::NotFound => {
                return Err(StoreError::Superseded { generation: id.generation });
            }
            Err(error) => return Err(failed("create", &path)(error)),
        }
        // Whoever else made it may not have come to this yet.
        self.sync_folder(&self.generation(id.generation))?;
        Ok(path)
    }

    /// Writes a file and makes its content durable, not yet its name.
    fn write(&self, path: &Path, bytes: &[u8]) -> Result<(), StoreError> {
        self.disk.write(path, bytes).map_err(failed("write", path))?;
        self.disk.sync_file(path).map_err(failed("sync", path))
    }

    fn sync_folder(&self, path: &Path) -> Result<(), StoreError> {
        self.disk.sync_folder(path).map_err(failed("sync", path))
    }

    fn write_record(&self, folder: &Path, completion: &Completion) -> Result<(), StoreError> {
        let body = serde_json::to_string(completion).map_err(|error| damaged(folder, error.to_string()))?;
        let (partial, record) = (folder.join(RECORD_PARTIAL), folder.join(RECORD));
        self.write(&partial, format!("{}\n{body}", Digest::of(body.as_bytes())).as_bytes())?;
        // The names of the parts before that of the record.
        self.sync_folder(folder)?;
        self.disk.rename(&partial, &record).map_err(failed("rename", &partial))?;
        self.sync_folder(folder)
    }

    /// The record of a checkpoint, where there is one.
    fn record(&self, folder: &Path) -> Result<Option<Completion>, StoreError> {
        let path = folder.join(RECORD);
        let bytes = match self.disk.read(&path, RECORD_BYTES_MAX) {
            Ok(bytes) => bytes,
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
            Err(error) => return Err(failed("read", &path)(error)),
        };
        let text = String::from_utf8(bytes).map_err(|_| damaged(&path, "it is no text".to_owned()))?;
        let (digest, body) =
            text.split_once('\n').ok_or_else(|| damaged(&path, "it has no line with its digest".to_owned()))?;
        if digest.parse().ok() != Some(Digest::of(body.as_bytes())) {
            return Err(damaged(&path, "its digest is another".to_owned()));
        }
        serde_json::from_str(body).map(Some).map_err(|error| damaged(&path, error.to_string()))
    }

    /// The record of a checkpoint of which everything is there and undamaged.
    fn whole(&self, folder: &Path) -> Result<Option<Completion>, StoreError> {
        let completion = match self.record(folder) {
            Err(StoreError::Damaged { .. }) => None,
            other => other?,
        };
        let Some(completion) = completion else { return Ok(None) };
        for part in completion.parts() {
            match self.read_part(folder, part) {
                Ok(_) => {}
                Err(StoreError::Damaged { .. }) => return Ok(None),
                Err(error) => return Err(error),
            }
        }
        Ok(Some(completion))
    }

    fn read_part(&self, folder: &Path, part: &PartRecord) -> Result<Vec<u8>, StoreError> {
        let path = folder.join(part.name.to_string());
        let bytes = match self.disk.read(&path, part.bytes) {
            Ok(bytes) => bytes,
            Err(error) if matches!(error.kind(), io::ErrorKind::NotFound | io::ErrorKind::FileTooLarge) => {
                return Err(damaged(&path, error.to_string()));
            }
            Err(error) => return Err(failed("read", &path)(error)),
        };
        if Digest::of(&bytes) == part.digest {
            Ok(bytes)
        } else {
            Err(damaged(&path, "its digest is another".to_owned()))
        }
    }

    /// The newest whole checkpoint of the newest generation before this one that has any.
    fn newest_whole(&self, before: Generation) -> Result<Option<(CheckpointId, Completion)>, StoreError> {
        let generations = self.numbers(&self.root, 'g')?;
        for generation in generations.into_iter().rev().map(Generation).filter(|it| *it < before) {
            for number in self.numbers(&self.generation(generation), 'c')?.into_iter().rev() {
                let id = CheckpointId { generation, number };
                if let Some(completion) = self.whole(&self.checkpoint(id))? {
                    return Ok(Some((id, completion)));
                }
            }
        }
        Ok(None)
    }

    /// Removes a checkpoint, its record first, so that there is never a record of what is not there.
    fn remove(&self, id: CheckpointId) -> Result<(), StoreError> {
        let folder = self.checkpoint(id);
        let gone = |path: &Path| self.disk.remove_file(path).or_else(none_is_empty).map_err(failed("remove", path));
        gone(&folder.join(RECORD))?;
        self.disk.sync_folder(&folder).or_else(none_is_empty).map_err(failed("sync", &folder))?;
        for name in self.disk.names(&folder).or_else(none_is_empty).map_err(failed("list", &folder))? {
            gone(&folder.join(name))?;
        }
        self.disk.remove_folder(&folder).or_else(none_is_empty).map_err(failed("remove", &folder))
    }

    fn remove_generation(&self, generation: Generation) -> Result<(), StoreError> {
        let folder = self.generation(generation);
        for number in self.numbers(&folder, 'c')? {
            self.remove(CheckpointId { generation, number })?;
        }
        match self.disk.remove_folder(&folder) {
            // A worker of that generation is not dead yet; it is no matter until the next call.
            Err(error) if error.kind() == io::ErrorKind::DirectoryNotEmpty => Ok(()),
            other => other.or_else(none_is_empty).map_err(failed("remove", &folder)),
        }
    }
}

impl<D: Disk> CheckpointStore for DirectoryStore<D> {
    fn put(&self, id: CheckpointId, share: u32, name: PartName, bytes: &[u8]) -> Result<PartRecord, StoreError> {
        let folder = self.folder(id)?;
        self.write(&folder.join(name.to_string()), bytes)?;
        self.sync_folder(&folder)?;
        Ok(PartRecord { name, share, bytes: bytes.len() as u64, digest: Digest::of(bytes) })
    }

    fn complete(&self, completion: &Completion) -> Result<(), StoreError> {
        let generation = completion.id.generation;
        let folder = self.folder(completion.id)?;
        self.write_record(&folder, completion)?;
        // After the record, and not before: a generation that this does not see has begun later, and so finds the record.
        if self.newest_generation()?.is_some_and(|newest| newest > generation) {
            return Err(StoreError::Superseded { generation });
        }
        Ok(())
    }

    fn take_over(&self, generation: Generation) -> Result<Completion, StoreError> {
        if self.newest_generation()?.is_some_and(|newest| newest >= generation) {
            return Err(StoreError::Superseded { generation });
        }
        let own = self.generation(generation);
        match self.disk.create_folder(&own) {
            Ok(()) => self.sync_folder(&self.root)?,
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {
                return Err(StoreError::Superseded { generation });
            }
            Err(error) => return Err(failed("create", &own)(error)),
        }
        let base = self.checkpoint(CheckpointId::base(generation));
        for _ in 0..LOOKS_MAX {
            let Some((found, _)) = self.newest_whole(generation)? else {
                let beginning = Completion::beginning(CheckpointId::base(generation));
                self.folder(beginning.id)?;
                self.write_record(&base, &beginning)?;
                return Ok(beginning);
            };
            let from = self.checkpoint(found);
            match self.disk.rename(&from, &base) {
                Ok(()) => {}
                // Its generation is not dead, and has removed it for a newer one.
                Err(error) if error.kind() == io::ErrorKind::NotFound => continue,
                Err(error) => return Err(failed("take over", &from)(error)),
            }
            self.sync_folder(&own)?;
            self.sync_folder(&self.generation(found.generation))?;
            // Nobody of an older generation reaches it any more: what it is now it stays.
            if let Some(completion) = self.whole(&base)? {
                return Ok(completion);
            }
            self.remove(CheckpointId::base(generation))?;
        }
        Err(StoreError::Superseded { generation })
    }

    fn read(&self, id: CheckpointId, part: &PartRecord) -> Result<Vec<u8>, StoreError> {
        self.read_part(&self.checkpoint(id), part)
    }

    fn keep_only(&self, generation: Generation, keep: &[u64]) -> Result<(), StoreError> {
        let newest = keep.iter().copied().max().unwrap_or(0);
        for number in self.numbers(&self.generation(generation), 'c')? {
            if number < newest && !keep.contains(&number) {
                self.remove(CheckpointId { generation, number })?;
            }
        }
        for older in self.numbers(&self.root, 'g')?.into_iter().map(Generation).filter(|it| *it < generation) {
            self.remove_generation(older)?;
        }
        Ok(())
    }

    fn bytes(&self) -> Result<u64, StoreError> {
        let mut sum = 0;
        for generation in self.numbers(&self.root, 'g')?.into_iter().map(Generation) {
            for number in self.numbers(&self.generation(generation), 'c')? {
                let folder = self.checkpoint(CheckpointId { generation, number });
                for name in self.disk.names(&folder).or_else(none_is_empty).map_err(failed("list", &folder))? {
                    let path = folder.join(name);
                    sum += self.disk.file_bytes(&path).or_else(none_is_empty).map_err(failed("measure", &path))?;
                }
            }
        }
        Ok(sum)
    }
}

fn failed(what: &'static str, path: &Path) -> impl FnOnce(io::Error) -> StoreError {
    let path = path.to_owned();
    move |source| StoreError::Io { what, path, source }
}

fn damaged(path: &Path, reason: String) -> StoreError {
    StoreError::Damaged { path: path.to_owned(), reason }
}

/// What is not there, because another removed it, has nothing in it.
fn none_is_empty<T: Default>(error: io::Error) -> io::Result<T> {
    if error.kind() == io::ErrorKind::NotFound { Ok(T::default()) } else { Err(error) }
}
