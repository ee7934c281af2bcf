//! From batches to the text of a CSV file.
//!
//! Quotes stand only where a reader would take the text for something else without them: around text that holds the
//! delimiter, a quote or a line end, that is empty, or that is the format's spelling of null.

use arrow_array::{RecordBatch, StringArray};
use leat_stream::plan::CsvFormat;
use leat_stream::schema::{DataType, Field};
use memchr::{memchr, memchr3};

use super::open::dialect;
use super::scan::Dialect;
use crate::fault::FaultKind;
use crate::sink::{EncodeError, Encoding};
use crate::text::{Column, RowFormat, TextEncoding, Values, WriteRow};
use crate::value::{self, DateForm, ValueError, binary, boolean, decimal, float, integer, timestamp};

/// How the files of an output are written.
///
/// # Errors
/// The format makes no sense for these columns.
pub(crate) fn encoding(format: &CsvFormat, fields: &[Field]) -> Result<Box<dyn Encoding>, FaultKind> {
    Ok(Box::new(TextEncoding::new(Formatter::new(format, fields)?, format.compression)))
}

/// How values are written.
#[derive(Debug)]
struct Formatter {
    fields: Vec<Field>,
    dialect: Dialect,
    /// Empty where the format gives none.
    null: String,
    dates: DateForm,
}

/// A batch's columns, ready to be written by rows, each with whether any of its texts holds what must be quoted.
struct Rows<'a> {
    formatter: &'a Formatter,
    columns: Vec<(Column<'a>, bool)>,
}

impl Formatter {
    fn new(format: &CsvFormat, fields: &[Field]) -> Result<Self, FaultKind> {
        let dialect = dialect(format)?;
        let dates = DateForm::new(format.dates.as_deref()).map_err(|error| FaultKind::Setting(error.to_string()))?;
        let null = format.null.clone().unwrap_or_default();
        let special = |c: char| c == format.delimiter || matches!(c, '"' | '\r' | '\n');
        if null.contains(special) {
            return Err(FaultKind::Setting(format!(
                "null={null:?} holds a delimiter, quote or line end: no reader would take it for null; choose another"
            )));
        }
        let mistaken = fields.iter().find(|field| {
            let text = matches!(field.data_type, DataType::Text | DataType::Binary);
            !text && !null.is_empty() && value::check(&null, field.data_type, &dates).is_ok()
        });
        if let Some(field) = mistaken {
            return Err(FaultKind::Setting(format!(
                "null={null:?} cannot be told from a value of column \"{}\" ({}); choose another",
                field.name, field.data_type
            )));
        }
        Ok(Formatter { fields: fields.to_vec(), dialect, null, dates })
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

impl RowFormat for Formatter {
    const OUTPUT: &'static str = "a CSV output";

    type Rows<'a> = Rows<'a>;

    fn write_header(&self, out: &mut Vec<u8>) {
        for (index, field) in self.fields.iter().enumerate() {
            if index > 0 {
                out.push(self.dialect.delimiter);
            }
            self.write_text(field.name.as_bytes(), true, out);
        }
        out.push(b'\n');
    }

    fn rows<'a>(&'a self, batch: &'a RecordBatch) -> Result<Rows<'a>, EncodeError> {
        let look = |column: Column<'a>| {
            let quoted = matches!(column.values, Values::Text(texts) if self.any_must_be_quoted(texts));
            (column, quoted)
        };
        let columns = Column::all(&self.fields, batch)?.into_iter().map(look).collect();
        Ok(Rows { formatter: self, columns })
    }
}

impl WriteRow for Rows<'_> {
    #[inline]
    fn write(&self, row: usize, out: &mut Vec<u8>) -> Result<(), String> {
        for (index, (column, looked_at)) in self.columns.iter().enumerate() {
            if index > 0 {
                out.push(self.formatter.dialect.delimiter);
            }
            if column.is_null(row) {
                out.extend_from_slice(self.formatter.null.as_bytes());
            } else {
                self.write_value(column, *looked_at, row, out)?;
            }
        }
        out.push(b'\n');
        Ok(())
    }
}

impl Rows<'_> {
    #[inline]
    fn write_value(&self, column: &Column<'_>, looked_at: bool, row: usize, out: &mut Vec<u8>) -> Result<(), String> {
        match column.values {
            Values::Boolean(values) => boolean::write(values.value(row), out),
            Values::Int32(values) => integer::write(values[row], out),
            Values::Int64(values) => integer::write(values[row], out),
            Values::Float64(values) => float::write(values[row], out),
            Values::Decimal(values, scale) => decimal::write(values[row], scale, out),
            Values::Text(texts) => self.formatter.write_text(texts.value(row).as_bytes(), looked_at, out),
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
