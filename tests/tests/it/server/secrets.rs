//! Secrets of submitted runs: given to the nodes that name them on whatever host, found nowhere else, revoked at the end, and waited for
//! while their store is away.

use std::fs::{self, Permissions};
use std::io::Write;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::Stdio;

use leat_tests::http::ask;
use leat_tests::playpen::{Playpen, until, until_right, wait};
use leat_tests::processes::{descendants, processes_with, signal};
use leat_tests::server::Server;
use serde_json::Value;

const CANARY: &str = "canary-7b20e4-\"quoted\"";
const PLACE: &str = "kv/risk/warehouse#password";
/// A few seconds of the guest that takes its time.
const ROWS: usize = 400_000;

/// A playpen with `asks-secrets`, and a process that gives it one.
fn playpen(options: &str, rows: usize) -> Playpen {
    let playpen = Playpen::new();
    playpen.guest("asks-secrets");
    playpen.file("playpen.toml", "name = \"case\"\n[secrets]\nallow = [\"kv/risk/*\"]\n");
    playpen.file(
        "p.strm",
        format!(
            "name p\nsecret pg_password = \"{PLACE}\"\nin \"in/rows.csv\" -> rows\n\
             node asks(rows)(made) component=\"build/asks-secrets.wasm\" secrets=pg_password timeout=\"100s\" {options}\n\
             out made -> \"out.csv\"\n"
        ),
    );
    let lines: String = (0..rows).map(|id| format!("{id},{id}.5\n")).collect();
    playpen.file("in/rows.csv", format!("id,x\n{lines}"));
    playpen
}

/// Puts the secret where the server's user has theirs.
fn keep(server: &Server, playpen: &Playpen) {
    let mut command = server.command(playpen, &["secret", "set", PLACE]);
    let mut child = command.stdin(Stdio::piped()).spawn().expect("leat starts");
    child.stdin.take().expect("it is piped").write_all(format!("{CANARY}\n").as_bytes()).expect("leat reads");
    wait(child).succeeds();
}

/// Where the server's user has their secrets.
fn folder(server: &Server) -> PathBuf {
    server.data().with_file_name("share").join("leat/secrets")
}

/// Every file below a folder that holds the canary.
fn leaks(folder: &Path) -> Vec<String> {
    let plain = &CANARY.as_bytes()[..14];
    let mut found = Vec::new();
    for entry in fs::read_dir(folder).into_iter().flatten().flatten() {
        let path = entry.path();
        if path.is_dir() {
            found.extend(leaks(&path));
        } else if fs::read(&path).is_ok_and(|bytes| bytes.windows(plain.len()).any(|window| window == plain)) {
            found.push(path.display().to_string());
        }
    }
    found
}

/// That the secret is nowhere: in no file of the server, its hosts or the user, in nothing that was said.
fn is_nowhere(server: &Server, playpen: &Playpen) {
    let all = server.data().parent().expect("the data have a place").to_owned();
    assert_eq!((leaks(&all), leaks(playpen.root())), (Vec::new(), Vec::new()));
    assert!(!server.said().contains("canary"), "{}", server.said());
}

/// That no process of the server has it where others can look, or would leave it in a core file.
fn no_process_shows_it(server: &Server) {
    let own = processes_with(&["serve", "--data", &server.data().display().to_string()]);
    let all: Vec<i32> = own.iter().flat_map(|own| descendants(*own)).chain(own.iter().copied()).collect();
    assert!(all.len() >= 3, "the server, a host and a worker: {all:?}");
    for process in all {
        for part in ["environ", "cmdline"] {
            let Ok(read) = fs::read(format!("/proc/{process}/{part}")) else { continue };
            assert!(!String::from_utf8_lossy(&read).contains("canary"), "{part} of {process}");
        }
        let Ok(limits) = fs::read_to_string(format!("/proc/{process}/limits")) else { continue };
        let core = limits.lines().find(|line| line.starts_with("Max core file size")).expect("Linux tells");
        assert_eq!(core.split_whitespace().nth(4), Some("0"), "process {process} dumps no core: {core}");
    }
}

/// How often the server has said something.
fn times(server: &Server, words: &str) -> usize {
    server.said().matches(words).count()
}

fn until_revoked(server: &Server, count: usize) {
    until("the grants are revoked", || times(server, "a grant of secrets is revoked") == count);
}

fn kill_hosts(server: &Server) {
    let hosts = processes_with(&["host", "--config", &server.data().display().to_string()]);
    assert!(!hosts.is_empty(), "there is a host to be killed");
    signal("KILL", &hosts);
}

fn has_checkpoint(seen: &Value) -> bool {
    seen["checkpoint"].is_object()
}

#[test]
fn a_submitted_run_is_given_its_secret_and_it_is_found_nowhere_else() {
    let server = Server::start(&[]);
    let playpen = playpen("params=(how=\"takes its time\")", ROWS);
    keep(&server, &playpen);
    let run = server.submit(&playpen, &["p.strm", "--checkpoints", "100ms"]);
    until_right("a checkpoint is kept", || server.json(&playpen, &["status", &run]), has_checkpoint);
    no_process_shows_it(&server);
    is_nowhere(&server, &playpen);
    let api = format!("{}/api/v1", server.url());
    for path in ["runs", "hosts", &format!("runs/{run}"), &format!("runs/{run}/logs")] {
        let answer = ask("GET", &format!("{api}/{path}"), &server.token(), None);
        assert!(!String::from_utf8_lossy(&answer.body).contains("canary"), "{path}");
    }
    let ended = server.until_run(&playpen, &run, &["succeeded", "failed", "cancelled"]);
    assert_eq!(ended["state"], "succeeded", "{ended}");
    until_revoked(&server, 1);
    server.leat(&playpen, &["fetch", &run, "--output", "there"]).succeeds();
    let counters = &playpen.report("there")["nodes"][1]["counters"];
    assert_eq!(counters["secret_bytes"], CANARY.len(), "{counters}");
    is_nowhere(&server, &playpen);
}

