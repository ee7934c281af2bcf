//! The adapter of [`Blobs`] that keeps each content as a file: for one machine, or a directory that all midtiers share.
//!
//! A content lies in `ab/cdef…`, by its digest. What is being written lies in `partial/` under a name of its own, is
//! brought to the disk, and only then gets its own name: a content that can be seen is whole, whatever was switched off
//! when. What comes in pieces lies in `uploads/` until it is whole.

mod begun;

use std::io::{self, SeekFrom};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use async_trait::async_trait;
use leat_bundle::{Content, Digest, Hasher};
use leat_scheduler::clock::Clock;
use leat_scheduler::model::Moment;
use tokio::fs::File;
use tokio::io::{AsyncReadExt, AsyncSeekExt, AsyncWriteExt};

use super::{Batch, Begun, BegunLimits, BlobError, BlobReader, Blobs, Growing, Piece, Taken};
use begun::{Step, Uploads};

/// Where contents lie while they are being written.
const PARTIAL: &str = "partial";
/// How much is read at once.
const PIECE_BYTES: usize = 256 << 10;
/// How many may write the same content at once, what midtiers left behind that were killed included.
const WRITERS_MAX: u32 = 100;
/// How long it is before a content that was asked for counts as asked for again.
const SEEN_AGAIN: Duration = Duration::from_secs(60);

/// Contents as files of a directory.
#[derive(Clone)]
pub struct DirectoryBlobs {
    root: PathBuf,
    uploads: Uploads,
    clock: Arc<dyn Clock>,
}

impl DirectoryBlobs {
    /// Keeps contents in this directory, which is made where it is not there. The clock tells how old a content is when
    /// what nobody refers to is removed.
    ///
    /// # Errors
    /// When the directory can be neither made nor written.
    pub fn open(root: impl Into<PathBuf>, clock: Arc<dyn Clock>) -> io::Result<Self> {
        let root = root.into();
        std::fs::create_dir_all(root.join(PARTIAL))?;
        let uploads = Uploads::open(&root)?;
        Ok(DirectoryBlobs { root, uploads, clock })
    }

    fn path(&self, digest: Digest) -> PathBuf {
        let name = digest.to_string();
        let (folder, rest) = name.split_at(2);
        self.root.join(folder).join(rest)
    }

    /// The content, if it is there: then somebody is about to refer to it, and it counts as written now.
    async fn seen(&self, digest: Digest) -> Result<Option<Content>, BlobError> {
        let (path, now) = (self.path(digest), self.clock.now());
        match blocking(move || Ok(see(&path, now))).await? {
            Ok(bytes) => Ok(Some(Content { digest, bytes })),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
            Err(error) => Err(of_disk(error)),
        }
    }

    /// What is there of a content that was begun.
    async fn find_begun(&self, digest: Digest) -> Result<Option<Growing>, BlobError> {
        let uploads = self.uploads.clone();
        blocking(move || uploads.find(digest).map_err(of_disk)).await
    }

    /// Takes a piece in, batch by batch.
    async fn take_in(&self, piece: Piece, limits: BegunLimits, mut content: BlobReader) -> Result<Taken, BlobError> {
        let mut growing = Growing::before(&piece, self.find_begun(piece.digest).await?)?;
        loop {
            let batch = Batch::next(&mut content, &growing).await;
            if batch.counts_after(&growing) {
                let path = self.path(piece.digest);
                let step = Step { before: growing, bytes: batch.bytes, limits, now: self.clock.now(), path };
                let uploads = self.uploads.clone();
                growing = blocking(move || uploads.keep(&step)).await?;
                if growing.is_whole() {
                    return Ok(Taken::Whole(Content { digest: piece.digest, bytes: piece.length }));
                }
            }
            match batch.end {
                None => {}
                Some(Ok(())) => return Ok(Taken::Begun(growing.begun())),
                Some(Err(error)) => return Err(error),
            }
        }
    }

