//! One synthetic value. It depends on the seed, the column's name and the row alone, so a column keeps its values when
//! others come and go.

use std::io::Write;

use jiff::civil::{Date, date};
use jiff::{SignedDuration, Span, Timestamp};
use leat_stream::schema::DataType;

use super::columns::{Column, Form};

/// One in so many values of a nullable column is null.
const NULL_EVERY: u64 = 10;
/// Dates and times are of the years from 2000 to 2029.
const FIRST_DAY: Date = date(2000, 1, 1);
const DAYS: u64 = 10_958;

/// Writes the cell of a row: an empty one for a null.
pub(super) fn write(out: &mut impl Write, column: &Column, form: &Form, seed: u64, row: u64) -> anyhow::Result<()> {
    let draw = |n: u64| draw(seed, &column.name, row, n);
    if column.nullable && draw(0) % NULL_EVERY == 0 {
        return Ok(());
    }
    let x = draw(1);
    match column.data_type {
        DataType::Boolean => write!(out, "{}", x.is_multiple_of(2))?,
        DataType::Int32 | DataType::Int64 if is_id(&column.name) => {
            let most = if column.data_type == DataType::Int32 { i32::MAX as u64 } else { i64::MAX as u64 };
            write!(out, "{}", row % most + 1)?;
        }
        DataType::Int32 | DataType::Int64 => write!(out, "{}", x % 1_000_000)?,
        DataType::Float64 => write!(out, "{}", (x % 10_000_000) as f64 / 10_000.0)?,
        DataType::Decimal { precision, scale } => write!(out, "{}", decimal(x, precision, scale))?,
        DataType::Date => {
            let day = FIRST_DAY.checked_add(Span::new().days((x % DAYS) as i64))?;
            match &form.dates {
                Some(form) => write!(out, "{}", day.strftime(form))?,
                None => write!(out, "{day}")?,
            }
        }
        DataType::Timestamp => {
            // 2000-01-01T00:00:00Z
            let start = Timestamp::from_second(946_684_800)?;
            let time = start.checked_add(SignedDuration::from_secs((x % (DAYS * 86_400)) as i64))?;
            write!(out, "{time}")?;
        }
        DataType::Text => write!(out, "{}", letters(x))?,
        DataType::Binary => write!(out, "{:016x}", x)?,
    }
    Ok(())
}

/// `id`, `loan_id`: rows are told apart by it.
fn is_id(name: &str) -> bool {
    let name = name.to_ascii_lowercase();
    name == "id" || name.ends_with("_id")
}

/// Up to six digits before the point, as far as the type holds them, and `scale` after it.
fn decimal(x: u64, precision: u8, scale: i8) -> String {
    if scale < 0 {
        let zeros = "0".repeat(usize::from(scale.unsigned_abs()));
        return format!("{}{zeros}", x % 10_u64.pow(u32::from(precision.min(6))));
    }
    let after = usize::from(scale.unsigned_abs());
    let before = usize::from(precision).saturating_sub(after).min(6);
    let whole = x % 10_u64.pow(before as u32);
    if after == 0 {
        return whole.to_string();
    }
    let digits = format!("{:018}", mix(x) % 1_000_000_000_000_000_000);
    let digits: String = digits.chars().cycle().take(after).collect();
    format!("{whole}.{digits}")
}

/// Four to eight small letters.
fn letters(mut x: u64) -> String {
    let length = 4 + x % 5;
    x /= 5;
    let letter = |_| {
        let letter = char::from(b'a' + (x % 26) as u8);
        x /= 26;
        letter
    };
    (0..length).map(letter).collect()
}

/// SplitMix64 (Steele, Lea and Flood, 2014), keyed by seed and column, at a place of its own for each row and use.
fn draw(seed: u64, column: &str, row: u64, n: u64) -> u64 {
    // FNV-1a.
    let name = column
        .bytes()
        .fold(0xcbf2_9ce4_8422_2325_u64, |hash, byte| (hash ^ u64::from(byte)).wrapping_mul(0x100_0000_01b3));
    let key = mix(seed ^ mix(name));
    mix(key.wrapping_add((row * 2 + n).wrapping_mul(0x9e37_79b9_7f4a_7c15)))
}

fn mix(mut z: u64) -> u64 {
    z = z.wrapping_add(0x9e37_79b9_7f4a_7c15);
    z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    z ^ (z >> 31)
}

#[cfg(test)]
mod tests {
    use leat_io::value::{DateForm, check};

    use super::*;

    const TYPES: [DataType; 10] = [
        DataType::Boolean,
        DataType::Int32,
        DataType::Int64,
        DataType::Float64,
        DataType::Decimal { precision: 18, scale: 4 },
        DataType::Decimal { precision: 2, scale: 2 },
        DataType::Date,
        DataType::Timestamp,
        DataType::Text,
        DataType::Binary,
    ];

    fn cell(column: &Column, form: &Form, seed: u64, row: u64) -> String {
        let mut out = Vec::new();
        write(&mut out, column, form, seed, row).unwrap();
        String::from_utf8(out).unwrap()
    }

    #[test]
    fn every_value_is_one_of_its_type_as_a_run_reads_it() {
        for dates in [None, Some("%m/%d/%Y")] {
            let form = Form { delimiter: ',', dates: dates.map(str::to_owned), format: None };
            let read = DateForm::new(dates).unwrap();
            for data_type in TYPES {
                for name in ["x", "loan_id"] {
                    let column = Column { name: name.to_owned(), data_type, nullable: false };
                    for row in 0..500 {
                        let text = cell(&column, &form, 7, row);
                        assert!(!text.is_empty(), "{data_type}");
                        check(&text, data_type, &read)
                            .unwrap_or_else(|e| panic!("{}", e.describe(&text, data_type, &read)));
                    }
                }
            }
        }
    }

    #[test]
    fn a_value_depends_on_seed_column_and_row_alone() {
        let form = Form { delimiter: ',', dates: None, format: None };
        let column = |name: &str| Column { name: name.to_owned(), data_type: DataType::Int64, nullable: false };
        assert_eq!(cell(&column("a"), &form, 1, 5), cell(&column("a"), &form, 1, 5));
        for other in [cell(&column("b"), &form, 1, 5), cell(&column("a"), &form, 2, 5), cell(&column("a"), &form, 1, 6)]
        {
            assert_ne!(cell(&column("a"), &form, 1, 5), other);
        }
        assert_eq!(cell(&column("id"), &form, 1, 5), "6");
    }

    #[test]
    fn about_a_tenth_of_a_nullable_column_is_null() {
        let form = Form { delimiter: ',', dates: None, format: None };
        let column = Column { name: "x".to_owned(), data_type: DataType::Text, nullable: true };
        let nulls = (0..10_000).filter(|row| cell(&column, &form, 1, *row).is_empty()).count();
        assert!((800..1200).contains(&nulls), "{nulls}");
    }
}
