//! Merged queues and several threads of a node: what a run gives depends on the records alone.

use leat_tests::playpen::Playpen;

/// A file of ids from `from` on, as many as said.
fn rows(from: i64, count: i64) -> String {
    let mut text = String::from("id,x,label\n");
    for id in from..from + count {
        text.push_str(&format!("{id},{},l{id}\n", id % 7 - 1));
    }
    text
}

#[test]
fn merged_queues_take_turns_batch_by_batch() {
    let playpen = Playpen::new();
    playpen.guest("even-rows");
    playpen.file("in/a.csv", rows(0, 10_000));
    playpen.file("in/b.csv", rows(100_000, 5_000));
    playpen.file(
        "p.strm",
        "in \"in/a.csv\" -> a\nin \"in/b.csv\" -> b\nnode n(a b)(made) component=\"build/even-rows.wasm\"\n\
         out made -> \"out.csv\"\n",
    );
    playpen.leat(&["run", "p.strm", "--output", "one"]).succeeds();
    playpen.leat(&["run", "p.strm", "--output", "two"]).succeeds();
    assert_eq!(playpen.read("one/out.csv"), playpen.read("two/out.csv"));
    let out = playpen.read("one/out.csv");
    let ids: Vec<i64> = out.lines().skip(1).map(|line| line.rsplit(',').next().unwrap().parse().unwrap()).collect();
    // Batches of 4,096 rows: one of a, one of b, one of a, the rest of b, the rest of a.
    let spans = [(0, 4096), (100_000, 104_096), (4096, 8192), (104_096, 105_000), (8192, 10_000)];
    let expected: Vec<i64> = spans.iter().flat_map(|&(from, to)| (from..to).step_by(2)).collect();
    assert_eq!(ids, expected);
    let inputs = playpen.report("one")["nodes"][2]["inputs"].clone();
    assert_eq!((inputs[0]["queue"].as_str(), inputs[0]["rows"].as_u64()), (Some("a"), Some(10_000)));
    assert_eq!((inputs[1]["queue"].as_str(), inputs[1]["rows"].as_u64()), (Some("b"), Some(5_000)));
}

#[test]
fn a_rejected_record_of_a_merged_port_names_its_own_queue() {
    let playpen = Playpen::new();
    playpen.guest("rejects");
    playpen.file("in/a.csv", "id,x,label\n1,1,a\n");
    playpen.file("in/b.csv", "id,x,label\n2,2,b\n3,-3,b\n");
    let text = "in \"in/a.csv\" -> a\nin \"in/b.csv\" -> b\nnode n(a b)(made) component=\"build/rejects.wasm\"\n\
                out made -> \"out.csv\"\n";
    playpen.file("p.strm", text);
    playpen.leat(&["run", "p.strm", "--output", "fails"]).fails(1, &["row 2 of queue `b`", "x is negative"]);
    let queued = text.replace("rejects.wasm\"", "rejects.wasm\" on_error=queue(bad)") + "out bad -> \"bad.csv\"\n";
    playpen.file("p.strm", queued);
    playpen.leat(&["run", "p.strm", "--output", "queued"]).succeeds();
    assert_eq!(playpen.read("queued/bad.csv"), "id,x,label,reason\n3,-3.0,b,x is negative\n");
}

/// Runs a process with one, two, four and eight threads and compares all files with those of the first run.
fn the_same_for_any_threads(playpen: &Playpen, statement: &str, outputs: &[&str]) {
    let mut first: Option<Vec<String>> = None;
    for threads in [1, 2, 4, 8] {
        let out = outputs.iter().map(|name| format!("out {name} -> \"{name}.csv\"\n")).collect::<String>();
        let text = format!("in \"in/rows.csv\" -> rows\n{statement} threads={threads}\n{out}");
        playpen.file("p.strm", text);
        let directory = format!("with-{threads}");
        playpen.leat(&["run", "p.strm", "--output", &directory]).succeeds();
        let files: Vec<String> = outputs.iter().map(|name| playpen.read(&format!("{directory}/{name}.csv"))).collect();
        assert!(first.get_or_insert_with(|| files.clone()) == &files, "{threads} threads give other files");
        let component = &playpen.report(&directory)["nodes"][1]["component"];
        assert_eq!(component["threads"], threads);
    }
}

