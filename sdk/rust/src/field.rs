//! How the values of a record's fields lie in columns: one implementation of [`Field`] for each type an author may use.
//!
//! Called by the code that `#[derive(Record)]` writes and by [`crate::Batch`]. Reading borrows from the column's bytes
//! and decodes value by value, which compiles to plain loads; nothing is copied and nothing needs alignment.

mod bits;
mod fixed;
mod optional;
mod text;

pub use bits::{BitReader, BitsBuilder};
pub use fixed::FixedBuilder;
pub use optional::{OptionBuilder, OptionReader};
pub use text::{BytesReader, OffsetsBuilder, TextReader};

use crate::contract::{Column, FieldType};
use crate::error::Result;

/// A type that a field of a record may have: `bool`, `i32`, `i64`, `f64`, [`crate::Date`], [`crate::Timestamp`],
/// [`crate::Decimal`], `String` or `&str`, `Vec<u8>` or `&[u8]`, and `Option` of these where the column may hold nulls.
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be a field of a record",
    label = "no column holds this type",
    note = "fields may be bool, i32, i64, f64, Date, Timestamp, Decimal<P, S>, String, &str, Vec<u8>, &[u8], and Option of these for columns with nulls"
)]
pub trait Field {
    /// The type of the column, and whether it may hold nulls.
    const TYPE: FieldType;
    /// What is read: the type itself, borrowing from a batch where it borrows.
    type In<'a>;
    /// A column made ready for reading.
    type Reader<'a>;
    /// A column in the making.
    type Builder: Builder;

    /// Makes a column of `rows` rows ready for reading; fails where its buffers are too short.
    fn reader(column: &Column, rows: usize) -> Result<Self::Reader<'_>>;

    /// The value of one row.
    ///
    /// # Panics
    /// If there is no such row.
    fn get<'a>(reader: &Self::Reader<'a>, row: usize) -> Self::In<'a>;

    /// Appends this value to a column.
    fn append_to(&self, builder: &mut Self::Builder);
}

/// A [`Field`] that holds no nulls itself, so that `Option` of it may.
#[diagnostic::on_unimplemented(
    message = "`Option<{Self}>` cannot be a field of a record",
    label = "no column holds this type"
)]
pub trait Plain: Field {}

/// A column in the making.
pub trait Builder: Default + 'static {
    /// Appends a place that is null.
    fn push_null(&mut self);
    /// Hands the column out and begins the next, with room for as much again.
    fn take(&mut self) -> Column;
}

/// A fresh buffer with the room that the last one turned out to need: batches are alike, so growing happens once.
fn renew(buffer: &mut Vec<u8>) -> Vec<u8> {
    let next = Vec::with_capacity(buffer.len());
    std::mem::replace(buffer, next)
}