    /// Writes a content to a file that has no name of its own yet.
    async fn write_partial(
        &self,
        digest: Digest,
        bytes_max: u64,
        mut content: BlobReader,
    ) -> Result<(std::fs::File, Partial, Content), BlobError> {
        let (mut file, partial) = Partial::create(&self.root.join(PARTIAL), digest).await.map_err(of_disk)?;
        let mut hasher = Hasher::default();
        let mut bytes = 0_u64;
        let mut piece = vec![0; PIECE_BYTES];
        loop {
            let length = content.read(&mut piece).await.map_err(|error| BlobError::BrokenOff(error.to_string()))?;
            if length == 0 {
                break;
            }
            bytes += length as u64;
            if bytes > bytes_max {
                return Err(BlobError::TooLarge { bytes_max });
            }
            hasher.update(&piece[..length]);
            file.write_all(&piece[..length]).await.map_err(of_disk)?;
        }
        let found = hasher.finish();
        if found != digest {
            return Err(BlobError::OtherDigest { promised: digest, found });
        }
        file.flush().await.map_err(of_disk)?;
        Ok((file.into_std().await, partial, Content { digest, bytes }))
    }
}

#[async_trait]
impl Blobs for DirectoryBlobs {
    async fn missing(&self, contents: &[Content]) -> Result<Vec<Digest>, BlobError> {
        let mut missing = Vec::new();
        for content in contents {
            if self.seen(content.digest).await?.is_none() {
                missing.push(content.digest);
            }
        }
        Ok(missing)
    }

    async fn write(&self, digest: Digest, bytes_max: u64, content: BlobReader) -> Result<Content, BlobError> {
        if let Some(content) = self.seen(digest).await? {
            return Ok(content);
        }
        let (file, partial, content) = self.write_partial(digest, bytes_max, content).await?;
        let path = self.path(digest);
        let folder = path.parent().expect("a content lies in a folder").to_owned();
        let (root, now) = (self.root.clone(), self.clock.now());
        let name = move || {
            // By the clock that says later how old it is.
            file.set_modified(time(now))?;
            file.sync_all()?;
            std::fs::create_dir_all(&folder)?;
            partial.become_file(&path)?;
            // The name of the file, and of its folder, which may be new.
            sync_directory(&folder)?;
            sync_directory(&root)
        };
        blocking(move || name().map_err(of_disk)).await?;
        Ok(content)
    }

    async fn read(&self, digest: Digest, from: u64) -> Result<Option<(u64, BlobReader)>, BlobError> {
        let mut file = match File::open(self.path(digest)).await {
            Ok(file) => file,
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
            Err(error) => return Err(of_disk(error)),
        };
        let bytes = file.metadata().await.map_err(of_disk)?.len();
        file.seek(SeekFrom::Start(from.min(bytes))).await.map_err(of_disk)?;
        Ok(Some((bytes, Box::pin(file))))
    }

    async fn retain(&self, referred: &[Digest], age: Duration) -> Result<u64, BlobError> {
        let referred: std::collections::BTreeSet<Digest> = referred.iter().copied().collect();
        let (root, now) = (self.root.clone(), self.clock.now());
        let keep = move |digest: Option<Digest>| digest.is_some_and(|digest| referred.contains(&digest));
        blocking(move || remove_old(&root, now, age, keep).map_err(of_disk)).await
    }

    async fn begun(&self, digest: Digest) -> Result<Option<Begun>, BlobError> {
        Ok(self.find_begun(digest).await?.map(|growing| growing.begun()))
    }

    async fn go_on(&self, piece: Piece, limits: &BegunLimits, content: BlobReader) -> Result<Taken, BlobError> {
        if let Some(content) = self.seen(piece.digest).await? {
            return Ok(Taken::Whole(content));
        }
        let taken = self.take_in(piece, *limits, content).await;
        if matches!(taken, Err(BlobError::OtherOffset { .. }))
            && let Some(content) = self.seen(piece.digest).await?
        {
            // Somebody else has sent the rest meanwhile.
            return Ok(Taken::Whole(content));
        }
        taken
    }

    async fn forget_begun(&self, age: Duration) -> Result<u64, BlobError> {
        let (uploads, now) = (self.uploads.clone(), self.clock.now());
        blocking(move || uploads.forget(now, age).map_err(of_disk)).await
    }
}

