//! What came to an edge's receiver: which message is the next, which came twice, and what has to be said. Plain data.

use std::collections::VecDeque;

use leat_flow::transport::{Edge, TransportError};

use crate::message::{Credit, Header, Kind};

/// The share of the window after which it is said what is done, while there is more to receive: so that the sender never
/// waits, and the broker is not busy with saying.
const SAY_EVERY: usize = 8;

/// Messages that have come, and what is done of them.
pub(super) struct Inbox {
    edge: Edge,
    waiting: VecDeque<(Header, Vec<u8>)>,
    /// The number that comes next.
    next: u64,
    /// All with a lower number are done.
    done: u64,
    /// Bytes of messages that were taken and are not done, the oldest first.
    taken: VecDeque<(u64, usize)>,
    /// Bytes that were done since it was said.
    bytes_unsaid: usize,
    say_bytes: usize,
    unread: bool,
    ended: bool,
    /// What the broker has of what was said.
    said: Option<Credit>,
    open: bool,
    failure: Option<TransportError>,
}

/// What becomes of a message.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Verdict {
    /// It is the next, or one that came before and is not done: acknowledged once it is.
    Keep,
    /// It is done, of an older generation, or nobody reads it: acknowledged at once.
    Drop,
}

impl Inbox {
    /// An empty one, for an edge with such a window.
    pub(super) fn new(edge: &Edge, window_bytes: usize) -> Self {
        Inbox {
            edge: edge.clone(),
            waiting: VecDeque::new(),
            next: 0,
            done: 0,
            taken: VecDeque::new(),
            bytes_unsaid: 0,
            say_bytes: window_bytes / SAY_EVERY,
            unread: false,
            ended: false,
            said: None,
            open: false,
            failure: None,
        }
    }

    /// Takes a message, where it is the next.
    ///
    /// # Errors
    /// Where it cannot be: a gap in the numbers, or a newer generation.
    pub(super) fn take(&mut self, header: Header, message: Vec<u8>) -> Result<Verdict, TransportError> {
        if header.generation < self.edge.generation || self.unread {
            return Ok(Verdict::Drop);
        }
        if header.generation > self.edge.generation {
            return Err(TransportError::Removed { edge: self.edge.clone() });
        }
        if header.sequence > self.next {
            let (edge, expected, found) = (self.edge.clone(), self.next, header.sequence);
            return Err(TransportError::Lost { edge, expected, found });
        }
        if header.sequence < self.done {
            // Its sender has not heard that it is done.
            self.said = None;
            return Ok(Verdict::Drop);
        }
        if header.sequence == self.next {
            self.next += 1;
            self.taken.push_back((header.sequence, message.len()));
            self.waiting.push_back((header, message));
        }
        Ok(Verdict::Keep)
    }

    /// The next message, and whether it is the last that has come.
    pub(super) fn pop(&mut self) -> Option<(Header, Vec<u8>, bool)> {
        let (header, message) = self.waiting.pop_front()?;
        self.ended |= header.kind == Kind::End;
        Some((header, message, self.waiting.is_empty()))
    }

    /// Everything up to this number is done.
    pub(super) fn done(&mut self, sequence: u64) {
        self.done = self.done.max(sequence + 1).min(self.next);
        while let Some((_, bytes)) = self.taken.pop_front_if(|(sequence, _)| *sequence < self.done) {
            self.bytes_unsaid += bytes;
        }
    }

    /// All with a lower number may be acknowledged.
    pub(super) fn done_below(&self) -> u64 {
        if self.unread { u64::MAX } else { self.done }
    }

    /// Nobody reads the edge any more.
    pub(super) fn unread(&mut self) {
        self.unread = true;
        self.waiting = VecDeque::new();
        self.taken = VecDeque::new();
    }

    /// What is to be said now, and whether it is the last that will be.
    pub(super) fn due(&self) -> Option<(Credit, bool)> {
        let credit = self.credit();
        if self.said == Some(credit) || (credit.done == 0 && !credit.unread) {
            return None;
        }
        let is_last = self.unread || (self.ended && self.done == self.next);
        let due = is_last || self.said.is_none() || self.waiting.is_empty() || self.bytes_unsaid >= self.say_bytes;
        due.then_some((credit, is_last))
    }

    /// The broker has what was said.
    pub(super) fn said(&mut self, credit: Credit) {
        self.said = Some(credit);
        self.bytes_unsaid = 0;
    }

    /// Whether the broker has all there is to say.
    pub(super) fn is_said(&self) -> bool {
        self.said == Some(self.credit())
    }

