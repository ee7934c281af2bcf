//! From fields of a chunk to Arrow columns.
//!
//! A column is converted from its first row to its last before the next one: one type's code runs over the whole batch,
//! which the processor predicts far better than a row of seven types.

use std::sync::Arc;

use arrow_array::{
    ArrayRef, BinaryArray, BooleanArray, Date32Array, Decimal128Array, Float64Array, Int32Array, Int64Array,
    StringArray, TimestampMicrosecondArray,
};
use arrow_buffer::{NullBuffer, NullBufferBuilder, OffsetBuffer, ScalarBuffer};
use arrow_schema::ArrowError;
use leat_stream::schema::{DataType, Field};
use memchr::memchr;

use super::scan::Records;
use crate::value::{DateForm, Span, ValueError, binary, boolean, decimal, float, integer, lenient, timestamp};

/// A column that is read.
#[derive(Clone, Debug)]
pub(crate) struct Column {
    /// Where it stands in the file, from 0.
    pub(crate) position: usize,
    pub(crate) field: Field,
}

/// How texts of a file are to be understood.
#[derive(Clone, Debug)]
pub(crate) struct Spelling {
    /// Stands for null beside the empty field.
    pub(crate) null: Option<String>,
    pub(crate) dates: DateForm,
}

/// A field that is no value of its column.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct BadCell {
    pub(crate) row: u32,
    pub(crate) problem: CellProblem,
}

/// What is wrong with a field.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum CellProblem {
    /// It is no value of the type.
    Value(ValueError),
    /// There is no value where there must be one.
    Null,
    /// It is not UTF-8 from this byte of it on.
    NotUtf8(u32),
    /// It holds a NUL byte at this place.
    Nul(u32),
}

/// One column's fields in a batch.
pub(crate) struct Cells<'a> {
    /// The chunk.
    pub(crate) bytes: &'a [u8],
    /// Whether there is any quote in the chunk.
    pub(crate) quoted: bool,
    /// Whether the chunk is UTF-8 without NUL bytes.
    pub(crate) clean: bool,
    pub(crate) records: &'a Records,
    pub(crate) column: &'a Column,
    pub(crate) spelling: &'a Spelling,
}

/// A field without its quotes.
#[derive(Clone, Copy)]
struct Cell<'a> {
    span: Span<'a>,
    quoted: bool,
}

impl<'a> Cells<'a> {
    /// Converts the column; fields that are no values are added to `bad`, in the order of rows, and stand as null or
    /// zero in the column.
    pub(crate) fn convert(&self, bad: &mut Vec<BadCell>) -> Result<ArrayRef, ArrowError> {
        Ok(match self.column.field.data_type {
            DataType::Boolean => {
                let (values, nulls) = self.fixed(bad, boolean::parse);
                Arc::new(BooleanArray::new(values.into(), nulls))
            }
            DataType::Int32 => {
                let (values, nulls) = self.fixed(bad, integer::parse_i32);
                Arc::new(Int32Array::try_new(values.into(), nulls)?)
            }
            DataType::Int64 => {
                let (values, nulls) = self.fixed(bad, integer::parse_i64);
                Arc::new(Int64Array::try_new(values.into(), nulls)?)
            }
            DataType::Float64 => {
                let (values, nulls) = self.fixed(bad, float::parse);
                Arc::new(Float64Array::try_new(values.into(), nulls)?)
            }
            DataType::Decimal { precision, scale } => {
                let form = decimal::Form::new(precision, scale);
                let (values, nulls) = self.fixed(bad, |span| form.parse(span));
                let array = Decimal128Array::try_new(values.into(), nulls)?;
                Arc::new(array.with_precision_and_scale(precision, scale)?)
            }
            DataType::Date => {
                let dates = &self.spelling.dates;
                let (values, nulls) = self.fixed(bad, |span| dates.parse(span));
                Arc::new(Date32Array::try_new(values.into(), nulls)?)
            }
            DataType::Timestamp => {
                let (values, nulls) = self.fixed(bad, timestamp::parse);
                Arc::new(TimestampMicrosecondArray::try_new(values.into(), nulls)?)
            }
            DataType::Text => {
                let (offsets, values, nulls) = self.varying(bad, |cell, out| self.append_text(cell, out));
                Arc::new(StringArray::try_new(offsets, values.into(), nulls)?)
            }
            DataType::Binary => {
                let (offsets, values, nulls) = self.varying(bad, |cell, out| {
                    lenient(cell.span, |span| {
                        let before = out.len();
                        binary::parse(span, out).inspect_err(|_| out.truncate(before))
                    })
                    .map_err(CellProblem::Value)
                });
                Arc::new(BinaryArray::try_new(offsets, values.into(), nulls)?)
            }
        })
    }

