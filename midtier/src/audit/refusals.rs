//! How many refusals are written down: a flood of them must not fill the log, and what is left out is counted. Pure but for its lock.

use std::collections::{BTreeMap, HashMap};
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use tokio::time::Instant;

/// How many refusals of one caller or address are written at once, and how many more every second.
const EACH: Bucket = Bucket { burst: 20.0, per_second: 0.1 };
/// The same of all together.
const ALL: Bucket = Bucket { burst: 200.0, per_second: 1.0 };
/// How many callers are kept in mind; all beyond share one bucket.
const CALLERS_MAX: usize = 10_000;
/// How many callers are named with how often each was left out.
const NAMED_MAX: usize = 8;
/// How many are counted one by one until they are named.
const COUNTED_MAX: usize = 1_000;

struct Bucket {
    burst: f64,
    per_second: f64,
}

/// How full a bucket is.
#[derive(Clone, Copy)]
struct Level {
    left: f64,
    at: Instant,
}

/// Counts refusals by who was refused.
#[derive(Default)]
pub(crate) struct Refusals(Mutex<Inner>);

#[derive(Default)]
struct Inner {
    by_caller: HashMap<String, Level>,
    all: Option<Level>,
    left_out: BTreeMap<String, u64>,
    left_out_beyond: u64,
}

impl Bucket {
    /// Takes one out, if there is one.
    fn take(&self, level: Option<Level>, now: Instant) -> (Level, bool) {
        let left = level.map_or(self.burst, |level| {
            (level.left + (now - level.at).as_secs_f64() * self.per_second).min(self.burst)
        });
        if left < 1.0 { (Level { left, at: now }, false) } else { (Level { left: left - 1.0, at: now }, true) }
    }

    fn is_full(&self, level: &Level, now: Instant) -> bool {
        level.left + (now - level.at).as_secs_f64() * self.per_second >= self.burst
    }
}

impl Refusals {
    /// Whether a refusal is to be written down; else it is counted among those that were left out.
    pub(crate) fn take(&self, caller: &str, now: Instant) -> bool {
        let mut inner = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let inner = &mut *inner;
        if inner.by_caller.len() >= CALLERS_MAX && !inner.by_caller.contains_key(caller) {
            inner.by_caller.retain(|_, level| !EACH.is_full(level, now));
        }
        let is_known = inner.by_caller.len() < CALLERS_MAX || inner.by_caller.contains_key(caller);
        let key = if is_known { caller } else { "others" };
        let (level, is_taken) = EACH.take(inner.by_caller.get(key).copied(), now);
        inner.by_caller.insert(key.to_owned(), level);
        if is_taken {
            let (level, is_taken) = ALL.take(inner.all, now);
            inner.all = Some(level);
            if is_taken {
                return true;
            }
        }
        if inner.left_out.len() < COUNTED_MAX || inner.left_out.contains_key(caller) {
            *inner.left_out.entry(caller.to_owned()).or_default() += 1;
        } else {
            inner.left_out_beyond += 1;
        }
        false
    }

    /// What was left out since this was last asked, in words; nothing where nothing was.
    pub(crate) fn left_out(&self) -> Option<(u64, String)> {
        let (counted, beyond) = {
            let mut inner = self.0.lock().unwrap_or_else(PoisonError::into_inner);
            (std::mem::take(&mut inner.left_out), std::mem::take(&mut inner.left_out_beyond))
        };
        let all = counted.values().sum::<u64>() + beyond;
        if all == 0 {
            return None;
        }
        let mut most: Vec<(String, u64)> = counted.into_iter().collect();
        most.sort_by(|one, other| other.1.cmp(&one.1).then_with(|| one.0.cmp(&other.0)));
        let others: u64 = most.iter().skip(NAMED_MAX).map(|(_, count)| count).sum::<u64>() + beyond;
        let mut words: Vec<String> =
            most.iter().take(NAMED_MAX).map(|(caller, count)| format!("{caller} {count}")).collect();
        if others > 0 {
            words.push(format!("others {others}"));
        }
        Some((all, format!("{all} refusals were left out: {}", words.join(", "))))
    }
}

/// How often what was left out is written down.
pub(crate) const TELL_EVERY: Duration = Duration::from_secs(60);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_flood_of_one_address_is_counted_and_others_are_written_down() {
        let (refusals, now) = (Refusals::default(), Instant::now());
        let written = (0..1_000).filter(|_| refusals.take("address 192.0.2.1", now)).count();
        assert_eq!(written, 20);
        assert!(refusals.take("user ada", now));
        let (count, words) = refusals.left_out().unwrap();
        assert_eq!((count, words.as_str()), (980, "980 refusals were left out: address 192.0.2.1 980"));
        assert_eq!(refusals.left_out(), None);
        assert!(refusals.take("address 192.0.2.1", now + Duration::from_secs(10)));
    }

    #[test]
    fn a_flood_of_many_addresses_is_bounded_and_counted_too() {
        let (refusals, now) = (Refusals::default(), Instant::now());
        let from = |n: u32| format!("address {}", std::net::Ipv4Addr::from(n));
        let written = (0..30_000).filter(|n| refusals.take(&from(*n), now)).count();
        assert_eq!(written, 200);
        let (count, words) = refusals.left_out().unwrap();
        assert_eq!(count, 29_800);
        assert!(words.len() < 400 && words.contains("others 29792"), "{words}");
        let inner = refusals.0.lock().unwrap();
        assert!(inner.by_caller.len() <= CALLERS_MAX + 1 && inner.left_out.is_empty());
    }
}
