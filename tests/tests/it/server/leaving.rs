//! What a run leaves for its next attempt: a host dies, and another goes on from the run's last checkpoint.

use leat_tests::installation::{Installation, SMALL};
use leat_tests::playpen::{Playpen, until, until_right};
use leat_tests::processes::{processes_with, signal};
use leat_tests::server::Server;
use serde_json::Value;

use super::hosts::{ends_right, slow_and_last, under_way};
use crate::resuming::{require_same_outputs, slow};

/// Waits until the attempt of this number has left a checkpoint.
fn until_left(server: &Server, playpen: &Playpen, run: &str, attempt: u64) -> Value {
    let is_kept = |seen: &Value| seen["checkpoint"]["generation"].as_u64() == Some(attempt);
    until_right("a checkpoint is kept", || server.json(playpen, &["status", run]), is_kept)["checkpoint"].clone()
}

fn kill_host(server: &Server) {
    signal("KILL", &processes_with(&["host", "--config", &server.data().display().to_string()]));
}

#[test]
fn a_run_whose_host_dies_again_and_again_goes_on_each_time_from_its_last_checkpoint() {
    let server = Server::start(&[]);
    let playpen = slow();
    playpen.leat(&["run", "p.strm", "--output", "here", "--checkpoints", "off"]).succeeds();
    // One attempt in vain would be its last.
    let run = server.submit(&playpen, &["p.strm", "--checkpoints", "200ms", "--attempts", "1"]);
    for attempt in 1..=3 {
        until_left(&server, &playpen, &run, attempt);
        kill_host(&server);
    }
    let ended = server.until_run(&playpen, &run, &["succeeded", "failed", "cancelled"]);
    assert_eq!((ended["state"].as_str(), ended["attempts"].as_u64()), (Some("succeeded"), Some(4)), "{ended}");
    assert_eq!(ended["checkpoint"], Value::Null, "nobody goes on with it any more");
    server.leat(&playpen, &["fetch", &run, "--output", "there"]).succeeds();
    require_same_outputs(&playpen, "here", "there");
    let report = playpen.report("there");
    assert!(report["checkpoints"]["resumed_from"].is_string(), "{report}");
}

/// What `leat status` says of a run, once it is in this state.
fn until_state(server: &Server, playpen: &Playpen, run: &str, state: &str) -> Value {
    server.until_run(playpen, run, &[state, "succeeded", "failed", "cancelled"])
}

#[test]
fn a_run_that_is_paused_holds_no_host_and_loses_nothing() {
    let server = Server::start(&["--idle-timeout", "1s"]);
    let playpen = slow();
    playpen.leat(&["run", "p.strm", "--output", "here", "--checkpoints", "off"]).succeeds();
    // No checkpoint is due before it ends: the pause alone brings one about.
    let run = server.submit(&playpen, &["p.strm", "--checkpoints", "1h"]);
    until("it is at work", || {
        let run = server.json(&playpen, &["status", &run]);
        run["status"]["nodes"][1]["rows_in"].as_u64() > Some(500)
    });
    let said = server.leat(&playpen, &["pause", &run]).succeeds();
    assert!(said.stdout.contains("running, to be paused"), "{said}");
    let paused = until_state(&server, &playpen, &run, "paused");
    assert_eq!(
        (paused["state"].as_str(), paused["checkpoint"]["generation"].as_u64()),
        (Some("paused"), Some(1)),
        "{paused}"
    );
    until("its host is off", || server.host_state(&playpen, "local") == "off");
    assert_eq!(server.json(&playpen, &["status", &run])["state"], "paused");

    server.leat(&playpen, &["resume", &run]).succeeds();
    let ended = server.until_run(&playpen, &run, &["succeeded", "failed", "cancelled"]);
    assert_eq!((ended["state"].as_str(), ended["attempts"].as_u64()), (Some("succeeded"), Some(2)), "{ended}");
    server.leat(&playpen, &["fetch", &run, "--output", "there"]).succeeds();
    require_same_outputs(&playpen, "here", "there");
    assert!(playpen.report("there")["checkpoints"]["resumed_from"].is_string());
}

#[test]
fn a_run_that_waits_is_paused_and_resumed_at_once() {
    let server = Server::start(&[]);
    let playpen = slow();
    let first = server.submit(&playpen, &["p.strm", "--cpus", "2"]);
    let run = server.submit(&playpen, &["p.strm", "--cpus", "2"]);
    assert!(server.leat(&playpen, &["pause", &run]).succeeds().stdout.contains(": paused"));
    server.leat(&playpen, &["cancel", &first]).succeeds();
    until_state(&server, &playpen, &first, "cancelled");
    assert_eq!(server.json(&playpen, &["status", &run])["state"], "paused", "though there is room now");
    assert!(server.leat(&playpen, &["resume", &run]).succeeds().stdout.contains(": queued"));
    let ended = server.until_run(&playpen, &run, &["succeeded", "failed", "cancelled"]);
    assert_eq!((ended["state"].as_str(), ended["attempts"].as_u64()), (Some("succeeded"), Some(1)), "{ended}");
}

