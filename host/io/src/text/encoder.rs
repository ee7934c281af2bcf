//! Rows of text into a file, plain or packed.

use std::io::{self, Write};
use std::path::Path;
use std::sync::Arc;

use arrow_array::RecordBatch;
use leat_stream::plan::Compression;

use crate::append::{AppendError, old_text};
use crate::compression::pack;
use crate::partial::PartialFile;
use crate::position::{self, PositionError};
use crate::sink::{EncodeError, Encoder, Encoding};

/// What is gathered before it is handed to the system.
const BUFFER_BYTES: usize = 256 << 10;
/// How much text is packed at once, as a member or frame of its own. A packed file can be gone on with where one ends; larger
/// ones would make it hardly smaller.
const FRAME_BYTES: usize = 4 << 20;

/// How the rows of a queue are spelt.
pub(crate) trait RowFormat: Send + Sync + 'static {
    /// What messages call an output of it: `a CSV output`.
    const OUTPUT: &'static str;

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

    /// Goes on behind what the file holds, with some text.
    fn encoder(&self, file: PartialFile, buffer: Vec<u8>, any: bool) -> Box<dyn Encoder> {
        let (format, compression) = (Arc::clone(&self.format), self.compression);
        Box::new(TextEncoder { format, compression, file, buffer, any })
    }
}

impl<F: RowFormat> Encoding for TextEncoding<F> {
    fn name(&self) -> String {
        name::<F>(self.compression)
    }

    fn begin(&self, file: PartialFile) -> io::Result<Box<dyn Encoder>> {
        Ok(self.encoder(file, self.header(), false))
    }

    fn append(&self, old: &Path, mut file: PartialFile) -> Result<Box<dyn Encoder>, AppendError> {
        let old = old_text(old, self.compression, &self.header())?;
        if old.empty {
            return Ok(self.begin(file)?);
        }
        file.copy(old.file)?;
        let line_end = if old.ended { Vec::new() } else { b"\n".to_vec() };
        Ok(self.encoder(file, line_end, true))
    }

    fn resume(&self, file: PartialFile, position: &[u8]) -> Result<Box<dyn Encoder>, PositionError> {
        let (any, text) = position::read(&name::<F>(self.compression), position)?;
        Ok(self.encoder(file, text.to_vec(), any))
    }
}

/// What messages call an output.
fn name<F: RowFormat>(compression: Compression) -> String {
    let packed = match compression {
        Compression::None => "",
        Compression::Gzip => " packed with gzip",
        Compression::Zstd => " packed with Zstandard",
    };
    format!("{}{packed}", F::OUTPUT)
}

struct TextEncoder<F> {
    format: Arc<F>,
    compression: Compression,
    file: PartialFile,
    /// Text that has not been handed on.
    buffer: Vec<u8>,
    /// Whether any was.
    any: bool,
}

impl<F> TextEncoder<F> {
    /// Hands on what makes whole frames; where it is not packed, all.
    fn drain(&mut self) -> io::Result<()> {
        let whole = match self.compression {
            Compression::None => self.buffer.len(),
            Compression::Gzip | Compression::Zstd => self.buffer.len() - self.buffer.len() % FRAME_BYTES,
        };
        for frame in self.buffer[..whole].chunks(FRAME_BYTES) {
            pack(frame, self.compression, &mut self.file)?;
            self.any = true;
        }
        self.buffer.drain(..whole);
        Ok(())
    }
}

impl<F: RowFormat> Encoder for TextEncoder<F> {
    fn write(&mut self, batch: &RecordBatch) -> Result<(), EncodeError> {
        let format = Arc::clone(&self.format);
        let rows = format.rows(batch)?;
        let enough = if self.compression == Compression::None { BUFFER_BYTES } else { FRAME_BYTES };
        for row in 0..batch.num_rows() {
            rows.write(row, &mut self.buffer).map_err(|what| EncodeError::Row { row, what })?;
            if self.buffer.len() >= enough {
                self.drain()?;
            }
        }
        Ok(())
    }

    fn flush(&mut self) -> io::Result<()> {
        self.drain()?;
        self.file.flush()
    }

    fn position(&mut self) -> io::Result<Vec<u8>> {
        self.drain()?;
        Ok(position::write(&name::<F>(self.compression), &self.any, &self.buffer))
    }

    fn file(&mut self) -> &mut PartialFile {
        &mut self.file
    }

    fn held_bytes(&self) -> usize {
        // Plain text is handed on now and then, which leaves no trace in the file.
        if self.compression == Compression::None { 0 } else { self.buffer.len() }
    }

    fn end_block(&mut self) -> io::Result<()> {
        self.drain()?;
        if !self.buffer.is_empty() {
            pack(&self.buffer, self.compression, &mut self.file)?;
            self.buffer.clear();
            self.any = true;
        }
        Ok(())
    }

    fn finish(mut self: Box<Self>) -> io::Result<PartialFile> {
        self.end_block()?;
        if !self.any {
            // Packed, an empty text has bytes all the same.
            pack(&[], self.compression, &mut self.file)?;
        }
        Ok(self.file)
    }
}
