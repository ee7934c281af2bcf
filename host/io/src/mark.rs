//! What a file is told by when a run goes on from a checkpoint: its size, and a digest of some of its blocks.
//!
//! Not by its times: on another host the file is a copy. Not by all of its bytes: a large input would be read twice. It is
//! meant against mistakes, not against who wants to deceive.

use std::fs::File;
use std::io;
use std::os::unix::fs::FileExt;

use serde::{Deserialize, Serialize};

/// How much is looked at where a file begins and where it ends.
const END_BYTES: u64 = 64 << 10;
/// How much is looked at between, in so many places.
const BETWEEN_BYTES: u64 = 4 << 10;
const BETWEEN_COUNT: u64 = 14;

/// A file's first bytes, as many as it had.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Mark {
    pub(crate) size: u64,
    digest: u64,
}

impl Mark {
    /// The mark of the first `size` bytes of a file. Does not move the place it is read or written at.
    pub(crate) fn of(file: &File, size: u64) -> io::Result<Self> {
        let mut digest = digest(SEED, &size.to_le_bytes());
        let mut block = Vec::new();
        for (start, length) in blocks(size) {
            block.resize(length as usize, 0);
            file.read_exact_at(&mut block, start)?;
            digest = self::digest(digest, &block);
        }
        Ok(Mark { size, digest })
    }

    /// In which way a file is another one than this was; nothing where it is the same.
    pub(crate) fn difference(&self, now: &Mark) -> Option<String> {
        if self.size != now.size {
            return Some(format!("its size was {} bytes and is {}", self.size, now.size));
        }
        (self != now).then(|| format!("its size is still {} bytes, but not all of them are the same", self.size))
    }
}

/// Where the blocks lie that are looked at: all of a small file.
fn blocks(size: u64) -> Vec<(u64, u64)> {
    if size <= 2 * END_BYTES + BETWEEN_COUNT * BETWEEN_BYTES {
        return vec![(0, size)];
    }
    let between = size - 2 * END_BYTES - BETWEEN_BYTES;
    let at = |number: u64| END_BYTES + (u128::from(between) * u128::from(number) / u128::from(BETWEEN_COUNT)) as u64;
    let mut blocks = vec![(0, END_BYTES)];
    blocks.extend((0..BETWEEN_COUNT).map(|number| (at(number), BETWEEN_BYTES)));
    blocks.push((size - END_BYTES, END_BYTES));
    blocks
}

/// What a digest begins with.
pub(crate) const SEED: u64 = 0xcbf2_9ce4_8422_2325;

/// Goes on with a digest: FNV-1a, eight bytes at a time. Every change of one of them changes it.
pub(crate) fn digest(from: u64, bytes: &[u8]) -> u64 {
    let step = |hash: u64, word: u64| (hash ^ word).wrapping_mul(0x100_0000_01b3).rotate_left(29);
    let (words, rest) = bytes.as_chunks::<8>();
    let hash = words.iter().fold(from, |hash, word| step(hash, u64::from_le_bytes(*word)));
    rest.iter().fold(hash, |hash, byte| step(hash, u64::from(*byte)))
}

#[cfg(test)]
mod tests {
    use std::io::Write;

    use super::*;

    fn mark(bytes: &[u8]) -> Mark {
        let mut file = tempfile::tempfile().unwrap();
        file.write_all(bytes).unwrap();
        Mark::of(&file, bytes.len() as u64).unwrap()
    }

    #[test]
    fn blocks_lie_in_the_file_and_reach_both_its_ends() {
        for size in [0, 1, 1 << 10, 188 << 10, 200_000, 1 << 20, (1 << 40) + 7] {
            let blocks = blocks(size);
            assert_eq!(blocks[0].0, 0);
            assert!(blocks.windows(2).all(|pair| pair[0].0 + pair[0].1 <= pair[1].0), "{size}");
            assert_eq!(blocks.last().map(|(start, length)| start + length), Some(size));
        }
    }

    #[test]
    fn a_file_is_told_by_its_size_and_its_bytes() {
        let bytes = vec![7; 1000];
        let mut other = bytes.clone();
        other[999] = 8;
        assert_eq!(mark(&bytes).difference(&mark(&bytes)), None);
        assert!(mark(&bytes).difference(&mark(&other)).unwrap().contains("not all of them are the same"));
        assert_eq!(mark(&bytes).difference(&mark(&bytes[..10])).unwrap(), "its size was 1000 bytes and is 10");
    }

    #[test]
    fn what_comes_behind_the_size_does_not_matter() {
        let mut file = tempfile::tempfile().unwrap();
        file.write_all(b"before, behind").unwrap();
        assert_eq!(Mark::of(&file, 6).unwrap(), mark(b"before"));
        assert!(Mark::of(&file, 60).is_err());
    }
}