#[test]
fn the_next_attempt_of_a_run_whose_host_was_killed_has_a_grant_of_its_own() {
    let server = Server::start(&[]);
    let playpen = playpen("params=(how=\"takes its time\")", ROWS);
    keep(&server, &playpen);
    let run = server.submit(&playpen, &["p.strm", "--checkpoints", "100ms"]);
    until_right("a checkpoint is kept", || server.json(&playpen, &["status", &run]), has_checkpoint);
    kill_hosts(&server);
    let ended = server.until_run(&playpen, &run, &["succeeded", "failed"]);
    assert_eq!((ended["state"].as_str(), ended["attempts"].as_u64()), (Some("succeeded"), Some(2)), "{ended}");
    until_revoked(&server, 2);
    assert_eq!(times(&server, "an attempt is granted its secrets"), 2);
    is_nowhere(&server, &playpen);
}

#[test]
fn a_server_that_is_started_again_revokes_what_the_one_before_has_granted() {
    let mut server = Server::start(&[]);
    let playpen = playpen("params=(how=\"takes its time\")", ROWS);
    keep(&server, &playpen);
    let run = server.submit(&playpen, &["p.strm", "--checkpoints", "100ms"]);
    until_right("a checkpoint is kept", || server.json(&playpen, &["status", &run]), has_checkpoint);
    server.kill();
    server.start_again();
    let ended = server.until_run(&playpen, &run, &["succeeded", "failed"]);
    assert_eq!(ended["state"], "succeeded", "{ended}");
    until_revoked(&server, 2);
    is_nowhere(&server, &playpen);
}

#[test]
fn while_the_store_is_away_new_runs_are_refused_and_an_attempt_waits_and_says_so() {
    let server = Server::start(&[]);
    let playpen = playpen("params=(how=\"takes its time\")", ROWS);
    keep(&server, &playpen);
    let run = server.submit(&playpen, &["p.strm", "--checkpoints", "100ms"]);
    until_right("a checkpoint is kept", || server.json(&playpen, &["status", &run]), has_checkpoint);
    // Others may read the key: the store is used no more until somebody has looked at it.
    let key = folder(&server).join("key");
    fs::set_permissions(&key, Permissions::from_mode(0o644)).expect("the key is there");
    server.leat(&playpen, &["submit", "p.strm"]).fails(1, &["the secret store refuses this midtier"]);
    fs::set_permissions(&key, Permissions::from_mode(0o600)).expect("the key is there");
    // And none is there to be read.
    let (file, aside) = (folder(&server).join("secrets"), folder(&server).join("aside"));
    fs::rename(&file, &aside).and_then(|()| fs::create_dir(&file)).expect("the store is a file");
    server.leat(&playpen, &["submit", "p.strm"]).fails(1, &["secret store unreachable"]);
    assert_eq!(server.json(&playpen, &["status", &run])["state"], "running", "it goes on with what it holds");
    kill_hosts(&server);
    let waits = |seen: &Value| seen["why"].as_str().is_some_and(|why| why.contains("secret store unreachable"));
    let seen = until_right("the next attempt waits", || server.json(&playpen, &["status", &run]), waits);
    assert_eq!(seen["state"], "starting", "{seen}");
    let told = server.leat(&playpen, &["status", &run]).succeeds();
    assert!(told.stdout.contains("starting: waits for its secrets: secret store unreachable"), "{told}");
    fs::remove_dir(&file).and_then(|()| fs::rename(&aside, &file)).expect("nobody has put anything there");
    let ended = server.until_run(&playpen, &run, &["succeeded", "failed"]);
    assert_eq!((ended["state"].as_str(), ended["attempts"].as_u64()), (Some("succeeded"), Some(2)), "{ended}");
}

#[test]
fn a_secret_that_is_not_there_or_not_given_fails_the_run_by_its_name() {
    let server = Server::start(&[]);
    let missing = playpen("", 3);
    let run = server.submit(&missing, &["p.strm"]);
    let ended = server.until_run(&missing, &run, &["failed", "succeeded"]);
    let why = ended["why"].as_str().unwrap_or_default();
    assert!(why.contains("the secret store has no kv/risk/warehouse#password"), "{ended}");
    assert_eq!(ended["attempts"], 1, "no other host would find it");
    let undeclared = playpen("params=(name=\"pg_user\")", 3);
    keep(&server, &undeclared);
    let run = server.submit(&undeclared, &["p.strm"]);
    let ended = server.until_run(&undeclared, &run, &["failed", "succeeded"]);
    assert!(ended["why"].as_str().is_some_and(|why| why.contains("`pg_user` is not given to this node")), "{ended}");
    is_nowhere(&server, &undeclared);
}
