//! Files in and out as record batches: the sources and sinks of a run, each format in a room of its own.
//!
//! Called by the worker, which wires them to queues, and by the command line, which samples files to find their types.
//! This crate knows nothing of components, queues or the stream language.

mod append;
pub mod arrow;
mod compression;
mod convert;
pub mod csv;
mod fault;
mod file;
mod files;
mod hashing;
mod held;
pub mod json;
mod mark;
mod open;
pub mod parquet;
mod partial;
mod parts;
mod position;
mod record;
mod row_groups;
mod sink;
mod text;
mod typed;
pub mod value;

pub use convert::{ConvertError, convert};
pub use fault::Fault;
pub use file::SinkError;
pub use files::{directory_ending, input_files};
pub use open::{SinkConfig, SourceColumn, SourceConfig, check_cell, create_sink, open_source, resume_sink, sample};
pub use partial::partial_path;
pub use parts::part_partial_paths;
pub use row_groups::{ColumnBounds, RowGroup, RowGroups, Scalar};
