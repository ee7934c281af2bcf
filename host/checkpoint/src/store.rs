//! The port to where the checkpoints of a run are kept, with the adapter for a directory.

pub mod directory;
pub mod disk;

use std::io;
use std::path::PathBuf;

use crate::id::{CheckpointId, Generation};
use crate::snapshot::{Completion, PartName, PartRecord};

/// Keeps the checkpoints of one run.
///
/// What every adapter promises: what it has answered for survives the loss of power. A checkpoint without its record is
/// never taken for whole, nor is one with a part that is not what its record says. Once a generation has taken over, nothing that an older one
/// still does changes what that generation, or a later one, begins from.
pub trait CheckpointStore: Send + Sync {
    /// Makes a part durable; another one of the same name in the same checkpoint is replaced.
    ///
    /// # Errors
    /// [`StoreError::Superseded`] where the generation is over; otherwise where it cannot be written.
    fn put(&self, id: CheckpointId, share: u32, name: PartName, bytes: &[u8]) -> Result<PartRecord, StoreError>;

    /// Makes a checkpoint whole: its record is there and durable, or it is not there at all.
    ///
    /// # Errors
    /// As [`CheckpointStore::put`]; after an error it may be there or not.
    fn complete(&self, completion: &Completion) -> Result<(), StoreError>;

    /// Begins a generation: finds the newest whole checkpoint of those before it, and makes it this one's own, as its number 0.
    /// Where there is none, the generation begins from the run's beginning, and that is recorded too.
    ///
    /// # Errors
    /// [`StoreError::Superseded`] where this generation or a newer one has begun: a still higher one may.
    fn take_over(&self, generation: Generation) -> Result<Completion, StoreError>;

    /// Reads a part of a checkpoint, and makes sure that it is what its record says. What a generation has taken over it
    /// reads as its number 0.
    ///
    /// # Errors
    /// [`StoreError::Damaged`] where it is not.
    fn read(&self, id: CheckpointId, part: &PartRecord) -> Result<Vec<u8>, StoreError>;

    /// Removes the checkpoints of a generation that are older than the newest of `keep` and not among them, and the generations
    /// before it.
    ///
    /// # Errors
    /// Where it cannot; the next call does what is left.
    fn keep_only(&self, generation: Generation, keep: &[u64]) -> Result<(), StoreError>;

    /// Bytes that everything kept takes.
    ///
    /// # Errors
    /// Where it cannot be found out.
    fn bytes(&self) -> Result<u64, StoreError>;
}

/// Why the store did not do it. Each variant is a decision of the caller's.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// A newer attempt of the run has taken over: this one is to end.
    #[error("{generation} of the run is over: a newer one has taken over")]
    Superseded {
        /// Whose call it was.
        generation: Generation,
    },
    /// A part or a record is not what was written.
    #[error("{} is damaged: {reason}", path.display())]
    Damaged {
        /// What.
        path: PathBuf,
        /// How it shows.
        reason: String,
    },
    /// The disk, the network or the service below; it may do next time.
    #[error("cannot {what} {}: {source}", path.display())]
    Io {
        /// What was tried.
        what: &'static str,
        /// With what.
        path: PathBuf,
        /// What became of it.
        source: io::Error,
    },
}

impl StoreError {
    /// Whether the same call may succeed later.
    pub fn is_retryable(&self) -> bool {
        matches!(self, StoreError::Io { .. })
    }
}
