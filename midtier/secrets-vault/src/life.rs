//! How long something of the store is held, when it is renewed, and how long is waited after a try in vain. Pure: the time is given.

use std::time::Duration;

use tokio::time::Instant;

/// The first wait after a try in vain; it doubles with each.
const WAIT: Duration = Duration::from_millis(250);
/// The longest such wait: how much later than the store what waits for it is back.
const WAIT_MAX: Duration = Duration::from_secs(5);
/// The store counts in whole seconds.
const ROUNDED: Duration = Duration::from_secs(1);
/// Renewals are no closer than this, however short the life.
const REST: Duration = Duration::from_millis(100);

/// What the store gave.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Granted {
    /// It ends after this, unless it is renewed.
    Lease { life: Duration, renewable: bool },
    /// It has no end, and another takes its place after about this.
    Rotates { after: Duration },
}

/// How long it is held.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Life {
    began: Instant,
    granted: Granted,
    /// The life it had at first.
    full: Duration,
    /// It is no longer the life that it had at first.
    is_renewed: bool,
    /// Only another one helps.
    spent: bool,
}

impl Life {
    /// Of what was asked for at `began`.
    pub(crate) fn new(began: Instant, granted: Granted) -> Life {
        let full = match granted {
            Granted::Lease { life, .. } => life,
            Granted::Rotates { after } => after,
        };
        let spent = !matches!(granted, Granted::Lease { renewable: true, .. });
        Life { began, granted, full, is_renewed: false, spent }
    }

    /// It was renewed at `began`. Where the store gives less than it gave at first, the end of all renewals is near: the next would give
    /// less still, and another is due at once, while what is left of this one may outlast a store that is slow or away.
    pub(crate) fn renewed(&mut self, began: Instant, granted: Granted) {
        (self.began, self.granted, self.is_renewed) = (began, granted, true);
        self.spent = match granted {
            Granted::Lease { life, renewable } => !renewable || life + ROUNDED < self.full || life < self.full / 2,
            Granted::Rotates { .. } => true,
        };
    }

    /// It cannot be renewed: another has to take its place.
    pub(crate) fn spend(&mut self) {
        self.spent = true;
    }

    /// Whether another has to take its place, once it is due.
    pub(crate) fn is_spent(&self) -> bool {
        self.spent
    }

    /// When it is to be renewed or replaced: at two thirds of its life, and at once where it was renewed for the last time.
    pub(crate) fn due(&self) -> Instant {
        let after = match self.granted {
            Granted::Lease { .. } if self.is_renewed && self.spent => Duration::ZERO,
            Granted::Lease { life, .. } => life * 2 / 3,
            Granted::Rotates { after } => after,
        };
        self.began + after.max(REST)
    }

    /// When it ends, if it does.
    pub(crate) fn ends(&self) -> Option<Instant> {
        match self.granted {
            Granted::Lease { life, .. } => Some(self.began + life),
            Granted::Rotates { .. } => None,
        }
    }
}

/// How long is waited after tries in vain.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Backoff {
    tries: u32,
}

impl Backoff {
    /// A try was in vain: how long to wait for the next. `chance` is any number, other for each who waits, so that not all come back at
    /// the same moment.
    pub(crate) fn failed(&mut self, chance: u64) -> Duration {
        let wait = (WAIT * 2_u32.pow(self.tries.min(16))).min(WAIT_MAX);
        self.tries = self.tries.saturating_add(1);
        // Half of it, and as much of the other half as chance says.
        wait / 2 + wait / 2 * u32::try_from(chance % 1_001).unwrap_or(0) / 1_000
    }

    /// One was not.
    pub(crate) fn reset(&mut self) {
        self.tries = 0;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const MINUTE: Duration = Duration::from_secs(60);

    fn lease(life: Duration, renewable: bool) -> Granted {
        Granted::Lease { life, renewable }
    }

    #[test]
    fn a_lease_is_renewed_at_two_thirds_of_its_life_until_renewals_end() {
        let start = Instant::now();
        let mut life = Life::new(start, lease(3 * MINUTE, true));
        assert_eq!((life.due(), life.ends()), (start + 2 * MINUTE, Some(start + 3 * MINUTE)));
        assert!(!life.is_spent());
        life.renewed(start + 2 * MINUTE, lease(3 * MINUTE - ROUNDED, true));
        assert_eq!(life.ends(), Some(start + 5 * MINUTE - ROUNDED));
        assert!(!life.is_spent(), "it gives what it gave at first, but for a part of a second");
        life.renewed(start + 4 * MINUTE, lease(2 * MINUTE, true));
        assert!(life.is_spent(), "from here on it gives less and less");
        assert_eq!(
            (life.due(), life.ends()),
            (start + 4 * MINUTE + REST, Some(start + 6 * MINUTE)),
            "so another is had"
        );
    }

    #[test]
    fn what_cannot_be_renewed_is_replaced_before_it_ends() {
        let start = Instant::now();
        let life = Life::new(start, lease(MINUTE, false));
        assert!(life.is_spent() && life.due() < start + MINUTE);
    }

    #[test]
    fn what_rotates_is_looked_at_again_and_never_ends() {
        let start = Instant::now();
        let life = Life::new(start, Granted::Rotates { after: MINUTE });
        assert_eq!((life.due(), life.ends(), life.is_spent()), (start + MINUTE, None, true));
    }

    #[test]
    fn waits_grow_to_a_bound_and_differ_by_chance() {
        let mut backoff = Backoff::default();
        assert_eq!(backoff.failed(0), WAIT / 2);
        assert_eq!(backoff.failed(1_000), WAIT * 2);
        for _ in 0..100 {
            assert!(backoff.failed(1_000) <= WAIT_MAX);
        }
        assert_eq!(backoff.failed(1_000), WAIT_MAX);
        assert_eq!(backoff.failed(0), WAIT_MAX / 2);
        backoff.reset();
        assert_eq!(backoff.failed(0), WAIT / 2);
    }
}
