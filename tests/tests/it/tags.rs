//! Tags on the command line: what `--tag` switches on in a run, and what is said of a tag that nobody knows.

use leat_tests::playpen::Playpen;

fn playpen() -> Playpen {
    let playpen = Playpen::new();
    playpen.guest("doubling");
    playpen.file("in/rows.csv", "id,x\n1,2\n");
    playpen.file(
        "p.strm",
        "name p\nin \"in/rows.csv\" -> rows\nnode doubling(rows)(made)\nout made -> \"made.csv\"\n\
         out made -> \"copy.csv\" name=copy exec_when=nightly\n",
    );
    playpen
}

#[test]
fn an_output_with_a_tag_is_written_only_with_it() {
    let playpen = playpen();
    playpen.leat(&["run", "p.strm", "--output", "without"]).succeeds();
    assert!(!playpen.root().join("without/copy.csv").exists());
    playpen.leat(&["run", "p.strm", "--output", "with", "--tag", "nightly"]).succeeds();
    assert_eq!(playpen.read("with/copy.csv"), playpen.read("without/made.csv"));
    assert!(playpen.read("with/plan.json").contains("\"nightly\""));
}

#[test]
fn the_plan_says_which_tags_are_on_and_what_is_off() {
    let playpen = playpen();
    let off = playpen.leat(&["plan", "p.strm"]).succeeds().stdout;
    assert!(off.contains("switched off\n  output copy line 5 exec_when=nightly\n"), "{off}");
    let on = playpen.leat(&["plan", "p.strm", "--tag", "nightly"]).succeeds().stdout;
    assert!(on.contains("\ntags nightly\n"), "{on}");
}

#[test]
fn an_unknown_tag_never_runs() {
    let playpen = playpen();
    let ended = playpen.leat(&["run", "p.strm", "--output", "out", "--tag", "nigthly"]);
    ended.fails(1, &["--tag nigthly", "did you mean `--tag nightly`", "p.strm:5"]);
    assert!(!playpen.root().join("out").exists());
}
