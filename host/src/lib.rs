//! A compute host: its agent takes runs, fetches their bundles and runs each in a worker.
//!
//! The command line makes an [`Agent`] of a [`Config`] and of [`WorkerProcesses`], and runs it. The agent speaks to a midtier
//! and nobody else: gRPC for the session (`leat-wire`), HTTP for contents. It knows nothing of schedules, users or queues;
//! what it is to hold is in its orders, and what became of it in its reports.

mod agent;
mod cache;
mod config;
mod directory;
mod disk;
mod midtiers;
mod run;
mod secrets;
mod transfer;
mod workers;

pub use agent::{Agent, AgentError, Ended};
pub use config::{Config, Machine, OrphanAction, Token, TransferLimits};
pub use directory::DirectoryError;
pub use midtiers::MidtierList;
pub use workers::{WorkerProcesses, Workers};
