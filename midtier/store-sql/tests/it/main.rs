//! What the store promises, on SQLite and on a real PostgreSQL: the rules in `suite/` are written once and run on both.

mod bench;
mod draft;
mod postgres;
mod sqlite;
mod suite;
