//! The few things that the directory adapter asks of a file system, so that one that loses power can take its place.

use std::fs::{self, File};
use std::io;
use std::path::Path;

/// A file system. What is written, created, renamed or removed may be lost with the power until it is synced: the content
/// of a file by [`Disk::sync_file`], what a folder holds by [`Disk::sync_folder`] of that folder.
pub trait Disk: Send + Sync {
    /// Creates a folder in one that exists.
    ///
    /// # Errors
    /// `AlreadyExists` where it does.
    fn create_folder(&self, path: &Path) -> io::Result<()>;
    /// Creates a file, or empties it, and writes all of its content.
    ///
    /// # Errors
    /// `NotFound` where its folder is not there.
    fn write(&self, path: &Path, bytes: &[u8]) -> io::Result<()>;
    /// Makes the content of a file durable.
    ///
    /// # Errors
    /// Where it cannot be.
    fn sync_file(&self, path: &Path) -> io::Result<()>;
    /// Makes durable which names a folder holds.
    ///
    /// # Errors
    /// Where it cannot be.
    fn sync_folder(&self, path: &Path) -> io::Result<()>;
    /// Gives a file or folder another name, atomically; a file of that name is replaced.
    ///
    /// # Errors
    /// `NotFound` where it is not there.
    fn rename(&self, from: &Path, to: &Path) -> io::Result<()>;
    /// The content of a file of at most so many bytes.
    ///
    /// # Errors
    /// `FileTooLarge` where it has more.
    fn read(&self, path: &Path, bytes_max: u64) -> io::Result<Vec<u8>>;
    /// The names in a folder, sorted; those that are no text are left out.
    ///
    /// # Errors
    /// `NotFound` where it is not there.
    fn names(&self, path: &Path) -> io::Result<Vec<String>>;
    /// How long a file is.
    ///
    /// # Errors
    /// `NotFound` where it is not there.
    fn file_bytes(&self, path: &Path) -> io::Result<u64>;
    /// Removes a file.
    ///
    /// # Errors
    /// `NotFound` where it is not there.
    fn remove_file(&self, path: &Path) -> io::Result<()>;
    /// Removes an empty folder.
    ///
    /// # Errors
    /// `DirectoryNotEmpty` where something is in it.
    fn remove_folder(&self, path: &Path) -> io::Result<()>;
}

/// The file system of this machine.
#[derive(Clone, Copy, Debug, Default)]
pub struct LocalDisk;

impl Disk for LocalDisk {
    fn create_folder(&self, path: &Path) -> io::Result<()> {
        fs::create_dir(path)
    }

    fn write(&self, path: &Path, bytes: &[u8]) -> io::Result<()> {
        fs::write(path, bytes)
    }

    fn sync_file(&self, path: &Path) -> io::Result<()> {
        File::open(path)?.sync_all()
    }

    fn sync_folder(&self, path: &Path) -> io::Result<()> {
        File::open(path)?.sync_all()
    }

    fn rename(&self, from: &Path, to: &Path) -> io::Result<()> {
        fs::rename(from, to)
    }

    fn read(&self, path: &Path, bytes_max: u64) -> io::Result<Vec<u8>> {
        if self.file_bytes(path)? > bytes_max {
            return Err(io::Error::from(io::ErrorKind::FileTooLarge));
        }
        fs::read(path)
    }

    fn names(&self, path: &Path) -> io::Result<Vec<String>> {
        let mut names = Vec::new();
        for entry in fs::read_dir(path)? {
            names.extend(entry?.file_name().into_string());
        }
        names.sort();
        Ok(names)
    }

    fn file_bytes(&self, path: &Path) -> io::Result<u64> {
        Ok(fs::metadata(path)?.len())
    }

    fn remove_file(&self, path: &Path) -> io::Result<()> {
        fs::remove_file(path)
    }

    fn remove_folder(&self, path: &Path) -> io::Result<()> {
        fs::remove_dir(path)
    }
}
