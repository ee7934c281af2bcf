//! Bytes as hexadecimal digits, two for each: text tools can read, search and compare them.

use super::{Span, ValueError};

const DIGITS: &[u8; 16] = b"0123456789abcdef";

/// Parses hexadecimal digits of either letter case and appends their bytes. On an error what was appended is left there.
pub(crate) fn parse(span: Span<'_>, out: &mut Vec<u8>) -> Result<(), ValueError> {
    let (pairs, odd) = span.bytes().as_chunks::<2>();
    if !odd.is_empty() {
        return Err(ValueError::Malformed);
    }
    for [high, low] in pairs {
        let byte = digit(*high).zip(digit(*low)).ok_or(ValueError::Malformed)?;
        out.push(byte.0 << 4 | byte.1);
    }
    Ok(())
}

/// Writes two lower-case hexadecimal digits for each byte.
pub(crate) fn write(bytes: &[u8], out: &mut Vec<u8>) {
    for byte in bytes {
        out.push(DIGITS[usize::from(byte >> 4)]);
        out.push(DIGITS[usize::from(byte & 15)]);
    }
}

fn digit(byte: u8) -> Option<u8> {
    match byte {
        b'0'..=b'9' => Some(byte - b'0'),
        b'a'..=b'f' => Some(byte - b'a' + 10),
        b'A'..=b'F' => Some(byte - b'A' + 10),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bytes_read_back_what_is_written() {
        let every: Vec<u8> = (0..=255).collect();
        let mut text = Vec::new();
        write(&every, &mut text);
        let mut read = Vec::new();
        parse(Span::of(&text), &mut read).unwrap();
        assert_eq!(read, every);
        for text in ["abc", "0x", "zz"] {
            assert_eq!(parse(Span::of(text.as_bytes()), &mut Vec::new()), Err(ValueError::Malformed), "{text}");
        }
    }
}
