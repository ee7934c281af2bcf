//! From batches to JSON objects.

use arrow_array::RecordBatch;
use leat_stream::plan::JsonFormat;
use leat_stream::schema::Field;

use crate::fault::FaultKind;
use crate::sink::{EncodeError, Encoding};
use crate::text::{Column, RowFormat, TextEncoding, Values, WriteRow};
use crate::value::{DateForm, binary, boolean, decimal, float, integer, timestamp};

/// How the files of an output are written.
///
/// # Errors
/// The format makes no sense.
pub(crate) fn encoding(format: &JsonFormat, fields: &[Field]) -> Result<Box<dyn Encoding>, FaultKind> {
    let dates = DateForm::new(format.dates.as_deref()).map_err(|error| FaultKind::Setting(error.to_string()))?;
    Ok(Box::new(TextEncoding::new(Objects::new(fields, dates), format.compression)))
}

/// Writes rows as objects.
pub(crate) struct Objects {
    fields: Vec<Field>,
    /// What stands before each value: `{"id":`, `,"cpty":`.
    keys: Vec<Vec<u8>>,
    dates: DateForm,
}

/// A batch's columns, ready to be written by rows.
pub(crate) struct Rows<'a> {
    objects: &'a Objects,
    columns: Vec<Column<'a>>,
}

impl Objects {
    pub(crate) fn new(fields: &[Field], dates: DateForm) -> Self {
        let key = |(index, field): (usize, &Field)| {
            let mut key = vec![if index == 0 { b'{' } else { b',' }];
            write_text(&field.name, &mut key);
            key.push(b':');
            key
        };
        let keys = fields.iter().enumerate().map(key).collect();
        Objects { fields: fields.to_vec(), keys, dates }
    }
}

impl RowFormat for Objects {
    const OUTPUT: &'static str = "an output of JSON lines";

    type Rows<'a> = Rows<'a>;

    fn write_header(&self, _: &mut Vec<u8>) {}

    fn rows<'a>(&'a self, batch: &'a RecordBatch) -> Result<Rows<'a>, EncodeError> {
        Ok(Rows { objects: self, columns: Column::all(&self.fields, batch)? })
    }
}

impl WriteRow for Rows<'_> {
    fn write(&self, row: usize, out: &mut Vec<u8>) -> Result<(), String> {
        self.write_object(row, out)?;
        out.push(b'\n');
        Ok(())
    }
}

impl Rows<'_> {
    /// Writes one row as an object, without a line end.
    pub(crate) fn write_object(&self, row: usize, out: &mut Vec<u8>) -> Result<(), String> {
        for (key, column) in self.objects.keys.iter().zip(&self.columns) {
            out.extend_from_slice(key);
            if column.is_null(row) {
                out.extend_from_slice(b"null");
            } else {
                self.write_value(column, row, out)?;
            }
        }
        if self.columns.is_empty() {
            out.push(b'{');
        }
        out.push(b'}');
        Ok(())
    }

    #[inline]
    fn write_value(&self, column: &Column<'_>, row: usize, out: &mut Vec<u8>) -> Result<(), String> {
        match &column.values {
            Values::Boolean(values) => boolean::write(values.value(row), out),
            Values::Int32(values) => integer::write(values[row], out),
            Values::Int64(values) => integer::write(values[row], out),
            Values::Float64(values) => write_float(values[row], out),
            Values::Decimal(values, scale) => decimal::write(values[row], *scale, out),
            Values::Text(texts) => write_text(texts.value(row), out),
            Values::Date(values) => {
                let mut text = Vec::new();
                let written = self.objects.dates.write(values[row], &mut text);
                written.map_err(|_| column.unwritable(values[row].into()))?;
                write_text(&String::from_utf8_lossy(&text), out);
            }
            Values::Timestamp(values) => {
                out.push(b'"');
                timestamp::write(values[row], out).map_err(|_| column.unwritable(values[row]))?;
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
