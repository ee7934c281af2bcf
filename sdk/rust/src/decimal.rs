//! Exact decimals.

use std::fmt;
use std::str::FromStr;

use crate::error::Error;

/// An exact decimal of `P` digits, `S` of them after the point: the column type `decimal(P,S)`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize, serde::Deserialize)]
pub struct Decimal<const P: u8, const S: i8> {
    units: i128,
}

impl<const P: u8, const S: i8> Decimal<P, S> {
    pub(crate) const SOUND: () = assert!(
        P >= 1 && P <= 38 && S >= 0 && S as u8 <= P,
        "a decimal has 1 to 38 digits, and no more digits after the point than in all"
    );

    /// The decimal of that many units of 10^-S, or nothing where it has more than `P` digits.
    pub fn from_units(units: i128) -> Option<Self> {
        let () = Self::SOUND;
        (units.unsigned_abs() < 10_u128.pow(u32::from(P))).then_some(Decimal { units })
    }

    /// How many units of 10^-S it is.
    pub const fn units(self) -> i128 {
        self.units
    }

    /// The sum, or nothing where it has more than `P` digits.
    pub fn checked_add(self, other: Self) -> Option<Self> {
        Self::from_units(self.units.checked_add(other.units)?)
    }

    /// The difference, or nothing where it has more than `P` digits.
    pub fn checked_sub(self, other: Self) -> Option<Self> {
        Self::from_units(self.units.checked_sub(other.units)?)
    }

    /// The nearest double.
    pub fn to_f64(self) -> f64 {
        // Through the text, because that is rounded once; dividing two rounded doubles is rounded three times.
        self.to_string().parse().expect("a decimal prints as a number")
    }

    /// The nearest decimal to a double, ties to even, or nothing where it has more than `P` digits or is no number.
    pub fn from_f64(value: f64) -> Option<Self> {
        // The formatter rounds the double's exact value once, ties to even.
        let digits = usize::try_from(S).ok()?;
        value.is_finite().then(|| format!("{value:.digits$}").parse().ok()).flatten()
    }

    pub(crate) fn from_column(units: i128) -> Self {
        let () = Self::SOUND;
        Decimal { units }
    }
}

impl<const P: u8, const S: i8> fmt::Display for Decimal<P, S> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let digits = usize::try_from(S).unwrap_or(0);
        let text = format!("{:0width$}", self.units.unsigned_abs(), width = digits + 1);
        let (whole, fraction) = text.split_at(text.len() - digits);
        let point = if digits == 0 { "" } else { "." };
        f.pad_integral(self.units >= 0, "", &format!("{whole}{point}{fraction}"))
    }
}

impl<const P: u8, const S: i8> FromStr for Decimal<P, S> {
    type Err = Error;

    /// Reads `-12.5`. Digits after the point beyond `S` must be zeros: nothing is rounded away silently.
    fn from_str(text: &str) -> Result<Self, Error> {
        let fail = || Error::new(format!("`{text}` is not a decimal({P},{S})"));
        let (negative, plain) = match text.strip_prefix('-') {
            Some(rest) => (true, rest),
            None => (false, text.strip_prefix('+').unwrap_or(text)),
        };
        let (whole, fraction) = plain.split_once('.').unwrap_or((plain, ""));
        let scale = usize::try_from(S).map_err(|_| fail())?;
        let (kept, rest) = fraction.split_at_checked(scale.min(fraction.len())).ok_or_else(fail)?;
        let all_digits = whole.bytes().chain(kept.bytes()).all(|b| b.is_ascii_digit());
        if whole.len() + fraction.len() == 0 || !all_digits || rest.bytes().any(|b| b != b'0') {
            return Err(fail());
        }
        let digits = format!("0{whole}{kept:0<scale$}");
        let units: i128 = digits.parse().map_err(|_| fail())?;
        Self::from_units(if negative { -units } else { units }).ok_or_else(fail)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    type Amount = Decimal<6, 2>;

    #[test]
    fn a_decimal_reads_back_what_it_prints() {
        for text in ["0.00", "-0.05", "12.50", "9999.99", "-9999.99"] {
            assert_eq!(text.parse::<Amount>().unwrap().to_string(), text);
        }
        assert_eq!("7".parse::<Decimal<3, 0>>().unwrap().to_string(), "7");
    }

    #[test]
    fn digits_beyond_the_type_are_an_error_unless_they_are_zeros() {
        assert_eq!("1.2500".parse::<Amount>().unwrap().units(), 125);
        for text in ["1.255", "10000", "", ".", "-", "1e3", "1.é", "1.2x"] {
            assert!(text.parse::<Amount>().is_err(), "{text}");
        }
    }

    #[test]
    fn sums_that_do_not_fit_are_none() {
        let most = Amount::from_units(999_999).unwrap();
        let unit = Amount::from_units(1).unwrap();
        assert_eq!(most.checked_add(unit), None);
        assert_eq!(most.checked_sub(unit).unwrap().to_string(), "9999.98");
    }

    #[test]
    fn a_double_becomes_the_nearest_decimal_and_back() {
        assert_eq!(Amount::from_f64(0.126).unwrap().to_string(), "0.13");
        assert_eq!(Amount::from_f64(-12.5).unwrap().to_f64(), -12.5);
        assert_eq!(Amount::from_f64(1e9), None);
        assert_eq!(Amount::from_f64(f64::NAN), None);
    }
}
