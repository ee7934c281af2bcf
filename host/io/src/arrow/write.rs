//! The bytes of an Arrow file: what `arrow_ipc`'s own writer writes, but one can go on with a file whose end is missing.
//!
//! A file is a stream of messages between the magic and a footer that says where each batch lies. The messages are written by
//! `arrow_ipc`; the footer is made here, of the places of the batches, which the messages of a file without a footer still tell.

use std::fs::File;
use std::io::{self, BufWriter, Write};
use std::os::unix::fs::FileExt;

use arrow_array::RecordBatch;
use arrow_ipc::convert::IpcSchemaEncoder;
use arrow_ipc::writer::StreamWriter;
use arrow_ipc::{Block, FooterBuilder, MetadataVersion, root_as_message};
use arrow_schema::{ArrowError, SchemaRef};

use super::packed::CONTINUATION;
use crate::partial::PartialFile;

const BUFFER_BYTES: usize = 256 << 10;
/// What every file begins and ends with.
const MAGIC: &[u8] = b"ARROW1";
/// The magic and what pads it: messages begin at multiples of this.
const HEAD_BYTES: usize = 64;
/// What stands before a message: the continuation and its length.
const PREFIX_BYTES: usize = 8;

/// Writes a file.
pub(super) struct ArrowFileWriter {
    schema: SchemaRef,
    stream: StreamWriter<Messages>,
    blocks: Vec<Block>,
}

/// The bytes of messages on their way into a file.
struct Messages {
    file: BufWriter<PartialFile>,
    /// How many bytes come before the next.
    at: u64,
    /// Whether they stand in the file already.
    written: bool,
    /// What stands before the message in hand, as much as was written of it.
    prefix: [u8; PREFIX_BYTES],
    prefix_bytes: usize,
}

impl ArrowFileWriter {
    /// Begins a file.
    pub(super) fn begin(file: PartialFile, schema: SchemaRef) -> Result<Self, ArrowError> {
        ArrowFileWriter::start(file, schema, false)
    }

    /// Goes on with a file that ends behind a batch.
    pub(super) fn resume(file: PartialFile, schema: SchemaRef) -> Result<Self, ArrowError> {
        let mut writer = ArrowFileWriter::start(file, schema, true)?;
        let messages = writer.stream.get_mut();
        let file = messages.file.get_ref().file();
        let end = file.metadata()?.len();
        let mut at = messages.at;
        while at < end {
            let block = block_at(file, at, end)?;
            at += block.metaDataLength() as u64 + block.bodyLength() as u64;
            writer.blocks.push(block);
        }
        messages.at = end;
        messages.written = false;
        Ok(writer)
    }

    fn start(file: PartialFile, schema: SchemaRef, written: bool) -> Result<Self, ArrowError> {
        let file = BufWriter::with_capacity(BUFFER_BYTES, file);
        let (prefix, prefix_bytes) = ([0; PREFIX_BYTES], 0);
        let mut messages = Messages { file, at: 0, written, prefix, prefix_bytes };
        let mut head = [0; HEAD_BYTES];
        head[..MAGIC.len()].copy_from_slice(MAGIC);
        messages.write_all(&head)?;
        let stream = StreamWriter::try_new(messages, &schema)?;
        Ok(ArrowFileWriter { schema, stream, blocks: Vec::new() })
    }

    /// Adds a batch.
    pub(super) fn write(&mut self, batch: &RecordBatch) -> Result<(), ArrowError> {
        let messages = self.stream.get_mut();
        messages.prefix_bytes = 0;
        let start = messages.at;
        self.stream.write(batch)?;
        let messages = self.stream.get_ref();
        let block = messages.block(start).ok_or_else(|| bad("a batch was written as no message"))?;
        self.blocks.push(block);
        Ok(())
    }

    /// How many batches stand in the file.
    pub(super) fn batches(&self) -> usize {
        self.blocks.len()
    }

    /// Hands on what was written.
    pub(super) fn flush(&mut self) -> io::Result<()> {
        self.stream.get_mut().file.flush()
    }

    pub(super) fn file(&mut self) -> &mut PartialFile {
        self.stream.get_mut().file.get_mut()
    }

    /// Writes the footer and gives the file back.
    pub(super) fn finish(mut self) -> Result<PartialFile, ArrowError> {
        self.stream.finish()?;
        let footer = self.footer();
        let mut file = self.stream.into_inner()?.file;
        file.write_all(&footer)?;
        file.write_all(&(footer.len() as i32).to_le_bytes())?;
        file.write_all(MAGIC)?;
        Ok(file.into_inner().map_err(io::IntoInnerError::into_error)?)
    }

