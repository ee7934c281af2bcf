//! The transport over RabbitMQ against a real broker: the contract of the port, and what only a broker can do wrong.
//!
//! The broker is the one that `LEAT_TEST_RABBITMQ_URL` and `LEAT_TEST_RABBITMQ_TLS_URL` name, which `cargo xtask services up` starts.

#![allow(clippy::unwrap_used, reason = "a test that panics has failed")]

mod broker;
#[path = "../../../flow/tests/it/contract.rs"]
mod contract;
mod faults;
mod proxy;
mod rig;
mod secured;
mod settings;
mod users;
