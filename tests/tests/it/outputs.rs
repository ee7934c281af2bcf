//! Where outputs go: never half a file under its final name, never two writers, and clear errors where there is no room.

use std::process::Command;

use leat_tests::playpen::{Playpen, leat, wait};

const COPY: &str = "in \"in/rows.csv\" -> rows\nout rows -> \"copy.csv\"\n";

fn copying(rows: usize) -> Playpen {
    let playpen = Playpen::new();
    playpen.file("copy.strm", COPY);
    let mut text = String::from("id,price\n");
    for row in 0..rows {
        text.push_str(&format!("{row},{row}.5\n"));
    }
    playpen.file("in/rows.csv", text);
    playpen
}

/// In a mount namespace of its own, so that it needs no right that a container lacks and leaves nothing mounted.
fn on_a_disk(playpen: &Playpen, options: &str) -> Command {
    std::fs::create_dir(playpen.root().join("small")).unwrap();
    let mut command = Command::new("unshare");
    let script = format!("mount -t tmpfs -o {options} leat small && exec \"$0\" run copy.strm --output small/out");
    command.args(["--mount", "--map-root-user", "sh", "-c", &script]).arg(leat());
    let like = playpen.command(&[]);
    command.current_dir(playpen.root());
    for (name, value) in like.get_envs() {
        command.env(name, value.unwrap_or_default());
    }
    command.stdout(std::process::Stdio::piped()).stderr(std::process::Stdio::piped());
    command
}

#[test]
fn a_full_disk_is_named_and_leaves_nothing() {
    let playpen = copying(200_000);
    let ended = wait(on_a_disk(&playpen, "size=256k").spawn().expect("unshare (util-linux) is installed"));
    ended.fails(1, &["copy.csv", "the disk is full"]);
}

#[test]
fn a_disk_that_is_full_of_what_a_query_sorts_is_named() {
    let playpen = copying(100_000);
    let query = "sql select repeat('x', 1000) as filling, * from rows order by 1, 2; name=sorted memory=\"64MiB\"";
    let process = COPY.replace("out rows", &format!("{query}\nout sorted"));
    assert_ne!(process, COPY);
    playpen.file("copy.strm", process);
    let ended = wait(on_a_disk(&playpen, "size=8m").spawn().expect("unshare (util-linux) is installed"));
    ended.fails(1, &["node sorted", "the disk is full", "memory="]);
}

#[test]
fn an_output_directory_that_is_not_writable_is_named() {
    let playpen = copying(3);
    let ended = wait(on_a_disk(&playpen, "ro").spawn().expect("unshare (util-linux) is installed"));
    ended.fails(1, &["small/out", "ead-only"]);
}

#[test]
fn an_output_directory_that_cannot_be_made_is_named() {
    let playpen = copying(3);
    playpen.file("taken", "a file, not a directory");
    playpen.leat(&["run", "copy.strm", "--output", "taken/out"]).fails(1, &["taken"]);
}

#[test]
fn an_output_name_that_is_a_directory_is_refused() {
    let playpen = copying(3);
    playpen.file("out/copy.csv/x", "");
    playpen.leat(&["run", "copy.strm", "--output", "out"]).fails(1, &["copy.csv", "director"]);
}

#[test]
fn outputs_in_directories_that_are_missing_get_them_made() {
    let playpen = copying(3);
    playpen.file("copy.strm", COPY.replace("copy.csv", "deep/er/copy.csv"));
    playpen.leat(&["run", "copy.strm", "--output", "out"]).succeeds();
    assert_eq!(playpen.read("out/deep/er/copy.csv"), playpen.read("in/rows.csv"));
}

#[test]
fn packed_files_read_back_what_was_written() {
    for suffix in ["gz", "zst"] {
        let playpen = copying(20_000);
        playpen.file("copy.strm", COPY.replace("copy.csv", &format!("copy.csv.{suffix}")));
        playpen.leat(&["run", "copy.strm", "--output", "packed"]).succeeds();
        let back = format!("in \"packed/copy.csv.{suffix}\" -> rows\nout rows -> \"copy.csv\"\n");
        playpen.file("back.strm", back);
        playpen.leat(&["run", "back.strm", "--output", "out"]).succeeds();
        assert_eq!(playpen.read("out/copy.csv"), playpen.read("in/rows.csv"), "{suffix}");
    }
}

