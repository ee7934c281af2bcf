//! From batches to JSON objects.

use arrow_array::cast::AsArray;
use arrow_array::types::{Date32Type, Decimal128Type, Float64Type, Int32Type, Int64Type, TimestampMicrosecondType};
use arrow_array::{Array, BinaryArray, BooleanArray, RecordBatch, StringArray};
use arrow_buffer::NullBuffer;
use leat_stream::schema::{DataType, Field};

use crate::value::{DateForm, binary, boolean, decimal, float, integer, timestamp};

/// Writes the rows of a queue.
pub(crate) struct Writer {
    /// What stands before each value: `{"id":`, `,"cpty":`.
    keys: Vec<Vec<u8>>,
    names: Vec<String>,
    dates: DateForm,
}

/// Why a batch cannot be written.
#[derive(Debug, thiserror::Error)]
pub(crate) enum WriteError {
    #[error("column \"{0}\" does not have the type or place it should have in the batch: a mistake of Leat's")]
    Layout(String),
    #[error("column \"{column}\": {value} is beyond the years 0000 to 9999 that a file can name")]
    Unwritable { column: String, value: i64 },
}

/// A batch's columns, ready to be written by rows.
pub(crate) struct Rows<'a> {
    columns: Vec<(Option<&'a NullBuffer>, Values<'a>)>,
}

enum Values<'a> {
    Boolean(&'a BooleanArray),
    Int32(&'a [i32]),
    Int64(&'a [i64]),
    Float64(&'a [f64]),
    Decimal(&'a [i128], i8),
    Date(&'a [i32]),
    Timestamp(&'a [i64]),
    Text(&'a StringArray),
    Binary(&'a BinaryArray),
}

impl<'a> Rows<'a> {
    /// Makes a batch ready to be written.
    pub(crate) fn of(fields: &[Field], batch: &'a RecordBatch) -> Result<Self, WriteError> {
        let column = |(index, field): (usize, &Field)| {
            let array = batch.columns().get(index);
            let values = array.and_then(|array| Values::of(field.data_type, array.as_ref()));
            let values = values.ok_or_else(|| WriteError::Layout(field.name.clone()))?;
            Ok((array.and_then(|array| array.nulls()), values))
        };
        let columns: Result<_, WriteError> = fields.iter().enumerate().map(column).collect();
        Ok(Rows { columns: columns? })
    }
}

impl<'a> Values<'a> {
    fn of(data_type: DataType, array: &'a dyn Array) -> Option<Self> {
        Some(match data_type {
            DataType::Boolean => Values::Boolean(array.as_boolean_opt()?),
            DataType::Int32 => Values::Int32(array.as_primitive_opt::<Int32Type>()?.values()),
            DataType::Int64 => Values::Int64(array.as_primitive_opt::<Int64Type>()?.values()),
            DataType::Float64 => Values::Float64(array.as_primitive_opt::<Float64Type>()?.values()),
            DataType::Decimal { scale, .. } => {
                Values::Decimal(array.as_primitive_opt::<Decimal128Type>()?.values(), scale)
            }
            DataType::Date => Values::Date(array.as_primitive_opt::<Date32Type>()?.values()),
            DataType::Timestamp => Values::Timestamp(array.as_primitive_opt::<TimestampMicrosecondType>()?.values()),
            DataType::Text => Values::Text(array.as_string_opt::<i32>()?),
            DataType::Binary => Values::Binary(array.as_binary_opt::<i32>()?),
        })
    }
}

impl Writer {
    pub(crate) fn new(fields: &[Field], dates: DateForm) -> Self {
        let key = |(index, field): (usize, &Field)| {
            let mut key = vec![if index == 0 { b'{' } else { b',' }];
            write_text(&field.name, &mut key);
            key.push(b':');
            key
        };
        Writer {
            keys: fields.iter().enumerate().map(key).collect(),
            names: fields.iter().map(|field| field.name.clone()).collect(),
            dates,
        }
    }

    /// Writes one row as an object, without a line end.
    pub(crate) fn write(&self, rows: &Rows<'_>, row: usize, out: &mut Vec<u8>) -> Result<(), WriteError> {
        for (index, (nulls, values)) in rows.columns.iter().enumerate() {
            out.extend_from_slice(&self.keys[index]);
            if nulls.is_some_and(|nulls| nulls.is_null(row)) {
                out.extend_from_slice(b"null");
            } else {
                self.write_value(index, values, row, out)?;
            }
        }
        if rows.columns.is_empty() {
            out.push(b'{');
        }
        out.push(b'}');
        Ok(())
    }

    #[inline]
    fn write_value(&self, index: usize, values: &Values<'_>, row: usize, out: &mut Vec<u8>) -> Result<(), WriteError> {
        let unwritable = |value: i64| WriteError::Unwritable { column: self.names[index].clone(), value };
        match values {
            Values::Boolean(values) => boolean::write(values.value(row), out),
            Values::Int32(values) => integer::write(values[row], out),
            Values::Int64(values) => integer::write(values[row], out),
            Values::Float64(values) => write_float(values[row], out),
            Values::Decimal(values, scale) => decimal::write(values[row], *scale, out),
            Values::Text(texts) => write_text(texts.value(row), out),
            Values::Date(values) => {
                let mut text = Vec::new();
                self.dates.write(values[row], &mut text).map_err(|_| unwritable(values[row].into()))?;
                write_text(&String::from_utf8_lossy(&text), out);
            }
            Values::Timestamp(values) => {
                out.push(b'"');
                timestamp::write(values[row], out).map_err(|_| unwritable(values[row]))?;
                out.push(b'"');
            }
            Values::Binary(values) => {
                out.push(b'"');
                binary::write(values.value(row), out);
                out.push(b'"');
            }
        }
        Ok(())
    }
}

/// JSON has no numbers for what is not finite: it is written in words, as in ProtoBuf's JSON, and read back from them.
#[inline]
fn write_float(value: f64, out: &mut Vec<u8>) {
    if value.is_finite() {
        float::write(value, out);
    } else {
        out.extend_from_slice(match value {
            _ if value.is_nan() => b"\"NaN\"".as_slice(),
            _ if value > 0.0 => b"\"Infinity\"",
            _ => b"\"-Infinity\"",
        });
    }
}

/// Writes a text in quotes.
fn write_text(text: &str, out: &mut Vec<u8>) {
    let bytes = text.as_bytes();
    out.push(b'"');
    let mut from = 0;
    for (at, byte) in bytes.iter().enumerate() {
        if !matches!(byte, b'"' | b'\\' | 0..=0x1f) {
            continue;
        }
        out.extend_from_slice(&bytes[from..at]);
        from = at + 1;
        out.push(b'\\');
        match byte {
            b'\n' => out.push(b'n'),
            b'\r' => out.push(b'r'),
            b'\t' => out.push(b't'),
            0..=0x1f => out.extend_from_slice(format!("u{byte:04x}").as_bytes()),
            _ => out.push(*byte),
        }
    }
    out.extend_from_slice(&bytes[from..]);
    out.push(b'"');
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn texts_read_back_what_is_written(text: String) {
            let mut out = Vec::new();
            write_text(&text, &mut out);
            prop_assert_eq!(serde_json::from_slice::<String>(&out).unwrap(), text);
        }
    }
}
