//! Who asks, and who may see: the service with the API.
//!
//! Wired by the command line (`leat serve`, `leat midtier`). Everything it knows stands in its [`store::Store`] and
//! [`blobs::Blobs`]; any number of midtiers may run on the same ones, and any of them answers. REST is for people and their
//! programs ([`openapi_json`] is its description), gRPC for the agents of hosts and for programs too; both are on one port.

pub mod access;
mod api;
mod app;
pub mod audit;
pub mod blobs;
pub mod broker;
mod config;
mod discovery;
mod door;
mod grpc;
pub mod holdings;
pub mod identity;
pub mod logins;
mod metrics;
mod papers;
mod permissions;
mod problem;
mod rates;
pub mod recheck;
#[expect(unused_qualifications, reason = "utoipa's macros write whole paths")]
mod rest;
mod secrets;
mod service;
mod sessions;
mod spans;
pub mod store;

pub use config::{Broker, Config, Rate, TokenLimits};
pub use discovery::{Announced, DiscoveryState};
pub use permissions::{CALLS, Demand, ENDPOINTS, Endpoint};
pub use rest::openapi_json;
pub use secrets::SecretPolicy;
pub use service::{Deps, Midtier};
