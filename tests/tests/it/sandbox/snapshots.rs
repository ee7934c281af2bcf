//! Instances that are put in another's place: what they take up, and what may not be given or taken.

use std::sync::Arc;

use arrow_array::Float64Array;
use arrow_array::cast::AsArray;
use leat_flow::step::{Step, StepError};
use leat_stream::schema::{DataType, Field};

use super::bench::{Bench, Input, Record, guest};

fn remembers(how: &'static str) -> Bench {
    guest("remembers").parameter("how", how)
}

/// A column `x float64`.
fn numbers(values: &[f64]) -> Input {
    let fields = vec![Field::new("x", DataType::Float64, false)];
    Input::new(fields, vec![Arc::new(Float64Array::from(values.to_vec()))])
}

/// The sums and random numbers that were sent.
fn sent(record: &Record) -> Vec<(f64, f64)> {
    let columns = |n: usize| record.emitted.iter().flat_map(move |(_, batch)| values(batch.column(n).as_primitive()));
    columns(0).zip(columns(1)).collect()
}

fn values(column: &Float64Array) -> Vec<f64> {
    column.values().to_vec()
}

/// The state of an instance that took two batches.
fn state(bench: &Bench, input: &Input) -> (Result<Vec<u8>, StepError>, Record) {
    bench.calls(input, |step, batch| {
        step.open()?;
        step.process(0, batch)?;
        step.process(0, batch)?;
        step.snapshot()
    })
}

#[test]
fn an_instance_goes_on_where_another_was_with_its_random_numbers_and_half_lines() {
    let input = numbers(&[1.0, 2.0]);
    let bench = remembers("gives");
    let (whole, undisturbed) = bench.calls(&input, |step, batch| {
        step.open()?;
        (0..4).try_for_each(|_| step.process(0, batch))?;
        step.end_of_input(0)?;
        step.finish()
    });
    whole.unwrap();
    let (state, first) = state(&bench, &input);
    let state = state.unwrap();
    let (taken_up, second) = bench.calls(&input, move |step, batch| {
        step.open()?;
        step.restore(&state)?;
        step.process(0, batch)?;
        // And on from there: neither a snapshot nor what a guest draws in it leaves a trace.
        step.snapshot()?;
        step.process(0, batch)?;
        step.end_of_input(0)?;
        step.finish()
    });
    taken_up.unwrap();
    let both: Vec<(f64, f64)> = sent(&first).into_iter().chain(sent(&second)).collect();
    assert_eq!(both, sent(&undisturbed));
    assert_eq!(both.iter().map(|(sum, _)| *sum).collect::<Vec<_>>(), [3.0, 6.0, 9.0, 12.0, 12.0]);
    assert!(both.windows(2).all(|pair| pair[0].1 != pair[1].1), "{both:?}");
    assert_eq!(undisturbed.lines(), ["opened", "3-6-9-12-"]);
    assert_eq!((first.lines(), second.lines()), (vec!["opened"], vec!["opened", "3-6-9-12-"]));
}

#[test]
fn a_guest_that_refuses_its_state_says_why_and_works_on() {
    let input = numbers(&[1.0]);
    let (outcome, record) = remembers("refuses").calls(&input, |step, batch| {
        step.open()?;
        step.process(0, batch)?;
        let refused = step.snapshot();
        step.process(0, batch)?;
        step.finish()?;
        refused
    });
    assert!(matches!(&outcome, Err(StepError::Failed(why)) if why == "the sum 1 is a secret"), "{outcome:?}");
    assert_eq!(record.rows(), 3);
}

#[test]
fn a_guest_that_traps_or_emits_while_it_gives_its_state_is_broken() {
    let input = numbers(&[1.0]);
    let breaks = |how| match state(&remembers(how), &input).0 {
        Err(StepError::Broken { message, .. }) => message,
        other => panic!("should have broken, and was {other:?}"),
    };
    let message = breaks("traps");
    assert!(message.contains("in snapshot: panicked") && message.contains("no state for you"), "{message}");
    let message = breaks("emits");
    assert!(
        message.ends_with("emit during snapshot: records leave during process, end-of-input and finish"),
        "{message}"
    );
}

#[test]
fn no_record_leaves_a_guest_that_is_being_opened_since_one_in_its_place_would_send_it_again() {
    let (message, _) = remembers("early").breaks(&numbers(&[1.0]));
    assert!(message.contains("emit during open"), "{message}");
}

#[test]
fn a_state_of_another_component_or_node_or_one_that_the_guest_cannot_read_is_refused() {
    let input = numbers(&[1.0]);
    let restored = |bench: &Bench, state: Vec<u8>| {
        let (outcome, _) = bench.calls(&input, move |step, _| {
            step.open()?;
            step.restore(&state)
        });
        match outcome {
            Err(StepError::Failed(message)) => message,
            other => panic!("should have been refused, and was {other:?}"),
        }
    };
    let given = state(&remembers("gives"), &input).0.unwrap();
    let message = restored(&guest("doubling"), given.clone());
    assert!(message.starts_with("the state is of another component"), "{message}");
    let mut second = remembers("gives");
    (second.run.instance, second.run.instances) = (1, 2);
    let message = restored(&second, given.clone());
    assert_eq!(message, "the state is of instance 0 of 1 of `node-1`, and this is instance 1 of 2 of `node-1`");
    let message = restored(&remembers("gives"), [&[0], &given[..]].concat());
    assert_eq!(message, "a sum of 9 bytes");
    let message = restored(&remembers("gives"), b"something".to_vec());
    assert_eq!(message, "the state is cut short or damaged");
}

#[test]
fn a_state_without_room_in_the_guests_memory_breaks_it_with_the_limit() {
    let input = numbers(&[1.0]);
    let mut given = vec![0; 64 << 20];
    given.extend(state(&remembers("gives"), &input).0.unwrap());
    let small = remembers("gives").limits(|limits| limits.memory_bytes = 4 << 20);
    let (outcome, _) = small.calls(&input, move |step, _| {
        step.open()?;
        step.restore(&given)
    });
    match outcome {
        Err(StepError::Broken { message, .. }) => {
            assert!(message.contains("in restore: memory limit 4 MiB reached (memory=)"), "{message}");
        }
        other => panic!("should have broken, and was {other:?}"),
    }
}
