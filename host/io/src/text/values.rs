//! A column of a batch as values that are written one by one.

use arrow_array::cast::AsArray;
use arrow_array::types::{Date32Type, Decimal128Type, Float64Type, Int32Type, Int64Type, TimestampMicrosecondType};
use arrow_array::{Array, BinaryArray, BooleanArray, RecordBatch, StringArray};
use arrow_buffer::NullBuffer;
use leat_stream::schema::{DataType, Field};

use crate::sink::EncodeError;

/// A column, ready to be written by rows.
pub(crate) struct Column<'a> {
    field: &'a Field,
    nulls: Option<&'a NullBuffer>,
    pub(crate) values: Values<'a>,
}

/// Its values by type.
pub(crate) enum Values<'a> {
    Boolean(&'a BooleanArray),
    Int32(&'a [i32]),
    Int64(&'a [i64]),
    Float64(&'a [f64]),
    Decimal(&'a [i128], i8),
    Date(&'a [i32]),
    Timestamp(&'a [i64]),
    Text(&'a StringArray),
    Binary(&'a BinaryArray),
}

impl<'a> Column<'a> {
    /// The columns of a batch that has these fields, in their order.
    pub(crate) fn all(fields: &'a [Field], batch: &'a RecordBatch) -> Result<Vec<Self>, EncodeError> {
        let column = |(index, field): (usize, &'a Field)| {
            let array = batch.columns().get(index);
            let values = array.and_then(|array| Values::of(field.data_type, array.as_ref()));
            let values = values.ok_or_else(|| EncodeError::Layout(field.name.clone()))?;
            Ok(Column { field, nulls: array.and_then(|array| array.nulls()), values })
        };
        fields.iter().enumerate().map(column).collect()
    }

    /// Whether there is no value in a row.
    #[inline]
    pub(crate) fn is_null(&self, row: usize) -> bool {
        self.nulls.is_some_and(|nulls| nulls.is_null(row))
    }

    /// What to say of a date or time that no file can name.
    #[cold]
    pub(crate) fn unwritable(&self, value: i64) -> String {
        let Field { name, data_type, .. } = self.field;
        format!("column \"{name}\": a {data_type} of {value} is beyond the years 0000 to 9999 that a file can name")
    }
}

impl<'a> Values<'a> {
    fn of(data_type: DataType, array: &'a dyn Array) -> Option<Self> {
        Some(match data_type {
            DataType::Boolean => Values::Boolean(array.as_boolean_opt()?),
            DataType::Int32 => Values::Int32(array.as_primitive_opt::<Int32Type>()?.values()),
            DataType::Int64 => Values::Int64(array.as_primitive_opt::<Int64Type>()?.values()),
            DataType::Float64 => Values::Float64(array.as_primitive_opt::<Float64Type>()?.values()),
            DataType::Decimal { scale, .. } => {
                Values::Decimal(array.as_primitive_opt::<Decimal128Type>()?.values(), scale)
            }
            DataType::Date => Values::Date(array.as_primitive_opt::<Date32Type>()?.values()),
            DataType::Timestamp => Values::Timestamp(array.as_primitive_opt::<TimestampMicrosecondType>()?.values()),
            DataType::Text => Values::Text(array.as_string_opt::<i32>()?),
            DataType::Binary => Values::Binary(array.as_binary_opt::<i32>()?),
        })
    }
}
