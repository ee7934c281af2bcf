//! What an operator may choose: every knob of the planner, with its default.

use std::collections::BTreeMap;
use std::time::Duration;

use crate::id::GroupId;
use crate::resources::Resources;

/// The knobs of the planner. [`Policy::default`] is a fleet that costs little and wakes up quickly.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Policy {
    /// A run's priority rises by one for each of these spans that it has waited, so that none waits for ever.
    /// Default: 10 minutes. Zero switches this off, and with it the promise.
    pub aging_step: Duration,
    /// A run that has waited this long for room on hosts that are full has hosts kept free for it as their work
    /// ends, for otherwise a large run would wait for ever behind a stream of small ones. Default: 5 minutes.
    pub reserve_after: Duration,
    /// How many runs at a time may have hosts kept free. Default: 8.
    pub reservations_max: usize,
    /// How often a run is begun before a lost host makes it fail. Default: 3.
    pub attempts_max: u32,
    /// A run that no known host can ever take is refused after this long, so that a fleet which is still being
    /// registered does not refuse what it can do in a minute. Default: 1 minute.
    pub refuse_after: Duration,
    /// A run that has waited this long is refused, whatever it waits for. Default: 7 days.
    pub queue_timeout: Duration,
    /// What single groups may have. A group that is not named has no quota, and weight 1.
    pub groups: BTreeMap<GroupId, GroupPolicy>,
    /// When hosts go on and off.
    pub power: PowerPolicy,
}

/// What a group may have.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct GroupPolicy {
    /// The most that its placed runs may hold together. `None`, the default: whatever there is.
    pub quota: Option<Resources>,
    /// Its weight in the fair share: a group of weight 2 is due twice as much as one of weight 1, the default. Zero
    /// counts as one.
    pub weight: u32,
}

/// When hosts go on and off, and what is waited for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PowerPolicy {
    /// A host that held nothing for this long goes off. Default: 5 minutes.
    pub idle_timeout: Duration,
    /// A host that became ready stays so at least this long, against flapping. Default: 10 minutes.
    pub minimum_up: Duration,
    /// A host that went off stays off at least this long, against flapping. Default: 30 seconds.
    pub minimum_off: Duration,
    /// A host that is not ready after this long has failed. Default: 5 minutes.
    pub boot_timeout: Duration,
    /// How long a host takes to become ready if that was never seen; told to who waits, nothing depends on it.
    /// Default: 1 minute.
    pub boot_time_expected: Duration,
    /// A draining host that still holds something after this long takes new work again, unless it is cordoned: then
    /// the time limits of its runs are what it waits for. Default: 15 minutes.
    pub drain_timeout: Duration,
    /// A host that is not off after this long has failed. Default: 2 minutes.
    pub stop_timeout: Duration,
    /// What a failed host rests before it is tried again: this long after the first failure, twice as long after
    /// each further one. One whose agent comes back by itself rests not at all, and neither does one that was up, failed for the
    /// first time in a while and is seen to be off. Default: 30 seconds.
    pub backoff: Duration,
    /// The longest that a failed host rests. Default: 1 hour.
    pub backoff_max: Duration,
    /// How much longer than its lease a silent host is waited for before its runs count as lost: more than clocks
    /// of hosts may differ. Default: 10 seconds.
    pub lease_grace: Duration,
    /// The most hosts that may be starting at one time, so that neither power nor an API is overrun. Default: 64.
    pub starting_max: usize,
}

impl Default for Policy {
    fn default() -> Policy {
        Policy {
            aging_step: Duration::from_secs(600),
            reserve_after: Duration::from_secs(300),
            reservations_max: 8,
            attempts_max: 3,
            refuse_after: Duration::from_secs(60),
            queue_timeout: Duration::from_secs(7 * 86_400),
            groups: BTreeMap::new(),
            power: PowerPolicy::default(),
        }
    }
}

impl Default for GroupPolicy {
    fn default() -> GroupPolicy {
        GroupPolicy { quota: None, weight: 1 }
    }
}

impl Default for PowerPolicy {
    fn default() -> PowerPolicy {
        PowerPolicy {
            idle_timeout: Duration::from_secs(300),
            minimum_up: Duration::from_secs(600),
            minimum_off: Duration::from_secs(30),
            boot_timeout: Duration::from_secs(300),
            boot_time_expected: Duration::from_secs(60),
            drain_timeout: Duration::from_secs(900),
            stop_timeout: Duration::from_secs(120),
            backoff: Duration::from_secs(30),
            backoff_max: Duration::from_secs(3_600),
            lease_grace: Duration::from_secs(10),
            starting_max: 64,
        }
    }
}

/// A host that was up for so many times [`PowerPolicy::backoff`] has shown that it works: what it did before is forgotten.
const PROVEN_AFTER_BACKOFFS: u32 = 10;

impl PowerPolicy {
    /// How many failures still count of a host that has had so many in a row, and has been up for so long.
    pub fn still_counted(&self, failures: u32, up_for: Option<Duration>) -> u32 {
        let is_proven = up_for.is_some_and(|up_for| up_for >= self.backoff.saturating_mul(PROVEN_AFTER_BACKOFFS));
        if is_proven { 0 } else { failures }
    }

    /// How long a host rests that failed so many times in a row.
    pub fn rest_after(&self, failures: u32) -> Duration {
        let doublings = failures.saturating_sub(1).min(31);
        self.backoff.saturating_mul(1 << doublings).min(self.backoff_max)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const S: fn(u64) -> Duration = Duration::from_secs;

    #[test]
    fn rests_double_up_to_the_longest() {
        let policy = PowerPolicy { backoff: S(30), backoff_max: S(100), ..PowerPolicy::default() };
        let rests: Vec<Duration> = (1..=4).map(|failures| policy.rest_after(failures)).collect();
        assert_eq!(rests, [S(30), S(60), S(100), S(100)]);
        assert_eq!(policy.rest_after(u32::MAX), S(100));
    }

    #[test]
    fn failures_are_forgotten_once_a_host_was_up_for_long() {
        let policy = PowerPolicy { backoff: S(30), ..PowerPolicy::default() };
        let counted = [None, Some(S(299)), Some(S(300))].map(|up_for| policy.still_counted(2, up_for));
        assert_eq!(counted, [2, 2, 0]);
    }
}
