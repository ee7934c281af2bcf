//! Values of control tables and of studies' options.

use std::fmt;
use std::str::FromStr;

/// A value.
#[derive(Clone, Debug, PartialEq)]
pub enum Value {
    /// True or false.
    Boolean(bool),
    /// 64-bit signed integer.
    Int64(i64),
    /// IEEE 754 double, finite.
    Float64(f64),
    /// UTF-8 text.
    Text(String),
}

impl fmt::Display for Value {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Value::Boolean(value) => write!(f, "{value}"),
            Value::Int64(value) => write!(f, "{value}"),
            Value::Float64(value) => write!(f, "{value:?}"),
            Value::Text(value) => f.write_str(value),
        }
    }
}

/// The type of a value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ValueType {
    /// True or false.
    Boolean,
    /// 64-bit signed integer.
    Int64,
    /// IEEE 754 double.
    Float64,
    /// UTF-8 text.
    Text,
}

impl ValueType {
    /// From the narrowest to the one that takes any text.
    pub(crate) const ALL: [ValueType; 4] = [ValueType::Boolean, ValueType::Int64, ValueType::Float64, ValueType::Text];

    /// The name, as a stream file writes it.
    pub fn name(self) -> &'static str {
        match self {
            ValueType::Boolean => "boolean",
            ValueType::Int64 => "int64",
            ValueType::Float64 => "float64",
            ValueType::Text => "text",
        }
    }

    /// Reads a value of this type.
    ///
    /// # Errors
    /// Where the text is none: what was expected.
    pub(crate) fn read(self, text: &str) -> Result<Value, String> {
        match self {
            ValueType::Boolean => match text {
                "true" | "TRUE" | "True" => Ok(Value::Boolean(true)),
                "false" | "FALSE" | "False" => Ok(Value::Boolean(false)),
                _ => Err(format!("\"{text}\" is not a boolean: expected true or false")),
            },
            ValueType::Int64 => text
                .parse()
                .map(Value::Int64)
                .map_err(|_| format!("\"{text}\" is not an int64: expected a whole number such as 42")),
            ValueType::Float64 => number(text).map(Value::Float64),
            ValueType::Text => Ok(Value::Text(text.to_owned())),
        }
    }
}

impl FromStr for ValueType {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let found = ValueType::ALL.into_iter().find(|value_type| value_type.name() == text);
        found.ok_or_else(|| format!("\"{text}\" is not a type: expected boolean, int64, float64 or text"))
    }
}

/// A finite number.
///
/// # Errors
/// Why the text is none, with the slip that was probably made in a spreadsheet.
pub(crate) fn number(text: &str) -> Result<f64, String> {
    let plain = text.bytes().all(|byte| byte.is_ascii_digit() || b"+-.eE".contains(&byte));
    match text.parse::<f64>() {
        Ok(value) if plain && value.is_finite() => return Ok(value),
        Ok(_) if plain => return Err(format!("{text} is beyond the range of float64 (about 1.8e308)")),
        _ => {}
    }
    let way_out = match text {
        "" => return Err("a hole: expected a number".to_owned()),
        text if text.ends_with('%') => ": write it as a fraction or without the %",
        text if text.contains(',') => ": write the decimal point as a point, and nothing between thousands",
        _ => ": expected a number such as 0.05 or 2e-3",
    };
    Err(format!("\"{text}\" is not a number{way_out}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn slips_of_a_spreadsheet_are_named() {
        assert!(number("12%").unwrap_err().contains("without the %"));
        assert!(number("1,5").unwrap_err().contains("decimal point"));
        assert!(number("").unwrap_err().starts_with("a hole"));
        assert!(number("#N/A").is_err() && number("nan").is_err() && number("inf").is_err());
        assert!(number("1e999").unwrap_err().contains("beyond"));
        assert_eq!(number("-2.5e-3"), Ok(-0.0025));
    }
}
