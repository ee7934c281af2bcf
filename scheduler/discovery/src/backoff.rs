//! How long is waited before something is tried again.

use std::hash::{DefaultHasher, Hash, Hasher};
use std::time::Duration;

/// The first wait, and the longest.
const WAIT_FIRST: Duration = Duration::from_millis(200);
const WAIT_MAX: Duration = Duration::from_secs(30);

/// Waits that double with each failure and differ from process to process, so that a fleet does not come back all at once.
#[derive(Clone, Debug)]
pub struct Backoff {
    seed: u64,
    failures: u32,
}

impl Backoff {
    /// `who` tells processes apart: a name, or what was drawn for this start.
    pub fn new(who: &str) -> Self {
        let mut hasher = DefaultHasher::new();
        who.hash(&mut hasher);
        Backoff { seed: hasher.finish(), failures: 0 }
    }

    /// It failed: how long to wait now, between half of 200 ms · 2ⁿ and all of it, 30 s at most.
    pub fn failed(&mut self) -> Duration {
        let longest = WAIT_FIRST.saturating_mul(1 << self.failures.min(16)).min(WAIT_MAX);
        self.failures = self.failures.saturating_add(1);
        let mut hasher = DefaultHasher::new();
        (self.seed, self.failures).hash(&mut hasher);
        let thousandths = u32::try_from(hasher.finish() % 1_000).unwrap_or_default();
        longest / 2 + longest / 2 * thousandths / 1_000
    }

    /// It worked: the next failure is the first.
    pub fn worked(&mut self) {
        self.failures = 0;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn waits_double_up_to_the_longest_and_begin_anew_after_a_success() {
        let mut backoff = Backoff::new("m1");
        let waits: Vec<Duration> = (0..40).map(|_| backoff.failed()).collect();
        for (n, wait) in waits.iter().enumerate() {
            let longest = WAIT_FIRST.saturating_mul(1 << n.min(16)).min(WAIT_MAX);
            assert!((longest / 2..=longest).contains(wait), "{n}: {wait:?}");
        }
        backoff.worked();
        assert!(backoff.failed() <= WAIT_FIRST);
    }

    #[test]
    fn two_processes_do_not_wait_alike() {
        let waits = |who| (0..8).scan(Backoff::new(who), |backoff, _| Some(backoff.failed())).collect::<Vec<_>>();
        assert_ne!(waits("c1"), waits("c2"));
    }
}
