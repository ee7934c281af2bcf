//! From batches to the bytes of a Parquet file.

use std::io;
use std::path::Path;
use std::sync::Arc;

use ::parquet::basic::{Compression, ZstdLevel};
use ::parquet::errors::{ParquetError, Result};
use ::parquet::file::properties::WriterProperties;
use arrow_array::RecordBatch;
use arrow_schema::SchemaRef;
use leat_flow::schema::arrow_schema;
use leat_stream::plan::Format;
use leat_stream::schema::{DataType, Field};

use super::groups::{Groups, LIMITS, Settings};
use super::rows_of_group::unpack;
use crate::append::{AppendError, copy_records};
use crate::fault::FaultKind;
use crate::partial::PartialFile;
use crate::position::{self, PositionError};
use crate::sink::{EncodeError, Encoder, Encoding};
use crate::typed::guarded;

/// Who wrote the file. Without a version, so that the same records make the same bytes.
const CREATED_BY: &str = "leat";
/// What messages call an output.
const OUTPUT: &str = "a Parquet output";

/// How the files of an output are written.
///
/// # Errors
/// A column is of a type that Parquet has none for.
pub(crate) fn encoding(fields: &[Field]) -> std::result::Result<Box<dyn Encoding>, FaultKind> {
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
    groups: Groups,
}

impl ParquetEncoding {
    fn settings(&self) -> Result<Settings> {
        let properties = WriterProperties::builder()
            .set_created_by(CREATED_BY.to_owned())
            // The lowest level: a sixth smaller than Snappy for a sixth more time (docs/performance.md).
            .set_compression(Compression::ZSTD(ZstdLevel::try_new(1)?))
            .build();
        Ok(Settings { schema: arrow_schema(&self.fields), properties, limits: LIMITS })
    }
}

impl Encoding for ParquetEncoding {
    fn name(&self) -> String {
        OUTPUT.to_owned()
    }

    fn begin(&self, file: PartialFile) -> io::Result<Box<dyn Encoder>> {
        let groups = self.settings().and_then(|settings| Groups::begin(file, settings)).map_err(io_error)?;
        Ok(Box::new(ParquetEncoder { schema: arrow_schema(&self.fields), groups }))
    }

    fn append(&self, old: &Path, file: PartialFile) -> std::result::Result<Box<dyn Encoder>, AppendError> {
        let mut encoder = self.begin(file)?;
        copy_records(old, &Format::Parquet, &self.fields, &mut *encoder)?;
        Ok(encoder)
    }

    fn resume(&self, file: PartialFile, position: &[u8]) -> std::result::Result<Box<dyn Encoder>, PositionError> {
        let (whole, bytes): (usize, _) = position::read(OUTPUT, position)?;
        let pieces = position::split(bytes).ok_or(PositionError::Unreadable)?;
        let (footers, rows) = pieces.split_at_checked(whole).ok_or(PositionError::Unreadable)?;
        let schema = arrow_schema(&self.fields);
        let groups = guarded(|| Groups::resume(file, self.settings()?, footers));
        let mut groups = groups.map_err(|_| PositionError::Outside)?;
        for packed in rows {
            for piece in unpack(&schema, packed)? {
                groups.write_piece(&piece).map_err(|error| PositionError::Read(io_error(error)))?;
            }
        }
        Ok(Box::new(ParquetEncoder { schema, groups }))
    }
}

impl Encoder for ParquetEncoder {
    fn write(&mut self, batch: &RecordBatch) -> std::result::Result<(), EncodeError> {
        let batch =
            RecordBatch::try_new(Arc::clone(&self.schema), batch.columns().to_vec()).map_err(io::Error::other)?;
        Ok(self.groups.write(&batch).map_err(io_error)?)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.groups.flush()
    }

    fn position(&mut self) -> io::Result<Vec<u8>> {
        let (whole, pieces) = self.groups.position().map_err(io_error)?;
        Ok(position::write(OUTPUT, &whole, &position::join(pieces)))
    }

    fn file(&mut self) -> &mut PartialFile {
        self.groups.file()
    }

    fn held_bytes(&self) -> usize {
        self.groups.held_bytes()
    }

    fn end_block(&mut self) -> io::Result<()> {
        self.groups.end_group().map_err(io_error)
    }

    fn finish(self: Box<Self>) -> io::Result<PartialFile> {
        self.groups.finish().map_err(io_error)
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
