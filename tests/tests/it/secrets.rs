//! Secrets in whole runs on this machine: put, allowed, given to the nodes that name them, and found nowhere else.

use std::fs;
use std::io::Write;
use std::path::Path;
use std::process::{Command, Stdio};

use leat_tests::playpen::{Ended, Playpen, until, wait};
use leat_tests::processes::descendants;

use crate::resuming::has_checkpoint;

const CANARY: &str = "canary-5f3a91-\"quoted\"";
const ALLOWED: &str = "name = \"case\"\n[secrets]\nallow = [\"kv/risk/*\"]\n";
const PLACE: &str = "kv/risk/warehouse#password";

/// A playpen with `asks-secrets`, and a process that gives it one.
fn playpen(options: &str, rows: usize) -> Playpen {
    let playpen = Playpen::new();
    playpen.guest("asks-secrets");
    playpen.file("playpen.toml", ALLOWED);
    playpen.file(
        "p.strm",
        format!(
            "name p\nsecret pg_password = \"{PLACE}\"\nin \"in/rows.csv\" -> rows\n\
             node asks(rows)(made) component=\"build/asks-secrets.wasm\" secrets=pg_password {options}\nout made -> \"out.csv\"\n"
        ),
    );
    let lines: String = (0..rows).map(|id| format!("{id},{id}.5\n")).collect();
    playpen.file("in/rows.csv", format!("id,x\n{lines}"));
    playpen
}

/// Runs leat with the case's own store of secrets.
fn leat(playpen: &Playpen, arguments: &[&str]) -> Ended {
    leat_told(playpen, arguments, "")
}

fn leat_told(playpen: &Playpen, arguments: &[&str], told: &str) -> Ended {
    told_to(&mut playpen.command(arguments), playpen, told)
}

fn told_to(command: &mut Command, playpen: &Playpen, told: &str) -> Ended {
    command.env("LEAT_SECRETS_DIR", playpen.root().join("store"));
    let mut child = command.stdin(Stdio::piped()).spawn().expect("leat starts");
    // One that reads nothing may have ended already.
    let _ = child.stdin.take().expect("it is piped").write_all(told.as_bytes());
    wait(child)
}

fn keep(playpen: &Playpen, value: &str) {
    leat_told(playpen, &["secret", "set", PLACE], &format!("{value}\n")).succeeds();
}

/// Every file below a folder that holds the canary, plainly or as JSON has it.
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

#[test]
fn secrets_are_kept_listed_and_removed_and_never_shown() {
    let playpen = Playpen::new();
    let said = leat_told(&playpen, &["secret", "set", PLACE], &format!("{CANARY}\n")).succeeds();
    playpen.file("key.pem", "-----BEGIN-----\n");
    leat(&playpen, &["secret", "set", "kv/risk/key#pem", "--from-file", "key.pem"]).succeeds();
    let listed = leat(&playpen, &["secret", "list"]).succeeds();
    assert_eq!(listed.stdout, format!("kv/risk/key#pem\n{PLACE}\n"));
    leat(&playpen, &["secret", "rm", "kv/risk/key#pem"]).succeeds();
    leat(&playpen, &["secret", "rm", "kv/risk/key#pem"]).fails(1, &["there is no kv/risk/key#pem", "leat secret list"]);
    assert!(!format!("{said}{listed}").contains("canary"));
    assert_eq!(leaks(playpen.root()), Vec::<String>::new());
    leat(&playpen, &["secret", "set", "kv/../x#y"]).fails(2, &["leads nowhere but down"]);
    leat(&playpen, &["secret", "set", PLACE, CANARY]).fails(2, &["unexpected argument"]);
    leat(&playpen, &["secret", "set", PLACE]).fails(1, &["the secret is empty"]);
}

