//! How many requests each caller may make: a bucket for each.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use tokio::time::Instant;

use crate::config::Rate;

/// How many callers are kept in mind. Past it, those whose bucket is full again are forgotten: for them nothing changes.
const CALLERS_MAX: usize = 10_000;

/// A bucket for each caller.
pub(crate) struct Rates {
    rate: Rate,
    buckets: Mutex<Buckets>,
}

#[derive(Default)]
struct Buckets {
    by_caller: HashMap<String, Bucket>,
    /// When the full ones were last forgotten: looking through all of them for every stranger would cost too much.
    cleared: Option<Instant>,
}

/// How often full buckets are looked for at most.
const CLEAR_EVERY: Duration = Duration::from_secs(1);

struct Bucket {
    left: f64,
    at: Instant,
}

impl Rates {
    pub(crate) fn new(rate: Rate) -> Self {
        Rates { rate, buckets: Mutex::default() }
    }

    /// Takes one request out of a caller's bucket.
    ///
    /// # Errors
    /// Where it is empty: how long until there is one again.
    pub(crate) fn take(&self, caller: &str, now: Instant) -> Result<(), Duration> {
        let (burst, per_second) = (f64::from(self.rate.burst.max(1)), f64::from(self.rate.per_second.max(1)));
        let filled = |bucket: &Bucket| (bucket.left + (now - bucket.at).as_secs_f64() * per_second).min(burst);
        let mut buckets = self.buckets.lock().unwrap_or_else(PoisonError::into_inner);
        if buckets.by_caller.len() >= CALLERS_MAX && !buckets.by_caller.contains_key(caller) {
            if buckets.cleared.is_none_or(|cleared| now - cleared >= CLEAR_EVERY) {
                buckets.cleared = Some(now);
                buckets.by_caller.retain(|_, bucket| filled(bucket) < burst);
            }
            if buckets.by_caller.len() >= CALLERS_MAX {
                return Err(CLEAR_EVERY);
            }
        }
        let bucket = buckets.by_caller.entry(caller.to_owned()).or_insert(Bucket { left: burst, at: now });
        (bucket.left, bucket.at) = (filled(bucket), now);
        if bucket.left < 1.0 {
            return Err(Duration::from_secs_f64((1.0 - bucket.left) / per_second));
        }
        bucket.left -= 1.0;
        Ok(())
    }

    /// Gives back what was taken for a request that was not to be counted after all.
    pub(crate) fn give_back(&self, caller: &str) {
        let burst = f64::from(self.rate.burst.max(1));
        let mut buckets = self.buckets.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(bucket) = buckets.by_caller.get_mut(caller) {
            bucket.left = (bucket.left + 1.0).min(burst);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_bucket_is_emptied_and_filled_again() {
        let (rates, start) = (Rates::new(Rate { per_second: 2, burst: 3 }), Instant::now());
        assert!((0..3).all(|_| rates.take("ada", start).is_ok()));
        assert_eq!(rates.take("ada", start), Err(Duration::from_millis(500)));
        assert!(rates.take("ada", start + Duration::from_millis(500)).is_ok());
        assert!(rates.take("ada", start + Duration::from_millis(600)).is_err());
    }

    #[test]
    fn what_is_given_back_can_be_taken_again() {
        let (rates, start) = (Rates::new(Rate { per_second: 1, burst: 1 }), Instant::now());
        for _ in 0..5 {
            assert!(rates.take("ada", start).is_ok());
            rates.give_back("ada");
            rates.give_back("ada");
        }
        assert!(rates.take("ada", start).is_ok() && rates.take("ada", start).is_err(), "never more than the burst");
    }

    #[test]
    fn one_callers_bucket_is_no_others() {
        let (rates, start) = (Rates::new(Rate { per_second: 1, burst: 1 }), Instant::now());
        assert!(rates.take("ada", start).is_ok() && rates.take("bob", start).is_ok());
        assert!(rates.take("ada", start).is_err());
    }

    #[test]
    fn callers_without_end_do_not_grow_it_without_end() {
        let (rates, start) = (Rates::new(Rate { per_second: 1, burst: 2 }), Instant::now());
        for caller in 0..2 * CALLERS_MAX {
            let _ = rates.take(&caller.to_string(), start);
        }
        assert_eq!(rates.buckets.lock().unwrap().by_caller.len(), CALLERS_MAX);
        assert!(rates.take("late", start + Duration::from_secs(2)).is_ok(), "the others' buckets are full by then");
    }
}
