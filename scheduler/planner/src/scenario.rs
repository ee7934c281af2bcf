//! Snapshots and policies as text: an operator saves one from production and replays it, a test is written by hand.
//!
//! JSON is what is saved, TOML what people write; both have the same fields and both are read. The types of the planner
//! themselves are not serialised: a file has its own, which are converted here.
//!
//! ```
//! let text = r#"
//!     now = "1 h"
//!
//!     [[hosts]]
//!     id = "c1"
//!     region = "eu"
//!     cpu_millis = 16000
//!     memory = "64 GiB"
//!     power = "off"
//!
//!     [[runs]]
//!     id = "nightly"
//!     group = "desk-a"
//!     submitted = "59 min"
//!     parts = [{ name = "all", cpu_millis = 4000, memory = "8 GiB", regions = ["eu"] }]
//! "#;
//! let scenario = leat_planner::scenario::from_toml(text)?;
//! let outcome = leat_planner::plan(&scenario.snapshot, &scenario.policy);
//! assert_eq!(
//!     outcome.to_string(),
//!     "power on c1\nnightly: waits for host c1, which is switched on now and takes about 1 min\n"
//! );
//! # Ok::<(), leat_planner::scenario::ScenarioError>(())
//! ```

mod file;
mod text;

use crate::policy::Policy;
use crate::snapshot::Snapshot;

/// A snapshot with the policy it is to be planned by.
#[derive(Clone, Debug, PartialEq, Eq, Default)]
pub struct Scenario {
    /// Hosts, runs and the time.
    pub snapshot: Snapshot,
    /// The knobs. What a file leaves out has its default.
    pub policy: Policy,
}

/// Why a text is no scenario.
#[derive(Debug, thiserror::Error)]
pub enum ScenarioError {
    /// It is no TOML, or has other fields than a scenario has.
    #[error("not a scenario in TOML")]
    Toml(#[source] toml::de::Error),
    /// It is no JSON, or has other fields than a scenario has.
    #[error("not a scenario in JSON")]
    Json(#[source] serde_json::Error),
    /// A run that is placed does not have one host for each of its parts.
    #[error("run {run} has {parts} parts and is placed on {hosts} hosts: each part has one")]
    HostsOfParts {
        /// Which run.
        run: String,
        /// How many parts it has.
        parts: usize,
        /// How many hosts are named.
        hosts: usize,
    },
}

/// Reads a scenario that a person wrote.
pub fn from_toml(text: &str) -> Result<Scenario, ScenarioError> {
    let file: file::Scenario = toml::from_str(text).map_err(ScenarioError::Toml)?;
    file.try_into()
}

/// Reads a scenario that [`to_json`] wrote.
pub fn from_json(text: &str) -> Result<Scenario, ScenarioError> {
    let file: file::Scenario = serde_json::from_str(text).map_err(ScenarioError::Json)?;
    file.try_into()
}

/// Writes a scenario so that [`from_json`] reads the very same one: what was planned can be planned again.
pub fn to_json(scenario: &Scenario) -> String {
    serde_json::to_string_pretty(&file::Scenario::from(scenario)).expect("the types of the file are plain data")
}
