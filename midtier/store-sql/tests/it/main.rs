//! What the store promises, on SQLite and on a real PostgreSQL: the rules in `suite/` are written once and run on both.

#![allow(clippy::unwrap_used, reason = "a test that panics has failed")]

mod bench;
mod crash;
mod directory;
mod draft;
mod outage;
mod postgres;
mod rotation;
mod same;
mod sqlite;
mod suite;
