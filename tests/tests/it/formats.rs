//! Formats beside CSV, through whole runs.

use leat_tests::playpen::Playpen;

const ROWS: &str = concat!(
    "{\"id\":1,\"price\":2.5,\"note\":\"a\",\"legs\":[{\"x\":1}]}\n",
    "{\"price\":3,\"id\":9007199254740993}\n",
);

/// A playpen with `in/rows.jsonl` and a process.
fn playpen(process: &str, input: impl AsRef<[u8]>) -> Playpen {
    let playpen = Playpen::new();
    playpen.file("p.strm", process);
    playpen.file("in/rows.jsonl", input);
    playpen
}

const DECLARED: &str = "queue rows (id int64, price float64, note text null)\nin \"in/rows.jsonl\" -> rows\n";

#[test]
fn json_lines_become_csv_and_come_back() {
    let there = playpen(&format!("{DECLARED}out rows -> \"rows.csv\"\nout rows -> \"rows.jsonl.zst\"\n"), ROWS);
    there.leat(&["run", "p.strm", "--output", "out"]).succeeds();
    assert_eq!(there.read("out/rows.csv"), "id,price,note\n1,2.5,a\n9007199254740993,3.0,\n");
    there.file("back.strm", "in \"out/rows.jsonl.zst\" -> rows\nout rows -> \"rows.jsonl\"\n");
    there.leat(&["run", "back.strm", "--output", "back"]).succeeds();
    assert_eq!(
        there.read("back/rows.jsonl"),
        "{\"id\":1,\"price\":2.5,\"note\":\"a\"}\n{\"id\":9007199254740993,\"price\":3.0,\"note\":null}\n"
    );
}

#[test]
fn a_node_reads_the_keys_it_asks_for() {
    let process =
        "in \"in/rows.jsonl\" -> rows\nnode n(rows)(made) component=\"build/doubling.wasm\"\nout made -> \"out.csv\"\n";
    let playpen = playpen(process, "{\"x\":1,\"id\":7,\"more\":{}}\n{\"id\":8,\"x\":2.5}\n");
    playpen.guest("doubling");
    playpen.leat(&["run", "p.strm", "--output", "out"]).succeeds();
    assert_eq!(playpen.read("out/out.csv"), "id,y\n7,2.0\n8,5.0\n");
}

#[test]
fn a_record_of_json_that_is_none_is_named_by_check_and_by_run() {
    for (record, said) in [
        ("{\"id\":\"x\",\"price\":1}", "\"x\" is not an int64"),
        ("{\"id\":1}", "price"),
        ("{\"id\":1,\"price\":1", "byte 18"),
        ("{\"id\":1,\"price\":{}}", "object"),
        ("{\"id\":1,\"price\":1,\"id\":2}", "twice"),
    ] {
        for good in [1, 5_000] {
            // That a key stands twice is seen by the run alone.
            let input = "{\"id\":1,\"price\":1}\n".repeat(good) + record + "\n";
            let playpen = playpen(&format!("{DECLARED}out rows -> \"out.csv\"\n"), input);
            let line = format!("in/rows.jsonl:{}: ", good + 1);
            playpen.leat(&["run", "p.strm", "--output", "out"]).fails(1, &[&line, said, "on_error"]);
            assert!(!playpen.root().join("out/out.csv").exists());
        }
    }
}

#[test]
fn bad_records_of_json_go_to_a_queue_with_their_place() {
    let process = DECLARED.replace("-> rows\n", "-> rows on_error=queue(bad)\n");
    let process = format!("{process}out rows -> \"out.csv\"\nout bad -> \"bad.csv\"\n");
    let playpen = playpen(&process, format!("{ROWS}nonsense\n{{\"id\":3,\"price\":null}}\n"));
    playpen.leat(&["run", "p.strm", "--output", "out"]).succeeds();
    assert_eq!(playpen.read("out/out.csv").lines().count(), 3);
    let bad = playpen.read("out/bad.csv");
    assert!(bad.contains("in/rows.jsonl,3,nonsense,") && bad.contains(",4,"), "{bad}");
}

#[test]
fn options_of_csv_are_refused_for_json() {
    for option in ["null=\".\"", "delim=\";\""] {
        let process = format!("in \"in/rows.jsonl\" -> rows {option}\nout rows -> \"out.csv\"\n");
        playpen(&process, ROWS).leat(&["check", "p.strm"]).fails(1, &["JSON lines", option.split('=').next().unwrap()]);
    }
}

#[test]
fn arrow_files_keep_their_types_and_come_back() {
    let there = playpen(&format!("{DECLARED}out rows -> \"rows.arrow\"\n"), ROWS);
    there.leat(&["run", "p.strm", "--output", "out"]).succeeds();
    there.file("back.strm", "in \"out/rows.arrow\" -> rows\nout rows -> \"rows.csv\"\n");
    there.leat(&["run", "back.strm", "--output", "back"]).succeeds();
    assert_eq!(there.read("back/rows.csv"), "id,price,note\n1,2.5,a\n9007199254740993,3.0,\n");
}

