//! Random numbers by position: number `index` of a named stream of a run is a function of the run's seed, the stream's
//! name and the index, and of nothing else. Whoever draws it, in whatever order and in however many pieces, gets the same.
//!
//! Used by the host, which serves `draws` of the contract with it, and by the SDK's harness for native tests, which so
//! gives the same numbers. It deliberately knows nothing of distributions: what becomes of 64 random bits is for the SDK.
//!
//! # How a number comes about
//!
//! The generator is Philox4x32-10 ([`philox`]). With `digest` = SHA-256 of the bytes `leat draws 1`, the seed (8 bytes,
//! little-endian) and the stream's name (UTF-8):
//!
//! - the key is the first 8 bytes of `digest`, as two 32-bit words, little-endian;
//! - the counter's two lower words are `index / 2`, the lower half first; its two upper words are the next 8 bytes of
//!   `digest`, so that 128 bits tell two streams apart;
//! - number `index` is made of the first two words of the block where it is even, of the last two where it is odd; the
//!   first of the two is the number's lower half.

pub mod philox;

use sha2::{Digest, Sha256};

/// What is hashed before the seed; another derivation would have another number.
const DOMAIN: &[u8] = b"leat draws 1";

/// A named stream of 2⁶⁴ numbers of one run.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Stream {
    key: [u32; 2],
    upper: [u32; 2],
}

impl Stream {
    /// The stream of that name in a run with that seed.
    pub fn new(seed: u64, name: &str) -> Self {
        let digest = Sha256::new().chain_update(DOMAIN).chain_update(seed.to_le_bytes()).chain_update(name).finalize();
        let word = |at: usize| u32::from_le_bytes([digest[at], digest[at + 1], digest[at + 2], digest[at + 3]]);
        Stream { key: [word(0), word(4)], upper: [word(8), word(12)] }
    }

    /// `count` numbers from `index` on, 8 bytes each, little-endian. Past the last index it goes on from 0.
    pub fn bytes(&self, index: u64, count: usize) -> Vec<u8> {
        let mut bytes = Vec::with_capacity(count * 8 + 16);
        let from_second = (index % 2) as usize;
        for block in 0..(from_second + count).div_ceil(2) as u64 {
            for word in self.block((index / 2).wrapping_add(block)) {
                bytes.extend_from_slice(&word.to_le_bytes());
            }
        }
        bytes.drain(..from_second * 8);
        bytes.truncate(count * 8);
        bytes
    }

    /// The numbers `2 × pair` and `2 × pair + 1`. There are 2⁶³ pairs.
    fn block(&self, pair: u64) -> [u32; 4] {
        let pair = pair & (u64::MAX >> 1);
        philox::philox4x32_10([pair as u32, (pair >> 32) as u32, self.upper[0], self.upper[1]], self.key)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn numbers(stream: &Stream, index: u64, count: usize) -> Vec<u64> {
        let bytes = stream.bytes(index, count);
        bytes.as_chunks::<8>().0.iter().map(|number| u64::from_le_bytes(*number)).collect()
    }

    #[test]
    fn a_number_depends_on_its_position_and_not_on_how_it_is_asked_for() {
        let stream = Stream::new(7, "paths");
        let whole = numbers(&stream, 0, 101);
        for (index, number) in whole.iter().enumerate() {
            assert_eq!(numbers(&stream, index as u64, 1), [*number]);
        }
        for pieces in [1, 2, 3, 10] {
            let joined: Vec<u64> = (0..101)
                .step_by(pieces)
                .flat_map(|from| numbers(&stream, from as u64, pieces.min(101 - from)))
                .collect();
            assert_eq!(joined, whole);
        }
        assert_eq!(numbers(&stream, 5, 0), []);
    }

    #[test]
    fn seeds_and_names_have_streams_of_their_own() {
        let first = numbers(&Stream::new(7, "paths"), 0, 4);
        for other in [Stream::new(8, "paths"), Stream::new(7, "path"), Stream::new(7, "")] {
            assert!(numbers(&other, 0, 4).iter().all(|number| !first.contains(number)));
        }
    }

    #[test]
    fn indices_go_up_to_the_last_one_and_then_on_from_the_first() {
        let stream = Stream::new(7, "paths");
        let last = numbers(&stream, u64::MAX, 2);
        assert_eq!(last[1], numbers(&stream, 0, 1)[0]);
        assert_eq!(last[0], numbers(&stream, u64::MAX - 1, 2)[1]);
    }

    /// Computed by hand-written Python (hashlib and integers) from the derivation above.
    #[test]
    fn the_derivation_is_what_the_documentation_says() {
        let known = [
            (0, "paths", 0, 0x9e12_d7f2_2d5d_05bc),
            (0, "paths", 1, 0x5dac_a776_333b_67f6),
            (0, "paths", 2, 0x031f_d4f9_6820_3a08),
            (42, "Zinspfade ü", (1 << 40) + 3, 0x0254_4550_3c04_37ad),
        ];
        for (seed, name, index, number) in known {
            assert_eq!(numbers(&Stream::new(seed, name), index, 1), [number]);
        }
    }
}
