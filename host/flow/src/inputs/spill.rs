//! Batches that wait on disk, because their reader waits for another port while theirs is full.
//!
//! A file of Arrow's stream format in the run's directory, unlinked as soon as it is open: whatever ends the process,
//! nothing is left behind. Each batch can be read by itself and more than once: a checkpoint reads what the queue's reader
//! has yet to come to.

use std::fs::File;
use std::io::{self, Read, Write};
use std::os::unix::fs::FileExt;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use arrow_array::RecordBatch;
use arrow_ipc::reader::StreamReader;
use arrow_ipc::writer::StreamWriter;
use arrow_schema::{ArrowError, SchemaRef};

/// What cannot be done with a spill file.
#[derive(Debug, thiserror::Error)]
pub(crate) enum SpillError {
    /// It cannot be made.
    #[error("cannot make a file in {}: {source}", .directory.display())]
    Create {
        /// Where.
        directory: PathBuf,
        /// Why not.
        source: io::Error,
    },
    /// It cannot be written or read.
    #[error("{0}")]
    Access(#[from] ArrowError),
    /// It is full.
    #[error("more than {limit} bytes would lie there")]
    Full {
        /// How many may.
        limit: u64,
    },
    /// It ends too early.
    #[error("a batch that was written is missing")]
    Short,
}

/// The writer's end: made by the first batch that spills, dropped once the reader has caught up.
pub(crate) struct SpillWriter {
    stream: StreamWriter<Counted>,
    file: Arc<File>,
    schema_bytes: u64,
    bytes: u64,
    bytes_max: u64,
}

/// A batch on disk.
#[derive(Clone, Debug)]
pub(crate) struct Spilled {
    file: Arc<File>,
    /// The stream's beginning, which says what columns there are.
    schema_bytes: u64,
    at: u64,
}

/// A file with the place up to which it is written.
struct Counted {
    file: Arc<File>,
    written: u64,
}

impl Write for Counted {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let written = (&*self.file).write(bytes)?;
        self.written += written as u64;
        Ok(written)
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl SpillWriter {
    /// A new file in `directory` for batches of one schema.
    pub(crate) fn new(directory: &Path, schema: &SchemaRef, bytes_max: u64) -> Result<Self, SpillError> {
        let make = |source| SpillError::Create { directory: directory.to_owned(), source };
        let file = Arc::new(tempfile::tempfile_in(directory).map_err(make)?);
        let stream = StreamWriter::try_new(Counted { file: Arc::clone(&file), written: 0 }, schema)?;
        let schema_bytes = stream.get_ref().written;
        Ok(SpillWriter { stream, file, schema_bytes, bytes: 0, bytes_max })
    }

    /// Appends a batch of about `bytes` bytes; answers where it is found.
    pub(crate) fn write(&mut self, batch: &RecordBatch, bytes: usize) -> Result<Spilled, SpillError> {
        if self.bytes + bytes as u64 > self.bytes_max {
            return Err(SpillError::Full { limit: self.bytes_max });
        }
        let at = self.stream.get_ref().written;
        self.stream.write(batch)?;
        self.bytes += bytes as u64;
        Ok(Spilled { file: Arc::clone(&self.file), schema_bytes: self.schema_bytes, at })
    }
}

impl Spilled {
    /// The batch.
    pub(crate) fn read(&self) -> Result<RecordBatch, SpillError> {
        let schema = At { file: &self.file, at: 0 }.take(self.schema_bytes);
        // Without a buffer: it must not read what is being written behind this batch.
        let mut stream = StreamReader::try_new(schema.chain(At { file: &self.file, at: self.at }), None)?;
        Ok(stream.next().ok_or(SpillError::Short)??)
    }
}

/// Reads a file from a place that is nobody else's.
struct At<'a> {
    file: &'a File,
    at: u64,
}

impl Read for At<'_> {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        let read = self.file.read_at(into, self.at)?;
        self.at += read as u64;
        Ok(read)
    }
}

#[cfg(test)]
mod tests {
    use arrow_array::{Int64Array, StringArray};

    use super::*;

    fn batch(from: i64) -> RecordBatch {
        let numbers = Int64Array::from_iter((from..from + 10).map(|n| (n % 3 != 0).then_some(n)));
        let texts = StringArray::from_iter_values((0..10).map(|n| "x".repeat(n)));
        RecordBatch::try_from_iter_with_nullable([
            ("n", Arc::new(numbers) as arrow_array::ArrayRef, true),
            ("t", Arc::new(texts) as arrow_array::ArrayRef, false),
        ])
        .unwrap()
    }

    #[test]
    fn each_batch_is_found_while_more_are_written_and_as_often_as_it_is_asked_for() {
        let directory = tempfile::tempdir().unwrap();
        let mut writer = SpillWriter::new(directory.path(), &batch(0).schema(), 1 << 20).unwrap();
        let first = writer.write(&batch(0), 100).unwrap();
        assert_eq!(first.read().unwrap(), batch(0));
        let second = writer.write(&batch(7).slice(2, 5), 100).unwrap();
        let third = writer.write(&batch(20), 100).unwrap();
        assert_eq!(third.read().unwrap(), batch(20));
        assert_eq!(second.read().unwrap(), batch(7).slice(2, 5));
        drop(writer);
        assert_eq!(first.read().unwrap(), batch(0));
    }

    #[test]
    fn a_spill_file_is_gone_with_its_process_and_bounded_before_that() {
        let directory = tempfile::tempdir().unwrap();
        let mut writer = SpillWriter::new(directory.path(), &batch(0).schema(), 150).unwrap();
        assert_eq!(std::fs::read_dir(directory.path()).unwrap().count(), 0);
        writer.write(&batch(0), 100).unwrap();
        let error = writer.write(&batch(0), 100).err().unwrap();
        assert_eq!(error.to_string(), "more than 150 bytes would lie there");
    }
}
