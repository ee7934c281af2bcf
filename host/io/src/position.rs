//! Positions of sources and sinks in a checkpoint: how they stand in bytes, and why one cannot be gone on from.
//!
//! A position is a head in JSON, which says what it is of, and bytes behind it that the head's owner understands. It is read by
//! the same version of Leat alone. Called by every source and sink.

use std::io;
use std::path::PathBuf;

use leat_flow::step::StepError;
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};

use crate::mark::{Mark, SEED, digest};

/// Why a source or sink cannot go on from a position, for a person; without its name.
#[derive(Debug, thiserror::Error)]
pub(crate) enum PositionError {
    #[error(
        "its place in the checkpoint is damaged, or was written by another version of Leat; start the run from the \
         beginning"
    )]
    Unreadable,
    #[error("the checkpoint has a place in {is} for it, and this is {wanted}; start the run from the beginning")]
    Other { is: String, wanted: String },
    #[error("this is not the file that the checkpoint was taken on: {0}; start the run from the beginning")]
    Changed(String),
    #[error("its files are not those that the checkpoint was taken on: {0}; start the run from the beginning")]
    OtherFiles(String),
    #[error("its place in the checkpoint does not lie in the file; start the run from the beginning")]
    Outside,
    #[error("it has been read from already: a mistake of Leat's")]
    Late,
    #[error("{}, which was written before the checkpoint, is gone; start the run from the beginning", .0.display())]
    Gone(PathBuf),
    #[error(
        "{} is not what was written before the checkpoint: {difference}; start the run from the beginning",
        .path.display()
    )]
    Rewritten { path: PathBuf, difference: String },
    #[error("another run is writing it; wait for that run to end")]
    Taken,
    #[error("it cannot be read: {0}")]
    Read(#[source] io::Error),
    /// Of one of several files, whose name it has in it.
    #[error("{0}")]
    Named(String),
}

impl PositionError {
    /// As the error of who has this name.
    pub(crate) fn of(self, name: &str) -> StepError {
        StepError::Failed(match self {
            PositionError::Named(message) => message,
            other => format!("{name}: {other}"),
        })
    }
}

#[derive(Serialize, Deserialize)]
struct Head<T> {
    /// What it is a place in.
    of: String,
    /// Digest of the bytes behind the head.
    digest: u64,
    at: T,
}

/// What of a head can be read whatever it is of.
#[derive(Deserialize)]
struct Kind {
    of: String,
}

/// The bytes of a position in what `of` names (`a CSV input`), with what else belongs to it.
pub(crate) fn write<T: Serialize>(of: &str, at: &T, bytes: &[u8]) -> Vec<u8> {
    let head = Head { of: of.to_owned(), digest: digest(SEED, bytes), at };
    let head = serde_json::to_vec(&head).expect("a place is made of numbers, texts and lists");
    join([&head[..], bytes])
}

/// Reads back what [`write`] wrote.
pub(crate) fn read<'a, T: DeserializeOwned>(of: &str, position: &'a [u8]) -> Result<(T, &'a [u8]), PositionError> {
    let pieces = split(position).ok_or(PositionError::Unreadable)?;
    let [head, bytes] = pieces[..] else { return Err(PositionError::Unreadable) };
    let kind: Kind = serde_json::from_slice(head).map_err(|_| PositionError::Unreadable)?;
    if kind.of != of {
        return Err(PositionError::Other { is: kind.of, wanted: of.to_owned() });
    }
    let read: Head<T> = serde_json::from_slice(head).map_err(|_| PositionError::Unreadable)?;
    if read.digest != digest(SEED, bytes) {
        return Err(PositionError::Unreadable);
    }
    Ok((read.at, bytes))
}

/// Several pieces as one, each behind its length.
pub(crate) fn join<'a>(pieces: impl IntoIterator<Item = &'a [u8]>) -> Vec<u8> {
    let mut joined = Vec::new();
    for piece in pieces {
        joined.extend_from_slice(&(piece.len() as u64).to_le_bytes());
        joined.extend_from_slice(piece);
    }
    joined
}

/// The pieces that [`join`] joined; nothing where they are none.
pub(crate) fn split(mut joined: &[u8]) -> Option<Vec<&[u8]>> {
    let mut pieces = Vec::new();
    while !joined.is_empty() {
        let (length, rest) = joined.split_first_chunk()?;
        let length = usize::try_from(u64::from_le_bytes(*length)).ok()?;
        let (piece, rest) = rest.split_at_checked(length)?;
        pieces.push(piece);
        joined = rest;
    }
    Some(pieces)
}

/// Refuses a file that is another one than a position was taken on.
pub(crate) fn require_same(then: &Mark, now: &Mark) -> Result<(), PositionError> {
    then.difference(now).map_or(Ok(()), |difference| Err(PositionError::Changed(difference)))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn a_position_of_something_else_is_refused_with_both_names() {
        let error = read::<u32>("an Arrow input", &write("a CSV input", &1, &[])).unwrap_err().to_string();
        let expected = "the checkpoint has a place in a CSV input for it, and this is an Arrow input; start the run from the beginning";
        assert_eq!(error, expected);
    }

    proptest! {
        #[test]
        fn what_is_written_is_read_back(at: (u64, String), bytes: Vec<u8>) {
            let position = write("x", &at, &bytes);
            prop_assert_eq!(read::<(u64, String)>("x", &position).unwrap(), (at, &bytes[..]));
        }

        #[test]
        fn damaged_bytes_are_no_position(bytes: Vec<u8>, cut: prop::sample::Index, flip: prop::sample::Index) {
            let position = write("x", &7, &bytes);
            prop_assert!(read::<u32>("x", &position[..cut.index(position.len())]).is_err());
            let mut damaged = position.clone();
            damaged[flip.index(position.len())] ^= 1;
            prop_assert!(read::<u32>("x", &damaged).map_or(true, |read| read != (7, &bytes[..])));
            prop_assert!(read::<u32>("x", &bytes).is_err());
        }
    }
}
