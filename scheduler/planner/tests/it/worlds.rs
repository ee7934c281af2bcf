//! Snapshots and policies of all kinds, small enough to be read where one breaks a rule.

use std::collections::BTreeSet;
use std::sync::Arc;
use std::time::Duration;

use leat_planner::id::{Architecture, Generation, GroupId, HostId, Label, PartName, Region, RunId, UserId};
use leat_planner::{
    Arrangement, ByteSize, Constraints, Cost, Edge, GroupPolicy, Holding, Host, Part, PlacedRun, Policy, Power,
    PowerState, Priority, Request, Resources, Run, Snapshot, Time,
};
use proptest::collection::vec;
use proptest::prelude::{Just, Strategy, any, prop_oneof};

/// The moment of every snapshot, in seconds.
const NOW: u64 = 10_000;
/// Some of the hosts that a part may not be on.
const HOSTS: [&str; 2] = ["c0", "c1"];
const REGIONS: [&str; 3] = ["eu", "us", "asia"];
const LABELS: [&str; 2] = ["gpu", "nvme"];
const ARCHITECTURES: [&str; 2] = ["x86_64", "aarch64"];
const STATES: [PowerState; 6] = [
    PowerState::Off,
    PowerState::Starting,
    PowerState::Ready,
    PowerState::Draining,
    PowerState::Stopping,
    PowerState::Failed,
];

pub(crate) fn gib(gib: u64) -> ByteSize {
    ByteSize::from_gib(gib)
}

fn ago(seconds: u64) -> Time {
    Time::from_micros((NOW - seconds) * 1_000_000)
}

/// Hosts in every state, runs that wait, that are placed, and that have left something behind.
pub(crate) fn world() -> impl Strategy<Value = Snapshot> {
    (vec(host(), 0..7), vec(planned_run(), 0..12)).prop_map(|(mut hosts, runs)| {
        for (number, host) in hosts.iter_mut().enumerate() {
            host.id = HostId::new(format!("c{number}"));
        }
        let mut snapshot = Snapshot { now: ago(0), hosts, ..Snapshot::default() };
        for (number, (mut run, place, listed)) in runs.into_iter().enumerate() {
            run.id = RunId::new(format!("r{number}"));
            add(&mut snapshot, run, &place, listed);
        }
        snapshot
    })
}

/// Puts a run where its choices say: waiting, waiting with something left behind, or placed.
fn add(snapshot: &mut Snapshot, run: Run, place: &[usize], listed: bool) {
    let count = snapshot.hosts.len();
    if place.is_empty() || count == 0 || run.attempt == 0 {
        snapshot.waiting.push(run);
        return;
    }
    // One more than there are: a host that is not known any more.
    let on = |part: usize| place[part % place.len()] % (count + 1);
    let is_left_behind = place.len() == 1;
    for (part, resources) in run.request.parts.iter().map(|part| part.resources).enumerate() {
        if let Some(host) = snapshot.hosts.get_mut(on(part)).filter(|_| listed || is_left_behind) {
            let before = host.holds.iter_mut().find(|holding| holding.run == run.id);
            match before {
                Some(holding) => holding.resources = holding.resources.plus(resources),
                None => host.holds.push(Holding { run: run.id.clone(), generation: run.generation, resources }),
            }
        }
    }
    if is_left_behind {
        snapshot.waiting.push(run);
    } else {
        let hosts = (0..run.request.parts.len()).map(|part| HostId::new(format!("c{}", on(part)))).collect();
        snapshot.placed.push(PlacedRun { run, hosts });
    }
}

/// A run, where it is, and whether its hosts know of it.
fn planned_run() -> impl Strategy<Value = (Run, Vec<usize>, bool)> {
    let request = (vec(part(), 0..4), vec((0_usize..4, 0_usize..4), 0..3), any::<bool>());
    let history = (0_u32..4, vec(0_usize..8, 0..3), any::<bool>());
    (request, history, (0_u8..4, 0_u64..2_000, 0_u8..3)).prop_map(
        |((mut parts, edges, pack), (attempt, place, listed), (priority, age, group))| {
            for (number, part) in parts.iter_mut().enumerate() {
                part.name = PartName::new(format!("p{number}"));
            }
            let edges = edges.into_iter().map(|(from, to)| Edge { from, to }).collect();
            let arrangement = if pack { Arrangement::Pack } else { Arrangement::Spread };
            let run = Run {
                priority: Priority(priority),
                submitted: ago(age),
                attempt,
                generation: Generation::new(u64::from(attempt)),
                request: Arc::new(Request { parts, edges, arrangement }),
                ..run(RunId::new("r"), GroupId::new(format!("desk-{group}")))
            };
            (run, place, listed)
        },
    )
}

