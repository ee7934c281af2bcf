//! Whole runs with guests: what a process computes, how a bad node ends, and how a run is stopped.

use std::process::Command;

use leat_tests::playpen::{Playpen, until, wait};

/// `in/rows.csv` with ids from 0 and `x` = id - `below_zero`, through one node to `out.csv`.
fn with_node(statement: &str, guest: &str, rows: i64, below_zero: i64) -> Playpen {
    let playpen = Playpen::new();
    playpen.guest(guest);
    playpen.file("p.strm", format!("in \"in/rows.csv\" -> rows\n{statement}\nout made -> \"out.csv\"\n"));
    let mut text = String::from("id,x,label\n");
    for id in 0..rows {
        text.push_str(&format!("{id},{},l{id}\n", id - below_zero));
    }
    playpen.file("in/rows.csv", text);
    playpen
}

fn node(guest: &str, options: &str) -> String {
    format!("node n(rows)(made) component=\"build/{guest}.wasm\" {options}")
}

#[test]
fn a_node_sees_what_it_asked_for_and_passes_on_what_it_did_not() {
    let playpen = with_node(&node("doubling", ""), "doubling", 10_000, 0);
    playpen.leat(&["run", "p.strm", "--output", "out"]).succeeds();
    let out = playpen.read("out/out.csv");
    let lines: Vec<&str> = out.lines().collect();
    assert_eq!(lines.len(), 10_001);
    assert_eq!(lines[0], "id,y");
    let last: Vec<f64> = lines[10_000].split(',').map(|field| field.parse().unwrap()).collect();
    assert_eq!(last, [9_999.0, 19_998.0]);
    let report = playpen.report("out");
    assert_eq!(report["outcome"]["kind"], "succeeded");
    let digest = report["nodes"][1]["component"]["digest"].as_str().unwrap();
    assert!(digest.ends_with(|c: char| c.is_ascii_hexdigit()) && digest.len() >= 64, "{digest}");
}

#[test]
fn a_rerun_gives_the_same_bytes() {
    let playpen = with_node(&node("even-rows", ""), "even-rows", 50_000, 0);
    playpen.leat(&["run", "p.strm", "--output", "a"]).succeeds();
    playpen.leat(&["run", "p.strm", "--output", "b"]).succeeds();
    assert_eq!(playpen.read("a/out.csv"), playpen.read("b/out.csv"));
    assert!(playpen.read("a/logs/n.log").contains("done"), "{}", playpen.read("a/logs/n.log"));
}

#[test]
fn a_rejected_record_fails_the_run_and_is_shown() {
    let playpen = with_node(&node("rejects", ""), "rejects", 100, 1);
    let ended = playpen.leat(&["run", "p.strm", "--output", "out"]);
    ended.fails(1, &["node n", "p.strm:2", "x is negative", "x=-1", "id=0"]);
    assert!(!playpen.root().join("out/out.csv").exists());
    assert_eq!(playpen.report("out")["outcome"]["kind"], "failed");
}

#[test]
fn rejected_records_are_skipped_or_queued_as_the_process_says() {
    let playpen = with_node(&node("rejects", "on_error=skip"), "rejects", 100, 3);
    playpen.leat(&["run", "p.strm", "--output", "out"]).succeeds();
    assert_eq!(playpen.read("out/out.csv").lines().count(), 98);
    assert_eq!(playpen.report("out")["nodes"][1]["rejects"]["rows"], 3);

    let playpen = with_node(&node("rejects", "on_error=queue(bad)\nout bad -> \"bad.csv\""), "rejects", 100, 3);
    playpen.leat(&["run", "p.strm", "--output", "out"]).succeeds();
    let bad = playpen.read("out/bad.csv");
    assert!(bad.starts_with("id,x,label,reason\n0,-3.0,l0,x is negative\n"), "{bad}");
    assert_eq!(bad.lines().count(), 4);
}

#[test]
fn a_hanging_node_is_ended_and_named() {
    let playpen = with_node(&node("hangs", "timeout=\"1s\""), "hangs", 10, 0);
    let ended = playpen.leat(&["run", "p.strm", "--output", "out"]);
    ended.fails(1, &["node n", "batch 1", "1 s", "--interruptible"]);
    assert!(!playpen.root().join("out/out.csv").exists());
    assert_eq!(playpen.report("out")["outcome"]["node"], "n");
}

