//! Batches that wait on disk, because their reader waits for another port while theirs is full.
//!
//! A file of Arrow's stream format in the run's directory, unlinked as soon as it is open: whatever ends the process,
//! nothing is left behind. It knows nothing of queues; the order of its batches is that of their writing.

use std::fs::File;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

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
    stream: StreamWriter<File>,
    reader: Arc<SpillReader>,
    bytes: u64,
    bytes_max: u64,
}

/// The reader's end.
pub(crate) struct SpillReader {
    stream: Mutex<StreamReader<File>>,
}

impl SpillWriter {
    /// A new file in `directory` for batches of one schema.
    pub(crate) fn new(directory: &Path, schema: &SchemaRef, bytes_max: u64) -> Result<Self, SpillError> {
        let make = |source| SpillError::Create { directory: directory.to_owned(), source };
        let file = tempfile::NamedTempFile::new_in(directory).map_err(make)?;
        let reading = file.reopen().map_err(make)?;
        let stream = StreamWriter::try_new(file.into_file(), schema)?;
        // Without a buffer: it must not read beyond the batches that were handed over.
        let reader = Arc::new(SpillReader { stream: Mutex::new(StreamReader::try_new(reading, None)?) });
        Ok(SpillWriter { stream, reader, bytes: 0, bytes_max })
    }

    /// Appends a batch of about `bytes` bytes; answers where the reader finds it.
    pub(crate) fn write(&mut self, batch: &RecordBatch, bytes: usize) -> Result<Arc<SpillReader>, SpillError> {
        if self.bytes + bytes as u64 > self.bytes_max {
            return Err(SpillError::Full { limit: self.bytes_max });
        }
        self.stream.write(batch)?;
        self.bytes += bytes as u64;
        Ok(Arc::clone(&self.reader))
    }
}

impl SpillReader {
    /// The next batch in the order of writing.
    pub(crate) fn read(&self) -> Result<RecordBatch, SpillError> {
        let mut stream = self.stream.lock().unwrap_or_else(PoisonError::into_inner);
        Ok(stream.next().ok_or(SpillError::Short)??)
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
    fn batches_come_back_in_order_while_more_are_written() {
        let directory = tempfile::tempdir().unwrap();
        let mut writer = SpillWriter::new(directory.path(), &batch(0).schema(), 1 << 20).unwrap();
        let reader = writer.write(&batch(0), 100).unwrap();
        assert_eq!(reader.read().unwrap(), batch(0));
        writer.write(&batch(7).slice(2, 5), 100).unwrap();
        writer.write(&batch(20), 100).unwrap();
        assert_eq!(reader.read().unwrap(), batch(7).slice(2, 5));
        assert_eq!(reader.read().unwrap(), batch(20));
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
