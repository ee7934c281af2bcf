//! What a sink writes into, and when that gets its name.
//!
//! A sink writes into a staging of its own generation: a worker of an older attempt that is not dead may still write
//! into its own, where it harms nobody. A staging gets the output's name by being moved there, so it can be published once.

use serde::{Deserialize, Serialize};

use crate::id::Generation;

/// Where a sink is: what its part in a checkpoint says. Everything before it is durable.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SinkPosition {
    /// Whose staging holds it.
    pub generation: Generation,
    /// Bytes written, of all files together.
    pub bytes: u64,
    /// Rows written.
    pub rows: u64,
}

/// How an attempt comes by the staging of a sink.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Staging {
    /// There was none: an empty one.
    Fresh,
    /// A copy of what an older attempt had written up to its position, and nothing of what came after.
    CopyUpTo(SinkPosition),
    /// The output is whole: that staging itself, moved, so that nobody of the older attempt can publish it any more. Where
    /// neither it nor one of a newer attempt up to this one is there, the output has its name already.
    Move(SinkPosition),
}

/// How the sink of an attempt begins, from its position in the checkpoint that is restored, if there is one; `last`: it is
/// the run's last.
pub fn staging(position: Option<SinkPosition>, last: bool) -> Staging {
    match position {
        None => Staging::Fresh,
        Some(position) if last => Staging::Move(position),
        Some(position) => Staging::CopyUpTo(position),
    }
}

/// Whether a sink has published.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Publication {
    /// It has not been asked to.
    #[default]
    Staged,
    /// Its output has its name.
    Done,
}

/// What a sink does that is asked to publish.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Publish {
    /// Moves its staging to the output's name, makes that durable, and then calls [`Publication::moved`]. That the
    /// staging is not there any more means that it was moved before.
    Move,
    /// Says again that it has.
    SayAgain,
}

impl Publication {
    /// It is asked to.
    pub fn asked(self) -> Publish {
        match self {
            Publication::Staged => Publish::Move,
            Publication::Done => Publish::SayAgain,
        }
    }

    /// The output has its name.
    pub fn moved(&mut self) {
        *self = Publication::Done;
    }
}
