//! Chance by position: what a case draws depends on the seed, the parser's name and the case's number alone.

use leat_draws::Stream;

/// Numbers that one case may draw before it would draw those of the next.
const NUMBERS_PER_CASE: u64 = 1 << 24;
/// Numbers that are made at once.
const BLOCK: usize = 16;

/// The chance of one case.
pub(crate) struct Chance {
    stream: Stream,
    next: u64,
    block: Vec<u8>,
}

impl Chance {
    /// Of a case.
    pub(crate) fn new(seed: u64, name: &str, case: u64) -> Self {
        Chance { stream: Stream::new(seed, name), next: case.wrapping_mul(NUMBERS_PER_CASE), block: Vec::new() }
    }

    /// 64 random bits.
    pub(crate) fn bits(&mut self) -> u64 {
        if self.block.is_empty() {
            self.block = self.stream.bytes(self.next, BLOCK);
            self.next = self.next.wrapping_add(BLOCK as u64);
        }
        let at = self.block.len() - 8;
        let mut bytes = [0; 8];
        bytes.copy_from_slice(&self.block[at..]);
        self.block.truncate(at);
        u64::from_le_bytes(bytes)
    }

    /// A number below `bound`; 0 for a bound of 0.
    pub(crate) fn below(&mut self, bound: usize) -> usize {
        ((u128::from(self.bits()) * bound as u128) >> 64) as usize
    }

    /// True once in so many times.
    pub(crate) fn one_in(&mut self, times: usize) -> bool {
        self.below(times) == 0
    }

    /// One of these.
    pub(crate) fn of<'a, T>(&mut self, all: &'a [T]) -> &'a T {
        &all[self.below(all.len())]
    }

    /// A length: short ones more often.
    pub(crate) fn length(&mut self, most: usize) -> usize {
        let bound = most.min(1 << self.below(12));
        self.below(bound + 1)
    }
}
