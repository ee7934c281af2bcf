//! The one integration test binary of the project: what holds for the whole, in one module per concern.

#![allow(clippy::unwrap_used, reason = "a case fails by panicking")]

mod bad_files;
mod bad_streams;
mod facts;
mod formats;
mod groups;
mod house;
mod outputs;
mod parallel;
mod poison;
mod recovery;
mod replay;
mod resuming;
mod risk;
mod runs;
mod sandbox;
mod secrets;
mod server;
mod shares;
mod signals;
mod sql;
mod tags;
mod tools;
mod traces;
mod walls;
mod watch;
