//! A file of any format as a sink of batches: written beside its final name, which it has only when it is whole.
//!
//! Formats bring an [`Encoding`]; what a file's life has in common is here. Called by [`crate::create_sink`].

use std::io;
use std::path::Path;

use arrow_array::RecordBatch;
use leat_flow::step::{Published, Sink, StepError};

use crate::append::AppendError;
use crate::file::{SinkError, given_up, given_up_because};
use crate::open::SinkConfig;
use crate::partial::PartialFile;

/// How the files of an output are written: a format with its settings, which make sense.
pub(crate) trait Encoding: Send {
    /// Begins a file, with whatever stands before its first row.
    fn begin(&self, file: PartialFile) -> io::Result<Box<dyn Encoder>>;
    /// Begins a file with all that another one holds, so that rows come behind it.
    fn resume(&self, old: &Path, file: PartialFile) -> Result<Box<dyn Encoder>, AppendError>;
}

/// A file being encoded.
pub(crate) trait Encoder: Send {
    /// Adds a batch.
    fn write(&mut self, batch: &RecordBatch) -> Result<(), EncodeError>;
    /// Hands on what can be read as it is, so that it can be watched.
    fn flush(&mut self) -> io::Result<()>;
    /// What it holds in memory until a block of the file is full, in bytes; text holds little.
    fn held_bytes(&self) -> usize {
        0
    }
    /// Ends the block that it holds, full or not.
    fn end_block(&mut self) -> io::Result<()> {
        Ok(())
    }
    /// Writes the end, and gives the file back.
    fn finish(self: Box<Self>) -> io::Result<PartialFile>;
}

/// Why a batch cannot be written.
#[derive(Debug, thiserror::Error)]
pub(crate) enum EncodeError {
    #[error(transparent)]
    Io(#[from] io::Error),
    #[error("column \"{0}\" does not have the type or place it should have in the batch: a mistake of Leat's")]
    Layout(String),
    /// The first row of the batch that the format has no form for, and why.
    #[error("{what}")]
    Row { row: usize, what: String },
}

/// Writes a file. Dropped before [`Sink::finish`], it leaves nothing behind.
pub(crate) struct FileSink {
    config: SinkConfig,
    /// Nothing after an error, or once the file is complete.
    encoder: Option<Box<dyn Encoder>>,
    /// The file once all of it is on disk.
    complete: Option<PartialFile>,
    rows: u64,
}

impl FileSink {
    /// Begins the file.
    pub(crate) fn create(encoding: &dyn Encoding, config: SinkConfig) -> Result<Self, SinkError> {
        let file = PartialFile::begin(&config.path).map_err(|error| SinkError::begin(&config.name, error))?;
        let encoder = if config.append && config.path.exists() {
            encoding.resume(&config.path, file).map_err(|error| SinkError::append(&config.name, error))?
        } else {
            encoding.begin(file).map_err(|error| SinkError::write(&config.name, error))?
        };
        Ok(FileSink { config, encoder: Some(encoder), complete: None, rows: 0 })
    }

    /// What it holds in memory, in bytes.
    pub(crate) fn held_bytes(&self) -> usize {
        self.encoder.as_ref().map_or(0, |encoder| encoder.held_bytes())
    }

    /// Ends the block of the file that it holds in memory.
    pub(crate) fn end_block(&mut self) -> Result<(), StepError> {
        let Some(encoder) = &mut self.encoder else { return Ok(()) };
        encoder.end_block().map_err(|error| self.give_up(&error))
    }

    /// Its final name.
    pub(crate) fn path(&self) -> &Path {
        &self.config.path
    }

    fn complete(&mut self) -> io::Result<()> {
        if self.complete.is_none() {
            let file = self.encoder.take().ok_or_else(given_up)?.finish()?;
            file.sync()?;
            self.complete = Some(file);
        }
        Ok(())
    }

    /// Removes the partial file, which may be what fills the disk.
    fn give_up(&mut self, error: &io::Error) -> StepError {
        self.encoder = None;
        self.complete = None;
        self.failed(&given_up_because(error, self.rows))
    }

    fn failed(&self, what: &str) -> StepError {
        StepError::Failed(format!("{}: {what}", self.config.name))
    }
}

impl Sink for FileSink {
    fn write(&mut self, batch: &RecordBatch) -> Result<(), StepError> {
        let written = match &mut self.encoder {
            Some(encoder) => encoder.write(batch),
            None => Err(given_up().into()),
        };
        written.map_err(|error| match error {
            EncodeError::Io(error) => self.give_up(&error),
            EncodeError::Layout(_) => self.failed(&error.to_string()),
            EncodeError::Row { row, what } => self.failed(&format!("row {}, {what}", self.rows + row as u64 + 1)),
        })?;
        self.rows += batch.num_rows() as u64;
        Ok(())
    }

    fn flush(&mut self) -> Result<(), StepError> {
        let Some(encoder) = &mut self.encoder else { return Ok(()) };
        encoder.flush().map_err(|error| self.give_up(&error))
    }

    fn prepare(&mut self) -> Result<(), StepError> {
        self.complete().map_err(|error| self.give_up(&error))
    }

    fn finish(mut self: Box<Self>) -> Result<Vec<Published>, StepError> {
        self.complete().map_err(|error| self.give_up(&error))?;
        let published = self.complete.take().ok_or_else(given_up).and_then(PartialFile::publish);
        let bytes = published.map_err(|error| self.give_up(&error))?;
        Ok(vec![Published { path: self.config.path.clone(), rows: self.rows, bytes }])
    }
}
