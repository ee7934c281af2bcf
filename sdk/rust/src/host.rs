//! The host's side of the contract: the imports of a component, or an in-memory stand-in where a node is tested natively.

#[cfg(target_family = "wasm")]
mod component;
#[cfg(not(target_family = "wasm"))]
pub(crate) mod memory;

#[cfg(target_family = "wasm")]
pub(crate) use component::{count, draw, emit, fact, log, progress, reject, risk, secret, set_fact};
#[cfg(not(target_family = "wasm"))]
pub(crate) use memory::{count, draw, emit, fact, log, progress, reject, risk, secret, set_fact};

use crate::contract::OutColumn;

/// Records on their way to an output port.
#[derive(Debug)]
pub(crate) struct Emission {
    /// Number of the output port.
    pub(crate) port: usize,
    /// How many records.
    pub(crate) rows: usize,
    /// The rows of the batch in hand that passed columns are gathered from, 32 bits each; without it, all of them.
    pub(crate) selection: Option<Vec<u8>>,
    /// A column for each field of the port.
    pub(crate) columns: Vec<OutColumn>,
}
