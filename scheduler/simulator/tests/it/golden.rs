//! Small traces with their whole reports, and what follows from them by hand.

use std::collections::BTreeMap;
use std::time::Duration;

use insta::assert_snapshot;
use leat_simulator::{Fleet, Trace, simulate};

use crate::{fleet, played};

const TWO_HOSTS: &str = r#"
    [[hosts]]
    name = "c"
    count = 2
    power = "racks"
    cpus = 4
    memory = "16 GiB"
    region = "eu"
    architecture = "x86_64"
    cost_per_hour = 2.0

    [simulation]
    boot_time = "1min"
    stop_time = "10s"
"#;

#[test]
fn one_run_waits_for_its_host_to_boot_and_the_host_goes_off_behind_it() {
    let report = played("submitted,group,cpus,memory,duration\n0,desk,1,1GiB,20min\n", TWO_HOSTS);
    let demand = &report.on_demand;
    assert_eq!(demand.all.waited.max, Duration::from_secs(60));
    // 1 min of boot, 20 min of work, 5 min idle, 10 s going off.
    assert_eq!(demand.hosts.on, Duration::from_secs(26 * 60 + 10));
    assert_eq!(demand.hosts.busy, Duration::from_secs(20 * 60));
    assert_eq!((demand.hosts.boots, report.always_on.hosts.boots), (1, 0));
    assert_eq!(report.span, demand.hosts.on);
    assert_eq!(report.always_on.hosts.on, 2 * report.span);
    assert_eq!(report.always_on.all.waited.max, Duration::ZERO);
    assert_snapshot!(report);
}

#[test]
fn a_large_group_does_not_keep_a_small_one_waiting() {
    let mut trace = "submitted,group,user,priority,cpus,memory,duration\n".to_owned();
    for _ in 0..20 {
        trace += "0,large,ann,0,2,2GiB,7min\n";
    }
    trace += "1,small,bob,0,2,2GiB,7min\n1,small,bob,0,2,2GiB,7min\n";
    let report = played(&trace, TWO_HOSTS);
    let [large, small] = [0, 1].map(|group| &report.on_demand.groups[group].1);
    assert!(small.waited.max < large.waited.p50, "{report}");
    assert_snapshot!(report);
}

#[test]
fn what_no_host_can_take_is_refused_in_the_planners_words() {
    let trace = "submitted,group,cpus,memory,duration,region\n\
                 0,desk,1,32GiB,1min,eu\n\
                 0,desk,1,1GiB,1min,us\n\
                 30,desk,1,1GiB,1min,eu\n";
    let report = played(trace, TWO_HOSTS);
    assert_eq!((report.on_demand.all.refused, report.on_demand.all.ended), (2, 1));
    assert_snapshot!(report);
}

#[test]
fn runs_of_lost_hosts_are_begun_again() {
    let faults = format!("{TWO_HOSTS}\nboot_failures = 0.3\nlost_after = \"1h\"\n");
    let mut trace = "submitted,group,cpus,memory,duration\n".to_owned();
    for hour in 0..24 {
        trace += &format!("{},desk,2,2GiB,50min\n", hour * 3_600);
    }
    let report = played(&trace, &faults);
    let demand = &report.on_demand;
    assert!(demand.all.begun_again > 0 && demand.hosts.losses > 0 && demand.hosts.boot_failures > 0, "{report}");
    assert_snapshot!(report);
}

#[test]
fn the_example_is_what_the_manual_says() {
    let [trace, fleet_file] = ["trace.csv", "fleet.toml"].map(deployed);
    assert_snapshot!(played(&trace, &fleet_file));
}

#[test]
fn the_report_for_programs_has_the_same_figures() {
    let report = played("submitted,group,cpus,memory,duration\n0,desk,1,1GiB,20min\n", TWO_HOSTS);
    assert_snapshot!(report.to_json());
}

