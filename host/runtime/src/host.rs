//! What the host offers a guest of the contract's own interfaces: `queues`, `telemetry`, `draws`, `facts`, `secrets` and `risk`.
//!
//! One that is part of the contract and not served would be named in `inspect.rs`: a component that imports it
//! loads, says so ([`crate::Component::unserved_imports`]), and is not instantiated.

mod draws;
mod facts;
mod queues;
mod risk;
mod secrets;
mod telemetry;

use wasmtime::component::Linker;

use crate::bindings::{PACKAGE, VERSION};
use crate::state::State;

/// Defines the interfaces that are served.
pub(crate) fn add_to_linker(linker: &mut Linker<State>) -> wasmtime::Result<()> {
    let mut queues = linker.instance(&format!("{PACKAGE}/queues@{VERSION}"))?;
    queues.func_wrap("emit", queues::emit)?;
    queues.func_wrap("reject", queues::reject)?;
    let mut draws = linker.instance(&format!("{PACKAGE}/draws@{VERSION}"))?;
    draws.func_wrap("bits", draws::bits)?;
    let mut facts = linker.instance(&format!("{PACKAGE}/facts@{VERSION}"))?;
    facts.func_wrap("set", facts::set)?;
    facts.func_wrap("get", facts::get)?;
    let mut secrets = linker.instance(&format!("{PACKAGE}/secrets@{VERSION}"))?;
    secrets.func_wrap("get", secrets::get)?;
    risk::add_to_linker(&mut linker.instance(&format!("{PACKAGE}/risk@{VERSION}"))?)?;
    let mut telemetry = linker.instance(&format!("{PACKAGE}/telemetry@{VERSION}"))?;
    telemetry.func_wrap("log", telemetry::log)?;
    telemetry.func_wrap("count", telemetry::count)?;
    telemetry.func_wrap("progress", telemetry::progress)
}
