//! What the planner answers: the plan, which leaves nothing to choose, and the report, which says why the rest waits.

mod text;

use crate::id::{Generation, HostId, PartName, RunId};
use crate::report::{FailedRun, HostTrouble, Refused, Report};

/// What [`crate::plan`] answers.
#[derive(Clone, Debug, PartialEq, Eq, Default)]
pub struct Outcome {
    /// What to do.
    pub plan: Plan,
    /// Why everything else waits.
    pub report: Report,
}

/// What to do, all of it: commit it whole against the revision that the snapshot was read at, or not at all.
///
/// Its lists are to be carried out in the order of its fields: a run may be recovered and placed again in one plan.
#[derive(Clone, Debug, PartialEq, Eq, Default)]
pub struct Plan {
    /// Runs whose host is lost and that are to be begun again: their placement is over.
    pub recover: Vec<Recovery>,
    /// Runs whose host is lost and that have no attempts left.
    pub fail: Vec<Failure>,
    /// Runs that can never be placed, or have waited too long.
    pub refuse: Vec<Refusal>,
    /// Runs that are given hosts, each whole, on hosts that are ready or in `undrain`.
    pub place: Vec<Placement>,
    /// Hosts to be switched on.
    pub power_on: Vec<HostId>,
    /// Hosts that are to take no new work and go off when they hold nothing.
    pub drain: Vec<HostId>,
    /// Draining hosts that are to be ready again.
    pub undrain: Vec<HostId>,
    /// Hosts to be switched off: they hold nothing.
    pub power_off: Vec<HostId>,
    /// Hosts that missed a deadline or their lease: they become failed, with one failure more than still count
    /// ([`crate::PowerPolicy::still_counted`]).
    pub mark_failed: Vec<FailedHost>,
}

/// A run whose place is gone. It waits again, unless the same plan places it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Recovery {
    /// Which run.
    pub run: RunId,
    /// The generation that is over: whatever still executes it must be told to end it and to refuse it from now on.
    pub generation: Generation,
    /// The host that was lost; the first by id where there are several.
    pub lost: HostId,
}

/// A run that ends without success because its host was lost.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Failure {
    /// Which run.
    pub run: RunId,
    /// The generation that is over, to be told to hosts as for [`Recovery::generation`].
    pub generation: Generation,
    /// Why, for its owner.
    pub reason: FailedRun,
}

/// A run that ends without having been placed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Refusal {
    /// Which run.
    pub run: RunId,
    /// Why, for its owner.
    pub reason: Refused,
}

/// A run with its new generation and hosts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Placement {
    /// Which run.
    pub run: RunId,
    /// The new generation: one more than any before.
    pub generation: Generation,
    /// Which attempt this is, counted from 1.
    pub attempt: u32,
    /// The host of each part, in the order of the request.
    pub parts: Vec<Seated>,
}

/// A part with its host.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Seated {
    /// Which part of the run.
    pub part: PartName,
    /// Where it goes.
    pub host: HostId,
}

/// A host that has failed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FailedHost {
    /// Which host.
    pub host: HostId,
    /// What it did not do, for the operator.
    pub trouble: HostTrouble,
}
