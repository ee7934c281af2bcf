//! `leat serve` and the commands that ask it: runs submitted, watched, ended and fetched, and what is left when things
//! die.

mod access;
mod audit;
mod discovery;
mod dying;
mod faults;
mod fencing;
mod flood;
mod full;
mod hosts;
mod installation;
mod issued;
mod leaving;
mod logins;
mod many;
mod objects;
mod openbao;
mod parameters;
mod plain;
mod poison;
mod secrets;
mod secure;
mod spans;

use leat_tests::playpen::Playpen;
use leat_tests::server::Server;
use serde_json::Value;

/// A process with one node over so many rows.
fn playpen(guest: &str, rows: u32) -> Playpen {
    let playpen = Playpen::new();
    playpen.guest(guest);
    let text: String = (0..rows).fold("id,x\n".to_owned(), |text, id| text + &format!("{id},{}.5\n", id % 97));
    playpen.file("in/rows.csv", text);
    playpen.file(
        "p.strm",
        format!(
            "name p\nin \"in/rows.csv\" -> rows\nnode n(rows)(made) component=\"build/{guest}.wasm\" timeout=\"100s\"\n\
             out made -> \"made/out.csv\"\n"
        ),
    );
    playpen
}

fn only_run(server: &Server, playpen: &Playpen) -> Value {
    let runs = server.json(playpen, &["runs"]);
    let items = runs["items"].as_array().unwrap();
    assert_eq!(items.len(), 1, "{runs}");
    items[0].clone()
}

#[test]
fn a_submitted_run_gives_the_bytes_of_a_run_here_on_a_host_that_was_off_before_and_after() {
    let server = Server::start(&["--idle-timeout", "1s"]);
    let playpen = playpen("doubling", 20_000);
    assert_eq!(server.host_state(&playpen, "local"), "off");
    playpen.leat(&["run", "p.strm", "--output", "here"]).succeeds();
    let ended = server.leat(&playpen, &["submit", "p.strm", "--wait", "--output", "there"]).succeeds();
    assert_eq!(playpen.read("there/made/out.csv"), playpen.read("here/made/out.csv"));
    assert_eq!(playpen.report("there")["outcome"]["kind"], "succeeded");
    let run = only_run(&server, &playpen);
    assert_eq!(run["state"], "succeeded", "{ended}");
    leat_tests::playpen::until("the host is off again", || server.host_state(&playpen, "local") == "off");
}

#[test]
fn a_process_with_a_fault_is_refused_before_anything_is_sent() {
    let server = Server::start(&[]);
    let playpen = playpen("doubling", 10);
    playpen.file("p.strm", "in \"in/rows.csv\" -> rows\nout raws -> \"out.csv\"\n");
    server.leat(&playpen, &["submit", "p.strm"]).fails(1, &["raws", "p.strm:2"]);
    assert_eq!(server.json(&playpen, &["runs"])["items"], Value::Array(Vec::new()));
}

#[test]
fn a_run_that_no_host_could_ever_take_is_refused_at_once_with_what_there_is() {
    let server = Server::start(&[]);
    let playpen = playpen("doubling", 10);
    server
        .leat(&playpen, &["submit", "p.strm", "--memory", "900TiB"])
        .fails(1, &["921600 GiB", "the largest such host, local"]);
    server.leat(&playpen, &["submit", "p.strm", "--region", "mars"]).fails(1, &["mars"]);
}

#[test]
fn a_run_that_fails_says_why_and_publishes_nothing() {
    let server = Server::start(&[]);
    let playpen = playpen("rejects", 10);
    playpen.file("in/rows.csv", "id,x,label\n1,-1,a\n");
    let ended = server.leat(&playpen, &["submit", "p.strm", "--wait", "--output", "there"]);
    ended.fails(1, &["failed", "x is negative"]);
    assert!(!playpen.root().join("there/made").exists());
    let run = only_run(&server, &playpen);
    assert_eq!(run["state"], "failed");
    assert_eq!(run["attempts"], 1, "a fault of the process is not tried again: {run}");
    let fetched = server.leat(&playpen, &["fetch", "last", "--output", "there"]);
    fetched.fails(1, &["published nothing"]);
    assert_eq!(playpen.report("there")["outcome"]["kind"], "failed");
}

#[test]
fn a_run_is_cancelled_wherever_it_is() {
    let server = Server::start(&[]);
    let playpen = playpen("hangs", 10);
    let run = server.submit(&playpen, &["p.strm", "--cpus", "0.5"]);
    server.until_run(&playpen, &run, &["running"]);
    server.leat(&playpen, &["cancel", &run]).succeeds();
    let ended = server.until_run(&playpen, &run, &["cancelled"]);
    assert!(ended["outputs"].as_array().is_none_or(Vec::is_empty), "{ended}");
    // What has ended stays as it is.
    server.leat(&playpen, &["cancel", "last"]).succeeds();
    assert_eq!(server.json(&playpen, &["status", "last"])["state"], "cancelled");
}

