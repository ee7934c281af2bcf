//! The rules of the dataflow, over nodes that are closures.

#![allow(clippy::unwrap_used, reason = "clippy takes the shared parts of a test for product code")]

mod facts;
mod order;
mod parallel;
mod pressure;
mod process;
mod refusal;
mod signals;
mod stopping;
mod trace;
