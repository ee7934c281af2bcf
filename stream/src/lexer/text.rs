//! Quoted texts: where they end and what they say.

use super::TokenKind;

/// The quoted text that `rest` begins with.
///
/// A double-quoted text ends at the first `"` without a backslash before it. Where there is none in the file, VOR ends
/// it at the last `\"` (so `"C:\data\"` at the end of a file is a text); so do we.
pub(super) fn scan(rest: &str) -> (TokenKind, usize) {
    let bytes = rest.as_bytes();
    let quote = bytes[0];
    let mut last_escaped = None;
    let mut at = 1;
    while let Some(&byte) = bytes.get(at) {
        if byte == quote {
            return (TokenKind::Text, at + 1);
        }
        if byte == b'\\' && quote == b'"' {
            if bytes.get(at + 1) == Some(&b'"') {
                last_escaped = Some(at + 2);
            }
            at += 1;
        }
        at += 1;
    }
    match last_escaped {
        Some(end) => (TokenKind::Text, end),
        None => (TokenKind::UnclosedText, rest.find(['\n', '\r']).unwrap_or(rest.len())),
    }
}

/// What a quoted text says: `written` is the token with its quotes. Single-quoted texts say what they show; in
/// double-quoted ones `\" \\ \/ \b \f \n \r \t \uXXXX` are known, and any other backslash stands for itself.
pub(crate) fn text_value(written: &str) -> String {
    let inside = &written[1..written.len() - 1];
    if written.starts_with('\'') || !inside.contains('\\') {
        return inside.to_owned();
    }
    let mut value = String::with_capacity(inside.len());
    let mut rest = inside;
    while let Some(at) = rest.find('\\') {
        value.push_str(&rest[..at]);
        let (character, length) = escape(&rest[at..]).unwrap_or(('\\', 1));
        value.push(character);
        rest = &rest[at + length..];
    }
    value.push_str(rest);
    value
}

/// The character that an escape stands for and its length; `text` begins with the backslash.
fn escape(text: &str) -> Option<(char, usize)> {
    let character = match text.as_bytes().get(1)? {
        b'"' => '"',
        b'\\' => '\\',
        b'/' => '/',
        b'b' => '\u{8}',
        b'f' => '\u{C}',
        b'n' => '\n',
        b'r' => '\r',
        b't' => '\t',
        b'u' => return unicode_escape(text),
        _ => return None,
    };
    Some((character, 2))
}

fn unicode_escape(text: &str) -> Option<(char, usize)> {
    let first = hex(text)?;
    if let Some(character) = char::from_u32(first) {
        return Some((character, 6));
    }
    let second = hex(text.get(6..)?)?;
    let pair = char::decode_utf16([u16::try_from(first).ok()?, u16::try_from(second).ok()?]).next()?;
    Some((pair.ok()?, 12))
}

fn hex(text: &str) -> Option<u32> {
    let digits = text.strip_prefix("\\u")?.get(..4)?;
    if !digits.bytes().all(|byte| byte.is_ascii_hexdigit()) {
        return None;
    }
    u32::from_str_radix(digits, 16).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn escapes_are_those_of_json_and_others_stand_as_they_are() {
        assert_eq!(text_value(r#""a\tb\\c\"d\/""#), "a\tb\\c\"d/");
        assert_eq!(text_value(r#""C:\data \q \u12 short \u""#), r"C:\data \q \u12 short \u");
        assert_eq!(text_value(r#""\u00e9\ud83d\ude00""#), "é😀");
        assert_eq!(text_value(r#""\ud83d alone""#), r"\ud83d alone");
        assert_eq!(text_value(r"'C:\new\'"), r"C:\new\");
    }

    #[test]
    fn a_text_that_ends_in_a_backslash_is_closed_where_no_other_quote_follows() {
        assert_eq!(scan(r#""C:\data\" x"#), (TokenKind::Text, 10));
        assert_eq!(scan(r#""C:\data\" "x""#), (TokenKind::Text, 12));
        assert_eq!(scan("\"open\nnext"), (TokenKind::UnclosedText, 5));
        assert_eq!(scan(r"'a\'"), (TokenKind::Text, 4));
    }
}
