//! Which instance of a node a record goes to, by its key.
//!
//! A pure function of the key's values, the same on every machine and in every version: FNV-1a (64 bits) over the values'
//! bytes, finished with MurmurHash3's `fmix64`, because the low bits of FNV-1a alone know little of the high bits of what
//! went in. The bytes of a value are one byte 1 and then
//!
//! | type | bytes |
//! | --- | --- |
//! | boolean | one, 0 or 1 |
//! | int32, int64, date, timestamp | eight, two's complement, little-endian |
//! | float64 | eight, IEEE 754, little-endian; every zero as +0, every NaN as the canonical one |
//! | decimal | sixteen, two's complement, little-endian, in units of the column's scale |
//! | text, binary | the length as eight bytes, little-endian, then the bytes |
//!
//! and of a null one byte 0.

use arrow_array::cast::AsArray;
use arrow_array::types::{Date32Type, Decimal128Type, Float64Type, Int32Type, Int64Type, TimestampMicrosecondType};
use arrow_array::{Array, ArrayRef, RecordBatch, RecordBatchOptions, UInt32Array};
use arrow_schema::{ArrowError, DataType};

use super::Portion;

/// Where FNV-1a begins, and what it multiplies by.
const FNV_OFFSET: u64 = 0xcbf2_9ce4_8422_2325;
const FNV_PRIME: u64 = 0x0000_0100_0000_01b3;

/// For each row of some columns, which of `partitions` it belongs to.
fn partition_of(columns: &[ArrayRef], rows: usize, partitions: usize) -> Result<Vec<usize>, ArrowError> {
    let mut hashes = vec![FNV_OFFSET; rows];
    for column in columns {
        hash_column(column, &mut hashes)?;
    }
    Ok(hashes.into_iter().map(|hash| (fmix64(hash) % partitions as u64) as usize).collect())
}

/// A batch cut by its keys into the portion of each instance that gets any of it, in the order of the instances; rows keep
/// their order.
pub(super) fn split(whole: &Portion, keys: &[usize], instances: usize) -> Result<Vec<(usize, Portion)>, ArrowError> {
    let batch = &whole.batch;
    let columns: Vec<ArrayRef> = keys.iter().map(|&column| batch.column(column).clone()).collect();
    let mut rows: Vec<Vec<u32>> = vec![Vec::new(); instances];
    for (row, instance) in partition_of(&columns, batch.num_rows(), instances)?.into_iter().enumerate() {
        rows[instance].push(row as u32);
    }
    let portions = rows.into_iter().enumerate().filter(|(_, rows)| !rows.is_empty()).map(|(instance, rows)| {
        let rows = UInt32Array::from(rows);
        let taken = arrow_select::take::take_arrays(batch.columns(), &rows, None)?;
        let options = RecordBatchOptions::new().with_row_count(Some(rows.len()));
        let batch = RecordBatch::try_new_with_options(batch.schema(), taken, &options)?;
        Ok((instance, Portion { batch, rows: Some(rows), ..*whole }))
    });
    portions.collect()
}

fn hash_column(column: &ArrayRef, hashes: &mut [u64]) -> Result<(), ArrowError> {
    match column.data_type() {
        DataType::Boolean => {
            let values = column.as_boolean();
            each(column, hashes, |hash, row| fnv(hash, &[u8::from(values.value(row))]));
        }
        DataType::Int32 => {
            let values = column.as_primitive::<Int32Type>().values();
            each(column, hashes, |hash, row| fnv(hash, &i64::from(values[row]).to_le_bytes()));
        }
        DataType::Date32 => {
            let values = column.as_primitive::<Date32Type>().values();
            each(column, hashes, |hash, row| fnv(hash, &i64::from(values[row]).to_le_bytes()));
        }
        DataType::Int64 => {
            let values = column.as_primitive::<Int64Type>().values();
            each(column, hashes, |hash, row| fnv(hash, &values[row].to_le_bytes()));
        }
        DataType::Timestamp(..) => {
            let values = column.as_primitive::<TimestampMicrosecondType>().values();
            each(column, hashes, |hash, row| fnv(hash, &values[row].to_le_bytes()));
        }
        DataType::Float64 => {
            let values = column.as_primitive::<Float64Type>().values();
            each(column, hashes, |hash, row| fnv(hash, &float_bits(values[row]).to_le_bytes()));
        }
        DataType::Decimal128(..) => {
            let values = column.as_primitive::<Decimal128Type>().values();
            each(column, hashes, |hash, row| fnv(hash, &values[row].to_le_bytes()));
        }
        DataType::Utf8 => {
            let values = column.as_string::<i32>();
            each(column, hashes, |hash, row| fnv_bytes(hash, values.value(row).as_bytes()));
        }
        DataType::Binary => {
            let values = column.as_binary::<i32>();
            each(column, hashes, |hash, row| fnv_bytes(hash, values.value(row)));
        }
        other => return Err(ArrowError::CastError(format!("a key of the type {other}"))),
    }
    Ok(())
}

fn each(column: &ArrayRef, hashes: &mut [u64], value: impl Fn(u64, usize) -> u64) {
    for (row, hash) in hashes.iter_mut().enumerate() {
        *hash = if column.is_null(row) { fnv(*hash, &[0]) } else { value(fnv(*hash, &[1]), row) };
    }
}