/// Works on files, on a thread that may wait for the disk.
async fn blocking<T: Send + 'static>(
    work: impl FnOnce() -> Result<T, BlobError> + Send + 'static,
) -> Result<T, BlobError> {
    tokio::task::spawn_blocking(work).await.map_err(|error| BlobError::Unavailable(error.to_string()))?
}

/// A file that is removed again unless it becomes a content.
struct Partial {
    path: PathBuf,
}

impl Partial {
    /// A fresh file. Several may write the same content at once, here or in another midtier.
    async fn create(folder: &Path, digest: Digest) -> io::Result<(File, Partial)> {
        let mut last = None;
        for number in 0..WRITERS_MAX {
            let path = folder.join(format!("{digest}-{number}"));
            match File::create_new(&path).await {
                Ok(file) => return Ok((file, Partial { path })),
                Err(error) if error.kind() == io::ErrorKind::AlreadyExists => last = Some(error),
                Err(error) => return Err(error),
            }
        }
        Err(last.expect("there is more than one name"))
    }

    fn become_file(self, path: &Path) -> io::Result<()> {
        std::fs::rename(&self.path, path)
    }
}

impl Drop for Partial {
    fn drop(&mut self) {
        // Where it became a content, there is nothing; where it cannot be removed, `retain` tries again.
        let _ = std::fs::remove_file(&self.path);
    }
}

/// The size of a content, whose file is as young as `now` from here on.
fn see(path: &Path, now: Moment) -> io::Result<u64> {
    let file = std::fs::File::open(path)?;
    let data = file.metadata()?;
    if now.since(moment(data.modified()?)) > SEEN_AGAIN {
        file.set_modified(time(now))?;
    }
    Ok(data.len())
}

fn sync_directory(path: &Path) -> io::Result<()> {
    std::fs::File::open(path)?.sync_all()
}

/// Removes files older than `age` that are not to be kept, and answers how many bytes they had. A file that is no content,
/// as one that was being written when its midtier was switched off, has no digest.
fn remove_old(root: &Path, now: Moment, age: Duration, keep: impl Fn(Option<Digest>) -> bool) -> io::Result<u64> {
    let mut bytes = 0;
    for folder in std::fs::read_dir(root)? {
        let folder = folder?;
        let ours = |name: &str| name == PARTIAL || (name.len() == 2 && name.bytes().all(|b| b.is_ascii_hexdigit()));
        if !folder.file_name().to_str().is_some_and(ours) {
            continue;
        }
        for file in std::fs::read_dir(folder.path())? {
            let file = file?;
            let digest = folder
                .file_name()
                .to_str()
                .zip(file.file_name().to_str())
                .and_then(|(folder, rest)| format!("{folder}{rest}").parse::<Digest>().ok());
            let data = match file.metadata() {
                Ok(data) => data,
                // Written, or removed by another midtier, meanwhile.
                Err(error) if error.kind() == io::ErrorKind::NotFound => continue,
                Err(error) => return Err(error),
            };
            if keep(digest) || now.since(moment(data.modified()?)) <= age {
                continue;
            }
            match std::fs::remove_file(file.path()) {
                Ok(()) => bytes += data.len(),
                Err(error) if error.kind() == io::ErrorKind::NotFound => {}
                Err(error) => return Err(error),
            }
        }
    }
    Ok(bytes)
}

/// When a file was written last, by the machine that keeps it.
fn moment(time: SystemTime) -> Moment {
    Moment::default().after(time.duration_since(UNIX_EPOCH).unwrap_or_default())
}

fn time(moment: Moment) -> SystemTime {
    UNIX_EPOCH + moment.since(Moment::default())
}

fn of_disk(error: io::Error) -> BlobError {
    match error.kind() {
        io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded | io::ErrorKind::FileTooLarge => {
            BlobError::Full(error.to_string())
        }
        _ => BlobError::Unavailable(error.to_string()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_disk_without_room_is_told_as_such() {
        // ENOSPC, EDQUOT, EIO.
        let full = [28, 122, 5].map(|code| matches!(of_disk(io::Error::from_raw_os_error(code)), BlobError::Full(_)));
        assert_eq!(full, [true, true, false]);
    }
}
