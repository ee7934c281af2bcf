//! Maps by id with a quick hash. The standard one withstands keys that an attacker chooses, and took a third of a plan;
//! ids come from the store, and whoever could choose them all could as well submit a million runs.

use std::collections::HashMap;
use std::hash::{BuildHasherDefault, Hasher};

/// A map with the quick hash. Never walked where its order could show in a plan.
pub(super) type Map<K, V> = HashMap<K, V, BuildHasherDefault<Quick>>;

/// Multiplies and rotates eight bytes at a time, as Firefox's hash does.
#[derive(Default)]
pub(super) struct Quick(u64);

/// 2^64 divided by the golden ratio: its multiples are spread evenly.
const FACTOR: u64 = 0x9E37_79B9_7F4A_7C15;

impl Hasher for Quick {
    fn write(&mut self, bytes: &[u8]) {
        let (words, rest) = bytes.as_chunks::<8>();
        for word in words {
            self.write_u64(u64::from_le_bytes(*word));
        }
        if !rest.is_empty() {
            let mut word = [0; 8];
            word[..rest.len()].copy_from_slice(rest);
            self.write_u64(u64::from_le_bytes(word));
        }
    }

    fn write_u64(&mut self, word: u64) {
        self.0 = (self.0.rotate_left(5) ^ word).wrapping_mul(FACTOR);
    }

    fn write_u8(&mut self, byte: u8) {
        self.write_u64(u64::from(byte));
    }

    fn write_usize(&mut self, number: usize) {
        self.write_u64(number as u64);
    }

    fn finish(&self) -> u64 {
        // The map picks its bucket by the low bits, which a multiplication mixes least.
        self.0.rotate_left(26)
    }
}
