//! What the planner is told: every host, every run that waits or is placed, and the time. Plain data, filled by the
//! scheduler from its store, or by [`crate::scenario`] from a file.

mod host;
mod request;

pub use host::{Cost, Holding, Host, Power, PowerState};
pub use request::{Arrangement, Constraints, Edge, Part, Request};

use std::sync::Arc;

use crate::id::{Generation, GroupId, HostId, RunId, UserId};
use crate::time::Time;

/// The world at one moment, as the store has it. The order of its lists says nothing.
#[derive(Clone, Debug, PartialEq, Eq, Default)]
pub struct Snapshot {
    /// The moment it was taken.
    pub now: Time,
    /// Every host of the fleet, on or off, each id once. A host may leave the list only once its lease has ended: a
    /// run that is placed on a host which is not listed counts as lost.
    pub hosts: Vec<Host>,
    /// Runs that wait for a place, each id once, and none that is in `placed`.
    pub waiting: Vec<Run>,
    /// Runs that have a place, whether they have started there or not, each id once.
    pub placed: Vec<PlacedRun>,
}

/// A run, whether it waits or is placed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Run {
    /// Which run.
    pub id: RunId,
    /// Whose quota and fair share it counts for.
    pub group: GroupId,
    /// Who submitted it.
    pub user: UserId,
    /// How urgent it is.
    pub priority: Priority,
    /// When it was submitted; its age counts from here, whatever attempt it is in.
    pub submitted: Time,
    /// Attempts begun so far: 0 for a run that was never placed; for one that is placed, this attempt counts.
    pub attempt: u32,
    /// The last generation it was given: [`Generation::NONE`] for a run that was never placed; for one that is placed,
    /// the live one.
    pub generation: Generation,
    /// What it needs. Runs of one bundle may share it, which is quicker to plan than equal copies.
    pub request: Arc<Request>,
}

/// A run with its place.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PlacedRun {
    /// The run.
    pub run: Run,
    /// The host of each part, in the order of `run.request.parts`.
    pub hosts: Vec<HostId>,
}

/// How urgent a run is: the higher, the sooner. From 0 to 255, so that age overtakes it in the end.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Default)]
pub struct Priority(pub u8);
