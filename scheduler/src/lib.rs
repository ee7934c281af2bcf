//! Where runs happen: observe, plan, commit, dispatch; and which hosts are on.
//!
//! Wired by the command line into every midtier. It decides on what its [`ledger::Ledger`] holds and nothing else, so that any
//! midtier can take over at any moment.

pub mod clock;
pub mod ledger;
pub mod model;
pub mod wake;
