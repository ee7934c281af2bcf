//! Days of the Gregorian calendar.

use std::fmt;
use std::ops::{Add, Sub};
use std::str::FromStr;

use crate::error::Error;

/// A day. Written as `2024-01-31`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize, serde::Deserialize)]
pub struct Date {
    days: i32,
}

impl Date {
    /// The day that many days after 1970-01-01.
    pub const fn from_days(days: i32) -> Self {
        Date { days }
    }

    /// A day of the Gregorian calendar, or nothing where there is no such day. Years −9999 to 9999.
    pub fn new(year: i32, month: u32, day: u32) -> Option<Self> {
        let possible = (-9999..=9999).contains(&year) && (1..=12).contains(&month) && (1..=31).contains(&day);
        let date = Date { days: if possible { days_from_civil(year, month, day) } else { 0 } };
        (possible && date.year_month_day() == (year, month, day)).then_some(date)
    }

    /// Days since 1970-01-01.
    pub const fn days(self) -> i32 {
        self.days
    }

    /// Year, month (1 to 12) and day of the month.
    pub fn year_month_day(self) -> (i32, u32, u32) {
        civil_from_days(self.days)
    }
}

/// Howard Hinnant, "chrono-compatible low-level date algorithms", `days_from_civil`: years begin in March, so that the
/// leap day is the last of its year; 146,097 days make an era of 400 years.
fn days_from_civil(year: i32, month: u32, day: u32) -> i32 {
    let (month, day) = (month as i32, day as i32);
    let year = if month <= 2 { year - 1 } else { year };
    let era = year.div_euclid(400);
    let year_of_era = year.rem_euclid(400);
    let day_of_year = (153 * ((month + 9) % 12) + 2) / 5 + day - 1;
    let day_of_era = year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year;
    era * 146_097 + day_of_era - 719_468
}

/// The inverse, `civil_from_days` of the same source.
fn civil_from_days(days: i32) -> (i32, u32, u32) {
    let shifted = i64::from(days) + 719_468;
    let era = shifted.div_euclid(146_097);
    let day_of_era = shifted.rem_euclid(146_097);
    let year_of_era = (day_of_era - day_of_era / 1_460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
    let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let month = (5 * day_of_year + 2) / 153;
    let day = day_of_year - (153 * month + 2) / 5 + 1;
    let month = if month < 10 { month + 3 } else { month - 9 };
    let year = year_of_era + era * 400 + i64::from(month <= 2);
    (year as i32, month as u32, day as u32)
}

impl Add<i32> for Date {
    type Output = Date;

    /// The day that many days later; stops at the last day there is.
    fn add(self, days: i32) -> Date {
        Date::from_days(self.days.saturating_add(days))
    }
}

impl Sub for Date {
    type Output = i32;

    /// Days from `earlier` to this day.
    fn sub(self, earlier: Date) -> i32 {
        self.days.saturating_sub(earlier.days)
    }
}

impl fmt::Display for Date {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (year, month, day) = self.year_month_day();
        write!(f, "{year:04}-{month:02}-{day:02}")
    }
}

impl FromStr for Date {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self, Error> {
        let parse = || {
            let (year, rest) = text.split_at_checked(4)?;
            let (month, day) = rest.strip_prefix('-')?.split_once('-')?;
            let plain = |part: &str, len: usize| part.len() == len && part.bytes().all(|b| b.is_ascii_digit());
            let sound = plain(year, 4) && plain(month, 2) && plain(day, 2);
            sound.then(|| Date::new(year.parse().ok()?, month.parse().ok()?, day.parse().ok()?)).flatten()
        };
        parse().ok_or_else(|| Error::new(format!("`{text}` is not a date; dates read as 2024-01-31")))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_count_from_the_first_of_1970() {
        for (text, days) in [("1970-01-01", 0), ("1969-12-31", -1), ("2000-02-29", 11_016), ("2024-03-01", 19_783)] {
            assert_eq!(text.parse::<Date>().unwrap(), Date::from_days(days));
            assert_eq!(Date::from_days(days).to_string(), text);
        }
    }

    #[test]
    fn every_day_of_an_era_reads_back_what_it_prints() {
        for days in (-800_000..800_000).step_by(97) {
            let (year, month, day) = Date::from_days(days).year_month_day();
            assert_eq!(Date::new(year, month, day), Some(Date::from_days(days)));
        }
    }

    #[test]
    fn a_day_that_is_in_no_calendar_is_none() {
        for text in ["2023-02-29", "2024-13-01", "2024-1-1", "20240101", "2024-01-32", "+024-01-01", "é24-01-01", ""] {
            assert!(text.parse::<Date>().is_err(), "{text}");
        }
    }
}
