//! The midtier's and the scheduler's state in SQLite or PostgreSQL, over sqlx.
//!
//! Wired by the command line. [`SqlStore::connect`] opens the database and brings its tables up to date; what it answers
//! is the midtier's [`Store`](leat_midtier::store::Store) and the scheduler's [`Ledger`](leat_scheduler::ledger::Ledger).
//! [`SqlBlobs`] keeps contents of files in the same database, for installations without a shared directory.
//!
//! One text of SQL serves both databases, through sqlx's `Any` driver; `DECISIONS.md` says what that asks of the texts.
//! What they differ in stands in `dialect.rs` and nowhere else. Of what a run or host is, `run_row.rs` and
//! `host_row.rs` know what may change, and every change goes through them.

mod accounts;
mod assigned;
mod audit;
mod blobs;
mod checkpoints;
mod columns;
mod commit;
mod config;
mod connect;
mod dialect;
mod ends;
mod error;
mod events;
mod grants;
mod host_row;
mod hosts;
mod json;
mod lead;
mod ledger;
mod logins;
mod logs;
mod migrations;
mod objects;
mod observe;
mod placements;
mod processes;
mod rotation;
mod run_row;
mod runs;
mod statement;
mod store;
mod submit;
mod transaction;
mod upkeep;
mod wishes;

pub use blobs::SqlBlobs;
pub use config::{Config, Database};
pub use connect::SqlStore;
pub use error::ConnectError;
