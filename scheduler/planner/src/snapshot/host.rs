//! A host as the planner sees it: what it has, what it holds, and how its power stands.

use std::collections::BTreeSet;
use std::time::Duration;

use crate::id::{Architecture, Generation, HostId, Label, Region, RunId};
use crate::resources::Resources;
use crate::time::Time;

/// A host of the fleet, on or off.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Host {
    /// Which host.
    pub id: HostId,
    /// Where it stands.
    pub region: Region,
    /// What its processor executes.
    pub architecture: Architecture,
    /// What else it is or has.
    pub labels: BTreeSet<Label>,
    /// What runs may use of it, all together.
    pub capacity: Resources,
    /// What may be executing there: written with a placement, taken away only once the host has confirmed that it is
    /// over and that it refuses this generation from now on, or once its lease has ended. Old generations that were
    /// not confirmed yet are listed too.
    pub holds: Vec<Holding>,
    /// How its power stands.
    pub power: Power,
    /// Until when the host may execute what it holds. Without a lease, or beyond it, the host ends its work by
    /// itself, so its runs may start elsewhere.
    pub lease_until: Option<Time>,
    /// Since when it holds nothing; `None` for a host that holds something, or of which it is not known.
    pub idle_since: Option<Time>,
    /// When it last became ready; `None` for a host that is off.
    pub up_since: Option<Time>,
    /// How long it took to become ready the last time it was switched on. `None` if that was never seen.
    pub boot_time_seen: Option<Duration>,
    /// What it costs while it is on.
    pub cost_per_hour: Cost,
    /// An operator wants it on until then, work or not. It is not switched on for that.
    pub keep_on_until: Option<Time>,
    /// An operator wants no new work on it: it goes off when its runs have ended, and stays off.
    pub cordoned: bool,
}

/// A share of a host that a run holds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Holding {
    /// Which run.
    pub run: RunId,
    /// In which generation.
    pub generation: Generation,
    /// How much of the host, for all of the run's parts there.
    pub resources: Resources,
}

/// How a host's power stands, as it was last observed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Power {
    /// The state.
    pub state: PowerState,
    /// When it came into this state.
    pub since: Time,
    /// How often in a row it failed to come up, to go off or to keep its lease. Zero again once it was up for long:
    /// [`crate::PowerPolicy::still_counted`].
    pub failures: u32,
}

/// `off → starting → ready → draining → stopping → off`, and `failed`.
///
/// Every state but `off` and `ready` has a deadline in the policy and an automatic way out.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum PowerState {
    /// Observed to be off.
    Off,
    /// Asked to come up; not ready yet.
    Starting,
    /// Up, with its agent connected.
    Ready,
    /// Up, and meant to go off when it holds nothing any more.
    Draining,
    /// Asked to go off; not off yet.
    Stopping,
    /// Missed a deadline or its lease. After a back-off it is switched off, to know where it stands.
    Failed,
}

/// Money for an hour, in millionths of whatever currency the fleet is paid in. Only compared.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Default)]
pub struct Cost(pub u64);
