//! Integration tests of the dataflow: the transport's contract on edges in memory.

#![allow(clippy::unwrap_used, reason = "a test that panics has failed")]

mod contract;
mod in_process;
