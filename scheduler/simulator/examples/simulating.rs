//! How long a simulation takes: 100,000 runs of half a working day on 1,000 hosts, which keep up with them. Prints a line for
//! `cargo xtask bench`; run by itself with `cargo run --release -p leat-simulator --example simulating`.
#![allow(clippy::print_stdout, reason = "a program for people")]

use std::time::{Duration, Instant};

use leat_planner::id::{Architecture, GroupId, HostId, Region, UserId};
use leat_planner::{ByteSize, Cost, Policy, Priority, Resources};
use leat_simulator::{Faults, Fleet, FleetHost, Trace, TraceRun, simulate};

const RUNS: u64 = 100_000;
const HOSTS: usize = 1_000;
/// Half of a working day.
const SUBMITTED_WITHIN: u64 = 4 * 3_600;

fn main() {
    println!("The simulator, on one core:\n");
    let trace = Trace::new((0..RUNS).map(run).collect()).expect("it has runs");
    let start = Instant::now();
    let report = simulate(&trace, &fleet(), &Policy::default());
    let took = start.elapsed().as_secs_f64();
    let plans = report.on_demand.plans + report.always_on.plans;
    assert_eq!(report.on_demand.all.ended, trace.runs().len());
    println!("- {RUNS} runs on {HOSTS} hosts, on demand and always on: {took:.1} s, {plans} plans");
}

fn run(number: u64) -> TraceRun {
    // Spread by Knuth's multiplicative hash, so that there is no rhythm in it.
    let spread = number.wrapping_mul(2_654_435_761) % 1_000_003;
    TraceRun {
        submitted: Duration::from_secs(number * SUBMITTED_WITHIN / RUNS),
        group: GroupId::new(format!("desk-{}", spread % 17)),
        user: UserId::new("ann"),
        priority: Priority((spread % 3) as u8),
        needs: Resources::new((1 + spread % 4) * 1_000, ByteSize::from_gib(1 + spread % 8)),
        duration: Duration::from_secs(300 + spread % 600),
        region: None,
        labels: Vec::new(),
        architecture: None,
    }
}

fn fleet() -> Fleet {
    let host = |number: usize| FleetHost {
        id: HostId::new(format!("host-{number:04}")),
        region: Region::new("eu"),
        architecture: Architecture::new("x86_64"),
        labels: [].into(),
        capacity: Resources::new(16_000, ByteSize::from_gib(64)),
        cost_per_hour: Cost(800_000),
        boot_time: Duration::from_secs(60),
        is_switched: true,
    };
    let hosts = (0..HOSTS).map(host).collect();
    Fleet { hosts, stop_time: Duration::from_secs(10), lease: Duration::from_secs(10), faults: Faults::default() }
}