#[test]
fn a_longer_idle_timeout_has_fewer_boots_and_more_hours() {
    let trace = Trace::from_csv(&(0..8).fold("submitted,group,cpus,memory,duration\n".to_owned(), |trace, hour| {
        trace + &format!("{},desk,1,1GiB,10min\n", hour * 3_600)
    }))
    .unwrap();
    let with = |idle: &str| {
        let policy = BTreeMap::from([("idle_timeout".to_owned(), idle.to_owned())]);
        let given = Fleet::from_toml(TWO_HOSTS, &policy).unwrap();
        simulate(&trace, &given.fleet, &given.policy).on_demand
    };
    let (short, long) = (with("1min"), with("2h"));
    assert_eq!((short.hosts.boots, long.hosts.boots), (8, 1));
    assert!(short.hosts.on < long.hosts.on);
    assert_eq!((short.all.waited.p50.as_secs(), long.all.waited.p50.as_secs()), (60, 0));
}

#[test]
fn a_host_that_names_no_power_is_on_from_beginning_to_end() {
    let unswitched = TWO_HOSTS.replace("power = \"racks\"\n", "");
    let report = played("submitted,group,cpus,memory,duration\n0,desk,1,1GiB,20min\n", &unswitched);
    assert_eq!((report.unswitched, report.on_demand.hosts.boots), (2, 0));
    assert_eq!(report.on_demand.hosts.on, report.always_on.hosts.on);
    assert!(report.to_string().contains("2 of the hosts name no power"), "{report}");
}

#[test]
fn runs_of_an_installation_are_a_trace() {
    let run = |id: u32, started: &str, needs: &str| {
        format!(
            r#"{{"id": "r{id}", "process": "price", "user": "ada", "group": "desk", "state": "succeeded", "priority": 3,
                "submitted": "2026-11-22T06:00:00.5Z", "started": {started}, "ended": "2026-11-22T06:11:00Z", "hosts": [],
                {needs} "region": "eu", "labels": {{"gpu": "a10"}}, "architecture": null}}"#
        )
    };
    let needs = r#""needs": {"cpu_millis": 2000, "memory_bytes": 1073741824},"#;
    let started = "\"2026-11-22T06:01:00Z\"";
    let page = format!(r#"{{"items": [{}, {}], "next": null}}"#, run(1, started, needs), run(2, "null", needs));
    let trace = Trace::from_json(&format!("{page}\n{}", run(3, started, needs))).unwrap();
    assert_eq!((trace.runs().len(), trace.passed_over()), (2, 1));
    let first = &trace.runs()[0];
    assert_eq!(first.duration, Duration::from_secs(600));
    assert_eq!((first.needs.cpu_millis, first.labels[0].as_str()), (2_000, "gpu=a10"));
    let error = Trace::from_json(&run(4, started, "")).unwrap_err();
    assert!(error.to_string().starts_with("run r4, needs: is not told"), "{error}");
}

#[test]
fn the_midtiers_configuration_is_a_fleet() {
    let text = deployed("../midtier.toml");
    let given = fleet(&text);
    assert_eq!(given.fleet.hosts.len(), 1);
    assert!(given.passed_over.contains(&"store".to_owned()) && !given.passed_over.contains(&"hosts".to_owned()));
    // Every key of its section on scheduling is known here.
    let (_, section) = text.split_once("[scheduling]\n").unwrap();
    let section = section.replace("\n# ", "\n").replace("What groups may have.", "# ");
    let section = section.strip_prefix("# ").unwrap_or(&section);
    let all = format!("[[hosts]]\nname = \"c1\"\ncpus = 1\nmemory = \"1 GiB\"\n[scheduling]\n{section}");
    let given = fleet(&all);
    assert_eq!(given.policy.power.starting_max, 64);
    assert_eq!(given.policy.groups.len(), 1);
}

fn deployed(name: &str) -> String {
    let path = format!("{}/../../deploy/simulation/{name}", env!("CARGO_MANIFEST_DIR"));
    std::fs::read_to_string(path).unwrap()
}
