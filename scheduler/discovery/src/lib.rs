//! Where the services of an installation are: midtiers and hosts announce themselves, and whoever looks for them finds those that are well.
//! Beside it go settings that may change while everything runs, and locks by which one of many says that it is the one.
//!
//! [`Discovery`] is the port, which the command line wires; [`Written`] serves it with the list of a configuration, and
//! `leat-discovery-consul` with Consul. What is found here is a hint of where to ask, never a right: whoever is asked says who may.
//!
//! Pure: no I/O, no clock, no thread. How long is waited before something is tried again is decided by [`Backoff`].

mod backoff;
mod error;
mod port;
mod service;
mod written;

pub use backoff::Backoff;
pub use error::DiscoveryError;
pub use port::{Discovery, Lock, Look, Seen};
pub use service::{Health, Service, ServiceKind};
pub use written::Written;