#[test]
fn an_interruptible_run_says_where_a_node_hung() {
    let playpen = with_node(&node("hangs", "timeout=\"1s\""), "hangs", 10, 0);
    let ended = playpen.leat(&["run", "p.strm", "--output", "out", "--interruptible"]);
    ended.fails(1, &["node n", "1 s", "look_for_the_end"]);
}

#[test]
fn a_node_that_breaks_ends_the_run_with_its_own_error() {
    for (guest, options, said) in [
        ("panics", "", &["no price for -1"] as &[&str]),
        ("traps", "", &["node n"]),
        ("recurses", "", &["stack"]),
        ("allocates", "memory=\"32MiB\"", &["memory", "32 MiB"]),
        ("floods-log", "params=(by=\"logging\") max_log=\"64KiB\"", &["log", "64 KiB"]),
        ("floods-output", "max_output=\"1MiB\"", &["output", "1 MiB"]),
    ] {
        let playpen = with_node(&node(guest, options), guest, 10, 1);
        let ended = playpen.leat(&["run", "p.strm", "--output", "out"]).fails(1, said);
        assert!(ended.stderr.contains("node n"), "{guest}: {ended}");
    }
}

#[test]
fn a_component_that_is_none_is_refused_before_the_run() {
    for (bytes, said) in [
        (b"\0asm\x0d\0\x01\0truncated".as_slice(), "p.strm:2"),
        (b"\0asm\x01\0\0\0".as_slice(), "core WebAssembly module"),
        (b"", "empty"),
    ] {
        let playpen = with_node("node n(rows)(made)", "doubling", 3, 0);
        playpen.file("build/n.wasm", bytes);
        playpen.leat(&["run", "p.strm", "--output", "out"]).fails(1, &[said, "n.wasm"]);
    }
    for guest in ["other-world", "other-version"] {
        let playpen = with_node(&node(guest, ""), guest, 3, 0);
        playpen.leat(&["check", "p.strm"]).fails(1, &["leat:node"]);
    }
}

#[test]
fn ctrl_c_ends_a_run_and_reports_what_was_done_while_partial_results_were_visible() {
    let process = format!("{}\nout rows -> \"copy.csv\"", node("hangs", ""));
    let playpen = with_node(&process, "hangs", 50_000, 0);
    let child = playpen.command(&["run", "p.strm", "--output", "out"]).spawn().unwrap();
    let partial = playpen.root().join("out/.copy.csv.partial");
    until("rows are in the partial output", || std::fs::metadata(&partial).is_ok_and(|m| m.len() > 10_000));
    let pid = child.id().to_string();
    assert!(Command::new("kill").args(["-INT", &pid]).status().unwrap().success());
    wait(child).fails(1, &["stopped", "rows"]);
    assert!(!partial.exists() && !playpen.root().join("out/copy.csv").exists());
    assert_eq!(playpen.report("out")["outcome"]["kind"], "stopped");
}

#[test]
fn a_worker_that_is_killed_is_noticed_and_publishes_nothing() {
    let playpen = with_node(&node("hangs", ""), "hangs", 10, 0);
    let child = playpen.command(&["run", "p.strm", "--output", "out"]).spawn().unwrap();
    let parent = child.id().to_string();
    until("the worker runs", || playpen.root().join("out/.out.csv.partial").exists());
    assert!(Command::new("pkill").args(["-KILL", "-P", &parent]).status().unwrap().success());
    wait(child).fails(1, &["worker", "signal"]);
    assert!(!playpen.root().join("out/out.csv").exists());
}

#[test]
fn two_runs_into_the_same_output_do_not_mix() {
    let playpen = with_node(&node("hangs", ""), "hangs", 10, 0);
    let mut first = playpen.command(&["run", "p.strm", "--output", "out"]).spawn().unwrap();
    until("the first run writes", || playpen.root().join("out/.out.csv.partial").exists());
    playpen.leat(&["run", "p.strm", "--output", "out"]).fails(1, &["another run", "out"]);
    first.kill().unwrap();
    wait(first);
}

#[test]
fn parameters_reach_nodes_and_paths() {
    let playpen = with_node(&node("hangs", ""), "hangs", 10, 0);
    playpen.file("q.strm", "param day text = \"one\"\nin \"in/${day}.csv\" -> a\nout a -> \"${day}/copy.csv\"\n");
    playpen.file("in/two.csv", "x\n1\n");
    playpen.leat(&["run", "q.strm", "--param", "day=two", "--output", "out"]).succeeds();
    assert_eq!(playpen.read("out/two/copy.csv"), "x\n1\n");
    playpen.leat(&["run", "q.strm", "--param", "dya=two"]).fails(1, &["dya", "day"]);
}
