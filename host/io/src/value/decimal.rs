//! Exact decimals, held as a whole number of steps of `10^-scale`.

use super::{Span, ValueError};

/// The shape of a decimal type.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Form {
    scale: i32,
    /// The first number of steps beyond the precision: `10^precision`.
    limit: i128,
}

/// Exponents beyond this are out of range whatever the digits.
const EXPONENT_MAX: i32 = 10_000;

impl Form {
    /// The form of `decimal(precision, scale)`; the type guarantees a precision of 1 to 38.
    pub(crate) fn new(precision: u8, scale: i8) -> Self {
        Form { scale: i32::from(scale), limit: 10i128.pow(u32::from(precision)) }
    }

    /// Parses an exact decimal: digits with an optional point and exponent. Digits that the scale cannot keep are an
    /// error unless they are zeros.
    #[inline]
    pub(crate) fn parse(self, span: Span<'_>) -> Result<i128, ValueError> {
        let (negative, rest) = span.sign();
        let steps = match rest.digits() {
            Some(digits) => self.steps(i128::from(digits.mantissa), -(digits.decimals as i32))?,
            None => self.parse_long(rest.bytes())?,
        };
        Ok(if negative { -steps } else { steps })
    }

    /// `mantissa · 10^exponent` in steps of this form.
    fn steps(self, mantissa: i128, exponent: i32) -> Result<i128, ValueError> {
        if mantissa == 0 {
            return Ok(0);
        }
        let shift = exponent + self.scale;
        let steps = if shift >= 0 {
            let factor = 10i128.checked_pow(shift.unsigned_abs());
            factor.and_then(|factor| mantissa.checked_mul(factor)).ok_or(ValueError::OutOfRange)?
        } else {
            let factor = 10i128.checked_pow(shift.unsigned_abs()).ok_or(ValueError::TooPrecise)?;
            if mantissa % factor != 0 {
                return Err(ValueError::TooPrecise);
            }
            mantissa / factor
        };
        if steps < self.limit { Ok(steps) } else { Err(ValueError::OutOfRange) }
    }

    #[cold]
    fn parse_long(self, text: &[u8]) -> Result<i128, ValueError> {
        let at = text.iter().position(|b| matches!(b, b'e' | b'E'));
        let (number, exponent) = match at {
            Some(at) => (&text[..at], parse_exponent(&text[at + 1..])?),
            None => (text, 0),
        };
        let point = number.iter().position(|b| *b == b'.');
        let (whole, fraction) = match point {
            Some(at) => (&number[..at], &number[at + 1..]),
            None => (number, &[][..]),
        };
        let all_digits = whole.iter().chain(fraction).all(u8::is_ascii_digit);
        if !all_digits || whole.len() + fraction.len() == 0 {
            return Err(ValueError::Malformed);
        }
        // Zeros at the end only move the point; read as digits they would overflow.
        let digits = || whole.iter().chain(fraction);
        let zeros = digits().rev().take_while(|b| **b == b'0').count();
        let mut mantissa = 0i128;
        for digit in digits().take(whole.len() + fraction.len() - zeros) {
            let next = mantissa.checked_mul(10).and_then(|m| m.checked_add(i128::from(digit - b'0')));
            mantissa = next.ok_or(ValueError::OutOfRange)?;
        }
        let shift = zeros as i64 - fraction.len() as i64;
        let exponent = i32::try_from(i64::from(exponent) + shift).map_err(|_| ValueError::OutOfRange)?;
        self.steps(mantissa, exponent)
    }
}

/// Writes `steps` of `10^-scale`, with every digit of the scale.
pub(crate) fn write(steps: i128, scale: i8, out: &mut Vec<u8>) {
    if steps < 0 {
        out.push(b'-');
    }
    let mut buffer = itoa::Buffer::new();
    let digits = buffer.format(steps.unsigned_abs()).as_bytes();
    if scale <= 0 {
        out.extend_from_slice(digits);
        if steps != 0 {
            out.extend(std::iter::repeat_n(b'0', usize::from(scale.unsigned_abs())));
        }
        return;
    }
    let scale = usize::from(scale.unsigned_abs());
    if digits.len() > scale {
        let (whole, fraction) = digits.split_at(digits.len() - scale);
        out.extend_from_slice(whole);
        out.push(b'.');
        out.extend_from_slice(fraction);
    } else {
        out.extend_from_slice(b"0.");
        out.extend(std::iter::repeat_n(b'0', scale - digits.len()));
        out.extend_from_slice(digits);
    }
}

fn parse_exponent(text: &[u8]) -> Result<i32, ValueError> {
    let exponent = super::integer::parse_i64(Span::of(text)).map_err(|_| ValueError::Malformed)?;
    match i32::try_from(exponent) {
        Ok(exponent) if exponent.abs() <= EXPONENT_MAX => Ok(exponent),
        _ => Err(ValueError::OutOfRange),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn decimal(text: &str, precision: u8, scale: i8) -> Result<i128, ValueError> {
        Form::new(precision, scale).parse(Span::of(text.as_bytes()))
    }

    #[test]
    fn a_decimal_is_exact_or_an_error() {
        assert_eq!(decimal("12.5", 18, 4), Ok(125_000));
        assert_eq!(decimal("-0.00010", 18, 4), Ok(-1));
        assert_eq!(decimal("12.50000000000000000000000000000000000000000000", 18, 4), Ok(125_000));
        assert_eq!(decimal("1.25e2", 18, 4), Ok(1_250_000));
        assert_eq!(decimal(".5", 3, 1), Ok(5));
        assert_eq!(decimal("0.00001", 18, 4), Err(ValueError::TooPrecise));
        assert_eq!(decimal("100", 2, 0), Err(ValueError::OutOfRange));
        assert_eq!(decimal("99999999999999999999999999999999999999", 38, 0), Ok(10i128.pow(38) - 1));
        assert_eq!(decimal("100000000000000000000000000000000000000", 38, 0), Err(ValueError::OutOfRange));
        assert_eq!(decimal("1e9999999999", 38, 0), Err(ValueError::OutOfRange));
        assert_eq!(decimal("1200", 6, -2), Ok(12));
        assert_eq!(decimal("1250", 6, -2), Err(ValueError::TooPrecise));
        for text in ["", "-", ".", "1.2.3", "abc", "inf", "nan", "1e", "1,5"] {
            assert_eq!(decimal(text, 18, 4), Err(ValueError::Malformed), "{text}");
        }
    }

    proptest! {
        #[test]
        fn decimals_read_back_what_is_written(steps in -(10i128.pow(38) - 1)..10i128.pow(38), scale in -20i8..=38) {
            let mut out = Vec::new();
            write(steps, scale, &mut out);
            prop_assert_eq!(Form::new(38, scale).parse(Span::of(&out)), Ok(steps), "{}", String::from_utf8_lossy(&out));
        }
    }
}
