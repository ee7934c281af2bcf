//! The audit log: who did what, on what, from where, when, and with which outcome, as rows that are chained by hash.
//!
//! Rows are made by both gates and by the sessions of hosts, kept by the store's [`AuditStore`](crate::store::AuditStore), and read through the REST
//! API. The command line uses [`export`] to check a file without any server. What a row is stands in [`row`], what holds
//! them together in [`chain`].

mod actions;
pub mod chain;
pub(crate) mod deed;
pub mod export;
pub(crate) mod journal;
pub mod line;
pub(crate) mod refusals;
pub mod row;
pub(crate) mod sessions;
mod settings;
pub(crate) mod telling;
pub(crate) mod upkeep;

pub use actions::{AUDITED_CALLS, AUDITED_ENDPOINTS, Action, Audited, AuditedLine};
pub use chain::{Check, Fault, Link};
pub use row::{Entry, Outcome, Row, Who};
pub use settings::{AuditConfig, Mode};
