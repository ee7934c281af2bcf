//! A column that a guest made: every claim checked, then copied out of its memory once.
//!
//! Errors are the end of a sentence that begins with the port and the column: what was said and what is true.

use std::sync::Arc;

use arrow_array::types::{Date32Type, Decimal128Type, Int32Type, Int64Type, TimestampMicrosecondType};
use arrow_array::{
    ArrayRef, ArrowPrimitiveType, BinaryArray, BooleanArray, Decimal128Array, Float64Array, PrimitiveArray, StringArray,
};
use arrow_buffer::{BooleanBuffer, Buffer, MutableBuffer, NullBuffer, OffsetBuffer, ScalarBuffer};
use leat_stream::schema::{DataType, Field};

/// A `column` of the contract as it lies in the guest's memory.
#[derive(Clone, Copy)]
pub(crate) struct Sent<'a> {
    pub(crate) data: &'a [u8],
    pub(crate) offsets: Option<&'a [u8]>,
    pub(crate) validity: Option<&'a [u8]>,
}

/// Some rows of what was sent: `count` from `from` on. `from` is a multiple of 8.
#[derive(Clone, Copy)]
pub(super) struct Span {
    pub(super) from: usize,
    pub(super) count: usize,
}

/// Bytes of one value; nothing where values differ in length. Booleans are told apart before.
pub(super) fn width(data_type: DataType) -> Option<usize> {
    match data_type {
        DataType::Boolean | DataType::Text | DataType::Binary => None,
        DataType::Int32 | DataType::Date => Some(4),
        DataType::Int64 | DataType::Float64 | DataType::Timestamp => Some(8),
        DataType::Decimal { .. } => Some(16),
    }
}

impl<'a> Sent<'a> {
    /// Checks the lengths of all parts against the number of rows.
    pub(super) fn check_lengths(&self, data_type: DataType, rows: usize) -> Result<(), String> {
        let bitmap = rows.div_ceil(8);
        let expected = match data_type {
            DataType::Boolean => Some(bitmap),
            other => width(other).map(|width| rows * width),
        };
        if let Some(expected) = expected.filter(|&expected| expected != self.data.len()) {
            let sent = self.data.len();
            return Err(format!("sent {sent} bytes of data, where {rows} rows of {data_type} take {expected}"));
        }
        match (self.offsets, expected) {
            (Some(_), Some(_)) => return Err(format!("sent offsets, which {data_type} does not have")),
            (None, None) => return Err(format!("sent no offsets, which {data_type} must have")),
            (Some(offsets), None) if offsets.len() != (rows + 1) * 4 => {
                return Err(format!(
                    "sent {} bytes of offsets, where {rows} rows take {}",
                    offsets.len(),
                    (rows + 1) * 4
                ));
            }
            _ => {}
        }
        match self.validity {
            Some(validity) if validity.len() != bitmap => {
                Err(format!("sent {} bytes of validity, where {rows} rows take {bitmap}", validity.len()))
            }
            _ => Ok(()),
        }
    }

    /// Bytes of those rows. Offsets are believed only after a check.
    pub(super) fn bytes(&self, data_type: DataType, span: Span) -> Result<usize, String> {
        let values = match data_type {
            DataType::Boolean => span.count.div_ceil(8),
            DataType::Text | DataType::Binary => {
                let (first, last) = self.offsets_of(span)?;
                (span.count + 1) * 4 + (last - first)
            }
            other => span.count * width(other).expect("the other types have a width"),
        };
        Ok(values + self.validity.map_or(0, |_| span.count.div_ceil(8)))
    }

    /// Those rows as an array of the field's type. The lengths have been checked.
    pub(super) fn array(&self, field: &Field, span: Span) -> Result<ArrayRef, String> {
        let nulls = self.nulls(field, span)?;
        Ok(match field.data_type {
            DataType::Boolean => {
                let bits = Buffer::from(self.bitmap(self.data, span));
                Arc::new(BooleanArray::new(BooleanBuffer::new(bits, 0, span.count), nulls))
            }
            DataType::Int32 => self.primitive::<Int32Type>(span, nulls),
            DataType::Date => self.primitive::<Date32Type>(span, nulls),
            DataType::Int64 => self.primitive::<Int64Type>(span, nulls),
            DataType::Timestamp => self.primitive::<TimestampMicrosecondType>(span, nulls),
            DataType::Float64 => self.floats(span, nulls),
            DataType::Decimal { precision, scale } => self.decimals(span, nulls, (precision, scale))?,
            DataType::Text => self.text(span, nulls)?,
            DataType::Binary => {
                let (offsets, data) = self.variable(span)?;
                Arc::new(BinaryArray::new(offsets, data, nulls))
            }
        })
    }

    fn bitmap(&self, bits: &'a [u8], span: Span) -> &'a [u8] {
        &bits[span.from / 8..span.from / 8 + span.count.div_ceil(8)]
    }

    fn nulls(&self, field: &Field, span: Span) -> Result<Option<NullBuffer>, String> {
        let Some(validity) = self.validity else { return Ok(None) };
        let bits = Buffer::from(self.bitmap(validity, span));
        let nulls = NullBuffer::new(BooleanBuffer::new(bits, 0, span.count));
        if nulls.null_count() == 0 {
            return Ok(None);
        }
        if !field.nullable {
            let row = (0..span.count).find(|&row| nulls.is_null(row)).expect("one is null");
            return Err(format!("row {} is null, and the column takes no nulls", span.from + row));
        }
        Ok(Some(nulls))
    }

    fn fixed(&self, span: Span, width: usize) -> &'a [u8] {
        &self.data[span.from * width..(span.from + span.count) * width]
    }

