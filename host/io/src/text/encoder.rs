//! Rows of text into a file, plain or packed.

use std::io::{self, Write};
use std::path::Path;
use std::sync::Arc;

use arrow_array::RecordBatch;
use leat_stream::plan::Compression;

use crate::append::{AppendError, old_text};
use crate::compression::Packer;
use crate::partial::PartialFile;
use crate::sink::{EncodeError, Encoder, Encoding};

/// What is gathered before it is handed to the system.
const BUFFER_BYTES: usize = 256 << 10;

/// How the rows of a queue are spelt.
pub(crate) trait RowFormat: Send + Sync + 'static {
    /// A batch, ready to be written row by row.
    type Rows<'a>: WriteRow;

    /// Writes what stands before the first row.
    fn write_header(&self, out: &mut Vec<u8>);

    /// Makes a batch ready to be written.
    ///
    /// # Errors
    /// A column is not what the format was made for.
    fn rows<'a>(&'a self, batch: &'a RecordBatch) -> Result<Self::Rows<'a>, EncodeError>;
}

/// A batch whose rows can be written.
pub(crate) trait WriteRow {
    /// Writes one row and its line end.
    ///
    /// # Errors
    /// Why the format has no form for it.
    fn write(&self, row: usize, out: &mut Vec<u8>) -> Result<(), String>;
}

/// Files of text.
pub(crate) struct TextEncoding<F> {
    format: Arc<F>,
    compression: Compression,
}

impl<F> TextEncoding<F> {
    pub(crate) fn new(format: F, compression: Compression) -> Self {
        TextEncoding { format: Arc::new(format), compression }
    }
}

impl<F: RowFormat> TextEncoding<F> {
    fn header(&self) -> Vec<u8> {
        let mut header = Vec::new();
        self.format.write_header(&mut header);
        header
    }

    /// Goes on behind what the file holds: packed, it gets another member or frame.
    fn encoder(&self, file: PartialFile, buffer: Vec<u8>) -> io::Result<Box<dyn Encoder>> {
        let packer = Packer::new(file, self.compression)?;
        Ok(Box::new(TextEncoder { format: Arc::clone(&self.format), packer, buffer }))
    }
}

impl<F: RowFormat> Encoding for TextEncoding<F> {
    fn begin(&self, file: PartialFile) -> io::Result<Box<dyn Encoder>> {
        self.encoder(file, self.header())
    }

    fn resume(&self, old: &Path, mut file: PartialFile) -> Result<Box<dyn Encoder>, AppendError> {
        let old = old_text(old, self.compression, &self.header())?;
        if old.empty {
            return Ok(self.begin(file)?);
        }
        file.copy(old.file)?;
        let line_end = if old.ended { Vec::new() } else { b"\n".to_vec() };
        Ok(self.encoder(file, line_end)?)
    }
}

struct TextEncoder<F> {
    format: Arc<F>,
    packer: Packer<PartialFile>,
    /// Text that has not been handed on.
    buffer: Vec<u8>,
}

impl<F> TextEncoder<F> {
    fn drain(&mut self) -> io::Result<()> {
        self.packer.write_all(&self.buffer)?;
        self.buffer.clear();
        Ok(())
    }
}

impl<F: RowFormat> Encoder for TextEncoder<F> {
    fn write(&mut self, batch: &RecordBatch) -> Result<(), EncodeError> {
        let format = Arc::clone(&self.format);
        let rows = format.rows(batch)?;
        for row in 0..batch.num_rows() {
            rows.write(row, &mut self.buffer).map_err(|what| EncodeError::Row { row, what })?;
            if self.buffer.len() >= BUFFER_BYTES {
                self.drain()?;
            }
        }
        Ok(())
    }

    fn flush(&mut self) -> io::Result<()> {
        self.drain()?;
        self.packer.flush()
    }

    fn finish(mut self: Box<Self>) -> io::Result<PartialFile> {
        self.drain()?;
        self.packer.finish()
    }
}
