//! Parquet files: columns in packed pages, in groups of rows, with their types and with bounds of the values in each.
//!
//! - Types are those of Parquet's own schema, whatever the writing program notes besides; narrower ones become the next
//!   that Leat has, as in Arrow files. Lists, structs and other types that Leat has none for must not be read.
//! - Only the columns that are read are touched, and of those only the row groups that [`crate::RowGroups`] keeps.
//! - Columns are dealt to threads, and each decodes a page at a time: memory depends on pages, not on row groups. Batches
//!   end where row groups end.
//! - A null where there may be none, or nanoseconds that microseconds cannot hold, makes the record a bad one; it is named
//!   by its row in the file, from 1.
//! - Nothing in the file is believed: the footer is looked through before it is decoded, places are held against the
//!   file's size, row groups must have as many rows as they say, and a panic of the decoder is an error of the file.
//!
//! Called by [`crate::open_source`] and its sisters.

mod bounds;
mod encode;
mod file;
mod footer;
mod footer_of_group;
mod groups;
mod lanes;
mod rows_of_group;
mod source;

pub(crate) use encode::encoding;
pub use file::sample;
pub use source::ParquetSource;
