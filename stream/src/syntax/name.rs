//! Words, texts, numbers, and the queues of a port.

use std::fmt;

use crate::source::{Span, Spanned};

/// An identifier as it was written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Name {
    /// As it was written.
    pub text: String,
    /// Where.
    pub span: Span,
}

impl Name {
    /// A name at its place.
    pub fn new(text: impl Into<String>, span: Span) -> Self {
        Name { text: text.into(), span }
    }
}

impl fmt::Display for Name {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

/// A quoted text: its value with escapes resolved; the span covers the quotes.
pub type Text = Spanned<String>;

/// A number as it was written: `-1.5e3`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Number {
    /// As it was written.
    pub text: String,
    /// Where.
    pub span: Span,
}

impl Number {
    /// As a count; nothing where it is negative, has a fraction or is too large.
    pub fn to_u64(&self) -> Option<u64> {
        self.text.parse().ok()
    }
}

/// An input port: one queue, or several that are merged into it (`a b c`).
#[derive(Clone, Debug, PartialEq)]
pub struct InputPort {
    /// The whole.
    pub span: Span,
    /// At least one.
    pub queues: Vec<QueueRef>,
}

/// A queue in a node's parentheses: `trades` or `trades="eod"`.
#[derive(Clone, Debug, PartialEq)]
pub struct QueueRef {
    /// The whole.
    pub span: Span,
    /// The queue.
    pub name: Name,
    /// What stands behind `=`.
    pub argument: Option<QueueArgument>,
}

impl QueueRef {
    /// Whether it is the word `null`, which stands for no queue.
    pub fn is_null(&self) -> bool {
        self.argument.is_none() && self.name.text.eq_ignore_ascii_case("null")
    }
}

/// What stands behind `queue=` in a node's parentheses. VOR's public text does not say what it means.
#[derive(Clone, Debug, PartialEq)]
pub enum QueueArgument {
    /// A word.
    Name(Name),
    /// A quoted text.
    Text(Text),
}
