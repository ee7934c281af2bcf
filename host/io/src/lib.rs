//! Files in and out as record batches: the sources and sinks of a run, each format in a room of its own.
//!
//! Called by the worker, which wires them to queues, and by the command line, which samples files to find their types.
//! This crate knows nothing of components, queues or the stream language.

pub mod arrow;
mod compression;
pub mod csv;
mod fault;
mod file;
mod files;
pub mod json;
mod open;
mod partial;
mod record;
pub mod value;

pub use fault::Fault;
pub use file::SinkError;
pub use open::{SinkConfig, SourceColumn, SourceConfig, check_cell, create_sink, open_source, sample};
pub use partial::partial_path;
