//! From batches to the bytes of an Arrow file.

use std::io::{self, BufWriter, Write};
use std::path::Path;

use arrow_array::RecordBatch;
use arrow_ipc::writer::FileWriter;
use arrow_schema::{ArrowError, SchemaRef};
use arrow_select::concat::concat_batches;
use leat_flow::schema::arrow_schema;
use leat_stream::plan::Format;
use leat_stream::schema::Field;

use crate::append::{AppendError, copy_records};
use crate::partial::PartialFile;
use crate::sink::{EncodeError, Encoder, Encoding};

const BUFFER_BYTES: usize = 256 << 10;
/// Batches of fewer rows are gathered until they have so many: each batch in a file costs a message of its own.
const SMALL_ROWS: usize = 1024;

/// How the files of an output are written.
pub(crate) fn encoding(fields: &[Field]) -> Box<dyn Encoding> {
    Box::new(ArrowEncoding { fields: fields.to_vec() })
}

struct ArrowEncoding {
    fields: Vec<Field>,
}

struct ArrowEncoder {
    schema: SchemaRef,
    writer: FileWriter<BufWriter<PartialFile>>,
    /// Batches too small to stand in the file alone, and how many rows they have.
    small: Vec<RecordBatch>,
    small_rows: usize,
}

impl Encoding for ArrowEncoding {
    fn begin(&self, file: PartialFile) -> io::Result<Box<dyn Encoder>> {
        let schema = arrow_schema(&self.fields);
        let writer = FileWriter::try_new(BufWriter::with_capacity(BUFFER_BYTES, file), &schema).map_err(io_error)?;
        Ok(Box::new(ArrowEncoder { schema, writer, small: Vec::new(), small_rows: 0 }))
    }

    fn resume(&self, old: &Path, file: PartialFile) -> Result<Box<dyn Encoder>, AppendError> {
        let mut encoder = self.begin(file)?;
        copy_records(old, &Format::Arrow, &self.fields, &mut *encoder)?;
        Ok(encoder)
    }
}

impl ArrowEncoder {
    /// Writes what was gathered of small batches as one.
    fn write_small(&mut self) -> Result<(), ArrowError> {
        self.small_rows = 0;
        match &std::mem::take(&mut self.small)[..] {
            [] => Ok(()),
            [only] => self.writer.write(only),
            several => self.writer.write(&concat_batches(&self.schema, several)?),
        }
    }

    fn write_batch(&mut self, batch: &RecordBatch) -> Result<(), ArrowError> {
        let batch = RecordBatch::try_new(SchemaRef::clone(&self.schema), batch.columns().to_vec())?;
        if batch.num_rows() < SMALL_ROWS {
            self.small_rows += batch.num_rows();
            self.small.push(batch);
            return if self.small_rows >= SMALL_ROWS { self.write_small() } else { Ok(()) };
        }
        self.write_small()?;
        self.writer.write(&batch)
    }
}

impl Encoder for ArrowEncoder {
    fn write(&mut self, batch: &RecordBatch) -> Result<(), EncodeError> {
        Ok(self.write_batch(batch).map_err(io_error)?)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.writer.get_mut().flush()
    }

    fn held_bytes(&self) -> usize {
        self.small.iter().map(RecordBatch::get_array_memory_size).sum()
    }

    fn end_block(&mut self) -> io::Result<()> {
        self.write_small().map_err(io_error)
    }

    fn finish(mut self: Box<Self>) -> io::Result<PartialFile> {
        self.end_block()?;
        // Writes the footer.
        let buffered = self.writer.into_inner().map_err(io_error)?;
        buffered.into_inner().map_err(io::IntoInnerError::into_error)
    }
}

fn io_error(error: ArrowError) -> io::Error {
    match error {
        ArrowError::IoError(_, error) => error,
        other => io::Error::other(other),
    }
}
