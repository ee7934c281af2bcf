//! Arrow's types and Leat's: which of the one is which of the other, and columns in Leat's layout.

use std::sync::Arc;

use arrow_array::cast::AsArray;
use arrow_array::types::{
    Float16Type, Float32Type, Float64Type, Int8Type, Int16Type, Int32Type, Int64Type, TimestampMicrosecondType,
    TimestampMillisecondType, TimestampNanosecondType, TimestampSecondType, UInt8Type, UInt16Type, UInt32Type,
};
use arrow_array::{Array, ArrayRef, BinaryArray, Float64Array, Int64Array, StringArray, TimestampMicrosecondArray};
use arrow_schema::{DataType as ArrowType, TimeUnit};
use leat_stream::schema::DataType;

/// The type of Leat's that holds every value of one of Arrow's; nothing where there is none.
pub(crate) fn type_of(arrow: &ArrowType) -> Option<DataType> {
    Some(match arrow {
        ArrowType::Boolean => DataType::Boolean,
        ArrowType::Int8 | ArrowType::Int16 | ArrowType::Int32 | ArrowType::UInt8 | ArrowType::UInt16 => DataType::Int32,
        ArrowType::Int64 | ArrowType::UInt32 => DataType::Int64,
        ArrowType::Float16 | ArrowType::Float32 | ArrowType::Float64 => DataType::Float64,
        ArrowType::Decimal128(precision, scale) => {
            let sound = (1..=38).contains(precision) && i16::from(*scale).abs() <= i16::from(*precision);
            return sound.then_some(DataType::Decimal { precision: *precision, scale: *scale });
        }
        ArrowType::Date32 => DataType::Date,
        ArrowType::Timestamp(..) => DataType::Timestamp,
        ArrowType::Utf8 | ArrowType::LargeUtf8 | ArrowType::Utf8View => DataType::Text,
        ArrowType::Binary | ArrowType::LargeBinary | ArrowType::BinaryView | ArrowType::FixedSizeBinary(_) => {
            DataType::Binary
        }
        ArrowType::Dictionary(_, values) => match **values {
            ArrowType::Utf8 | ArrowType::LargeUtf8 | ArrowType::Utf8View => DataType::Text,
            _ => return None,
        },
        _ => return None,
    })
}

/// A column in Leat's layout of a type that its own widens to, and the first rows whose values that type cannot hold,
/// which stand as null. Nothing where there is no such layout.
pub(crate) fn decode(array: &ArrayRef, wanted: DataType) -> Option<(ArrayRef, Vec<usize>)> {
    let mut bad = Vec::new();
    let decoded: ArrayRef = match array.data_type() {
        ArrowType::Int8 => Arc::new(array.as_primitive::<Int8Type>().unary::<_, Int32Type>(i32::from)),
        ArrowType::Int16 => Arc::new(array.as_primitive::<Int16Type>().unary::<_, Int32Type>(i32::from)),
        ArrowType::UInt8 => Arc::new(array.as_primitive::<UInt8Type>().unary::<_, Int32Type>(i32::from)),
        ArrowType::UInt16 => Arc::new(array.as_primitive::<UInt16Type>().unary::<_, Int32Type>(i32::from)),
        ArrowType::UInt32 => Arc::new(array.as_primitive::<UInt32Type>().unary::<_, Int64Type>(i64::from)),
        ArrowType::Float16 => Arc::new(array.as_primitive::<Float16Type>().unary::<_, Float64Type>(f64::from)),
        ArrowType::Float32 => {
            let values = array.as_primitive::<Float32Type>();
            Arc::new(values.iter().map(|value| value.map(f64::from)).collect::<Float64Array>())
        }
        ArrowType::Timestamp(unit, _) => Arc::new(timestamps(array, *unit, &mut bad)),
        ArrowType::LargeUtf8 => Arc::new(array.as_string::<i64>().iter().collect::<StringArray>()),
        ArrowType::Utf8View => Arc::new(array.as_string_view().iter().collect::<StringArray>()),
        ArrowType::LargeBinary => Arc::new(array.as_binary::<i64>().iter().collect::<BinaryArray>()),
        ArrowType::BinaryView => Arc::new(array.as_binary_view().iter().collect::<BinaryArray>()),
        ArrowType::FixedSizeBinary(_) => Arc::new(array.as_fixed_size_binary().iter().collect::<BinaryArray>()),
        ArrowType::Dictionary(..) => Arc::new(texts_of(array)?),
        _ => Arc::clone(array),
    };
    Some((widened(decoded, wanted)?, bad))
}

