//! A CSV file as a sink of batches.

use std::io;

use arrow_array::RecordBatch;
use leat_flow::step::{Published, Sink, StepError};
use leat_stream::plan::CsvFormat;
use leat_stream::schema::{DataType, Field};

use super::open::dialect;
use super::write::{FormatError, Formatter};
use crate::fault::FaultKind;
use crate::file::{SinkError, TextFile};
use crate::open::SinkConfig;
use crate::value::{self, DateForm};

/// Writes a CSV file, plain or packed, which has its name only when it is whole and on disk. Dropped before
/// [`Sink::finish`], it leaves nothing behind.
pub struct CsvSink {
    config: SinkConfig,
    formatter: Formatter,
    output: TextFile,
    rows: u64,
}

#[derive(Debug, thiserror::Error)]
enum WriteError {
    #[error(transparent)]
    Io(#[from] io::Error),
    #[error(transparent)]
    Format(#[from] FormatError),
}

impl CsvSink {
    /// Begins the file, with its header.
    ///
    /// # Errors
    /// It cannot be created, another run is writing it, or the format makes no sense.
    pub fn create(format: &CsvFormat, config: SinkConfig) -> Result<Self, SinkError> {
        let formatter = formatter(format, &config.fields).map_err(|kind| SinkError::setting(&config.name, kind))?;
        let mut output = TextFile::begin(&config.path, &config.name, format.compression)?;
        formatter.write_header(&config.fields, &mut output.buffer);
        Ok(CsvSink { config, formatter, output, rows: 0 })
    }

    fn write_rows(&mut self, batch: &RecordBatch) -> Result<(), WriteError> {
        let rows = self.formatter.rows(&self.config.fields, batch)?;
        for row in 0..rows.count {
            rows.write(row, &mut self.output.buffer)?;
            self.rows += 1;
            self.output.drain_if_full()?;
        }
        Ok(())
    }

    fn give_up(&mut self, error: &io::Error) -> StepError {
        self.output.give_up(error, self.rows)
    }
}

impl Sink for CsvSink {
    fn write(&mut self, batch: &RecordBatch) -> Result<(), StepError> {
        self.write_rows(batch).map_err(|error| match error {
            WriteError::Io(error) => self.give_up(&error),
            WriteError::Format(error @ FormatError::Layout(_)) => self.output.failed(&error.to_string()),
            WriteError::Format(error) => self.output.failed(&format!("row {}, {error}", self.rows + 1)),
        })
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

fn formatter(format: &CsvFormat, fields: &[Field]) -> Result<Formatter, FaultKind> {
    let dialect = dialect(format)?;
    let dates = DateForm::new(format.dates.as_deref()).map_err(|error| FaultKind::Setting(error.to_string()))?;
    let null = format.null.clone().unwrap_or_default();
    let special = |c: char| c == format.delimiter || matches!(c, '"' | '\r' | '\n');
    if null.contains(special) {
        return Err(FaultKind::Setting(format!(
            "null={null:?} holds a delimiter, quote or line end: no reader would take it for null; choose another"
        )));
    }
    let mistaken = fields.iter().find(|field| {
        let text = matches!(field.data_type, DataType::Text | DataType::Binary);
        !text && !null.is_empty() && value::check(&null, field.data_type, &dates).is_ok()
    });
    if let Some(field) = mistaken {
        return Err(FaultKind::Setting(format!(
            "null={null:?} cannot be told from a value of column \"{}\" ({}); choose another",
            field.name, field.data_type
        )));
    }
    Ok(Formatter { dialect, null, dates })
}
