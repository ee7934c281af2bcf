//! What was observed, in the planner's words.

use std::collections::{BTreeMap, BTreeSet, HashSet};
use std::sync::Arc;
use std::time::Duration;

use leat_planner::id::{Architecture, Generation, GroupId, HostId, Label, PartName, Region, RunId, UserId};
use leat_planner::{
    Arrangement, ByteSize, Constraints, Cost, Edge, Holding, Host, Part, PlacedRun, Power, PowerState, Priority,
    Request, Resources, Run, Snapshot, Time,
};

use super::Round;
use super::elsewhere::Elsewhere;
use crate::model::{self, HostRecord, Moment, PowerRequest, RunRecord};

/// How far ahead "never" lies: longer than anything is planned for.
const EVER: Duration = Duration::from_secs(100 * 365 * 86_400);

/// The planner's view of the world. Hosts that are down and that nobody can switch on are not in it: they may come back,
/// but nothing can be planned with them.
pub(super) fn snapshot_of(round: &Round<'_>) -> Snapshot {
    let runs = &round.observation.runs;
    let mut requests = HashSet::new();
    let elsewhere = Elsewhere::of(round);
    let mut holds: BTreeMap<&model::HostId, Vec<Holding>> = BTreeMap::new();
    let (mut waiting, mut placed) = (Vec::new(), Vec::new());
    for record in runs {
        let run = run(record, &elsewhere, &mut requests);
        if record.state.is_placed() {
            for (host, resources) in shares(record) {
                let (run, generation) = (run.id.clone(), run.generation);
                holds.entry(host).or_default().push(Holding { run, generation, resources });
            }
            placed.push(PlacedRun { hosts: seats(record), run });
        } else if record.state.is_waiting() && !record.cancel_requested {
            waiting.push(run);
        }
    }
    let planned = |host: &&HostRecord| {
        let is_down = matches!(host.state, model::PowerState::Off | model::PowerState::Failed);
        !is_down || round.switchable.contains(&host.id) || holds.contains_key(&host.id)
    };
    let hosts = round.observation.hosts.iter().filter(planned);
    let hosts = hosts.map(|record| host(record, round, holds.get(&record.id).cloned().unwrap_or_default())).collect();
    Snapshot { now: time(round.now), hosts, waiting, placed }
}

fn run(record: &RunRecord, elsewhere: &Elsewhere<'_>, requests: &mut HashSet<Arc<Request>>) -> Run {
    let request = request(record, elsewhere);
    // Runs of one shape share their request, which the planner makes use of.
    let shared = requests.get(&request).cloned().unwrap_or_else(|| Arc::new(request));
    requests.insert(Arc::clone(&shared));
    Run {
        id: RunId::new(record.id.as_str()),
        group: GroupId::new(record.group.as_str()),
        user: UserId::new(record.user.as_str()),
        priority: Priority(u8::try_from(record.priority.clamp(0, 255)).unwrap_or(u8::MAX)),
        submitted: time(record.submitted),
        attempt: record.attempts,
        generation: Generation::new(record.generation.0),
        request: shared,
    }
}

fn request(record: &RunRecord, elsewhere: &Elsewhere<'_>) -> Request {
    let model::Constraints { region, labels, architecture, spread } = &record.constraints;
    let asked = Constraints {
        regions: region.iter().map(|region| Region::new(region.as_str())).collect(),
        labels: labels_of(labels),
        architecture: architecture.as_ref().map(|architecture| Architecture::new(architecture.as_str())),
        not_on: BTreeSet::new(),
    };
    let constraints = Constraints { not_on: elsewhere.avoided(record, &asked), ..asked };
    let part = |part: &model::Part| Part {
        name: PartName::new(part.name.as_str()),
        resources: resources(part.needs),
        constraints: constraints.clone(),
    };
    let feeds = |(from, part): (usize, &model::Part)| part.feeds.iter().map(move |to| Edge { from, to: *to }).collect();
    Request {
        parts: record.parts.iter().map(part).collect(),
        edges: record.parts.iter().enumerate().flat_map::<Vec<Edge>, _>(feeds).collect(),
        arrangement: if *spread { Arrangement::Spread } else { Arrangement::Pack },
    }
}

/// The host of each part, in the order of the parts.
fn seats(record: &RunRecord) -> Vec<HostId> {
    let seat = |part: &model::Part| record.placements.iter().find(|placement| placement.part == part.name);
    record.parts.iter().filter_map(seat).map(|placement| HostId::new(placement.host.as_str())).collect()
}

/// What the run has of each host.
fn shares(record: &RunRecord) -> BTreeMap<&model::HostId, Resources> {
    let mut shares = BTreeMap::new();
    for placement in &record.placements {
        let Some(part) = record.parts.iter().find(|part| part.name == placement.part) else { continue };
        let share = shares.entry(&placement.host).or_insert(Resources::ZERO);
        *share = share.plus(resources(part.needs));
    }
    shares
}

pub(super) fn host(record: &HostRecord, round: &Round<'_>, holds: Vec<Holding>) -> Host {
    // What Leat cannot switch it leaves on.
    let keep_on_until = match round.switchable.contains(&record.id) {
        true => record.keep_on_until,
        false => Some(round.now.after(EVER)),
    };
    let is_held = !holds.is_empty();
    Host {
        id: HostId::new(record.id.as_str()),
        region: Region::new(record.region.clone().unwrap_or_default()),
        architecture: Architecture::new(record.architecture.as_str()),
        labels: labels_of(&record.labels),
        capacity: resources(record.capacity),
        holds,
        power: Power { state: power_state(record.state), since: time(record.since), failures: record.failures },
        lease_until: round.liveness.lease_until(&record.id, round.now, round.elapsed).map(time),
        idle_since: record.idle_since.filter(|_| !is_held).map(time),
        up_since: record.up_since.filter(|_| record.state.is_up()).map(time),
        boot_time_seen: record.boot_time,
        cost_per_hour: cost(record.cost_per_hour),
        keep_on_until: keep_on_until.map(time),
        cordoned: record.drain_requested || record.power_requested == Some(PowerRequest::Off),
    }
}

fn power_state(state: model::PowerState) -> PowerState {
    match state {
        model::PowerState::Off => PowerState::Off,
        model::PowerState::Starting => PowerState::Starting,
        model::PowerState::Ready => PowerState::Ready,
        model::PowerState::Draining => PowerState::Draining,
        model::PowerState::Stopping => PowerState::Stopping,
        model::PowerState::Failed => PowerState::Failed,
    }
}

fn labels_of(labels: &BTreeMap<String, String>) -> BTreeSet<Label> {
    labels.iter().map(|(key, value)| Label::new(format!("{key}={value}"))).collect()
}

pub(super) fn resources(resources: model::Resources) -> Resources {
    Resources::new(resources.cpu_millis, ByteSize::from_bytes(resources.memory_bytes))
}

fn time(moment: Moment) -> Time {
    Time::from_micros(u64::try_from(moment.0).unwrap_or(0))
}

/// Millionths of a unit; what is no cost costs nothing.
#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "`as` saturates, and NaN becomes 0")]
fn cost(per_hour: f64) -> Cost {
    Cost((per_hour * 1e6) as u64)
}
