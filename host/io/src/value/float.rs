//! Doubles: correctly rounded when read, shortest round-trip when written.

use super::{Span, ValueError};

/// Every power of ten that a double holds exactly.
const POWERS: [f64; 23] = [
    1e0, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15, 1e16, 1e17, 1e18, 1e19, 1e20,
    1e21, 1e22,
];
/// Every whole number up to here is a double.
const MANTISSA_MAX: u64 = 1 << 53;

/// Parses a `float64`: digits with a point or an exponent or neither, `inf`, `infinity` and `nan` in any letter case.
///
/// Up to 16 characters without exponent, which is nearly every number in real files, are two exact doubles and one
/// division, hence correctly rounded (Clinger, "How to read floating point numbers accurately", 1990); the rest goes to
/// `lexical-core`.
#[inline]
pub(crate) fn parse(span: Span<'_>) -> Result<f64, ValueError> {
    let (negative, rest) = span.sign();
    if let Some(digits) = rest.digits()
        && digits.mantissa <= MANTISSA_MAX
    {
        let value = digits.mantissa as f64 / POWERS[digits.decimals as usize];
        return Ok(if negative { -value } else { value });
    }
    parse_long(span.bytes(), rest.bytes())
}

/// Writes a double: the shortest text that reads back as the same, `inf`, `-inf` or `NaN`.
#[inline]
pub(crate) fn write(value: f64, out: &mut Vec<u8>) {
    out.extend_from_slice(zmij::Buffer::new().format(value).as_bytes());
}

#[cold]
fn parse_long(text: &[u8], unsigned: &[u8]) -> Result<f64, ValueError> {
    let value: f64 = lexical_core::parse(text).map_err(|_| ValueError::Malformed)?;
    let spelt_infinite = unsigned.first().is_some_and(|b| b.eq_ignore_ascii_case(&b'i'));
    if value.is_infinite() && !spelt_infinite {
        return Err(ValueError::OutOfRange);
    }
    Ok(value)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn float64(text: &str) -> Result<f64, ValueError> {
        parse(Span::of(text.as_bytes()))
    }

    #[test]
    fn infinities_and_nan_have_names() {
        for text in ["inf", "Inf", "INF", "infinity", "Infinity", "+inf"] {
            assert_eq!(float64(text), Ok(f64::INFINITY), "{text}");
        }
        assert_eq!(float64("-inf"), Ok(f64::NEG_INFINITY));
        for text in ["nan", "NaN", "NAN"] {
            assert!(float64(text).unwrap().is_nan(), "{text}");
        }
    }

    #[test]
    fn a_number_too_large_is_out_of_range_rather_than_infinite() {
        assert_eq!(float64("1e999"), Err(ValueError::OutOfRange));
        assert_eq!(float64("-1e999"), Err(ValueError::OutOfRange));
        assert_eq!(float64(&"9".repeat(400)), Err(ValueError::OutOfRange));
    }

    #[test]
    fn other_words_are_no_numbers() {
        for text in ["", "-", ".", "+.", "1.2.3", "1,5", "abc", "1e", "e5", "0x10", "1_0", "12a", "--1", "1 2", "in"] {
            assert_eq!(float64(text), Err(ValueError::Malformed), "{text}");
        }
    }

    proptest! {
        #[test]
        fn doubles_read_back_what_is_written(bits: u64) {
            let value = f64::from_bits(bits);
            let mut out = Vec::new();
            write(value, &mut out);
            let read = parse(Span::of(&out)).unwrap();
            prop_assert!(read.to_bits() == bits || (read.is_nan() && value.is_nan()));
        }

        #[test]
        fn decimal_texts_are_rounded_as_the_standard_library_rounds(text in "[-+]?[0-9]{1,12}(\\.[0-9]{0,12})?(e-?[0-9]{1,3})?") {
            let expected: f64 = text.parse().unwrap();
            match float64(&text) {
                Ok(value) => prop_assert_eq!(value.to_bits(), expected.to_bits()),
                Err(error) => prop_assert!(error == ValueError::OutOfRange && expected.is_infinite()),
            }
        }
    }
}
