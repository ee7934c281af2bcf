//! Spans, moments and sizes as people write them (`1 h 30 min`, `64 GiB`), and as exactly as they are.

use std::fmt;
use std::time::Duration;

use serde::de::{Error, Visitor};
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use crate::resources::ByteSize;
use crate::time::Time;

/// Units of time in microseconds, the largest first.
const SPANS: &[(&str, u64)] =
    &[("d", 86_400_000_000), ("h", 3_600_000_000), ("min", 60_000_000), ("s", 1_000_000), ("ms", 1_000), ("us", 1)];

/// Units of size in bytes, the largest first.
const SIZES: &[(&str, u64)] = &[("TiB", 1 << 40), ("GiB", 1 << 30), ("MiB", 1 << 20), ("KiB", 1 << 10), ("B", 1)];

/// A span of time in a file.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) struct Span(pub(super) Duration);

/// A moment in a file: the span since the snapshot's origin.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) struct Moment(pub(super) Time);

/// A number of bytes in a file.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) struct Size(pub(super) ByteSize);

/// Reads whole numbers with units, one or several: their sum in the smallest unit.
fn read(text: &str, units: &[(&str, u64)]) -> Option<u64> {
    let mut words = text.split_whitespace();
    let mut sum: Option<u64> = None;
    while let Some(number) = words.next() {
        let number: u64 = number.parse().ok()?;
        let unit = words.next()?;
        let (_, size) = units.iter().find(|(name, _)| *name == unit)?;
        sum = Some(sum.unwrap_or(0).checked_add(number.checked_mul(*size)?)?);
    }
    sum
}

/// Writes an amount of the smallest unit exactly.
fn write(mut amount: u64, units: &[(&str, u64)]) -> String {
    let mut words = Vec::new();
    for (name, size) in units {
        if amount >= *size {
            words.push(format!("{} {name}", amount / size));
            amount %= size;
        }
    }
    let smallest = units.last().map_or("", |(name, _)| name);
    if words.is_empty() { format!("0 {smallest}") } else { words.join(" ") }
}

struct Amount(&'static [(&'static str, u64)]);

impl Visitor<'_> for Amount {
    type Value = u64;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let units: Vec<&str> = self.0.iter().map(|(name, _)| *name).collect();
        write!(f, "whole numbers with units ({}), as in \"1 {} 30 {}\"", units.join(", "), units[1], units[2])
    }

    fn visit_str<E: Error>(self, text: &str) -> Result<u64, E> {
        read(text, self.0).ok_or_else(|| E::invalid_value(serde::de::Unexpected::Str(text), &self))
    }
}

macro_rules! as_text {
    ($name:ident, $units:expr, $of:expr, $amount:expr) => {
        impl<'de> Deserialize<'de> for $name {
            fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                deserializer.deserialize_str(Amount($units)).map($of)
            }
        }

        impl Serialize for $name {
            fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                let amount: fn(&$name) -> u64 = $amount;
                serializer.serialize_str(&write(amount(self), $units))
            }
        }
    };
}

as_text!(Span, SPANS, |micros| Span(Duration::from_micros(micros)), |span| {
    u64::try_from(span.0.as_micros()).unwrap_or(u64::MAX)
});
as_text!(Moment, SPANS, |micros| Moment(Time::from_micros(micros)), |moment| moment.0.as_micros());
as_text!(Size, SIZES, |bytes| Size(ByteSize::from_bytes(bytes)), |size| size.0.bytes());

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn spans_and_sizes_are_read_with_one_unit_or_several() {
        assert_eq!(read("1 h 30 min", SPANS), Some(5_400_000_000));
        assert_eq!(read("64 GiB", SIZES), Some(64 << 30));
        for wrong in ["", "5", "5 parsecs", "h 5", "-1 s", "1.5 h", "99999999999999999999 s"] {
            assert_eq!(read(wrong, SPANS), None, "{wrong}");
        }
    }

    #[test]
    fn what_is_written_is_read_back_exactly() {
        for amount in [0, 1, 61_000_001, 1_763_780_000_123_456, u64::MAX] {
            assert_eq!(read(&write(amount, SPANS), SPANS), Some(amount));
            assert_eq!(read(&write(amount, SIZES), SIZES), Some(amount));
        }
        assert_eq!(write(5_400_000_000, SPANS), "1 h 30 min");
    }
}