#[test]
fn every_reader_of_a_queue_gets_every_record() {
    let playpen = copying(10_000);
    playpen.file("copy.strm", format!("{COPY}out rows -> \"again.csv\"\n"));
    playpen.leat(&["run", "copy.strm", "--output", "out"]).succeeds();
    assert_eq!(playpen.read("out/copy.csv"), playpen.read("in/rows.csv"));
    assert_eq!(playpen.read("out/again.csv"), playpen.read("in/rows.csv"));
}

#[test]
fn parts_are_published_all_or_none_and_reported_one_by_one() {
    let playpen = copying(0);
    playpen.file("in/rows.csv", "id,region\n1,EU\n2,US\n3,EU\n4,\n");
    playpen.file("copy.strm", "in \"in/rows.csv\" -> rows\nout rows -> \"out/{region}/rows.csv\"\n");
    playpen.leat(&["run", "copy.strm", "--output", "run"]).succeeds();
    assert_eq!(playpen.read("run/out/EU/rows.csv"), "id,region\n1,EU\n3,EU\n");
    assert_eq!(playpen.read("run/out/__null__/rows.csv"), "id,region\n4,\n");
    let report = playpen.report("run");
    let outputs: Vec<(&str, u64)> = report["outputs"]
        .as_array()
        .unwrap()
        .iter()
        .map(|output| (output["path"].as_str().unwrap(), output["rows"].as_u64().unwrap()))
        .collect();
    let ends: Vec<(bool, u64)> = ["EU", "US", "__null__"]
        .iter()
        .zip(&outputs)
        .map(|(part, (path, rows))| (path.ends_with(&format!("run/out/{part}/rows.csv")), *rows))
        .collect();
    assert_eq!((outputs.len(), ends), (3, vec![(true, 2), (true, 1), (true, 1)]), "{report}");
    let ids: String = (1..=12).map(|id| format!("{id}\n")).collect();
    playpen.file("in/rows.csv", format!("id\n{ids}"));
    playpen.file("copy.strm", "in \"in/rows.csv\" -> rows\nout rows -> \"ids/{id}.csv\"\n");
    let shown = playpen.leat(&["run", "copy.strm", "--output", "many"]).succeeds().stdout;
    assert!(shown.contains("ids/1.csv  1 row") && shown.contains("… 2 files more of out_rows  2 rows"), "{shown}");
    // A bad record at the end: no part has its name.
    playpen.file("in/rows.csv", format!("id,region\n{}x,US\n", "1,EU\n".repeat(5_000)));
    let declared = "queue rows (id int64, region text)\nin \"in/rows.csv\" -> rows\nout rows -> \"out/{region}.csv\"\n";
    playpen.file("copy.strm", declared);
    playpen.leat(&["run", "copy.strm", "--output", "failed"]).fails(1, &["in/rows.csv:5002"]);
    let left = std::fs::read_dir(playpen.root().join("failed/out")).map_or(0, Iterator::count);
    assert_eq!(left, 0);
}

#[test]
fn a_run_appends_to_what_an_earlier_one_wrote_or_leaves_it() {
    let playpen = copying(2);
    playpen.file("copy.strm", "in \"in/rows.csv\" -> rows\nout rows -> \"all.csv\" mode=append\n");
    let run = || playpen.leat(&["run", "copy.strm", "--output", "out"]);
    run().succeeds();
    run().succeeds();
    let twice = "id,price\n0,0.5\n1,1.5\n0,0.5\n1,1.5\n";
    assert_eq!(playpen.read("out/all.csv"), twice);
    playpen.file("in/rows.csv", "id,cost\n7,1\n");
    run().fails(1, &["all.csv", "cannot be appended to", "id,cost", "mode=replace"]);
    assert_eq!(playpen.read("out/all.csv"), twice);
    playpen.file("copy.strm", "in \"in/rows.csv\" -> rows\nout rows -> \"all.csv\" mode=replace\n");
    run().succeeds();
    assert_eq!(playpen.read("out/all.csv"), "id,cost\n7,1\n");
}