#[test]
fn a_host_that_is_drained_has_its_run_go_on_elsewhere_at_once() {
    let installation = Installation::start(1, &[SMALL; 2]);
    let playpen = slow();
    playpen.leat(&["run", "p.strm", "--output", "here", "--checkpoints", "off"]).succeeds();
    let run = installation.leat(0, &playpen, &["submit", "p.strm", "--checkpoints", "1h", "--quiet"]).stdout;
    let run = run.trim().to_owned();
    let mut host = String::new();
    until("it is at work", || {
        let run = installation.json(0, &playpen, &["status", &run]);
        host = run["hosts"][0].as_str().unwrap_or_default().to_owned();
        run["status"]["nodes"][1]["rows_in"].as_u64() > Some(500)
    });
    installation.leat(0, &playpen, &["hosts", "drain", &host]);
    let ended = installation.until_run(0, &playpen, &run, &["succeeded", "failed", "cancelled"]);
    assert_eq!((ended["state"].as_str(), ended["attempts"].as_u64()), (Some("succeeded"), Some(2)), "{ended}");
    installation.leat(0, &playpen, &["fetch", &run, "--output", "there"]);
    require_same_outputs(&playpen, "here", "there");
    assert!(playpen.report("there")["checkpoints"]["resumed_from"].is_string());
}

#[test]
fn a_divided_run_goes_on_from_the_checkpoint_of_all_its_hosts_when_one_of_them_dies() {
    let installation = Installation::hurried(1, &[SMALL; 3]);
    let playpen = slow_and_last();
    playpen.leat(&["run", "p.strm", "--output", "here", "--checkpoints", "off"]).succeeds();
    let submit = ["submit", "p.strm", "--spread", "--checkpoints", "300ms", "--attempts", "1", "--quiet"];
    let run = installation.leat(0, &playpen, &submit).stdout.trim().to_owned();
    for attempt in 1..=2 {
        let mut hosts = Value::Null;
        until("all hosts have left a checkpoint", || {
            let run = installation.json(0, &playpen, &["status", &run]);
            hosts = run["hosts"].clone();
            run["checkpoint"]["generation"].as_u64() == Some(attempt)
        });
        assert_eq!(hosts.as_array().map(Vec::len), Some(2), "it is divided: {hosts}");
        installation.kill_host(hosts[(attempt % 2) as usize].as_str().unwrap());
    }
    let ended = ends_right(&installation, &playpen, &run);
    assert_eq!(ended["attempts"], 3, "{ended}");
    assert!(playpen.report("there")["checkpoints"]["resumed_from"].is_string(), "{}", playpen.report("there"));
}

#[test]
fn an_agent_that_is_killed_and_started_again_at_once_begins_no_attempt_twice() {
    let installation = Installation::hurried(1, &[SMALL; 2]);
    let playpen = slow_and_last();
    playpen.leat(&["run", "p.strm", "--output", "here", "--checkpoints", "off"]).succeeds();
    let submit = ["submit", "p.strm", "--spread", "--checkpoints", "300ms", "--quiet"];
    let run = installation.leat(0, &playpen, &submit).stdout.trim().to_owned();
    let mut host = String::new();
    until("all hosts have left a checkpoint", || {
        let run = installation.json(0, &playpen, &["status", &run]);
        host = run["hosts"][0].as_str().unwrap_or_default().to_owned();
        run["checkpoint"].is_object()
    });
    installation.kill_host(&host);
    // It is heard again before its silence has been long enough to give its runs to others.
    installation.switch_on(&host);
    let ended = ends_right(&installation, &playpen, &run);
    assert_eq!(ended["attempts"], 2, "{ended}");
}

#[test]
fn a_divided_run_that_is_paused_goes_on_from_where_all_its_hosts_were() {
    let installation = Installation::hurried(1, &[SMALL; 2]);
    let playpen = slow_and_last();
    let (run, _) = under_way(&installation, &playpen);
    installation.leat(0, &playpen, &["pause", &run]);
    let paused = installation.until_run(0, &playpen, &run, &["paused", "succeeded", "failed", "cancelled"]);
    assert_eq!((&paused["state"], &paused["checkpoint"]["generation"]), (&"paused".into(), &1.into()), "{paused}");
    installation.leat(0, &playpen, &["resume", &run]);
    let ended = ends_right(&installation, &playpen, &run);
    assert_eq!(ended["attempts"], 2, "{ended}");
    assert!(playpen.report("there")["checkpoints"]["resumed_from"].is_string(), "{}", playpen.report("there"));
}

#[test]
fn a_run_without_checkpoints_begins_again_and_says_so() {
    let server = Server::start(&[]);
    let playpen = slow();
    playpen.leat(&["run", "p.strm", "--output", "here", "--checkpoints", "off"]).succeeds();
    let run = server.submit(&playpen, &["p.strm", "--checkpoints", "off"]);
    until("it is at work", || {
        let run = server.json(&playpen, &["status", &run]);
        run["status"]["nodes"][1]["rows_in"].as_u64() > Some(500)
    });
    kill_host(&server);
    let ended = server.until_run(&playpen, &run, &["succeeded", "failed", "cancelled"]);
    assert_eq!((ended["state"].as_str(), ended["attempts"].as_u64()), (Some("succeeded"), Some(2)), "{ended}");
    server.leat(&playpen, &["fetch", &run, "--output", "there"]).succeeds();
    require_same_outputs(&playpen, "here", "there");
    assert_eq!(playpen.report("there")["checkpoints"], Value::Null);
}
