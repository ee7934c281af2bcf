//! What a guest sees of the world: nothing, and the same nothing on every run.

use arrow_array::cast::AsArray;
use leat_flow::step::StepError;

use super::bench::{Bench, Input, guest};

fn refusal(name: &str) -> String {
    match guest(name).run(&Input::numbers(&[1.0])).0 {
        Err(StepError::BatchRefused(message)) => message,
        other => panic!("the guest should have failed in its own words, and was {other:?}"),
    }
}

#[test]
fn a_file_that_was_not_granted_cannot_be_opened() {
    let message = refusal("reads-a-file");
    assert!(message.starts_with("/etc/passwd: No such file"), "{message}");
    assert!(message.ends_with("(the node looked for files, and none are granted to it)"), "{message}");
}

#[test]
fn no_socket_can_be_opened_and_no_name_looked_up() {
    let message = refusal("opens-a-socket");
    assert_eq!(message.matches("Err(").count(), 3, "{message}");
    assert_eq!(message.matches("PermissionDenied").count(), 2, "{message}");
}

fn seen(bench: &Bench) -> Vec<String> {
    let record = bench.succeeds(&Input::one());
    let column = record.emitted[0].1.column(0);
    column.as_string::<i32>().iter().map(|text| text.unwrap_or_default().to_owned()).collect()
}

#[test]
fn the_world_is_empty_its_clock_stands_and_sleep_takes_no_time() {
    let seen = seen(&guest("looks-around"));
    assert_eq!(seen[0], "environment []");
    assert_eq!(seen[1], "arguments []");
    assert_eq!(seen[2], "input Ok(\"\")");
    assert_eq!(seen[3], "wall clock Ok(1700000000123456)");
    assert_eq!(seen[4], "slept true");
}

#[test]
fn a_rerun_sees_the_same_world_and_another_run_other_random_numbers() {
    let first = seen(&guest("looks-around"));
    assert_eq!(first, seen(&guest("looks-around")));
    let mut other = guest("looks-around");
    other.run.seed += 1;
    let other = seen(&other);
    assert_eq!(first[..5], other[..5]);
    assert_ne!(first[5], other[5]);
}
