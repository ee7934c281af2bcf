//! Write Leat nodes in Rust.
//!
//! A node is a function of one record, or a struct with state; the SDK carries records to it in batches and takes its
//! answers back. Compiled for `wasm32-wasip2` a node is a component that `leat run` loads; compiled natively it is plain
//! code that `cargo test` tests through [`testing`]. The guide is docs/writing-nodes.md.
//!
//! ```
//! use leat_sdk::{Params, Record};
//!
//! #[derive(Record)]
//! struct Trade {
//!     notional: f64,
//!     years: f64,
//! }
//!
//! #[derive(Record)]
//! struct Value {
//!     value: f64,
//! }
//!
//! #[derive(Params)]
//! struct DiscountParams {
//!     /// Continuously compounded rate, a year.
//!     #[param(default = 0.03)]
//!     rate: f64,
//! }
//!
//! /// Discounts each trade; the columns `id` and `book` go on unseen.
//! #[leat_sdk::node(pass(id, book))]
//! fn discount(trade: Trade, params: &DiscountParams) -> Value {
//!     Value { value: trade.notional * (-params.rate * trade.years).exp() }
//! }
//! # fn main() {}
//! ```
//!
//! This crate knows nothing of the host but the contract in `wit/node.wit`.

mod batch;
#[cfg(target_family = "wasm")]
#[doc(hidden)]
pub mod component;
pub mod contract;
mod date;
mod decimal;
mod draws;
#[doc(hidden)]
pub mod driver;
mod error;
mod facts;
pub mod field;
pub mod function;
mod host;
mod node;
mod outputs;
mod params;
mod ports;
#[cfg(target_family = "wasm")]
pub mod raw;
mod record;
mod risk;
mod secrets;
pub mod state;
mod telemetry;
#[cfg(not(target_family = "wasm"))]
pub mod testing;
mod timestamp;

pub use batch::{Batch, Records, Values};
pub use contract::{DataType, Value};
pub use date::Date;
pub use decimal::Decimal;
pub use draws::Draws;
pub use error::{Error, Result};
pub use facts::{Fact, Facts};
pub use leat_sdk_derive::{Params, Record, State, node};
pub use node::{Context, Named, Node};
pub use outputs::{Block, Outputs, PortWriter};
pub use params::{Parameter, Parameters, Params};
pub use ports::{Input, Output, Ports};
pub use record::{Record, RecordField};
pub use risk::{ControlTable, Matrix, Model, Objects, ScenarioSet, Simulation, Study, TableRow, named_by};
pub use secrets::{Secret, secret};
/// What the types in a node's [`State`] derive: `#[serde(crate = "leat_sdk::serde")]`.
pub use serde;
pub use state::{State, StateReader, StateWriter};
pub use telemetry::{count, log, progress};
pub use timestamp::Timestamp;

#[cfg(not(target_family = "wasm"))]
#[doc(hidden)]
#[macro_export]
macro_rules! export_node {
    ($node:ty) => {
        // Natively a node is reached by its tests alone; this keeps its code from counting as dead where it has none.
        const _: fn() -> $crate::contract::NodeInfo = $crate::driver::describe::<$node>;
    };
}
