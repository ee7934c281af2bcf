//! CSV files: RFC 4180 with a header line, and these decisions where it is silent.
//!
//! - A record ends at LF or CRLF; a carriage return elsewhere is data. The last line end may be missing. A UTF-8 byte order
//!   mark at the beginning is skipped.
//! - A quote counts only at the beginning of a field; elsewhere without quotes it is data. Inside quotes everything is
//!   data and a quote is written twice. Text after a closing quote makes the record a bad one.
//! - Blank lines are skipped, except in a file of one column, where they are records with an empty field: otherwise a
//!   column that ends in nulls could not be written and read back.
//! - An empty field, and one that is the format's `null` text, is a null. In columns of text and binary quotes protect
//!   from this: `""` is the empty text. In a text column that holds no nulls the empty field is the empty text.
//! - Blanks around a value that is not text do not matter; in text they are data.
//!
//! Called by the worker ([`CsvSource`]) and the command line ([`sample`]).

mod chunks;
mod columns;
mod header;
mod open;
mod parse;
mod problem;
mod sample;
mod scan;
mod source;
mod workers;
mod write;

pub use sample::{check_cell, sample};
pub use source::CsvSource;
pub(crate) use write::encoding;
