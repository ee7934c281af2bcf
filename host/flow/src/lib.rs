//! The dataflow of a run: batches, bounded queues and the loop of each node's thread.
//!
//! Called by the worker. What a node does comes through the ports in [`step`]; this crate knows neither wasm nor files.

pub mod schema;
pub mod step;
