//! Random numbers that a rerun draws the same: SHA-256 in counter mode, keyed by the run's seed, the node and the
//! instance. A guest that asks WASI for secure numbers gets these too; a node has nothing to keep secret with them.

use sha2::{Digest, Sha256};
use wasmtime_wasi::p2::bindings::random::{insecure, insecure_seed, random};

use super::Wasi;

/// What one digest gives.
const BLOCK_BYTES: u64 = 32;
/// What one call may ask for.
const REQUEST_BYTES_MAX: u64 = 16 << 20;

pub(super) struct Random {
    key: [u8; 32],
    counter: u64,
    block: [u8; 32],
    used: usize,
}

impl Random {
    pub(super) fn new(seed: u64, node: &str, instance: u32) -> Self {
        let mut key = Sha256::new();
        key.update(b"leat wasi:random 1");
        key.update(seed.to_le_bytes());
        key.update(instance.to_le_bytes());
        key.update(node);
        Random { key: key.finalize().into(), counter: 0, block: [0; 32], used: 32 }
    }

    /// How many bytes have been drawn.
    pub(super) fn drawn(&self) -> u64 {
        self.counter * BLOCK_BYTES - (self.block.len() - self.used) as u64
    }

    /// Goes on as if so many bytes had been drawn.
    pub(super) fn go_to(&mut self, drawn: u64) {
        self.counter = drawn / BLOCK_BYTES;
        self.used = self.block.len();
        let within = drawn % BLOCK_BYTES;
        self.fill(&mut vec![0; usize::try_from(within).expect("less than a block")]);
    }

    fn fill(&mut self, bytes: &mut [u8]) {
        for byte in bytes {
            if self.used == self.block.len() {
                let mut block = Sha256::new();
                block.update(self.key);
                block.update(self.counter.to_le_bytes());
                self.block = block.finalize().into();
                self.counter += 1;
                self.used = 0;
            }
            *byte = self.block[self.used];
            self.used += 1;
        }
    }

    fn bytes(&mut self, length: u64) -> wasmtime::Result<Vec<u8>> {
        if length > REQUEST_BYTES_MAX {
            return Err(wasmtime::Error::msg(format!(
                "asked for {length} random bytes at once; at most {REQUEST_BYTES_MAX} are given"
            )));
        }
        let mut bytes = vec![0; usize::try_from(length).expect("at most 16 MiB")];
        self.fill(&mut bytes);
        Ok(bytes)
    }

    fn number(&mut self) -> u64 {
        let mut bytes = [0; 8];
        self.fill(&mut bytes);
        u64::from_le_bytes(bytes)
    }
}

impl random::Host for &mut Wasi {
    fn get_random_bytes(&mut self, length: u64) -> wasmtime::Result<Vec<u8>> {
        self.random.bytes(length)
    }

    fn get_random_u64(&mut self) -> wasmtime::Result<u64> {
        Ok(self.random.number())
    }
}

impl insecure::Host for &mut Wasi {
    fn get_insecure_random_bytes(&mut self, length: u64) -> wasmtime::Result<Vec<u8>> {
        self.random.bytes(length)
    }

    fn get_insecure_random_u64(&mut self) -> wasmtime::Result<u64> {
        Ok(self.random.number())
    }
}

impl insecure_seed::Host for &mut Wasi {
    fn insecure_seed(&mut self) -> wasmtime::Result<(u64, u64)> {
        Ok((self.random.number(), self.random.number()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_same_run_node_and_instance_draw_the_same() {
        let draw = |seed, node, instance| Random::new(seed, node, instance).bytes(100).unwrap();
        assert_eq!(draw(1, "price", 0), draw(1, "price", 0));
        for other in [draw(2, "price", 0), draw(1, "cut", 0), draw(1, "price", 1)] {
            assert_ne!(draw(1, "price", 0), other);
        }
    }

    #[test]
    fn numbers_go_on_from_wherever_they_were_left() {
        let mut whole = Random::new(1, "price", 0);
        let numbers = whole.bytes(200).unwrap();
        for drawn in 0..200_u64 {
            let mut left = Random::new(1, "price", 0);
            left.bytes(drawn).unwrap();
            assert_eq!(left.drawn(), drawn);
            let mut taken_up = Random::new(1, "price", 0);
            taken_up.bytes(7).unwrap();
            taken_up.go_to(left.drawn());
            assert_eq!(taken_up.bytes(200 - drawn).unwrap(), numbers[drawn as usize..], "{drawn} bytes");
        }
    }

    #[test]
    fn a_request_beyond_the_limit_is_refused_before_it_is_allocated() {
        assert!(Random::new(1, "price", 0).bytes(u64::MAX).is_err());
    }
}
