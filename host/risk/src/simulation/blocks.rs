//! The part of a simulation that is in memory: the blocks that were read last.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex, PoisonError};

/// About so many bytes are read at once.
const BLOCK_BYTES: usize = 1 << 20;

/// So many blocks are kept: enough that instances which read side by side do not read twice.
const BLOCKS_MAX: usize = 16;

/// Blocks of draws, the one used last in front.
pub(super) struct Blocks {
    draws: u64,
    kept: Mutex<VecDeque<(u64, Arc<[f64]>)>>,
}

impl Blocks {
    /// For draws of that many variables.
    pub(super) fn new(variables: usize) -> Self {
        Blocks { draws: block_draws(variables), kept: Mutex::default() }
    }

    /// Draws in a block.
    pub(super) fn draws(&self) -> u64 {
        self.draws
    }

    /// A block's numbers, read where they are not at hand. Two who ask at once may both read; neither waits for the other.
    pub(super) fn get(
        &self,
        block: u64,
        read: impl FnOnce() -> Result<Vec<f64>, String>,
    ) -> Result<Arc<[f64]>, String> {
        if let Some(numbers) = self.kept(block) {
            return Ok(numbers);
        }
        let numbers: Arc<[f64]> = read()?.into();
        let mut kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
        kept.push_front((block, Arc::clone(&numbers)));
        kept.truncate(BLOCKS_MAX);
        Ok(numbers)
    }

    fn kept(&self, block: u64) -> Option<Arc<[f64]>> {
        let mut kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
        let place = kept.iter().position(|(number, _)| *number == block)?;
        let found = kept.remove(place)?;
        kept.push_front(found.clone());
        Some(found.1)
    }
}

/// Draws in a block, of that many variables.
pub(super) fn block_draws(variables: usize) -> u64 {
    (BLOCK_BYTES / 8 / variables.max(1)).max(1) as u64
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_used_last_is_kept_and_no_more_than_its_bound() {
        let blocks = Blocks::new(1);
        let read = |block: u64| move || Ok(vec![block as f64]);
        let unread = || Err("read again".to_owned());
        for block in 0..BLOCKS_MAX as u64 {
            blocks.get(block, read(block)).unwrap();
        }
        assert_eq!(*blocks.get(0, unread).unwrap(), [0.0]);
        blocks.get(99, read(99)).unwrap();
        assert_eq!(*blocks.get(0, unread).unwrap(), [0.0]);
        assert!(blocks.get(1, unread).is_err());
    }
}
