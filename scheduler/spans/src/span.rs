//! A span as plain data, and the port that takes those that have ended.

use crate::context::{SpanContext, SpanId};

/// Something that was done, from when to when.
#[derive(Clone, Debug, PartialEq)]
pub struct Span {
    /// Which span of which trace it is.
    pub context: SpanContext,
    /// The span it belongs to; nothing for the first of a trace.
    pub parent: Option<SpanId>,
    /// What was done, with few different names: `schedule`, `POST /api/v1/runs`.
    pub name: String,
    /// Its part in a conversation.
    pub kind: Kind,
    /// When it began, microseconds since 1970-01-01T00:00:00Z.
    pub start_us: i64,
    /// When it ended; never before it began.
    pub end_us: i64,
    /// What else is known of it, by names of OpenTelemetry's semantic conventions or `leat.…`.
    pub attributes: Vec<(&'static str, Value)>,
    /// Why it failed, for a person; nothing where it did not.
    pub error: Option<String>,
}

/// The part of a span in a conversation.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// In none.
    Internal,
    /// It answers a request.
    Server,
    /// It does what somebody has put into a line before.
    Consumer,
}

/// The value of an attribute.
#[derive(Clone, Debug, PartialEq)]
pub enum Value {
    /// A text.
    Text(String),
    /// A count, or another whole number.
    Number(i64),
    /// Seconds, or another measure.
    Measure(f64),
    /// A list of texts.
    Texts(Vec<String>),
}

impl From<&str> for Value {
    fn from(text: &str) -> Self {
        Value::Text(text.to_owned())
    }
}

impl From<String> for Value {
    fn from(text: String) -> Self {
        Value::Text(text)
    }
}

impl From<u64> for Value {
    fn from(number: u64) -> Self {
        Value::Number(i64::try_from(number).unwrap_or(i64::MAX))
    }
}

impl From<f64> for Value {
    fn from(measure: f64) -> Self {
        Value::Measure(measure)
    }
}

impl From<Vec<String>> for Value {
    fn from(texts: Vec<String>) -> Self {
        Value::Texts(texts)
    }
}

/// Takes spans that have ended, to wherever they go.
pub trait Spans: Send + Sync {
    /// Takes one. Called in the middle of work: it neither waits nor fails. What there is no room for is dropped.
    fn take(&self, span: Span);
}