fn float_bits(value: f64) -> u64 {
    if value == 0.0 {
        0
    } else if value.is_nan() {
        0x7ff8_0000_0000_0000
    } else {
        value.to_bits()
    }
}

fn fnv_bytes(hash: u64, bytes: &[u8]) -> u64 {
    fnv(fnv(hash, &(bytes.len() as u64).to_le_bytes()), bytes)
}

fn fnv(hash: u64, bytes: &[u8]) -> u64 {
    bytes.iter().fold(hash, |hash, &byte| (hash ^ u64::from(byte)).wrapping_mul(FNV_PRIME))
}

fn fmix64(mut hash: u64) -> u64 {
    hash ^= hash >> 33;
    hash = hash.wrapping_mul(0xff51_afd7_ed55_8ccd);
    hash ^= hash >> 33;
    hash = hash.wrapping_mul(0xc4ce_b9fe_1a85_ec53);
    hash ^ (hash >> 33)
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use arrow_array::{
        BinaryArray, BooleanArray, Date32Array, Decimal128Array, Float64Array, Int32Array, Int64Array, StringArray,
        TimestampMicrosecondArray,
    };

    use super::*;

    fn partitions(column: ArrayRef) -> Vec<usize> {
        let rows = column.len();
        partition_of(&[column], rows, 1 << 32).unwrap()
    }

    #[test]
    fn the_hash_is_the_published_one() {
        // Of the authors' own test vectors.
        assert_eq!(fnv(FNV_OFFSET, b""), 0xcbf2_9ce4_8422_2325);
        assert_eq!(fnv(FNV_OFFSET, b"a"), 0xaf63_dc4c_8601_ec8c);
        assert_eq!(fnv(FNV_OFFSET, b"foobar"), 0x8594_4171_f739_67e8);
        assert_eq!(fmix64(0), 0);
        assert_eq!(fmix64(1), 0xb456_bcfc_34c2_cb2c);
    }

    #[test]
    fn values_of_every_type_stay_where_they_are() {
        let price = Decimal128Array::from(vec![-12345]).with_precision_and_scale(10, 2).unwrap();
        let columns: [(ArrayRef, &[u8]); 9] = [
            (Arc::new(BooleanArray::from(vec![true])), &[1, 1]),
            (Arc::new(Int32Array::from(vec![-2])), &[1, 254, 255, 255, 255, 255, 255, 255, 255]),
            (Arc::new(Int64Array::from(vec![258])), &[1, 2, 1, 0, 0, 0, 0, 0, 0]),
            (Arc::new(Float64Array::from(vec![1.0])), &[1, 0, 0, 0, 0, 0, 0, 0xf0, 0x3f]),
            (Arc::new(price), &[1, 0xc7, 0xcf, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255]),
            (Arc::new(Date32Array::from(vec![1])), &[1, 1, 0, 0, 0, 0, 0, 0, 0]),
            (Arc::new(TimestampMicrosecondArray::from(vec![256])), &[1, 0, 1, 0, 0, 0, 0, 0, 0]),
            (Arc::new(StringArray::from(vec!["né"])), b"\x01\x03\0\0\0\0\0\0\0n\xc3\xa9"),
            (Arc::new(BinaryArray::from(vec![&[7u8, 0][..]])), &[1, 2, 0, 0, 0, 0, 0, 0, 0, 7, 0]),
        ];
        for (column, bytes) in columns {
            let expected = fmix64(fnv(FNV_OFFSET, bytes)) % (1 << 32);
            assert_eq!(partitions(Arc::clone(&column)), [expected as usize], "{:?}", column.data_type());
        }
    }

    #[test]
    fn equal_values_meet_and_nulls_are_a_value_of_their_own() {
        let zeros = partitions(Arc::new(Float64Array::from(vec![0.0, -0.0])));
        assert_eq!(zeros[0], zeros[1]);
        let nans =
            partitions(Arc::new(Float64Array::from(vec![f64::NAN, -f64::NAN, f64::from_bits(0x7ff8_0000_0000_0001)])));
        assert!(nans[0] == nans[1] && nans[1] == nans[2]);
        let narrow = partitions(Arc::new(Int32Array::from(vec![-5])));
        assert_eq!(narrow, partitions(Arc::new(Int64Array::from(vec![-5]))));
        let texts = partitions(Arc::new(StringArray::from(vec![None, Some(""), None])));
        assert_eq!(texts[0], texts[2]);
        assert_ne!(texts[0], texts[1]);
    }

    #[test]
    fn two_columns_are_not_one_text() {
        let column = |texts: [&str; 2]| -> ArrayRef { Arc::new(StringArray::from(texts.to_vec())) };
        let both = partition_of(&[column(["ab", "a"]), column(["c", "bc"])], 2, 1 << 32).unwrap();
        assert_ne!(both[0], both[1]);
    }

    #[test]
    fn small_numbers_and_short_texts_spread_over_sixteen_partitions() {
        let numbers: ArrayRef = Arc::new(Int64Array::from_iter_values((0..1600).map(|n| n * 16)));
        let texts: ArrayRef = Arc::new(StringArray::from_iter_values((0..1600).map(|n| format!("B{n}"))));
        for column in [numbers, texts] {
            let mut counts = [0; 16];
            partition_of(&[column], 1600, 16).unwrap().into_iter().for_each(|partition| counts[partition] += 1);
            assert!(counts.iter().all(|count| (60..=140).contains(count)), "{counts:?}");
        }
    }
}
