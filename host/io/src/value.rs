//! Values as text: what a cell must look like to be of a type, and how a value is written.
//!
//! Called by the CSV source and sink, and by whoever infers types: [`check`] is the rule the source itself parses by, so
//! that inference and parsing cannot disagree. It knows nothing of files, quotes, nulls or Arrow.

use leat_stream::schema::DataType;

pub(crate) mod binary;
pub(crate) mod boolean;
mod calendar;
mod date;
pub(crate) mod decimal;
pub(crate) mod float;
pub(crate) mod integer;
mod span;
pub(crate) mod timestamp;

pub use date::{DateForm, UnknownDateForm};
pub(crate) use span::Span;

/// Why a text is no value of a type.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ValueError {
    /// It is not written like one.
    Malformed,
    /// It is written like one, but the type cannot hold it.
    OutOfRange,
    /// It has more digits after the point than the type keeps, and nothing is rounded silently.
    TooPrecise,
}

impl ValueError {
    /// The whole of what is wrong, for a person: `"abc" is not a float64`.
    pub fn describe(self, text: &str, data_type: DataType, dates: &DateForm) -> String {
        let shown = shorten(text);
        match self {
            ValueError::Malformed => format!("\"{shown}\" is not {}", expected(data_type, dates)),
            ValueError::OutOfRange => format!("\"{shown}\" is out of range for {}", range(data_type)),
            ValueError::TooPrecise => {
                format!("\"{shown}\" has more {}; nothing is rounded silently", digits(data_type))
            }
        }
    }
}

/// Whether a text is a value of a type, by the rules the CSV source parses by. Blanks around a value that is not text
/// do not matter.
pub fn check(text: &str, data_type: DataType, dates: &DateForm) -> Result<(), ValueError> {
    let span = Span::of(text.as_bytes());
    match data_type {
        DataType::Boolean => lenient(span, boolean::parse).map(drop),
        DataType::Int32 => lenient(span, integer::parse_i32).map(drop),
        DataType::Int64 => lenient(span, integer::parse_i64).map(drop),
        DataType::Float64 => lenient(span, float::parse).map(drop),
        DataType::Decimal { precision, scale } => {
            let form = decimal::Form::new(precision, scale);
            lenient(span, |span| form.parse(span)).map(drop)
        }
        DataType::Date => lenient(span, |span| dates.parse(span)).map(drop),
        DataType::Timestamp => lenient(span, timestamp::parse).map(drop),
        DataType::Binary => lenient(span, |span| binary::parse(span, &mut Vec::new())),
        DataType::Text if text.contains('\0') => Err(ValueError::Malformed),
        DataType::Text => Ok(()),
    }
}

/// Parses a value; where that fails, once more without the blanks around it.
#[inline]
pub(crate) fn lenient<'a, T>(
    span: Span<'a>,
    mut parse: impl FnMut(Span<'a>) -> Result<T, ValueError>,
) -> Result<T, ValueError> {
    match parse(span) {
        Err(error) => {
            let trimmed = span.trimmed();
            if trimmed.len() == span.len() { Err(error) } else { parse(trimmed) }
        }
        parsed => parsed,
    }
}

const SHOWN_CHARS_MAX: usize = 80;

fn shorten(text: &str) -> String {
    let mut shown: String = text.chars().take(SHOWN_CHARS_MAX).flat_map(char::escape_debug).collect();
    if text.chars().nth(SHOWN_CHARS_MAX).is_some() {
        shown.push('…');
    }
    shown
}

fn expected(data_type: DataType, dates: &DateForm) -> String {
    match data_type {
        DataType::Boolean => "a boolean (true, false, 1 or 0)".to_owned(),
        DataType::Int32 | DataType::Int64 => format!("an {data_type}"),
        DataType::Date => format!("a date ({dates})"),
        DataType::Timestamp => "a timestamp (ISO 8601, as 2024-01-31T12:00:00Z)".to_owned(),
        DataType::Binary => "binary (an even number of hexadecimal digits)".to_owned(),
        DataType::Text => "text (it holds a NUL byte)".to_owned(),
        DataType::Float64 | DataType::Decimal { .. } => format!("a {data_type}"),
    }
}

fn range(data_type: DataType) -> String {
    match data_type {
        DataType::Int32 => format!("int32 ({} to {})", i32::MIN, i32::MAX),
        DataType::Int64 => format!("int64 ({} to {})", i64::MIN, i64::MAX),
        DataType::Float64 => format!("float64 (at most {:e})", f64::MAX),
        DataType::Date | DataType::Timestamp => format!("{data_type} (years 0000 to 9999)"),
        other => other.to_string(),
    }
}

fn digits(data_type: DataType) -> String {
    match data_type {
        DataType::Decimal { scale, .. } if scale < 0 => {
            format!("digits than {data_type} keeps (it counts in steps of 1e{})", -i16::from(scale))
        }
        DataType::Decimal { scale, .. } => format!("than the {scale} digits after the point that {data_type} keeps"),
        DataType::Timestamp => "than the 6 digits of a second that a timestamp keeps".to_owned(),
        other => format!("digits than {other} keeps"),
    }
}
