//! What a node answers when it cannot go on.

use std::fmt;

/// Why a node cannot go on, as a sentence for the person who reads the run's failure: name the thing and the value.
///
/// From `process` it concerns the whole batch in hand and the node's `on_error` decides; to refuse single rows use
/// [`crate::Outputs::reject`]. From `open`, `end_of_input` and `finish` it fails the run.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Error {
    message: String,
}

impl Error {
    /// An error that reads as `message`.
    pub fn new(message: impl Into<String>) -> Self {
        Error { message: message.into() }
    }

    /// The sentence.
    pub fn message(&self) -> &str {
        &self.message
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

impl std::error::Error for Error {}

impl From<String> for Error {
    fn from(message: String) -> Self {
        Error { message }
    }
}

impl From<&str> for Error {
    fn from(message: &str) -> Self {
        Error::new(message)
    }
}

/// What the methods of a node answer.
pub type Result<T, E = Error> = std::result::Result<T, E>;
