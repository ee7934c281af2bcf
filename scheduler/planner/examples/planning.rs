//! How long planning takes: a large fleet with a long queue from scratch, and one more run on a fleet at work. Prints
//! lines for `cargo xtask bench`; run by itself with `cargo run --release -p leat-planner --example planning`.
#![allow(clippy::print_stdout, reason = "a program for people")]

use std::collections::{BTreeSet, HashMap};
use std::sync::Arc;
use std::time::{Duration, Instant};

use leat_planner::id::{Architecture, Generation, GroupId, HostId, Label, PartName, Region, RunId, UserId};
use leat_planner::{
    Arrangement, ByteSize, Constraints, Cost, Edge, Holding, Host, Part, PlacedRun, Policy, Power, PowerState,
    Priority, Request, Resources, Run, Snapshot, Time, plan,
};

/// Plans of the large fleet.
const LARGE_ROUNDS: usize = 15;
/// Plans of one more run.
const SMALL_ROUNDS: usize = 2_000;
const REGIONS: [&str; 3] = ["eu-west", "eu-north", "us-east"];
const SECOND: u64 = 1_000_000;
const NOW: u64 = 1_000_000 * SECOND;

fn main() {
    println!("The planner, on one core:\n");
    for (title, state) in [("ready", PowerState::Ready), ("off", PowerState::Off)] {
        from_scratch(title, state);
    }
    one_more_run();
}

/// A whole fleet and a whole queue at once, as after a restart.
fn from_scratch(title: &str, state: PowerState) {
    let mut policy = Policy::default();
    // So that a fleet which is off is planned to its end, too.
    policy.power.starting_max = 10_000;
    let queue = (0..100_000).map(|number| run(number, &request(number))).collect();
    let snapshot = Snapshot { now: now(), hosts: hosts(10_000, state), waiting: queue, placed: Vec::new() };
    let mut walls = Vec::new();
    let mut done = String::new();
    for _ in 0..LARGE_ROUNDS {
        let start = Instant::now();
        let outcome = plan(&snapshot, &policy);
        walls.push(start.elapsed());
        assert_eq!(outcome.plan.place.len() + outcome.report.waiting.len(), snapshot.waiting.len());
        done = format!("{} runs placed, {} hosts switched on", outcome.plan.place.len(), outcome.plan.power_on.len());
    }
    walls.sort_unstable();
    let [low, middle, high] = [0, 50, 100].map(|percent| at(&walls, percent));
    println!(
        "- 10,000 hosts that are {title}, 100,000 runs, from scratch ({done}): median {middle} ms, {low}–{high} ms"
    );
}

/// One run more on a fleet that is about as full as it gets.
fn one_more_run() {
    let policy = Policy::default();
    let mut snapshot = at_work(&policy);
    let mut walls = Vec::new();
    for number in 0..SMALL_ROUNDS {
        snapshot.waiting = vec![run(200_000 + number, &request(number))];
        let start = Instant::now();
        let outcome = plan(&snapshot, &policy);
        walls.push(start.elapsed());
        assert_eq!(outcome.plan.place.len() + outcome.report.waiting.len(), 1);
    }
    walls.sort_unstable();
    let [low, middle, high] = [0, 50, 99].map(|percent| at(&walls, percent));
    let placed = snapshot.placed.len();
    println!("- one more run on 1,000 hosts that hold {placed} runs: p50 {middle} ms, p99 {high} ms, fastest {low} ms");
}

/// A thousand hosts with what one plan puts on them.
fn at_work(policy: &Policy) -> Snapshot {
    let queue: Vec<Run> = (0..9_000).map(|number| run(number, &request(number))).collect();
    let mut snapshot =
        Snapshot { now: now(), hosts: hosts(1_000, PowerState::Ready), waiting: queue, placed: Vec::new() };
    let placements = plan(&snapshot, policy).plan.place;
    let queue: HashMap<RunId, Run> = snapshot.waiting.drain(..).map(|run| (run.id.clone(), run)).collect();
    for placement in placements {
        let mut run = queue[&placement.run].clone();
        (run.generation, run.attempt) = (placement.generation, placement.attempt);
        let placed_on: Vec<HostId> = placement.parts.into_iter().map(|seated| seated.host).collect();
        for (part, host) in run.request.parts.iter().zip(&placed_on) {
            let host = snapshot.hosts.iter_mut().find(|known| known.id == *host).expect("it was planned on");
            let (run, generation, resources) = (run.id.clone(), run.generation, part.resources);
            host.holds.push(Holding { run, generation, resources });
        }
        snapshot.placed.push(PlacedRun { run, hosts: placed_on });
    }
    snapshot
}

/// Hosts of four sizes in three regions, every tenth with a graphics processor.
fn hosts(count: usize, state: PowerState) -> Vec<Host> {
    let host = |number: usize| {
        let cores = [16, 32, 48, 64][number % 4];
        let label = number.is_multiple_of(10).then(|| Label::new("gpu"));
        let lease_until = (state == PowerState::Ready).then(|| now().after(Duration::from_secs(30)));
        Host {
            id: HostId::new(format!("host-{number:05}")),
            region: Region::new(REGIONS[number % 3]),
            architecture: Architecture::new("x86_64"),
            labels: label.into_iter().collect(),
            capacity: Resources::new(cores * 1000, ByteSize::from_gib(cores * 4)),
            holds: Vec::new(),
            power: Power { state, since: Time::default(), failures: 0 },
            lease_until,
            idle_since: lease_until,
            up_since: lease_until,
            boot_time_seen: None,
            cost_per_hour: Cost(cores * 50_000),
            keep_on_until: None,
            cordoned: false,
        }
    };
    (0..count).map(host).collect()
}

/// One of 240 different needs: some for a region, some for a graphics processor, some of several parts.
fn request(number: usize) -> Arc<Request> {
    let class = number % 240;
    let constraints = Constraints {
        regions: (!class.is_multiple_of(3)).then(|| Region::new(REGIONS[class % 3])).into_iter().collect(),
        labels: (class % 20 == 7).then(|| Label::new("gpu")).into_iter().collect(),
        architecture: None,
        not_on: BTreeSet::new(),
    };
    let cores = 1 + class as u64 % 7;
    let part = |name: usize| Part {
        name: PartName::new(format!("part-{name}")),
        resources: Resources::new(cores * 1000, ByteSize::from_gib(1 + class as u64 % 29)),
        constraints: constraints.clone(),
    };
    let parts = if class.is_multiple_of(12) { 4 } else { 1 };
    Arc::new(Request {
        parts: (0..parts).map(part).collect(),
        edges: (1..parts).map(|to| Edge { from: to - 1, to }).collect(),
        arrangement: if class.is_multiple_of(24) { Arrangement::Spread } else { Arrangement::Pack },
    })
}

fn run(number: usize, request: &Arc<Request>) -> Run {
    Run {
        id: RunId::new(format!("run-{number:06}")),
        group: GroupId::new(format!("desk-{}", number % 17)),
        user: UserId::new("ann"),
        priority: Priority((number % 5) as u8),
        submitted: Time::from_micros(NOW - (number as u64 * 7_919 % 3_600) * SECOND),
        attempt: 0,
        generation: Generation::NONE,
        request: Arc::clone(request),
    }
}

fn now() -> Time {
    Time::from_micros(NOW)
}

/// A percentile of sorted times, in milliseconds.
fn at(walls: &[Duration], percent: usize) -> String {
    format!("{:.2}", walls[(walls.len() - 1) * percent / 100].as_secs_f64() * 1000.0)
}
