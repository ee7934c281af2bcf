//! Words about records that cannot be read, the same for every format.

use leat_flow::step::REJECTED_TEXT_BYTES_MAX;

/// A bad record in words.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Described {
    /// The record, its first [`REJECTED_TEXT_BYTES_MAX`] bytes.
    pub(crate) text: String,
    /// The whole message: the first line says where and what, the second shows the record, the third the ways out.
    pub(crate) reason: String,
}

/// What is wrong with a record.
pub(crate) struct Complaint {
    /// Where: the file and the line or row in it.
    pub(crate) place: String,
    pub(crate) what: String,
    pub(crate) way_out: String,
}

/// How much of a record a message shows.
const SHOWN_BYTES_MAX: usize = 200;

const GO_ON_WITHOUT: &str = "on_error=skip or on_error=queue(NAME) goes on without such records";

impl Complaint {
    /// The complaint about a record of this text.
    pub(crate) fn about(&self, text: &[u8]) -> Described {
        let Complaint { place, what, way_out } = self;
        let shown = escape(&cut(text, SHOWN_BYTES_MAX));
        Described {
            text: cut(text, REJECTED_TEXT_BYTES_MAX),
            reason: format!("{place}: {what}\n  record: {shown}\n  way out: {way_out}; {GO_ON_WITHOUT}"),
        }
    }
}

/// The first bytes as text, whole characters only.
pub(crate) fn cut(bytes: &[u8], bytes_max: usize) -> String {
    let part = &bytes[..bytes.len().min(bytes_max)];
    let mut text = String::from_utf8_lossy(part).into_owned();
    if part.len() < bytes.len() {
        // A character that was cut through, and what its remains were replaced by.
        while text.ends_with(char::REPLACEMENT_CHARACTER) || text.len() > bytes_max {
            text.pop();
        }
    }
    text
}

/// Control characters as escapes.
pub(crate) fn escape(text: &str) -> String {
    text.chars().flat_map(|c| if c.is_control() { c.escape_debug().collect::<Vec<char>>() } else { vec![c] }).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_is_cut_between_characters() {
        assert_eq!(cut("aé".as_bytes(), 2), "a");
        assert_eq!(cut("aé".as_bytes(), 3), "aé");
        assert_eq!(cut(b"a\xffb", 10), "a\u{fffd}b");
    }
}
