//! An Arrow file as a sink of batches.

use std::io::{self, BufWriter, Write};

use arrow_array::RecordBatch;
use arrow_ipc::writer::FileWriter;
use arrow_schema::{ArrowError, SchemaRef};
use leat_flow::schema::arrow_schema;
use leat_flow::step::{Published, Sink, StepError};

use crate::file::{SinkError, given_up, given_up_because};
use crate::open::SinkConfig;
use crate::partial::PartialFile;

/// Writes an Arrow file, batch by batch, which has its name only when it is whole and on disk. Dropped before
/// [`Sink::finish`], it leaves nothing behind.
pub struct ArrowSink {
    config: SinkConfig,
    schema: SchemaRef,
    /// Nothing after an error, or once the file is complete.
    writer: Option<FileWriter<BufWriter<PartialFile>>>,
    /// The file once all of it is on disk.
    complete: Option<PartialFile>,
    rows: u64,
}

const BUFFER_BYTES: usize = 256 << 10;

impl ArrowSink {
    /// Begins the file, with its schema.
    ///
    /// # Errors
    /// It cannot be created, or another run is writing it.
    pub fn create(config: SinkConfig) -> Result<Self, SinkError> {
        let schema = arrow_schema(&config.fields);
        let file = PartialFile::begin(&config.path).map_err(|error| SinkError::begin(&config.name, error))?;
        let writer = FileWriter::try_new(BufWriter::with_capacity(BUFFER_BYTES, file), &schema);
        let writer = writer.map_err(|error| SinkError::write(&config.name, io_error(error)))?;
        Ok(ArrowSink { config, schema, writer: Some(writer), complete: None, rows: 0 })
    }

    fn write_batch(&mut self, batch: &RecordBatch) -> Result<(), ArrowError> {
        let batch = RecordBatch::try_new(SchemaRef::clone(&self.schema), batch.columns().to_vec())?;
        self.writer.as_mut().ok_or_else(given_up)?.write(&batch)?;
        self.rows += batch.num_rows() as u64;
        Ok(())
    }

    fn complete(&mut self) -> Result<(), ArrowError> {
        if self.complete.is_none() {
            // Writes the footer.
            let buffered = self.writer.take().ok_or_else(given_up)?.into_inner()?;
            let file = buffered.into_inner().map_err(io::IntoInnerError::into_error)?;
            file.sync()?;
            self.complete = Some(file);
        }
        Ok(())
    }

    /// Removes the partial file, which may be what fills the disk.
    fn give_up(&mut self, error: ArrowError) -> StepError {
        self.writer = None;
        self.complete = None;
        StepError::Failed(format!("{}: {}", self.config.name, given_up_because(&io_error(error), self.rows)))
    }
}

fn io_error(error: ArrowError) -> io::Error {
    match error {
        ArrowError::IoError(_, error) => error,
        other => io::Error::other(other),
    }
}

impl Sink for ArrowSink {
    fn write(&mut self, batch: &RecordBatch) -> Result<(), StepError> {
        self.write_batch(batch).map_err(|error| self.give_up(error))
    }

    fn flush(&mut self) -> Result<(), StepError> {
        let Some(writer) = &mut self.writer else { return Ok(()) };
        writer.get_mut().flush().map_err(|error| self.give_up(error.into()))
    }

    fn prepare(&mut self) -> Result<(), StepError> {
        self.complete().map_err(|error| self.give_up(error))
    }

    fn finish(mut self: Box<Self>) -> Result<Published, StepError> {
        self.complete().map_err(|error| self.give_up(error))?;
        let published = self.complete.take().ok_or_else(given_up).and_then(PartialFile::publish);
        let bytes = published.map_err(|error| self.give_up(error.into()))?;
        Ok(Published { path: self.config.path.clone(), rows: self.rows, bytes })
    }
}
