//! Discovery through a real Consul: the contract of all directories, tokens and policies, a Consul that goes
//! away, and answers that no Consul gives.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

mod acl;
mod agent;
mod away;
mod contract;
mod fuzz;
