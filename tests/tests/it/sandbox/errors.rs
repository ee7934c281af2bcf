//! How a guest ends that does not return: with the node, what it was doing, its message and its frames.

use leat_flow::step::{Step, StepError};

use super::bench::{Input, guest};

fn input() -> Input {
    Input::numbers(&[1.0, -2.0])
}

#[test]
fn a_panic_is_told_with_its_message_and_its_frames() {
    let (message, backtrace) = guest("panics").breaks(&input());
    assert!(message.starts_with("node `node-1`: in process: panicked at panics/src/lib.rs:"), "{message}");
    assert!(message.ends_with(": no price for -2"), "{message}");
    assert!(backtrace[0].contains("panics::price"), "{backtrace:#?}");
}

#[test]
fn a_trap_without_a_message_is_named() {
    let (message, backtrace) = guest("traps").breaks(&input());
    assert!(message.starts_with("node `node-1`: in process: trapped: out of bounds memory access"), "{message}");
    assert!(!backtrace.is_empty());
}

#[test]
fn an_exit_is_told_with_its_code() {
    let (message, _) = guest("exits").breaks(&input());
    assert!(message.starts_with("node `node-1`: in process: called exit("), "{message}");
}

#[test]
fn a_failure_before_anything_was_emitted_refuses_the_batch_in_the_guests_words() {
    let (outcome, record) = guest("refuses").parameter("when", "before emitting").run(&input());
    assert!(matches!(outcome, Err(StepError::BatchRefused(message)) if message == "will not, before emitting"));
    assert!(record.emitted.is_empty());
}

#[test]
fn a_failure_after_something_was_emitted_fails_the_run() {
    let (outcome, record) = guest("refuses").parameter("when", "after emitting").run(&input());
    let Err(StepError::Failed(message)) = outcome else { panic!("{outcome:?}") };
    assert!(message.starts_with("will not, after emitting (rows of this batch had been emitted"), "{message}");
    assert_eq!(record.rows(), 2);
}

#[test]
fn a_failure_outside_of_a_batch_fails_the_run_in_the_guests_words() {
    for when in ["at the start", "at the end of the port", "at the end"] {
        let (outcome, _) = guest("refuses").parameter("when", when).run(&input());
        assert!(matches!(&outcome, Err(StepError::Failed(message)) if *message == format!("will not, {when}")));
    }
}

#[test]
fn a_refused_batch_is_not_the_instances_end_and_a_trap_is() {
    let input = input();
    let (step, _record) = guest("refuses").parameter("when", "before emitting").instantiate(&input.fields);
    let mut step = step.unwrap();
    step.open().unwrap();
    for _ in 0..2 {
        assert!(matches!(step.process(0, &input.batches[0]), Err(StepError::BatchRefused(_))));
    }
    step.end_of_input(0).unwrap();

    let (step, _record) = guest("panics").instantiate(&input.fields);
    let mut step = step.unwrap();
    step.open().unwrap();
    assert!(matches!(step.process(0, &input.batches[0]), Err(StepError::Broken { .. })));
    let again = step.process(0, &input.batches[0]).unwrap_err().to_string();
    assert_eq!(again, "node `node-1` was called again after it had failed");
}
