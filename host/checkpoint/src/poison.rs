//! Whether a run that dies again and again is worth another attempt.
//!
//! Kept by whoever starts the attempts, across them. Batches are numbered since the run began, and the order in which a node takes them
//! depends on them alone; so the batch that killed a node has the same name in every attempt.

use std::fmt;

use serde::{Deserialize, Serialize};

/// Batches in hand that are counted of one death: more than a process has threads.
const BATCHES_MAX: usize = 1024;

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
    /// So many deaths in a row with the same batch in hand make it poison.
    pub deaths_by_batch_max: u32,
    /// So many attempts in a row that complete no checkpoint end the run.
    pub attempts_without_progress_max: u32,
}

impl Default for Patience {
    /// Three deaths, and twenty attempts.
    fn default() -> Patience {
        Patience { deaths_by_batch_max: 3, attempts_without_progress_max: 20 }
    }
}

/// What to do after a death.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
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
    /// What was in hand at the last death, each with how many deaths in a row it was.
    in_a_row: Vec<(BatchName, u32)>,
    without_progress: u32,
    poisoned: Vec<BatchName>,
}

impl Deaths {
    /// An attempt has died; `in_hand`: the batches that its nodes had in hand, the one taken last at the end, if the death was its own.
    ///
    /// Where several were in hand each time, the one taken last is poison: what kills mostly does so at once. If it was another,
    /// that one is found out by the next death.
    pub fn died(&mut self, in_hand: &[BatchName], patience: Patience) -> Verdict {
        self.without_progress = self.without_progress.saturating_add(1);
        let before = std::mem::take(&mut self.in_a_row);
        for batch in in_hand.iter().rev().take(BATCHES_MAX) {
            if self.in_a_row.iter().all(|(name, _)| name != batch) {
                let deaths = before.iter().find(|(name, _)| name == batch).map_or(0, |(_, deaths)| *deaths);
                self.in_a_row.push((*batch, deaths.saturating_add(1)));
            }
        }
        let is_poison = |(_, deaths): &(BatchName, u32)| *deaths >= patience.deaths_by_batch_max;
        if let Some(place) = self.in_a_row.iter().position(is_poison) {
            let (batch, deaths) = self.in_a_row.remove(place);
            self.poisoned.push(batch);
            return Verdict::Poisoned { batch, deaths };
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

    /// The batches that were found to be poison: no attempt is given them any more.
    pub fn poisoned(&self) -> &[BatchName] {
        &self.poisoned
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

    fn batch(number: u64) -> BatchName {
        BatchName { node: 1, end: 0, number }
    }

    #[test]
    fn the_same_batch_three_times_in_a_row_is_poison() {
        let mut deaths = Deaths::default();
        assert_eq!(deaths.died(&[batch(7)], PATIENCE), Verdict::Again);
        deaths.progressed();
        assert_eq!(deaths.died(&[batch(7), batch(7)], PATIENCE), Verdict::Again, "two threads had parts of it");
        assert_eq!(deaths.died(&[batch(7)], PATIENCE), Verdict::Poisoned { batch: batch(7), deaths: 3 });
        assert_eq!(deaths.poisoned(), [batch(7)]);
    }

    #[test]
    fn a_death_at_another_batch_or_none_says_that_it_was_chance() {
        for other in [vec![], vec![batch(8)]] {
            let mut deaths = Deaths::default();
            deaths.died(&[batch(7)], PATIENCE);
            deaths.died(&[batch(7)], PATIENCE);
            assert_eq!(deaths.died(&other, PATIENCE), Verdict::Again);
            assert_eq!(deaths.died(&[batch(7)], PATIENCE), Verdict::Again);
        }
    }

    #[test]
    fn of_several_that_are_always_in_hand_the_one_taken_last_is_poison_and_then_the_other() {
        let mut deaths = Deaths::default();
        deaths.died(&[batch(3), batch(1), batch(2)], PATIENCE);
        deaths.died(&[batch(1), batch(2)], PATIENCE);
        assert_eq!(deaths.died(&[batch(1), batch(2)], PATIENCE), Verdict::Poisoned { batch: batch(2), deaths: 3 });
        assert_eq!(deaths.died(&[batch(1)], PATIENCE), Verdict::Poisoned { batch: batch(1), deaths: 4 });
        assert_eq!(deaths.poisoned(), [batch(2), batch(1)]);
    }

    #[test]
    fn attempts_that_get_nowhere_end() {
        let mut deaths = Deaths::default();
        let verdicts: Vec<Verdict> = (0..5).map(|_| deaths.died(&[], PATIENCE)).collect();
        assert_eq!(verdicts[3..], [Verdict::Again, Verdict::NoProgress { attempts: 5 }]);
    }

    #[test]
    fn what_is_remembered_is_bounded() {
        let mut deaths = Deaths::default();
        let many: Vec<BatchName> = (0..5000).map(batch).collect();
        deaths.died(&many, PATIENCE);
        deaths.died(&many, PATIENCE);
        assert_eq!(deaths.in_a_row.len(), BATCHES_MAX);
    }
}
