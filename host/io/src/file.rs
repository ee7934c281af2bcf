//! What the formats share of files: how they are opened to be read, with their progress, and why one cannot be written.

use std::fs::{self, File};
use std::io::{self, Seek};
use std::path::Path;

use crate::append::AppendError;
use crate::fault::FaultKind;
use crate::mark::Mark;
use crate::partial::BeginError;
use crate::position::{PositionError, require_same};

/// How far a file has been read, packed or not. Shares the place in the file with its reader.
pub(crate) struct Progress {
    file: File,
    /// The file's size when it was opened.
    pub(crate) total: u64,
    /// What it is told by, once that was asked for.
    mark: Option<Mark>,
}

impl Progress {
    /// Bytes read by now; it may be ahead of what was delivered.
    pub(crate) fn done(&mut self) -> u64 {
        self.file.stream_position().unwrap_or(0)
    }

    /// What the file is told by in a checkpoint.
    pub(crate) fn mark(&mut self) -> Result<Mark, PositionError> {
        if let Some(mark) = self.mark {
            return Ok(mark);
        }
        let mark = Mark::of(&self.file, self.total).map_err(PositionError::Read)?;
        Ok(*self.mark.insert(mark))
    }

    /// Refuses to go on from a checkpoint that was taken on another file.
    pub(crate) fn require(&mut self, then: &Mark) -> Result<(), PositionError> {
        // Sizes are told without a look at the bytes.
        if then.size != self.total {
            let difference = format!("its size was {} bytes and is {}", then.size, self.total);
            return Err(PositionError::Changed(difference));
        }
        require_same(then, &self.mark()?)
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
    #[error("it cannot be written: {0}")]
    Write(io::Error),
    #[error("the file that is there cannot be appended to: {0}; mode=replace writes it anew")]
    Append(AppendError),
    #[error(transparent)]
    Position(PositionError),
}

impl SinkError {
    /// Whether somebody else is writing the file; a process that was killed may be for a moment.
    pub fn is_taken(&self) -> bool {
        matches!(self.reason, SinkReason::Begin(BeginError::Taken) | SinkReason::Position(PositionError::Taken))
    }

    /// The format makes no sense for what is to be written.
    pub(crate) fn setting(name: &str, kind: FaultKind) -> Self {
        SinkError { name: name.to_owned(), reason: SinkReason::Setting(kind) }
    }

    /// Its first bytes cannot be written.
    pub(crate) fn write(name: &str, error: io::Error) -> Self {
        SinkError { name: name.to_owned(), reason: SinkReason::Write(error) }
    }

    /// What is there cannot be appended to.
    pub(crate) fn append(name: &str, error: AppendError) -> Self {
        SinkError { name: name.to_owned(), reason: SinkReason::Append(error) }
    }

    /// It cannot go on from its position in a checkpoint.
    pub(crate) fn position(name: &str, error: PositionError) -> Self {
        SinkError { name: name.to_owned(), reason: SinkReason::Position(error) }
    }

    /// The file cannot be begun.
    pub(crate) fn begin(name: &str, error: BeginError) -> Self {
        SinkError { name: name.to_owned(), reason: SinkReason::Begin(error) }
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
    let progress = Progress { file: file.try_clone().map_err(FaultKind::Open)?, total, mark: None };
    Ok((file, progress))
}

fn open_fault(error: io::Error) -> FaultKind {
    match error.kind() {
        io::ErrorKind::NotFound => FaultKind::Missing,
        _ => FaultKind::Open(error),
    }
}

/// Why a file was given up, in words. Where a checkpoint needs what was written, it is `kept`.
pub(crate) fn given_up_because(error: &io::Error, rows: u64, kept: bool) -> String {
    let cause = match error.kind() {
        io::ErrorKind::StorageFull => "the disk is full; make room or choose another output directory".to_owned(),
        io::ErrorKind::QuotaExceeded => "the disk quota is used up; make room or choose another directory".to_owned(),
        _ => format!("it cannot be written: {error}"),
    };
    let partial =
        if kept { "the partial file stays, since a checkpoint needs it," } else { "the partial file was removed" };
    format!("{cause} (after about {rows} rows; {partial} and nothing was published)")
}
