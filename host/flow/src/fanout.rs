//! The writing end of a queue: one batch, shared by every reader.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use arrow_array::{RecordBatch, RecordBatchOptions};
use arrow_schema::{ArrowError, SchemaRef};

use crate::inputs::{Inputs, PushError, Pushed};
use crate::meter::ThreadMeter;
use crate::step::Stopped;

/// The writing end of one queue.
pub(crate) struct QueueWriter {
    name: String,
    schema: SchemaRef,
    readers: Vec<(Arc<Inputs>, usize)>,
    unread: AtomicBool,
}

impl QueueWriter {
    /// The end of the queue `name` whose readers are these ports.
    pub(crate) fn new(name: &str, schema: SchemaRef, readers: Vec<(Arc<Inputs>, usize)>) -> Self {
        QueueWriter { name: name.to_owned(), schema, unread: AtomicBool::new(false), readers }
    }

    /// The queue's name.
    pub(crate) fn name(&self) -> &str {
        &self.name
    }

    /// The queue's columns.
    pub(crate) fn schema(&self) -> &SchemaRef {
        &self.schema
    }

    /// Whether every reader is gone.
    pub(crate) fn is_unread(&self) -> bool {
        self.unread.load(Ordering::Relaxed)
    }

    /// The batch under the queue's own schema; an error where its columns are not the queue's.
    pub(crate) fn conform(&self, batch: RecordBatch) -> Result<RecordBatch, ArrowError> {
        if Arc::ptr_eq(batch.schema_ref(), &self.schema) {
            return Ok(batch);
        }
        let options = RecordBatchOptions::new().with_row_count(Some(batch.num_rows()));
        RecordBatch::try_new_with_options(Arc::clone(&self.schema), batch.columns().to_vec(), &options)
    }

    /// Gives the batch to every reader, waiting where a queue is full. Readers that are gone are left out; the queue is
    /// unread once all are.
    pub(crate) fn push(&self, meter: &ThreadMeter, batch: &RecordBatch, bytes: usize) -> Result<(), PushError> {
        let mut read = self.readers.is_empty();
        for (inputs, port) in &self.readers {
            let pushed = match inputs.try_push(*port, batch, bytes) {
                Ok(Pushed::Full) => meter.wait_for_output(|| inputs.push(*port, batch, bytes)),
                Ok(Pushed::Done) => Ok(()),
                Err(error) => Err(error),
            };
            match pushed {
                Ok(()) => read = true,
                Err(PushError::Stopped(Stopped::Unread)) => {}
                Err(error) => return Err(error),
            }
        }
        self.unread.store(!read, Ordering::Relaxed);
        Ok(())
    }

    /// Sends the barrier of a checkpoint to every reader.
    pub(crate) fn barrier(&self, number: u64) {
        for (inputs, port) in &self.readers {
            inputs.put_barrier(*port, number);
        }
    }

    /// No more batches: what was sent is the `whole`, or it was cut short.
    pub(crate) fn close(&self, whole: bool) {
        for (inputs, port) in &self.readers {
            inputs.close(*port, whole);
        }
    }
}
