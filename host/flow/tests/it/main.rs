//! Integration tests of the dataflow: processes in memory, whose nodes are closures, and the transport's contract.

#![allow(clippy::unwrap_used, reason = "a test that panics has failed")]

mod contract;
mod facts;
mod in_process;
mod order;
mod parallel;
mod pressure;
mod process;
mod recovery;
mod refusal;
mod signals;
mod stopping;
mod trace;
