//! An Arrow file, opened with distrust.

use std::fs::File;
use std::io::{Read, Seek, SeekFrom};
use std::path::Path;
use std::sync::Arc;

use arrow_array::RecordBatch;
use arrow_buffer::Buffer;
use arrow_ipc::reader::FileDecoder;
use arrow_ipc::{Block, convert, root_as_footer};
use arrow_schema::{ArrowError, SchemaRef};
use leat_stream::check::SampledFile;

use super::packed::require_bounded;
use crate::fault::{Fault, FaultKind};
use crate::file::{Progress, open_file};
use crate::typed::{guarded, sampled};

/// What every file begins and ends with.
const MAGIC: &[u8] = b"ARROW1";
/// How a stream of the same messages begins, which is another format.
const STREAM_BEGIN: &[u8] = &[0xff; 4];
/// The magic and what pads it.
const HEAD_BYTES: u64 = 8;
/// The footer's length and the magic.
const TAIL_BYTES: u64 = 10;

/// An open file whose footer has been read.
pub(crate) struct ArrowFile {
    file: File,
    decoder: FileDecoder,
    blocks: Vec<Block>,
    dictionaries: Vec<Block>,
    pub(crate) schema: SchemaRef,
    pub(crate) progress: Progress,
}

impl ArrowFile {
    /// Opens a file and reads its footer.
    pub(crate) fn open(path: &Path) -> Result<Self, Fault> {
        let (mut file, progress) = open_file(path)?;
        let total = progress.total;
        let mut head = Vec::new();
        Read::by_ref(&mut file).take(HEAD_BYTES).read_to_end(&mut head).map_err(FaultKind::Read)?;
        if head.starts_with(STREAM_BEGIN) {
            return Err(FaultKind::ArrowStream.into());
        }
        if !head.starts_with(MAGIC) {
            return Err(FaultKind::NotArrow.into());
        }
        let cut = || FaultKind::ArrowDamaged("its end is missing".to_owned());
        if total < HEAD_BYTES + TAIL_BYTES {
            return Err(cut().into());
        }
        let tail = read_at(&mut file, total - TAIL_BYTES, TAIL_BYTES)?;
        let (length, magic) = tail.split_at(4);
        let length = length.try_into().map(i32::from_le_bytes).unwrap_or_default();
        let length = u64::try_from(length).unwrap_or_default();
        if magic != MAGIC || length == 0 || length > total - HEAD_BYTES - TAIL_BYTES {
            return Err(cut().into());
        }
        let data_end = total - TAIL_BYTES - length;
        let footer = read_at(&mut file, data_end, length)?;
        let (schema, version, blocks, dictionaries) = guarded(|| {
            let footer = root_as_footer(&footer).map_err(|error| ArrowError::ParseError(error.to_string()))?;
            let schema = footer.schema().ok_or_else(|| ArrowError::ParseError("there is no schema".to_owned()))?;
            if !schema.endianness().equals_to_target_endianness() {
                return Err(ArrowError::ParseError("it was written with the bytes in another order".to_owned()));
            }
            let schema = Arc::new(convert::fb_to_schema(schema));
            let blocks: Vec<Block> = footer.recordBatches().into_iter().flatten().copied().collect();
            let dictionaries: Vec<Block> = footer.dictionaries().into_iter().flatten().copied().collect();
            Ok((schema, footer.version(), blocks, dictionaries))
        })
        .map_err(damaged)?;
        for block in blocks.iter().chain(&dictionaries) {
            if extent(block).is_none_or(|(start, bytes)| start + bytes > data_end) {
                return Err(FaultKind::ArrowDamaged("a batch lies outside the file".to_owned()).into());
            }
        }
        let decoder = FileDecoder::new(Arc::clone(&schema), version);
        Ok(ArrowFile { file, decoder, blocks, dictionaries, schema, progress })
    }

    /// Chooses the columns that are decoded, in any order, and reads the dictionaries.
    pub(crate) fn project(mut self, columns: Vec<usize>) -> Result<Self, Fault> {
        self.decoder = self.decoder.with_projection(columns);
        for block in std::mem::take(&mut self.dictionaries) {
            let body = self.body(&block)?;
            guarded(|| self.decoder.read_dictionary(&block, &body)).map_err(damaged)?;
        }
        Ok(self)
    }

    pub(crate) fn batches(&self) -> usize {
        self.blocks.len()
    }

    /// Decodes a batch.
    pub(crate) fn batch(&mut self, index: usize) -> Result<RecordBatch, Fault> {
        let block = self.blocks[index];
        let body = self.body(&block)?;
        let batch = guarded(|| self.decoder.read_record_batch(&block, &body)).map_err(damaged)?;
        batch.ok_or_else(|| FaultKind::ArrowDamaged("a batch is missing".to_owned()).into())
    }

    /// The bytes of a block, whose sizes make sense.
    fn body(&mut self, block: &Block) -> Result<Buffer, Fault> {
        let (start, bytes) = extent(block).unwrap_or_default();
        let body = read_at(&mut self.file, start, bytes)?;
        let message_bytes = usize::try_from(block.metaDataLength()).unwrap_or_default();
        guarded(|| require_bounded(&body, message_bytes)).map_err(damaged)?;
        Ok(Buffer::from(body))
    }
}

/// Where a block begins and how long it is; nothing where that makes no sense.
fn extent(block: &Block) -> Option<(u64, u64)> {
    let start = u64::try_from(block.offset()).ok()?;
    let metadata = u64::try_from(block.metaDataLength()).ok().filter(|bytes| *bytes >= 8)?;
    let bytes = u64::try_from(block.bodyLength()).ok()?.checked_add(metadata)?;
    start.checked_add(bytes).map(|_| (start, bytes))
}

/// Reads a part of the file that is known to lie in it.
fn read_at(file: &mut File, start: u64, bytes: u64) -> Result<Vec<u8>, FaultKind> {
    file.seek(SeekFrom::Start(start)).map_err(FaultKind::Read)?;
    let size =
        usize::try_from(bytes).map_err(|_| FaultKind::ArrowDamaged("a batch is larger than memory".to_owned()))?;
    let mut buffer = vec![0; size];
    file.read_exact(&mut buffer).map_err(FaultKind::Read)?;
    Ok(buffer)
}

/// What is wrong with it.
pub(super) fn damaged(what: String) -> FaultKind {
    FaultKind::ArrowDamaged(what)
}

/// The columns of a file with their types; there is no need to look at its records.
///
/// # Errors
/// The file cannot be read as an Arrow file.
pub fn sample(path: &Path) -> Result<SampledFile, Fault> {
    Ok(sampled(&ArrowFile::open(path)?.schema))
}
