//! A record as a person reads it in an error: `id=17, spot=42.5, name=null`.

use arrow_array::cast::AsArray;
use arrow_array::types::{Date32Type, Decimal128Type, Float64Type, Int32Type, Int64Type, TimestampMicrosecondType};
use arrow_array::{Array, RecordBatch};
use arrow_schema::DataType;

/// How long the text of a record may get.
const RECORD_BYTES_MAX: usize = 600;

/// How long the text of one value may get.
const VALUE_BYTES_MAX: usize = 80;

/// A row's values, `column=value` each, cut where they get long.
pub(crate) fn record_text(batch: &RecordBatch, row: usize) -> String {
    let mut text = String::new();
    for (field, column) in batch.schema_ref().fields().iter().zip(batch.columns()) {
        if !text.is_empty() {
            text.push_str(", ");
        }
        if text.len() > RECORD_BYTES_MAX {
            text.push('…');
            break;
        }
        text.push_str(field.name());
        text.push('=');
        text.push_str(&value_text(column.as_ref(), row));
    }
    text
}

/// A row's values, with the names of their columns.
pub(crate) fn record_values(batch: &RecordBatch, row: usize) -> Vec<(String, String)> {
    let columns = batch.schema_ref().fields().iter().zip(batch.columns());
    columns.map(|(field, column)| (field.name().clone(), value_text(column.as_ref(), row))).collect()
}

/// Whether a value is the one that a person wrote: a text by its characters, a float by its number, others as they are
/// shown.
pub(crate) fn value_is(column: &dyn Array, row: usize, written: &str) -> bool {
    if row >= column.len() || column.is_null(row) {
        return written == "null";
    }
    match column.data_type() {
        DataType::Utf8 => column.as_string::<i32>().value(row) == written,
        DataType::Float64 => written.parse() == Ok(column.as_primitive::<Float64Type>().value(row)),
        _ => value_text(column, row) == written,
    }
}

/// One value as a person reads it; long texts are cut.
pub fn value_text(column: &dyn Array, row: usize) -> String {
    if row >= column.len() || column.is_null(row) {
        return "null".to_owned();
    }
    match column.data_type() {
        DataType::Boolean => column.as_boolean().value(row).to_string(),
        DataType::Int32 => column.as_primitive::<Int32Type>().value(row).to_string(),
        DataType::Int64 => column.as_primitive::<Int64Type>().value(row).to_string(),
        DataType::Float64 => format!("{:?}", column.as_primitive::<Float64Type>().value(row)),
        DataType::Decimal128(..) => column.as_primitive::<Decimal128Type>().value_as_string(row),
        DataType::Date32 => date_text(column.as_primitive::<Date32Type>().value(row)),
        DataType::Timestamp(..) => timestamp_text(column.as_primitive::<TimestampMicrosecondType>().value(row)),
        DataType::Utf8 => quoted(column.as_string::<i32>().value(row)),
        DataType::Binary => format!("{} bytes", column.as_binary::<i32>().value(row).len()),
        other => other.to_string(),
    }
}

fn quoted(text: &str) -> String {
    let end = text.floor_char_boundary(VALUE_BYTES_MAX);
    let dots = if end < text.len() { "…" } else { "" };
    format!("{:?}{dots}", &text[..end])
}

fn date_text(days: i32) -> String {
    let epoch = jiff::civil::date(1970, 1, 1);
    let date = epoch.checked_add(jiff::Span::new().days(days.clamp(-7_000_000, 7_000_000)));
    date.map_or_else(|_| format!("day {days}"), |date| date.to_string())
}

fn timestamp_text(microseconds: i64) -> String {
    let moment = jiff::Timestamp::from_microsecond(microseconds);
    moment.map_or_else(|_| format!("microsecond {microseconds}"), |moment| moment.to_string())
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use arrow_array::{
        ArrayRef, BooleanArray, Date32Array, Decimal128Array, Float64Array, StringArray, TimestampMicrosecondArray,
    };

    use super::*;

    #[test]
    fn every_type_is_written_as_a_person_reads_it() {
        let price = Decimal128Array::from(vec![-12345]).with_precision_and_scale(10, 2).unwrap();
        let columns: [(&str, ArrayRef); 6] = [
            ("open", Arc::new(BooleanArray::from(vec![true]))),
            ("spot", Arc::new(Float64Array::from(vec![1e300]))),
            ("price", Arc::new(price)),
            ("day", Arc::new(Date32Array::from(vec![19_753]))),
            ("at", Arc::new(TimestampMicrosecondArray::from(vec![1_706_702_400_500_000]))),
            ("name", Arc::new(StringArray::from(vec!["a \"b\"\n"]))),
        ];
        let text = record_text(&RecordBatch::try_from_iter(columns).unwrap(), 0);
        assert_eq!(
            text,
            r#"open=true, spot=1e300, price=-123.45, day=2024-01-31, at=2024-01-31T12:00:00.5Z, name="a \"b\"\n""#
        );
    }

    #[test]
    fn a_record_of_many_long_values_stays_short() {
        let columns = (0..100).map(|i| {
            let long: ArrayRef = Arc::new(StringArray::from(vec!["x".repeat(1 << 20)]));
            (format!("c{i}"), long)
        });
        let batch = RecordBatch::try_from_iter(columns).unwrap();
        assert!(record_text(&batch, 0).len() < 2 * RECORD_BYTES_MAX);
    }

    #[test]
    fn a_day_or_moment_out_of_the_calendar_is_still_named() {
        assert_eq!(date_text(i32::MAX), format!("day {}", i32::MAX));
        assert_eq!(timestamp_text(i64::MIN), format!("microsecond {}", i64::MIN));
    }
}
