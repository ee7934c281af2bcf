//! Amounts as people write them in traces and fleet files: `10min`, `8 GiB`, `0.5` processors, moments. The same
//! spellings as on the command line and in the midtier's configuration.

use std::time::Duration;

use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp, civil};
use leat_planner::ByteSize;

/// Binary units, and decimal ones as machines are sold by.
const SIZES: [(&str, u64); 9] = [
    ("KiB", 1 << 10),
    ("MiB", 1 << 20),
    ("GiB", 1 << 30),
    ("TiB", 1 << 40),
    ("kB", 1_000),
    ("MB", 1_000_000),
    ("GB", 1_000_000_000),
    ("TB", 1_000_000_000_000),
    ("B", 1),
];

/// A moment: one of the calendar, or so many seconds after a beginning that only the writer knows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Moment {
    /// Microseconds since the Unix epoch.
    Date(u64),
    /// Microseconds since the beginning.
    Seconds(u64),
}

impl Moment {
    pub(crate) fn micros(self) -> u64 {
        match self {
            Moment::Date(micros) | Moment::Seconds(micros) => micros,
        }
    }
}

/// `2026-11-22T06:00:00Z`, `2026-11-22 06:00` (taken as UTC), or seconds: `3600`, `0.25`.
pub(crate) fn moment(text: &str) -> Result<Moment, String> {
    let refused =
        || format!("{text:?} is no moment from 1970 on; write it as 2026-11-22T06:00:00Z, or as seconds: 3600");
    if let Some(micros) = scaled(text, 1_000_000) {
        return Ok(Moment::Seconds(micros));
    }
    let utc = |local: civil::DateTime| local.to_zoned(TimeZone::UTC).map(|zoned| zoned.timestamp());
    let timestamp = text.parse::<Timestamp>().or_else(|_| text.parse().and_then(utc)).map_err(|_| refused())?;
    u64::try_from(timestamp.as_microsecond()).map(Moment::Date).map_err(|_| refused())
}

/// `90s`, `5 min`, `2h30m`; a bare number is seconds.
pub(crate) fn span(text: &str) -> Result<Duration, String> {
    let refused = || format!("{text:?} is no span of time; write it as 90s, 5min or 2h30m");
    if let Some(micros) = scaled(text, 1_000_000) {
        return Ok(Duration::from_micros(micros));
    }
    let span: SignedDuration = text.trim().parse().map_err(|_| refused())?;
    Duration::try_from(span).map_err(|_| refused())
}

/// `512MiB`, `1.5 GiB`; a bare number is bytes.
pub(crate) fn size(text: &str) -> Result<ByteSize, String> {
    let trimmed = text.trim();
    let unit = SIZES.into_iter().find_map(|(name, unit)| Some((trimmed.strip_suffix(name)?, unit)));
    let (number, unit) = unit.unwrap_or((trimmed, 1));
    let bytes = scaled(number, unit).ok_or_else(|| format!("{text:?} is no size; write it as 512MiB or 4GiB"))?;
    Ok(ByteSize::from_bytes(bytes))
}

/// Processors, in thousandths: `2`, `0.5`.
pub(crate) fn cpu_millis(text: &str) -> Result<u64, String> {
    let millis = scaled(text, 1_000).filter(|millis| *millis > 0);
    millis.ok_or_else(|| format!("{text:?} is no number of processors; write it as 2 or 0.5"))
}

/// A plain decimal number of a unit, rounded down to whole ones; nothing where it is none, or too large.
fn scaled(number: &str, unit: u64) -> Option<u64> {
    let number = number.trim();
    let is_plain =
        number.starts_with(|c: char| c.is_ascii_digit()) && number.chars().all(|c| c.is_ascii_digit() || c == '.');
    let value: f64 = is_plain.then(|| number.parse().ok()).flatten()?;
    #[expect(clippy::cast_precision_loss, reason = "units are powers that a double holds")]
    let scaled = value * unit as f64;
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "checked to be within")]
    (scaled < 1e18).then_some(scaled as u64)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn moments_are_dates_or_seconds() {
        assert_eq!(moment("3600.25"), Ok(Moment::Seconds(3_600_250_000)));
        let six = Moment::Date(1_795_327_200_000_000);
        for text in ["2026-11-22T06:00:00Z", "2026-11-22 06:00", "2026-11-22T07:00:00+01:00", "2026-11-22T06:00:00"] {
            assert_eq!(moment(text), Ok(six), "{text}");
        }
        for wrong in ["", "noon", "-5", "1969-12-31T00:00:00Z", "2026-13-01T00:00:00Z", "1e3"] {
            assert!(moment(wrong).unwrap_err().contains("2026-11-22T06:00:00Z"), "{wrong}");
        }
    }

    #[test]
    fn amounts_are_read_as_the_configuration_writes_them() {
        assert_eq!(
            ["90s", "5 min", "2h30m", "600", "0"].map(|text| span(text).unwrap().as_secs()),
            [90, 300, 9_000, 600, 0]
        );
        assert_eq!(
            ["512MiB", "1.5 GiB", "77"].map(|text| size(text).unwrap().bytes()),
            [536_870_912, 1_610_612_736, 77]
        );
        assert_eq!(["2", "0.5"].map(|text| cpu_millis(text).unwrap()), [2_000, 500]);
        assert!(span("soon").is_err() && span("-5s").is_err() && size("GiB").is_err() && cpu_millis("0").is_err());
    }
}
