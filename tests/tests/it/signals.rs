//! Statements that start after signals: what holds them back, what lets them go, and that nothing waits in a circle.

use leat_tests::playpen::Playpen;

/// `in/rows.csv` with so many records of `id` and `x`, and a process.
fn playpen(rows: i64, process: &str) -> Playpen {
    let playpen = Playpen::new();
    playpen.file("p.strm", process);
    let lines: String = (0..rows).map(|id| format!("{id},{id}.5\n")).collect();
    playpen.file("in/rows.csv", format!("id,x\n{lines}"));
    playpen
}

#[test]
fn a_node_that_waits_for_its_own_sources_other_reader_gets_every_record_all_the_same() {
    let process = "in \"in/rows.csv\" -> rows\nout rows -> \"copy.csv\" name=copy\n\
                   node doubling(rows)(made) getsig=copy setsig=doubled\nout made -> \"made.csv\"\n\
                   out rows -> \"late.csv\" getsig=doubled,out_made\n";
    let playpen = playpen(400_000, process);
    playpen.guest("doubling");
    playpen.leat(&["run", "p.strm", "--output", "out"]).succeeds();
    assert_eq!(playpen.read("out/late.csv"), playpen.read("out/copy.csv"));
    assert_eq!(playpen.read("out/made.csv").lines().count(), 400_001);
    let report = playpen.report("out");
    let waiting = report["queues"].as_array().unwrap().iter().find(|queue| queue["reader"] == "doubling").unwrap();
    assert!(waiting["bytes_spilled"].as_u64().unwrap() > 0, "the records wait on disk: {waiting}");
}

#[test]
fn an_input_waits_for_an_outputs_signal() {
    let process = "in \"in/rows.csv\" -> rows\nout rows -> \"copy.csv\"\n\
                   in \"in/rows.csv\" -> again getsig=out_rows\nout again -> \"again.csv\"\n";
    let playpen = playpen(10, process);
    playpen.leat(&["run", "p.strm", "--output", "out"]).succeeds();
    assert_eq!(playpen.read("out/again.csv"), playpen.read("out/copy.csv"));
}

#[test]
fn what_waits_for_a_signal_that_has_not_come_does_not_start_and_says_what_it_waits_for() {
    let process = "in \"in/rows.csv\" -> rows\nnode hangs(rows)(made) setsig=done timeout=\"4s\"\nout made -> \"made.csv\"\n\
                   out rows -> \"late.csv\" name=late getsig=done\n";
    let playpen = playpen(10, process);
    playpen.guest("hangs");
    let ended = playpen.leat(&["run", "p.strm", "--output", "out"]);
    ended.fails(1, &["late waits for signal done", "node hangs", "4 s"]);
    let late = &playpen.report("out")["nodes"][3];
    assert_eq!((&late["name"], &late["inputs"][0]["rows"]), (&"late".into(), &0.into()), "{late}");
}

#[test]
fn a_wait_that_cannot_end_is_found_before_the_run() {
    let process =
        "in \"in/rows.csv\" -> rows\nnode doubling(rows)(made) getsig=written\nout made -> \"made.csv\" name=written\n";
    let playpen = playpen(1, process);
    playpen.guest("doubling");
    playpen.leat(&["check", "p.strm"]).fails(1, &["circle", "`doubling` → made → `written` → signal written"]);
    let process = process.replace("getsig=written", "getsig=writen");
    playpen.file("p.strm", process);
    playpen
        .leat(&["check", "p.strm"])
        .fails(1, &["waits for the signal `writen`, which nothing fires", "did you mean `written`?"]);
}
