//! Facts in whole runs: who waits for them, what they are, and that no wait is endless.

use leat_tests::playpen::Playpen;

/// `in/rows.csv` with so many records of `id` and `x`, and a process; `sets-fact` and `reads-fact` are there.
fn playpen(rows: i64, process: &str) -> Playpen {
    let playpen = Playpen::new();
    playpen.guest("sets-fact").guest("reads-fact").guest("names-file");
    playpen.file("p.strm", process);
    let lines: String = (0..rows).map(|id| format!("{id},{id}.5\n")).collect();
    playpen.file("in/rows.csv", format!("id,x\n{lines}"));
    playpen
}

/// `setter` with the fact `total`, and `reader` that waits for it, on the same records.
fn both(setter: &str, reader: &str) -> String {
    format!(
        "name p\nin \"in/rows.csv\" -> rows\n\
         node setter(rows)(passed) component=\"build/sets-fact.wasm\" setfact=total {setter}\n\
         node reader(rows)(scaled) component=\"build/reads-fact.wasm\" {reader}\n\
         out passed -> \"passed.csv\"\nout scaled -> \"scaled.csv\"\n"
    )
}

#[test]
fn a_node_that_reads_a_fact_gets_the_value_that_another_set_after_all_its_records() {
    let mut scaled = Vec::new();
    for wait in ["getfact=total", "getdyn=total", "getdyn=total threads=3"] {
        let playpen = playpen(200_000, &both("", wait));
        playpen.leat(&["run", "p.strm", "--output", "out"]).succeeds();
        let report = playpen.report("out");
        // The sum of 0.5, 1.5, …: half the square of their number.
        assert_eq!(report["facts"][0]["value"]["float64"], 2e10, "{}", report["facts"]);
        assert_eq!(report["facts"][0]["set_by"], "setter");
        let queues = report["queues"].as_array().unwrap();
        let waiting = queues.iter().find(|queue| queue["reader"] == "reader").unwrap();
        assert!(waiting["bytes_spilled"].as_u64().unwrap() > 0, "its records wait on disk: {waiting}");
        let waited = report["nodes"][2]["fact_wait_seconds"].as_f64().unwrap();
        assert_eq!(waited > 0.0, wait.starts_with("getdyn"), "{wait}: {waited}");
        scaled.push(playpen.read("out/scaled.csv"));
    }
    assert!(scaled[0].starts_with("id,y\n0,10000000000.0\n"), "{}", &scaled[0][..40]);
    assert_eq!(scaled[0], scaled[1]);
    assert_eq!(scaled[0], scaled[2]);
}

#[test]
fn a_fact_that_its_setter_never_set_ends_the_run_and_is_named() {
    for wait in ["getfact=total", "getdyn=total"] {
        let playpen = playpen(10, &both("params=(how=\"never\")", wait));
        let ended = playpen.leat(&["run", "p.strm", "--output", "out"]);
        ended.fails(1, &[
            "node reader (p.strm:4): waits for fact total, set by nobody alive: `setter` has ended without setting it",
            "waited for fact total",
        ]);
        let report = playpen.report("out");
        assert_eq!(report["nodes"][2]["awaits"][0], "fact total", "{}", report["nodes"][2]);
        assert_eq!(report["facts"][0]["value"], serde_json::Value::Null);
    }
}

#[test]
fn a_wait_is_shown_while_it_lasts_and_ended_by_its_time() {
    let playpen = playpen(10, &both("params=(how=\"hang\") timeout=\"4s\"", "getfact=total"));
    let ended = playpen.leat(&["run", "p.strm", "--output", "out"]);
    ended.fails(1, &["reader waits for fact total", "node setter", "4 s"]);
    for wait in ["getfact=total", "getdyn=total"] {
        playpen.file("p.strm", both("params=(how=\"hang\")", &format!("{wait} wait=\"200ms\"")));
        playpen
            .leat(&["run", "p.strm", "--output", "out"])
            .fails(1, &["node reader", "waited 200ms for fact total, and `setter` has not set it", "wait="]);
    }
}

#[test]
fn what_cannot_be_a_fact_fails_where_it_is_set() {
    for (how, said) in [
        ("twice", "the fact `total` is set already"),
        ("nan", "a float must be finite"),
        ("other-type", "the fact `total` is declared as float64"),
        ("stranger", "the fact `stranger` is not among those that this node declares"),
        ("reads", "the fact `total` is not among those that this node declares"),
    ] {
        let playpen = playpen(3, &both(&format!("params=(how=\"{how}\")"), "getdyn=total"));
        playpen.leat(&["run", "p.strm", "--output", "out"]).fails(1, &["node setter (p.strm:3)", said]);
    }
}

#[test]
fn a_fact_set_at_the_start_is_there_before_any_record() {
    let playpen = playpen(2, &both("params=(how=\"open\")", "getfact=total"));
    playpen.leat(&["run", "p.strm", "--output", "out"]).succeeds();
    assert_eq!(playpen.read("out/scaled.csv"), "id,y\n0,1.25\n1,3.75\n");
}

