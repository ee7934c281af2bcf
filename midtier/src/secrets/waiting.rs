//! Attempts that wait for the store of secrets: each asks every few seconds, for as long as the store is away. In strict mode that they are about to
//! be granted something stands in the audit log once, and not once for each time.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use tokio::time::Instant;

use super::grants::Attempt;

/// How many are known at most. Those beyond have a row for each time that they ask.
const KNOWN_MAX: usize = 10_000;
/// Whoever has not asked for so long waits no more.
const SILENCE_MAX: Duration = Duration::from_secs(60);

/// Those who wait, and when each has asked last.
#[derive(Default)]
pub(crate) struct WhoWaits(Mutex<HashMap<(&'static str, Attempt), Instant>>);

impl WhoWaits {
    /// Whether an attempt has asked for this before and was told to wait.
    pub(crate) fn knows(&self, what: &'static str, attempt: &Attempt, now: Instant) -> bool {
        let known = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        known.get(&(what, attempt.clone())).is_some_and(|asked| now.duration_since(*asked) < SILENCE_MAX)
    }

    /// It has been answered: to wait, or not.
    pub(crate) fn answered(&self, what: &'static str, attempt: &Attempt, waits: bool, now: Instant) {
        let mut known = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let key = (what, attempt.clone());
        if !waits {
            known.remove(&key);
            return;
        }
        if known.len() >= KNOWN_MAX {
            known.retain(|_, asked| now.duration_since(*asked) < SILENCE_MAX);
        }
        if known.len() < KNOWN_MAX || known.contains_key(&key) {
            known.insert(key, now);
        }
    }
}

#[cfg(test)]
mod tests {
    use leat_scheduler::model::{Generation, HostId, RunId};

    use super::*;

    fn attempt(number: u64) -> Attempt {
        let (run, host) = (RunId::parse("r").unwrap(), HostId::parse("c1").unwrap());
        Attempt { run, generation: Generation(number), host }
    }

    #[test]
    fn an_attempt_waits_from_its_first_answer_to_its_last() {
        let (who, now) = (WhoWaits::default(), Instant::now());
        assert!(!who.knows("secrets", &attempt(1), now));
        who.answered("secrets", &attempt(1), true, now);
        assert!(who.knows("secrets", &attempt(1), now) && !who.knows("broker", &attempt(1), now));
        assert!(!who.knows("secrets", &attempt(2), now), "another attempt is another deed");
        assert!(!who.knows("secrets", &attempt(1), now + SILENCE_MAX));
        who.answered("secrets", &attempt(1), false, now);
        assert!(!who.knows("secrets", &attempt(1), now));
    }

    #[test]
    fn no_more_are_known_than_there_is_room_for() {
        let (who, now) = (WhoWaits::default(), Instant::now());
        for number in 0..=KNOWN_MAX as u64 {
            who.answered("secrets", &attempt(number), true, now);
        }
        assert!(who.knows("secrets", &attempt(0), now) && !who.knows("secrets", &attempt(KNOWN_MAX as u64), now));
        let later = now + SILENCE_MAX;
        who.answered("secrets", &attempt(7), true, later);
        assert!(who.knows("secrets", &attempt(7), later));
        assert_eq!(who.0.lock().unwrap().len(), 1, "those who have gone silent make room");
    }
}
