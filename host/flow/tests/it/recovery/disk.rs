//! A disk for many short runs.

use std::io;
use std::path::Path;

use leat_checkpoint::store::disk::{Disk, LocalDisk};

/// A disk that syncs nothing: what is tried here is no loss of power.
pub(crate) struct Unsynced(pub(crate) LocalDisk);

impl Disk for Unsynced {
    fn create_folder(&self, path: &Path) -> io::Result<()> {
        self.0.create_folder(path)
    }

    fn write(&self, path: &Path, bytes: &[u8]) -> io::Result<()> {
        self.0.write(path, bytes)
    }

    fn sync_file(&self, _path: &Path) -> io::Result<()> {
        Ok(())
    }

    fn sync_folder(&self, _path: &Path) -> io::Result<()> {
        Ok(())
    }

    fn rename(&self, from: &Path, to: &Path) -> io::Result<()> {
        self.0.rename(from, to)
    }

    fn read(&self, path: &Path, bytes_max: u64) -> io::Result<Vec<u8>> {
        self.0.read(path, bytes_max)
    }

    fn names(&self, path: &Path) -> io::Result<Vec<String>> {
        self.0.names(path)
    }

    fn file_bytes(&self, path: &Path) -> io::Result<u64> {
        self.0.file_bytes(path)
    }

    fn remove_file(&self, path: &Path) -> io::Result<()> {
        self.0.remove_file(path)
    }

    fn remove_folder(&self, path: &Path) -> io::Result<()> {
        self.0.remove_folder(path)
    }
}
