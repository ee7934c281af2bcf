//! Moments in time.

use std::fmt;

use crate::date::Date;

const MICROS_PER_SECOND: i64 = 1_000_000;
const MICROS_PER_DAY: i64 = 86_400 * MICROS_PER_SECOND;

/// A moment in microseconds, in UTC. Written as `2024-01-31T12:00:00Z`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize, serde::Deserialize)]
pub struct Timestamp {
    micros: i64,
}

impl Timestamp {
    /// The moment that many microseconds after 1970-01-01T00:00:00Z.
    pub const fn from_micros(micros: i64) -> Self {
        Timestamp { micros }
    }

    /// Microseconds since 1970-01-01T00:00:00Z.
    pub const fn micros(self) -> i64 {
        self.micros
    }

    /// The day it falls on, in UTC; the first or last there is where the calendar of [`Date`] ends before it.
    pub fn date(self) -> Date {
        let days = self.micros.div_euclid(MICROS_PER_DAY);
        Date::from_days(days.clamp(i64::from(i32::MIN), i64::from(i32::MAX)) as i32)
    }
}

impl From<Date> for Timestamp {
    /// Midnight, UTC, at the beginning of the day.
    fn from(date: Date) -> Self {
        Timestamp::from_micros(i64::from(date.days()).saturating_mul(MICROS_PER_DAY))
    }
}

impl fmt::Display for Timestamp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let of_day = self.micros.rem_euclid(MICROS_PER_DAY);
        let (seconds, fraction) = (of_day / MICROS_PER_SECOND, of_day % MICROS_PER_SECOND);
        let (hours, minutes, seconds) = (seconds / 3600, seconds / 60 % 60, seconds % 60);
        write!(f, "{}T{hours:02}:{minutes:02}:{seconds:02}", self.date())?;
        if fraction != 0 {
            write!(f, ".{fraction:06}")?;
        }
        f.write_str("Z")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_moment_prints_as_iso_8601() {
        let noon = Timestamp::from_micros(1_706_702_400_000_000);
        assert_eq!(noon.to_string(), "2024-01-31T12:00:00Z");
        assert_eq!(Timestamp::from_micros(-1).to_string(), "1969-12-31T23:59:59.999999Z");
    }

    #[test]
    fn a_day_begins_at_midnight() {
        let day = Date::new(2024, 1, 31).unwrap();
        assert_eq!(Timestamp::from(day).to_string(), "2024-01-31T00:00:00Z");
        assert_eq!(Timestamp::from(day).date(), day);
    }
}
