//! The one integration test binary of the project: what holds for the whole, in one module per concern.

mod house;
mod sandbox;
