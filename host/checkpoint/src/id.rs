//! What attempts of a run and their checkpoints are called.

use std::fmt;

use serde::{Deserialize, Serialize};

/// An attempt of a run, from 1. Whoever recovers a run takes a higher one than any before; what an older one says is
/// dropped by whoever hears it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Generation(pub u64);

/// A checkpoint: the attempt that took it and its number in that attempt, from 1. Number 0 is what the attempt itself
/// began from.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct CheckpointId {
    /// The attempt.
    pub generation: Generation,
    /// Its number there.
    pub number: u64,
}

impl CheckpointId {
    /// What a generation began from: a checkpoint of an older one, or nothing at all.
    pub fn base(generation: Generation) -> Self {
        CheckpointId { generation, number: 0 }
    }
}

impl fmt::Display for Generation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "generation {}", self.0)
    }
}

impl fmt::Display for CheckpointId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "checkpoint {} of {}", self.number, self.generation)
    }
}
