//! From batches to the text of a CSV file.
//!
//! Quotes stand only where a reader would take the text for something else without them: around text that holds the
//! delimiter, a quote or a line end, that is empty, or that is the format's spelling of null.

use arrow_array::cast::AsArray;
use arrow_array::types::{Date32Type, Decimal128Type, Float64Type, Int32Type, Int64Type, TimestampMicrosecondType};
use arrow_array::{Array, BinaryArray, BooleanArray, RecordBatch, StringArray};
use arrow_buffer::NullBuffer;
use leat_stream::schema::{DataType, Field};
use memchr::{memchr, memchr3};

use super::scan::Dialect;
use crate::value::{DateForm, ValueError, binary, boolean, decimal, float, integer, timestamp};

/// How values are written.
#[derive(Debug)]
pub(crate) struct Formatter {
    pub(crate) dialect: Dialect,
    /// Empty where the format gives none.
    pub(crate) null: String,
    pub(crate) dates: DateForm,
}

/// Why a batch cannot be written.
#[derive(Debug, thiserror::Error)]
pub(crate) enum FormatError {
    #[error("column \"{0}\" does not have the type or place it should have in the batch: a mistake of Leat's")]
    Layout(String),
    #[error("column \"{column}\": a {data_type} of {value} is beyond the years 0000 to 9999 that a file can name")]
    Unwritable { column: String, data_type: DataType, value: i64 },
}

/// A batch's columns, ready to be written by rows.
pub(crate) struct Rows<'a> {
    formatter: &'a Formatter,
    columns: Vec<Column<'a>>,
    /// How many there are.
    pub(crate) count: usize,
}

struct Column<'a> {
    name: &'a str,
    data_type: DataType,
    nulls: Option<&'a NullBuffer>,
    values: Values<'a>,
}

enum Values<'a> {
    Boolean(&'a BooleanArray),
    Int32(&'a [i32]),
    Int64(&'a [i64]),
    Float64(&'a [f64]),
    Decimal(&'a [i128], i8),
    Date(&'a [i32]),
    Timestamp(&'a [i64]),
    /// And whether any text holds what must be quoted.
    Text(&'a StringArray, bool),
    Binary(&'a BinaryArray),
}

impl Formatter {
    /// Writes the header line.
    pub(crate) fn write_header(&self, fields: &[Field], out: &mut Vec<u8>) {
        for (index, field) in fields.iter().enumerate() {
            if index > 0 {
                out.push(self.dialect.delimiter);
            }
            self.write_text(field.name.as_bytes(), true, out);
        }
        out.push(b'\n');
    }

    /// Makes a batch ready to be written.
    pub(crate) fn rows<'a>(&'a self, fields: &'a [Field], batch: &'a RecordBatch) -> Result<Rows<'a>, FormatError> {
        let mut columns = Vec::with_capacity(fields.len());
        for (index, field) in fields.iter().enumerate() {
            let array = batch.columns().get(index);
            let values = array.and_then(|array| self.values(field.data_type, array.as_ref()));
            columns.push(Column {
                name: &field.name,
                data_type: field.data_type,
                nulls: array.and_then(|array| array.nulls()),
                values: values.ok_or_else(|| FormatError::Layout(field.name.clone()))?,
            });
        }
        Ok(Rows { formatter: self, columns, count: batch.num_rows() })
    }

    fn values<'a>(&self, data_type: DataType, array: &'a dyn Array) -> Option<Values<'a>> {
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
            DataType::Text => {
                let texts = array.as_string_opt::<i32>()?;
                Values::Text(texts, self.any_must_be_quoted(texts))
            }
            DataType::Binary => Values::Binary(array.as_binary_opt::<i32>()?),
        })
    }

    /// Looks at all the texts of a column at once: in most files none needs quotes, and no text is looked at again.
    fn any_must_be_quoted(&self, texts: &StringArray) -> bool {
        let offsets = texts.value_offsets();
        let used = offsets.first().zip(offsets.last()).map_or(0..0, |(start, end)| *start as usize..*end as usize);
        self.must_be_quoted(&texts.values()[used])
    }

    fn must_be_quoted(&self, bytes: &[u8]) -> bool {
        memchr3(self.dialect.delimiter, b'"', b'\n', bytes).is_some() || memchr(b'\r', bytes).is_some()
    }

    #[inline]
    fn write_text(&self, text: &[u8], looked_at: bool, out: &mut Vec<u8>) {
        if text.is_empty() || text == self.null.as_bytes() || (looked_at && self.must_be_quoted(text)) {
            write_quoted(text, out);
        } else {
            out.extend_from_slice(text);
        }
    }

    fn write_date(&self, days: i32, out: &mut Vec<u8>) -> Result<(), ValueError> {
        if self.dates.is_iso() {
            return self.dates.write(days, out);
        }
        // A form may hold the delimiter.
        let mut text = Vec::new();
        self.dates.write(days, &mut text)?;
        self.write_text(&text, true, out);
        Ok(())
    }
}

impl Rows<'_> {
    /// Writes one row and its line end.
    #[inline]
    pub(crate) fn write(&self, row: usize, out: &mut Vec<u8>) -> Result<(), FormatError> {
        for (index, column) in self.columns.iter().enumerate() {
            if index > 0 {
                out.push(self.formatter.dialect.delimiter);
            }
            if column.nulls.is_some_and(|nulls| nulls.is_null(row)) {
                out.extend_from_slice(self.formatter.null.as_bytes());
            } else {
                self.write_value(column, row, out)?;
            }
        }
        out.push(b'\n');
        Ok(())
    }

    #[inline]
    fn write_value(&self, column: &Column<'_>, row: usize, out: &mut Vec<u8>) -> Result<(), FormatError> {
        match column.values {
            Values::Boolean(values) => boolean::write(values.value(row), out),
            Values::Int32(values) => integer::write(values[row], out),
            Values::Int64(values) => integer::write(values[row], out),
            Values::Float64(values) => float::write(values[row], out),
            Values::Decimal(values, scale) => decimal::write(values[row], scale, out),
            Values::Text(texts, looked_at) => {
                self.formatter.write_text(texts.value(row).as_bytes(), looked_at, out);
            }
            Values::Date(values) => {
                let written = self.formatter.write_date(values[row], out);
                written.map_err(|_| column.unwritable(values[row].into()))?;
            }
            Values::Timestamp(values) => {
                timestamp::write(values[row], out).map_err(|_| column.unwritable(values[row]))?;
            }
            Values::Binary(values) => match values.value(row) {
                [] => out.extend_from_slice(b"\"\""),
                bytes => binary::write(bytes, out),
            },
        }
        Ok(())
    }
}

impl Column<'_> {
    fn unwritable(&self, value: i64) -> FormatError {
        FormatError::Unwritable { column: self.name.to_owned(), data_type: self.data_type, value }
    }
}

fn write_quoted(mut text: &[u8], out: &mut Vec<u8>) {
    out.push(b'"');
    while let Some(at) = memchr(b'"', text) {
        out.extend_from_slice(&text[..=at]);
        out.push(b'"');
        text = &text[at + 1..];
    }
    out.extend_from_slice(text);
    out.push(b'"');
}
