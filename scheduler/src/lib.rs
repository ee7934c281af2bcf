//! Where runs happen: observe, plan, commit, dispatch; and which hosts are on.
//!
//! Wired by the command line into every midtier. It decides on what its [`ledger::Ledger`] holds and nothing else, so that any
//! midtier can take over at any moment. What it decides by is in `leat-planner`; here is what brings the world there and
//! makes its plan true.

pub mod clock;
mod fleet;
mod leader;
pub mod ledger;
mod liveness;
pub mod model;
pub mod power;
mod round;
mod scheduler;
mod spans;
#[cfg(test)]
mod testing;
pub mod wake;

pub use fleet::Adapters;
pub use scheduler::{Config, Deps, Scheduler};