#[test]
fn any_number_of_threads_gives_the_same_files() {
    let playpen = Playpen::new();
    playpen.guest("rejects").guest("even-rows");
    playpen.file("in/rows.csv", rows(0, 60_000));
    let statement = "node n(rows)(made) component=\"build/rejects.wasm\" on_error=queue(bad)";
    the_same_for_any_threads(&playpen, statement, &["made", "bad"]);
    let report = playpen.report("with-4");
    assert_eq!(report["nodes"][1]["inputs"][0]["rows"], 60_000);
    assert!(report["nodes"][1]["rejects"]["rows"].as_u64().unwrap() > 1000);
    the_same_for_any_threads(&playpen, "node n(rows)(made) component=\"build/even-rows.wasm\"", &["made"]);
    // Every instance tells its end in the node's one log.
    let log = playpen.read("with-4/logs/n.log");
    assert!((0..4).all(|instance| log.contains(&format!("instance={instance}"))), "{log}");
}

#[test]
fn a_keyed_node_counts_right_with_any_number_of_threads() {
    let playpen = Playpen::new();
    playpen.guest("counts-keys");
    let mut text = String::from("id,label\n");
    for id in 0..50_000 {
        text.push_str(&format!("{id},B{}\n", id * id % 97));
    }
    playpen.file("in/rows.csv", text);
    the_same_for_any_threads(&playpen, "node n(rows)(made) component=\"build/counts-keys.wasm\" by=label", &["made"]);
    let made = playpen.read("with-2/made.csv");
    let counts = made.lines().skip(1).map(|line| line.split_once(',').unwrap());
    let mut labels: Vec<&str> = counts.clone().map(|(label, _)| label).collect();
    assert_eq!(counts.map(|(_, rows)| rows.parse::<f64>().unwrap()).sum::<f64>(), 50_000.0);
    labels.sort_unstable();
    labels.dedup();
    assert_eq!(labels.len(), made.lines().count() - 1, "no label comes from two instances");
    let report = playpen.report("with-2");
    assert_eq!(report["nodes"][1]["component"]["instances"], 16);
    assert_eq!(report["nodes"][1]["counters"]["rows"], 50_000);
}

#[test]
fn a_node_of_several_threads_fails_for_the_same_record_as_one_of_one() {
    let playpen = Playpen::new();
    playpen.guest("rejects").guest("hangs");
    playpen.file("in/rows.csv", rows(0, 60_000).replace(",-1,", ",1,") + "60000,-5,x\n" + &rows(60_001, 40_000)[11..]);
    for threads in [1, 4] {
        playpen.file(
            "p.strm",
            format!(
                "in \"in/rows.csv\" -> rows\nnode n(rows)(made) component=\"build/rejects.wasm\" threads={threads}\n\
                 out made -> \"out.csv\"\n"
            ),
        );
        let ended = playpen.leat(&["run", "p.strm", "--output", &format!("with-{threads}")]);
        ended.fails(1, &["row 60001 of queue `rows`", "x=-5"]);
    }
    playpen.file(
        "p.strm",
        "in \"in/rows.csv\" -> rows\nnode n(rows)(made) component=\"build/hangs.wasm\" threads=4 timeout=\"1s\"\n\
         out made -> \"out.csv\"\n",
    );
    playpen.leat(&["run", "p.strm", "--output", "hangs"]).fails(1, &["node n", "1 s"]);
}

#[test]
fn state_of_a_key_that_shows_in_every_record_is_the_same_for_any_threads() {
    let playpen = Playpen::new();
    playpen.guest("running-totals");
    let row = |id: u32| format!("{id},{}.5,k{}\n", id % 97, id % 13);
    playpen.file("in/rows.csv", (0..20_000).fold("id,x,label\n".to_owned(), |text, id| text + &row(id)));
    the_same_for_any_threads(
        &playpen,
        "node n(rows)(made) component=\"build/running-totals.wasm\" by=label",
        &["made"],
    );
    playpen.file("in/rows.csv", "id,x,label\n1,1.5,a\n2,2,b\n3,2.5,a\n");
    playpen.leat(&["run", "p.strm", "--output", "few"]).succeeds();
    let made = playpen.read("few/made.csv");
    let mut lines: Vec<&str> = made.lines().skip(1).collect();
    lines.sort_unstable();
    assert_eq!(lines, ["1,a,1.5", "2,b,2.0", "3,a,4.0"]);
}
