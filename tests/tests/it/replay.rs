//! `leat replay`: rejected records go through their nodes again.

use leat_tests::playpen::Playpen;

fn playpen(process: &str) -> Playpen {
    let playpen = Playpen::new();
    playpen.guest("rejects").guest("refuses").guest("doubling");
    playpen.file("p.strm", process);
    let lines: String = (0..10).map(|id| format!("{id},{},\"l,\"\"{id}\"\n", 1 - id)).collect();
    playpen.file("in/rows.csv", format!("id,x,label\n{lines}"));
    playpen
}

const PROCESS: &str = "name p\nin \"in/rows.csv\" -> rows\nnode n(rows)(good) component=\"build/rejects.wasm\" on_error=skip\n\
                       out good -> \"good.csv\"\n";

#[test]
fn a_rejected_record_is_rejected_again_until_its_node_is_mended() {
    let playpen = playpen(PROCESS);
    let ended = playpen.leat(&["run", "p.strm", "--output", "out"]).succeeds();
    assert!(ended.stdout.contains("leat replay"), "{ended}");
    let list = playpen.leat(&["replay", "out"]).succeeds().stdout;
    assert!(list.starts_with("  1  n  row 3 of queue `rows`: x is negative [id=2, x=-1.0"), "{list}");
    assert_eq!(list.lines().count(), 8);
    let again = playpen.leat(&["replay", "out", "--rejected", "2"]);
    assert_eq!(again.code, Some(1), "{again}");
    assert!(again.stdout.contains("row 4 of queue `rows`: x is negative [id=3, x=-2.0"), "{again}");
    assert!(again.stdout.contains("output port 0: 0 rows"), "{again}");
    assert!(again.stdout.contains("`n` rejects it again: x is negative"), "{again}");
    // Another component of the same name that takes the record.
    let doubling = std::fs::read(leat_tests::guests::component("doubling")).unwrap();
    playpen.file("build/rejects.wasm", doubling);
    let mended = playpen.leat(&["replay", "out", "--rejected", "2"]).succeeds();
    assert!(mended.stdout.contains("id,y\n3,-4.0\n"), "{mended}");
    assert!(mended.stdout.contains("is not the one of that run any more"), "{mended}");
    assert!(mended.stdout.contains("`n` takes it now"), "{mended}");
    playpen.leat(&["replay", "out", "--rejected", "9"]).fails(2, &["kept 8 rejected records, and 9 is none of them"]);
    assert!(
        !playpen.root().join(".leat/replay").exists()
            || std::fs::read_dir(playpen.root().join(".leat/replay")).unwrap().count() == 0
    );
}

#[test]
fn the_record_that_ended_a_run_is_kept_with_all_its_values() {
    let playpen = playpen(&PROCESS.replace(" on_error=skip", "").replace("rows)", "few)").replace("-> rows", "-> few"));
    let ended = playpen.leat(&["run", "p.strm", "--output", "out"]).fails(1, &["x is negative", "leat replay"]);
    assert_eq!(ended.stderr.matches("x is negative").count(), 1, "it is said once\n{ended}");
    let again = playpen.leat(&["replay", "out", "--rejected", "1"]);
    assert!(again.stdout.contains("`n` rejects it again: x is negative"), "{again}");
    let kept = &playpen.report("out")["nodes"][1]["rejects"]["first"][0]["kept"]["row"];
    assert_eq!((&kept["queue"], &kept["port"]), (&"few".into(), &0.into()));
    playpen.file("q.strm", "name q\nin \"out/logs/rejected-2-1.arrow\" -> kept\nout kept -> \"kept.csv\"\n");
    playpen.leat(&["run", "q.strm", "--output", "kept"]).succeeds();
    assert!(
        playpen.read("kept/kept.csv").lines().nth(1).unwrap().starts_with("2,-1"),
        "{}",
        playpen.read("kept/kept.csv")
    );
    playpen.file("in/rows.csv", "id,x,label\n0,1,a\n");
    playpen.leat(&["run", "p.strm", "--output", "out"]).succeeds();
    assert!(
        !playpen.root().join("out/logs/rejected-2-1.arrow").exists(),
        "a directory keeps nothing of an earlier run"
    );
    assert_eq!(playpen.leat(&["replay", "out"]).succeeds().stdout, "the run rejected no records\n");
}

#[test]
fn a_record_of_a_refused_batch_goes_through_its_node_with_its_parameters_and_facts() {
    let process = "name p\nparam moment text = \"before emitting\"\nin \"in/rows.csv\" -> rows\n\
                   node sets(rows)(set) component=\"build/sets-fact.wasm\" setfact=total\n\
                   node refuses(rows)(a) params=(when=moment) on_error=skip\nout a -> \"a.csv\"\n\
                   node nobody(set)(b) component=\"build/rejects.wasm\" getfact=total on_error=skip\nout b -> \"b.csv\"\n";
    let playpen = playpen(process);
    playpen.guest("sets-fact");
    playpen.leat(&["run", "p.strm", "--output", "out"]).succeeds();
    let list = playpen.leat(&["replay", "out"]).succeeds().stdout;
    let number = list.lines().position(|line| line.contains("  refuses  ")).unwrap() + 1;
    let again = playpen.leat(&["replay", "out", "--rejected", &number.to_string()]);
    assert_eq!(again.code, Some(1), "{again}");
    assert!(again.stdout.contains("`refuses` rejects it again: will not, before emitting"), "{again}");
    let number = list.lines().position(|line| line.contains("  nobody  ")).unwrap() + 1;
    let again = playpen.leat(&["replay", "out", "--rejected", &number.to_string()]);
    assert!(again.stdout.contains("`nobody` rejects it again: x is negative"), "{again}");
}

#[test]
fn a_line_that_was_no_record_is_shown_with_its_error() {
    let process =
        "name p\nqueue rows (id int64, x float64)\nin \"in/bad.csv\" -> rows on_error=skip\nout rows -> \"rows.csv\"\n";
    let playpen = playpen(process);
    playpen.file("in/bad.csv", "id,x\n1,1.5\ntwo,2.5\n3,3.5\n");
    playpen.leat(&["run", "p.strm", "--output", "out"]).succeeds();
    let shown = playpen.leat(&["replay", "out", "--rejected", "1"]);
    assert_eq!(shown.code, Some(1), "{shown}");
    for text in ["two,2.5", "in/bad.csv:3", "int64"] {
        assert!(shown.stdout.contains(text), "{text}: {shown}");
    }
}
