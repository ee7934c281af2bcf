//! Faults under runs on several hosts: clocks that are wrong, a database that is gone, a broker without memory, two agents of one
//! name, a host that is shut down, a midtier that dies. The run ends right, and what is not allowed is said.

use std::process::Command;

use leat_tests::faults::StarvedBroker;
use leat_tests::http::ask;
use leat_tests::installation::{ADMIN, Installation, SMALL};
use leat_tests::playpen::{Playpen, until};
use serde_json::Value;

use super::hosts::{ends_right, slow_and_last, under_way};

/// By how much a clock is wrong.
const WRONG_SECONDS: i64 = 60;

/// The seconds of the day of `2026-11-22T08:01:02.3Z`.
fn of_day(time: &str) -> i64 {
    let number = |at: usize| time[at..at + 2].parse::<i64>().expect("a time has two digits here");
    number(11) * 3_600 + number(14) * 60 + number(17)
}

/// By how much the second time is after the first; of two times that are less than half a day apart.
fn after(first: &str, second: &str) -> i64 {
    (of_day(second) - of_day(first) + 43_200).rem_euclid(86_400) - 43_200
}

/// What this machine's clock says, to the second.
fn now() -> String {
    let output = Command::new("date").args(["-u", "+%FT%TZ"]).output().expect("date starts");
    String::from_utf8(output.stdout).expect("a time").trim().to_owned()
}

#[test]
fn hosts_whose_clocks_are_a_minute_wrong_do_their_work_and_the_midtiers_times_are_shown() {
    let wrong = i32::try_from(WRONG_SECONDS).unwrap();
    let installation = Installation::with_clocks_wrong_by(&[wrong, -wrong]);
    let (playpen, begun) = (slow_and_last(), now());
    let (run, _) = under_way(&installation, &playpen);
    let ended = ends_right(&installation, &playpen, &run);
    assert_eq!(ended["attempts"], 1, "{ended}");
    let time = |name: &str| ended[name].as_str().unwrap_or_else(|| panic!("no {name}: {ended}"));
    // In the order in which they were, and none before or after what this machine's clock says, by which the midtier goes.
    let times = [&begun, time("submitted"), time("started"), time("ended"), &now()];
    assert!(times.is_sorted_by(|first, second| after(first, second) >= 0), "{times:?}: {ended}");
    for (host, wrong) in [("c1", WRONG_SECONDS), ("c2", -WRONG_SECONDS)] {
        let said = installation.host_said(host);
        let first = said.lines().find(|line| line.starts_with("20")).unwrap_or_else(|| panic!("{host} said {said:?}"));
        // Said some time between the submit and the end, by that host's clock.
        let saw = after(time("submitted"), first);
        let most = wrong + after(time("submitted"), &now());
        assert!(
            (wrong - 1..=most).contains(&saw) && (wrong > 0 || saw < 0),
            "the clock of {host} is right, nothing was tried: {first}"
        );
    }
}

#[test]
fn a_run_goes_on_while_the_database_is_gone_and_its_status_is_right_afterwards() {
    let installation = Installation::start(1, &[SMALL; 3]);
    let playpen = slow_and_last();
    let (run, _) = under_way(&installation, &playpen);
    let ready = || ask("GET", &format!("{}/api/v1/health/ready", installation.url(0)), ADMIN, None).status;
    installation.database().cut();
    until("the midtier says that it cannot work", || ready() == 503);
    installation.database().mend();
    until("the midtier works again", || ready() == 200);
    let ended = ends_right(&installation, &playpen, &run);
    assert_eq!(ended["attempts"], 1, "it was not placed a second time: {ended}");
    let api = format!("{}/api/v1", installation.url(0));
    let told = ask("GET", &format!("{api}/runs/{run}/events"), ADMIN, None);
    let told = String::from_utf8_lossy(&told.body).into_owned();
    assert_eq!(told.matches("\"state\":\"starting\"").count(), 1, "{told}");
}

#[test]
fn a_divided_run_waits_for_a_broker_without_memory_and_ends_right() {
    let installation = Installation::start(1, &[SMALL; 3]);
    let playpen = slow_and_last();
    playpen.leat(&["run", "p.strm", "--output", "here"]).succeeds();
    let starved = StarvedBroker::new();
    let run = installation.leat(0, &playpen, &["submit", "p.strm", "--spread", "--quiet"]).stdout.trim().to_owned();
    let mut last = Value::Null;
    let rows = |run: &Value, node: &str| {
        let nodes = run["status"]["nodes"].as_array().cloned().unwrap_or_default();
        nodes.iter().find(|other| other["name"] == node).and_then(|node| node["rows_in"].as_u64())
    };
    until("the first part has done its work", || {
        last = installation.json(0, &playpen, &["status", &run]);
        rows(&last, "slow") == Some(4_000)
    });
    assert_eq!((&last["state"], rows(&last, "last")), (&"running".into(), Some(0)), "nothing comes through: {last}");
    drop(starved);
    let ended = ends_right(&installation, &playpen, &run);
    assert_eq!(ended["attempts"], 1, "it has only waited: {ended}");
}

#[test]
fn a_second_agent_of_one_name_is_refused_and_the_first_goes_on() {
    let installation = Installation::start(1, &[SMALL; 3]);
    let playpen = slow_and_last();
    let (run, hosts) = under_way(&installation, &playpen);
    let mut other = installation.start_namesake(&hosts[0]);
    until("the second agent is refused", || {
        installation.namesake_said().contains(&format!("another agent speaks for host {}", hosts[0]))
    });
    let ended = ends_right(&installation, &playpen, &run);
    other.kill().expect("it can be killed");
    other.wait().expect("a killed child ends");
    assert_eq!(ended["attempts"], 1, "the first agent was not disturbed: {ended}");
}

#[test]
fn a_divided_run_whose_host_is_shut_down_ends_right() {
    let installation = Installation::start(1, &[SMALL; 3]);
    let playpen = slow_and_last();
    let (run, hosts) = under_way(&installation, &playpen);
    installation.end_host(&hosts[0]);
    ends_right(&installation, &playpen, &run);
}

#[test]
fn a_divided_run_outlives_a_midtier_that_is_killed_and_started_again() {
    let mut installation = Installation::start(1, &[SMALL; 3]);
    let playpen: Playpen = slow_and_last();
    let (run, _) = under_way(&installation, &playpen);
    installation.kill(0);
    installation.start_again(0);
    let asks = ["status", run.as_str()];
    until("the midtier answers", || installation.try_leat(&playpen, &asks).code == Some(0));
    let ended = ends_right(&installation, &playpen, &run);
    assert_eq!(ended["attempts"], 1, "the hosts went on: {ended}");
}
