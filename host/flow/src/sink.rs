//! A sink that was completed before its run was.

use arrow_array::RecordBatch;

use crate::step::{Published, Sink, SinkPosition, StepError};

/// A sink that is prepared, and will not be a second time.
pub(crate) struct Prepared(Box<dyn Sink>);

impl Prepared {
    /// Prepares the sink.
    pub(crate) fn of(mut sink: Box<dyn Sink>) -> Result<Box<dyn Sink>, StepError> {
        sink.prepare()?;
        Ok(Box::new(Prepared(sink)))
    }
}

impl Sink for Prepared {
    fn write(&mut self, batch: &RecordBatch) -> Result<(), StepError> {
        self.0.write(batch)
    }

    fn flush(&mut self) -> Result<(), StepError> {
        Ok(())
    }

    fn prepare(&mut self) -> Result<(), StepError> {
        Ok(())
    }

    fn position(&mut self) -> Result<SinkPosition, StepError> {
        self.0.position()
    }

    fn finish(self: Box<Self>) -> Result<Vec<Published>, StepError> {
        self.0.finish()
    }
}
