//! Columns across the boundary: lent to the guest as they lie ([`lend`]), and taken from it after a check of every claim
//! ([`fresh`], [`gather`]).
//!
//! Little-endian hosts alone: the layout of the contract is then the layout in memory, both ways.

mod emission;
mod fresh;
mod gather;
mod lend;

pub(crate) use emission::{Emission, Source};
pub(crate) use fresh::Sent;
pub(crate) use gather::row_numbers;
pub(crate) use lend::{Lent, lend};

#[cfg(target_endian = "big")]
compile_error!("columns are lent to guests as they lie in memory, which must be little-endian");
