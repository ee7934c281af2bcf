//! Days, in ISO 8601 or in the form the stream file gives.

use std::fmt;

use jiff::civil::Date;

use super::calendar::{self, Civil};
use super::{Span, ValueError};

/// How dates are written in a file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DateForm(Form);

#[derive(Clone, Debug, PartialEq, Eq)]
enum Form {
    /// `2024-01-31`.
    Iso,
    /// A `strftime` form of nothing but numbers and signs between them, read here: dates stand in every row.
    Numeric { form: String, parts: Vec<Part> },
    /// Any other, left to `jiff`.
    Other { form: String },
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Part {
    Year,
    Month,
    Day,
    Sign(u8),
}

/// A form of dates that is none.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("dates=\"{form}\" is not a form of dates: {reason}; write it as in dates=\"%m/%d/%Y\"")]
pub struct UnknownDateForm {
    form: String,
    reason: String,
}

impl DateForm {
    /// The form of `dates=`; ISO 8601 where there is none. An error where it does not name a day of a year.
    pub fn new(form: Option<&str>) -> Result<Self, UnknownDateForm> {
        let Some(form) = form.filter(|form| *form != "%Y-%m-%d") else {
            return Ok(DateForm(Form::Iso));
        };
        if let Some(parts) = numeric_parts(form) {
            return Ok(DateForm(Form::Numeric { form: form.to_owned(), parts }));
        }
        // What is written in the form must read back as the same day, or the form does not name one.
        let day = jiff::civil::date(2024, 11, 28);
        let written = jiff::fmt::strtime::format(form, day);
        let reason = match written.and_then(|text| Date::strptime(form, text)) {
            Ok(read) if read == day => {
                return Ok(DateForm(Form::Other { form: form.to_owned() }));
            }
            Ok(_) => "it does not tell every day from every other".to_owned(),
            Err(error) => error.to_string(),
        };
        Err(UnknownDateForm { form: form.to_owned(), reason })
    }

    /// Parses a date: days since 1970-01-01.
    #[inline]
    pub(crate) fn parse(&self, span: Span<'_>) -> Result<i32, ValueError> {
        match &self.0 {
            Form::Iso => match span.bytes().as_array::<10>() {
                Some(text) => calendar::parse_iso(text),
                None => Err(ValueError::Malformed),
            },
            Form::Numeric { parts, .. } => parse_numeric(parts, span.bytes()),
            Form::Other { form } => {
                let date = Date::strptime(form, span.bytes()).map_err(|_| ValueError::Malformed)?;
                let year = u32::try_from(date.year()).map_err(|_| ValueError::OutOfRange)?;
                calendar::days_from_civil(Civil {
                    year,
                    month: date.month().unsigned_abs().into(),
                    day: date.day().unsigned_abs().into(),
                })
            }
        }
    }

    /// Writes a date. An error for years that four digits cannot name.
    pub(crate) fn write(&self, days: i32, out: &mut Vec<u8>) -> Result<(), ValueError> {
        let civil = calendar::civil_from_days(days).ok_or(ValueError::OutOfRange)?;
        match &self.0 {
            Form::Iso => calendar::write_iso(civil, out),
            Form::Numeric { parts, .. } => write_numeric(parts, civil, out),
            Form::Other { form } => {
                // Below 9999 and of a real day: each fits.
                let date = Date::new(civil.year as i16, civil.month as i8, civil.day as i8);
                let text = date.and_then(|date| jiff::fmt::strtime::format(form, date));
                out.extend_from_slice(text.map_err(|_| ValueError::OutOfRange)?.as_bytes());
            }
        }
        Ok(())
    }

    /// Whether dates are `YYYY-MM-DD`.
    pub(crate) fn is_iso(&self) -> bool {
        self.0 == Form::Iso
    }
}

impl fmt::Display for DateForm {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.0 {
            Form::Iso => f.write_str("as 2024-01-31"),
            Form::Numeric { form, .. } | Form::Other { form } => write!(f, "of the form {form}"),
        }
    }
}

/// The parts of a form that has year, month and day once each, in digits. A sign must follow the year unless it comes
/// last; digits for month and day may be one or two, so a sign or the form's end must follow them as well, or both
/// digits be there.
fn numeric_parts(form: &str) -> Option<Vec<Part>> {
    let mut parts = Vec::new();
    let mut bytes = form.bytes();
    while let Some(byte) = bytes.next() {
        parts.push(match byte {
            b'%' => match bytes.next()? {
                b'Y' => Part::Year,
                b'm' => Part::Month,
                b'd' => Part::Day,
                _ => return None,
            },
            // Letters and digits in a form are rare; blanks match any run of blanks in strptime.
            b'/' | b'-' | b'.' | b'_' | b',' => Part::Sign(byte),
            _ => return None,
        });
    }
    let once = |part| parts.iter().filter(|p| **p == part).count() == 1;
    (once(Part::Year) && once(Part::Month) && once(Part::Day)).then_some(parts)
}

