//! From a plan's format to what reads or writes it: the one place that knows every format.

use std::num::NonZeroUsize;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use leat_flow::step::{Sink, Source};
use leat_stream::check::{SampledCell, SampledFile};
use leat_stream::plan::{Format, PartPiece};
use leat_stream::schema::{DataType, Field};

use crate::arrow::{self, ArrowSource};
use crate::csv::{self, CsvSource};
use crate::fault::{Fault, FaultKind};
use crate::file::SinkError;
use crate::files::{self, FilesSource};
use crate::json::{self, JsonSource};
use crate::parquet::{self, ParquetSource};
use crate::parts::PartsSink;
use crate::position::PositionError;
use crate::row_groups::RowGroups;
use crate::sink::{Encoding, FileSink};

/// What to read.
#[derive(Clone, Debug)]
pub struct SourceConfig {
    /// Where the file is.
    pub path: PathBuf,
    /// What messages and rejected records call it: the path as the stream file has it.
    pub name: String,
    /// The columns that are read, in the order of the batches; others are only passed over.
    pub columns: Vec<SourceColumn>,
    /// How many threads parse it, where the format is parsed by several; the batches are the same for any number.
    pub threads: NonZeroUsize,
    /// Which row groups are worth reading, for formats that have some; all of them where nothing is given.
    pub row_groups: Option<Arc<dyn RowGroups>>,
}

/// A column that is read.
#[derive(Clone, Debug)]
pub struct SourceColumn {
    /// Its name in the file.
    pub header: String,
    /// What it is read as.
    pub field: Field,
}

/// What to write.
#[derive(Clone, Debug)]
pub struct SinkConfig {
    /// The final name.
    pub path: PathBuf,
    /// What messages call it: the path as the stream file has it.
    pub name: String,
    /// The columns of the batches, in their order.
    pub fields: Vec<Field>,
    /// Where it is a file for each value of some columns: what `name` is made of.
    pub parts: Vec<PartPiece>,
    /// Whether records come behind those that the file has already.
    pub append: bool,
}

/// Opens a file to be read as batches, or every file that a pattern (`in/*.csv`) names.
///
/// # Errors
/// The file cannot be read, lacks a column, or the format makes no sense. [`Fault::in_file`] has the whole message.
pub fn open_source(format: &Format, config: SourceConfig) -> Result<Box<dyn Source>, Fault> {
    if files::is_pattern(&config.name) {
        return Ok(Box::new(FilesSource::open(format, config)?));
    }
    open_one(format, config)
}

/// Opens one file.
pub(crate) fn open_one(format: &Format, config: SourceConfig) -> Result<Box<dyn Source>, Fault> {
    Ok(match format {
        Format::Csv(csv) => Box::new(CsvSource::open(csv, config)?),
        Format::JsonLines(json) => Box::new(JsonSource::open(json, config)?),
        Format::Arrow => Box::new(ArrowSource::open(config)?),
        Format::Parquet => Box::new(ParquetSource::open(config)?),
    })
}

/// Begins a file that batches are written to, or an output in parts, whose files begin with their first records.
///
/// # Errors
/// It cannot be created, another run is writing it, the format makes no sense, or what is there cannot be appended to.
pub fn create_sink(format: &Format, config: SinkConfig) -> Result<Box<dyn Sink>, SinkError> {
    let encoding = encoding(format, &config.fields).map_err(|kind| SinkError::setting(&config.name, kind))?;
    if config.parts.is_empty() {
        return Ok(Box::new(FileSink::create(&*encoding, config, true)?));
    }
    Ok(Box::new(PartsSink::new(encoding, config)))
}

/// Goes on with an output from a position that a sink of the same settings gave, behind what was written until then. A file that
/// was complete, and has its final name already, is not written again.
///
/// # Errors
/// What was written is not there any more or is in use, or the position is not one of such an output.
pub fn resume_sink(format: &Format, config: SinkConfig, position: &[u8]) -> Result<Box<dyn Sink>, SinkError> {
    let name = config.name.clone();
    let encoding = encoding(format, &config.fields).map_err(|kind| SinkError::setting(&name, kind))?;
    let sink: Result<Box<dyn Sink>, PositionError> = if config.parts.is_empty() {
        FileSink::resume(&*encoding, config, position, true).map(|sink| Box::new(sink) as _)
    } else {
        PartsSink::resume(encoding, config, position).map(|sink| Box::new(sink) as _)
    };
    sink.map_err(|error| SinkError::position(&name, error))
}

/// How the files of an output are written.
fn encoding(format: &Format, fields: &[Field]) -> Result<Box<dyn Encoding>, FaultKind> {
    Ok(match format {
        Format::Csv(csv) => csv::encoding(csv, fields)?,
        Format::JsonLines(json) => json::encoding(json, fields)?,
        Format::Arrow => arrow::encoding(fields),
        Format::Parquet => parquet::encoding(fields)?,
    })
}

/// The columns of a file and its first records, as many as fit the bounds. `name` is its path below `root`, or absolute;
/// of a pattern's files the first is looked at, and that the others have its columns.
///
/// # Errors
/// The file cannot be read to the end of the sample.
pub fn sample(root: &Path, name: &str, format: &Format) -> Result<SampledFile, Fault> {
    if files::is_pattern(name) { files::sample(root, name, format) } else { sample_one(&root.join(name), format) }
}

/// The columns of one file and its first records.
pub(crate) fn sample_one(path: &Path, format: &Format) -> Result<SampledFile, Fault> {
    match format {
        Format::Csv(csv) => csv::sample(path, csv),
        Format::JsonLines(json) => json::sample(path, json),
        Format::Arrow => arrow::sample(path),
        Format::Parquet => parquet::sample(path),
    }
}

/// Whether a cell of a sample is a value of a type, by the rules that the format's source reads by. Not asked of nulls.
///
/// # Errors
/// Why not, for a person.
pub fn check_cell(cell: &SampledCell, data_type: DataType, format: &Format) -> Result<(), String> {
    match format {
        Format::Csv(csv) => csv::check_cell(cell, data_type, csv),
        Format::JsonLines(json) => json::check_cell(cell, data_type, json),
        // Their columns have types already.
        Format::Arrow | Format::Parquet => Ok(()),
    }
}
