//! From batches to an Arrow file.

use std::io;
use std::path::Path;

use arrow_array::{Array, ArrayRef, RecordBatch, make_array};
use arrow_schema::{ArrowError, SchemaRef};
use arrow_select::concat::concat_batches;
use leat_flow::schema::arrow_schema;
use leat_stream::plan::Format;
use leat_stream::schema::Field;

use super::write::ArrowFileWriter;
use crate::append::{AppendError, copy_records};
use crate::held;
use crate::partial::PartialFile;
use crate::position::{self, PositionError};
use crate::sink::{EncodeError, Encoder, Encoding};

/// Batches of fewer rows are gathered until they have so many: each batch in a file costs a message of its own.
const SMALL_ROWS: usize = 1024;
/// What messages call an output.
const OUTPUT: &str = "an Arrow output";

/// How the files of an output are written.
pub(crate) fn encoding(fields: &[Field]) -> Box<dyn Encoding> {
    Box::new(ArrowEncoding { fields: fields.to_vec() })
}

struct ArrowEncoding {
    fields: Vec<Field>,
}

struct ArrowEncoder {
    schema: SchemaRef,
    writer: ArrowFileWriter,
    /// Batches too small to stand in the file alone, and how many rows and bytes they have.
    small: Vec<RecordBatch>,
    small_rows: usize,
    small_bytes: usize,
}

impl ArrowEncoding {
    fn encoder(&self, writer: ArrowFileWriter) -> ArrowEncoder {
        let schema = arrow_schema(&self.fields);
        ArrowEncoder { schema, writer, small: Vec::new(), small_rows: 0, small_bytes: 0 }
    }
}

impl Encoding for ArrowEncoding {
    fn name(&self) -> String {
        OUTPUT.to_owned()
    }

    fn begin(&self, file: PartialFile) -> io::Result<Box<dyn Encoder>> {
        let writer = ArrowFileWriter::begin(file, arrow_schema(&self.fields)).map_err(io_error)?;
        Ok(Box::new(self.encoder(writer)))
    }

    fn append(&self, old: &Path, file: PartialFile) -> Result<Box<dyn Encoder>, AppendError> {
        let mut encoder = self.begin(file)?;
        copy_records(old, &Format::Arrow, &self.fields, &mut *encoder)?;
        Ok(encoder)
    }

    fn resume(&self, file: PartialFile, position: &[u8]) -> Result<Box<dyn Encoder>, PositionError> {
        let (batches, small): (usize, _) = position::read(OUTPUT, position)?;
        let writer = ArrowFileWriter::resume(file, arrow_schema(&self.fields));
        let writer = writer.map_err(|error| match error {
            ArrowError::IoError(_, error) => PositionError::Read(error),
            _ => PositionError::Outside,
        })?;
        if writer.batches() != batches {
            return Err(PositionError::Outside);
        }
        let mut encoder = self.encoder(writer);
        for batch in held::unpack(&encoder.schema, small)? {
            encoder.hold(batch);
        }
        Ok(Box::new(encoder))
    }
}

impl ArrowEncoder {
    fn hold(&mut self, batch: RecordBatch) {
        self.small_rows += batch.num_rows();
        self.small_bytes += held::value_bytes(&batch);
        self.small.push(batch);
    }

    /// Writes what was gathered of small batches as one.
    fn write_small(&mut self) -> Result<(), ArrowError> {
        (self.small_rows, self.small_bytes) = (0, 0);
        match &std::mem::take(&mut self.small)[..] {
            [] => Ok(()),
            [only] => self.writer.write(only),
            several => self.writer.write(&concat_batches(&self.schema, several)?),
        }
    }

    fn write_batch(&mut self, batch: &RecordBatch) -> Result<(), ArrowError> {
        let columns = batch.columns().iter().map(without_needless_validity).collect::<Result<_, _>>()?;
        let batch = RecordBatch::try_new(SchemaRef::clone(&self.schema), columns)?;
        if batch.num_rows() < SMALL_ROWS {
            self.hold(batch);
            return if self.small_rows >= SMALL_ROWS { self.write_small() } else { Ok(()) };
        }
        self.write_small()?;
        self.writer.write(&batch)
    }
}

/// A column without nulls may say so for each of its rows, or not; which it is depends on the way it came here, and would stand
/// in the file.
fn without_needless_validity(column: &ArrayRef) -> Result<ArrayRef, ArrowError> {
    if column.nulls().is_none() || column.null_count() > 0 {
        return Ok(ArrayRef::clone(column));
    }
    Ok(make_array(column.to_data().into_builder().nulls(None).build()?))
}

impl Encoder for ArrowEncoder {
    fn write(&mut self, batch: &RecordBatch) -> Result<(), EncodeError> {
        Ok(self.write_batch(batch).map_err(io_error)?)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.writer.flush()
    }

    fn position(&mut self) -> io::Result<Vec<u8>> {
        self.writer.flush()?;
        let small = held::pack(&self.schema, &self.small).map_err(io_error)?;
        Ok(position::write(OUTPUT, &self.writer.batches(), &small))
    }

    fn file(&mut self) -> &mut PartialFile {
        self.writer.file()
    }

    fn held_bytes(&self) -> usize {
        self.small_bytes
    }

    fn end_block(&mut self) -> io::Result<()> {
        self.write_small().map_err(io_error)
    }

    fn finish(mut self: Box<Self>) -> io::Result<PartialFile> {
        self.end_block()?;
        self.writer.finish().map_err(io_error)
    }
}

fn io_error(error: ArrowError) -> io::Error {
    match error {
        ArrowError::IoError(_, error) => error,
        other => io::Error::other(other),
    }
}
