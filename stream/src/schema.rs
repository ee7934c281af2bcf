//! Types of columns and the fields of a queue, in Leat's own words.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

/// The type of a column. Written as in a `queue` declaration: `int64`, `decimal(18,4)`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub enum DataType {
    /// True or false.
    Boolean,
    /// 32-bit signed integer.
    Int32,
    /// 64-bit signed integer.
    Int64,
    /// IEEE 754 double.
    Float64,
    /// Exact decimal of up to 38 digits.
    Decimal {
        /// Number of digits in all, 1 to 38.
        precision: u8,
        /// Number of digits after the point, at most `precision`; negative for trailing zeros before it.
        scale: i8,
    },
    /// A day, counted from 1970-01-01.
    Date,
    /// A moment in microseconds since 1970-01-01T00:00:00Z.
    Timestamp,
    /// UTF-8 text.
    Text,
    /// Bytes.
    Binary,
}

impl DataType {
    /// The names a `queue` declaration may use, for hints.
    pub const NAMES: [&'static str; 9] =
        ["boolean", "int32", "int64", "float64", "decimal", "date", "timestamp", "text", "binary"];

    /// Whether every value of `self` is a value of `wider`: what the host converts silently where a node asks for the
    /// wider type. (`int64` to `float64` is not: beyond 2^53 it rounds.)
    pub fn widens_to(self, wider: DataType) -> bool {
        self == wider || matches!((self, wider), (DataType::Int32, DataType::Int64 | DataType::Float64))
    }
}

impl fmt::Display for DataType {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            DataType::Boolean => f.write_str("boolean"),
            DataType::Int32 => f.write_str("int32"),
            DataType::Int64 => f.write_str("int64"),
            DataType::Float64 => f.write_str("float64"),
            DataType::Decimal { precision, scale } => write!(f, "decimal({precision},{scale})"),
            DataType::Date => f.write_str("date"),
            DataType::Timestamp => f.write_str("timestamp"),
            DataType::Text => f.write_str("text"),
            DataType::Binary => f.write_str("binary"),
        }
    }
}

/// A text that names no type.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error(
    "`{0}` is not a type; the types are boolean, int32, int64, float64, decimal(p,s), date, timestamp, text, binary"
)]
pub struct UnknownType(pub String);

impl FromStr for DataType {
    type Err = UnknownType;

    fn from_str(text: &str) -> Result<Self, UnknownType> {
        let lower = text.trim().to_ascii_lowercase();
        Ok(match lower.as_str() {
            "boolean" | "bool" => DataType::Boolean,
            "int32" => DataType::Int32,
            "int64" => DataType::Int64,
            "float64" => DataType::Float64,
            "date" => DataType::Date,
            "timestamp" => DataType::Timestamp,
            "text" => DataType::Text,
            "binary" => DataType::Binary,
            other => parse_decimal(other).ok_or_else(|| UnknownType(text.to_owned()))?,
        })
    }
}

fn parse_decimal(text: &str) -> Option<DataType> {
    let inside = text.strip_prefix("decimal")?.trim().strip_prefix('(')?.strip_suffix(')')?;
    let (precision, scale) = inside.split_once(',').unwrap_or((inside, "0"));
    let precision: u8 = precision.trim().parse().ok()?;
    let scale: i8 = scale.trim().parse().ok()?;
    let sound = (1..=38).contains(&precision) && i16::from(scale).abs() <= i16::from(precision);
    sound.then_some(DataType::Decimal { precision, scale })
}

impl TryFrom<String> for DataType {
    type Error = UnknownType;

    fn try_from(text: String) -> Result<Self, UnknownType> {
        text.parse()
    }
}

impl From<DataType> for String {
    fn from(data_type: DataType) -> String {
        data_type.to_string()
    }
}

/// One column of a queue.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Field {
    /// The column's name, as the file's header or the declaration spells it.
    pub name: String,
    /// Its type.
    pub data_type: DataType,
    /// Whether it may hold nulls.
    pub nullable: bool,
}

impl Field {
    /// A field of the given name and type.
    pub fn new(name: impl Into<String>, data_type: DataType, nullable: bool) -> Self {
        Field { name: name.into(), data_type, nullable }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_type_reads_back_what_it_prints() {
        for name in DataType::NAMES {
            let text = if name == "decimal" { "decimal(18,4)" } else { name };
            let parsed: DataType = text.parse().unwrap();
            assert_eq!(parsed.to_string(), text);
        }
    }

    #[test]
    fn a_decimal_beyond_its_bounds_is_no_type() {
        for text in ["decimal(0,0)", "decimal(39,2)", "decimal(5,6)", "decimal(", "decimal", "double"] {
            assert!(text.parse::<DataType>().is_err(), "{text}");
        }
    }
}
