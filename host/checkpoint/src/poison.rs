//! Whether a run that dies again and again is worth another attempt.
//!
//! Kept by whoever starts the attempts, across them. Batches are numbered since the run began, and the order in which a node takes them
//! depends on them alone; so the batch that killed a node has the same name in every attempt.

use std::fmt;

use serde::{Deserialize, Serialize};

/// Batches that deaths are counted of: a run is poisoned by one, and a few more may be struck by chance.
const BATCHES_MAX: usize = 64;

/// A batch as a node takes it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct BatchName {
    /// The node.
    pub node: u32,
    /// Which of the queues that end at it.
    pub end: u32,
    /// Which batch of the queue, from 1.
    pub number: u64,
}

/// When to give up.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Patience {
    /// So many deaths at one batch make it poison.
    pub deaths_by_batch_max: u32,
    /// So many attempts in a row that complete no checkpoint end the run.
    pub attempts_without_progress_max: u32,
}

/// What to do after a death.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// Another attempt.
    Again,
    /// This batch kills its node: the run fails, or the batch goes to the queue of rejected records, as the node's `on_error` says.
    Poisoned {
        /// Which.
        batch: BatchName,
        /// So often it has.
        deaths: u32,
    },
    /// No attempt gets anywhere: the run fails.
    NoProgress {
        /// So many have not.
        attempts: u32,
    },
}

/// The deaths of a run.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Deaths {
    /// The batch struck last is last.
    by_batch: Vec<(BatchName, u32)>,
    without_progress: u32,
}

impl Deaths {
    /// An attempt has died; `during`: the batch that a node of its had in hand, if the death was the node's own.
    pub fn died(&mut self, during: Option<BatchName>, patience: Patience) -> Verdict {
        self.without_progress = self.without_progress.saturating_add(1);
        if let Some(batch) = during {
            let known = self.by_batch.iter().position(|(name, _)| *name == batch);
            let before = known.map_or(0, |at| self.by_batch.remove(at).1);
            if self.by_batch.len() >= BATCHES_MAX {
                self.by_batch.remove(0);
            }
            let deaths = before.saturating_add(1);
            self.by_batch.push((batch, deaths));
            if deaths >= patience.deaths_by_batch_max {
                return Verdict::Poisoned { batch, deaths };
            }
        }
        if self.without_progress >= patience.attempts_without_progress_max {
            return Verdict::NoProgress { attempts: self.without_progress };
        }
        Verdict::Again
    }

    /// A checkpoint is complete.
    pub fn progressed(&mut self) {
        self.without_progress = 0;
    }
}

impl fmt::Display for BatchName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "batch {} of queue end {} of node {}", self.number, self.end, self.node)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const PATIENCE: Patience = Patience { deaths_by_batch_max: 3, attempts_without_progress_max: 5 };

    #[test]
    fn the_same_batch_three_times_is_poison_and_others_between_do_not_matter() {
        let mut deaths = Deaths::default();
        let batch = |number| BatchName { node: 1, end: 0, number };
        assert_eq!(deaths.died(Some(batch(7)), PATIENCE), Verdict::Again);
        deaths.progressed();
        assert_eq!(deaths.died(Some(batch(8)), PATIENCE), Verdict::Again);
        assert_eq!(deaths.died(Some(batch(7)), PATIENCE), Verdict::Again);
        assert_eq!(deaths.died(None, PATIENCE), Verdict::Again);
        assert_eq!(deaths.died(Some(batch(7)), PATIENCE), Verdict::Poisoned { batch: batch(7), deaths: 3 });
    }

    #[test]
    fn attempts_that_get_nowhere_end() {
        let mut deaths = Deaths::default();
        let verdicts: Vec<Verdict> = (0..5).map(|_| deaths.died(None, PATIENCE)).collect();
        assert_eq!(verdicts[3..], [Verdict::Again, Verdict::NoProgress { attempts: 5 }]);
    }

    #[test]
    fn what_is_remembered_is_bounded() {
        let mut deaths = Deaths::default();
        for number in 0..1000 {
            deaths.died(Some(BatchName { node: 0, end: 0, number }), PATIENCE);
        }
        assert_eq!(deaths.by_batch.len(), BATCHES_MAX);
    }
}
