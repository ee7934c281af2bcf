//! A file of any format as a sink of batches: written beside its final name, which it has only when it is whole.
//!
//! Formats bring an [`Encoding`]; what a file's life has in common is here. Called by [`crate::create_sink`].

use std::io;
use std::path::Path;

use arrow_array::RecordBatch;
use leat_bundle::Hasher;
use leat_flow::step::{Published, Sink, SinkPosition, StepError};
use serde::{Deserialize, Serialize};

use crate::append::AppendError;
use crate::file::{SinkError, given_up_because};
use crate::mark::Mark;
use crate::open::SinkConfig;
use crate::partial::{Kept, PartialFile, is_published};
use crate::position::{self, PositionError};

/// How the files of an output are written: a format with its settings, which make sense.
pub(crate) trait Encoding: Send {
    /// What files of it are, for messages about checkpoints: `a CSV output packed with gzip`.
    fn name(&self) -> String;
    /// Begins a file, with whatever stands before its first row.
    fn begin(&self, file: PartialFile) -> io::Result<Box<dyn Encoder>>;
    /// Begins a file with all that another one holds, so that rows come behind it.
    fn append(&self, old: &Path, file: PartialFile) -> Result<Box<dyn Encoder>, AppendError>;
    /// Goes on with a file that ends where [`Encoder::position`] was asked for, from what that gave.
    fn resume(&self, file: PartialFile, position: &[u8]) -> Result<Box<dyn Encoder>, PositionError>;
}

/// A file being encoded.
pub(crate) trait Encoder: Send {
    /// Adds a batch.
    fn write(&mut self, batch: &RecordBatch) -> Result<(), EncodeError>;
    /// Hands on what can be read as it is, so that it can be watched. What is in the file in the end does not depend on it.
    fn flush(&mut self) -> io::Result<()>;
    /// Hands on what the file will hold as it is, and gives what is needed besides to go on from there. What is in the file in
    /// the end does not depend on it.
    fn position(&mut self) -> io::Result<Vec<u8>>;
    /// The file, to be made durable.
    fn file(&mut self) -> &mut PartialFile;
    /// What it holds in memory until a block of the file is full, in bytes. Depends on what was written alone.
    fn held_bytes(&self) -> usize;
    /// Ends the block that it holds, full or not.
    fn end_block(&mut self) -> io::Result<()>;
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

/// Writes a file. Dropped before [`Sink::finish`], it leaves nothing behind but what a checkpoint needs.
pub(crate) struct FileSink {
    config: SinkConfig,
    encoding: String,
    state: State,
    rows: u64,
}

enum State {
    Writing(Box<dyn Encoder>),
    /// All of it is on disk.
    Complete(PartialFile),
    /// It had its final name before the run went on from its last checkpoint.
    Published(Mark, Hasher),
    /// Why.
    GivenUp(String),
}

/// A place in an output file.
#[derive(Serialize, Deserialize)]
struct Place {
    /// What was written until then, and how many rows that are.
    mark: Mark,
    rows: u64,
    /// What is known of these bytes, for the digest of the whole file.
    hashed: String,
    /// Whether that is the whole file.
    complete: bool,
}

impl FileSink {
    /// Begins the file. One of a few is hashed by a thread of its own.
    pub(crate) fn create(encoding: &dyn Encoding, config: SinkConfig, of_few: bool) -> Result<Self, SinkError> {
        let mut file = PartialFile::begin(&config.path).map_err(|error| SinkError::begin(&config.name, error))?;
        if of_few {
            file.hash_behind();
        }
        let encoder = if config.append && config.path.exists() {
            encoding.append(&config.path, file).map_err(|error| SinkError::append(&config.name, error))?
        } else {
            encoding.begin(file).map_err(|error| SinkError::write(&config.name, error))?
        };
        Ok(FileSink { config, encoding: encoding.name(), state: State::Writing(encoder), rows: 0 })
    }

    /// Goes on with the file from a position. One of a few is hashed by a thread of its own.
    pub(crate) fn resume(
        encoding: &dyn Encoding,
        config: SinkConfig,
        position: &[u8],
        of_few: bool,
    ) -> Result<Self, PositionError> {
        let name = encoding.name();
        let (place, inner): (Place, _) = position::read(&name, position)?;
        let hasher = Hasher::of_state(&place.hashed).ok_or(PositionError::Unreadable)?;
        let state = match PartialFile::reopen(&config.path, &place.mark, hasher.clone()) {
            Ok(file) if place.complete => State::Complete(file),
            Ok(mut file) => {
                if of_few {
                    file.hash_behind();
                }
                State::Writing(encoding.resume(file, inner)?)
            }
            Err(PositionError::Gone(_)) if place.complete && is_published(&config.path, &place.mark) => {
                State::Published(place.mark, hasher)
            }
            Err(error) => return Err(error),
        };
        Ok(FileSink { config, encoding: name, state, rows: place.rows })
    }

    /// What it holds in memory, in bytes.
    pub(crate) fn held_bytes(&self) -> usize {
        if let State::Writing(encoder) = &self.state { encoder.held_bytes() } else { 0 }
    }

    /// Ends the block of the file that it holds in memory.
    pub(crate) fn end_block(&mut self) -> Result<(), StepError> {
        let State::Writing(encoder) = &mut self.state else { return Ok(()) };
        encoder.end_block().map_err(|error| self.give_up(&error))
    }

    /// What messages call it.
    pub(crate) fn name(&self) -> &str {
        &self.config.name
    }

    /// Its final name.
    pub(crate) fn path(&self) -> &Path {
        &self.config.path
    }

