//! What holds the rows together: each has a hash over itself and the row before, so that none can be changed, taken out, put in or
//! moved without every later hash being another. Pure.
//!
//! Two ends are kept beside the rows. The *anchor* is the last row that was forgotten when its time was over: the first row that is
//! there is linked to it. The *head* is the last row that was written: rows that were cut off at the end are missed by it.

use std::fmt;

use leat_bundle::{Digest, Hasher};

use super::row::{Entry, Row};

/// What each hash begins with: another kind of row can never have the same bytes.
const VERSION: &[u8] = b"leat audit row 1\n";

/// A place in the chain: a row's number and hash.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Link {
    /// The row's number; 0 for the place before the first.
    pub number: u64,
    /// The row's hash; zeros for the place before the first.
    pub hash: Digest,
}

/// What is wrong with a chain.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Fault {
    /// A row that must be there is not.
    #[error("row {number} is missing: {found} follows row {}", number - 1)]
    Missing {
        /// The first that is missing.
        number: u64,
        /// What stands in its place.
        found: u64,
    },
    /// A row stands where none of its number can stand.
    #[error("row {number} follows row {after}: it was put in, or rows were moved")]
    OutOfPlace {
        /// The row.
        number: u64,
        /// The one before it.
        after: u64,
    },
    /// A row's hash is not that of its fields and the row before.
    #[error("row {number} was changed, or the row before it was")]
    Changed {
        /// The row.
        number: u64,
    },
    /// The rows end before the head does.
    #[error("the rows end with {last}, and the last that was written is {head}: those behind {last} were cut off")]
    Cut {
        /// The last row that is there.
        last: u64,
        /// The last row that was written.
        head: u64,
    },
    /// Rows stand behind the head, or the head is of another row.
    #[error(
        "row {number} is not what the end of the log is said to be: rows were added past the service, or the end was set anew"
    )]
    OtherHead {
        /// The row.
        number: u64,
    },
    /// A row is not the one that somebody has noted.
    #[error("row {number} has another hash than was noted: the log was written anew from there or before")]
    OtherThanNoted {
        /// The row.
        number: u64,
    },
    /// A row that somebody has noted is not there.
    #[error(
        "row {number}, which was noted, is not there: the log ends before it, or it was forgotten when its time was over"
    )]
    NotedIsGone {
        /// The row.
        number: u64,
    },
}

impl Fault {
    /// The number of the row that it was found at.
    pub fn number(&self) -> u64 {
        match *self {
            Fault::Missing { number, .. }
            | Fault::OutOfPlace { number, .. }
            | Fault::Changed { number }
            | Fault::OtherHead { number }
            | Fault::OtherThanNoted { number }
            | Fault::NotedIsGone { number } => number,
            Fault::Cut { last, .. } => last + 1,
        }
    }
}

impl Link {
    /// The place before the first row.
    pub fn beginning() -> Self {
        let zeros = "0".repeat(64);
        Link { number: 0, hash: zeros.parse().expect("64 zeros are a digest's text") }
    }

    /// The row that this entry becomes behind this place.
    pub fn next(&self, entry: Entry) -> Row {
        let number = self.number + 1;
        let hash = hash_of(self.hash, number, &entry);
        Row { number, entry, hash }
    }
}

impl fmt::Display for Link {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}", self.number, self.hash)
    }
}

impl std::str::FromStr for Link {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let refused =
            || format!("{text:?} is no place in the log; write it as NUMBER:HASH, as `leat audit verify` prints it");
        let (number, hash) = text.split_once(':').ok_or_else(refused)?;
        let number = number.parse().map_err(|_| refused())?;
        Ok(Link { number, hash: hash.parse().map_err(|_| refused())? })
    }
}

impl From<&Row> for Link {
    fn from(row: &Row) -> Self {
        Link { number: row.number, hash: row.hash }
    }
}

