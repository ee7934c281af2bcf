//! The tests of this crate that see it from outside.

mod check;
mod corpus;
mod plan;
