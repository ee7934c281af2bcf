//! A policy in a file: what it leaves out has its default.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::id::GroupId;
use crate::policy::{self, PowerPolicy};
use crate::resources::Resources;
use crate::scenario::text::{Size, Span};

#[derive(Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub(super) struct Policy {
    aging_step: Span,
    reserve_after: Span,
    reservations_max: usize,
    attempts_max: u32,
    refuse_after: Span,
    queue_timeout: Span,
    power: Power,
    groups: BTreeMap<String, Group>,
}

#[derive(Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
struct Power {
    idle_timeout: Span,
    minimum_up: Span,
    minimum_off: Span,
    boot_timeout: Span,
    boot_time_expected: Span,
    drain_timeout: Span,
    stop_timeout: Span,
    backoff: Span,
    backoff_max: Span,
    lease_grace: Span,
    starting_max: usize,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Group {
    quota: Option<Quota>,
    #[serde(default = "one")]
    weight: u32,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Quota {
    cpu_millis: u64,
    memory: Size,
}

fn one() -> u32 {
    1
}

impl Default for Policy {
    fn default() -> Policy {
        Policy::from(&policy::Policy::default())
    }
}

impl Default for Power {
    fn default() -> Power {
        Power::from(&PowerPolicy::default())
    }
}

impl From<&policy::Policy> for Policy {
    fn from(policy: &policy::Policy) -> Policy {
        Policy {
            aging_step: Span(policy.aging_step),
            reserve_after: Span(policy.reserve_after),
            reservations_max: policy.reservations_max,
            attempts_max: policy.attempts_max,
            refuse_after: Span(policy.refuse_after),
            queue_timeout: Span(policy.queue_timeout),
            power: Power::from(&policy.power),
            groups: policy.groups.iter().map(|(id, group)| (id.to_string(), Group::from(group))).collect(),
        }
    }
}

impl From<Policy> for policy::Policy {
    fn from(file: Policy) -> policy::Policy {
        policy::Policy {
            aging_step: file.aging_step.0,
            reserve_after: file.reserve_after.0,
            reservations_max: file.reservations_max,
            attempts_max: file.attempts_max,
            refuse_after: file.refuse_after.0,
            queue_timeout: file.queue_timeout.0,
            power: file.power.into(),
            groups: file.groups.into_iter().map(|(id, group)| (GroupId::new(id), group.into())).collect(),
        }
    }
}

impl From<&PowerPolicy> for Power {
    fn from(power: &PowerPolicy) -> Power {
        Power {
            idle_timeout: Span(power.idle_timeout),
            minimum_up: Span(power.minimum_up),
            minimum_off: Span(power.minimum_off),
            boot_timeout: Span(power.boot_timeout),
            boot_time_expected: Span(power.boot_time_expected),
            drain_timeout: Span(power.drain_timeout),
            stop_timeout: Span(power.stop_timeout),
            backoff: Span(power.backoff),
            backoff_max: Span(power.backoff_max),
            lease_grace: Span(power.lease_grace),
            starting_max: power.starting_max,
        }
    }
}

impl From<Power> for PowerPolicy {
    fn from(file: Power) -> PowerPolicy {
        PowerPolicy {
            idle_timeout: file.idle_timeout.0,
            minimum_up: file.minimum_up.0,
            minimum_off: file.minimum_off.0,
            boot_timeout: file.boot_timeout.0,
            boot_time_expected: file.boot_time_expected.0,
            drain_timeout: file.drain_timeout.0,
            stop_timeout: file.stop_timeout.0,
            backoff: file.backoff.0,
            backoff_max: file.backoff_max.0,
            lease_grace: file.lease_grace.0,
            starting_max: file.starting_max,
        }
    }
}

impl From<&policy::GroupPolicy> for Group {
    fn from(group: &policy::GroupPolicy) -> Group {
        let quota = group.quota.map(|quota| Quota { cpu_millis: quota.cpu_millis, memory: Size(quota.memory) });
        Group { quota, weight: group.weight }
    }
}

impl From<Group> for policy::GroupPolicy {
    fn from(file: Group) -> policy::GroupPolicy {
        let quota = file.quota.map(|quota| Resources::new(quota.cpu_millis, quota.memory.0));
        policy::GroupPolicy { quota, weight: file.weight }
    }
}
