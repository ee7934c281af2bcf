//! Days since 1970-01-01 in the proleptic Gregorian calendar, years 0000 to 9999.
//!
//! The years that ISO 8601 writes with four digits: what is read can be written and the other way round.

use super::ValueError;

const DAYS_PER_ERA: i32 = 146_097;
/// From 0000-03-01, where the arithmetic begins, to 1970-01-01.
const EPOCH: i32 = 719_468;

/// 0000-01-01 and 9999-12-31.
pub(crate) const DAYS: std::ops::RangeInclusive<i32> = -719_528..=2_932_896;

/// A day by its names.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Civil {
    pub(crate) year: u32,
    pub(crate) month: u32,
    pub(crate) day: u32,
}

/// The day's number. An error where there is no such month or day; `year` must be at most 9999.
///
/// After Howard Hinnant, "chrono-compatible low-level date algorithms": the year begins in March, so that the leap day is
/// its last.
#[inline]
pub(crate) fn days_from_civil(civil: Civil) -> Result<i32, ValueError> {
    let Civil { year, month, day } = civil;
    if !(1..=12).contains(&month) || day == 0 || day > days_in_month(year, month) {
        return Err(ValueError::Malformed);
    }
    let (year, month, day) = (year as i32, month as i32, day as i32);
    let year = year - i32::from(month <= 2);
    let era = year.div_euclid(400);
    let year_of_era = year.rem_euclid(400);
    let day_of_year = (153 * ((month + 9) % 12) + 2) / 5 + day - 1;
    let day_of_era = year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year;
    Ok(era * DAYS_PER_ERA + day_of_era - EPOCH)
}

/// The names of a day; nothing for days outside [`DAYS`].
pub(crate) fn civil_from_days(days: i32) -> Option<Civil> {
    if !DAYS.contains(&days) {
        return None;
    }
    let shifted = days + EPOCH;
    let era = shifted.div_euclid(DAYS_PER_ERA);
    let day_of_era = shifted.rem_euclid(DAYS_PER_ERA);
    let year_of_era = (day_of_era - day_of_era / 1_460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
    let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let month_from_march = (5 * day_of_year + 2) / 153;
    let month = (month_from_march + 2) % 12 + 1;
    Some(Civil {
        year: (year_of_era + era * 400 + i32::from(month <= 2)).unsigned_abs(),
        month: month.unsigned_abs(),
        day: (day_of_year - (153 * month_from_march + 2) / 5 + 1).unsigned_abs(),
    })
}

/// Reads `YYYY-MM-DD` from exactly ten bytes.
#[inline]
pub(crate) fn parse_iso(text: &[u8; 10]) -> Result<i32, ValueError> {
    let [y1, y2, y3, y4, b'-', m1, m2, b'-', d1, d2] = *text else {
        return Err(ValueError::Malformed);
    };
    days_from_civil(Civil {
        year: two_digits(y1, y2)? * 100 + two_digits(y3, y4)?,
        month: two_digits(m1, m2)?,
        day: two_digits(d1, d2)?,
    })
}

/// Writes `YYYY-MM-DD`.
pub(crate) fn write_iso(civil: Civil, out: &mut Vec<u8>) {
    push_two(civil.year / 100, out);
    push_two(civil.year % 100, out);
    out.push(b'-');
    push_two(civil.month, out);
    out.push(b'-');
    push_two(civil.day, out);
}

/// The number of two digits.
#[inline]
pub(crate) fn two_digits(tens: u8, units: u8) -> Result<u32, ValueError> {
    let (tens, units) = (tens.wrapping_sub(b'0'), units.wrapping_sub(b'0'));
    if tens > 9 || units > 9 {
        return Err(ValueError::Malformed);
    }
    Ok(u32::from(tens) * 10 + u32::from(units))
}

/// Writes a number below 100 with two digits.
pub(crate) fn push_two(number: u32, out: &mut Vec<u8>) {
    debug_assert!(number < 100);
    out.extend_from_slice(&[b'0' + (number / 10) as u8, b'0' + (number % 10) as u8]);
}

fn days_in_month(year: u32, month: u32) -> u32 {
    match month {
        4 | 6 | 9 | 11 => 30,
        2 if year.is_multiple_of(4) && (!year.is_multiple_of(100) || year.is_multiple_of(400)) => 29,
        2 => 28,
        _ => 31,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_day_of_ten_thousand_years_keeps_its_name() {
        let first = jiff::civil::date(0, 1, 1);
        let mut expected = Some(first);
        for days in DAYS {
            let date = expected.expect("jiff knows the same days");
            let civil = civil_from_days(days).expect("a day within bounds");
            let named = (date.year() as u32, date.month() as u32, date.day() as u32);
            assert_eq!((civil.year, civil.month, civil.day), named);
            assert_eq!(days_from_civil(civil), Ok(days));
            expected = date.tomorrow().ok();
        }
        assert_eq!(civil_from_days(0), Some(Civil { year: 1970, month: 1, day: 1 }));
        assert_eq!(civil_from_days(DAYS.start() - 1), None);
        assert_eq!(civil_from_days(DAYS.end() + 1), None);
    }

    #[test]
    fn days_that_do_not_exist_are_no_dates() {
        for text in
            [b"2023-02-29", b"2024-13-01", b"2024-00-10", b"2024-04-31", b"2024-01-00", b"2024/01/01", b"20x4-01-01"]
        {
            assert_eq!(parse_iso(text), Err(ValueError::Malformed));
        }
        assert_eq!(parse_iso(b"2024-02-29"), Ok(19_782));
    }
}
