//! Whole numbers: an optional sign and digits, nothing else. Exact, or an error.

use super::{Span, ValueError};

/// Parses an `int64`.
#[inline]
pub(crate) fn parse_i64(span: Span<'_>) -> Result<i64, ValueError> {
    let (negative, rest) = span.sign();
    match rest.digits() {
        // Without a point and of at most 16 digits: it fits.
        Some(digits) if digits.decimals == 0 && !rest.bytes().ends_with(b".") => {
            let value = digits.mantissa as i64;
            Ok(if negative { -value } else { value })
        }
        _ => parse_long(rest.bytes(), negative),
    }
}

/// Parses an `int32`.
#[inline]
pub(crate) fn parse_i32(span: Span<'_>) -> Result<i32, ValueError> {
    i32::try_from(parse_i64(span)?).map_err(|_| ValueError::OutOfRange)
}

/// Writes a whole number.
#[inline]
pub(crate) fn write(value: impl itoa::Integer, out: &mut Vec<u8>) {
    out.extend_from_slice(itoa::Buffer::new().format(value).as_bytes());
}

#[cold]
fn parse_long(digits: &[u8], negative: bool) -> Result<i64, ValueError> {
    if digits.is_empty() || !digits.iter().all(u8::is_ascii_digit) {
        return Err(ValueError::Malformed);
    }
    let mut value = 0i64;
    for digit in digits.iter().map(|b| i64::from(b - b'0')) {
        let next =
            value.checked_mul(10).and_then(|v| if negative { v.checked_sub(digit) } else { v.checked_add(digit) });
        value = next.ok_or(ValueError::OutOfRange)?;
    }
    Ok(value)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn int64(text: &str) -> Result<i64, ValueError> {
        parse_i64(Span::of(text.as_bytes()))
    }

    #[test]
    fn every_whole_number_that_fits_is_read_and_no_other() {
        assert_eq!(int64("9223372036854775807"), Ok(i64::MAX));
        assert_eq!(int64("-9223372036854775808"), Ok(i64::MIN));
        assert_eq!(int64("+00000000000000000000000012"), Ok(12));
        assert_eq!(int64("9223372036854775808"), Err(ValueError::OutOfRange));
        assert_eq!(int64("-9223372036854775809"), Err(ValueError::OutOfRange));
        assert_eq!(parse_i32(Span::of(b"-2147483649")), Err(ValueError::OutOfRange));
        for text in ["", "-", "+", "1.0", "1.", "1e3", "0x10", "1_000", "--1", "one", "١"] {
            assert_eq!(int64(text), Err(ValueError::Malformed), "{text}");
        }
    }

    proptest! {
        #[test]
        fn integers_read_back_what_is_written(value: i64) {
            let mut out = Vec::new();
            write(value, &mut out);
            prop_assert_eq!(parse_i64(Span::of(&out)), Ok(value));
        }
    }
}