/// SHA-256 over a version, the hash of the row before as text, the number and the time as 8 bytes each with the greatest first,
/// and then each text behind its length in 4 bytes: no two rows have the same bytes.
pub fn hash_of(before: Digest, number: u64, entry: &Entry) -> Digest {
    let mut hasher = Hasher::default();
    hasher.update(VERSION);
    hasher.update(before.to_string().as_bytes());
    hasher.update(&number.to_be_bytes());
    hasher.update(&entry.at.0.to_be_bytes());
    let texts: [&str; 10] = [
        &entry.who.user,
        &entry.who.role,
        &entry.who.identified,
        &entry.action,
        &entry.on,
        &entry.address,
        &entry.request,
        entry.outcome.name(),
        &entry.code,
        &entry.note,
    ];
    for text in texts {
        hasher.update(&u32::try_from(text.len()).unwrap_or(u32::MAX).to_be_bytes());
        hasher.update(text.as_bytes());
    }
    hasher.finish()
}

/// Follows a chain row by row.
#[derive(Clone, Debug)]
pub struct Check {
    at: Link,
    noted: Option<Link>,
    was_noted_seen: bool,
    rows: u64,
}

impl Check {
    /// Begins behind the anchor. A row that somebody has noted elsewhere is compared where it is come by.
    pub fn new(anchor: Link, noted: Option<Link>) -> Self {
        let was_noted_seen = noted.is_none_or(|noted| noted == anchor);
        Check { at: anchor, noted, was_noted_seen, rows: 0 }
    }

    /// Where it stands: the last row that was in order.
    pub fn at(&self) -> Link {
        self.at
    }

    /// How many rows were in order.
    pub fn rows(&self) -> u64 {
        self.rows
    }

    /// Rows up to this place were forgotten meanwhile: goes on behind it.
    pub fn skip_to(&mut self, anchor: Link) {
        if anchor.number > self.at.number {
            self.at = anchor;
        }
    }

    /// Takes the next row.
    ///
    /// # Errors
    /// What is wrong with it, or with what should stand before it.
    pub fn row(&mut self, row: &Row) -> Result<(), Fault> {
        let (number, after) = (row.number, self.at.number);
        if number <= after {
            return Err(Fault::OutOfPlace { number, after });
        }
        if number != after + 1 {
            return Err(Fault::Missing { number: after + 1, found: number });
        }
        if row.hash != hash_of(self.at.hash, number, &row.entry) {
            return Err(Fault::Changed { number });
        }
        if let Some(noted) = self.noted.filter(|noted| noted.number == number) {
            if noted.hash != row.hash {
                return Err(Fault::OtherThanNoted { number });
            }
            self.was_noted_seen = true;
        }
        self.at = Link::from(row);
        self.rows += 1;
        Ok(())
    }

    /// All rows up to this head were taken.
    ///
    /// # Errors
    /// Where rows were cut off, or the head is of another row.
    pub fn end(&self, head: &Link) -> Result<(), Fault> {
        if head.number > self.at.number {
            return Err(Fault::Cut { last: self.at.number, head: head.number });
        }
        if *head != self.at {
            return Err(Fault::OtherHead { number: self.at.number });
        }
        match self.noted {
            Some(noted) if !self.was_noted_seen => Err(Fault::NotedIsGone { number: noted.number }),
            _ => Ok(()),
        }
    }
}

#[cfg(test)]
mod tests {
    use leat_scheduler::model::Moment;

    use super::*;
    use crate::audit::{Outcome, Who};

    fn entry(n: i64) -> Entry {
        let who = Who { user: "ada".to_owned(), role: "user".to_owned(), identified: "token".to_owned() };
        Entry { at: Moment(n), who, action: "run.submit".to_owned(), on: format!("run r{n}"), ..Entry::default() }
    }

    fn rows(count: i64) -> Vec<Row> {
        let mut at = Link::beginning();
        let row = |n| {
            let row = at.next(entry(n));
            at = Link::from(&row);
            row
        };
        (1..=count).map(row).collect()
    }

    fn check(rows: &[Row], head: &Link) -> Result<(), Fault> {
        let mut check = Check::new(Link::beginning(), None);
        rows.iter().try_for_each(|row| check.row(row))?;
        check.end(head)
    }

    #[test]
    fn a_chain_that_nobody_touched_is_sound() {
        let rows = rows(5);
        assert_eq!(check(&rows, &Link::from(&rows[4])), Ok(()));
        assert_eq!(check(&[], &Link::beginning()), Ok(()));
    }

