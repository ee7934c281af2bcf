//! A scenario as a file has it, and its conversion from and to the planner's own types.

mod host;
mod policy;
mod run;

use serde::{Deserialize, Serialize};

use super::ScenarioError;
use super::text::Moment;
use crate::snapshot::Snapshot;

/// The whole file.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Scenario {
    now: Moment,
    #[serde(default)]
    policy: policy::Policy,
    #[serde(default)]
    hosts: Vec<host::Host>,
    /// Those with `hosts` are placed, the others wait.
    #[serde(default)]
    runs: Vec<run::Run>,
}

impl From<&super::Scenario> for Scenario {
    fn from(scenario: &super::Scenario) -> Scenario {
        let snapshot = &scenario.snapshot;
        let placed = snapshot.placed.iter().map(|placed| run::Run::of(&placed.run, Some(&placed.hosts)));
        Scenario {
            now: Moment(snapshot.now),
            policy: policy::Policy::from(&scenario.policy),
            hosts: snapshot.hosts.iter().map(host::Host::from).collect(),
            runs: snapshot.waiting.iter().map(|run| run::Run::of(run, None)).chain(placed).collect(),
        }
    }
}

impl TryFrom<Scenario> for super::Scenario {
    type Error = ScenarioError;

    fn try_from(file: Scenario) -> Result<super::Scenario, ScenarioError> {
        let mut snapshot = Snapshot { now: file.now.0, ..Snapshot::default() };
        snapshot.hosts = file.hosts.into_iter().map(Into::into).collect();
        for run in file.runs {
            run.add_to(&mut snapshot)?;
        }
        Ok(super::Scenario { snapshot, policy: file.policy.into() })
    }
}
