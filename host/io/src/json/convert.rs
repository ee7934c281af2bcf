//! From a JSON value to a value of a column.

use std::borrow::Cow;

use leat_stream::schema::DataType;

use super::scan::Value;
use crate::value::{DateForm, Span, ValueError, binary, decimal, float, integer, timestamp};

/// What a cell of a column holds.
#[derive(Debug)]
pub(crate) enum Cell<'a> {
    Null,
    Boolean(bool),
    Int32(i32),
    /// An integer, or microseconds of a timestamp.
    Int64(i64),
    Float64(f64),
    Decimal(i128),
    Date(i32),
    Text(Cow<'a, str>),
    Binary(Vec<u8>),
}

/// Why a value is none of the column's type, for a person.
pub(crate) type Reason = String;

/// Converts a value; `Null` stays what it is.
#[inline]
pub(crate) fn convert<'a>(value: Value<'a>, data_type: DataType, dates: &DateForm) -> Result<Cell<'a>, Reason> {
    let (text, quoted) = match &value {
        Value::Null => return Ok(Cell::Null),
        Value::Boolean(truth) => match data_type {
            DataType::Boolean => return Ok(Cell::Boolean(*truth)),
            DataType::Text => return Ok(Cell::Text(Cow::Borrowed(if *truth { "true" } else { "false" }))),
            _ => return Err(format!("{truth} is a boolean, not {}", a(data_type))),
        },
        Value::Nested(text) => {
            let what = if text.starts_with('{') { "an object" } else { "an array" };
            return Err(format!("it is {what}; a column holds plain values"));
        }
        Value::Number(text) => (*text, false),
        Value::Text(text) => (text.as_ref(), true),
    };
    let span = Span::of(text.as_bytes());
    let cell = match data_type {
        DataType::Boolean => Err(ValueError::Malformed),
        DataType::Int32 => integer::parse_i32(span).map(Cell::Int32),
        DataType::Int64 => integer::parse_i64(span).map(Cell::Int64),
        DataType::Float64 => float::parse(span).map(Cell::Float64),
        DataType::Decimal { precision, scale } => decimal::Form::new(precision, scale).parse(span).map(Cell::Decimal),
        DataType::Date if quoted => dates.parse(span).map(Cell::Date),
        DataType::Timestamp if quoted => timestamp::parse(span).map(Cell::Int64),
        DataType::Binary if quoted => {
            let mut bytes = Vec::new();
            binary::parse(span, &mut bytes).map(|()| Cell::Binary(bytes))
        }
        DataType::Date | DataType::Timestamp | DataType::Binary => {
            return Err(format!("{text} is a number, not {} in quotes", a(data_type)));
        }
        DataType::Text if text.contains('\0') => Err(ValueError::Malformed),
        DataType::Text => {
            return Ok(Cell::Text(match value {
                Value::Text(text) => text,
                Value::Number(text) => Cow::Borrowed(text),
                _ => Cow::Borrowed(""),
            }));
        }
    };
    cell.map_err(|error| match data_type {
        DataType::Boolean => format!("{} is not a boolean (true or false)", if quoted { "a text" } else { "a number" }),
        _ => error.describe(text, data_type, dates),
    })
}

/// A type with its article.
fn a(data_type: DataType) -> String {
    match data_type {
        DataType::Int32 | DataType::Int64 => format!("an {data_type}"),
        _ => format!("a {data_type}"),
    }
}
