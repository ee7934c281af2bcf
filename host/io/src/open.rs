//! From a plan's format to what reads or writes it: the one place that knows every format.

use std::num::NonZeroUsize;
use std::path::{Path, PathBuf};

use leat_flow::step::{Sink, Source};
use leat_stream::check::{SampledCell, SampledFile};
use leat_stream::plan::Format;
use leat_stream::schema::{DataType, Field};

use crate::arrow::{self, ArrowSink, ArrowSource};
use crate::csv::{self, CsvSink, CsvSource};
use crate::fault::Fault;
use crate::file::SinkError;
use crate::files::{self, FilesSource};
use crate::json::{self, JsonSink, JsonSource};

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
    })
}

/// Begins a file that batches are written to.
///
/// # Errors
/// It cannot be created, another run is writing it, or the format makes no sense.
pub fn create_sink(format: &Format, config: SinkConfig) -> Result<Box<dyn Sink>, SinkError> {
    Ok(match format {
        Format::Csv(csv) => Box::new(CsvSink::create(csv, config)?),
        Format::JsonLines(json) => Box::new(JsonSink::create(json, config)?),
        Format::Arrow => Box::new(ArrowSink::create(config)?),
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
        // Its columns have their types already.
        Format::Arrow => Ok(()),
    }
}
