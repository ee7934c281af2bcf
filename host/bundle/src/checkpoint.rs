//! What of a run's attempt another one on another host goes on from: the files of its checkpoint and what its outputs hold
//! so far, in blocks by their digests.
//!
//! A host sends one after the other, each time only the blocks that are new: what an output holds grows at its end.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use crate::digest::Digest;
use crate::manifest::{Content, MANIFEST_BYTES_MAX};
use crate::path::{BadPath, require_inside};

/// The version of the list that this crate writes, and the only one it reads.
const VERSION: u32 = 1;

/// How many bytes a block has; the last one of a file has what is left. Large enough that a list of a terabyte stays small,
/// small enough that sending the last block anew each time costs little.
pub const BLOCK_BYTES: u64 = 8 << 20;

/// How many files may stand in a list.
const FILES_MAX: usize = 200_000;

/// The list of what an attempt leaves on one host.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CheckpointManifest {
    /// The version of this list's form.
    checkpoint: u32,
    /// The version of Leat that took it: another one begins the run from its beginning.
    pub leat_version: String,
    /// Which of the attempt's checkpoints it is.
    pub number: u64,
    /// Everything that the host has of the run has come to its end: this holds for every later number, too.
    pub last: bool,
    /// The files, by their paths in the run's directory, in the order of the paths.
    pub files: Vec<CheckpointFile>,
}

/// A file of a checkpoint.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CheckpointFile {
    /// Where it lies in the run's directory.
    pub path: String,
    /// The output that it is of, by the node's place in the plan of the whole run; nothing for a file of the checkpoint itself, and
    /// where it cannot be told.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub node: Option<u32>,
    /// Its size.
    pub bytes: u64,
    /// Its blocks, each of [`BLOCK_BYTES`] but the last.
    pub blocks: Vec<Digest>,
}

