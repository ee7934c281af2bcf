//! JSON lines: one object on each line, columns by key (jsonlines.org, RFC 8259), and these decisions where they leave
//! room.
//!
//! - A key that is missing is a null, and so is `null`; a key that no column asks for is passed over. A key that is read
//!   and stands twice in an object makes the record a bad one: which of the two counts differs from tool to tool.
//! - Numbers are read from their text, so that 64-bit integers and decimals are exact. A number may stand in a string, as
//!   in ProtoBuf's JSON; so `"NaN"`, `"Infinity"` and `"-Infinity"` are floats, and are written that way, for JSON has
//!   no other spelling for them and a null would lose them.
//! - Dates and timestamps are strings (ISO 8601, or `dates=`), binary is a string of hexadecimal digits. A text column
//!   takes numbers and booleans as they are spelt.
//! - An object or array in a column that is read makes the record a bad one; elsewhere it is passed over.
//! - Blank lines are skipped, as is a byte order mark. A line is at most 16 MiB, objects nest at most 64 deep.
//!
//! The reader is our own because `serde_json` gives numbers as doubles unless a feature changes it for the whole program;
//! a property test holds it against `serde_json`.
//!
//! Called by [`crate::open_source`] and its sisters.

mod columns;
mod convert;
mod lines;
mod reader;
mod sample;
mod scan;
mod source;
mod write;

pub use sample::{check_cell, sample};
pub use source::JsonSource;
pub(crate) use write::{Objects, encoding};
