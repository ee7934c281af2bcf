//! Contents that come in pieces, as files: `uploads/` beside the contents.
//!
//! Of each there is a file of its bytes and one that says how many of them count, with the hasher's state. Bytes are on the
//! disk before they count; what lies behind those that count was being written when a midtier was switched off. Locks of
//! files keep midtiers on one directory apart, and are gone with whoever held them.

use std::fs::{self, File, OpenOptions};
use std::io::{self, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};
use std::time::Duration;

use leat_bundle::Digest;
use leat_scheduler::model::Moment;
use serde::{Deserialize, Serialize};

use super::{moment, of_disk, sync_directory, time};
use crate::blobs::{Begun, BegunLimits, BlobError, Growing};

/// Where contents lie that are begun.
const UPLOADS: &str = "uploads";
/// Held by whoever begins a content: how much is begun is counted by one at a time.
const LOCK_TO_BEGIN: &str = "lock";
/// How many bytes long a digest is as the name of a file.
const NAME_BYTES: usize = 64;

/// The folder of contents that are begun.
#[derive(Clone)]
pub(super) struct Uploads {
    folder: PathBuf,
}

/// A batch to be kept.
pub(super) struct Step {
    pub(super) before: Growing,
    pub(super) bytes: Vec<u8>,
    pub(super) limits: BegunLimits,
    pub(super) now: Moment,
    /// Where the content lies once it is whole.
    pub(super) path: PathBuf,
}

/// What says how many bytes of a file count.
#[derive(Serialize, Deserialize)]
struct State {
    length: u64,
    bytes: u64,
    hasher: String,
}

impl Uploads {
    pub(super) fn open(root: &Path) -> io::Result<Self> {
        let folder = root.join(UPLOADS);
        fs::create_dir_all(&folder)?;
        Ok(Uploads { folder })
    }

    /// What is there of a content that was begun.
    pub(super) fn find(&self, digest: Digest) -> io::Result<Option<Growing>> {
        let [bytes_file, state_file, _] = self.files(digest);
        let text = match fs::read(state_file) {
            Ok(text) => text,
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
            Err(error) => return Err(error),
        };
        // One that cannot be read was cut short when the machine was: then it was not begun.
        let Ok(State { length, bytes, hasher }) = serde_json::from_slice(&text) else { return Ok(None) };
        match fs::metadata(bytes_file) {
            Ok(data) if data.len() >= bytes && length >= bytes => {
                Ok(Growing::restore(digest, Begun { bytes, length }, &hasher))
            }
            Ok(_) => Ok(None),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
            Err(error) => Err(error),
        }
    }

    /// Keeps a batch if nobody was quicker, and makes a content of it that is whole and right.
    pub(super) fn keep(&self, step: &Step) -> Result<Growing, BlobError> {
        let (before, digest) = (&step.before, step.before.digest());
        let after = before.after(&step.bytes);
        let _beginning = match before.is_new() {
            true => Some(self.locked(LOCK_TO_BEGIN).map_err(of_disk)?),
            false => None,
        };
        let _locked = self.locked(&lock_of(digest)).map_err(of_disk)?;
        before.require_unchanged(self.find(digest).map_err(of_disk)?.as_ref())?;
        if after.is_whole() {
            if let Err(error) = after.require_digest() {
                self.remove(digest).map_err(of_disk)?;
                return Err(error);
            }
            self.write(step).and_then(|()| self.become_content(digest, &step.path)).map_err(of_disk)?;
            return Ok(after);
        }
        if before.is_new() {
            let (count, bytes) = self.others(digest).map_err(of_disk)?;
            step.limits.require_room(after.begun().length, count, bytes)?;
        }
        self.write(step).and_then(|()| self.write_state(&after, step.now)).map_err(of_disk)?;
        Ok(after)
    }

