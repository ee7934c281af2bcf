//! The dataflow of a run: batches, bounded queues and the loop of each node's thread.
//!
//! Called by the worker: [`dataflow::connect`] makes a plan into nodes joined by queues, and each node's thread calls one
//! of the loops in [`run`]. What a node does comes through the ports in [`step`]; this crate knows neither wasm nor files,
//! beyond the disk that a queue overflows to.

pub mod binding;
pub mod clerk;
mod crew;
pub mod cuts;
pub mod dataflow;
pub mod facts;
mod fanout;
pub mod inputs;
pub mod meter;
pub mod node;
mod query;
pub mod record;
pub mod rejects;
pub mod run;
pub mod schema;
mod signals;
mod sink;
pub mod size;
pub mod step;
pub mod stop;
pub mod trace;
pub mod transport;
pub mod waiting;
