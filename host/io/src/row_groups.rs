//! Parts of a file that need not be read: what a file says of the values in each, and the port that decides by it.
//!
//! Implemented by who knows a condition on the records (`where=`); asked by [`crate::parquet`] before anything is decoded.

use std::fmt::Debug;

/// Decides which row groups of a file are read.
///
/// A row group that is kept is read whole: what is passed over is only what cannot hold a record that is wanted, and the
/// condition itself is still to be applied to every record.
pub trait RowGroups: Debug + Send + Sync {
    /// Whether a row group may hold a record that is wanted. Where in doubt it may.
    fn keep(&self, group: &RowGroup) -> bool;
}

/// What a file says of one of its row groups.
#[derive(Clone, Debug, PartialEq)]
pub struct RowGroup {
    /// How many rows it has.
    pub rows: u64,
    /// Of each column that is read, in the order of [`crate::SourceConfig::columns`].
    pub columns: Vec<ColumnBounds>,
}

/// What a file says of a column in one row group. Nothing of it is more than the file's word, and any of it may be missing.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct ColumnBounds {
    /// No value is less. Long texts may be cut, so that it need not be a value itself.
    pub min: Option<Scalar>,
    /// No value is greater, save that a `float64` may be NaN, which bounds leave out.
    pub max: Option<Scalar>,
    /// How many are null.
    pub nulls: Option<u64>,
}

/// One value, in the type that the column is read as.
#[derive(Clone, Debug, PartialEq)]
pub enum Scalar {
    /// Of a `boolean`.
    Boolean(bool),
    /// Of an `int32`.
    Int32(i32),
    /// Of an `int64`.
    Int64(i64),
    /// Of a `float64`; never NaN.
    Float64(f64),
    /// Of a `decimal`: its digits without the point.
    Decimal(i128),
    /// Of a `date`: days since 1970.
    Date(i32),
    /// Of a `timestamp`: microseconds since 1970.
    Timestamp(i64),
    /// Of a `text`.
    Text(String),
    /// Of a `binary`.
    Binary(Vec<u8>),
}
