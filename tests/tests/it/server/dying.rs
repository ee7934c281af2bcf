//! What is left when a process dies: of the server, of a host, of a worker.

use std::fs::File;
use std::process::{Command, Stdio};

use leat_tests::guarded::write_guarded;
use leat_tests::playpen::{leat, until};
use leat_tests::processes::{processes_with, signal};
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

#[test]
fn an_agent_that_is_told_to_end_ends_though_whoever_started_it_goes_on() {
    let directory = tempfile::tempdir().unwrap();
    let path = |name: &str| directory.path().join(name);
    write_guarded(path("token"), "token-of-c1\n");
    let settings = format!(
        "name = \"c1\"\nmidtiers = [\"http://127.0.0.1:1\"]\ntoken_file = {:?}\ndirectory = {:?}\ncpus = 1\nmemory = \"1 GiB\"\n",
        path("token"),
        path("c1")
    );
    std::fs::write(path("c1.toml"), settings).unwrap();
    let log = File::create(path("log")).unwrap();
    let mut command = Command::new(leat());
    command.args(["host", "--until-stdin-closes", "--config"]).arg(path("c1.toml"));
    let mut agent = command.stdin(Stdio::piped()).stdout(Stdio::null()).stderr(log).spawn().unwrap();
    let said = || std::fs::read_to_string(path("log")).unwrap();
    until("the agent looks for its midtier", || said().contains("the next is tried"));
    signal("TERM", &[i32::try_from(agent.id()).unwrap()]);
    // Its standard input is open all the while.
    until("the agent has ended", || agent.try_wait().unwrap().is_some());
    assert!(agent.wait().unwrap().success(), "{}", said());
}