    fn footer(&self) -> Vec<u8> {
        // The builder comes from where one is made, for its crate is nothing that this one depends on.
        let mut builder = IpcSchemaEncoder::new().schema_to_fb(&self.schema);
        builder.reset();
        let dictionaries = builder.create_vector::<Block>(&[]);
        let batches = builder.create_vector(&self.blocks);
        let schema = IpcSchemaEncoder::new().schema_to_fb_offset(&mut builder, &self.schema);
        let mut footer = FooterBuilder::new(&mut builder);
        footer.add_version(MetadataVersion::V5);
        footer.add_schema(schema);
        footer.add_dictionaries(dictionaries);
        footer.add_recordBatches(batches);
        let root = footer.finish();
        builder.finish(root, None);
        builder.finished_data().to_vec()
    }
}

impl Messages {
    /// The message that begins at `start` and has just been written.
    fn block(&self, start: u64) -> Option<Block> {
        let metadata = metadata_bytes(&self.prefix)?;
        let body = self.at.checked_sub(start)?.checked_sub(metadata)?;
        Some(Block::new(i64::try_from(start).ok()?, i32::try_from(metadata).ok()?, i64::try_from(body).ok()?))
    }
}

impl Write for Messages {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let count = if self.written { bytes.len() } else { self.file.write(bytes)? };
        let noted = (PREFIX_BYTES - self.prefix_bytes).min(count);
        self.prefix[self.prefix_bytes..][..noted].copy_from_slice(&bytes[..noted]);
        self.prefix_bytes += noted;
        self.at += count as u64;
        Ok(count)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.file.flush()
    }
}

/// How long a message is with what stands before it, without its body; nothing where it is the end of a stream.
fn metadata_bytes(prefix: &[u8; PREFIX_BYTES]) -> Option<u64> {
    let length = prefix.strip_prefix(&CONTINUATION)?.first_chunk()?;
    let length = u64::try_from(i32::from_le_bytes(*length)).ok()?;
    (length > 0).then_some(length + PREFIX_BYTES as u64)
}

/// The message at a place of a file, which lies in it whole.
fn block_at(file: &File, at: u64, end: u64) -> Result<Block, ArrowError> {
    let mut prefix = [0; PREFIX_BYTES];
    file.read_exact_at(&mut prefix, at)?;
    let metadata = metadata_bytes(&prefix).filter(|bytes| at + bytes <= end).ok_or_else(|| bad("no message"))?;
    let mut message = vec![0; metadata as usize - PREFIX_BYTES];
    file.read_exact_at(&mut message, at + PREFIX_BYTES as u64)?;
    let message = root_as_message(&message).map_err(|error| bad(&error.to_string()))?;
    let body = message.bodyLength();
    let inside = u64::try_from(body).is_ok_and(|body| body <= end - at - metadata);
    if inside { Ok(Block::new(at as i64, metadata as i32, body)) } else { Err(bad("a message is cut")) }
}

fn bad(what: &str) -> ArrowError {
    ArrowError::IpcError(what.to_owned())
}

#[cfg(test)]
mod tests {
    use std::fs;
    use std::sync::Arc;

    use arrow_array::{ArrayRef, BooleanArray, Float64Array, StringArray};
    use arrow_ipc::writer::FileWriter;
    use proptest::prelude::*;

    use super::*;

    fn batch(rows: usize) -> RecordBatch {
        let numbers: Float64Array = (0..rows).map(|row| (row % 3 > 0).then_some(row as f64)).collect();
        let texts: StringArray = (0..rows).map(|row| Some("text".repeat(row % 5))).collect();
        let flags: BooleanArray = (0..rows).map(|row| Some(row % 2 == 0)).collect();
        let columns: Vec<(&str, ArrayRef, bool)> =
            vec![("n", Arc::new(numbers), true), ("t", Arc::new(texts), false), ("f", Arc::new(flags), true)];
        RecordBatch::try_from_iter_with_nullable(columns).unwrap()
    }

    proptest! {
        #[test]
        fn a_file_is_what_the_writer_of_the_crate_makes_of_it_wherever_it_is_gone_on_with(
            sizes in prop::collection::vec(0usize..200, 0..6),
            cut in 0usize..6,
        ) {
            let directory = tempfile::tempdir().unwrap();
            let target = directory.path().join("out");
            let schema = batch(0).schema();
            let mut theirs = FileWriter::try_new(Vec::new(), &schema).unwrap();
            let mut ours = ArrowFileWriter::begin(PartialFile::begin(&target).unwrap(), Arc::clone(&schema)).unwrap();
            for (number, rows) in sizes.into_iter().enumerate() {
                if number == cut {
                    ours.flush().unwrap();
                    let (mark, hasher) = (ours.file().keep().unwrap().settle().unwrap(), ours.file().hasher().unwrap());
                    ours.write(&batch(77)).unwrap();
                    drop(ours);
                    let file = PartialFile::reopen(&target, &mark, hasher).unwrap();
                    ours = ArrowFileWriter::resume(file, Arc::clone(&schema)).unwrap();
                    prop_assert_eq!(ours.batches(), number);
                }
                ours.write(&batch(rows)).unwrap();
                theirs.write(&batch(rows)).unwrap();
            }
            ours.finish().unwrap().publish().unwrap();
            prop_assert!(fs::read(target).unwrap() == theirs.into_inner().unwrap());
        }
    }
}
