//! The rules, held against whatever snapshot there may be: 100,000 of them in every run of the tests.

use std::sync::Arc;
use std::time::Duration;

use leat_planner::id::{GroupId, HostId, RunId};
use leat_planner::{PlacedRun, Policy, Priority, Resources, Run, Snapshot, Time, plan};
use proptest::prelude::{ProptestConfig, any};
use proptest::{prop_assert_eq, proptest};

use crate::rules::Planned;
use crate::worlds::{self, gib, policy, request, world};

/// Of each property; there are eight.
const CASES: u32 = 12_500;

fn config() -> ProptestConfig {
    // A failure is told with its smallest snapshot, so no file of seeds is kept.
    ProptestConfig { cases: CASES, failure_persistence: None, ..ProptestConfig::default() }
}

proptest! {
    #![proptest_config(config())]

    #[test]
    fn capacity_is_never_exceeded(snapshot in world(), policy in policy()) {
        let outcome = plan(&snapshot, &policy);
        Planned { snapshot: &snapshot, policy: &policy, outcome: &outcome }.never_gives_more_than_there_is();
    }

    #[test]
    fn residency_labels_architecture_and_quotas_are_never_broken(snapshot in world(), policy in policy()) {
        let outcome = plan(&snapshot, &policy);
        let planned = Planned { snapshot: &snapshot, policy: &policy, outcome: &outcome };
        planned.keeps_to_constraints();
        planned.keeps_quotas();
    }

    #[test]
    fn a_run_is_placed_whole_on_hosts_that_are_up_or_not_at_all(snapshot in world(), policy in policy()) {
        let outcome = plan(&snapshot, &policy);
        Planned { snapshot: &snapshot, policy: &policy, outcome: &outcome }.places_whole_runs();
    }

    #[test]
    fn there_are_never_two_live_generations(snapshot in world(), policy in policy()) {
        let outcome = plan(&snapshot, &policy);
        Planned { snapshot: &snapshot, policy: &policy, outcome: &outcome }.never_makes_two_live_generations();
    }

    #[test]
    fn a_host_with_work_is_never_switched_off(snapshot in world(), policy in policy()) {
        let outcome = plan(&snapshot, &policy);
        Planned { snapshot: &snapshot, policy: &policy, outcome: &outcome }.never_switches_off_what_works();
    }

    #[test]
    fn every_run_has_a_place_or_a_reason(snapshot in world(), policy in policy()) {
        let outcome = plan(&snapshot, &policy);
        Planned { snapshot: &snapshot, policy: &policy, outcome: &outcome }.accounts_for_every_run();
    }

    #[test]
    fn the_order_of_hosts_and_runs_says_nothing(snapshot in world(), policy in policy(), turns in any::<u64>()) {
        let mut shuffled = snapshot.clone();
        shuffle(&mut shuffled.hosts, turns);
        shuffle(&mut shuffled.waiting, turns.rotate_left(16));
        shuffle(&mut shuffled.placed, turns.rotate_left(32));
        shuffled.hosts.iter_mut().for_each(|host| shuffle(&mut host.holds, turns.rotate_left(48)));
        prop_assert_eq!(plan(&snapshot, &policy), plan(&shuffled, &policy));
    }

    #[test]
    fn no_run_waits_for_ever_behind_others(
        cores in 2_u64..9,
        size in 1_u64..9,
        priority in 0_u8..8,
        lengths in proptest::collection::vec(1_u64..12, 1..8),
    ) {
        let waited = waits_behind_a_stream(cores, size.min(cores), priority, &lengths);
        // After eight steps of age nobody who comes is before it. Those who came until then, two a minute, go first;
        // then what runs must end.
        let longest = lengths.iter().max().copied().unwrap_or(0);
        let bound = 8 + 1 + 2 * 9 * longest / cores + 2 * longest + 5;
        assert!(waited <= Duration::from_secs(60 * bound), "it waited {waited:?}, not {bound} min at most");
    }
}

/// How long a run of low priority waits that needs `size` of the `cores` of the only host, while each minute a run of
/// priority 8 comes that fits in one core and more of them than the host can take.
fn waits_behind_a_stream(cores: u64, size: u64, priority: u8, minutes: &[u64]) -> Duration {
    let policy = Policy { aging_step: Duration::from_secs(60), ..Policy::default() };
    let mut snapshot =
        Snapshot { hosts: vec![worlds::ready("c1", Resources::new(cores * 1000, gib(64)))], ..Snapshot::default() };
    let mut ends: Vec<(RunId, u64)> = Vec::new();
    snapshot.waiting.push(stream_run("low", Priority(priority), 0, size));
    for minute in 0..u64::MAX {
        snapshot.now = Time::from_micros(minute * 60_000_000);
        snapshot.hosts[0].lease_until = Some(snapshot.now.after(Duration::from_secs(90)));
        snapshot.placed.retain(|placed| ends.iter().any(|(id, end)| *id == placed.run.id && *end > minute));
        for newcomer in 0..2 {
            snapshot.waiting.push(stream_run(&format!("r{minute}-{newcomer}"), Priority(8), minute, 1));
        }
        for placement in plan(&snapshot, &policy).plan.place {
            if placement.run.as_str() == "low" {
                return Duration::from_secs(60 * minute);
            }
            let place = snapshot.waiting.iter().position(|run| run.id == placement.run).unwrap();
            let mut run = snapshot.waiting.swap_remove(place);
            (run.generation, run.attempt) = (placement.generation, placement.attempt);
            ends.push((run.id.clone(), minute + minutes[(minute as usize + place) % minutes.len()]));
            snapshot.placed.push(PlacedRun { run, hosts: vec![HostId::new("c1")] });
        }
    }
    Duration::MAX
}

fn stream_run(id: &str, priority: Priority, minute: u64, cores: u64) -> Run {
    Run {
        priority,
        submitted: Time::from_micros(minute * 60_000_000),
        request: Arc::new(request(cores * 1000, gib(1))),
        ..worlds::run(RunId::new(id), GroupId::new("desk"))
    }
}

/// Fisher and Yates, by the digits of a number.
fn shuffle<T>(items: &mut [T], mut turns: u64) {
    for last in (1..items.len()).rev() {
        turns = turns.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        items.swap(last, (turns >> 33) as usize % (last + 1));
    }
}
