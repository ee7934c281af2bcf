//! The tests of this crate that see it from outside.
#![allow(clippy::unwrap_used, reason = "a test that panics has failed")]

mod properties;
mod rules;
mod scenarios;
mod simulation;
mod worlds;
