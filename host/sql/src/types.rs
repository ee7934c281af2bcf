//! Leat's types and those of a query's result.

use arrow_schema::{DataType as ArrowType, TimeUnit};
use leat_stream::schema::DataType;

/// The type of a result's column as a queue has it: the one of Leat that holds each of its values, or why there is none.
pub(crate) fn result_type(arrow: &ArrowType) -> Result<DataType, String> {
    Ok(match arrow {
        ArrowType::Boolean => DataType::Boolean,
        ArrowType::Int8 | ArrowType::Int16 | ArrowType::Int32 | ArrowType::UInt8 | ArrowType::UInt16 => DataType::Int32,
        // A larger value than an int64 holds fails the run and is named; counts and row numbers never come near.
        ArrowType::Int64 | ArrowType::UInt32 | ArrowType::UInt64 => DataType::Int64,
        ArrowType::Float16 | ArrowType::Float32 | ArrowType::Float64 => DataType::Float64,
        ArrowType::Decimal32(precision, scale)
        | ArrowType::Decimal64(precision, scale)
        | ArrowType::Decimal128(precision, scale) => DataType::Decimal { precision: *precision, scale: *scale },
        ArrowType::Date32 => DataType::Date,
        ArrowType::Date64 => DataType::Timestamp,
        ArrowType::Timestamp(TimeUnit::Second | TimeUnit::Millisecond | TimeUnit::Microsecond, _) => {
            DataType::Timestamp
        }
        // Beyond microseconds nothing is kept.
        ArrowType::Timestamp(TimeUnit::Nanosecond, _) => DataType::Timestamp,
        ArrowType::Utf8 | ArrowType::LargeUtf8 | ArrowType::Utf8View => DataType::Text,
        ArrowType::Binary | ArrowType::LargeBinary | ArrowType::BinaryView | ArrowType::FixedSizeBinary(_) => {
            DataType::Binary
        }
        ArrowType::Dictionary(_, values) => return result_type(values),
        ArrowType::Null => return Err("is always null and so has no type: write `cast(null as double)`".to_owned()),
        ArrowType::Decimal256(..) => {
            return Err("has more than 38 digits: write `cast(… as decimal(38, s))`".to_owned());
        }
        other => return Err(format!("is {other}, which a queue cannot carry: cast it to another type")),
    })
}
