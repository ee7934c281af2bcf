//! Groups in whole runs: files used by name, names inside them in logs, reports and errors, and what is refused.

use leat_tests::playpen::Playpen;

const DOUBLE: &str = "name double(rows)(made)\nnode even(rows)(made) component=\"build/even-rows.wasm\"\n";

fn playpen(process: &str) -> Playpen {
    let playpen = Playpen::new();
    playpen.guest("even-rows").guest("rejects");
    playpen.file("in/rows.csv", "id,x,label\n0,-1,a\n1,2,b\n");
    playpen.file("p.strm", process);
    playpen.file("double.strm", DOUBLE);
    playpen
}

#[test]
fn a_file_is_used_twice_by_name_as_if_its_statements_stood_here() {
    let grouped = playpen(
        "name p\nin \"in/rows.csv\" -> rows\nsubprocess double(rows)(a)\nsubprocess double(rows)(b) name=again\n\
         out a -> \"a.csv\"\nout b -> \"b.csv\"\n",
    );
    grouped.leat(&["run", "p.strm", "--output", "out"]).succeeds();
    let flat = playpen(
        "name p\nin \"in/rows.csv\" -> rows\nnode even(rows)(a) component=\"build/even-rows.wasm\"\nout a -> \"a.csv\"\n",
    );
    flat.leat(&["run", "p.strm", "--output", "out"]).succeeds();
    assert_eq!(grouped.read("out/a.csv"), flat.read("out/a.csv"));
    assert_eq!(grouped.read("out/b.csv"), flat.read("out/a.csv"));
    let report = grouped.report("out");
    let names: Vec<&str> =
        report["nodes"].as_array().unwrap().iter().filter_map(|node| node["name"].as_str()).collect();
    assert_eq!(names, ["in_rows", "double.even", "again.even", "out_a", "out_b"]);
    assert!(grouped.read("out/logs/again.even.log").contains("done"));
    let plan = grouped.leat(&["plan", "p.strm"]).succeeds().stdout;
    assert!(plan.contains("\ngroups\n  double line 3\n  again line 4\n"), "{plan}");
    assert!(
        grouped.leat(&["plan", "p.strm", "--format", "mermaid"]).succeeds().stdout.contains("subgraph g1[\"again\"]")
    );
}

#[test]
fn a_node_that_fails_in_another_file_is_named_with_that_file() {
    let playpen =
        playpen("name p\nin \"in/rows.csv\" -> rows\nsubprocess screen(rows)(made)\nout made -> \"made.csv\"\n");
    playpen.file("screen.strm", "name screen(rows)(made)\n\nnode rejects(rows)(made)\n");
    let ended = playpen.leat(&["run", "p.strm", "--output", "out"]);
    ended.fails(1, &["node screen.rejects (screen.strm:3)", "x is negative", "x=-1"]);
}

#[test]
fn a_file_that_is_none_and_one_that_holds_itself_are_refused() {
    let playpen =
        playpen("name p\nin \"in/rows.csv\" -> rows\nsubprocess duoble(rows)(made)\nout made -> \"made.csv\"\n");
    playpen
        .leat(&["check", "p.strm"])
        .fails(1, &["p.strm:3:12", "there is no process `duoble`", "did you mean `double`?"]);
    playpen.file("double.strm", "name double(rows)(made)\nsubprocess double(rows)(made)\n");
    playpen.file(
        "p.strm",
        "name p\nin \"in/rows.csv\" -> rows\nsubprocess double(rows)(made)\nout made -> \"made.csv\"\n",
    );
    playpen.leat(&["check", "p.strm"]).fails(1, &["`double` → `double`", "double.strm:2:12"]);
    playpen.file("double.strm", b"name d\xff");
    playpen.leat(&["check", "p.strm"]).fails(1, &["p.strm:3:12", "double.strm:1:7", "not UTF-8"]);
}
