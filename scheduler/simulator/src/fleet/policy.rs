//! `[scheduling]` as the midtier's configuration has it, in the planner's words. What is left out is as the planner has it.

use std::collections::BTreeMap;
use std::time::Duration;

use leat_planner::id::GroupId;
use leat_planner::{GroupPolicy, Policy, Resources};
use serde::Deserialize;
use serde::de::IgnoredAny;

use super::FleetError;
use super::file::{Cpus, Size, Span};

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(super) struct Scheduling {
    lease: Option<Span>,
    idle_timeout: Option<Span>,
    minimum_up: Option<Span>,
    minimum_off: Option<Span>,
    boot_timeout: Option<Span>,
    stop_timeout: Option<Span>,
    drain_timeout: Option<Span>,
    backoff: Option<Span>,
    backoff_max: Option<Span>,
    lease_grace: Option<Span>,
    aging_step: Option<Span>,
    queue_timeout: Option<Span>,
    refuse_after: Option<Span>,
    starting_max: Option<usize>,
    groups: BTreeMap<String, Group>,
    /// There is one leader here, and nothing is forgotten.
    #[serde(rename = "leader_patience")]
    _leader_patience: Option<IgnoredAny>,
    #[serde(rename = "keep_ended_runs")]
    _keep_ended_runs: Option<IgnoredAny>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Group {
    #[serde(default = "one")]
    weight: u32,
    cpus: Option<Cpus>,
    memory: Option<Size>,
}

fn one() -> u32 {
    1
}

impl Scheduling {
    pub(super) fn lease(&self) -> Option<Duration> {
        self.lease.map(|span| span.0)
    }

    pub(super) fn policy(&self) -> Result<Policy, FleetError> {
        let mut policy = Policy::default();
        set(&mut policy.aging_step, self.aging_step);
        set(&mut policy.queue_timeout, self.queue_timeout);
        set(&mut policy.refuse_after, self.refuse_after);
        let power = &mut policy.power;
        set(&mut power.idle_timeout, self.idle_timeout);
        set(&mut power.minimum_up, self.minimum_up);
        set(&mut power.minimum_off, self.minimum_off);
        set(&mut power.boot_timeout, self.boot_timeout);
        set(&mut power.stop_timeout, self.stop_timeout);
        set(&mut power.drain_timeout, self.drain_timeout);
        set(&mut power.backoff, self.backoff);
        set(&mut power.backoff_max, self.backoff_max);
        set(&mut power.lease_grace, self.lease_grace);
        power.starting_max = self.starting_max.unwrap_or(power.starting_max);
        for (name, group) in &self.groups {
            let quota = match (group.cpus, group.memory) {
                (Some(cpus), Some(memory)) => Some(Resources::new(cpus.0, memory.0)),
                (None, None) => None,
                _ => {
                    let what = "a quota has both cpus and memory, or neither".to_owned();
                    return Err(FleetError::Key { key: format!("scheduling.groups.{name}"), what });
                }
            };
            policy.groups.insert(GroupId::new(name.as_str()), GroupPolicy { quota, weight: group.weight });
        }
        Ok(policy)
    }
}

fn set(knob: &mut Duration, given: Option<Span>) {
    if let Some(span) = given {
        *knob = span.0;
    }
}
