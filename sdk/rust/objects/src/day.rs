//! Days, as risk objects write them: ISO 8601, counted from 1970-01-01.

/// Days since 1970-01-01 of a day written as `2024-01-31`; nothing where there is no such day.
///
/// Howard Hinnant, "chrono-compatible low-level date algorithms", `days_from_civil`.
pub fn day_from_text(text: &str) -> Option<i32> {
    let (year, rest) = text.split_at_checked(4)?;
    let (month, day) = rest.strip_prefix('-')?.split_once('-')?;
    let digits = |part: &str, count| part.len() == count && part.bytes().all(|byte| byte.is_ascii_digit());
    if !(digits(year, 4) && digits(month, 2) && digits(day, 2)) {
        return None;
    }
    let (y, m, d): (i32, i32, i32) = (year.parse().ok()?, month.parse().ok()?, day.parse().ok()?);
    let shifted = if m <= 2 { y - 1 } else { y };
    let (era, year_of_era) = (shifted.div_euclid(400), shifted.rem_euclid(400));
    let day_of_year = (153 * ((m + 9) % 12) + 2) / 5 + d - 1;
    let days = era * 146_097 + year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year - 719_468;
    // A day that is not there comes back as another one.
    (day_to_text(days) == text).then_some(days)
}

/// The day so many days after 1970-01-01 as `2024-01-31`: `civil_from_days` of the same source.
pub fn day_to_text(days: i32) -> String {
    let shifted = i64::from(days) + 719_468;
    let (era, day_of_era) = (shifted.div_euclid(146_097), shifted.rem_euclid(146_097));
    let year_of_era = (day_of_era - day_of_era / 1_460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
    let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let month = (5 * day_of_year + 2) / 153;
    let day = day_of_year - (153 * month + 2) / 5 + 1;
    let month = if month < 10 { month + 3 } else { month - 9 };
    let year = year_of_era + era * 400 + i64::from(month <= 2);
    format!("{year:04}-{month:02}-{day:02}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_read_back_as_they_are_written() {
        for (text, days) in
            [("1970-01-01", 0), ("2024-02-29", 19_782), ("1959-01-01", -4_018), ("9999-12-31", 2_932_896)]
        {
            assert_eq!(day_from_text(text), Some(days));
            assert_eq!(day_to_text(days), text);
        }
    }

    #[test]
    fn what_is_no_day_is_none() {
        for text in ["2023-02-29", "2024-13-01", "2024-00-10", "2024-1-01", "31.12.2024", "", "2024-01-011"] {
            assert_eq!(day_from_text(text), None, "{text}");
        }
    }
}