fn widened(array: ArrayRef, wanted: DataType) -> Option<ArrayRef> {
    let is = type_of(array.data_type())?;
    if is == wanted {
        return Some(array);
    }
    let values = array.as_primitive_opt::<Int32Type>()?;
    Some(match wanted {
        DataType::Int64 => Arc::new(values.iter().map(|value| value.map(i64::from)).collect::<Int64Array>()),
        DataType::Float64 => Arc::new(values.iter().map(|value| value.map(f64::from)).collect::<Float64Array>()),
        _ => return None,
    })
}

/// Microseconds. Those of another unit that are none are added to `bad`.
fn timestamps(array: &ArrayRef, unit: TimeUnit, bad: &mut Vec<usize>) -> TimestampMicrosecondArray {
    let mut convert = |values: &[i64], convert: fn(i64) -> Option<i64>| {
        let value = |(row, value): (usize, &i64)| {
            if array.is_null(row) {
                return None;
            }
            let converted = convert(*value);
            if converted.is_none() {
                bad.push(row);
            }
            converted
        };
        values.iter().enumerate().map(value).collect()
    };
    match unit {
        TimeUnit::Second => {
            convert(array.as_primitive::<TimestampSecondType>().values(), |value| value.checked_mul(1_000_000))
        }
        TimeUnit::Millisecond => {
            convert(array.as_primitive::<TimestampMillisecondType>().values(), |value| value.checked_mul(1000))
        }
        TimeUnit::Microsecond => {
            array.as_primitive::<TimestampMicrosecondType>().clone().with_timezone_opt(None::<Arc<str>>)
        }
        TimeUnit::Nanosecond => convert(array.as_primitive::<TimestampNanosecondType>().values(), |value| {
            (value % 1000 == 0).then_some(value / 1000)
        }),
    }
}

/// The texts of a dictionary.
fn texts_of(array: &ArrayRef) -> Option<StringArray> {
    let dictionary = array.as_any_dictionary_opt()?;
    let values = dictionary.values();
    let texts: StringArray = match values.data_type() {
        ArrowType::Utf8 => values.as_string::<i32>().clone(),
        ArrowType::LargeUtf8 => values.as_string::<i64>().iter().collect(),
        ArrowType::Utf8View => values.as_string_view().iter().collect(),
        _ => return None,
    };
    if texts.is_empty() {
        return Some(StringArray::new_null(array.len()));
    }
    let keys = dictionary.normalized_keys();
    let text = |(row, key): (usize, usize)| (array.is_valid(row) && texts.is_valid(key)).then(|| texts.value(key));
    Some(keys.into_iter().enumerate().map(text).collect())
}

#[cfg(test)]
mod tests {
    use arrow_array::types::Int8Type as Key;
    use arrow_array::{
        DictionaryArray, Float32Array, Int32Array, LargeStringArray, TimestampNanosecondArray, UInt32Array,
    };

    use super::*;

    fn shown(array: impl Array + 'static, wanted: DataType) -> String {
        let array: ArrayRef = Arc::new(array);
        let (decoded, bad) = decode(&array, wanted).unwrap();
        assert_eq!(type_of(decoded.data_type()), Some(wanted));
        format!("{decoded:?} {bad:?}").split_whitespace().collect::<Vec<&str>>().join(" ")
    }

    #[test]
    fn narrower_types_become_the_next_that_leat_has() {
        assert!(shown(UInt32Array::from(vec![Some(u32::MAX), None]), DataType::Int64).contains("4294967295, null"));
        assert!(shown(Float32Array::from(vec![0.5]), DataType::Float64).contains("0.5"));
        assert!(shown(Int32Array::from(vec![Some(1), None]), DataType::Float64).contains("1.0, null"));
        assert!(shown(LargeStringArray::from(vec![Some("a"), None]), DataType::Text).contains("\"a\", null"));
        let dictionary: DictionaryArray<Key> = [Some("b"), None, Some("b")].into_iter().collect();
        assert!(shown(dictionary, DataType::Text).contains("\"b\", null, \"b\""));
    }

    #[test]
    fn nanoseconds_are_not_rounded() {
        let shown = shown(TimestampNanosecondArray::from(vec![Some(5000), Some(5001), None]), DataType::Timestamp);
        assert!(shown.ends_with("[1]"), "{shown}");
    }
}
