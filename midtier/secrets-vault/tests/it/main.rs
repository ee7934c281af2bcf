//! The adapter against a real server of the store.

#![allow(clippy::unwrap_used, reason = "a test that panics has failed")]

mod openbao;
