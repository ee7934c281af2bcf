//! A batch that kills the worker again and again: the run goes on without it, or fails and says which it was, as `on_error` says.

use leat_tests::playpen::{Ended, Playpen, until, wait};
use leat_tests::processes::{descendants, signal};

/// Files of the input, each a batch, and the rows of one; a row takes about a millisecond.
const FILES: usize = 20;
const ROWS: usize = 100;
/// The batch that kills, from 1, late enough that a checkpoint is whole before it.
pub(crate) const POISON: usize = 17;

/// A process with a slow component, whose batch [`POISON`] has so many rows.
pub(crate) fn slow(poison_rows: usize, options: &str) -> Playpen {
    let playpen = Playpen::new();
    playpen.guest("takes-time");
    for file in 1..=FILES {
        let count = if file == POISON { poison_rows } else { ROWS };
        let rows: String = (0..count).map(|row| format!("{},{}.25\n", file * 10_000 + row, row % 31)).collect();
        playpen.file(&format!("in/{file:02}.csv"), format!("id,x\n{rows}"));
    }
    let text = format!(
        "name p\nin \"in/*.csv\" -> rows\nnode slow(rows)(made) component=\"build/takes-time.wasm\" {options}\n\
         out made -> \"made.csv\"\n"
    );
    playpen.file("p.strm", text);
    playpen
}

/// The records that the process makes without the batch.
pub(crate) fn without_poison(playpen: &Playpen) -> Vec<u8> {
    let path = format!("in/{POISON:02}.csv");
    let text = playpen.read(&path);
    std::fs::remove_file(playpen.root().join(&path)).unwrap();
    playpen.leat(&["run", "p.strm", "--output", "without", "--checkpoints", "off"]).succeeds();
    playpen.file(&path, text);
    made(playpen, "without")
}

pub(crate) fn made(playpen: &Playpen, directory: &str) -> Vec<u8> {
    std::fs::read(playpen.root().join(directory).join("made.csv")).unwrap()
}

/// Runs it, or goes on with it, with its output in `o`.
fn attempt(attempt: usize) -> &'static [&'static str] {
    match attempt {
        1 => &["run", "p.strm", "--output", "o", "--checkpoints", "100ms"],
        _ => &["run", "--resume", "o"],
    }
}

#[test]
fn a_batch_that_takes_too_long_three_times_is_left_out_where_on_error_is_skip() {
    // A call that is over its limit cannot be interrupted in the worker: it is killed.
    let playpen = slow(4_000, "timeout=\"2s\" on_error=skip");
    let expected = without_poison(&playpen);
    for number in 1..=3 {
        let ended = playpen.leat(attempt(number)).fails(1, &["longer than its time limit", "leat run --resume"]);
        let told = "a resumed run refuses it";
        assert_eq!(format!("{}{}", ended.stdout, ended.stderr).contains(told), number == 3, "{ended}");
    }
    let ended = playpen.leat(attempt(4)).succeeds();
    let refused = format!("batch {POISON} of queue `rows` has killed the worker each time node `slow` had it in hand");
    assert!(format!("{}{}", ended.stdout, ended.stderr).contains(&refused), "{ended}");
    assert!(made(&playpen, "o") == expected, "all records but those of the batch, as they were");
    let report = playpen.report("o");
    let slow = report["nodes"].as_array().unwrap().iter().find(|node| node["name"] == "slow").unwrap();
    assert_eq!(slow["rejects"]["rows"], 4_000, "{slow}");
    assert!(slow["rejects"]["first"][0]["reason"].as_str().unwrap().contains("is poison"), "{slow}");
    for left in ["checkpoints", "deaths.json", "job.json", ".in-hand"] {
        assert!(!playpen.root().join("o").join(left).exists(), "{left} is not needed any more");
    }
}

/// What the worker's file says of the first component: the number of the batch in hand.
fn in_hand(playpen: &Playpen) -> Option<u64> {
    let places = std::fs::read(playpen.root().join("o/.in-hand")).unwrap_or_default();
    let mut numbers = places.chunks_exact(32).map(|place| u64::from_le_bytes(place[8..16].try_into().unwrap()));
    numbers.rfind(|number| *number > 0)
}

/// Runs an attempt and kills its worker when it has the batch in hand.
fn killed_at_the_batch(playpen: &Playpen, number: usize) -> Ended {
    let run = playpen.command(attempt(number)).spawn().expect("leat starts");
    let supervisor = i32::try_from(run.id()).unwrap();
    until("the batch is in hand", || in_hand(playpen) == Some(POISON as u64));
    signal("KILL", &descendants(supervisor));
    wait(run)
}

#[test]
fn a_run_whose_worker_is_killed_three_times_at_one_batch_fails_where_on_error_is_fail_and_names_it() {
    let playpen = slow(300, "timeout=\"100s\"");
    for number in 1..=2 {
        killed_at_the_batch(&playpen, number).fails(1, &["was killed from outside", "leat run --resume"]);
    }
    let words = format!("batch {POISON} of queue `rows` has killed the worker 3 times in a row, and is poison");
    let ended = killed_at_the_batch(&playpen, 3).fails(1, &["slow", &words, "on_error=skip", "deaths.json"]);
    assert!(!ended.stdout.contains("go on from its last checkpoint"), "{ended}");
    assert_eq!(playpen.report("o")["checkpoints"]["can_resume"], false);
    playpen.leat(attempt(4)).fails(1, &["is not begun again", "slow", &words, "on_error=skip", "deaths.json"]);
    // Who knows better: it was not the batch.
    std::fs::remove_file(playpen.root().join("o/deaths.json")).unwrap();
    playpen.leat(attempt(4)).succeeds();
    assert_eq!(playpen.read("o/made.csv").lines().count(), 1 + (FILES - 1) * ROWS + 300);
}

#[test]
fn a_run_that_a_person_stops_again_and_again_holds_it_against_no_batch() {
    let playpen = slow(300, "timeout=\"100s\"");
    for number in 1..=4 {
        let run = playpen.command(attempt(number)).spawn().expect("leat starts");
        let supervisor = i32::try_from(run.id()).unwrap();
        until("the batch is in hand", || in_hand(&playpen) == Some(POISON as u64));
        signal("INT", &[supervisor]);
        wait(run).fails(1, &["was stopped"]);
        assert!(!playpen.root().join("o/deaths.json").exists());
    }
    playpen.leat(attempt(5)).succeeds();
}
