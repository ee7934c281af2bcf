//! A CSV file as a sink of batches.

use std::io::{self, Write};
use std::path::PathBuf;

use arrow_array::RecordBatch;
use leat_flow::step::{Published, Sink, StepError};
use leat_stream::plan::CsvFormat;
use leat_stream::schema::{DataType, Field};

use super::fault::FaultKind;
use super::open::dialect;
use super::write::{FormatError, Formatter};
use crate::compression::Packer;
use crate::partial::{BeginError, PartialFile};
use crate::value::{self, DateForm};

/// What to write and how.
#[derive(Clone, Debug)]
pub struct SinkConfig {
    /// The final name.
    pub path: PathBuf,
    /// What messages call it: the path as the stream file has it.
    pub name: String,
    /// How it is written. `null` is the text that nulls are written as; without it they are empty fields.
    pub format: CsvFormat,
    /// The columns of the batches, in their order.
    pub fields: Vec<Field>,
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
}

/// Writes a CSV file, plain or packed, which has its name only when it is whole and on disk. Dropped before
/// [`Sink::finish`], it leaves nothing behind.
pub struct CsvSink {
    config: SinkConfig,
    formatter: Formatter,
    output: Output,
    rows: u64,
}

struct Output {
    /// Nothing after an error, or once it is complete.
    packer: Option<Packer<PartialFile>>,
    /// The file once all of it is on disk.
    complete: Option<PartialFile>,
    buffer: Vec<u8>,
    /// Of text, before packing.
    bytes: u64,
}

#[derive(Debug, thiserror::Error)]
enum WriteError {
    #[error(transparent)]
    Io(#[from] io::Error),
    #[error(transparent)]
    Format(#[from] FormatError),
}

/// What is gathered before it is handed to the system.
const BUFFER_BYTES: usize = 256 << 10;

impl CsvSink {
    /// Begins the file, with its header.
    ///
    /// # Errors
    /// It cannot be created, another run is writing it, or the format makes no sense.
    pub fn create(config: SinkConfig) -> Result<Self, SinkError> {
        let refuse = |reason| SinkError { name: config.name.clone(), reason };
        let formatter = formatter(&config).map_err(|kind| refuse(SinkReason::Setting(kind)))?;
        let file = PartialFile::begin(&config.path).map_err(|error| refuse(SinkReason::Begin(error)))?;
        let packer = Packer::new(file, config.format.compression).map_err(|error| refuse(SinkReason::Pack(error)))?;
        let mut buffer = Vec::with_capacity(BUFFER_BYTES + BUFFER_BYTES / 8);
        formatter.write_header(&config.fields, &mut buffer);
        Ok(CsvSink {
            config,
            formatter,
            output: Output { packer: Some(packer), complete: None, buffer, bytes: 0 },
            rows: 0,
        })
    }

    fn write_rows(&mut self, batch: &RecordBatch) -> Result<(), WriteError> {
        let rows = self.formatter.rows(&self.config.fields, batch)?;
        for row in 0..rows.count {
            rows.write(row, &mut self.output.buffer)?;
            self.rows += 1;
            if self.output.buffer.len() >= BUFFER_BYTES {
                self.output.drain()?;
            }
        }
        Ok(())
    }

    fn failed(&self, what: &str) -> StepError {
        StepError::Failed(format!("{}: {what}", self.config.name))
    }

    /// Removes the partial file, which may be what fills the disk.
    fn give_up(&mut self, error: &io::Error) -> StepError {
        self.output.packer = None;
        self.output.complete = None;
        let rows = self.rows;
        let cause = match error.kind() {
            io::ErrorKind::StorageFull => "the disk is full; make room or choose another output directory".to_owned(),
            io::ErrorKind::QuotaExceeded => {
                "the disk quota is used up; make room or choose another directory".to_owned()
            }
            _ => format!("it cannot be written: {error}"),
        };
        self.failed(&format!(
            "{cause} (after about {rows} rows; the partial file was removed and nothing was published)"
        ))
    }
}

impl Output {
    fn drain(&mut self) -> io::Result<()> {
        let packer = self.packer.as_mut().ok_or_else(given_up)?;
        packer.write_all(&self.buffer)?;
        self.bytes += self.buffer.len() as u64;
        self.buffer.clear();
        Ok(())
    }

    fn flush(&mut self) -> io::Result<()> {
        self.drain()?;
        self.packer.as_mut().ok_or_else(given_up)?.flush()
    }

    fn complete(&mut self) -> io::Result<()> {
        if self.complete.is_none() {
            self.drain()?;
            let file = self.packer.take().ok_or_else(given_up)?.finish()?;
            file.sync()?;
            self.complete = Some(file);
        }
        Ok(())
    }

    fn publish(&mut self) -> io::Result<u64> {
        self.complete()?;
        self.complete.take().ok_or_else(given_up)?.publish()
    }
}

fn given_up() -> io::Error {
    io::Error::other("it was given up after an error before")
}

impl Sink for CsvSink {
    fn write(&mut self, batch: &RecordBatch) -> Result<(), StepError> {
        self.write_rows(batch).map_err(|error| match error {
            WriteError::Io(error) => self.give_up(&error),
            WriteError::Format(error @ FormatError::Layout(_)) => self.failed(&error.to_string()),
            WriteError::Format(error) => self.failed(&format!("row {}, {error}", self.rows + 1)),
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

fn formatter(config: &SinkConfig) -> Result<Formatter, FaultKind> {
    let format = &config.format;
    let dialect = dialect(format)?;
    let dates = DateForm::new(format.dates.as_deref()).map_err(|error| FaultKind::Setting(error.to_string()))?;
    let null = format.null.clone().unwrap_or_default();
    let special = |c: char| c == format.delimiter || matches!(c, '"' | '\r' | '\n');
    if null.contains(special) {
        return Err(FaultKind::Setting(format!(
            "null={null:?} holds a delimiter, quote or line end: no reader would take it for null; choose another"
        )));
    }
    let mistaken = config.fields.iter().find(|field| {
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
