//! For how long nothing has got through, and what follows: try again, how soon, or give up. Plain data; the time is given.

use std::time::{Duration, Instant};

/// The first pause before it is tried again; doubled each time.
const PAUSE_MIN: Duration = Duration::from_millis(20);
/// The longest pause.
const PAUSE_MAX: Duration = Duration::from_secs(2);
/// A connection that lasted for so long ends an outage, even where it had nothing to carry.
const STEADY: Duration = Duration::from_secs(5);

/// Trouble on the way, from its beginning to the next thing that gets through.
#[derive(Clone, Debug, Default)]
pub(crate) struct Outage {
    since: Option<Instant>,
    connected: Option<Instant>,
    failures: u32,
}

/// What to do about trouble.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Next {
    /// Try again after a pause.
    Retry(Duration),
    /// Nothing has got through for so long.
    GiveUp(Duration),
}

impl Outage {
    /// Something got through.
    pub(crate) fn over(&mut self) {
        (self.since, self.failures) = (None, 0);
    }

    /// The way is open again, and nothing has gone through it yet.
    pub(crate) fn connected(&mut self, now: Instant) {
        self.connected = Some(now);
    }

    /// Something is in the way, and has been since now unless it was before; answers for how long.
    pub(crate) fn goes_on(&mut self, now: Instant) -> Duration {
        now.saturating_duration_since(*self.since.get_or_insert(now))
    }

    /// It failed.
    pub(crate) fn failed(&mut self, now: Instant, patience: Duration) -> Next {
        let lasted = self.connected.take().map(|connected| now.saturating_duration_since(connected));
        if lasted.is_some_and(|lasted| lasted >= STEADY) {
            self.over();
        }
        let waited = self.goes_on(now);
        if waited >= patience {
            return Next::GiveUp(waited);
        }
        let pause = PAUSE_MIN.saturating_mul(1 << self.failures.min(16)).min(PAUSE_MAX);
        self.failures += 1;
        Next::Retry(pause.min(patience - waited))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const PATIENCE: Duration = Duration::from_secs(60);

    #[test]
    fn pauses_grow_to_a_bound_and_then_it_is_given_up() {
        let (start, mut outage, mut now, mut pauses) = (Instant::now(), Outage::default(), Duration::ZERO, Vec::new());
        let given_up = loop {
            match outage.failed(start + now, PATIENCE) {
                Next::Retry(pause) => {
                    pauses.push(pause);
                    now += pause;
                }
                Next::GiveUp(waited) => break waited,
            }
        };
        assert_eq!(pauses[..3], [20, 40, 80].map(Duration::from_millis));
        assert!(pauses.iter().all(|pause| *pause <= PAUSE_MAX));
        assert_eq!(given_up, PATIENCE);
    }

    #[test]
    fn what_gets_through_ends_an_outage() {
        let (start, mut outage) = (Instant::now(), Outage::default());
        outage.failed(start, PATIENCE);
        outage.over();
        assert_eq!(outage.failed(start + 2 * PATIENCE, PATIENCE), Next::Retry(PAUSE_MIN));
    }

    #[test]
    fn a_connection_that_lasts_ends_an_outage_and_one_that_flaps_does_not() {
        let (start, mut outage) = (Instant::now(), Outage::default());
        outage.failed(start, PATIENCE);
        outage.connected(start);
        assert!(matches!(outage.failed(start + STEADY + PATIENCE, PATIENCE), Next::Retry(_)));
        outage.connected(start + STEADY + PATIENCE);
        assert!(matches!(outage.failed(start + STEADY + 2 * PATIENCE, PATIENCE), Next::Retry(_)));
        let mut flapping = Outage::default();
        let gave_up = (0..100_u64).any(|second| {
            let now = start + Duration::from_secs(second);
            flapping.connected(now);
            matches!(flapping.failed(now, PATIENCE), Next::GiveUp(_))
        });
        assert!(gave_up);
    }
}
