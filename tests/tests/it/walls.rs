//! What the wall around a worker holds in whole runs. That nothing else is in a run's way, all other modules show, whose runs
//! happen behind it; what it is made of is tested in `host/wall`.

use std::os::unix::fs::symlink;

use leat_tests::playpen::Playpen;

/// `in dyn.cut`, whose file `names-file` names, or the run; and a link in `in/` that leads out of the playpen.
fn playpen(outside: &std::path::Path) -> Playpen {
    let playpen = Playpen::new();
    playpen.guest("names-file");
    playpen.file("in/rows.csv", "id,x\n1,1.5\n");
    std::fs::write(outside.join("theirs.csv"), "id,x\n7,2.5\n").unwrap();
    symlink(outside.join("theirs.csv"), playpen.root().join("in/link.csv")).unwrap();
    playpen
}

const READ: &str = "queue again (id int64, x float64)\nout again -> \"again.csv\"\n";

#[test]
fn a_link_out_of_the_playpen_is_followed_for_a_statement_or_the_run_and_not_for_a_node() {
    let outside = tempfile::tempdir().unwrap();
    let playpen = playpen(outside.path());
    playpen.file("named.strm", format!("name p\nin \"in/link.csv\" -> again\n{READ}"));
    let ended = playpen.leat(&["run", "named.strm", "--output", "out"]).succeeds();
    assert_eq!(playpen.report("out")["warnings"], serde_json::json!([]), "every wall stands: {}", ended.stdout);
    assert_eq!(playpen.read("out/again.csv"), "id,x\n7,2.5\n");
    playpen.file("given.strm", format!("name p\nin dyn.cut -> again\n{READ}"));
    playpen.leat(&["run", "given.strm", "--fact", "cut=in/link.csv", "--output", "out"]).succeeds();
    assert_eq!(playpen.read("out/again.csv"), "id,x\n7,2.5\n");
    let node = "param file text\nin \"in/rows.csv\" -> rows\nnode names_file(rows)() component=\"build/names-file.wasm\" setfact=cut";
    playpen.file("set.strm", format!("name p\n{node}\nin dyn.cut -> again\n{READ}"));
    let run = |file: &str| playpen.leat(&["run", "set.strm", "--param", &format!("file={file}"), "--output", "out"]);
    run("in/rows.csv").succeeds();
    run("in/link.csv").fails(1, &["node in_again", "in/link.csv", "Permission denied"]);
}
