//! Runs that were killed or stopped go on from their last checkpoint and end with the bytes of a run that was not.

mod report;
mod waits;

use std::process::Child;
use std::time::{Duration, Instant};

use leat_tests::playpen::{Playpen, until, wait};

/// Files of the input, each a batch, and the rows of one; a row takes about a millisecond.
const FILES: usize = 14;
const ROWS: usize = 250;

/// A process whose run takes a few seconds: a slow component, a query that counts, and outputs of several formats.
pub(crate) fn slow() -> Playpen {
    let playpen = Playpen::new();
    playpen.guest("takes-time");
    for file in 0..FILES {
        let rows: String = (0..ROWS).map(|row| format!("{},{}.25\n", file * ROWS + row, (row * 7) % 31)).collect();
        playpen.file(&format!("in/{file:02}.csv"), format!("id,x\n{rows}"));
    }
    let text = "name p\n\
        in \"in/*.csv\" -> rows\n\
        node slow(rows)(made) component=\"build/takes-time.wasm\" timeout=\"100s\"\n\
        sql select id, y / 2 as half from made where id % 3 <> 1; name=thirds\n\
        sql select cast(y as bigint) as y, count(*) as n from made group by 1 order by 1; name=counted\n\
        out made -> \"made.csv.gz\"\n\
        out thirds -> \"thirds.parquet\"\n\
        out thirds -> \"thirds.arrow\"\n\
        out counted -> \"counted.json\"\n";
    playpen.file("p.strm", text.replace("counted.json", "counted.jsonl"));
    playpen
}

const OUTPUTS: [&str; 4] = ["made.csv.gz", "thirds.parquet", "thirds.arrow", "counted.jsonl"];

pub(crate) fn require_same_outputs(playpen: &Playpen, one: &str, other: &str) {
    for output in OUTPUTS {
        let read = |directory: &str| std::fs::read(playpen.root().join(directory).join(output)).unwrap();
        assert!(read(one) == read(other), "{output} has other bytes");
    }
}

/// Whether a generation has completed a checkpoint of its own.
pub(crate) fn has_checkpoint(playpen: &Playpen, generation: u64) -> bool {
    let folder = playpen.root().join(format!("o/checkpoints/g{generation:08}"));
    let numbers = std::fs::read_dir(folder).into_iter().flatten().flatten();
    let mut numbers = numbers.filter(|entry| entry.file_name() != "c00000000");
    numbers.any(|entry| entry.path().join("complete").exists())
}

fn begin(playpen: &Playpen, arguments: &[&str]) -> Child {
    playpen.command(arguments).spawn().expect("leat starts")
}

/// Kills a run once it has taken a checkpoint of this generation.
fn kill_after_a_checkpoint(playpen: &Playpen, mut run: Child, generation: u64) {
    until("a checkpoint is whole", || has_checkpoint(playpen, generation) || run.try_wait().unwrap().is_some());
    assert!(run.try_wait().unwrap().is_none(), "the run is at work when its first checkpoint is whole");
    run.kill().unwrap();
    run.wait().unwrap();
}

#[test]
fn a_run_that_is_killed_again_and_again_ends_with_the_bytes_of_one_that_was_not() {
    let playpen = slow();
    playpen.leat(&["run", "p.strm", "--output", "whole", "--checkpoints", "off"]).succeeds();
    kill_after_a_checkpoint(
        &playpen,
        begin(&playpen, &["run", "p.strm", "--output", "o", "--checkpoints", "200ms"]),
        1,
    );
    assert!(OUTPUTS.iter().all(|output| !playpen.root().join("o").join(output).exists()), "nothing is published half");
    for generation in 2..4 {
        kill_after_a_checkpoint(&playpen, begin(&playpen, &["run", "--resume", "o"]), generation);
    }
    let ended = playpen.leat(&["run", "--resume", "o"]).succeeds();
    assert!(ended.stdout.contains("went on from checkpoint"), "{ended}");
    require_same_outputs(&playpen, "whole", "o");

    let report = playpen.report("o");
    assert!(
        report["checkpoints"]["resumed_from"].as_str().is_some_and(|from| from.contains("generation 3")),
        "{report}"
    );
    assert!(report["checkpoints"]["taken"].as_u64() >= Some(1), "{report}");
    let made = report["outputs"].as_array().unwrap().iter().find(|it| it["node"] == "out_made").unwrap();
    assert_eq!(made["rows"], FILES * ROWS, "all rows of the file, of every attempt");
    for left in ["checkpoints", "job.json", ".made.csv.gz.partial"] {
        assert!(!playpen.root().join("o").join(left).exists(), "{left} is not needed any more");
    }
    playpen.leat(&["run", "--resume", "o"]).fails(1, &["has succeeded: there is nothing to resume"]);
}

