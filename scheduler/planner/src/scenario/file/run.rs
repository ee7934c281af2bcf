//! A run in a file, placed or not.

use std::sync::Arc;

use serde::{Deserialize, Serialize};

use crate::id::{Architecture, Generation, GroupId, HostId, Label, PartName, Region, RunId, UserId};
use crate::resources::Resources;
use crate::scenario::ScenarioError;
use crate::scenario::text::{Moment, Size};
use crate::snapshot::{self, Arrangement, Constraints, Edge, PlacedRun, Priority, Request, Snapshot};

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Run {
    id: String,
    group: String,
    #[serde(default)]
    user: String,
    #[serde(default)]
    priority: u8,
    submitted: Moment,
    #[serde(default)]
    attempt: u32,
    #[serde(default)]
    generation: u64,
    parts: Vec<Part>,
    /// Pairs of places in `parts`: who writes, who reads.
    #[serde(default)]
    edges: Vec<(usize, usize)>,
    #[serde(default)]
    spread: bool,
    /// The host of each part, if the run is placed.
    hosts: Option<Vec<String>>,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Part {
    name: String,
    cpu_millis: u64,
    memory: Size,
    #[serde(default)]
    regions: Vec<String>,
    #[serde(default)]
    labels: Vec<String>,
    architecture: Option<String>,
    #[serde(default)]
    not_on: Vec<String>,
}

impl Run {
    /// A run with the hosts it is placed on, if it is.
    pub(super) fn of(run: &snapshot::Run, hosts: Option<&Vec<HostId>>) -> Run {
        let request = &run.request;
        Run {
            id: run.id.to_string(),
            group: run.group.to_string(),
            user: run.user.to_string(),
            priority: run.priority.0,
            submitted: Moment(run.submitted),
            attempt: run.attempt,
            generation: run.generation.number(),
            parts: request.parts.iter().map(Part::from).collect(),
            edges: request.edges.iter().map(|edge| (edge.from, edge.to)).collect(),
            spread: request.arrangement == Arrangement::Spread,
            hosts: hosts.map(|hosts| hosts.iter().map(ToString::to_string).collect()),
        }
    }

    /// Puts the run where it belongs in a snapshot.
    pub(super) fn add_to(self, snapshot: &mut Snapshot) -> Result<(), ScenarioError> {
        let request = Request {
            parts: self.parts.into_iter().map(Into::into).collect(),
            edges: self.edges.into_iter().map(|(from, to)| Edge { from, to }).collect(),
            arrangement: if self.spread { Arrangement::Spread } else { Arrangement::Pack },
        };
        let parts = request.parts.len();
        let run = snapshot::Run {
            id: RunId::new(self.id),
            group: GroupId::new(self.group),
            user: UserId::new(self.user),
            priority: Priority(self.priority),
            submitted: self.submitted.0,
            attempt: self.attempt,
            generation: Generation::new(self.generation),
            request: Arc::new(request),
        };
        match self.hosts {
            None => snapshot.waiting.push(run),
            Some(hosts) if hosts.len() == parts => {
                snapshot.placed.push(PlacedRun { run, hosts: hosts.into_iter().map(HostId::new).collect() });
            }
            Some(hosts) => {
                return Err(ScenarioError::HostsOfParts { run: run.id.to_string(), parts, hosts: hosts.len() });
            }
        }
        Ok(())
    }
}

impl From<&snapshot::Part> for Part {
    fn from(part: &snapshot::Part) -> Part {
        Part {
            name: part.name.to_string(),
            cpu_millis: part.resources.cpu_millis,
            memory: Size(part.resources.memory),
            regions: part.constraints.regions.iter().map(ToString::to_string).collect(),
            labels: part.constraints.labels.iter().map(ToString::to_string).collect(),
            architecture: part.constraints.architecture.as_ref().map(ToString::to_string),
            not_on: part.constraints.not_on.iter().map(ToString::to_string).collect(),
        }
    }
}

impl From<Part> for snapshot::Part {
    fn from(part: Part) -> snapshot::Part {
        snapshot::Part {
            name: PartName::new(part.name),
            resources: Resources::new(part.cpu_millis, part.memory.0),
            constraints: Constraints {
                regions: part.regions.into_iter().map(Region::new).collect(),
                labels: part.labels.into_iter().map(Label::new).collect(),
                architecture: part.architecture.map(Architecture::new),
                not_on: part.not_on.into_iter().map(HostId::new).collect(),
            },
        }
    }
}
