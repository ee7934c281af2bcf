#![allow(clippy::unwrap_used, reason = "a case fails by panicking")]

//! Providers, asked over HTTP: one that can misbehave in every way, one whose answers are broken by the
//! thousand, one behind TLS, and OpenBao.

mod attacks;
mod device;
mod fake;
mod flow;
mod fuzz;
mod github;
mod openbao;
mod slow;
mod token;
mod trust;
