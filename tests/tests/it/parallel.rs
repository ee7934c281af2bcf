//! Merged queues: what a run gives depends on the records alone.

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
