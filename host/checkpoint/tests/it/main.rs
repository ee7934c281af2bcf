//! The protocol's tests: its rules one by one, whole runs in simulated worlds, and the store on a disk that loses power.

#![allow(clippy::unwrap_used, reason = "a test may panic")]

mod order;
mod pure;
mod rules;
mod seeds;
mod simulation;
mod store;
