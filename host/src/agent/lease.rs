//! How long a host may act on its orders: counted from when the report that they answer was sent. Plain arithmetic; the
//! time is given.

use std::collections::VecDeque;
use std::time::Duration;

use tokio::time::Instant;

/// What a lease is taken for before the first orders have told. It says how often is reported, never that runs may be held.
const LENGTH_DEFAULT: Duration = Duration::from_secs(15);

/// No session is given up sooner, however short the lease.
const PATIENCE_MIN: Duration = Duration::from_millis(500);

/// No lease is believed to be longer.
const LENGTH_MAX: Duration = Duration::from_secs(24 * 3600);

/// The lease of a host, over all its sessions.
#[derive(Debug)]
pub(crate) struct Lease {
    /// Of this session: reports that no orders have answered, the oldest first, and how many were sent.
    unanswered: VecDeque<(u64, Instant)>,
    sent: u64,
    /// Of this session: the last report that was answered, and when it was sent.
    answered: Option<(u64, Instant)>,
    length: Duration,
    end: Option<Instant>,
}

impl Lease {
    pub(crate) fn new() -> Self {
        Lease { unanswered: VecDeque::new(), sent: 0, answered: None, length: LENGTH_DEFAULT, end: None }
    }

    /// A session begins: reports are counted anew. The lease goes on.
    pub(crate) fn open(&mut self) {
        self.unanswered.clear();
        self.answered = None;
        self.sent = 0;
    }

    /// A report is sent now. Answers its number.
    pub(crate) fn send(&mut self, now: Instant) -> u64 {
        self.sent += 1;
        self.unanswered.push_back((self.sent, now));
        self.sent
    }

    /// Orders have come that answer the report of this number. Answers whether they may be acted on now: not those that
    /// answer none, or one of another session, or that are older than their lease.
    pub(crate) fn take(&mut self, answers: u64, length: Duration, now: Instant) -> bool {
        while let Some(&(number, at)) = self.unanswered.front()
            && number <= answers
        {
            self.answered = Some((number, at));
            self.unanswered.pop_front();
        }
        let Some((_, at)) = self.answered.filter(|(number, _)| *number == answers) else { return false };
        self.length = length.min(LENGTH_MAX);
        self.end = Some(at + self.length);
        self.holds(now)
    }

    /// Whether the host may act on its orders.
    pub(crate) fn holds(&self, now: Instant) -> bool {
        self.end.is_some_and(|end| now < end)
    }

    /// When it is over, unless a report is answered first; nothing where none ever was.
    pub(crate) fn end(&self) -> Option<Instant> {
        self.end
    }

    /// As long as the midtier last said.
    pub(crate) fn length(&self) -> Duration {
        self.length
    }

    /// Reports that are on their way.
    pub(crate) fn unanswered(&self) -> usize {
        self.unanswered.len()
    }

    /// When the session is to be given up, because a report that was sent is not answered: early enough that another
    /// midtier can answer one before the lease is over.
    pub(crate) fn patience_ends(&self) -> Option<Instant> {
        self.unanswered.front().map(|(_, at)| *at + (self.length / 2).max(PATIENCE_MIN))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SECOND: Duration = Duration::from_secs(1);

    #[test]
    fn a_lease_is_counted_from_when_the_answered_report_was_sent() {
        let (mut lease, start) = (Lease::new(), Instant::now());
        assert!(!lease.holds(start), "there is none before the first answer");
        let first = lease.send(start);
        let second = lease.send(start + 5 * SECOND);
        assert!(lease.take(first, 10 * SECOND, start + 6 * SECOND));
        assert!(lease.holds(start + 9 * SECOND));
        assert!(!lease.holds(start + 10 * SECOND));
        assert!(lease.take(second, 10 * SECOND, start + 9 * SECOND));
        assert!(lease.holds(start + 14 * SECOND));
        assert_eq!(lease.unanswered(), 0);
    }

    #[test]
    fn orders_that_come_by_themselves_make_no_lease_longer() {
        let (mut lease, start) = (Lease::new(), Instant::now());
        let number = lease.send(start);
        assert!(lease.take(number, 10 * SECOND, start + SECOND));
        assert!(lease.take(number, 10 * SECOND, start + 8 * SECOND));
        assert_eq!(lease.end(), Some(start + 10 * SECOND));
    }

    #[test]
    fn an_answer_that_is_later_than_its_lease_is_not_acted_on() {
        let (mut lease, start) = (Lease::new(), Instant::now());
        let number = lease.send(start);
        assert!(!lease.take(number, 10 * SECOND, start + 11 * SECOND));
    }

    #[test]
    fn orders_that_answer_nothing_of_this_session_are_not_acted_on() {
        let (mut lease, start) = (Lease::new(), Instant::now());
        lease.send(start);
        lease.send(start);
        assert!(!lease.take(0, 10 * SECOND, start));
        assert!(!lease.take(7, 10 * SECOND, start));
        lease.open();
        assert!(!lease.take(2, 10 * SECOND, start));
        let number = lease.send(start);
        assert_eq!(number, 1, "each session counts from 1");
        assert!(lease.take(1, 10 * SECOND, start));
    }

    #[test]
    fn a_new_session_neither_ends_nor_prolongs_the_lease() {
        let (mut lease, start) = (Lease::new(), Instant::now());
        let number = lease.send(start);
        lease.take(number, 10 * SECOND, start);
        lease.open();
        lease.send(start + 5 * SECOND);
        assert!(lease.holds(start + 9 * SECOND));
        assert!(!lease.holds(start + 10 * SECOND));
    }

    #[test]
    fn a_session_without_answers_is_given_up_while_there_is_time_for_another() {
        let (mut lease, start) = (Lease::new(), Instant::now());
        assert_eq!(lease.patience_ends(), None);
        let number = lease.send(start);
        lease.take(number, 10 * SECOND, start);
        lease.send(start + SECOND);
        lease.send(start + 2 * SECOND);
        assert_eq!(lease.patience_ends(), Some(start + 6 * SECOND));
    }
}
