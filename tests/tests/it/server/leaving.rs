//! What a run leaves for its next attempt: a host dies, and another goes on from the run's last checkpoint.

use leat_tests::playpen::{Playpen, until};
use leat_tests::processes::{processes_with, signal};
use leat_tests::server::Server;
use serde_json::Value;

use crate::resuming::{require_same_outputs, slow};

/// Waits until the attempt of this number has left a checkpoint.
fn until_left(server: &Server, playpen: &Playpen, run: &str, attempt: u64) -> Value {
    let mut left = Value::Null;
    until("a checkpoint is kept", || {
        left = server.json(playpen, &["status", run])["checkpoint"].clone();
        left["generation"].as_u64() == Some(attempt)
    });
    left
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
