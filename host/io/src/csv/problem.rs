//! What is wrong with a record, for a person.

use std::fmt::Write;

use memchr::memchr;

use super::chunks::count_lines;
use super::columns::{CellProblem, Column, Spelling};
use super::parse::{BadRecord, RecordProblem};
use super::scan::{Dialect, Shape, split_record};
use crate::record::{Complaint, Described, cut, escape};
use crate::value::ValueError;

/// Finds the words; knows the file's name and columns.
pub(crate) struct Describer {
    pub(crate) file: String,
    /// The header's names.
    pub(crate) names: Vec<String>,
    /// Those that are read.
    pub(crate) columns: Vec<Column>,
    pub(crate) spelling: Spelling,
    pub(crate) dialect: Dialect,
}

impl Describer {
    /// Describes a bad record of a chunk; it begins on `line`.
    pub(crate) fn describe(&self, bytes: &[u8], bad: BadRecord, line: u64) -> Described {
        let start = bad.start as usize;
        let mut fields = Vec::new();
        let record = split_record(bytes, start, self.dialect, |begin, end| {
            // Of a record with a million fields only the first can matter.
            if fields.len() <= self.names.len() {
                fields.push((begin, end));
            }
        });
        let text = trim_line_end(&bytes[start..record.end]);
        let (at, what, way_out) = match bad.problem {
            RecordProblem::Shape(shape) => self.describe_shape(shape, start),
            RecordProblem::Cell { column, problem } => {
                let column = &self.columns[column as usize];
                let (begin, end) = fields.get(column.position).copied().unwrap_or((start, record.end));
                let (what, way_out) = self.describe_cell(column, problem, unquote(trim_line_end(&bytes[begin..end])));
                (begin, what, way_out)
            }
        };
        let place = format!("{}:{}", self.file, line + count_lines(&bytes[start..at]));
        Complaint { place, what, way_out }.about(text)
    }

    fn describe_shape(&self, shape: Shape, start: usize) -> (usize, String, String) {
        match shape {
            Shape::Fields(found) => {
                let fields = if found == 1 { "field" } else { "fields" };
                let expected = self.names.len();
                let what = format!("the record has {found} {fields}, but the header names {expected}");
                (start, what, "correct the file; a field that holds the delimiter stands in quotes".to_owned())
            }
            Shape::TextAfterQuote(field) => {
                let what = format!("{}: text follows the closing quote", self.column_name(field as usize));
                (start, what, "correct the file; a quote inside a quoted field is written twice".to_owned())
            }
        }
    }

    fn describe_cell(&self, column: &Column, problem: CellProblem, cell: Vec<u8>) -> (String, String) {
        let name = self.column_name(column.position);
        let data_type = column.field.data_type;
        let text = String::from_utf8_lossy(&cell);
        let (what, way_out) = match problem {
            CellProblem::Value(error) => {
                let mut way_out = "correct the file".to_owned();
                if error == ValueError::Malformed {
                    let null = escape(&cut(text.as_bytes(), 20));
                    let _ =
                        write!(way_out, ", declare another type, or say null=\"{null}\" if that stands for no value");
                } else {
                    way_out.push_str(" or declare a type that holds it");
                }
                (error.describe(&text, data_type, &self.spelling.dates), way_out)
            }
            CellProblem::Null => {
                let shown =
                    if text.is_empty() { "the field is empty".to_owned() } else { format!("\"{text}\" is no value") };
                let what = format!("{shown}, but the column may hold no nulls ({data_type})");
                (what, format!("correct the file, or declare the column as `{data_type} null`"))
            }
            CellProblem::NotUtf8(offset) => {
                let byte = cell.get(offset as usize).copied().unwrap_or_default();
                let what = format!("byte {offset} of the field (0x{byte:02x}) is not valid UTF-8");
                (what, "save the file as UTF-8".to_owned())
            }
            CellProblem::Nul(offset) => {
                (format!("byte {offset} of the field is a NUL byte"), "correct the file".to_owned())
            }
        };
        (format!("{name}: {what}"), way_out)
    }

    fn column_name(&self, position: usize) -> String {
        match self.names.get(position) {
            Some(name) => format!("column {} \"{}\"", position + 1, escape(name)),
            None => format!("field {}", position + 1),
        }
    }
}

fn trim_line_end(text: &[u8]) -> &[u8] {
    text.strip_suffix(b"\r").unwrap_or(text)
}

/// A field without its quotes, doubled quotes as one.
pub(crate) fn unquote(field: &[u8]) -> Vec<u8> {
    let inner = field.strip_prefix(b"\"").and_then(|field| field.strip_suffix(b"\""));
    let Some(mut inner) = inner else {
        return field.to_vec();
    };
    let mut text = Vec::with_capacity(inner.len());
    while let Some(at) = memchr(b'"', inner) {
        text.extend_from_slice(&inner[..=at]);
        inner = inner.get(at + 2..).unwrap_or_default();
    }
    text.extend_from_slice(inner);
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quotes_are_taken_off_as_they_were_put_on() {
        assert_eq!(unquote(b"\"a \"\"b\"\"\""), b"a \"b\"");
        assert_eq!(unquote(b"a\"b"), b"a\"b");
        assert_eq!(unquote(b"\"\""), b"");
    }
}
