//! Columns as the contract lays them out: checked, and gathered by row numbers.

use super::InHand;
use crate::contract::{Column, DataType, FieldType};
use crate::date::Date;
use crate::field::{BitReader, BitsBuilder};
use crate::timestamp::Timestamp;

/// Bytes of a value; nothing where values are bits or have offsets.
fn width(data_type: DataType) -> Option<usize> {
    match data_type {
        DataType::Int32 | DataType::Date => Some(4),
        DataType::Int64 | DataType::Float64 | DataType::Timestamp => Some(8),
        DataType::Decimal { .. } => Some(16),
        DataType::Boolean | DataType::Text | DataType::Binary => None,
    }
}

/// Whether a column is laid out as its type says and has that many rows.
pub(super) fn check(field_type: FieldType, column: &Column, rows: usize) -> Result<(), String> {
    let FieldType { data_type, nullable } = field_type;
    let length = |what: &str, found: usize, wanted: usize| {
        let wrong = format!("{found} bytes of {what} for {rows} rows of {data_type}, {wanted} expected");
        if found == wanted { Ok(()) } else { Err(wrong) }
    };
    if let Some(validity) = &column.validity {
        length("validity", validity.len(), rows.div_ceil(8))?;
        if !nullable {
            return Err("holds nulls, but is declared without".to_owned());
        }
    }
    match (data_type, width(data_type)) {
        (_, Some(width)) => length("values", column.data.len(), rows * width),
        (DataType::Boolean, None) => length("values", column.data.len(), rows.div_ceil(8)),
        (_, None) => {
            let offsets = column.offsets.as_deref().unwrap_or_default();
            length("offsets", offsets.len(), (rows + 1) * 4)?;
            check_offsets(data_type, column, rows)
        }
    }
}

fn check_offsets(data_type: DataType, column: &Column, rows: usize) -> Result<(), String> {
    let spans: Vec<_> = (0..rows).map(|row| span(column, row)).collect();
    let whole = spans.first().is_none_or(|s| s.start == 0) && spans.last().is_none_or(|s| s.end == column.data.len());
    if !whole || spans.iter().any(|s| s.start > s.end) {
        return Err("its offsets do not rise from 0 to the end of the data".to_owned());
    }
    let is_text = |s: &std::ops::Range<usize>| str::from_utf8(&column.data[s.clone()]).is_ok();
    let sound = data_type == DataType::Binary || spans.iter().all(is_text);
    if sound { Ok(()) } else { Err("holds a text that is not UTF-8".to_owned()) }
}

fn span(column: &Column, row: usize) -> std::ops::Range<usize> {
    let offsets = column.offsets.as_deref().unwrap_or_default().as_chunks::<4>().0;
    u32::from_le_bytes(offsets[row]) as usize..u32::from_le_bytes(offsets[row + 1]) as usize
}

/// The rows of a column by their numbers, in that order.
pub(crate) fn gather(data_type: DataType, column: &Column, rows: &[usize]) -> Column {
    let validity = column.validity.as_deref().map(|bytes| gather_bits(bytes, rows));
    if let Some(width) = width(data_type) {
        let data = rows.iter().flat_map(|row| &column.data[row * width..(row + 1) * width]).copied().collect();
        return Column { data, offsets: None, validity };
    }
    if data_type == DataType::Boolean {
        return Column { data: gather_bits(&column.data, rows), offsets: None, validity };
    }
    let (mut data, mut offsets) = (Vec::new(), vec![0; 4]);
    for row in rows {
        data.extend_from_slice(&column.data[span(column, *row)]);
        offsets.extend_from_slice(&(data.len() as u32).to_le_bytes());
    }
    Column { data, offsets: Some(offsets), validity }
}

/// The bytes of one value; nothing where it is null. NaNs are all one, as the host makes them.
pub(crate) fn cell(data_type: DataType, column: &Column, row: usize) -> Option<Vec<u8>> {
    let bit = |bytes: &[u8]| bytes[row / 8] >> (row % 8) & 1;
    if column.validity.as_deref().is_some_and(|validity| bit(validity) == 0) {
        return None;
    }
    let bytes = match (data_type, width(data_type)) {
        (_, Some(width)) => column.data[row * width..(row + 1) * width].to_vec(),
        (DataType::Boolean, None) => vec![bit(&column.data)],
        (_, None) => column.data[span(column, row)].to_vec(),
    };
    let is_nan = data_type == DataType::Float64 && f64::from_le_bytes(fixed(&bytes)).is_nan();
    Some(if is_nan { f64::NAN.to_le_bytes().to_vec() } else { bytes })
}

/// What [`cell`] answered, as a person reads it.
pub(crate) fn shown(data_type: DataType, cell: Option<&[u8]>) -> String {
    let Some(bytes) = cell else {
        return "null".to_owned();
    };
    match data_type {
        DataType::Boolean => (bytes == [1]).to_string(),
        DataType::Int32 => i32::from_le_bytes(fixed(bytes)).to_string(),
        DataType::Int64 => i64::from_le_bytes(fixed(bytes)).to_string(),
        DataType::Float64 => format!("{:?}", f64::from_le_bytes(fixed(bytes))),
        DataType::Decimal { scale, .. } => format!("{} · 10^{}", i128::from_le_bytes(fixed(bytes)), -i32::from(scale)),
        DataType::Date => Date::from_days(i32::from_le_bytes(fixed(bytes))).to_string(),
        DataType::Timestamp => Timestamp::from_micros(i64::from_le_bytes(fixed(bytes))).to_string(),
        DataType::Text => format!("{:?}", String::from_utf8_lossy(bytes)),
        DataType::Binary => format!("{bytes:?}"),
    }
}

/// The bytes of a value whose type has that width.
fn fixed<const N: usize>(bytes: &[u8]) -> [u8; N] {
    bytes.try_into().unwrap_or([0; N])
}

fn gather_bits(bytes: &[u8], rows: &[usize]) -> Vec<u8> {
    let bits = BitReader::new(bytes, bytes.len() * 8).expect("as many bits as its bytes hold");
    let mut gathered = BitsBuilder::default();
    rows.iter().for_each(|row| gathered.push(bits.get(*row)));
    gathered.take_bytes()
}

/// Reads row numbers of the batch in hand.
pub(super) fn decode_selection(bytes: &[u8], rows: usize, batch: Option<&InHand>) -> Result<Vec<usize>, String> {
    let batch = batch.ok_or("rows are selected while no batch is in hand")?;
    let (numbers, rest) = bytes.as_chunks::<4>();
    if numbers.len() != rows || !rest.is_empty() {
        return Err(format!("{} bytes of row numbers for {rows} rows", bytes.len()));
    }
    let numbers: Vec<usize> = numbers.iter().map(|n| u32::from_le_bytes(*n) as usize).collect();
    match numbers.iter().find(|n| **n >= batch.rows) {
        Some(number) => Err(format!("row {number} is named, but the batch in hand has {} rows", batch.rows)),
        None => Ok(numbers),
    }
}
