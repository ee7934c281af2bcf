//! Which contents there are, who uses them, and which are to go: plain data, without files.

use std::collections::BTreeMap;
use std::sync::Arc;

use leat_bundle::{Content, Digest};

/// What is kept.
#[derive(Debug, Default)]
pub(super) struct Shelf {
    entries: BTreeMap<Digest, Entry>,
    /// What is being fetched: whoever holds the lock fetches.
    flights: BTreeMap<Digest, Arc<tokio::sync::Mutex<()>>>,
    /// Counted up with each use.
    uses: u64,
    /// Counted up with each content that comes.
    born: u64,
    bytes: u64,
}

#[derive(Debug)]
struct Entry {
    /// Tells a content from the same one that was removed and came again.
    born: u64,
    bytes: u64,
    pins: usize,
    /// The use that was the last of it.
    used: u64,
}

impl Shelf {
    /// A content is there, and used by who brought it. Answers what [`Shelf::unpin`] wants.
    pub(super) fn insert(&mut self, content: Content) -> u64 {
        self.remove(content.digest);
        self.uses += 1;
        self.born += 1;
        self.bytes += content.bytes;
        let entry = Entry { born: self.born, bytes: content.bytes, pins: 1, used: self.uses };
        self.entries.insert(content.digest, entry);
        self.born
    }

    /// It is there no more. Those who use it have their own names for it.
    pub(super) fn remove(&mut self, digest: Digest) {
        if let Some(entry) = self.entries.remove(&digest) {
            self.bytes -= entry.bytes;
        }
    }

    /// Someone uses it, if it is there. Answers what [`Shelf::unpin`] wants.
    pub(super) fn pin(&mut self, digest: Digest) -> Option<u64> {
        self.uses += 1;
        let entry = self.entries.get_mut(&digest)?;
        (entry.pins, entry.used) = (entry.pins + 1, self.uses);
        Some(entry.born)
    }

    /// Someone uses it no more. Where it came again meanwhile, nothing changes.
    pub(super) fn unpin(&mut self, digest: Digest, born: u64) {
        if let Some(entry) = self.entries.get_mut(&digest).filter(|entry| entry.born == born) {
            entry.pins -= 1;
        }
    }

    /// Who locks this fetches the content, while others wait.
    pub(super) fn flight(&mut self, digest: Digest) -> Arc<tokio::sync::Mutex<()>> {
        // Those that nobody holds any more are over.
        self.flights.retain(|_, flight| Arc::strong_count(flight) > 1);
        Arc::clone(self.flights.entry(digest).or_default())
    }

    /// What is to go so that the rest has no more than so many bytes: the least recently used of what nobody uses.
    pub(super) fn excess(&self, bytes_max: u64) -> Vec<Digest> {
        let mut idle: Vec<_> = self.entries.iter().filter(|(_, entry)| entry.pins == 0).collect();
        idle.sort_by_key(|(_, entry)| entry.used);
        let mut left = self.bytes;
        let mut excess = Vec::new();
        for (digest, entry) in idle {
            if left <= bytes_max {
                break;
            }
            left -= entry.bytes;
            excess.push(*digest);
        }
        excess
    }

    #[cfg(test)]
    pub(super) fn bytes(&self) -> u64 {
        self.bytes
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn content(name: &str, bytes: u64) -> Content {
        Content { digest: Digest::of(name.as_bytes()), bytes }
    }

    #[test]
    fn the_least_recently_used_goes_first_and_what_is_in_use_stays() {
        let mut shelf = Shelf::default();
        let [a, b, c] = ["a", "b", "c"].map(|name| content(name, 10));
        for content in [a, b, c] {
            let born = shelf.insert(content);
            shelf.unpin(content.digest, born);
        }
        let born = shelf.pin(a.digest).unwrap();
        shelf.unpin(a.digest, born);
        assert_eq!(shelf.excess(30), []);
        assert_eq!(shelf.excess(20), [b.digest], "a was used after it");
        assert_eq!(shelf.excess(0), [b.digest, c.digest, a.digest]);
        shelf.pin(b.digest);
        assert_eq!(shelf.excess(0), [c.digest, a.digest]);
        shelf.remove(c.digest);
        assert_eq!((shelf.bytes(), shelf.pin(c.digest)), (20, None));
    }

    #[test]
    fn a_content_that_was_replaced_counts_once() {
        let mut shelf = Shelf::default();
        let a = content("a", 10);
        let old = shelf.insert(a);
        shelf.insert(a);
        assert_eq!(shelf.bytes(), 10);
        shelf.unpin(a.digest, old);
        assert_eq!(shelf.excess(0), [], "who used the old one does not free the new one");
    }

    #[test]
    fn flights_that_are_over_are_forgotten() {
        let mut shelf = Shelf::default();
        let held = shelf.flight(content("a", 1).digest);
        for number in 0..10 {
            shelf.flight(content(&number.to_string(), 1).digest);
        }
        assert_eq!(shelf.flights.len(), 2);
        assert!(Arc::ptr_eq(&held, &shelf.flight(content("a", 1).digest)));
    }
}