#[test]
fn a_run_that_is_stopped_says_how_it_goes_on_and_loses_no_more_than_the_time_since_its_last_checkpoint() {
    let playpen = slow();
    playpen.leat(&["run", "p.strm", "--output", "whole", "--checkpoints", "off"]).succeeds();
    let run = begin(&playpen, &["run", "p.strm", "--output", "o", "--checkpoints", "200ms"]);
    until("a checkpoint is whole", || has_checkpoint(&playpen, 1));
    rustix_kill(&run);
    wait(run).fails(1, &["was stopped", "leat run --resume"]);
    assert_eq!(playpen.report("o")["checkpoints"]["can_resume"], true);
    let began = Instant::now();
    let ended = playpen.leat(&["run", "--resume", "o", "--format", "json"]).succeeds();
    assert!(began.elapsed() < Duration::from_secs(100));
    let report: serde_json::Value = serde_json::from_str(&ended.stdout).unwrap();
    let from = report["checkpoints"]["resumed_from"].as_str();
    assert!(from.is_some_and(|from| from.contains("generation 1")), "it does not begin again: {report}");
    require_same_outputs(&playpen, "whole", "o");
}

/// Asks a process to end, as Ctrl-C does.
fn rustix_kill(process: &Child) {
    let status = std::process::Command::new("kill").args(["-INT", &process.id().to_string()]).status().unwrap();
    assert!(status.success());
}

#[test]
fn a_run_does_not_go_on_where_its_output_would_be_another() {
    let playpen = Playpen::new();
    playpen.guest("takes-time");
    let rows: String = (0..3_000_000).map(|id| format!("{id},{}.5\n", id % 7)).collect();
    let input = format!("id,x\n{rows}");
    playpen.file("in.csv", &input);
    // Much more than waits in a queue, so that the input is not read to its end at once.
    let text = "name p\nin \"in.csv\" -> rows\n\
        node slow(rows)(made) component=\"build/takes-time.wasm\" timeout=\"100s\" where=\"id % 1000 = 0\"\n\
        out made -> \"made.csv\"\n";
    playpen.file("p.strm", text);
    kill_after_a_checkpoint(
        &playpen,
        begin(&playpen, &["run", "p.strm", "--output", "o", "--checkpoints", "200ms"]),
        1,
    );
    playpen.file("in.csv", format!("{input}9999,1.5\n"));
    playpen.leat(&["run", "--resume", "o"]).fails(1, &["in.csv", "checkpoint", "its size was"]);
    // Nothing is lost by trying.
    playpen.file("in.csv", &input);
    playpen.leat(&["run", "--resume", "o"]).succeeds();
    assert_eq!(playpen.read("o/made.csv").lines().count(), 3_001);
}

/// Gives the records of all checkpoints another version.
fn rewrite_records(playpen: &Playpen, from: &str, to: &str) {
    let generations = std::fs::read_dir(playpen.root().join("o/checkpoints")).unwrap().flatten();
    for checkpoint in generations.flat_map(|generation| std::fs::read_dir(generation.path()).unwrap().flatten()) {
        let record = checkpoint.path().join("complete");
        let Ok(text) = std::fs::read_to_string(&record) else { continue };
        let body = text.split_once('\n').unwrap().1.replace(from, to);
        std::fs::write(&record, format!("{}\n{body}", leat_bundle::Digest::of(body.as_bytes()))).unwrap();
    }
}

#[test]
fn a_run_that_cannot_go_on_leaves_what_another_leat_can_go_on_from() {
    let playpen = slow();
    playpen.leat(&["run", "p.strm", "--output", "whole", "--checkpoints", "off"]).succeeds();
    kill_after_a_checkpoint(
        &playpen,
        begin(&playpen, &["run", "p.strm", "--output", "o", "--checkpoints", "200ms"]),
        1,
    );
    let partial = || std::fs::metadata(playpen.root().join("o/.thirds.arrow.partial")).unwrap().len();
    let before = partial();
    rewrite_records(&playpen, "\"version\":2", "\"version\":9");
    playpen.leat(&["run", "--resume", "o"]).fails(1, &["version 9", "recover the run with the Leat that began it"]);
    assert_eq!(partial(), before, "nothing is written over");
    rewrite_records(&playpen, "\"version\":9", "\"version\":2");
    playpen.leat(&["run", "--resume", "o"]).succeeds();
    require_same_outputs(&playpen, "whole", "o");
}

#[test]
fn what_cannot_be_resumed_is_told_with_the_way_out() {
    let playpen = slow();
    playpen
        .leat(&["run", "--resume", "nowhere"])
        .fails(1, &["nowhere holds no run that can be resumed", "run the process again"]);
    playpen.leat(&["run", "p.strm", "--resume", "o"]).fails(2, &["--resume"]);
    playpen.leat(&["run", "--resume", "o", "--param", "n=1"]).fails(2, &["--param"]);
    playpen.leat(&["run", "p.strm", "--checkpoints", "1ms"]).fails(2, &["100ms"]);
}

#[test]
fn a_run_that_takes_no_checkpoints_says_why() {
    let playpen = slow();
    playpen.file("q.strm", "name q\nin \"in/00.csv\" -> rows\nout rows -> \"rows.csv\"\n");
    playpen.leat(&["run", "q.strm", "--output", "q", "--trace", "rows=1"]).succeeds();
    let none = playpen.report("q")["checkpoints"]["none"].clone();
    assert!(none.as_str().is_some_and(|why| why.contains("the run is traced")), "{none}");
}
