//! Rounds on made-up worlds: what is decided, and that nothing is decided on twice.

use super::*;
use crate::model::{Part, PowerState, Resources, RunState};
use crate::testing::{host, run};

const NOW: Moment = Moment(1_800_000_000_000_000);

/// A world whose hosts were all looked at just now.
struct World {
    observation: Observation,
    policy: Policy,
    seen_off: Vec<HostId>,
    silent: Vec<HostId>,
    unswitchable: Vec<HostId>,
}

impl World {
    fn of(hosts: Vec<HostRecord>, runs: Vec<RunRecord>) -> Self {
        let observation = Observation { hosts, runs, faults: BTreeMap::new() };
        World {
            observation,
            policy: Policy::default(),
            seen_off: Vec::new(),
            silent: Vec::new(),
            unswitchable: Vec::new(),
        }
    }

    fn decide(&self) -> Vec<Decision> {
        let mut liveness = Liveness::new(Duration::from_secs(10));
        liveness.look(&self.observation.hosts, Duration::ZERO);
        let mut later = self.observation.hosts.clone();
        for host in later.iter_mut().filter(|host| !self.silent.contains(&host.id)) {
            host.beat += 1;
        }
        let elapsed = Duration::from_secs(1_000);
        liveness.look(&later, elapsed);
        let hosts = self.observation.hosts.iter().map(|host| host.id.clone());
        decide(&Round {
            observation: &self.observation,
            liveness: &liveness,
            policy: &self.policy,
            switchable: &hosts.filter(|id| !self.unswitchable.contains(id)).collect(),
            seen_off: &self.seen_off,
            now: NOW,
            elapsed,
        })
    }
}

impl World {
    /// The states that hosts are brought into.
    fn power_states(&self) -> Vec<PowerState> {
        let state = |decision| match decision {
            Decision::Power { state, .. } => Some(state),
            _ => None,
        };
        self.decide().into_iter().filter_map(state).collect()
    }
}

/// A run that is at work on this host.
fn placed(name: &str, host: &HostRecord) -> RunRecord {
    let placements = vec![Placement { part: "all".to_owned(), host: host.id.clone() }];
    RunRecord { state: RunState::Running, generation: Generation(1), attempts: 1, placements, ..run(name) }
}

fn fresh(name: &str) -> HostRecord {
    HostRecord { since: NOW, up_since: Some(NOW), idle_since: Some(NOW), ..host(name) }
}

#[test]
fn a_run_is_placed_on_a_host_that_is_ready() {
    let c1 = fresh("c1");
    let waiting = RunRecord { submitted: NOW, revision: 7, ..run("r1") };
    let placements = vec![Placement { part: "all".to_owned(), host: c1.id.clone() }];
    let (run, generation) = (waiting.id.clone(), Generation(1));
    assert_eq!(
        World::of(vec![c1], vec![waiting]).decide(),
        [Decision::Place { run, revision: 7, generation, placements }]
    );
}

#[test]
fn a_run_goes_where_it_has_not_failed_by_a_hosts_fault_while_it_can() {
    let lost = |since| RunRecord { state: RunState::Recovering, attempts: 1, since, submitted: NOW, ..run("r1") };
    let just_now = || lost(NOW);
    let minutes_ago = || lost(Moment(NOW.0 - 600_000_000));
    let drained = |name| HostRecord { drain_requested: true, ..fresh(name) };
    let off = |name| HostRecord { state: PowerState::Off, up_since: None, ..host(name) };
    let small = |name| HostRecord { capacity: Resources { cpu_millis: 500, memory_bytes: 8 << 30 }, ..fresh(name) };
    let spread = || {
        let (mut run, all) = (just_now(), just_now().parts[0].clone());
        run.parts.push(Part { name: "second".to_owned(), ..all });
        run.constraints.spread = true;
        run
    };
    type Case = (&'static str, RunRecord, Vec<HostRecord>, Option<&'static str>);
    let cases: [Case; 7] = [
        ("there is another", just_now(), vec![fresh("c1"), fresh("c2")], Some("c2")),
        ("another comes up", just_now(), vec![fresh("c1"), off("c2")], None),
        ("there is no other", just_now(), vec![fresh("c1")], Some("c1")),
        ("no other is to have work", just_now(), vec![fresh("c1"), drained("c2")], Some("c1")),
        ("no other has room, ever", just_now(), vec![fresh("c1"), small("c2")], Some("c1")),
        ("it has waited for another", minutes_ago(), vec![fresh("c1"), off("c2")], Some("c1")),
        ("it needs two", spread(), vec![fresh("c1"), fresh("c2")], Some("c1")),
    ];
    for (case, waiting, hosts, expected) in cases {
        let mut world = World::of(hosts, vec![waiting]);
        world.observation.faults = [(run("r1").id, [host("c1").id].into())].into();
        let placed = world.decide().into_iter().find_map(|decision| match decision {
            Decision::Place { placements, .. } => Some(placements[0].host.as_str().to_owned()),
            _ => None,
        });
        assert_eq!(placed.as_deref(), expected, "{case}");
    }
}