#[test]
fn a_node_is_given_its_secret_and_it_is_found_nowhere_else() {
    let playpen = playpen("", 10);
    keep(&playpen, CANARY);
    let shown = leat(&playpen, &["plan", "p.strm"]).succeeds();
    assert!(shown.stdout.contains(&format!("pg_password {PLACE}")), "{shown}");
    let ended = leat(&playpen, &["run", "p.strm", "--output", "out", "--format", "json"]).succeeds();
    let counters = &playpen.report("out")["nodes"][1]["counters"];
    assert_eq!(counters["secret_bytes"], CANARY.len(), "{counters}");
    assert!(!format!("{shown}{ended}").contains("canary"), "{ended}");
    assert_eq!(leaks(playpen.root()), Vec::<String>::new());
}

#[test]
fn a_secret_is_in_no_environment_no_command_line_and_no_file_while_the_run_goes_on() {
    let playpen = playpen("params=(how=\"hangs\")", 10);
    keep(&playpen, CANARY);
    let mut command = playpen.command(&["run", "p.strm", "--output", "out", "--checkpoints", "100ms"]);
    let child = command.env("LEAT_SECRETS_DIR", playpen.root().join("store")).spawn().expect("leat starts");
    until("the worker works", || playpen.root().join("out/.out.csv.partial").exists());
    let own = i32::try_from(child.id()).expect("Linux's numbers are small");
    let workers = descendants(own);
    assert!(!workers.is_empty(), "there is a worker");
    for process in workers.iter().copied().chain([own]) {
        for part in ["environ", "cmdline"] {
            let read = fs::read(format!("/proc/{process}/{part}")).expect("it is of this user");
            assert!(!String::from_utf8_lossy(&read).contains("canary"), "{part} of {process}");
        }
        let limits = fs::read_to_string(format!("/proc/{process}/limits")).expect("it is of this user");
        let core = limits.lines().find(|line| line.starts_with("Max core file size")).expect("Linux tells");
        assert_eq!(core.split_whitespace().nth(4), Some("0"), "neither of them dumps core: {core}");
    }
    assert_eq!(leaks(playpen.root()), Vec::<String>::new());
    let pid = child.id().to_string();
    assert!(Command::new("kill").args(["-INT", &pid]).status().expect("kill starts").success());
    let ended = wait(child);
    assert!(!format!("{ended}").contains("canary"), "{ended}");
    assert_eq!(leaks(playpen.root()), Vec::<String>::new());
}

#[test]
fn checkpoints_and_what_is_left_to_resume_hold_no_secret_and_the_store_is_asked_again() {
    let playpen = playpen("params=(how=\"takes its time\") timeout=\"100s\"", 400_000);
    keep(&playpen, CANARY);
    let mut command = playpen.command(&["run", "p.strm", "--output", "o", "--checkpoints", "100ms"]);
    let child = command.env("LEAT_SECRETS_DIR", playpen.root().join("store")).spawn().expect("leat starts");
    until("a checkpoint is whole", || has_checkpoint(&playpen, 1));
    let pid = child.id().to_string();
    assert!(Command::new("kill").args(["-INT", &pid]).status().expect("kill starts").success());
    wait(child).fails(1, &["was stopped", "leat run --resume"]);
    assert!(playpen.root().join("o/job.json").exists(), "there is something to go on with");
    assert_eq!(leaks(playpen.root()), Vec::<String>::new());
    leat(&playpen, &["secret", "rm", PLACE]).succeeds();
    leat(&playpen, &["run", "--resume", "o"]).fails(1, &["the secret store has no", PLACE]);
    keep(&playpen, CANARY);
    leat(&playpen, &["run", "--resume", "o"]).succeeds();
    assert_eq!(leaks(playpen.root()), Vec::<String>::new());
}

#[test]
fn a_missing_secret_is_an_error_before_the_run_starts() {
    let playpen = playpen("", 3);
    let ended = leat(&playpen, &["run", "p.strm", "--output", "out"]);
    ended.fails(1, &["the run needs secrets", "the secret store has no", PLACE, "leat secret set"]);
    assert!(!playpen.root().join("out").exists());
}

