//! What the formats share of files: opened to be read with their progress, and texts written, packed or not, under
//! their final name only when they are whole.

use std::fs::{self, File};
use std::io::{self, Seek, Write};
use std::path::Path;

use leat_flow::step::StepError;
use leat_stream::plan::Compression;

use crate::compression::Packer;
use crate::fault::FaultKind;
use crate::partial::{BeginError, PartialFile};

/// What is gathered before it is handed to the system.
const BUFFER_BYTES: usize = 256 << 10;

/// How far a file has been read, packed or not. Shares the place in the file with its reader.
pub(crate) struct Progress {
    file: File,
    /// The file's size when it was opened.
    pub(crate) total: u64,
}

impl Progress {
    /// Bytes read by now; it may be ahead of what was delivered.
    pub(crate) fn done(&mut self) -> u64 {
        self.file.stream_position().unwrap_or(0)
    }
}

/// Why a file cannot be begun.
#[derive(Debug, thiserror::Error)]
#[error("{name}: {reason}")]
pub struct SinkError {
    name: String,
    reason: SinkReason,
}

#[derive(Debug, thiserror::Error)]
enum SinkReason {
    #[error(transparent)]
    Setting(FaultKind),
    #[error(transparent)]
    Begin(BeginError),
    #[error("it cannot be packed: {0}")]
    Pack(io::Error),
    #[error("it cannot be written: {0}")]
    Write(io::Error),
}

/// A text file being written, which has its name only when it is whole and on disk.
pub(crate) struct TextFile {
    name: String,
    /// Nothing after an error, or once it is complete.
    packer: Option<Packer<PartialFile>>,
    /// The file once all of it is on disk.
    complete: Option<PartialFile>,
    /// Text that has not been handed on.
    pub(crate) buffer: Vec<u8>,
}

impl SinkError {
    /// The format makes no sense for what is to be written.
    pub(crate) fn setting(name: &str, kind: FaultKind) -> Self {
        SinkError { name: name.to_owned(), reason: SinkReason::Setting(kind) }
    }

    /// Its first bytes cannot be written.
    pub(crate) fn write(name: &str, error: io::Error) -> Self {
        SinkError { name: name.to_owned(), reason: SinkReason::Write(error) }
    }

    /// The file cannot be begun.
    pub(crate) fn begin(name: &str, error: BeginError) -> Self {
        SinkError { name: name.to_owned(), reason: SinkReason::Begin(error) }
    }
}

impl TextFile {
    /// Begins the file.
    pub(crate) fn begin(path: &Path, name: &str, compression: Compression) -> Result<Self, SinkError> {
        let file = PartialFile::begin(path).map_err(|error| SinkError::begin(name, error))?;
        let packer = Packer::new(file, compression)
            .map_err(|error| SinkError { name: name.to_owned(), reason: SinkReason::Pack(error) })?;
        let buffer = Vec::with_capacity(BUFFER_BYTES + BUFFER_BYTES / 8);
        Ok(TextFile { name: name.to_owned(), packer: Some(packer), complete: None, buffer })
    }

    /// Hands the buffer on once it is worth it.
    #[inline]
    pub(crate) fn drain_if_full(&mut self) -> io::Result<()> {
        if self.buffer.len() >= BUFFER_BYTES { self.drain() } else { Ok(()) }
    }

    fn drain(&mut self) -> io::Result<()> {
        let packer = self.packer.as_mut().ok_or_else(given_up)?;
        packer.write_all(&self.buffer)?;
        self.buffer.clear();
        Ok(())
    }

    /// Makes what was written so far visible.
    pub(crate) fn flush(&mut self) -> io::Result<()> {
        self.drain()?;
        self.packer.as_mut().ok_or_else(given_up)?.flush()
    }

    /// Brings all of it to disk, its end included.
    pub(crate) fn complete(&mut self) -> io::Result<()> {
        if self.complete.is_none() {
            self.drain()?;
            let file = self.packer.take().ok_or_else(given_up)?.finish()?;
            file.sync()?;
            self.complete = Some(file);
        }
        Ok(())
    }

    /// Gives the file its name: its size.
    pub(crate) fn publish(&mut self) -> io::Result<u64> {
        self.complete()?;
        self.complete.take().ok_or_else(given_up)?.publish()
    }

    /// An error that names the file.
    pub(crate) fn failed(&self, what: &str) -> StepError {
        StepError::Failed(format!("{}: {what}", self.name))
    }

    /// Removes the partial file, which may be what fills the disk.
    pub(crate) fn give_up(&mut self, error: &io::Error, rows: u64) -> StepError {
        self.packer = None;
        self.complete = None;
        self.failed(&given_up_because(error, rows))
    }
}

/// Opens a file to read it from its beginning to its end.
pub(crate) fn open_file(path: &Path) -> Result<(File, Progress), FaultKind> {
    // Looked at before it is opened: opening a pipe would wait for a writer.
    let kind = fs::metadata(path).map_err(open_fault)?.file_type();
    if kind.is_dir() {
        return Err(FaultKind::Directory);
    }
    if !kind.is_file() {
        return Err(FaultKind::Irregular);
    }
    let file = File::open(path).map_err(open_fault)?;
    let total = file.metadata().map_err(FaultKind::Open)?.len();
    let progress = Progress { file: file.try_clone().map_err(FaultKind::Open)?, total };
    Ok((file, progress))
}

fn open_fault(error: io::Error) -> FaultKind {
    match error.kind() {
        io::ErrorKind::NotFound => FaultKind::Missing,
        _ => FaultKind::Open(error),
    }
}

/// Why a file was given up, in words.
pub(crate) fn given_up_because(error: &io::Error, rows: u64) -> String {
    let cause = match error.kind() {
        io::ErrorKind::StorageFull => "the disk is full; make room or choose another output directory".to_owned(),
        io::ErrorKind::QuotaExceeded => "the disk quota is used up; make room or choose another directory".to_owned(),
        _ => format!("it cannot be written: {error}"),
    };
    format!("{cause} (after about {rows} rows; the partial file was removed and nothing was published)")
}

pub(crate) fn given_up() -> io::Error {
    io::Error::other("it was given up after an error before")
}
