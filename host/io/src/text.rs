//! What the text formats have in common when they are written: a buffer that is handed on in large pieces, packed or not,
//! and columns whose values are taken row by row.
//!
//! Called by [`crate::csv`] and [`crate::json`], which say how a row is spelt.

mod encoder;
mod values;

pub(crate) use encoder::{RowFormat, TextEncoding, WriteRow};
pub(crate) use values::{Column, Values};