    fn primitive<T: ArrowPrimitiveType>(&self, span: Span, nulls: Option<NullBuffer>) -> ArrayRef {
        let bytes = self.fixed(span, size_of::<T::Native>());
        // The allocation is aligned for every type, wherever the guest's bytes lie.
        let mut copy = MutableBuffer::with_capacity(bytes.len());
        copy.extend_from_slice(bytes);
        let values = ScalarBuffer::new(copy.into(), 0, span.count);
        Arc::new(PrimitiveArray::<T>::new(values, nulls))
    }

    /// Copies with every NaN made the same: which NaN an operation answers differs between machines.
    fn floats(&self, span: Span, nulls: Option<NullBuffer>) -> ArrayRef {
        let (values, _) = self.fixed(span, 8).as_chunks::<8>();
        let values: Vec<f64> = values
            .iter()
            .map(|&bytes| {
                let value = f64::from_le_bytes(bytes);
                if value.is_nan() { f64::NAN } else { value }
            })
            .collect();
        Arc::new(Float64Array::new(values.into(), nulls))
    }

    fn decimals(
        &self,
        span: Span,
        nulls: Option<NullBuffer>,
        (precision, scale): (u8, i8),
    ) -> Result<ArrayRef, String> {
        let beyond = 10i128.pow(u32::from(precision));
        let (values, _) = self.fixed(span, 16).as_chunks::<16>();
        let values: Vec<i128> = values.iter().map(|&bytes| i128::from_le_bytes(bytes)).collect();
        let valid = |row: usize| nulls.as_ref().is_none_or(|nulls| nulls.is_valid(row));
        let bad = |&(row, value): &(usize, &i128)| (*value <= -beyond || *value >= beyond) && valid(row);
        if let Some((row, value)) = values.iter().enumerate().find(bad) {
            return Err(format!(
                "row {} holds {value}, which has more than the {precision} digits of decimal({precision},{scale})",
                span.from + row
            ));
        }
        let array = PrimitiveArray::<Decimal128Type>::new(values.into(), nulls);
        let array: Decimal128Array =
            array.with_precision_and_scale(precision, scale).map_err(|error| error.to_string())?;
        Ok(Arc::new(array))
    }

    fn text(&self, span: Span, nulls: Option<NullBuffer>) -> Result<ArrayRef, String> {
        let (offsets, data) = self.variable(span)?;
        let ends = offsets.clone();
        let bytes = data.clone();
        match StringArray::try_new(offsets, data, nulls) {
            Ok(array) => Ok(Arc::new(array)),
            Err(_) => {
                let value = |row: usize| &bytes[ends[row] as usize..ends[row + 1] as usize];
                let row = (0..span.count).find(|&row| str::from_utf8(value(row)).is_err());
                let row = row.expect("where every row is UTF-8, so is the column");
                Err(format!("row {} is not UTF-8: {:?}", span.from + row, lossy(value(row))))
            }
        }
    }

    /// Offsets from nought, and the bytes they divide.
    fn variable(&self, span: Span) -> Result<(OffsetBuffer<i32>, Buffer), String> {
        let (first, last) = self.offsets_of(span)?;
        let offsets: Vec<i32> = (span.from..=span.from + span.count)
            .map(|row| i32::try_from(self.offset(row) - first).expect("checked against i32::MAX"))
            .collect();
        let data = Buffer::from(&self.data[first..last]);
        Ok((OffsetBuffer::new(offsets.into()), data))
    }

    fn offset(&self, row: usize) -> usize {
        let (offsets, _) = self.offsets.unwrap_or_default().as_chunks::<4>();
        u32::from_le_bytes(offsets[row]) as usize
    }

    /// The first and last offset of those rows, after a check of all of them.
    fn offsets_of(&self, span: Span) -> Result<(usize, usize), String> {
        let first = self.offset(span.from);
        if span.from == 0 && first != 0 {
            return Err(format!("the first offset is {first}, where it must be 0"));
        }
        let mut last = first;
        for row in span.from..span.from + span.count {
            let next = self.offset(row + 1);
            if next < last {
                return Err(format!("offset {} is {next}, below the one before, {last}", row + 1));
            }
            last = next;
        }
        if last > self.data.len() {
            let end = span.from + span.count;
            return Err(format!("offset {end} is {last}, beyond the {} bytes of data", self.data.len()));
        }
        if last - first > i32::MAX as usize {
            return Err(format!(
                "rows {} to {} hold {} bytes, where a batch holds 2 GiB at most",
                span.from,
                span.from + span.count,
                last - first
            ));
        }
        Ok((first, last))
    }
}

/// The beginning of a value for a message.
fn lossy(value: &[u8]) -> String {
    String::from_utf8_lossy(&value[..value.len().min(40)]).into_owned()
}

#[cfg(test)]
mod tests;
