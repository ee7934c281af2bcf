//! When the next report is due. Plain arithmetic; the time is given.

use std::time::Duration;

use tokio::time::Instant;

use super::lease::Lease;

/// Between two reports at least: what changes meanwhile goes together.
const BETWEEN_REPORTS: Duration = Duration::from_millis(50);

/// How soon a status is reported that only says how far a run is: often enough for a live view. A worker tells ten times
/// a second, and every report is taken in by a database.
const BETWEEN_STATUSES: Duration = Duration::from_millis(500);

/// Reports that may be on their way. With more, a midtier that is slow would be given ever more to do.
const UNANSWERED_MAX: usize = 4;

/// What has changed since the last report.
#[derive(Debug, Default)]
pub(crate) struct Pace {
    last: Option<Instant>,
    /// A run has begun or ended, or more is waiting to be sent.
    change: bool,
    /// A run goes on.
    status: bool,
}

impl Pace {
    /// A session begins: the midtier is told everything at once.
    pub(crate) fn open(&mut self) {
        self.last = None;
    }

    /// The midtier should know at once.
    pub(crate) fn change(&mut self) {
        self.change = true;
    }

    /// The midtier should know soon.
    pub(crate) fn status(&mut self) {
        self.status = true;
    }

    /// Whether there is something that the midtier should know at once.
    pub(crate) fn is_changed(&self) -> bool {
        self.change
    }

    /// A report is sent now.
    pub(crate) fn sent(&mut self, now: Instant) {
        *self = Pace { last: Some(now), change: false, status: false };
    }

    /// When the next report is due; never while too many are on their way.
    pub(crate) fn due(&self, lease: &Lease, now: Instant) -> Option<Instant> {
        if lease.unanswered() >= UNANSWERED_MAX {
            return None;
        }
        let Some(last) = self.last else { return Some(now) };
        let wait = match (self.change, self.status) {
            (true, _) => BETWEEN_REPORTS,
            (false, true) => BETWEEN_STATUSES.min(lease.length() / 3),
            (false, false) => lease.length() / 3,
        };
        Some(last + wait.max(BETWEEN_REPORTS))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn lease(length: Duration, start: Instant) -> Lease {
        let mut lease = Lease::new();
        let number = lease.send(start);
        lease.take(number, length, start);
        lease
    }

    #[test]
    fn a_change_goes_at_once_but_never_more_than_twenty_a_second() {
        let start = Instant::now();
        let (mut pace, lease) = (Pace::default(), lease(Duration::from_secs(9), start));
        assert_eq!(pace.due(&lease, start), Some(start));
        pace.sent(start);
        assert_eq!(pace.due(&lease, start), Some(start + Duration::from_secs(3)), "three times in a lease");
        pace.status();
        assert_eq!(pace.due(&lease, start), Some(start + BETWEEN_STATUSES));
        pace.change();
        assert_eq!(pace.due(&lease, start), Some(start + BETWEEN_REPORTS));
    }

    #[test]
    fn a_lease_of_nothing_is_no_flood_of_reports() {
        let start = Instant::now();
        let (mut pace, lease) = (Pace::default(), lease(Duration::ZERO, start));
        pace.sent(start);
        assert_eq!(pace.due(&lease, start), Some(start + BETWEEN_REPORTS));
    }

    #[test]
    fn a_midtier_that_does_not_answer_is_given_no_more() {
        let start = Instant::now();
        let (mut pace, mut lease) = (Pace::default(), Lease::new());
        for _ in 0..UNANSWERED_MAX {
            assert!(pace.due(&lease, start).is_some());
            lease.send(start);
            pace.sent(start);
            pace.change();
        }
        assert_eq!(pace.due(&lease, start), None);
    }
}
