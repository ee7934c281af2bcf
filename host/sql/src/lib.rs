//! SQL nodes and `where=`: queries over queues, bound and run by DataFusion.
//!
//! The check asks what a query reads and gives ([`tables`], [`bind`], [`bind_condition`]); the worker runs it on the thread of
//! its node ([`open`], [`open_row_wise`], [`Filter`]). Both plan the same query over the same columns, so they come to the same plan. This crate
//! alone sees DataFusion and an async runtime: a query is driven to its end by one thread, which waits for its queues as any
//! node does. It knows nothing of stream files, files or components.
//!
//! What SQL leaves open is decided here, so that a query gives the same bytes every time: one partition, no function that
//! answers differently each time, a clock that stands at the run's start, and an order of rows (`order.rs`).

mod arithmetic;
mod arrival;
mod bind;
mod condition;
mod joins;
mod order;
mod parse;
mod problem;
mod prune;
mod row_wise;
mod run;
mod session;
mod sum;
mod table;
mod types;

pub use bind::{STACK_BYTES, bind};
pub use condition::{Filter, bind_condition};
pub use parse::tables;
pub use prune::Bounds;
pub use row_wise::open_row_wise;
pub use run::{QuerySettings, open};