#[test]
fn a_fact_may_be_given_by_the_run() {
    let process = "name p\nin \"in/rows.csv\" -> rows\n\
                   node reader(rows)(scaled) component=\"build/reads-fact.wasm\" getfact=total\nout scaled -> \"scaled.csv\"\n";
    let playpen = playpen(2, process);
    playpen.leat(&["run", "p.strm", "--fact", "total=2", "--output", "out"]).succeeds();
    assert_eq!(playpen.read("out/scaled.csv"), "id,y\n0,1.0\n1,3.0\n");
    playpen.leat(&["check", "p.strm"]).fails(1, &["`reader` waits for the fact `total`, which nothing sets", "--fact"]);
    playpen
        .leat(&["run", "p.strm", "--fact", "total=two"])
        .fails(1, &["`--fact total=two` is not a float64", "finite number"]);
    playpen
        .leat(&["run", "p.strm", "--fact", "total=2", "--fact", "totl=1"])
        .fails(1, &["`--fact totl=1` names no fact", "did you mean `--fact total=1`?"]);
}

#[test]
fn a_fact_may_be_part_of_a_path() {
    let process = "name p\nparam file text = \"in/b.csv\"\nqueue again (id int64, x float64)\n\
                   in \"in/rows.csv\" -> rows\nnode names_file(rows)() component=\"build/names-file.wasm\" setfact=cut\n\
                   in dyn.cut -> again\nout again -> \"made/${dyn.day}.csv\"\n";
    let playpen = playpen(3, process);
    playpen.file("in/b.csv", "x,id\n1.5,7\n");
    playpen.leat(&["run", "p.strm", "--fact", "day=2024-01-31", "--output", "out"]).succeeds();
    assert_eq!(playpen.read("out/made/2024-01-31.csv"), "id,x\n7,1.5\n");
    for (file, said) in [
        ("../b.csv", "leads out of its folder"),
        ("/etc/hostname", "leads out of its folder"),
        ("in/b.jsonl", "of another format than its statement says"),
        ("in/none.csv", "in/none.csv"),
        ("", "names no file"),
    ] {
        let file = format!("file={file}");
        let ended = playpen.leat(&["run", "p.strm", "--fact", "day=1", "--param", &file, "--output", "out"]);
        ended.fails(1, &["node in_again (p.strm:6)", said]);
    }
    playpen
        .leat(&["run", "p.strm", "--fact", "day=../../up", "--output", "out"])
        .fails(1, &["node out_again", "leads out of its folder"]);
}

#[test]
fn a_facts_file_needs_declared_columns() {
    let playpen = playpen(3, "name p\nin dyn.cut -> again\nout again -> \"again.csv\"\n");
    playpen
        .leat(&["check", "p.strm", "--fact", "cut=in/rows.csv"])
        .fails(1, &["p.strm:2:4", "the columns of `again` are not known", "queue again (…)"]);
}

#[test]
fn the_facts_of_a_group_that_is_used_twice_are_two() {
    let process = "name p\nin \"in/rows.csv\" -> rows\nin \"in/few.csv\" -> few\n\
                   subprocess scale(rows)(a) {\n\
                     node setter(rows)(passed) component=\"build/sets-fact.wasm\" setfact=total setsig=done\n\
                     node reader(passed)(a) component=\"build/reads-fact.wasm\" getdyn=total\n\
                   }\n\
                   subprocess scale(few)(b) name=again\n\
                   node outside(rows)(c) component=\"build/reads-fact.wasm\" getfact=again.total getsig=scale.done\n\
                   out a -> \"a.csv\"\nout b -> \"b.csv\"\nout c -> \"c.csv\"\n";
    let playpen = playpen(3, process);
    playpen.file("in/few.csv", "id,x\n1,2.0\n");
    playpen.leat(&["run", "p.strm", "--output", "out"]).succeeds();
    assert_eq!(playpen.read("out/a.csv"), "id,y\n0,2.25\n1,6.75\n2,11.25\n");
    assert_eq!(playpen.read("out/b.csv"), "id,y\n1,4.0\n");
    assert_eq!(playpen.read("out/c.csv"), "id,y\n0,1.0\n1,3.0\n2,5.0\n");
    let names: Vec<String> =
        playpen.report("out")["facts"].as_array().unwrap().iter().map(|f| f["name"].to_string()).collect();
    assert_eq!(names, ["\"again.total\"", "\"scale.total\""]);
}

#[test]
fn a_node_is_tested_with_facts_given() {
    let playpen = playpen(2, "");
    let ended = playpen.leat(&["test", "reads-fact", "--input", "in/rows.csv", "--fact", "total=2"]).succeeds();
    assert!(ended.stdout.contains("id,y\n0,1.0\n1,3.0\n"), "{ended}");
    playpen.leat(&["test", "reads-fact", "--input", "in/rows.csv"]).fails(1, &["the fact `total`, which nothing sets"]);
    playpen.leat(&["test", "sets-fact", "--input", "in/rows.csv"]).succeeds();
}
