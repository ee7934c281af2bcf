//! The agent over real HTTP, gRPC, processes and files; the midtier and the worker alone are pretended.

#![allow(clippy::unwrap_used, reason = "clippy takes the shared parts of a test for product code")]

mod bundles;
mod fencing;
mod garbage;
mod hosts;
mod life;
mod midtier;
mod runs;
#[path = "../../worker/src/testing.rs"]
mod testing;
mod transfers;
mod world;
