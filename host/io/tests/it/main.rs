//! What users of the crate may rely on: files read and written as a run does it.

#![allow(clippy::unwrap_used, reason = "a test may panic")]

mod arrow;
mod bad_input;
mod files;
mod fuzz;
mod json;
mod parallel;
mod parquet;
mod parts;
mod reading;
mod resumed_sinks;
mod resumed_sources;
mod sampling;
mod support;
mod writing;
