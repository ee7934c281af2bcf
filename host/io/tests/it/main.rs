//! What users of the crate may rely on: files read and written as a run does it.

mod bad_input;
mod parallel;
mod reading;
mod sampling;
mod support;
mod writing;