    /// Removes what was not gone on with for longer than `age`, and what belongs to nothing. Answers how many bytes went.
    pub(super) fn forget(&self, now: Moment, age: Duration) -> io::Result<u64> {
        let mut removed = 0;
        for digest in self.digests()? {
            let _locked = self.locked(&lock_of(digest))?;
            let files = self.files(digest).map(|path| fs::metadata(path).ok());
            let mut youngest = None;
            for data in files.iter().flatten() {
                youngest = youngest.max(Some(moment(data.modified()?)));
            }
            if youngest.is_some_and(|written| now.since(written) > age) {
                self.remove(digest)?;
                removed += files[0].as_ref().map_or(0, fs::Metadata::len);
            }
        }
        Ok(removed)
    }

    /// Writes a batch behind the bytes that count, over whatever lies there.
    fn write(&self, step: &Step) -> io::Result<()> {
        let [bytes_file, ..] = self.files(step.before.digest());
        let mut file = OpenOptions::new().create(true).truncate(false).write(true).open(bytes_file)?;
        let at = step.before.begun().bytes;
        file.set_len(at)?;
        file.seek(SeekFrom::Start(at))?;
        file.write_all(&step.bytes)?;
        // By the clock that says later how old it is.
        file.set_modified(time(step.now))?;
        file.sync_all()
    }

    fn write_state(&self, growing: &Growing, now: Moment) -> io::Result<()> {
        let Begun { bytes, length } = growing.begun();
        let state = State { length, bytes, hasher: growing.hasher_state() };
        let text = serde_json::to_vec(&state).map_err(io::Error::other)?;
        let [_, state_file, fresh] = self.files(growing.digest());
        let mut file = File::create(&fresh)?;
        file.write_all(&text)?;
        file.set_modified(time(now))?;
        fs::rename(fresh, state_file)
    }

    fn become_content(&self, digest: Digest, path: &Path) -> io::Result<()> {
        let [bytes_file, state_file, _] = self.files(digest);
        // Before its bytes are gone: a state without them is nothing to go on from.
        remove(&state_file)?;
        let folder = path.parent().expect("a content lies in a folder");
        fs::create_dir_all(folder)?;
        fs::rename(bytes_file, path)?;
        // The name of the file, and of its folder, which may be new.
        sync_directory(folder)?;
        folder.parent().map_or(Ok(()), sync_directory)
    }

    /// How many others are begun, and how many bytes they will have.
    fn others(&self, digest: Digest) -> io::Result<(u64, u64)> {
        let (mut count, mut bytes) = (0, 0_u64);
        for other in self.digests()?.into_iter().filter(|other| *other != digest) {
            if let Some(growing) = self.find(other)? {
                count += 1;
                bytes = bytes.saturating_add(growing.begun().length);
            }
        }
        Ok((count, bytes))
    }

    fn digests(&self) -> io::Result<Vec<Digest>> {
        let mut digests = Vec::new();
        for file in fs::read_dir(&self.folder)? {
            let name = file?.file_name();
            digests.extend(name.to_str().and_then(|name| name.get(..NAME_BYTES)?.parse::<Digest>().ok()));
        }
        digests.sort_unstable();
        digests.dedup();
        Ok(digests)
    }

    fn remove(&self, digest: Digest) -> io::Result<()> {
        let [bytes_file, state_file, fresh] = self.files(digest);
        [state_file, fresh, bytes_file].iter().try_for_each(|path| remove(path))
    }

    /// Its bytes, its state, and its state while that is written.
    fn files(&self, digest: Digest) -> [PathBuf; 3] {
        ["", ".json", ".json.new"].map(|end| self.folder.join(format!("{digest}{end}")))
    }

    /// Waits until nobody else holds a lock, here or in another midtier. It is given back with the file.
    fn locked(&self, name: &str) -> io::Result<File> {
        let file = OpenOptions::new().create(true).truncate(false).write(true).open(self.folder.join(name))?;
        file.lock()?;
        Ok(file)
    }
}

/// The lock of a content: one of sixteen, which stay, so that nobody removes one that another is waiting for.
fn lock_of(digest: Digest) -> String {
    format!("{LOCK_TO_BEGIN}-{}", &digest.to_string()[..1])
}

fn remove(path: &Path) -> io::Result<()> {
    match fs::remove_file(path) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => Err(error),
        _ => Ok(()),
    }
}
