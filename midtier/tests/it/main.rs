#![expect(clippy::unwrap_used, reason = "a test that cannot go on must stop where it is")]

//! The service as its clients see it: a real one on a port of its own.

mod access;
mod audit;
mod brokers;
mod contents;
mod garbage;
mod gate;
mod grpc_gate;
mod grpc_health;
mod grpc_risk;
mod grpc_runs;
mod grpc_streams;
mod hosts;
mod logins;
mod openapi;
mod parameters;
mod requests;
mod risk;
mod runs;
mod secrets;
mod secure;
mod sessions;
mod spans;
mod streams;
mod support;
mod upkeep;
mod uploads;
