//! An open file that is shared by who writes it and who makes durable what was written: a sink, and whoever keeps its
//! checkpoints.
//!
//! Called by the [partial file](super), and from another thread by the positions that sinks give.

use std::fs::File;
use std::io::{self, ErrorKind, Write};
use std::path::PathBuf;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, OnceLock, PoisonError};

use crate::mark::Mark;

/// An open file. Written by one thread, at its end.
#[derive(Debug)]
pub(crate) struct SharedFile {
    file: File,
    /// How many bytes were written to it since it was opened.
    written: AtomicU64,
    /// Held by whoever makes it durable, for as long as that takes; never by who writes.
    durable: Mutex<Durable>,
    /// Why it could not be made durable, once that has failed.
    ///
    /// The system may drop what it could not write, tells of it once, and says the next time that all is well. So
    /// nothing that was ever written is counted on after that: no later checkpoint of this attempt is taken, the next write
    /// ends the run, and it is not published. What an earlier checkpoint counts on lay on disk before.
    lost: OnceLock<(ErrorKind, String)>,
}

/// What is known to lie on disk.
#[derive(Debug)]
struct Durable {
    /// Of the bytes that were written since it was opened, the first so many; nothing where that is not even known of what it
    /// was opened with.
    bytes: Option<u64>,
    /// Directories whose new names are not known to be on disk, the nearest first.
    unsynced: Vec<PathBuf>,
}

impl SharedFile {
    /// A file that was just opened, and the directories that have new names in them since.
    pub(super) fn new(file: File, unsynced: Vec<PathBuf>) -> Self {
        let durable = Mutex::new(Durable { bytes: None, unsynced });
        SharedFile { file, written: AtomicU64::new(0), durable, lost: OnceLock::new() }
    }

    /// The file itself.
    pub(super) fn file(&self) -> &File {
        &self.file
    }

    /// Writes at its end.
    pub(super) fn write(&self, bytes: &[u8]) -> io::Result<usize> {
        self.whole()?;
        let count = (&self.file).write(bytes)?;
        self.add(count as u64);
        Ok(count)
    }

    /// So many bytes were written to the file itself.
    pub(super) fn add(&self, bytes: u64) {
        self.written.fetch_add(bytes, Ordering::Release);
    }

    /// How many bytes were written since it was opened.
    pub(super) fn written(&self) -> u64 {
        self.written.load(Ordering::Acquire)
    }

    /// Makes at least the first so many of the bytes durable that were written since it was opened.
    pub(super) fn sync(&self, bytes: u64) -> io::Result<()> {
        self.sync_held(&mut self.durable.lock().unwrap_or_else(PoisonError::into_inner), bytes)
    }

    /// Makes so many of its bytes durable, and its name.
    fn sync_with_name(&self, bytes: u64) -> io::Result<()> {
        let mut durable = self.durable.lock().unwrap_or_else(PoisonError::into_inner);
        self.sync_held(&mut durable, bytes)?;
        while let Some(directory) = durable.unsynced.pop() {
            // Not every file system can promise that a name is durable.
            let _ = File::open(directory).and_then(|directory| directory.sync_all());
        }
        Ok(())
    }

    fn sync_held(&self, durable: &mut Durable, bytes: u64) -> io::Result<()> {
        self.whole()?;
        if durable.bytes.is_some_and(|durable| durable >= bytes) {
            return Ok(());
        }
        let written = self.written();
        if let Err(error) = self.file.sync_data() {
            self.lost.get_or_init(|| (error.kind(), error.to_string()));
            return self.whole();
        }
        durable.bytes = Some(written);
        Ok(())
    }

    /// Whether all that was written may still come to lie on disk.
    fn whole(&self) -> io::Result<()> {
        let Some((kind, why)) = self.lost.get() else { return Ok(()) };
        Err(io::Error::new(*kind, format!("what was written could not be made durable, and may be lost: {why}")))
    }
}

/// A place in a file that a checkpoint is to count on.
pub(crate) struct Kept {
    pub(super) file: Arc<SharedFile>,
    /// Bytes of the file.
    pub(super) size: u64,
    /// Of these so many were written since it was opened.
    pub(super) written: u64,
}

impl Kept {
    /// Makes durable what was written until then: what tells it from others. Takes as long as the disk takes; the file may
    /// be written meanwhile.
    pub(crate) fn settle(self) -> io::Result<Mark> {
        self.file.sync_with_name(self.written)?;
        // What stands before a place is not written again, so it can be looked at from here as well.
        Mark::of(&self.file.file, self.size)
    }
}

#[cfg(test)]
mod tests {
    use std::os::fd::OwnedFd;

    use super::*;

    #[test]
    fn what_could_not_be_made_durable_once_is_never_counted_on() {
        // The system has no way to make a pipe durable, and says so.
        let (_reader, writer) = io::pipe().unwrap();
        let file = SharedFile::new(File::from(OwnedFd::from(writer)), Vec::new());
        assert_eq!(file.write(b"lost").unwrap(), 4);
        let why = file.sync(4).unwrap_err().to_string();
        assert!(why.starts_with("what was written could not be made durable, and may be lost: Invalid arg"), "{why}");
        assert_eq!(file.sync(0).unwrap_err().to_string(), why);
        assert_eq!(file.write(b"more").unwrap_err().to_string(), why);
        assert_eq!(file.written(), 4);
    }

    #[test]
    fn the_disk_is_asked_for_what_is_not_known_to_be_durable_and_for_nothing_else() {
        let durable = |file: &SharedFile| file.durable.lock().unwrap().bytes;
        let file = SharedFile::new(tempfile::tempfile().unwrap(), Vec::new());
        assert_eq!(durable(&file), None);
        // Whoever wrote what it was opened with may not have made it durable.
        file.sync(0).unwrap();
        assert_eq!(durable(&file), Some(0));
        file.write(b"first").unwrap();
        let first = file.written();
        file.write(b"second").unwrap();
        file.sync(first).unwrap();
        assert_eq!(durable(&file), Some(11));
        file.write(b"third").unwrap();
        file.sync(first).unwrap();
        assert_eq!(durable(&file), Some(11));
        file.sync(file.written()).unwrap();
        assert_eq!(durable(&file), Some(16));
    }
}