#[test]
fn a_host_that_is_off_is_switched_on_for_a_run_that_waits_and_the_run_is_told() {
    let off = HostRecord { state: PowerState::Off, up_since: None, ..host("c1") };
    let waiting = RunRecord { submitted: NOW, ..run("r1") };
    let decisions = World::of(vec![off.clone()], vec![waiting]).decide();
    let [Decision::Power { host, state: PowerState::Starting, .. }, Decision::Waits { reason, .. }] = &decisions[..]
    else {
        panic!("{decisions:?}")
    };
    assert_eq!(host, &off.id);
    assert!(reason.contains("c1"), "{reason}");
}

#[test]
fn a_host_that_nobody_can_switch_is_neither_switched_on_nor_off() {
    let off = HostRecord { state: PowerState::Off, power: None, ..host("c1") };
    let idle = HostRecord { power: None, ..host("c2") };
    let far_too_large = RunRecord {
        parts: vec![Part {
            name: "all".to_owned(),
            needs: Resources { cpu_millis: 64_000, memory_bytes: 1 },
            feeds: Vec::new(),
        }],
        submitted: NOW,
        ..run("r1")
    };
    let mut world = World::of(vec![off.clone(), idle.clone()], vec![far_too_large]);
    world.unswitchable = vec![off.id, idle.id];
    let decisions = world.decide();
    assert!(decisions.iter().all(|decision| matches!(decision, Decision::Waits { .. })), "{decisions:?}");
}

#[test]
fn an_idle_host_is_drained_and_a_drained_one_switched_off() {
    let idle = host("c1");
    let drained = HostRecord { state: PowerState::Draining, ..host("c2") };
    let decisions = World::of(vec![idle, drained], Vec::new()).decide();
    let states: Vec<(&str, PowerState)> = decisions
        .iter()
        .map(|decision| match decision {
            Decision::Power { host, state, .. } => (host.as_str(), *state),
            other => panic!("{other:?}"),
        })
        .collect();
    assert!(states.contains(&("c2", PowerState::Stopping)), "{states:?}");
    assert!(states.iter().any(|(host, state)| *host == "c1" && *state != PowerState::Ready), "{states:?}");
}

#[test]
fn a_stopping_host_that_was_seen_off_is_off() {
    let stopping = HostRecord { state: PowerState::Stopping, since: NOW, ..host("c1") };
    let mut world = World::of(vec![stopping.clone()], Vec::new());
    world.seen_off = vec![stopping.id];
    assert!(matches!(&world.decide()[..], [Decision::Power { state: PowerState::Off, failures: 0, .. }]));
}

#[test]
fn a_host_that_was_up_and_failed_once_is_of_use_the_moment_it_is_seen_off() {
    let failed = HostRecord { state: PowerState::Failed, since: NOW, failures: 1, ..host("c1") };
    let again = HostRecord { failures: 2, ..failed.clone() };
    let never_up = HostRecord { up_since: None, ..failed.clone() };
    for (case, host, expected) in [("once", failed, true), ("twice", again, false), ("never up", never_up, false)] {
        let mut world = World::of(vec![host.clone()], vec![RunRecord { submitted: NOW, ..run("r1") }]);
        assert!(world.power_states().is_empty(), "{case}: it may come back by itself");
        world.seen_off = vec![host.id.clone()];
        let off = [PowerState::Off];
        assert_eq!(world.power_states(), if expected { off.as_slice() } else { &[] }, "{case}");
    }
}

