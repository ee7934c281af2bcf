//! Where a sink is, for a checkpoint: known at once, and counted on once the disk has what stands before it.
//!
//! Made by sinks, and settled by whoever keeps the checkpoint, on a thread of its own.

use std::fmt;

use super::StepError;

/// Where a [`Sink`](super::Sink) is. To make durable what it wrote before takes as long as the disk takes; the sink goes on
/// meanwhile, so this is what is left to do, and the position is not to be had without it.
pub struct SinkPosition(Box<dyn FnOnce() -> Result<Vec<u8>, StepError> + Send>);

impl SinkPosition {
    /// Of a sink that has nothing left to make durable.
    pub fn settled(bytes: Vec<u8>) -> Self {
        SinkPosition::once(move || Ok(bytes))
    }

    /// One that is to be had once this was done: it makes durable all that the sink had written when it was made, however much the
    /// sink has written since, and may take long.
    pub fn once(settle: impl FnOnce() -> Result<Vec<u8>, StepError> + Send + 'static) -> Self {
        SinkPosition(Box::new(settle))
    }

    /// Makes durable what was written before the position, and gives what the sink can be made anew from. Blocks for as long
    /// as the disk takes. Dropped instead, nothing is made durable, and nothing counts on it.
    ///
    /// # Errors
    /// Where that cannot be made durable, in words that name the output. The position counts for nothing then.
    pub fn into_bytes(self) -> Result<Vec<u8>, StepError> {
        (self.0)()
    }
}

impl fmt::Debug for SinkPosition {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SinkPosition").finish_non_exhaustive()
    }
}
