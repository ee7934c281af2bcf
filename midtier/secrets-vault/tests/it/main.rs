//! The adapter against a real server of the store, and against answers that no server gives.

#![allow(clippy::unwrap_used, reason = "a test that panics has failed")]

mod fuzz;
mod openbao;
