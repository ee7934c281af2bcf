//! A row of the audit log, as plain data, and what may stand in it.
//!
//! Made by the gates and by stores that read what they have kept; it knows of neither.

use leat_bundle::Digest;
use leat_scheduler::model::Moment;

/// How long each text of a row may be, bytes. What is longer is cut, and ends with `…`.
const USER_BYTES_MAX: usize = 200;
const WORD_BYTES_MAX: usize = 80;
const ON_BYTES_MAX: usize = 400;
const NOTE_BYTES_MAX: usize = 400;

/// Someone who does something.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Who {
    /// Their name; empty for someone who gave no valid token.
    pub user: String,
    /// What they are: the names of their roles, with spaces between and eight at most; `host`, `system` for the service itself, `nobody`.
    pub role: String,
    /// How they have shown who they are: `token ID` for a token of an account, `configuration` for one of the configuration; `none` for
    /// nobody, `self` for the service itself.
    pub identified: String,
}

/// What became of it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Outcome {
    /// It may be done, and is about to be: the row that is written first in strict mode.
    Allowed,
    /// It was done; of a download, that it was begun.
    #[default]
    Done,
    /// Whoever asked may not do it, or gave no valid token.
    Refused,
    /// They might, but it was not done.
    Failed,
    /// Whoever asked was gone before the answer: it may have been done.
    Unknown,
    /// What the store holds is no outcome: somebody else has written there.
    Unreadable,
}

/// What is to be written down.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Entry {
    /// When, by the midtier's clock.
    pub at: Moment,
    /// Who.
    pub who: Who,
    /// What, by its stable name: `run.submit`.
    pub action: String,
    /// On what: a kind and a name, as `run 0199…`; empty where it is on nothing in particular.
    pub on: String,
    /// From where: the address of the connection, or what a trusted proxy says of it.
    pub address: String,
    /// The request's id, which stands in its answer and in the service's log.
    pub request: String,
    /// What became of it.
    pub outcome: Outcome,
    /// Why it was refused or failed, as the API's stable code; empty where it was done.
    pub code: String,
    /// What else is to be known; mostly empty.
    pub note: String,
}

/// A row that is kept.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Row {
    /// Counted from 1, without a gap.
    pub number: u64,
    /// What was written down.
    pub entry: Entry,
    /// SHA-256 over it and the hash of the row before; see [`chain::hash_of`](super::chain::hash_of).
    pub hash: Digest,
}

impl Who {
    /// What the service itself is called. Nobody else may be.
    pub const SERVICE: &str = "leat";

    /// The service itself.
    pub fn system() -> Self {
        Who { user: Who::SERVICE.to_owned(), role: "system".to_owned(), identified: "self".to_owned() }
    }

    /// Someone without a valid token.
    pub fn nobody() -> Self {
        Who { user: String::new(), role: "nobody".to_owned(), identified: "none".to_owned() }
    }
}

impl Outcome {
    /// All that are written.
    pub const ALL: [Outcome; 5] =
        [Outcome::Allowed, Outcome::Done, Outcome::Refused, Outcome::Failed, Outcome::Unknown];

    /// As it is kept and shown.
    pub fn name(self) -> &'static str {
        match self {
            Outcome::Allowed => "allowed",
            Outcome::Done => "done",
            Outcome::Refused => "refused",
            Outcome::Failed => "failed",
            Outcome::Unknown => "unknown",
            Outcome::Unreadable => "unreadable",
        }
    }

    /// The outcome of this name.
    pub fn of_name(name: &str) -> Option<Self> {
        Outcome::ALL.into_iter().find(|outcome| outcome.name() == name)
    }
}

impl Entry {
    /// The same as it may be kept: every text within its bound, and without a character that could pretend to be the end of a
    /// line, move a cursor or turn the order of what is read. Such characters become `\u{fffd}`.
    pub fn kept(self) -> Self {
        let Who { user, role, identified } = self.who;
        Entry {
            at: self.at,
            who: Who {
                user: kept(&user, USER_BYTES_MAX),
                role: kept(&role, WORD_BYTES_MAX),
                identified: kept(&identified, WORD_BYTES_MAX),
            },
            action: kept(&self.action, WORD_BYTES_MAX),
            on: kept(&self.on, ON_BYTES_MAX),
            address: kept(&self.address, WORD_BYTES_MAX),
            request: kept(&self.request, WORD_BYTES_MAX),
            outcome: self.outcome,
            code: kept(&self.code, WORD_BYTES_MAX),
            note: kept(&self.note, NOTE_BYTES_MAX),
        }
    }
}

fn kept(text: &str, bytes_max: usize) -> String {
    const CUT: char = '…';
    let mut kept: String = text.chars().map(|c| if is_plain(c) { c } else { '\u{fffd}' }).collect();
    if kept.len() > bytes_max {
        kept.truncate(kept.floor_char_boundary(bytes_max - CUT.len_utf8()));
        kept.push(CUT);
    }
    kept
}

/// Whether a character is shown as itself, in its place.
pub fn is_plain(c: char) -> bool {
    let separates = matches!(c, '\u{2028}' | '\u{2029}');
    let turns = matches!(c, '\u{061c}' | '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}');
    let hides = matches!(c, '\u{200b}'..='\u{200d}' | '\u{2060}' | '\u{feff}');
    !(c.is_control() || separates || turns || hides)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_text_of_a_row_can_pretend_to_be_another_line() {
        let nasty = "ada\r\n{\"number\":9}\u{1b}[2K\0\u{85}\u{2028}\u{202e}x\u{7f}";
        let who = Who { user: nasty.to_owned(), role: nasty.to_owned(), identified: nasty.to_owned() };
        let text = || nasty.to_owned();
        let entry = Entry { who, action: text(), on: text(), note: text(), ..Entry::default() };
        let entry = Entry { address: text(), request: text(), code: text(), ..entry }.kept();
        let Entry { who, action, on, address, request, code, note, .. } = entry;
        for text in [who.user, who.role, who.identified, action, on, address, request, code, note] {
            assert!(text.chars().all(is_plain) && text.contains("ada\u{fffd}\u{fffd}{\"number\":9}"), "{text:?}");
        }
    }

    #[test]
    fn a_long_text_is_cut_between_characters_and_says_so() {
        let entry = Entry { on: "ü".repeat(1_000), ..Entry::default() }.kept();
        assert!(entry.on.len() <= ON_BYTES_MAX && entry.on.ends_with("ü…"), "{}", entry.on.len());
        let short = Entry { on: "ü".repeat(ON_BYTES_MAX / 2), ..Entry::default() };
        assert_eq!(short.clone().kept(), short);
    }

    #[test]
    fn an_outcome_is_found_by_its_name_and_no_other() {
        for outcome in Outcome::ALL {
            assert_eq!(Outcome::of_name(outcome.name()), Some(outcome));
        }
        assert_eq!((Outcome::of_name("unreadable"), Outcome::of_name("Done")), (None, None));
    }
}
