//! A host that was silent for longer than its lease and speaks again: what it still says and sends of the attempt that was taken away
//! from it is dropped.

use leat_tests::http::ask;
use leat_tests::installation::{ADMIN, Installation, SMALL};
use leat_tests::playpen::{Playpen, until};
use leat_tests::processes::signal;

use super::hosts::{ends_right, slow_and_last, under_way};

/// Stops a host's agent, and its workers where that is said, until the run is at work in its second attempt; answers who was stopped.
fn silent_past_its_lease(installation: &Installation, playpen: &Playpen, run: &str, stopped: Vec<i32>) -> Vec<i32> {
    signal("STOP", &stopped);
    until("the run is at work in its second attempt", || {
        let run = installation.json(0, playpen, &["status", run]);
        run["attempts"] == 2 && run["state"] == "running"
    });
    stopped
}

/// It began twice, succeeded once, and the host that was silent ended what it had by itself.
fn one_end_in_two_attempts(installation: &Installation, run: &str, silent: &str) {
    let told = ask("GET", &format!("{}/api/v1/runs/{run}/events", installation.url(0)), ADMIN, None);
    let told = String::from_utf8_lossy(&told.body).into_owned();
    let count = |state: &str| told.matches(&format!("\"state\":\"{state}\"")).count();
    assert_eq!((count("starting"), count("succeeded"), count("failed")), (2, 1, 0), "{told}");
    let said = installation.host_said(silent);
    assert!(said.contains("a run is ended at once"), "{silent} said {said}");
}

#[test]
fn a_worker_that_goes_on_after_its_lease_changes_nothing_of_the_attempt_that_follows() {
    let installation = Installation::hurried(1, &[SMALL; 3]);
    let playpen = slow_and_last();
    let (run, hosts) = under_way(&installation, &playpen);
    let silent = &hosts[0];
    let stopped = installation.agent(silent).into_iter().chain(installation.workers(silent)).collect();
    let stopped = silent_past_its_lease(&installation, &playpen, &run, stopped);
    // Both attempts are at work now, and the older one sends to the broker what it had in hand.
    signal("CONT", &stopped);
    let ended = ends_right(&installation, &playpen, &run);
    assert_eq!(ended["attempts"], 2, "{ended}");
    one_end_in_two_attempts(&installation, &run, silent);
    until("no worker of the older attempt is left", || installation.workers(silent).is_empty());
}

#[test]
fn a_worker_that_ends_while_its_agent_is_silent_publishes_nothing() {
    let installation = Installation::hurried(1, &[SMALL; 3]);
    let playpen = slow_and_last();
    let (run, hosts) = under_way(&installation, &playpen);
    let silent = &hosts[0];
    let agent = installation.agent(silent).into_iter().collect();
    let stopped = silent_past_its_lease(&installation, &playpen, &run, agent);
    let ended = ends_right(&installation, &playpen, &run);
    assert_eq!(ended["attempts"], 2, "{ended}");
    // The agent finds a worker at its end, and orders that no longer have the run.
    signal("CONT", &stopped);
    until("no worker of the older attempt is left", || installation.workers(silent).is_empty());
    one_end_in_two_attempts(&installation, &run, silent);
    let now = installation.json(0, &playpen, &["status", &run]);
    assert_eq!(
        (&now["state"], &now["outputs"], &now["attempts"]),
        (&ended["state"], &ended["outputs"], &ended["attempts"])
    );
}
