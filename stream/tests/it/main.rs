//! The tests of this crate that see it from outside.

#![allow(clippy::unwrap_used, reason = "what a test's helpers cannot do fails the test")]

mod check;
mod corpus;
mod fuzz;
mod language;
mod mistakes;
mod plan;
mod reference;
mod soup;