    fn complete(&mut self) -> Result<(), StepError> {
        match self.take_state() {
            State::Writing(mut encoder) => {
                let kept = encoder.file().is_kept();
                let file = encoder.finish().and_then(|file| file.sync().map(|()| file));
                self.state = State::Complete(file.map_err(|error| self.gave_up(&error, kept))?);
            }
            other => self.state = other,
        }
        Ok(())
    }

    /// What it is; until another state is set it is given up.
    fn take_state(&mut self) -> State {
        std::mem::replace(&mut self.state, State::GivenUp("it was given up after an error before".to_owned()))
    }

    fn place(&mut self) -> io::Result<SinkPosition> {
        // What is to be made durable, or what tells the file that is.
        let (kept, hasher, inner) = match &mut self.state {
            State::Writing(encoder) => {
                let inner = encoder.position()?;
                let file = encoder.file();
                (Ok(file.keep()?), file.hasher()?, inner)
            }
            State::Complete(file) => (Ok(file.keep()?), file.hasher()?, Vec::new()),
            State::Published(mark, hasher) => (Err(*mark), hasher.clone(), Vec::new()),
            State::GivenUp(why) => return Err(io::Error::other(why.clone())),
        };
        let (hashed, rows) = (hasher.state(), self.rows);
        let complete = !matches!(self.state, State::Writing(_));
        let (name, encoding) = (self.config.name.clone(), self.encoding.clone());
        Ok(SinkPosition::once(move || {
            let mark = kept.map_or_else(Ok, Kept::settle);
            let mark = mark.map_err(|error| StepError::Failed(format!("{name}: {error}")))?;
            Ok(position::write(&encoding, &Place { mark, rows, hashed, complete }, &inner))
        }))
    }

    /// Removes the partial file, which may be what fills the disk, unless a checkpoint needs it.
    fn give_up(&mut self, error: &io::Error) -> StepError {
        match self.take_state() {
            State::Writing(mut encoder) => {
                let kept = encoder.file().is_kept();
                drop(encoder);
                self.gave_up(error, kept)
            }
            State::Complete(file) => {
                let kept = file.is_kept();
                drop(file);
                self.gave_up(error, kept)
            }
            state => {
                self.state = state;
                self.failed(&error.to_string())
            }
        }
    }

    fn gave_up(&mut self, error: &io::Error, kept: bool) -> StepError {
        let why = given_up_because(error, self.rows, kept);
        let failed = self.failed(&why);
        self.state = State::GivenUp(why);
        failed
    }

    fn failed(&self, what: &str) -> StepError {
        StepError::Failed(format!("{}: {what}", self.config.name))
    }
}

impl Sink for FileSink {
    fn write(&mut self, batch: &RecordBatch) -> Result<(), StepError> {
        let written = match &mut self.state {
            State::Writing(encoder) => encoder.write(batch),
            State::GivenUp(why) => Err(io::Error::other(why.clone()).into()),
            State::Complete(_) | State::Published(..) => return Err(self.failed("it is complete: a mistake of Leat's")),
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
        let State::Writing(encoder) = &mut self.state else { return Ok(()) };
        encoder.flush().map_err(|error| self.give_up(&error))
    }

    fn position(&mut self) -> Result<SinkPosition, StepError> {
        self.place().map_err(|error| self.give_up(&error))
    }

    fn prepare(&mut self) -> Result<(), StepError> {
        self.complete()
    }

    fn finish(mut self: Box<Self>) -> Result<Vec<Published>, StepError> {
        self.complete()?;
        let (bytes, digest) = match self.take_state() {
            State::Complete(file) => {
                let kept = file.is_kept();
                file.publish().map_err(|error| self.gave_up(&error, kept))?
            }
            State::Published(mark, hasher) => (mark.size, hasher.finish()),
            State::GivenUp(why) => return Err(self.failed(&why)),
            State::Writing(_) => return Err(self.failed("it is not complete: a mistake of Leat's")),
        };
        Ok(vec![Published { path: self.config.path.clone(), rows: self.rows, bytes, digest }])
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use arrow_array::Int64Array;
    use leat_flow::schema::arrow_schema;
    use leat_stream::schema::{DataType, Field};

    use super::*;
    use crate::arrow;

    #[test]
    fn what_could_not_be_made_durable_is_no_part_of_a_checkpoint_and_is_never_published() {
        let directory = tempfile::tempdir().unwrap();
        let fields = vec![Field::new("n", DataType::Int64, false)];
        let column = Arc::new(Int64Array::from_iter_values(0..5000));
        let batch = RecordBatch::try_new(arrow_schema(&fields), vec![column]).unwrap();
        let sink = || {
            let (path, name) = (directory.path().join("values"), "values".to_owned());
            let encoder = arrow::encoding(&fields).begin(PartialFile::never_durable(&path)).unwrap();
            let config = SinkConfig { path, name, fields: fields.clone(), parts: Vec::new(), append: false };
            FileSink { config, encoding: "an Arrow output".to_owned(), state: State::Writing(encoder), rows: 0 }
        };
        let why = "what was written could not be made durable, and may be lost: Invalid argument (os error 22)";

        let mut going_on = sink();
        going_on.write(&batch).unwrap();
        let first = going_on.position().unwrap();
        assert_eq!(first.into_bytes().unwrap_err().to_string(), format!("values: {why}"));
        let ended = "the partial file stays, since a checkpoint needs it, and nothing was published";
        let ended = |rows: u64| format!("values: it cannot be written: {why} (after about {rows} rows; {ended})");
        going_on.write(&batch).unwrap();
        assert_eq!(going_on.flush().unwrap_err().to_string(), ended(10_000));
        assert!(going_on.position().is_err());

        let mut ending = sink();
        ending.write(&batch).unwrap();
        assert!(ending.position().unwrap().into_bytes().is_err());
        assert_eq!(Box::new(ending).finish().unwrap_err().to_string(), ended(5000));
    }
}
