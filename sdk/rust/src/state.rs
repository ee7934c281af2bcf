//! What a node remembers between two batches, as bytes: given for a checkpoint, and taken up again by an instance that
//! has been opened anew.
//!
//! `#[derive(State)]` writes it for a node; `#[leat_sdk::node]` calls it. The bytes are a number for their format, then the fields in
//! their order, each as postcard writes it: small, and the same for the same values.

#[doc(hidden)]
pub mod keeper;

use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::error::{Error, Result};

/// What a node carries from batch to batch. Derive it for the node's struct, and `#[leat_sdk::node]` above its `impl Node`
/// gives and takes up its state:
///
/// ```
/// # use leat_sdk::{Batch, Context, Draws, Input, Node, Output, Outputs, Ports, Record, Result, State};
/// use leat_sdk::serde::{Deserialize, Serialize};
///
/// #[derive(Serialize, Deserialize)]
/// #[serde(crate = "leat_sdk::serde")]
/// struct Tally { days: i64, losses: i64 }
///
/// #[derive(State)]
/// #[state(version = 2)]
/// struct Smooth {
///     /// Remembered: whatever serde can write and read.
///     tally: Tally,
///     last: Option<f64>,
///     /// Made again by `open`, and so not part of the state.
///     #[state(skip)]
///     shocks: Draws,
/// }
/// ```
///
/// Raise the version whenever the fields, or what they mean, become others: a state of another version is refused.
pub trait State {
    /// The number of the format, `#[state(version = 2)]`; 1 if it is not said.
    const VERSION: u32;
    /// Writes each field of the state.
    fn write(&self, state: &mut StateWriter) -> Result<()>;
    /// Takes up each field of a state, which must have no more; on an error the node is as it was.
    fn read(&mut self, state: StateReader<'_>) -> Result<()>;
}

/// What may stand in a state: whatever serde can write, and read without borrowing.
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot stand in a node's state",
    label = "this cannot be written and read",
    note = "derive it: `#[derive(Serialize, Deserialize)] #[serde(crate = \"leat_sdk::serde\")]`, both from `leat_sdk::serde`",
    note = "or leave the field out where `open` makes it and it never changes: `#[state(skip)]`"
)]
pub trait Kept: Serialize + DeserializeOwned {}

impl<T: Serialize + DeserializeOwned> Kept for T {}

/// Writes a state, for a [`crate::Node::snapshot`] by hand.
///
/// ```
/// # use leat_sdk::{Result, StateReader, StateWriter};
/// # fn main() -> Result<()> {
/// let mut state = StateWriter::new(1);
/// state.field("last", &Some(2.5))?;
/// let bytes = state.into_bytes();
///
/// let mut state = StateReader::new(&bytes, 1)?;
/// let last: Option<f64> = state.field("last")?;
/// state.end()?;
/// # assert_eq!(last, Some(2.5));
/// # Ok(())
/// # }
/// ```
#[derive(Debug)]
#[must_use]
pub struct StateWriter {
    bytes: Vec<u8>,
}

impl StateWriter {
    /// An empty state of that format version.
    pub fn new(version: u32) -> Self {
        StateWriter { bytes: version.to_le_bytes().to_vec() }
    }

    /// Adds a field. Its name stands in messages alone.
    pub fn field<T: Kept>(&mut self, name: &str, value: &T) -> Result<()> {
        let bytes = std::mem::take(&mut self.bytes);
        let written = postcard::to_extend(value, bytes);
        self.bytes = written.map_err(|error| Error::new(format!("field `{name}` cannot be written: {error}")))?;
        Ok(())
    }

    /// The whole.
    pub fn into_bytes(self) -> Vec<u8> {
        self.bytes
    }
}

/// Reads a state, for a [`crate::Node::restore`] by hand: the fields in the order in which they were written.
#[derive(Debug)]
pub struct StateReader<'a> {
    rest: &'a [u8],
}

impl<'a> StateReader<'a> {
    /// Begins with the first field of a state, which must be of that format version.
    pub fn new(state: &'a [u8], version: u32) -> Result<Self> {
        let (found, rest) = state.split_first_chunk().ok_or("the state is cut short")?;
        match u32::from_le_bytes(*found) {
            found if found == version => Ok(StateReader { rest }),
            found => Err(Error::new(format!(
                "the state has format version {found}, and this node reads version {version}; \
                 take it up with the node that gave it, or begin anew"
            ))),
        }
    }

    /// The next field. Its name stands in messages alone.
    pub fn field<T: Kept>(&mut self, name: &str) -> Result<T> {
        let read = postcard::take_from_bytes(self.rest);
        let (value, rest) = read.map_err(|error| Error::new(format!("field `{name}` cannot be read: {error}")))?;
        self.rest = rest;
        Ok(value)
    }

    /// Makes sure that nothing is left.
    pub fn end(self) -> Result<()> {
        match self.rest.len() {
            0 => Ok(()),
            left => Err(Error::new(format!("{left} bytes are left of the state; it is another node's"))),
        }
    }
}
