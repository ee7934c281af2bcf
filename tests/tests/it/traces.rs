//! `leat run --trace` and `leat trace`: chosen records followed through whole runs.

use leat_tests::playpen::Playpen;

fn playpen(process: &str) -> Playpen {
    let playpen = Playpen::new();
    playpen.guest("doubling").guest("even-rows").guest("rejects");
    playpen.file("p.strm", process);
    let lines: String = (0..10_000).map(|id| format!("{id},{},l{id}\n", id as f64 - 0.5)).collect();
    playpen.file("in/rows.csv", format!("id,x,label\n{lines}"));
    playpen
}

const PROCESS: &str = "name p\nin \"in/rows.csv\" -> rows\n\
    node even(rows)(kept) component=\"build/even-rows.wasm\"\nnode even2(kept)(fewer) component=\"build/even-rows.wasm\"\n\
    node doubling(rows)(made)\nnode rejects(rows)(good) on_error=queue(bad)\n\
    out fewer -> \"fewer.csv\"\nout made -> \"made.csv\"\nout bad -> \"bad.csv\"\nout good -> \"good.csv\"\n";

#[test]
fn a_record_is_followed_from_its_file_through_every_node_to_the_outputs() {
    let playpen = playpen(PROCESS);
    let ended = playpen.leat(&["run", "p.strm", "--trace", "id=0,9000,9001", "--output", "out"]).succeeds();
    assert!(ended.stdout.contains("trace.jsonl"), "{ended}");
    let shown = playpen.leat(&["trace", "out"]).succeeds().stdout;
    for line in [
        "in_rows read rows 9001: id=9000, x=8999.5, label=\"l9000\"\n",
        "  even saw rows 9001: id=9000, label=\"l9000\"\n",
        "  even sent kept 4501, made of rows 9001: label=\"l9000\", id=9000\n    even2 saw kept 4501: ",
        "    even2 sent fewer 2251, made of kept 4501: label=\"l9000\", id=9000\n      out_fewer wrote fewer 2251: ",
        "  doubling sent made 9001, made of rows 9001: id=9000, y=17999.0\n    out_made wrote made 9001: ",
        "in_rows read rows 9002: id=9001",
        "  rejects rejected rows 1: ",
        "(x is negative)\n",
        "  rejects sent bad 1, made of rows 1: ",
        "    out_bad wrote bad 1: ",
    ] {
        assert!(shown.contains(line), "{line:?} is not in\n{shown}");
    }
    assert!(!shown.contains("even sent kept 4502"), "what a node leaves out goes no further\n{shown}");
    let untraced = playpen.read("out/made.csv");
    playpen.leat(&["run", "p.strm", "--output", "out"]).succeeds();
    assert_eq!(playpen.read("out/made.csv"), untraced, "a trace changes nothing");
    playpen.leat(&["trace", "out"]).fails(2, &["was not traced", "--trace"]);
}

#[test]
fn the_first_records_of_each_input_are_followed_on_any_number_of_threads() {
    let playpen = playpen(&PROCESS.replace("even-rows.wasm\"", "even-rows.wasm\" threads=3"));
    playpen.leat(&["run", "p.strm", "--trace", "rows=2", "--output", "out"]).succeeds();
    let trace = playpen.read("out/trace.jsonl");
    let lines: Vec<serde_json::Value> = trace.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    let of = |node: &str, did: &str| lines.iter().filter(|l| l["node"] == node && l["did"] == did).count();
    assert_eq!((of("in_rows", "read"), of("even", "saw"), of("even", "sent"), of("out_fewer", "wrote")), (2, 2, 1, 1));
}

#[test]
fn a_trace_that_nothing_can_match_is_refused_before_the_run() {
    let playpen = playpen(PROCESS);
    playpen
        .leat(&["run", "p.strm", "--trace", "idd=1", "--output", "out"])
        .fails(2, &["no input has a column `idd`", "did you mean `id`?"]);
    playpen.leat(&["run", "p.strm", "--trace", "rows=none"]).fails(2, &["a number of rows from 1 to 1000"]);
    playpen.leat(&["trace", "nowhere"]).fails(2, &["there is no run in nowhere"]);
}
