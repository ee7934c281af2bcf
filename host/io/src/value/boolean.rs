//! Truth values.

use super::{Span, ValueError};

/// Parses `true` or `false` in any letter case, `1` or `0`.
#[inline]
pub(crate) fn parse(span: Span<'_>) -> Result<bool, ValueError> {
    match span.bytes() {
        b"true" | b"1" => Ok(true),
        b"false" | b"0" => Ok(false),
        other if other.eq_ignore_ascii_case(b"true") => Ok(true),
        other if other.eq_ignore_ascii_case(b"false") => Ok(false),
        _ => Err(ValueError::Malformed),
    }
}

/// Writes `true` or `false`.
pub(crate) fn write(value: bool, out: &mut Vec<u8>) {
    out.extend_from_slice(if value { b"true" } else { b"false" });
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn truth_is_spelt_in_words_or_digits() {
        for (text, value) in [("true", true), ("FALSE", false), ("True", true), ("1", true), ("0", false)] {
            assert_eq!(parse(Span::of(text.as_bytes())), Ok(value));
        }
        for text in ["", "t", "yes", "2", "truee", "01"] {
            assert_eq!(parse(Span::of(text.as_bytes())), Err(ValueError::Malformed), "{text}");
        }
    }
}
