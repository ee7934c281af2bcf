//! Contents of bundles, kept by their digests for runs to come: fetched once however many runs want them, and the least
//! recently used removed when there are too many.
//!
//! A content was hashed when it was fetched. When it is used again its size alone is looked at: hashing gigabytes of
//! input before each run would cost more than most runs do. A run that fails has the contents that could be to blame
//! hashed again, with [`Cache::recheck`].

mod shelf;

use std::fs::{self, File, Permissions};
use std::io::{self, Read};
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use leat_bundle::{Content, Digest, Hasher};

use crate::directory::Directory;
use crate::transfer::TransferError;
use shelf::Shelf;

/// Nobody writes into a content: runs that use it share its one file.
const READ_ONLY: u32 = 0o444;

/// The contents of a host. Clones are handles on the same.
#[derive(Clone, Debug)]
pub(crate) struct Cache {
    inner: Arc<Inner>,
}

#[derive(Debug)]
struct Inner {
    contents: PathBuf,
    fetching: PathBuf,
    bytes_max: u64,
    shelf: Mutex<Shelf>,
    /// Makes names below `fetching` differ.
    counter: AtomicU64,
}

/// A content that stays while this lives.
#[derive(Debug)]
pub(crate) struct Pin {
    inner: Arc<Inner>,
    content: Content,
    born: u64,
}

impl Pin {
    /// Its file. Nobody may write into it.
    pub(crate) fn path(&self) -> PathBuf {
        self.inner.path(self.content.digest)
    }

    /// Which content it is.
    pub(crate) fn content(&self) -> Content {
        self.content
    }
}

impl Drop for Pin {
    fn drop(&mut self) {
        self.inner.shelf().unpin(self.content.digest, self.born);
    }
}

impl Cache {
    /// What an earlier agent has kept is taken over, the latest fetched as the latest used.
    ///
    /// # Errors
    /// Where the directory cannot be read.
    pub(crate) fn open(directory: &Directory, bytes_max: u64) -> io::Result<Self> {
        let (contents, fetching) = (directory.contents(), directory.fetching());
        let mut found = Vec::new();
        for entry in fs::read_dir(&contents)? {
            let entry = entry?;
            let metadata = entry.metadata()?;
            match entry.file_name().to_str().and_then(|name| name.parse::<Digest>().ok()) {
                Some(digest) if metadata.is_file() => found.push((metadata.modified()?, digest, metadata.len())),
                _ => {
                    tracing::warn!(file.path = %entry.path().display(), "what lies among the contents is none, and stays")
                }
            }
        }
        found.sort();
        let mut shelf = Shelf::default();
        for (_, digest, bytes) in found {
            let born = shelf.insert(Content { digest, bytes });
            shelf.unpin(digest, born);
        }
        let shelf = Mutex::new(shelf);
        let cache =
            Cache { inner: Arc::new(Inner { contents, fetching, bytes_max, shelf, counter: AtomicU64::new(0) }) };
        cache.trim(0);
        Ok(cache)
    }

    /// A content, fetched if it is not there: by one of those who want it, while the others wait. `fetch` writes it into
    /// the file that it is given, and has seen to it that it is what its digest says.
    pub(crate) async fn obtain<F>(
        &self,
        content: Content,
        fetch: impl FnOnce(Content, PathBuf) -> F,
    ) -> Result<Pin, TransferError>
    where
        F: Future<Output = Result<(), TransferError>>,
    {
        if let Some(pin) = self.pinned(content) {
            return Ok(pin);
        }
        let flight = self.inner.shelf().flight(content.digest);
        let _alone = flight.lock().await;
        if let Some(pin) = self.pinned(content) {
            return Ok(pin);
        }
        self.trimmed(content.bytes).await;
        let partial = Partial(self.inner.aside(content.digest));
        fetch(content, partial.0.clone()).await?;
        self.inner.take_in(content, &partial.0)
    }