/// Bytes that are no list of a checkpoint.
#[derive(Debug, thiserror::Error)]
pub enum BadCheckpoint {
    /// They are no JSON of the right shape.
    #[error("the checkpoint's list cannot be read: {0}")]
    Shape(#[from] serde_json::Error),
    /// It is one of another version.
    #[error("the checkpoint's list is of version {0}, and this Leat reads version {VERSION}")]
    Version(u32),
    /// It is too large.
    #[error("the checkpoint's list has {what}, and at most {most} are allowed")]
    TooLarge {
        /// What there is too much of.
        what: String,
        /// The limit.
        most: usize,
    },
    /// A file would lie outside of the run's directory.
    #[error("in the checkpoint's list, {0}")]
    Path(#[from] BadPath),
    /// Two files have one path.
    #[error("in the checkpoint's list, the path {0:?} stands twice")]
    Twice(String),
    /// The blocks of a file do not make up its size.
    #[error("in the checkpoint's list, {path:?} has {bytes} bytes in {blocks} blocks")]
    Blocks {
        /// Which file.
        path: String,
        /// Its size.
        bytes: u64,
        /// How many blocks it has.
        blocks: usize,
    },
}

impl CheckpointManifest {
    /// Of these files.
    pub fn new(leat_version: String, (number, last): (u64, bool), mut files: Vec<CheckpointFile>) -> Self {
        files.sort_by(|one, other| one.path.cmp(&other.path));
        CheckpointManifest { checkpoint: VERSION, leat_version, number, last, files }
    }

    /// Reads a list and checks all that can be checked without its files.
    ///
    /// # Errors
    /// Says what is wrong with it; see [`BadCheckpoint`].
    pub fn parse(bytes: &[u8]) -> Result<Self, BadCheckpoint> {
        if bytes.len() > MANIFEST_BYTES_MAX {
            return Err(BadCheckpoint::TooLarge { what: format!("{} bytes", bytes.len()), most: MANIFEST_BYTES_MAX });
        }
        let list: CheckpointManifest = serde_json::from_slice(bytes)?;
        if list.checkpoint != VERSION {
            return Err(BadCheckpoint::Version(list.checkpoint));
        }
        if list.files.len() > FILES_MAX {
            return Err(BadCheckpoint::TooLarge { what: format!("{} files", list.files.len()), most: FILES_MAX });
        }
        let mut paths = BTreeSet::new();
        for CheckpointFile { path, bytes, blocks, .. } in &list.files {
            require_inside(path)?;
            if !paths.insert(path.as_str()) {
                return Err(BadCheckpoint::Twice(path.clone()));
            }
            if blocks.len() as u64 != bytes.div_ceil(BLOCK_BYTES) {
                return Err(BadCheckpoint::Blocks { path: path.clone(), bytes: *bytes, blocks: blocks.len() });
            }
        }
        Ok(list)
    }

    /// The bytes that its digest is of: the same for the same list.
    pub fn to_bytes(&self) -> Vec<u8> {
        serde_json::to_vec(self).expect("a list has no map with keys that are no text")
    }

    /// Every block, each once.
    pub fn contents(&self) -> Vec<Content> {
        let mut seen = BTreeSet::new();
        let blocks = self.files.iter().flat_map(CheckpointFile::contents);
        blocks.filter(|content| seen.insert(content.digest)).collect()
    }

    /// Bytes of all its files.
    pub fn bytes(&self) -> u64 {
        self.files.iter().fold(0, |sum, file| sum.saturating_add(file.bytes))
    }
}

impl CheckpointFile {
    /// Its blocks, from its first byte to its last.
    pub fn contents(&self) -> impl Iterator<Item = Content> {
        let sizes = block_sizes(self.bytes);
        self.blocks.iter().zip(sizes).map(|(&digest, bytes)| Content { digest, bytes })
    }
}

/// The sizes of the blocks of a file that has so many bytes.
pub fn block_sizes(bytes: u64) -> impl Iterator<Item = u64> {
    (0..bytes.div_ceil(BLOCK_BYTES)).map(move |number| BLOCK_BYTES.min(bytes - number * BLOCK_BYTES))
}

#[cfg(test)]
mod tests {
    use leat_fuzzing::{Fuzz, Shape};

    use super::*;

    fn file(path: &str, bytes: u64) -> CheckpointFile {
        let blocks = block_sizes(bytes).map(|size| Digest::of(&size.to_le_bytes())).collect();
        CheckpointFile { path: path.to_owned(), node: None, bytes, blocks }
    }

    fn list(files: Vec<CheckpointFile>) -> CheckpointManifest {
        CheckpointManifest::new("0.1.0".to_owned(), (3, false), files)
    }

    #[test]
    fn a_list_reads_back_and_names_every_block_once() {
        let list = list(vec![file("b", 2 * BLOCK_BYTES + 5), file("a/c", 5), file("empty", 0)]);
        assert_eq!(CheckpointManifest::parse(&list.to_bytes()).unwrap(), list);
        assert_eq!(list.files[0].path, "a/c");
        assert_eq!((list.contents().len(), list.bytes()), (2, 2 * BLOCK_BYTES + 10));
    }

    #[test]
    fn blocks_make_up_their_file() {
        for bytes in [0, 1, BLOCK_BYTES - 1, BLOCK_BYTES, BLOCK_BYTES + 1, 7 * BLOCK_BYTES] {
            assert_eq!(block_sizes(bytes).sum::<u64>(), bytes);
            assert!(block_sizes(bytes).all(|size| size > 0));
        }
    }

    #[test]
    fn what_is_no_sound_list_is_refused() {
        let refused = |files| CheckpointManifest::parse(&list(files).to_bytes()).unwrap_err().to_string();
        assert!(refused(vec![file("../x", 1)]).contains("../x"));
        assert!(refused(vec![file("x", 1), file("x", 1)]).contains("stands twice"));
        assert!(refused(vec![CheckpointFile { bytes: BLOCK_BYTES + 1, ..file("x", 1) }]).contains("in 1 blocks"));
        assert!(refused(vec![CheckpointFile { bytes: u64::MAX, ..file("x", 1) }]).contains("in 1 blocks"));
        let text = String::from_utf8(list(Vec::new()).to_bytes()).unwrap();
        let other = text.replace("\"checkpoint\":1", "\"checkpoint\":7");
        assert!(CheckpointManifest::parse(other.as_bytes()).unwrap_err().to_string().contains("version 7"));
        for length in 0..text.len() {
            assert!(CheckpointManifest::parse(&text.as_bytes()[..length]).is_err(), "{length}");
        }
    }

    #[test]
    fn fuzzed_lists_are_read_or_refused() {
        let good = list(vec![file("b", 2 * BLOCK_BYTES + 5), file("a/c", 5), file("empty", 0)]).to_bytes();
        Fuzz::new("lists of checkpoints", Shape::Json, [good]).words(["blocks", "path", "bytes", "../"]).run(|bytes| {
            let Ok(list) = CheckpointManifest::parse(bytes) else { return false };
            list.contents();
            list.bytes();
            assert_eq!(CheckpointManifest::parse(&list.to_bytes()).unwrap(), list);
            true
        });
    }
}
