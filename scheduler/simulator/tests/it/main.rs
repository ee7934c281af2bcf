//! The tests of this crate that see it from outside.
#![allow(clippy::unwrap_used, reason = "a test that panics has failed")]

mod golden;
mod mistakes;
mod properties;

use std::collections::BTreeMap;

use leat_simulator::{Fleet, Given, SimulationReport, Trace, simulate};

/// A fleet file without overrides.
fn fleet(text: &str) -> Given {
    Fleet::from_toml(text, &BTreeMap::new()).unwrap()
}

fn played(trace: &str, fleet_file: &str) -> SimulationReport {
    let given = fleet(fleet_file);
    simulate(&Trace::from_csv(trace).unwrap(), &given.fleet, &given.policy)
}
