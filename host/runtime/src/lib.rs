//! The sandbox: components compiled once, cached, instantiated and called under limits.
//!
//! Called by the worker (to run nodes) and by `check` and `plan` (to ask components what they are). It alone knows
//! wasmtime. It deliberately knows nothing of files of data, queues or threads: a component is a
//! [`leat_flow::step::Step`] that talks to its [`leat_flow::step::Outlet`].
//!
//! [`Engine`] → [`Engine::load`] → [`Component`] → [`Component::instantiate`] → [`ComponentStep`].
//!
//! # Trust
//!
//! A component is hostile code. What it sends is checked before it is believed ([`columns`]), what it uses is limited
//! ([`limiter`]), what it may touch is nothing: the WASI it sees has no files, sockets, environment, real clock or real
//! randomness ([`wasi`]). Whatever it does ends as a [`leat_flow::step::StepError`] that names the node. The one thing
//! that is not bounded in here is time in the fast profile (docs/performance.md says why): the caller runs components in
//! a process that it can end. The interruptible profile bounds time in here too.

mod bindings;
mod cache;
mod columns;
mod component;
mod describe;
mod engine;
mod failure;
mod host;
mod inspect;
mod instance;
mod limiter;
mod load_error;
mod state;
mod wasi;

pub use component::Component;
pub use engine::{Engine, EngineConfig, EngineError, thread_stack_bytes};
pub use instance::{ComponentStep, InstanceConfig, NodeSecret, RunContext};
pub use load_error::LoadError;
