//! Arrow IPC files (`.arrow`; Feather version 2 is the same): batches in Arrow's own layout, with their schema.
//!
//! - Types are the file's. Narrower integers and floats become the next type Leat has, which holds all their values;
//!   text and binary may be in any of Arrow's layouts, text also in a dictionary. Timestamps count from 1970 whatever
//!   their zone; nanoseconds that microseconds cannot hold make the record a bad one. A column of another type must not
//!   be read.
//! - A null where there may be none makes the record a bad one; it is named by its row, from 1.
//! - Columns that nobody reads are not decoded. A batch of the file is in memory whole, and is handed on in pieces.
//! - Nothing in the file is believed: sizes are held against the file's before anything is allocated, arrays are
//!   validated, and a panic of the decoder is an error of the file. Bodies may be packed with LZ4 or Zstandard.
//!
//! Called by [`crate::open_source`] and its sisters.

mod encode;
mod file;
mod packed;
mod source;
mod write;

pub(crate) use encode::encoding;
pub use file::sample;
pub use source::ArrowSource;
