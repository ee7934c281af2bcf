//! Discovery through a real Consul: the contract of all directories, tokens and policies, and a Consul that goes away.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

mod acl;
mod agent;
mod away;
mod contract;
