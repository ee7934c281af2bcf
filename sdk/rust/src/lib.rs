//! Write Leat nodes in Rust.

#[cfg(target_family = "wasm")]
pub mod raw;