fn parse_numeric(parts: &[Part], text: &[u8]) -> Result<i32, ValueError> {
    let mut rest = text;
    let mut civil = Civil { year: 0, month: 0, day: 0 };
    for part in parts {
        match part {
            Part::Year => civil.year = take_number(&mut rest, 4, 4)?,
            Part::Month => civil.month = take_number(&mut rest, 1, 2)?,
            Part::Day => civil.day = take_number(&mut rest, 1, 2)?,
            Part::Sign(sign) => rest = rest.strip_prefix(&[*sign]).ok_or(ValueError::Malformed)?,
        }
    }
    if !rest.is_empty() {
        return Err(ValueError::Malformed);
    }
    calendar::days_from_civil(civil)
}

/// Takes as many digits as there are, up to `most`.
#[inline]
fn take_number(rest: &mut &[u8], fewest: usize, most: usize) -> Result<u32, ValueError> {
    let len = rest.iter().take(most).take_while(|b| b.is_ascii_digit()).count();
    if len < fewest {
        return Err(ValueError::Malformed);
    }
    let (digits, after) = rest.split_at(len);
    *rest = after;
    Ok(digits.iter().fold(0, |number, b| number * 10 + u32::from(b - b'0')))
}

fn write_numeric(parts: &[Part], civil: Civil, out: &mut Vec<u8>) {
    for part in parts {
        match part {
            Part::Year => {
                calendar::push_two(civil.year / 100, out);
                calendar::push_two(civil.year % 100, out);
            }
            Part::Month => calendar::push_two(civil.month, out),
            Part::Day => calendar::push_two(civil.day, out),
            Part::Sign(sign) => out.push(*sign),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn date(form: &str, text: &str) -> Result<i32, ValueError> {
        DateForm::new(Some(form)).unwrap().parse(Span::of(text.as_bytes()))
    }

    #[test]
    fn american_dates_may_leave_out_zeros() {
        assert_eq!(date("%m/%d/%Y", "1/4/1999"), Ok(10_595));
        assert_eq!(date("%m/%d/%Y", "01/04/1999"), Ok(10_595));
        assert_eq!(date("%Y%m%d", "19990104"), Ok(10_595));
        for text in ["1/4/99", "13/4/1999", "1/4/1999 ", "1-4-1999", "/4/1999", "001/4/1999", ""] {
            assert_eq!(date("%m/%d/%Y", text), Err(ValueError::Malformed), "{text}");
        }
    }

    #[test]
    fn forms_with_names_of_months_are_read_and_written() {
        let form = DateForm::new(Some("%d %b %Y")).unwrap();
        let mut out = Vec::new();
        form.write(10_595, &mut out).unwrap();
        assert_eq!(String::from_utf8(out).unwrap(), "04 Jan 1999");
        assert_eq!(date("%d %b %Y", "4 Jan 1999"), Ok(10_595));
    }

    #[test]
    fn a_form_that_names_no_day_is_refused() {
        for form in ["", "%Y", "%m/%d", "%H:%M", "yyyy-mm-dd", "%q", "%"] {
            assert!(DateForm::new(Some(form)).is_err(), "{form}");
        }
    }

    proptest! {
        #[test]
        fn the_fast_way_reads_what_jiff_reads(
            form in prop::sample::select(vec!["%m/%d/%Y", "%d.%m.%Y", "%Y%m%d", "%Y_%m_%d"]),
            text in "[0-9]{1,4}[/._]?[0-9]{1,2}[/._]?[0-9]{1,4}",
        ) {
            let fast = date(form, &text);
            if let Ok(days) = fast {
                let slow = Date::strptime(form, &text).unwrap();
                prop_assert_eq!(calendar::civil_from_days(days).unwrap().day, slow.day() as u32);
                prop_assert_eq!(calendar::civil_from_days(days).unwrap().year, slow.year() as u32);
            }
        }

        #[test]
        fn dates_read_back_what_is_written(
            days in calendar::DAYS,
            form in prop::sample::select(vec!["%Y-%m-%d", "%m/%d/%Y", "%d %b %Y", "%Y%m%d", "%A %d %B %Y"]),
        ) {
            let form = DateForm::new(Some(form)).unwrap();
            let mut out = Vec::new();
            form.write(days, &mut out).unwrap();
            prop_assert_eq!(form.parse(Span::of(&out)), Ok(days));
        }
    }
}