    /// The way is open, and may have been before: what was said then may not have been heard.
    pub(super) fn opened(&mut self) {
        self.open = true;
        self.said = None;
    }

    /// Whether it ever was.
    pub(super) fn is_open(&self) -> bool {
        self.open
    }

    /// The edge is of no use any more.
    pub(super) fn fail(&mut self, error: TransportError) {
        self.failure.get_or_insert(error);
    }

    /// An error where nothing can come any more.
    pub(super) fn check(&self) -> Result<(), TransportError> {
        self.failure.clone().map_or(Ok(()), Err)
    }

    fn credit(&self) -> Credit {
        Credit { generation: self.edge.generation, done: self.done, unread: self.unread }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn inbox() -> Inbox {
        Inbox::new(&Edge { run: "r".to_owned(), generation: 2, queue: "q".to_owned(), partition: 0 }, 800)
    }

    fn take(inbox: &mut Inbox, generation: u64, sequence: u64) -> Result<Verdict, TransportError> {
        let (kind, rows, body_bytes) = (Kind::Batch, 1, 50);
        let header = Header { kind, compressed: false, generation, sequence, rows, body_bytes, plain_bytes: 50 };
        inbox.take(header, vec![0; 50])
    }

    fn popped(inbox: &mut Inbox) -> Vec<u64> {
        std::iter::from_fn(|| inbox.pop()).map(|(header, ..)| header.sequence).collect()
    }

    #[test]
    fn each_message_is_given_once_however_often_it_comes() {
        let mut inbox = inbox();
        for sequence in [0, 1, 0, 1, 2] {
            assert_eq!(take(&mut inbox, 2, sequence), Ok(Verdict::Keep));
        }
        assert_eq!(popped(&mut inbox), [0, 1, 2]);
        inbox.done(1);
        assert_eq!(take(&mut inbox, 2, 1), Ok(Verdict::Drop));
        assert_eq!(take(&mut inbox, 2, 2), Ok(Verdict::Keep));
        assert!(popped(&mut inbox).is_empty());
    }

    #[test]
    fn older_generations_are_dropped_and_newer_ones_end_this_one() {
        let mut inbox = inbox();
        assert_eq!(take(&mut inbox, 1, 7), Ok(Verdict::Drop));
        assert!(matches!(take(&mut inbox, 3, 0), Err(TransportError::Removed { .. })));
    }

    #[test]
    fn a_gap_is_a_loss() {
        let mut inbox = inbox();
        assert_eq!(take(&mut inbox, 2, 0), Ok(Verdict::Keep));
        assert!(matches!(take(&mut inbox, 2, 2), Err(TransportError::Lost { expected: 1, found: 2, .. })));
    }

    #[test]
    fn what_is_done_is_said_now_and_then_and_where_nothing_waits() {
        let mut inbox = inbox();
        (0..6).for_each(|sequence| drop(take(&mut inbox, 2, sequence)));
        assert!(inbox.due().is_none());
        inbox.pop();
        inbox.done(0);
        let (credit, is_last) = inbox.due().unwrap();
        assert!(credit.done == 1 && !is_last);
        inbox.said(credit);
        inbox.pop();
        inbox.done(1);
        assert!(inbox.due().is_none(), "fifty of eight hundred bytes");
        inbox.pop();
        inbox.done(2);
        assert_eq!(inbox.due().unwrap().0.done, 3);
        inbox.said(inbox.due().unwrap().0);
        assert_eq!(popped(&mut inbox), [3, 4, 5]);
        inbox.done(3);
        assert_eq!(inbox.due().unwrap().0.done, 4);
    }

    #[test]
    fn what_may_not_have_been_heard_is_said_again() {
        let mut inbox = inbox();
        take(&mut inbox, 2, 0).unwrap();
        inbox.pop();
        inbox.done(0);
        let (credit, _) = inbox.due().unwrap();
        inbox.said(credit);
        assert!(inbox.due().is_none() && inbox.is_said());
        take(&mut inbox, 2, 0).unwrap();
        assert_eq!(inbox.due().unwrap().0, credit);
        inbox.said(credit);
        inbox.opened();
        assert_eq!(inbox.due().unwrap().0, credit);
    }

    #[test]
    fn nothing_more_is_taken_once_nobody_reads() {
        let mut inbox = inbox();
        take(&mut inbox, 2, 0).unwrap();
        inbox.unread();
        assert_eq!(take(&mut inbox, 2, 1), Ok(Verdict::Drop));
        assert!(inbox.pop().is_none());
        let (credit, is_last) = inbox.due().unwrap();
        assert!(credit.unread && is_last);
    }
}
