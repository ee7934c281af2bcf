//! From batches to the bytes of a Parquet file.

use std::io;
use std::path::Path;
use std::sync::Arc;

use ::parquet::arrow::ArrowWriter;
use ::parquet::arrow::arrow_writer::ArrowWriterOptions;
use ::parquet::basic::{Compression, ZstdLevel};
use ::parquet::errors::ParquetError;
use ::parquet::file::properties::WriterProperties;
use arrow_array::RecordBatch;
use arrow_schema::SchemaRef;
use leat_flow::schema::arrow_schema;
use leat_stream::plan::Format;
use leat_stream::schema::{DataType, Field};

use crate::append::{AppendError, copy_records};
use crate::fault::FaultKind;
use crate::partial::PartialFile;
use crate::sink::{EncodeError, Encoder, Encoding};

/// A row group ends after so many rows or packed bytes, whichever is first: it is in memory until then, and it is what a
/// reader can pass over.
const GROUP_ROWS_MAX: usize = 256 << 10;
const GROUP_BYTES_MAX: usize = 64 << 20;
/// Who wrote the file. Without a version, so that the same records make the same bytes.
const CREATED_BY: &str = "leat";

/// How the files of an output are written.
///
/// # Errors
/// A column is of a type that Parquet has none for.
pub(crate) fn encoding(fields: &[Field]) -> Result<Box<dyn Encoding>, FaultKind> {
    let negative = |field: &&Field| matches!(field.data_type, DataType::Decimal { scale, .. } if scale < 0);
    if let Some(Field { name, data_type, .. }) = fields.iter().find(negative) {
        let what = format!("column \"{name}\" is {data_type}, and Parquet has no decimals with a scale below 0");
        return Err(FaultKind::Setting(format!(
            "{what}; make it one with a scale of 0, or write CSV, JSON lines or Arrow"
        )));
    }
    Ok(Box::new(ParquetEncoding { fields: fields.to_vec() }))
}

struct ParquetEncoding {
    fields: Vec<Field>,
}

struct ParquetEncoder {
    schema: SchemaRef,
    writer: ArrowWriter<PartialFile>,
}

impl Encoding for ParquetEncoding {
    fn begin(&self, file: PartialFile) -> io::Result<Box<dyn Encoder>> {
        let properties = WriterProperties::builder()
            .set_created_by(CREATED_BY.to_owned())
            // The lowest level: a sixth smaller than Snappy for a sixth more time (docs/performance.md).
            .set_compression(Compression::ZSTD(ZstdLevel::try_new(1).map_err(io_error)?))
            .set_max_row_group_row_count(Some(GROUP_ROWS_MAX))
            .set_max_row_group_bytes(Some(GROUP_BYTES_MAX))
            .build();
        let options = ArrowWriterOptions::new().with_properties(properties).with_skip_arrow_metadata(true);
        let schema = arrow_schema(&self.fields);
        let writer = ArrowWriter::try_new_with_options(file, Arc::clone(&schema), options).map_err(io_error)?;
        Ok(Box::new(ParquetEncoder { schema, writer }))
    }

    fn resume(&self, old: &Path, file: PartialFile) -> Result<Box<dyn Encoder>, AppendError> {
        let mut encoder = self.begin(file)?;
        copy_records(old, &Format::Parquet, &self.fields, &mut *encoder)?;
        Ok(encoder)
    }
}

impl Encoder for ParquetEncoder {
    fn write(&mut self, batch: &RecordBatch) -> Result<(), EncodeError> {
        let batch =
            RecordBatch::try_new(Arc::clone(&self.schema), batch.columns().to_vec()).map_err(io::Error::other)?;
        Ok(self.writer.write(&batch).map_err(io_error)?)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.writer.sync()
    }

    fn held_bytes(&self) -> usize {
        self.writer.memory_size()
    }

    fn end_block(&mut self) -> io::Result<()> {
        self.writer.flush().map_err(io_error)
    }

    fn finish(self: Box<Self>) -> io::Result<PartialFile> {
        self.writer.into_inner().map_err(io_error)
    }
}

fn io_error(error: ParquetError) -> io::Error {
    match error {
        ParquetError::External(cause) => match cause.downcast::<io::Error>() {
            Ok(error) => *error,
            Err(cause) => io::Error::other(cause),
        },
        other => io::Error::other(other),
    }
}
