//! Leat's schemas in Arrow's words.

use std::sync::Arc;

use arrow_schema::{DataType as ArrowType, Field as ArrowField, Schema, SchemaRef, TimeUnit};
use leat_stream::schema::{DataType, Field};

/// The Arrow type that holds a column's values. The only mapping there is: every column of that type has this layout.
pub fn arrow_type(data_type: DataType) -> ArrowType {
    match data_type {
        DataType::Boolean => ArrowType::Boolean,
        DataType::Int32 => ArrowType::Int32,
        DataType::Int64 => ArrowType::Int64,
        DataType::Float64 => ArrowType::Float64,
        DataType::Decimal { precision, scale } => ArrowType::Decimal128(precision, scale),
        DataType::Date => ArrowType::Date32,
        DataType::Timestamp => ArrowType::Timestamp(TimeUnit::Microsecond, None),
        DataType::Text => ArrowType::Utf8,
        DataType::Binary => ArrowType::Binary,
    }
}

/// The Arrow schema of a queue.
pub fn arrow_schema(fields: &[Field]) -> SchemaRef {
    let fields: Vec<ArrowField> =
        fields.iter().map(|f| ArrowField::new(&f.name, arrow_type(f.data_type), f.nullable)).collect();
    Arc::new(Schema::new(fields))
}
