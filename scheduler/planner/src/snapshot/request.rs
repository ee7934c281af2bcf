//! What a run needs: its parts, what each asks of a host, and which of them talk to each other.

use std::collections::BTreeSet;

use crate::id::{Architecture, HostId, Label, PartName, Region};
use crate::resources::Resources;
use crate::snapshot::Host;

/// What a run needs to be placed, whole or not at all.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Default)]
pub struct Request {
    /// What must each have a host; at least one.
    pub parts: Vec<Part>,
    /// Queues between parts. One inside a host is free, one between hosts goes over the network.
    pub edges: Vec<Edge>,
    /// Whether parts should be together.
    pub arrangement: Arrangement,
}

/// A part of a run: it is on one host.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Part {
    /// What the owner knows it by.
    pub name: PartName,
    /// How much of its host it takes.
    pub resources: Resources,
    /// Which hosts it may be on.
    pub constraints: Constraints,
}

/// A queue between two parts, by their places in [`Request::parts`]. A place that does not exist is passed over.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Edge {
    /// The part that writes.
    pub from: usize,
    /// The part that reads.
    pub to: usize,
}

/// Whether the parts of a run should be together.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Default)]
pub enum Arrangement {
    /// On as few hosts as can be, the whole run on one if it fits: the default.
    #[default]
    Pack,
    /// Each part on a host of its own, so that the loss of one host takes one part, or so that each has the whole
    /// of its host's network. Hard: fewer hosts than parts is impossible.
    Spread,
}

/// Which hosts a part may be on. All of it is hard: it waits rather than break one.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Default)]
pub struct Constraints {
    /// Residency: the host is in one of these regions. Empty: anywhere.
    pub regions: BTreeSet<Region>,
    /// The host has all of these.
    pub labels: BTreeSet<Label>,
    /// The host executes this; `None`: whatever it executes.
    pub architecture: Option<Architecture>,
    /// The host is none of these: an earlier attempt failed there by the host's own fault, and others can take the part.
    pub not_on: BTreeSet<HostId>,
}

impl Constraints {
    /// Whether a host may have the part, whatever it has room for.
    pub fn allow(&self, host: &Host) -> bool {
        (self.regions.is_empty() || self.regions.contains(&host.region))
            && self.architecture.as_ref().is_none_or(|architecture| *architecture == host.architecture)
            && self.labels.is_subset(&host.labels)
            && !self.not_on.contains(&host.id)
    }

    /// What a host must be for both; `None` where no host can be.
    pub(crate) fn and(&self, other: &Constraints) -> Option<Constraints> {
        let architecture = match (&self.architecture, &other.architecture) {
            (Some(one), Some(another)) if one != another => return None,
            (one, another) => one.clone().or_else(|| another.clone()),
        };
        let regions: BTreeSet<Region> = match (self.regions.is_empty(), other.regions.is_empty()) {
            (true, _) => other.regions.clone(),
            (_, true) => self.regions.clone(),
            _ => self.regions.intersection(&other.regions).cloned().collect(),
        };
        let is_contradiction = regions.is_empty() && !self.regions.is_empty();
        let labels = self.labels.union(&other.labels).cloned().collect();
        let not_on = self.not_on.union(&other.not_on).cloned().collect();
        (!is_contradiction).then_some(Constraints { regions, labels, architecture, not_on })
    }
}

impl Request {
    /// What all parts need together.
    pub fn total(&self) -> Resources {
        self.parts.iter().fold(Resources::ZERO, |sum, part| sum.plus(part.resources))
    }
}