#[test]
fn failures_in_a_row_are_counted_until_a_host_was_up_for_long() {
    let long = Policy::default().power.backoff * 20;
    for (up_for, expected) in [(Duration::from_secs(1), 3), (long, 1)] {
        let up_since = Moment(NOW.0 - i64::try_from(up_for.as_micros()).unwrap());
        let c1 = HostRecord { failures: 2, up_since: Some(up_since), ..fresh("c1") };
        let mut world = World::of(vec![c1.clone()], Vec::new());
        world.silent = vec![c1.id];
        let failures = world.decide().into_iter().find_map(|decision| match decision {
            Decision::Power { state: PowerState::Failed, failures, .. } => Some(failures),
            _ => None,
        });
        assert_eq!(failures, Some(expected), "up for {up_for:?}");
    }
}

#[test]
fn the_runs_of_a_host_that_fell_silent_begin_again_elsewhere() {
    let c1 = fresh("c1");
    let lost = placed("r1", &c1);
    let mut world = World::of(vec![c1.clone()], vec![lost]);
    world.silent = vec![c1.id];
    let decisions = world.decide();
    let recovers = |decision: &Decision| matches!(decision, Decision::Recover { reason, .. } if reason.contains("c1"));
    let fails =
        |decision: &Decision| matches!(decision, Decision::Power { state: PowerState::Failed, failures: 1, .. });
    assert!(decisions.iter().any(recovers) && decisions.iter().any(fails), "{decisions:?}");
}

#[test]
fn a_run_that_lost_its_last_attempt_fails_with_its_reason() {
    let c1 = fresh("c1");
    let last = RunRecord { attempts: 2, attempts_max: 2, ..placed("r1", &c1) };
    let mut world = World::of(vec![c1.clone()], vec![last]);
    world.silent = vec![c1.id];
    let decisions = world.decide();
    let fails = |decision: &Decision| match decision {
        Decision::Fail { reason, .. } => reason == "host c1 was lost in attempt 2 of 2",
        _ => false,
    };
    assert!(decisions.iter().any(fails), "{decisions:?}");
}

#[test]
fn a_run_that_nobody_wants_any_more_is_cancelled_and_not_begun_again() {
    let c1 = fresh("c1");
    let waiting =
        RunRecord { state: RunState::Recovering, generation: Generation(1), cancel_requested: true, ..run("r1") };
    let lost = RunRecord { cancel_requested: true, ..placed("r2", &c1) };
    let mut world = World::of(vec![c1.clone()], vec![waiting, lost]);
    world.silent = vec![c1.id];
    let decisions = world.decide();
    let cancelled: Vec<&str> = decisions
        .iter()
        .filter_map(|decision| match decision {
            Decision::Cancel { run, .. } => Some(run.as_str()),
            _ => None,
        })
        .collect();
    assert_eq!(cancelled, ["r1", "r2"], "{decisions:?}");
}

#[test]
fn an_operators_wish_switches_a_host_on() {
    let wished =
        HostRecord { state: PowerState::Off, power_requested: Some(PowerRequest::On), up_since: None, ..host("c1") };
    let decisions = World::of(vec![wished], Vec::new()).decide();
    assert!(matches!(&decisions[..], [Decision::Power { state: PowerState::Starting, .. }]), "{decisions:?}");
}

#[test]
fn every_run_and_host_is_decided_on_once() {
    let hosts: Vec<HostRecord> = (0..5).map(|n| fresh(&format!("c{n}"))).collect();
    let mut runs: Vec<RunRecord> = (0..40).map(|n| RunRecord { submitted: NOW, ..run(&format!("q{n}")) }).collect();
    runs.extend((0..5).map(|n| placed(&format!("p{n}"), &hosts[n])));
    let mut world = World::of(hosts.clone(), runs);
    world.silent = vec![hosts[0].id.clone(), hosts[1].id.clone()];
    let decisions = world.decide();
    let mut about: Vec<String> = decisions
        .iter()
        .map(|decision| match (decision, run_of(decision)) {
            (Decision::Power { host, .. }, _) => format!("host {host}"),
            (_, run) => format!("run {}", run.unwrap()),
        })
        .collect();
    let all = about.len();
    about.sort();
    about.dedup();
    assert_eq!(about.len(), all, "{decisions:?}");
    assert!(all > 10);
}
