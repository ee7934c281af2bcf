//! A host in a file.

use serde::{Deserialize, Serialize};

use crate::id::{Architecture, Generation, HostId, Label, Region, RunId};
use crate::resources::Resources;
use crate::scenario::text::{Moment, Size, Span};
use crate::snapshot::{self, Cost, Power, PowerState};
use crate::time::Time;

/// What most hosts execute; what a file need not say.
const USUAL_ARCHITECTURE: &str = "x86_64";

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Host {
    id: String,
    region: String,
    #[serde(default = "usual_architecture")]
    architecture: String,
    #[serde(default)]
    labels: Vec<String>,
    cpu_millis: u64,
    memory: Size,
    power: State,
    /// Left out: since the origin of time.
    #[serde(default = "origin")]
    since: Moment,
    #[serde(default)]
    failures: u32,
    lease_until: Option<Moment>,
    idle_since: Option<Moment>,
    up_since: Option<Moment>,
    boot_time_seen: Option<Span>,
    /// In millionths.
    #[serde(default)]
    cost_per_hour: u64,
    keep_on_until: Option<Moment>,
    #[serde(default)]
    cordoned: bool,
    #[serde(default)]
    holds: Vec<Holding>,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Holding {
    run: String,
    generation: u64,
    cpu_millis: u64,
    memory: Size,
}

#[derive(Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
enum State {
    Off,
    Starting,
    Ready,
    Draining,
    Stopping,
    Failed,
}

fn usual_architecture() -> String {
    USUAL_ARCHITECTURE.to_owned()
}

fn origin() -> Moment {
    Moment(Time::default())
}

impl From<&snapshot::Host> for Host {
    fn from(host: &snapshot::Host) -> Host {
        Host {
            id: host.id.to_string(),
            region: host.region.to_string(),
            architecture: host.architecture.to_string(),
            labels: host.labels.iter().map(ToString::to_string).collect(),
            cpu_millis: host.capacity.cpu_millis,
            memory: Size(host.capacity.memory),
            power: match host.power.state {
                PowerState::Off => State::Off,
                PowerState::Starting => State::Starting,
                PowerState::Ready => State::Ready,
                PowerState::Draining => State::Draining,
                PowerState::Stopping => State::Stopping,
                PowerState::Failed => State::Failed,
            },
            since: Moment(host.power.since),
            failures: host.power.failures,
            lease_until: host.lease_until.map(Moment),
            idle_since: host.idle_since.map(Moment),
            up_since: host.up_since.map(Moment),
            boot_time_seen: host.boot_time_seen.map(Span),
            cost_per_hour: host.cost_per_hour.0,
            keep_on_until: host.keep_on_until.map(Moment),
            cordoned: host.cordoned,
            holds: host.holds.iter().map(Holding::from).collect(),
        }
    }
}

impl From<Host> for snapshot::Host {
    fn from(host: Host) -> snapshot::Host {
        let state = match host.power {
            State::Off => PowerState::Off,
            State::Starting => PowerState::Starting,
            State::Ready => PowerState::Ready,
            State::Draining => PowerState::Draining,
            State::Stopping => PowerState::Stopping,
            State::Failed => PowerState::Failed,
        };
        snapshot::Host {
            id: HostId::new(host.id),
            region: Region::new(host.region),
            architecture: Architecture::new(host.architecture),
            labels: host.labels.into_iter().map(Label::new).collect(),
            capacity: Resources::new(host.cpu_millis, host.memory.0),
            holds: host.holds.into_iter().map(Into::into).collect(),
            power: Power { state, since: host.since.0, failures: host.failures },
            lease_until: host.lease_until.map(|moment| moment.0),
            idle_since: host.idle_since.map(|moment| moment.0),
            up_since: host.up_since.map(|moment| moment.0),
            boot_time_seen: host.boot_time_seen.map(|span| span.0),
            cost_per_hour: Cost(host.cost_per_hour),
            keep_on_until: host.keep_on_until.map(|moment| moment.0),
            cordoned: host.cordoned,
        }
    }
}

impl From<&snapshot::Holding> for Holding {
    fn from(holding: &snapshot::Holding) -> Holding {
        Holding {
            run: holding.run.to_string(),
            generation: holding.generation.number(),
            cpu_millis: holding.resources.cpu_millis,
            memory: Size(holding.resources.memory),
        }
    }
}

impl From<Holding> for snapshot::Holding {
    fn from(holding: Holding) -> snapshot::Holding {
        snapshot::Holding {
            run: RunId::new(holding.run),
            generation: Generation::new(holding.generation),
            resources: Resources::new(holding.cpu_millis, holding.memory.0),
        }
    }
}
