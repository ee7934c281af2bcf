//! Why runs wait, are refused or fail, and why hosts have failed: facts as data, and words for people.
//!
//! Every run that a plan neither places nor ends is in the report. The words are those an owner or an operator reads
//! as they are; whoever wants to decide on a reason matches on its variant instead.

mod words;

use std::time::Duration;

use crate::id::{GroupId, HostId, PartName, RunId};
use crate::resources::Resources;
use crate::snapshot::Constraints;

/// Why every run that is still without a place waits, in the order in which they will be looked at.
#[derive(Clone, Debug, PartialEq, Eq, Default)]
pub struct Report {
    /// One line for each such run.
    pub waiting: Vec<Waiting>,
}

/// A run that waits.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Waiting {
    /// Which run.
    pub run: RunId,
    /// What for. Its text needs no more context than the run.
    pub reason: Reason,
}

/// What a run waits for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Reason {
    /// A host that is coming up.
    Booting {
        /// The host that is waited for the longest.
        host: HostId,
        /// How long it has been starting.
        since: Duration,
        /// How long it takes as far as is known.
        usual: Duration,
    },
    /// A host that this plan switches on.
    SwitchedOn {
        /// The host.
        host: HostId,
        /// How long it takes as far as is known.
        usual: Duration,
    },
    /// An older generation that may still be executing.
    PreviousAttempt {
        /// Where.
        host: HostId,
    },
    /// Room within its group's quota.
    Quota {
        /// The group.
        group: GroupId,
        /// What the group may have.
        quota: Resources,
        /// What it has.
        used: Resources,
        /// What the run needs.
        needed: Resources,
    },
    /// Room on hosts that are full.
    Full {
        /// How many hosts would do if they were empty.
        hosts: usize,
        /// How many parts the run has: with several, no arrangement of them was found.
        parts: usize,
        /// Who is before it.
        ahead: Ahead,
    },
    /// Room on a host that is kept free for it.
    Reserved {
        /// The host; the first of them by its id.
        host: HostId,
        /// What is missing there.
        missing: Resources,
    },
    /// A turn to switch a host on: as many are starting as may be.
    StartingLimit {
        /// How many those are.
        starting: usize,
    },
    /// A host that takes no work now. No other does.
    Away {
        /// The host; the one that is expected back first.
        host: HostId,
        /// What is the matter with it.
        why: Away,
    },
    /// Nothing: no host that is known can ever take it.
    Impossible {
        /// Why not.
        why: Impossible,
        /// When it is refused, unless a host that fits is added.
        refused_in: Duration,
    },
}

/// How many runs are looked at before this one and found no place either.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub struct Ahead {
    /// Those of higher priority, age counted.
    pub higher: usize,
    /// All of them.
    pub all: usize,
}

/// Why a host takes no work. The earlier, the sooner it is expected back.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Away {
    /// It went off a moment ago and rests this much longer.
    Resting {
        /// How much longer.
        more: Duration,
    },
    /// It is going off.
    Stopping,
    /// It has not renewed its lease.
    Silent,
    /// It failed, and rests before it is tried again.
    Failed {
        /// How much longer.
        more: Duration,
        /// How often in a row it has failed.
        failures: u32,
    },
    /// An operator has cordoned it.
    Cordoned,
}

/// Why no host that is known, on or off, can ever take a run.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Impossible {
    /// No hosts are known.
    NoHosts,
    /// The run has no parts.
    Nothing,
    /// No host is what a part asks for.
    NoSuchHost {
        /// The part, where the run has several.
        part: Option<PartName>,
        /// What it asks for.
        constraints: Constraints,
    },
    /// No host that is what a part asks for is large enough.
    TooLarge {
        /// The part, where the run has several.
        part: Option<PartName>,
        /// What it asks for.
        constraints: Constraints,
        /// How much it needs.
        needed: Resources,
        /// The most of each that such a host has; not all of it need be on one host.
        largest: Resources,
    },
    /// Each part asks for a host of its own.
    TooFewHosts {
        /// How many it asks for.
        needed: usize,
        /// How many hosts could take a part.
        known: usize,
    },
    /// All parts together need more than all hosts that are what they ask for.
    TooMuch {
        /// What they need.
        needed: Resources,
        /// What those hosts have.
        capacity: Resources,
    },
    /// Each part could have a host, but they cannot all have one at a time.
    NoArrangement {
        /// How many parts there are.
        parts: usize,
    },
    /// The run alone is more than its group may have.
    OverQuota {
        /// The group.
        group: GroupId,
        /// What the run needs.
        needed: Resources,
        /// What the group may have.
        quota: Resources,
    },
}

/// Why a run is refused.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Refused {
    /// It can never be placed.
    Impossible(Impossible),
    /// It waited as long as a run may.
    WaitedTooLong {
        /// How long.
        waited: Duration,
    },
}

/// Why a run that was placed fails.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum FailedRun {
    /// The last attempt it had was lost with a host.
    NoAttemptsLeft {
        /// How many it had.
        attempts: u32,
        /// The host of the last one.
        lost: HostId,
    },
}

/// What a host did not do in time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum HostTrouble {
    /// It did not become ready.
    DidNotStart {
        /// How long it was waited for.
        waited: Duration,
    },
    /// It did not go off.
    DidNotStop {
        /// How long it was waited for.
        waited: Duration,
    },
    /// It was up and did not renew its lease.
    LeaseLost,
}
