//! What an edge's sender has sent and its receiver is not done with. Plain data.

use std::collections::VecDeque;
use std::sync::Arc;

use leat_flow::step::Stopped;
use leat_flow::transport::TransportError;

/// What a message costs beside its bytes; it also bounds how many messages without a body are on their way.
const MESSAGE_OVERHEAD_BYTES: usize = 256;

/// Buffers that wait to be used again; each has at most the bytes of a message.
const SPARE_BUFFERS_MAX: usize = 8;

/// Messages that may have to be published again.
pub(super) struct Outbox {
    /// The oldest first, without a gap in their numbers.
    kept: VecDeque<Arc<Vec<u8>>>,
    /// The number of the first of them.
    first: u64,
    bytes: usize,
    window_bytes: usize,
    /// Buffers of messages that are done, to be used again: fresh ones of this size come from the system page by page.
    spare: Vec<Vec<u8>>,
    open: bool,
    unread: bool,
    failure: Option<TransportError>,
}

impl Outbox {
    /// An empty one that lets so many bytes be on their way.
    pub(super) fn new(window_bytes: usize) -> Self {
        Outbox {
            kept: VecDeque::new(),
            first: 0,
            bytes: 0,
            window_bytes,
            spare: Vec::new(),
            open: false,
            unread: false,
            failure: None,
        }
    }

    /// Puts in the messages of one batch, where there is room for all of them or nothing else is on its way.
    pub(super) fn put(&mut self, messages: &mut Vec<(u64, Vec<u8>)>) -> bool {
        let bytes: usize = messages.iter().map(|(_, message)| cost(message)).sum();
        if self.bytes > 0 && self.bytes + bytes > self.window_bytes {
            return false;
        }
        for (sequence, message) in messages.drain(..) {
            debug_assert_eq!(sequence, self.first + self.kept.len() as u64);
            self.kept.push_back(Arc::new(message));
        }
        self.bytes += bytes;
        true
    }

    /// The first message that is kept and has this number or a higher one.
    pub(super) fn from(&self, sequence: u64) -> Option<(u64, Arc<Vec<u8>>)> {
        let sequence = sequence.max(self.first);
        let at = usize::try_from(sequence - self.first).ok()?;
        Some((sequence, Arc::clone(self.kept.get(at)?)))
    }

    /// The receiver is done with everything that has a lower number.
    pub(super) fn done(&mut self, below: u64) {
        while self.first < below {
            let Some(message) = self.kept.pop_front() else {
                return;
            };
            self.bytes -= cost(&message);
            self.first += 1;
            if self.spare.len() < SPARE_BUFFERS_MAX
                && let Some(buffer) = Arc::into_inner(message)
            {
                self.spare.push(buffer);
            }
        }
    }

    /// A buffer to make the next message in.
    pub(super) fn spare(&mut self) -> Vec<u8> {
        self.spare.pop().unwrap_or_default()
    }

    /// The receiver wants no more.
    pub(super) fn unread(&mut self) {
        self.unread = true;
    }

    /// The way is open.
    pub(super) fn opened(&mut self) {
        self.open = true;
    }

    /// Whether it ever was.
    pub(super) fn is_open(&self) -> bool {
        self.open
    }

    /// Whether the receiver is done with everything.
    pub(super) fn is_empty(&self) -> bool {
        self.kept.is_empty()
    }

    /// The edge is of no use any more; what is kept is not needed.
    pub(super) fn fail(&mut self, error: TransportError) {
        self.failure.get_or_insert(error);
        self.kept = VecDeque::new();
        self.bytes = 0;
    }

    /// An error where nothing can be sent any more.
    pub(super) fn check(&self) -> Result<(), TransportError> {
        if let Some(error) = &self.failure {
            return Err(error.clone());
        }
        if self.unread { Err(TransportError::Stopped(Stopped::Unread)) } else { Ok(()) }
    }
}

fn cost(message: &[u8]) -> usize {
    MESSAGE_OVERHEAD_BYTES + message.len()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn messages(from: u64, count: u64, bytes: usize) -> Vec<(u64, Vec<u8>)> {
        (from..from + count).map(|sequence| (sequence, vec![0; bytes])).collect()
    }

    #[test]
    fn a_batch_waits_for_room_for_all_its_messages() {
        let mut outbox = Outbox::new(3000);
        assert!(outbox.put(&mut messages(0, 2, 1000)));
        let mut waiting = messages(2, 2, 1000);
        assert!(!outbox.put(&mut waiting));
        assert_eq!(waiting.len(), 2);
        outbox.done(1);
        assert!(!outbox.put(&mut waiting));
        outbox.done(2);
        assert!(outbox.put(&mut waiting) && waiting.is_empty());
    }

    #[test]
    fn a_batch_larger_than_the_window_goes_alone() {
        let mut outbox = Outbox::new(100);
        assert!(outbox.put(&mut messages(0, 3, 1000)));
        assert!(!outbox.put(&mut messages(3, 1, 1)));
        outbox.done(3);
        assert!(outbox.is_empty() && outbox.put(&mut messages(3, 1, 1)));
    }

    #[test]
    fn what_is_kept_is_found_by_its_number_until_it_is_done() {
        let mut outbox = Outbox::new(10_000);
        outbox.put(&mut messages(0, 4, 1));
        assert_eq!(outbox.from(0).unwrap().0, 0);
        outbox.done(2);
        // What was said already is said again after a connection broke.
        outbox.done(1);
        assert_eq!((outbox.from(0).unwrap().0, outbox.from(3).unwrap().0), (2, 3));
        assert!(outbox.from(4).is_none());
        outbox.done(99);
        assert!(outbox.is_empty());
    }
}
