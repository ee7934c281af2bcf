//! A file of JSON lines as a sink of batches.

use std::io;

use arrow_array::RecordBatch;
use leat_flow::step::{Published, Sink, StepError};
use leat_stream::plan::JsonFormat;

use super::write::{Rows, WriteError, Writer};
use crate::fault::FaultKind;
use crate::file::{SinkError, TextFile};
use crate::open::SinkConfig;
use crate::value::DateForm;

/// Writes a file of JSON lines, plain or packed, which has its name only when it is whole and on disk. Dropped before
/// [`Sink::finish`], it leaves nothing behind.
pub struct JsonSink {
    config: SinkConfig,
    writer: Writer,
    output: TextFile,
    rows: u64,
}

impl JsonSink {
    /// Begins the file.
    ///
    /// # Errors
    /// It cannot be created, another run is writing it, or the format makes no sense.
    pub fn create(format: &JsonFormat, config: SinkConfig) -> Result<Self, SinkError> {
        let dates = DateForm::new(format.dates.as_deref())
            .map_err(|error| SinkError::setting(&config.name, FaultKind::Setting(error.to_string())))?;
        let output = TextFile::begin(&config.path, &config.name, format.compression)?;
        Ok(JsonSink { writer: Writer::new(&config.fields, dates), config, output, rows: 0 })
    }

    fn write_rows(&mut self, batch: &RecordBatch) -> Result<(), StepError> {
        let rows = Rows::of(&self.config.fields, batch).map_err(|error| self.output.failed(&error.to_string()))?;
        for row in 0..batch.num_rows() {
            let written = self.writer.write(&rows, row, &mut self.output.buffer);
            written.map_err(|error: WriteError| self.output.failed(&format!("row {}, {error}", self.rows + 1)))?;
            self.output.buffer.push(b'\n');
            self.rows += 1;
            self.output.drain_if_full().map_err(|error| self.output.give_up(&error, self.rows))?;
        }
        Ok(())
    }

    fn give_up(&mut self, error: &io::Error) -> StepError {
        self.output.give_up(error, self.rows)
    }
}

impl Sink for JsonSink {
    fn write(&mut self, batch: &RecordBatch) -> Result<(), StepError> {
        self.write_rows(batch)
    }

    fn flush(&mut self) -> Result<(), StepError> {
        let flushed = self.output.flush();
        flushed.map_err(|error| self.give_up(&error))
    }

    fn prepare(&mut self) -> Result<(), StepError> {
        let completed = self.output.complete();
        completed.map_err(|error| self.give_up(&error))
    }

    fn finish(mut self: Box<Self>) -> Result<Published, StepError> {
        let published = self.output.publish();
        let bytes = published.map_err(|error| self.give_up(&error))?;
        Ok(Published { path: self.config.path.clone(), rows: self.rows, bytes })
    }
}
