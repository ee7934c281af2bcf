//! What holds of every report.

use std::time::Duration;

use leat_planner::Policy;
use leat_planner::id::{Architecture, GroupId, HostId, Region, UserId};
use leat_planner::{ByteSize, Cost, Priority, Resources};
use leat_simulator::{Faults, Fleet, FleetHost, Trace, TraceRun, simulate};
use proptest::collection::vec;
use proptest::prelude::{ProptestConfig, Strategy, any, prop_assert, prop_assert_eq, proptest};

fn run() -> impl Strategy<Value = TraceRun> {
    (1_u64..6, 1_u64..6, 0_u64..40_000, 0_u64..9_000, 0_u8..4).prop_map(|(cpu, memory, submitted, duration, group)| {
        TraceRun {
            submitted: Duration::from_secs(submitted),
            group: GroupId::new(format!("desk-{group}")),
            user: UserId::new("ann"),
            priority: Priority(group),
            needs: Resources::new(cpu * 1_000, ByteSize::from_gib(memory)),
            duration: Duration::from_secs(duration),
            region: None,
            labels: Vec::new(),
            architecture: None,
        }
    })
}

fn fleet() -> impl Strategy<Value = Fleet> {
    (vec((2_u64..7, any::<bool>()), 1..6), any::<u64>(), any::<bool>()).prop_map(|(sizes, seed, trouble)| {
        let host = |(number, (cpu, is_switched)): (usize, (u64, bool))| FleetHost {
            id: HostId::new(format!("c{number}")),
            region: Region::new("eu"),
            architecture: Architecture::new("x86_64"),
            labels: [].into(),
            capacity: Resources::new(cpu * 1_000, ByteSize::from_gib(cpu)),
            cost_per_hour: Cost(cpu * 1_000_000),
            boot_time: Duration::from_secs(60),
            is_switched,
        };
        let lost_after = trouble.then_some(Duration::from_secs(20_000));
        let faults = Faults { seed, boot_failures: if trouble { 0.2 } else { 0.0 }, lost_after };
        let hosts = sizes.into_iter().enumerate().map(host).collect();
        Fleet { hosts, stop_time: Duration::from_secs(10), lease: Duration::from_secs(10), faults }
    })
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 32, ..ProptestConfig::default() })]

    #[test]
    fn every_run_ends_and_no_fleet_is_on_longer_than_always(runs in vec(run(), 1..60), fleet in fleet()) {
        let (trace, policy) = (Trace::new(runs).unwrap(), Policy::default());
        let report = simulate(&trace, &fleet, &policy);
        for figures in [&report.on_demand, &report.always_on] {
            let all = &figures.all;
            prop_assert_eq!(all.ended + all.refused + all.failed, trace.runs().len());
            let sum = |of: fn(&leat_simulator::RunFigures) -> usize| figures.groups.iter().map(|(_, runs)| of(runs)).sum::<usize>();
            prop_assert_eq!([sum(|runs| runs.runs), sum(|runs| runs.ended)], [all.runs, all.ended]);
            prop_assert!(figures.hosts.busy <= figures.hosts.on);
            prop_assert!(figures.hosts.utilisation() <= 1.0);
            let refused: usize = figures.refusals.iter().map(|told| told.runs).sum();
            prop_assert_eq!(refused, all.refused);
        }
        prop_assert!(report.on_demand.hosts.on <= report.always_on.hosts.on);
        prop_assert!(report.on_demand.hosts.cost <= report.always_on.hosts.cost * (1.0 + 1e-9));
        let hosts = u32::try_from(fleet.hosts.len()).unwrap();
        prop_assert_eq!(report.always_on.hosts.on, report.span * hosts);
        prop_assert_eq!(&simulate(&trace, &fleet, &policy), &report);
    }

    #[test]
    fn without_faults_all_work_is_done_once(runs in vec(run(), 1..60), fleet in fleet()) {
        let fleet = Fleet { faults: Faults::default(), ..fleet };
        let trace = Trace::new(runs).unwrap();
        let largest = fleet.hosts.iter().map(|host| host.capacity.cpu_millis).max().unwrap();
        let report = simulate(&trace, &fleet, &Policy::default());
        // Processors and memory go together on these hosts.
        let fits = |run: &&TraceRun| run.needs.cpu_millis.max(run.needs.memory.bytes() / (1 << 30) * 1_000) <= largest;
        let hours: f64 = trace.runs().iter().filter(fits)
            .map(|run| run.needs.cpu_millis as f64 / 1e3 * run.duration.as_secs_f64() / 3_600.0).sum();
        for figures in [&report.on_demand, &report.always_on] {
            prop_assert!((figures.hosts.cpu_hours - hours).abs() <= 1e-6 * hours.max(1.0), "{}", report);
            prop_assert_eq!(figures.all.begun_again, 0);
        }
    }
}