    #[test]
    fn every_field_of_a_row_is_under_its_hash() {
        let before = Link::beginning().hash;
        let of = |entry: &Entry| hash_of(before, 1, entry);
        let plain = entry(1);
        let x = || "x".to_owned();
        let who = |change: fn(&mut Who)| {
            let mut entry = plain.clone();
            change(&mut entry.who);
            entry
        };
        let others = [
            who(|who| who.user = "bob".to_owned()),
            who(|who| who.role = "admin".to_owned()),
            who(|who| who.identified = "none".to_owned()),
            Entry { at: Moment(2), ..plain.clone() },
            Entry { action: x(), ..plain.clone() },
            Entry { on: x(), ..plain.clone() },
            Entry { address: x(), ..plain.clone() },
            Entry { request: x(), ..plain.clone() },
            Entry { outcome: Outcome::Failed, ..plain.clone() },
            Entry { code: x(), ..plain.clone() },
            Entry { note: x(), ..plain.clone() },
            // The same letters, cut elsewhere.
            Entry { action: "run.submi".to_owned(), on: format!("t{}", plain.on), ..plain.clone() },
        ];
        for other in &others {
            assert_ne!(of(other), of(&plain), "{other:?}");
        }
        assert_ne!(hash_of(before, 2, &plain), of(&plain));
        assert_ne!(hash_of(Digest::of(b""), 1, &plain), of(&plain));
    }

    #[test]
    fn a_row_that_was_changed_is_found() {
        let mut rows = rows(5);
        let head = Link::from(&rows[4]);
        rows[2].entry.on = "run other".to_owned();
        assert_eq!(check(&rows, &head), Err(Fault::Changed { number: 3 }));
        // With a hash that fits it again, the next row tells.
        rows[2].hash = hash_of(rows[1].hash, 3, &rows[2].entry);
        assert_eq!(check(&rows, &head), Err(Fault::Changed { number: 4 }));
    }

    #[test]
    fn a_row_that_is_missing_put_in_or_moved_is_found() {
        let whole = rows(5);
        let head = Link::from(&whole[4]);
        let mut missing = whole.clone();
        missing.remove(2);
        assert_eq!(check(&missing, &head), Err(Fault::Missing { number: 3, found: 4 }));
        let mut doubled = whole.clone();
        doubled.insert(2, whole[1].clone());
        assert_eq!(check(&doubled, &head), Err(Fault::OutOfPlace { number: 2, after: 2 }));
        let mut moved = whole.clone();
        moved.swap(1, 2);
        assert_eq!(check(&moved, &head), Err(Fault::Missing { number: 2, found: 3 }));
        for (row, number) in moved.iter_mut().zip(1..) {
            row.number = number;
        }
        assert_eq!(check(&moved, &head), Err(Fault::Changed { number: 2 }));
    }

    #[test]
    fn an_end_that_was_cut_off_or_written_anew_is_found() {
        let whole = rows(5);
        let head = Link::from(&whole[4]);
        assert_eq!(check(&whole[..3], &head), Err(Fault::Cut { last: 3, head: 5 }));
        assert_eq!(check(&whole, &Link::from(&whole[3])), Err(Fault::OtherHead { number: 5 }));
    }

    #[test]
    fn a_log_that_was_written_anew_is_found_by_a_place_that_was_noted() {
        let (old, mut at) = (rows(5), Link::beginning());
        let new: Vec<Row> = (11..=15)
            .map(|n| {
                let row = at.next(entry(n));
                at = Link::from(&row);
                row
            })
            .collect();
        let follow = |noted: Link| {
            let mut check = Check::new(Link::beginning(), Some(noted));
            new.iter().try_for_each(|row| check.row(row))?;
            check.end(&at)
        };
        assert_eq!(follow(Link::from(&old[2])), Err(Fault::OtherThanNoted { number: 3 }));
        assert_eq!(follow(Link { number: 9, ..Link::from(&old[2]) }), Err(Fault::NotedIsGone { number: 9 }));
        assert_eq!(follow(Link::from(&new[2])), Ok(()));
    }

    #[test]
    fn a_place_is_read_as_it_is_written() {
        let link = Link::from(&rows(1)[0]);
        assert_eq!(link.to_string().parse(), Ok(link));
        for text in ["", "1", "1:", "x:00", "1:zz"] {
            assert!(text.parse::<Link>().is_err(), "{text}");
        }
    }
}
