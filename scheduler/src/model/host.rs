//! A host as the scheduler sees it.

use std::collections::BTreeMap;
use std::fmt;
use std::time::Duration;

use super::ids::{HostId, Moment};
use super::run::Resources;

/// Whether a host is on, and on its way where to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum PowerState {
    /// Switched off.
    Off,
    /// Was asked to switch on; its agent has not reported yet.
    Starting,
    /// Its agent reports; it takes runs.
    Ready,
    /// Takes no new runs, and goes off when those it has have ended.
    Draining,
    /// Was asked to switch off.
    Stopping,
    /// Did not do as it was asked; is left alone for a while.
    Failed,
}

impl PowerState {
    /// Every state.
    pub const ALL: [PowerState; 6] = [
        PowerState::Off,
        PowerState::Starting,
        PowerState::Ready,
        PowerState::Draining,
        PowerState::Stopping,
        PowerState::Failed,
    ];

    /// Its name in the API and the store.
    pub fn name(self) -> &'static str {
        match self {
            PowerState::Off => "off",
            PowerState::Starting => "starting",
            PowerState::Ready => "ready",
            PowerState::Draining => "draining",
            PowerState::Stopping => "stopping",
            PowerState::Failed => "failed",
        }
    }

    /// The state of this name.
    pub fn of_name(name: &str) -> Option<Self> {
        PowerState::ALL.into_iter().find(|state| state.name() == name)
    }

    /// Whether its agent is expected to report.
    pub fn is_up(self) -> bool {
        matches!(self, PowerState::Ready | PowerState::Draining)
    }
}

impl fmt::Display for PowerState {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// What a person wants of a host.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PowerRequest {
    /// Switch it on, whether there is work or not; it goes off again as any host does.
    On,
    /// Let it end what it has, then switch it off.
    Off,
}

/// A host of the installation.
#[derive(Clone, Debug, PartialEq)]
pub struct HostRecord {
    /// Its name.
    pub id: HostId,
    /// What it is like, for constraints of runs.
    pub labels: BTreeMap<String, String>,
    /// Where it stands, for data that must not leave a region.
    pub region: Option<String>,
    /// Its processor, as Rust calls it.
    pub architecture: String,
    /// What runs may have of it together.
    pub capacity: Resources,
    /// What switches it on and off: the name of a power adapter of the midtier's configuration. Nothing for a host that
    /// Leat cannot switch: it is taken as it comes.
    pub power: Option<String>,
    /// What an hour of it costs, in whatever unit the operator counts; the cheaper host is taken first. Default 0.
    pub cost_per_hour: f64,
    /// Whether it is on.
    pub state: PowerState,
    /// Since when.
    pub since: Moment,
    /// Why it is in this state, for a person.
    pub reason: String,
    /// How often in a row it did not come up, fell silent or ended without being asked to; forgotten once it was up for long.
    pub failures: u32,
    /// Counts the reports of its agent. The scheduler takes one that does not grow for a lease as lost, by its own clock:
    /// the clocks of several machines are never compared.
    pub beat: u64,
    /// Since when it has had no run; nothing while it has one.
    pub idle_since: Option<Moment>,
    /// When it became ready; nothing once it was switched on or off since. One that has failed and has it was up when it failed.
    pub up_since: Option<Moment>,
    /// How long it took to come up, when it last did.
    pub boot_time: Option<Duration>,
    /// Not switched off before then.
    pub keep_on_until: Option<Moment>,
    /// Someone wants it to take no new runs.
    pub drain_requested: bool,
    /// Someone wants it on or off; cleared once that was begun.
    pub power_requested: Option<PowerRequest>,
    /// Counts the changes that matter to decisions (not `beat`).
    pub revision: u64,
}

impl HostRecord {
    /// A host that is off and of which nothing else is known: what the host of a configuration, and one that reports for the first
    /// time, begin with.
    pub fn off(id: HostId, architecture: impl Into<String>, capacity: Resources) -> Self {
        HostRecord {
            id,
            labels: BTreeMap::new(),
            region: None,
            architecture: architecture.into(),
            capacity,
            power: None,
            cost_per_hour: 0.0,
            state: PowerState::Off,
            since: Moment(0),
            reason: String::new(),
            failures: 0,
            beat: 0,
            idle_since: None,
            up_since: None,
            boot_time: None,
            keep_on_until: None,
            drain_requested: false,
            power_requested: None,
            revision: 0,
        }
    }

    /// Whether it is of use the moment it is seen to be off: it was up, and has failed for the first time in a while. Any other that
    /// has failed rests first.
    pub(crate) fn may_be_used_once_off(&self) -> bool {
        self.state == PowerState::Failed && self.up_since.is_some() && self.failures <= 1
    }
}