#[test]
fn the_key_of_the_secrets_may_lie_elsewhere() {
    let playpen = playpen("", 3);
    let with_key = |key: &str, arguments: &[&str], told: &str| {
        told_to(playpen.command(arguments).env("LEAT_SECRETS_KEY", key), &playpen, told)
    };
    let set = ["secret", "set", PLACE];
    with_key("leat.key", &set, CANARY).succeeds();
    assert!(playpen.root().join("leat.key").exists() && !playpen.root().join("store/key").exists());
    let run = ["run", "p.strm", "--output", "out"];
    with_key("leat.key", &run, "").succeeds();
    assert_eq!(playpen.report("out")["nodes"][1]["counters"]["secret_bytes"], CANARY.len());
    leat(&playpen, &run).fails(1, &["the key that it was sealed with is gone (beside the store)", "restore the key"]);
    let folder = playpen.root().join("store").display().to_string();
    with_key("other.key", &["secret", "list", "--folder", &folder, "--key", "leat.key"], "").succeeds();
    let nowhere = format!("keyring:leat-tests-none-{}", std::process::id());
    with_key(&nowhere, &run, "").fails(1, &["keyctl padd user leat-tests-none-", "put the key back"]);
    with_key("keyring:", &run, "").fails(64, &["LEAT_SECRETS_KEY", "keyring:NAME"]);
    leat(&playpen, &["secret", "list", "--key", "keyring:a b"]).fails(2, &["--key", "keyring:NAME"]);
}

#[test]
fn what_the_playpen_does_not_allow_is_refused_with_who_may_allow_it() {
    let playpen = playpen("", 3);
    keep(&playpen, CANARY);
    for nothing in ["name = \"case\"\n", "name = \"case\"\n[secrets]\nallow = [\"kv/risky/*\"]\n"] {
        playpen.file("playpen.toml", nothing);
        for command in ["check", "run"] {
            leat(&playpen, &[command, "p.strm"]).fails(1, &["secret-refused", PLACE, "playpen.toml does not allow it"]);
        }
    }
    playpen.file("playpen.toml", "name = \"case\"\n[secrets]\nallow = [\"*\"]\n");
    leat(&playpen, &["check", "p.strm"]).fails(64, &["playpen.toml", "allows no paths of secrets"]);
}

#[test]
fn a_node_that_asks_for_what_its_statement_does_not_name_is_denied() {
    let playpen = playpen("params=(name=\"pg_user\")", 3);
    keep(&playpen, CANARY);
    leat(&playpen, &["run", "p.strm", "--output", "out"])
        .fails(1, &["node asks", "`pg_user` is not given to this node"]);
}

#[test]
fn a_node_under_test_is_given_what_a_file_holds_and_nothing_of_its_users() {
    let playpen = playpen("", 3);
    playpen.file("playpen.toml", "name = \"case\"\n");
    playpen.file("password.txt", CANARY);
    keep(&playpen, "of the user");
    let node = ["test", "build/asks-secrets.wasm", "--input", "in/rows.csv"];
    leat(&playpen, &node).fails(1, &["`pg_password` is not given to this node"]);
    let with = |given: &'static str| [&node[..], &["--secret", given]].concat();
    let ended = leat(&playpen, &with("pg_password=password.txt")).succeeds();
    assert!(ended.stdout.contains("3 rows") && !ended.to_string().contains("canary"), "{ended}");
    leat(&playpen, &with("pg_user=password.txt")).fails(1, &["`pg_password` is not given to this node"]);
    leat(&playpen, &with("pg-user=password.txt")).fails(2, &["--secret pg-user", "a letter or `_`"]);
    leat(&playpen, &with("pg_password=nowhere.txt")).fails(1, &["cannot read nowhere.txt"]);
}

#[test]
fn a_process_under_test_takes_a_given_secret_in_place_of_its_users() {
    let playpen = playpen("", 3);
    playpen.file("password.txt", CANARY);
    let process = ["test", "p.strm", "--recovery"];
    leat(&playpen, &process).fails(1, &["the secret store has no", PLACE]);
    let with = |given: &'static str| [&process[..], &["--secret", given]].concat();
    leat(&playpen, &with("pg_password=password.txt")).succeeds();
    leat(&playpen, &with("pg_pasword=password.txt")).fails(2, &["did you mean `pg_password`?"]);
}