#[test]
fn a_run_that_waits_says_what_for() {
    let server = Server::start(&[]);
    let playpen = playpen("hangs", 10);
    let capacity = server.json(&playpen, &["hosts"])["items"][0]["capacity"]["cpu_millis"].as_u64().unwrap();
    let all = format!("{}", capacity / 1_000);
    let first = server.submit(&playpen, &["p.strm", "--cpus", &all]);
    server.until_run(&playpen, &first, &["running"]);
    let second = server.submit(&playpen, &["p.strm", "--cpus", &all]);
    leat_tests::playpen::until("the second run says what it waits for", || {
        let run = server.json(&playpen, &["status", &second]);
        run["state"] == "queued" && !run["why"].as_str().unwrap_or_default().is_empty()
    });
    server.leat(&playpen, &["cancel", &second]).succeeds();
    server.until_run(&playpen, &second, &["cancelled"]);
    server.leat(&playpen, &["cancel", &first]).succeeds();
    server.until_run(&playpen, &first, &["cancelled"]);
}

#[test]
fn the_same_key_is_the_same_run() {
    let server = Server::start(&[]);
    let playpen = playpen("doubling", 10);
    let first = server.submit(&playpen, &["p.strm", "--key", "nightly-2026-11-22"]);
    let second = server.submit(&playpen, &["p.strm", "--key", "nightly-2026-11-22"]);
    assert_eq!(first, second);
    let other = server.leat(&playpen, &["submit", "p.strm", "--key", "nightly-2026-11-22", "--priority", "9"]);
    other.fails(1, &["idempotency-key-in-use"]);
    only_run(&server, &playpen);
}

#[test]
fn what_a_node_logs_is_shown_and_a_run_that_ended_can_be_run_again() {
    let server = Server::start(&[]);
    let playpen = playpen("even-rows", 100);
    playpen.file("in/rows.csv", "id,x,label\n1,1,a\n2,2,b\n");
    server.leat(&playpen, &["submit", "p.strm", "--wait"]).succeeds();
    let nodes = server.leat(&playpen, &["logs", "last"]).succeeds();
    assert_eq!(nodes.stdout.trim(), "n");
    let log = server.leat(&playpen, &["logs", "last", "n", "--follow"]).succeeds();
    assert!(log.stdout.contains("done"), "{log}");
    let first = server.json(&playpen, &["status", "last"]);
    server.leat(&playpen, &["retry", "last"]).succeeds();
    let second = server.until_run(&playpen, "last", &["succeeded"]);
    assert_ne!(first["id"], second["id"]);
    assert_eq!(second["retry_of"], first["id"]);
    assert_eq!(second["outputs"], first["outputs"], "the same run again gives the same bytes");
}

#[test]
fn many_runs_at_once_all_end_and_the_urgent_ones_first() {
    let server = Server::start(&["--hosts", "2"]);
    let playpen = playpen("doubling", 100);
    let runs: Vec<String> = (0..24)
        .map(|n| server.submit(&playpen, &["p.strm", "--cpus", "0.5", "--priority", &(n % 4).to_string()]))
        .collect();
    for run in &runs {
        let ended = server.until_run(&playpen, run, &["succeeded", "failed", "cancelled"]);
        assert_eq!(ended["state"], "succeeded", "{ended}");
        assert_eq!(ended["attempts"], 1, "{ended}");
    }
}

#[test]
fn a_server_that_is_not_there_is_named_with_the_way_out() {
    let server = Server::start(&[]);
    let playpen = playpen("doubling", 10);
    let ended = server.leat(&playpen, &["runs", "--server", "http://127.0.0.1:1"]);
    ended.fails(1, &["cannot reach the server", "127.0.0.1:1", "leat serve"]);
    server.leat(&playpen, &["runs", "--server", "nowhere"]).fails(64, &["no server `nowhere`"]);
    let ended = server.command(&playpen, &["runs", "--server", server.url()]).spawn().unwrap();
    leat_tests::playpen::wait(ended).fails(1, &["does not know who asks", "LEAT_TOKEN"]);
    server.leat(&playpen, &["status", "no-such-run"]).fails(1, &["no-such-run"]);
}

#[test]
fn a_second_server_on_the_same_data_is_refused_and_so_is_one_for_other_machines() {
    let server = Server::start(&[]);
    let playpen = Playpen::new();
    let data = server.data().display().to_string();
    server
        .leat(&playpen, &["serve", "--listen", "127.0.0.1:0", "--data", &data])
        .fails(1, &["another `leat serve` uses"]);
    server.leat(&playpen, &["serve", "--listen", "0.0.0.0:0"]).fails(2, &["this machine alone"]);
}
