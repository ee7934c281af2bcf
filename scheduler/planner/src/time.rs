//! Moments as the snapshot tells them: microseconds since an origin that is the caller's, and spans in plain words.
//! There is no clock here.

use std::fmt;
use std::time::Duration;

/// A moment, in microseconds since the snapshot's origin (in production the Unix epoch).
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Default)]
pub struct Time(u64);

impl Time {
    /// The moment so many microseconds after the origin.
    pub const fn from_micros(micros: u64) -> Time {
        Time(micros)
    }

    /// Microseconds since the origin.
    pub fn as_micros(self) -> u64 {
        self.0
    }

    /// How long ago `earlier` was; zero where it is not in the past.
    pub fn since(self, earlier: Time) -> Duration {
        Duration::from_micros(self.0.saturating_sub(earlier.0))
    }

    /// The moment that much later; the last moment there is where that goes beyond it.
    pub fn after(self, span: Duration) -> Time {
        Time(self.0.saturating_add(u64::try_from(span.as_micros()).unwrap_or(u64::MAX)))
    }
}

/// A span as a person says it, to the second: `41 s`, `5 min 20 s`, `2 h 3 min`, `3 d 4 h`.
pub struct Words(pub Duration);

impl fmt::Display for Words {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let seconds = self.0.as_secs();
        let units = [(86_400, "d", 3_600, "h"), (3_600, "h", 60, "min"), (60, "min", 1, "s")];
        let Some((size, unit, smaller, below)) = units.into_iter().find(|(size, ..)| seconds >= *size) else {
            return write!(f, "{seconds} s");
        };
        write!(f, "{} {unit}", seconds / size)?;
        match seconds % size / smaller {
            0 => Ok(()),
            rest => write!(f, " {rest} {below}"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_moment_in_the_future_is_no_time_ago() {
        assert_eq!(Time::from_micros(5).since(Time::from_micros(9)), Duration::ZERO);
        assert_eq!(Time::from_micros(u64::MAX).after(Duration::from_secs(1)), Time::from_micros(u64::MAX));
    }

    #[test]
    fn spans_are_told_in_two_units_at_most() {
        let told = [0, 41, 60, 320, 3_600, 7_380, 273_600].map(|s| Words(Duration::from_secs(s)).to_string());
        assert_eq!(told, ["0 s", "41 s", "1 min", "5 min 20 s", "1 h", "2 h 3 min", "3 d 4 h"]);
    }
}
