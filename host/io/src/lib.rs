//! Files in and out as record batches: the sources and sinks of a run.
//!
//! Called by the worker, which wires them to queues, and by the command line, which samples files to find their types.
//! This crate knows nothing of components, queues or the stream language.

mod compression;
pub mod csv;
mod partial;
pub mod value;

pub use partial::partial_path;
