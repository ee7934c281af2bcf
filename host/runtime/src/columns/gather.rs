//! Rows of the batch in hand: numbers that a guest sent, and the columns gathered from them.

use arrow_array::cast::AsArray;
use arrow_array::{Array, ArrayRef, UInt32Array};
use arrow_schema::DataType;

/// Row numbers as a guest sent them, each below `total`.
pub(crate) fn row_numbers(bytes: &[u8], total: usize) -> Result<Vec<u32>, String> {
    let (numbers, rest) = bytes.as_chunks::<4>();
    if !rest.is_empty() {
        return Err(format!("{} bytes of row numbers, which is no multiple of 4", bytes.len()));
    }
    let numbers: Vec<u32> = numbers.iter().map(|&number| u32::from_le_bytes(number)).collect();
    match numbers.iter().find(|&&row| row as usize >= total) {
        Some(row) => Err(format!("row {row}, where the batch in hand has {total} rows")),
        None => Ok(numbers),
    }
}

/// Bytes that those rows of a column take, before they are gathered: a long text may be asked for any number of times.
pub(super) fn gathered_bytes(array: &dyn Array, rows: &[u32]) -> u64 {
    let validity = array.nulls().map_or(0, |_| rows.len().div_ceil(8));
    let values = match array.data_type() {
        DataType::Boolean => rows.len().div_ceil(8) as u64,
        DataType::Utf8 => text_bytes(array.as_string::<i32>().value_offsets(), rows),
        DataType::Binary => text_bytes(array.as_binary::<i32>().value_offsets(), rows),
        other => (rows.len() * other.primitive_width().unwrap_or(16)) as u64,
    };
    values + validity as u64
}

fn text_bytes(offsets: &[i32], rows: &[u32]) -> u64 {
    let length = |row: usize| (offsets[row + 1] - offsets[row]) as u64;
    let text: u64 = rows.iter().map(|&row| length(row as usize)).sum();
    text + (rows.len() as u64 + 1) * 4
}

/// Bytes of a column as it lies.
pub(super) fn lent_bytes(array: &dyn Array) -> u64 {
    let validity = array.nulls().map_or(0, |_| array.len().div_ceil(8));
    let text = |offsets: &[i32]| (offsets[offsets.len() - 1] - offsets[0]) as usize + offsets.len() * 4;
    let values = match array.data_type() {
        DataType::Boolean => array.len().div_ceil(8),
        DataType::Utf8 => text(array.as_string::<i32>().value_offsets()),
        DataType::Binary => text(array.as_binary::<i32>().value_offsets()),
        other => array.len() * other.primitive_width().unwrap_or(16),
    };
    (values + validity) as u64
}

/// Those rows of a column, in that order.
pub(super) fn gather(array: &dyn Array, rows: &UInt32Array) -> Result<ArrayRef, String> {
    arrow_select::take::take(array, rows, None).map_err(|error| error.to_string())
}