fn part() -> impl Strategy<Value = Part> {
    let constraints =
        (0_u8..12, 0_u8..12, 0_usize..8, 0_u8..12).prop_map(|(regions, labels, architecture, not_on)| Constraints {
            regions: chosen(&REGIONS, if regions < 8 { regions } else { 0 }).map(Region::new).collect(),
            labels: chosen(&LABELS, if labels < 4 { labels } else { 0 }).map(Label::new).collect(),
            architecture: ARCHITECTURES.get(architecture).map(|name| Architecture::new(*name)),
            not_on: chosen(&HOSTS, if not_on < 4 { not_on } else { 0 }).map(HostId::new).collect(),
        });
    (0_u64..9, 0_u64..9, constraints).prop_map(|(cpu, memory, constraints)| Part {
        name: PartName::new("p"),
        resources: Resources::new(cpu * 500, gib(memory)),
        constraints,
    })
}

fn host() -> impl Strategy<Value = Host> {
    let power = (0_usize..9, 0_u64..1_000, 0_u32..3);
    let lease = prop_oneof![
        Just(None),
        (0_u64..20).prop_map(|s| Some(ago(s))),
        Just(Some(ago(0).after(Duration::from_secs(30)))),
        Just(Some(ago(0).after(Duration::from_secs(30))))
    ];
    let kind = (0_usize..3, 0_u8..4, 0_usize..4, 0_u64..3);
    let times = (any::<bool>(), 0_u64..2_000, 0_u64..2_000, 0_u8..10);
    (power, lease, kind, (1_u64..9, 1_u64..13), times).prop_map(
        |((state, since, failures), lease_until, (region, labels, architecture, cost), (cpu, memory), times)| {
            let (is_idle_known, idle, up, choice) = times;
            Host {
                region: Region::new(REGIONS[region]),
                architecture: Architecture::new(ARCHITECTURES[architecture / 3]),
                labels: chosen(&LABELS, labels).map(Label::new).collect(),
                power: Power {
                    state: STATES.get(state).copied().unwrap_or(PowerState::Ready),
                    since: ago(since),
                    failures,
                },
                lease_until,
                idle_since: is_idle_known.then(|| ago(idle)),
                up_since: is_idle_known.then(|| ago(up)),
                cost_per_hour: Cost(cost),
                keep_on_until: (choice == 0).then(|| ago(0).after(Duration::from_secs(60))),
                cordoned: choice == 1,
                ..ready("c", Resources::new(cpu * 1000, gib(memory)))
            }
        },
    )
}

/// Policies with quotas, weights, few starts and few reservations.
pub(crate) fn policy() -> impl Strategy<Value = Policy> {
    (0_usize..4, 0_usize..4, 1_u32..4, 0_u64..9, 0_u32..4).prop_map(
        |(starting, reservations, attempts, quota, weight)| {
            let quota = (quota > 0).then(|| Resources::new(quota * 1000, gib(quota * 2)));
            let mut policy = Policy { reservations_max: reservations, attempts_max: attempts, ..Policy::default() };
            policy.power.starting_max = starting;
            policy.groups.insert(GroupId::new("desk-0"), GroupPolicy { quota, weight });
            policy
        },
    )
}

fn chosen<'a>(names: &'a [&'a str], bits: u8) -> impl Iterator<Item = &'a str> {
    names.iter().enumerate().filter(move |(bit, _)| bits >> bit & 1 == 1).map(|(_, name)| *name)
}

/// A host that is ready, with nothing on it.
pub(crate) fn ready(id: &str, capacity: Resources) -> Host {
    Host {
        id: HostId::new(id),
        region: Region::new("eu"),
        architecture: Architecture::new("x86_64"),
        labels: BTreeSet::new(),
        capacity,
        holds: Vec::new(),
        power: Power { state: PowerState::Ready, since: Time::default(), failures: 0 },
        lease_until: Some(ago(0)),
        idle_since: None,
        up_since: None,
        boot_time_seen: None,
        cost_per_hour: Cost(0),
        keep_on_until: None,
        cordoned: false,
    }
}

/// A run that has just been submitted and needs nothing yet.
pub(crate) fn run(id: RunId, group: GroupId) -> Run {
    Run {
        id,
        group,
        user: UserId::new("ann"),
        priority: Priority(0),
        submitted: ago(0),
        attempt: 0,
        generation: Generation::NONE,
        request: Arc::default(),
    }
}

/// One part that goes anywhere.
pub(crate) fn request(cpu_millis: u64, memory: ByteSize) -> Request {
    let resources = Resources::new(cpu_millis, memory);
    let part = Part { name: PartName::new("all"), resources, constraints: Constraints::default() };
    Request { parts: vec![part], ..Request::default() }
}