#[test]
fn parquet_files_keep_their_types_and_come_back() {
    let there = playpen(&format!("{DECLARED}out rows -> \"rows.parquet\"\n"), ROWS);
    there.leat(&["run", "p.strm", "--output", "out"]).succeeds();
    there.file("back.strm", "in \"out/rows.parquet\" -> rows\nout rows -> \"rows.csv\"\n");
    there.leat(&["run", "back.strm", "--output", "back"]).succeeds();
    assert_eq!(there.read("back/rows.csv"), "id,price,note\n1,2.5,a\n9007199254740993,3.0,\n");
    let wrong = "queue rows (id int64, price text)\nin \"out/rows.parquet\" -> rows\nout rows -> \"rows.csv\"\n";
    there.file("wrong.strm", wrong);
    there
        .leat(&["check", "wrong.strm"])
        .fails(1, &["`price` is declared text, and in `out/rows.parquet` it is float64"]);
}

#[test]
fn a_parquet_file_that_is_damaged_is_refused_with_its_name() {
    let playpen = playpen(&format!("{DECLARED}out rows -> \"x.parquet\"\n"), ROWS);
    playpen.leat(&["run", "p.strm", "--output", "in"]).succeeds();
    playpen.file("p.strm", "in \"in/x.parquet\" -> rows\nout rows -> \"out.csv\"\n");
    let whole = std::fs::read(playpen.root().join("in/x.parquet")).unwrap();
    playpen.file("in/x.parquet", &whole[..whole.len() / 2]);
    playpen.leat(&["check", "p.strm"]).fails(1, &["in/x.parquet", "damaged or cut short", "p.strm:1"]);
    let mut damaged = whole;
    damaged[4..12].fill(0xff);
    playpen.file("in/x.parquet", damaged);
    playpen.leat(&["run", "p.strm", "--output", "out"]).fails(1, &["in/x.parquet: row group 1"]);
    assert!(!playpen.root().join("out/out.csv").exists());
}

#[test]
fn an_arrow_file_that_is_damaged_is_refused_before_anything_runs() {
    let playpen = playpen("in \"in/x.arrow\" -> rows\nout rows -> \"out.csv\"\n", ROWS);
    playpen.file("in/x.arrow", "ARROW1\0\0 and nothing that it should be");
    playpen.leat(&["run", "p.strm", "--output", "out"]).fails(1, &["in/x.arrow", "damaged or cut short", "p.strm:1"]);
}

#[test]
fn a_pattern_reads_its_files_in_the_order_of_their_names() {
    let process = "in \"in/*/rows-?.csv\" -> rows on_error=queue(bad)\nout rows -> \"out.csv\"\nout bad -> \"bad.csv\"\nqueue rows (id int64, x text)\n";
    let playpen = playpen(process, ROWS);
    playpen.file("in/b/rows-1.csv", "x,id\nd,4\n");
    playpen.file("in/a/rows-2.csv", "id,x\n2,b\nthree,c\n");
    playpen.file("in/a/rows-1.csv", "id,x\n1,a\n");
    playpen.leat(&["run", "p.strm", "--output", "out"]).succeeds();
    assert_eq!(playpen.read("out/out.csv"), "id,x\n1,a\n2,b\n4,d\n");
    let bad = playpen.read("out/bad.csv");
    assert!(bad.contains("in/a/rows-2.csv,3,\"three,c\""), "{bad}");
    playpen.file("in/b/rows-2.csv", "id,z\n5,e\n");
    playpen.leat(&["run", "p.strm", "--output", "out"]).fails(1, &["in/b/rows-2.csv", "in/a/rows-1.csv", "\"x\""]);
}

#[test]
fn a_pattern_that_matches_nothing_is_an_error() {
    let playpen = playpen("in \"in/*.csv\" -> rows\nout rows -> \"out.csv\"\n", ROWS);
    playpen.leat(&["check", "p.strm"]).fails(1, &["in/*.csv", "no file matches"]);
}

#[test]
fn a_directory_is_read_at_every_depth_in_the_order_of_its_paths() {
    let playpen = playpen("in \"in/2024/\" -> rows\nout rows -> \"out.csv\"\n", ROWS);
    playpen.file("in/2024/b/1.csv", "id,x\n3,c\n");
    playpen.file("in/2024/a.csv", "x,id\na,1\n");
    playpen.file("in/2024/a/deep/2.csv", "id,x\n2,b\n");
    playpen.file("in/2024/_SUCCESS", "");
    playpen.leat(&["run", "p.strm", "--output", "out"]).succeeds();
    assert_eq!(playpen.read("out/out.csv"), "id,x\n2,b\n1,a\n3,c\n");
    playpen.file("in/2024/more.jsonl", "{}\n");
    playpen.leat(&["check", "p.strm"]).fails(1, &["in/2024/a.csv", "in/2024/more.jsonl", "different formats"]);
    std::fs::remove_file(playpen.root().join("in/2024/more.jsonl")).unwrap();
    playpen.file("in/2024/b/2.csv", "id,y\n3,c\n");
    playpen.leat(&["check", "p.strm"]).fails(1, &["in/2024/b/2.csv", "in/2024/a/deep/2.csv", "\"x\""]);
}
