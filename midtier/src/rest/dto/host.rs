//! Hosts, as the API shows them and what is wanted of them.

use std::collections::BTreeMap;

use leat_scheduler::model::{HostRecord, PowerRequest};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::{Room, RunShort, time};

/// A host of the installation.
#[derive(Debug, Serialize, ToSchema)]
pub(in crate::rest) struct Host {
    id: String,
    /// `off`, `starting`, `ready`, `draining`, `stopping` or `failed`.
    state: &'static str,
    /// Since when it is in its state.
    since: String,
    /// Why it is in its state.
    why: String,
    region: Option<String>,
    labels: BTreeMap<String, String>,
    /// Its processor, as Rust calls it.
    architecture: String,
    /// What runs may have of it together.
    capacity: Room,
    /// What switches it; nothing for a host that is taken as it comes.
    power: Option<String>,
    cost_per_hour: f64,
    /// How often in a row it did not come up.
    failures: u32,
    /// Since when it has had no run.
    idle_since: Option<String>,
    /// When it last became ready.
    up_since: Option<String>,
    /// How long it took to come up, when it last did.
    boot_seconds: Option<f64>,
    /// Not switched off before then.
    keep_on_until: Option<String>,
    /// Someone wants it to take no new runs.
    drain_requested: bool,
    /// Someone wants it `on` or `off`.
    power_requested: Option<Power>,
}

/// Every host, in the order of their names.
#[derive(Debug, Serialize, ToSchema)]
pub(in crate::rest) struct Hosts {
    pub(in crate::rest) items: Vec<Host>,
}

/// A host and the runs on it.
#[derive(Debug, Serialize, ToSchema)]
pub(in crate::rest) struct HostWithRuns {
    #[serde(flatten)]
    pub(in crate::rest) host: Host,
    /// Those that the caller may see.
    pub(in crate::rest) runs: Vec<RunShort>,
}

/// Whether a host is to take no new runs.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(in crate::rest) struct Drain {
    pub(in crate::rest) drain: bool,
}

/// Whether a host is to be on.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(in crate::rest) struct PowerWish {
    pub(in crate::rest) power: Power,
}

/// On or off.
#[derive(Clone, Copy, Debug, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "lowercase")]
pub(in crate::rest) enum Power {
    On,
    Off,
}

/// How long a host is not to be switched off.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(in crate::rest) struct KeepOn {
    /// From now on, at most 31,536,000 (a year); `null` lets it go off again.
    // Written out, so that it cannot be left out.
    #[serde(deserialize_with = "Option::deserialize")]
    #[schema(required = true, maximum = 31_536_000)]
    pub(in crate::rest) seconds: Option<u64>,
}

impl From<PowerRequest> for Power {
    fn from(wish: PowerRequest) -> Self {
        match wish {
            PowerRequest::On => Power::On,
            PowerRequest::Off => Power::Off,
        }
    }
}

impl From<Power> for PowerRequest {
    fn from(wish: Power) -> Self {
        match wish {
            Power::On => PowerRequest::On,
            Power::Off => PowerRequest::Off,
        }
    }
}

impl From<&HostRecord> for Host {
    fn from(host: &HostRecord) -> Self {
        Host {
            id: host.id.to_string(),
            state: host.state.name(),
            since: time(host.since),
            why: host.reason.clone(),
            region: host.region.clone(),
            labels: host.labels.clone(),
            architecture: host.architecture.clone(),
            capacity: host.capacity.into(),
            power: host.power.clone(),
            cost_per_hour: host.cost_per_hour,
            failures: host.failures,
            idle_since: host.idle_since.map(time),
            up_since: host.up_since.map(time),
            boot_seconds: host.boot_time.map(|time| time.as_secs_f64()),
            keep_on_until: host.keep_on_until.map(time),
            drain_requested: host.drain_requested,
            power_requested: host.power_requested.map(Power::from),
        }
    }
}
