//! Moments in ISO 8601, to the microsecond.

use super::calendar::{self, two_digits};
use super::{Span, ValueError};

const MICROS_PER_SECOND: i64 = 1_000_000;
const MICROS_PER_DAY: i64 = 86_400 * MICROS_PER_SECOND;
const FRACTION_DIGITS: usize = 6;

/// Parses `2024-01-31T12:00:00.5+01:00`: microseconds since 1970-01-01T00:00:00Z. A blank may stand for the `T`; seconds,
/// their fraction, and the whole time may be left out; without an offset it is UTC. Digits beyond the microsecond are an
/// error unless they are zeros.
pub(crate) fn parse(span: Span<'_>) -> Result<i64, ValueError> {
    let (date, rest) = span.bytes().split_first_chunk::<10>().ok_or(ValueError::Malformed)?;
    let days = i64::from(calendar::parse_iso(date)?);
    let [b'T' | b't' | b' ', time @ ..] = rest else {
        return if rest.is_empty() { Ok(days * MICROS_PER_DAY) } else { Err(ValueError::Malformed) };
    };
    let (time, offset_minutes) = split_offset(time)?;
    let micros = days * MICROS_PER_DAY + parse_time(time)? - offset_minutes * 60 * MICROS_PER_SECOND;
    if within_years(micros) { Ok(micros) } else { Err(ValueError::OutOfRange) }
}

/// Writes `2024-01-31T12:00:00Z`, with as many digits of the second as are not zero. An error for years that four digits
/// cannot name.
pub(crate) fn write(micros: i64, out: &mut Vec<u8>) -> Result<(), ValueError> {
    let days = i32::try_from(micros.div_euclid(MICROS_PER_DAY)).map_err(|_| ValueError::OutOfRange)?;
    calendar::write_iso(calendar::civil_from_days(days).ok_or(ValueError::OutOfRange)?, out);
    let of_day = micros.rem_euclid(MICROS_PER_DAY);
    let seconds = (of_day / MICROS_PER_SECOND) as u32;
    out.push(b'T');
    calendar::push_two(seconds / 3_600, out);
    out.push(b':');
    calendar::push_two(seconds / 60 % 60, out);
    out.push(b':');
    calendar::push_two(seconds % 60, out);
    let mut fraction = (of_day % MICROS_PER_SECOND) as u32;
    if fraction != 0 {
        out.push(b'.');
        let mut place = 100_000;
        while fraction != 0 {
            out.push(b'0' + (fraction / place) as u8);
            fraction %= place;
            place /= 10;
        }
    }
    out.push(b'Z');
    Ok(())
}

fn within_years(micros: i64) -> bool {
    let days = i32::try_from(micros.div_euclid(MICROS_PER_DAY));
    days.is_ok_and(|days| calendar::DAYS.contains(&days))
}

/// The time without its offset, and the offset in minutes east of UTC.
fn split_offset(time: &[u8]) -> Result<(&[u8], i64), ValueError> {
    if let Some((b'Z' | b'z', time)) = time.split_last() {
        return Ok((time, 0));
    }
    let Some(at) = time.iter().position(|b| matches!(b, b'+' | b'-')) else {
        return Ok((time, 0));
    };
    let (hours, minutes) = match time[at + 1..] {
        [h1, h2] => (two_digits(h1, h2)?, 0),
        [h1, h2, m1, m2] | [h1, h2, b':', m1, m2] => (two_digits(h1, h2)?, two_digits(m1, m2)?),
        _ => return Err(ValueError::Malformed),
    };
    if hours > 23 || minutes > 59 {
        return Err(ValueError::Malformed);
    }
    let east = i64::from(hours * 60 + minutes);
    Ok((&time[..at], if time[at] == b'-' { -east } else { east }))
}

/// Microseconds since midnight.
fn parse_time(time: &[u8]) -> Result<i64, ValueError> {
    let [h1, h2, b':', m1, m2, rest @ ..] = time else {
        return Err(ValueError::Malformed);
    };
    let (hours, minutes) = (two_digits(*h1, *h2)?, two_digits(*m1, *m2)?);
    let (seconds, fraction) = match rest {
        [] => (0, 0),
        [b':', s1, s2] => (two_digits(*s1, *s2)?, 0),
        [b':', s1, s2, b'.' | b',', fraction @ ..] => (two_digits(*s1, *s2)?, parse_fraction(fraction)?),
        _ => return Err(ValueError::Malformed),
    };
    if hours > 23 || minutes > 59 || seconds > 59 {
        return Err(ValueError::Malformed);
    }
    Ok(i64::from((hours * 60 + minutes) * 60 + seconds) * MICROS_PER_SECOND + fraction)
}

fn parse_fraction(digits: &[u8]) -> Result<i64, ValueError> {
    if digits.is_empty() || !digits.iter().all(u8::is_ascii_digit) {
        return Err(ValueError::Malformed);
    }
    let (kept, beyond) = digits.split_at(digits.len().min(FRACTION_DIGITS));
    if beyond.iter().any(|b| *b != b'0') {
        return Err(ValueError::TooPrecise);
    }
    let padded = kept.iter().chain(std::iter::repeat(&b'0')).take(FRACTION_DIGITS);
    Ok(padded.fold(0, |micros, b| micros * 10 + i64::from(b - b'0')))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn timestamp(text: &str) -> Result<i64, ValueError> {
        parse(Span::of(text.as_bytes()))
    }

    #[test]
    fn moments_are_utc_unless_they_say_otherwise() {
        let noon = 1_706_702_400_000_000;
        for text in [
            "2024-01-31T12:00:00Z",
            "2024-01-31 12:00:00",
            "2024-01-31T12:00",
            "2024-01-31T13:00:00+01:00",
            "2024-01-31T06:30:00-0530",
            "2024-01-31T12:00:00.000000000Z",
            "2024-01-31T14+02",
        ] {
            let expected = if text.ends_with("T14+02") { Err(ValueError::Malformed) } else { Ok(noon) };
            assert_eq!(timestamp(text), expected, "{text}");
        }
        assert_eq!(timestamp("2024-01-31"), Ok(noon - MICROS_PER_DAY / 2));
        assert_eq!(timestamp("2024-01-31T12:00:00.000001"), Ok(noon + 1));
    }

    #[test]
    fn what_a_timestamp_cannot_hold_is_an_error() {
        assert_eq!(timestamp("2024-01-31T12:00:00.0000001Z"), Err(ValueError::TooPrecise));
        assert_eq!(timestamp("9999-12-31T23:59:59-01:00"), Err(ValueError::OutOfRange));
        for text in
            ["", "2024-01-31T", "2024-01-31T24:00:00Z", "2024-01-31T12:00:60Z", "2024-01-31T12:00:00.Z", "12:00:00"]
        {
            assert_eq!(timestamp(text), Err(ValueError::Malformed), "{text}");
        }
    }

    proptest! {
        #[test]
        fn moments_read_back_what_is_written(micros in -62_167_219_200_000_000i64..253_402_300_800_000_000) {
            let mut out = Vec::new();
            write(micros, &mut out).unwrap();
            prop_assert_eq!(parse(Span::of(&out)), Ok(micros));
            let jiff = jiff::Timestamp::from_microsecond(micros).unwrap();
            prop_assert_eq!(String::from_utf8(out).unwrap(), jiff.to_string());
        }
    }
}
