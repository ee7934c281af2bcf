//! What is left when a process dies: of the server, of a host, of a worker.

use std::process::Command;

use leat_tests::playpen::until;
use leat_tests::processes::processes_with;
use leat_tests::server::Server;

use super::playpen;

/// Some three seconds of work.
const ROWS: u32 = 2_500;

fn kill(pids: &[i32]) {
    assert!(!pids.is_empty(), "nothing to kill");
    for pid in pids {
        let _ = Command::new("kill").args(["-KILL", &pid.to_string()]).status();
    }
}

#[test]
fn a_run_whose_host_is_killed_begins_again_and_ends_right() {
    let server = Server::start(&[]);
    let playpen = playpen("takes-time", ROWS);
    playpen.leat(&["run", "p.strm", "--output", "here"]).succeeds();
    let run = server.submit(&playpen, &["p.strm"]);
    server.until_run(&playpen, &run, &["running"]);
    kill(&processes_with(&["host", "--config", &server.data().display().to_string()]));
    let ended = server.until_run(&playpen, &run, &["succeeded", "failed"]);
    assert_eq!((ended["state"].as_str(), ended["attempts"].as_u64()), (Some("succeeded"), Some(2)), "{ended}");
    server.leat(&playpen, &["fetch", &run, "--output", "there"]).succeeds();
    assert_eq!(playpen.read("there/made/out.csv"), playpen.read("here/made/out.csv"));
}

#[test]
fn a_server_that_is_killed_and_started_again_brings_its_runs_to_their_end() {
    let mut server = Server::start(&[]);
    let playpen = playpen("takes-time", ROWS);
    playpen.leat(&["run", "p.strm", "--output", "here"]).succeeds();
    let run = server.submit(&playpen, &["p.strm"]);
    server.until_run(&playpen, &run, &["running"]);
    server.kill();
    until("the hosts have ended with the server", || {
        processes_with(&["host", "--config", &server.data().display().to_string()]).is_empty()
    });
    server.start_again();
    let ended = server.until_run(&playpen, &run, &["succeeded", "failed"]);
    assert_eq!(ended["state"], "succeeded", "{ended}");
    server.leat(&playpen, &["fetch", &run, "--output", "there"]).succeeds();
    assert_eq!(playpen.read("there/made/out.csv"), playpen.read("here/made/out.csv"));
}

#[test]
fn a_server_that_is_stopped_takes_its_hosts_and_workers_with_it() {
    let mut server = Server::start(&[]);
    let playpen = playpen("hangs", 10);
    let run = server.submit(&playpen, &["p.strm"]);
    server.until_run(&playpen, &run, &["running"]);
    let data = server.data().display().to_string();
    assert_eq!(processes_with(&["host", "--config", &data]).len(), 1);
    server.stop();
    until("the hosts have ended", || processes_with(&["host", "--config", &data]).is_empty());
}
