//! The rules of a simulated world, held against it at every step; and that the planner, which is told less than there is,
//! plans what it would if it were told everything.

use std::collections::BTreeMap;
use std::time::Duration;

use leat_planner::id::{Architecture, GroupId, HostId, Label, Region, UserId};
use leat_planner::{ByteSize, Cost, GroupPolicy, Holding, PlacedRun, Policy, PowerState, Priority, Resources, plan};
use proptest::collection::vec;
use proptest::prelude::{ProptestConfig, Strategy, any, prop_assert, prop_assert_eq, proptest};

use super::runs::State;
use super::{Mode, START, World};
use crate::fleet::{Faults, Fleet, FleetHost};
use crate::trace::{Trace, TraceRun};

fn run() -> impl Strategy<Value = TraceRun> {
    let needs = (1_u64..9, 1_u64..9, 0_u64..4_000, 0_u64..3_000);
    (needs, (0_u8..3, 0_u8..3, 0_u8..6, 0_u8..8)).prop_map(
        |((cpu, memory, submitted, duration), (group, priority, region, label))| TraceRun {
            submitted: Duration::from_secs(submitted),
            group: GroupId::new(format!("desk-{group}")),
            user: UserId::new("ann"),
            priority: Priority(priority),
            needs: Resources::new(cpu * 1_000, ByteSize::from_gib(memory)),
            duration: Duration::from_secs(duration),
            region: ["eu", "us"].get(usize::from(region)).map(|name| Region::new(*name)),
            labels: if label == 0 { vec![Label::new("gpu=a10")] } else { Vec::new() },
            architecture: None,
        },
    )
}

fn host() -> impl Strategy<Value = FleetHost> {
    (2_u64..9, 2_u64..9, any::<bool>(), 0_u8..4, 30_u64..400).prop_map(|(cpu, memory, is_eu, kind, boot)| FleetHost {
        id: HostId::new(""),
        region: Region::new(if is_eu { "eu" } else { "us" }),
        architecture: Architecture::new("x86_64"),
        labels: if kind == 0 { [Label::new("gpu=a10")].into() } else { [].into() },
        capacity: Resources::new(cpu * 1_000, ByteSize::from_gib(memory)),
        cost_per_hour: Cost(cpu),
        boot_time: Duration::from_secs(boot),
        is_switched: kind != 1,
    })
}

fn fleet() -> impl Strategy<Value = Fleet> {
    (vec(host(), 1..6), any::<u64>(), 0_u8..3).prop_map(|(mut hosts, seed, trouble)| {
        for (number, host) in hosts.iter_mut().enumerate() {
            host.id = HostId::new(format!("c{number}"));
        }
        let faults = match trouble {
            0 => Faults { seed, boot_failures: 0.3, lost_after: Some(Duration::from_secs(1_500)) },
            _ => Faults::default(),
        };
        // Longer than is waited for in one of three worlds.
        let stop_time = Duration::from_secs(if trouble == 1 { 200 } else { 15 });
        Fleet { hosts, stop_time, lease: Duration::from_secs(10), faults }
    })
}

fn policy() -> impl Strategy<Value = Policy> {
    (1_usize..4, 4_u64..20, any::<bool>(), 1_u64..600).prop_map(|(starting_max, quota, has_quota, idle)| {
        let mut policy = Policy { queue_timeout: Duration::from_secs(3 * 3_600), ..Policy::default() };
        policy.power.starting_max = starting_max;
        policy.power.idle_timeout = Duration::from_secs(idle);
        policy.power.minimum_up = Duration::from_secs(60);
        let quota = has_quota.then_some(Resources::new(quota * 1_000, ByteSize::from_gib(quota)));
        policy.groups = BTreeMap::from([(GroupId::new("desk-0"), GroupPolicy { quota, weight: 2 })]);
        policy
    })
}

impl World<'_> {
    /// What the planner is told, with every run told by itself.
    fn with_everything(&self) -> leat_planner::Snapshot {
        let mut snapshot = leat_planner::Snapshot { now: self.now, ..self.snapshot.clone() };
        (snapshot.waiting, snapshot.placed) = (Vec::new(), Vec::new());
        for host in &mut snapshot.hosts {
            host.holds.clear();
        }
        for run in &self.runs[..self.submitted] {
            match run.state {
                State::Waiting => snapshot.waiting.push(run.run.clone()),
                State::Placed { host, .. } => {
                    let host = &mut snapshot.hosts[host];
                    let (id, generation) = (run.run.id.clone(), run.run.generation);
                    host.holds.push(Holding { run: id, generation, resources: run.run.request.total() });
                    snapshot.placed.push(PlacedRun { run: run.run.clone(), hosts: vec![host.id.clone()] });
                }
                State::Ended(_) => {}
            }
        }
        snapshot
    }

    /// No host does more than it can or what it must not, and what is kept in mind of it is true.
    fn keeps_the_rules(&self) {
        let mut free = Resources::ZERO;
        for (number, machine) in self.machines.iter().enumerate() {
            let given = self.given[number];
            let needs = machine.runs.iter().map(|run| self.runs[*run].run.request.total());
            let used = needs.fold(Resources::ZERO, Resources::plus);
            assert!(used == machine.used && used.fits_in(&given.capacity), "{} has {used}", given.id);
            free = free.plus(given.capacity.minus(used));
            let is_up = matches!(self.power(number), PowerState::Ready | PowerState::Draining);
            assert!(machine.runs.is_empty() || is_up && machine.is_on(), "{} works and is off", given.id);
            for run in &machine.runs {
                let part = &self.runs[*run].run.request.parts[0];
                assert!(part.constraints.allow(&self.snapshot.hosts[number]), "{run} is on {}", given.id);
            }
        }
        assert_eq!(free, self.free);
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 64, ..ProptestConfig::default() })]

    #[test]
    fn the_rules_hold_at_every_step(
        runs in vec(run(), 1..40), fleet in fleet(), policy in policy(), is_always_on in any::<bool>()
    ) {
        let trace = Trace::new(runs).unwrap();
        let mode = if is_always_on { Mode::AlwaysOn } else { Mode::OnDemand };
        let mut world = World::of(&trace, &fleet, &policy, mode);
        while let Some(is_changed) = world.advance() {
            world.keeps_the_rules();
            world.observe();
            let (told, everything) = (plan(&world.snapshot, &policy), plan(&world.with_everything(), &policy));
            // With more than is shown another turn is needed, which follows at once; here nothing is cut.
            prop_assert_eq!(&told.plan, &everything.plan);
            let changes = told.plan != leat_planner::Plan::default();
            // The age of runs that wait can change it by itself, which is looked at once a minute.
            let is_asked = is_changed || !world.lines.is_empty();
            prop_assert!(is_asked || !changes, "nobody asks at {:?} for\n{}", world.now.since(START), told.plan);
            if is_changed {
                world.lead();
            }
            world.keeps_the_rules();
        }
        prop_assert!(world.is_over());
        prop_assert!(world.runs.iter().all(|run| run.end().is_some()));
    }
}
