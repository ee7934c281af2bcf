//! The one integration test binary of the project: what holds for the whole, in one module per concern.

mod bad_files;
mod bad_streams;
mod house;
mod outputs;
mod runs;
mod sandbox;