    #[inline]
    fn cell(&self, row: usize) -> Cell<'a> {
        let (start, end) = self.records.field(row, self.column.position);
        if self.quoted && self.bytes.get(start) == Some(&b'"') && start < end {
            return Cell { span: Span::new(self.bytes, start + 1, end - 1), quoted: true };
        }
        Cell { span: Span::new(self.bytes, start, end), quoted: false }
    }

    /// Columns whose values all have one size. Quotes mean nothing here: no text is both a number and a null.
    fn fixed<T: Default>(
        &self,
        bad: &mut Vec<BadCell>,
        parse: impl Fn(Span<'a>) -> Result<T, ValueError>,
    ) -> (Vec<T>, Option<NullBuffer>) {
        let rows = self.records.len();
        let spelt_null = self.spelling.null.as_deref().map(str::as_bytes);
        let mut values = Vec::with_capacity(rows);
        let mut nulls = NullBufferBuilder::new(rows);
        for row in 0..rows {
            let span = self.cell(row).span;
            let null = spelt_null.is_some_and(|null| null == span.bytes());
            if !null && let Ok(value) = parse(span) {
                values.push(value);
                nulls.append_non_null();
                continue;
            }
            match self.unusual(span, null, &parse) {
                Ok(Some(value)) => {
                    values.push(value);
                    nulls.append_non_null();
                }
                other => {
                    values.push(T::default());
                    nulls.append_null();
                    bad.extend(other.err().map(|problem| BadCell { row: row as u32, problem }));
                }
            }
        }
        (values, nulls.finish())
    }

    /// A null, a value with blanks around it, or none.
    #[cold]
    fn unusual<T>(
        &self,
        span: Span<'a>,
        null: bool,
        parse: impl Fn(Span<'a>) -> Result<T, ValueError>,
    ) -> Result<Option<T>, CellProblem> {
        if null || span.len() == 0 {
            return if self.column.field.nullable { Ok(None) } else { Err(CellProblem::Null) };
        }
        lenient(span, parse).map(Some).map_err(CellProblem::Value)
    }

    /// Columns whose values have a size each: text and binary, where quotes tell a value from a null.
    fn varying(
        &self,
        bad: &mut Vec<BadCell>,
        append: impl Fn(Cell<'a>, &mut Vec<u8>) -> Result<(), CellProblem>,
    ) -> (OffsetBuffer<i32>, Vec<u8>, Option<NullBuffer>) {
        let rows = self.records.len();
        let nullable = self.column.field.nullable;
        let empty_is_value = !nullable && self.column.field.data_type == DataType::Text;
        let spelt_null = self.spelling.null.as_deref().map(str::as_bytes);
        let mut values = Vec::new();
        let mut offsets = Vec::with_capacity(rows + 1);
        let mut nulls = NullBufferBuilder::new(rows);
        offsets.push(0);
        for row in 0..rows {
            let cell = self.cell(row);
            let null = !cell.quoted
                && ((cell.span.len() == 0 && !empty_is_value)
                    || spelt_null.is_some_and(|null| null == cell.span.bytes()));
            let outcome = match null {
                true if nullable => Ok(()),
                true => Err(CellProblem::Null),
                false => append(cell, &mut values),
            };
            nulls.append(!null && outcome.is_ok());
            bad.extend(outcome.err().map(|problem| BadCell { row: row as u32, problem }));
            // A chunk is at most 16 MiB, and no value is longer than its text.
            offsets.push(values.len() as i32);
        }
        (OffsetBuffer::new(ScalarBuffer::from(offsets)), values, nulls.finish())
    }

    #[inline]
    fn append_text(&self, cell: Cell<'a>, out: &mut Vec<u8>) -> Result<(), CellProblem> {
        let bytes = cell.span.bytes();
        if !self.clean {
            check_text(bytes)?;
        }
        if cell.quoted && memchr(b'"', bytes).is_some() {
            append_unescaped(bytes, out);
        } else {
            out.extend_from_slice(bytes);
        }
        Ok(())
    }
}

/// Whether `bytes` can be text: UTF-8 without NUL bytes, which no text file has and most tools cut a text at.
pub(crate) fn check_text(bytes: &[u8]) -> Result<(), CellProblem> {
    if let Err(error) = str::from_utf8(bytes) {
        return Err(CellProblem::NotUtf8(error.valid_up_to() as u32));
    }
    memchr(0, bytes).map_or(Ok(()), |at| Err(CellProblem::Nul(at as u32)))
}

/// The text between quotes, each doubled quote as one.
fn append_unescaped(mut bytes: &[u8], out: &mut Vec<u8>) {
    while let Some(at) = memchr(b'"', bytes) {
        out.extend_from_slice(&bytes[..=at]);
        bytes = bytes.get(at + 2..).unwrap_or_default();
    }
    out.extend_from_slice(bytes);
}
