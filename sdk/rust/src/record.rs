//! Typed records over the columns of a batch.
//!
//! Implemented by `#[derive(Record)]`; used by [`crate::Batch`], [`crate::Outputs`] and the test harness.

use crate::contract::{Column, FieldType};
use crate::error::Result;

/// A row of a queue as a struct, one field for each column that matters.
///
/// Derive it. Fields bind to columns by name, in any order; a queue may have more columns. A struct may borrow its text
/// from the batch (`struct Trade<'a> { book: &'a str }`), which saves a copy for each row.
///
/// ```
/// # use leat_sdk::{Date, Record};
/// #[derive(Record)]
/// struct Quote<'a> {
///     symbol: &'a str,
///     #[record(rename = "Adj Close")]
///     close: f64,
///     dividend: Option<f64>,
///     day: Date,
/// }
/// ```
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a record",
    note = "write `#[derive(leat_sdk::Record)]` above the struct"
)]
pub trait Record {
    /// The columns, in the order of the struct's fields.
    const FIELDS: &'static [RecordField];
    /// The record as it is read from a batch that lives for `'a`.
    type In<'a>;
    /// The columns of one batch, ready for reading.
    type Columns<'a>;
    /// The columns of a batch in the making.
    type Builder: 'static;

    /// Makes columns, in the order of [`Record::FIELDS`], ready for reading.
    fn bind<'a>(columns: &[&'a Column], rows: usize) -> Result<Self::Columns<'a>>;
    /// Reads one row.
    ///
    /// # Panics
    /// If there is no such row.
    fn get<'a>(columns: &Self::Columns<'a>, row: usize) -> Self::In<'a>;
    /// Columns without rows.
    fn builder() -> Self::Builder;
    /// Appends this record.
    fn append_to(&self, builder: &mut Self::Builder);
    /// Hands the columns out, in the order of [`Record::FIELDS`], and begins the next.
    fn take(builder: &mut Self::Builder) -> Vec<Column>;
}

/// A column of a record.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RecordField {
    /// Its name in the queue.
    pub name: &'static str,
    /// Its type, and whether it may hold nulls.
    pub field_type: FieldType,
}