    /// The content, held, where it is there and of the right size.
    fn pinned(&self, content: Content) -> Option<Pin> {
        let path = self.inner.path(content.digest);
        let mut shelf = self.inner.shelf();
        let born = shelf.pin(content.digest)?;
        let size = fs::metadata(&path).map(|metadata| metadata.len()).ok();
        if size == Some(content.bytes) {
            return Some(Pin { inner: Arc::clone(&self.inner), content, born });
        }
        tracing::warn!(file.path = %path.display(), "a content of the cache is damaged; it is fetched again");
        shelf.remove(content.digest);
        None
    }

    /// [`Cache::trim`] on a thread that may wait for the disk.
    pub(crate) async fn trimmed(&self, bytes_to_come: u64) {
        let cache = self.clone();
        // It fails where the runtime ends, and then the next agent trims.
        let _ = tokio::task::spawn_blocking(move || cache.trim(bytes_to_come)).await;
    }

    /// Removes contents that nobody uses, the least recently used first, until the rest and what is to come are within the
    /// limit. What is in use stays, whatever its size.
    pub(crate) fn trim(&self, bytes_to_come: u64) {
        let mut shelf = self.inner.shelf();
        let excess = shelf.excess(self.inner.bytes_max.saturating_sub(bytes_to_come));
        let mut gone = Vec::new();
        for digest in excess {
            // Aside first: removing a large file takes time, and meanwhile it may be fetched anew.
            let aside = self.inner.aside(digest);
            match fs::rename(self.inner.path(digest), &aside) {
                Ok(()) => gone.push(aside),
                Err(error) => tracing::warn!(content.digest = %digest, "a content cannot be removed: {error}"),
            }
            shelf.remove(digest);
        }
        drop(shelf);
        for path in gone {
            // It fails where someone was quicker; the next agent clears up.
            let _ = fs::remove_file(path);
        }
    }

    /// Hashes these contents again. One that is not what its digest says is removed, to be fetched anew. Answers whether
    /// there was one. Reads files: not for a thread that drives tasks.
    pub(crate) fn recheck(&self, pins: &[Pin]) -> bool {
        let mut damaged = false;
        for pin in pins {
            if hash(&pin.path()).ok() != Some(pin.content) {
                tracing::error!(file.path = %pin.path().display(), "a content of the cache was damaged on the disk");
                self.inner.shelf().remove(pin.content.digest);
                let _ = fs::remove_file(pin.path());
                damaged = true;
            }
        }
        damaged
    }

    /// How many bytes are kept.
    #[cfg(test)]
    fn bytes(&self) -> u64 {
        self.inner.shelf().bytes()
    }
}

/// What a file holds. Reads it to its end.
pub(crate) fn hash(path: &Path) -> io::Result<Content> {
    let (mut file, mut hasher) = (File::open(path)?, Hasher::default());
    let (mut piece, mut bytes) = (vec![0; 256 << 10], 0);
    loop {
        let length = file.read(&mut piece)?;
        if length == 0 {
            return Ok(Content { digest: hasher.finish(), bytes });
        }
        hasher.update(&piece[..length]);
        bytes += length as u64;
    }
}

impl Inner {
    fn shelf(&self) -> MutexGuard<'_, Shelf> {
        self.shelf.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn path(&self, digest: Digest) -> PathBuf {
        self.contents.join(digest.to_string())
    }

    /// A name that nothing else has.
    fn aside(&self, digest: Digest) -> PathBuf {
        let number = self.counter.fetch_add(1, Ordering::Relaxed);
        self.fetching.join(format!("{digest}.{number}"))
    }

    /// A content that was fetched stands in its place, and is held.
    fn take_in(self: &Arc<Self>, content: Content, partial: &Path) -> Result<Pin, TransferError> {
        let path = self.path(content.digest);
        let taken = fs::set_permissions(partial, Permissions::from_mode(READ_ONLY));
        taken.and_then(|()| fs::rename(partial, &path)).map_err(|source| TransferError::Disk { path, source })?;
        let born = self.shelf().insert(content);
        Ok(Pin { inner: Arc::clone(self), content, born })
    }
}

/// A file that is removed when nobody waits for it any more; not when it was taken in, because then it has another name.
struct Partial(PathBuf);

impl Drop for Partial {
    fn drop(&mut self) {
        let _ = fs::remove_file(&self.0);
    }
}

#[cfg(test)]
mod tests;
