//! Nodes that start after others have finished.

use std::sync::mpsc;

use leat_flow::meter::Activity;
use leat_flow::run::NodeEnd;
use leat_flow::step::StepError;
use leat_stream::plan::AwaitedSignal;

use crate::pressure::wait_until;
use crate::process::{Process, Taken, count_to, step};

fn signal(fired_by: usize) -> Vec<AwaitedSignal> {
    vec![AwaitedSignal { name: "done".to_owned(), fired_by: vec![fired_by] }]
}

#[test]
fn a_node_that_waits_for_another_reader_of_its_source_starts_after_it_and_misses_nothing() {
    let directory = tempfile::tempdir().unwrap();
    let mut process = Process::new(directory.path(), 4_000);
    let taken = Taken::default();
    let [q, r] = ["q", "r"].map(|name| process.numbers(name));
    process.node("source", &[], &[Some(q)], count_to(100_000, 100));
    let early = process.node("early", &[(q, false)], &[], taken.sink("early"));
    let seen = taken.clone();
    let late = step(move |outlet, _, batch| {
        assert_eq!(seen.batches("early").len(), 1_000, "it started before the signal");
        outlet.emit(0, batch.clone()).map_err(StepError::Stopped)
    });
    let late = process.node("late", &[(q, false)], &[Some(r)], late);
    process.plan.nodes[late].awaits = signal(early);
    process.node("sink", &[(r, false)], &[], taken.sink("sink"));
    let ran = process.run(|_, _| {});
    assert!(ran.ends.iter().all(|end| *end == NodeEnd::Whole), "{:?}", ran.stop.failure());
    assert_eq!(taken.numbers("sink"), taken.numbers("early"));
}

#[test]
fn the_end_of_a_run_ends_the_wait_for_a_signal() {
    let directory = tempfile::tempdir().unwrap();
    let mut process = Process::new(directory.path(), 4_000);
    let taken = Taken::default();
    let (release, gate) = mpsc::channel::<()>();
    let q = process.numbers("q");
    process.node("source", &[], &[Some(q)], count_to(10, 10));
    let held = taken.sink_after("held", move || gate.recv().unwrap_or_default());
    let held = process.node("held", &[(q, false)], &[], held);
    let waits = process.node("waits", &[(q, false)], &[], taken.sink("waits"));
    process.plan.nodes[waits].awaits = signal(held);
    let ran = process.run(|watches, stop| {
        let waits = &watches[waits].node;
        wait_until("it waits", || waits.meter().activity() == Activity::WaitingForSignals);
        let awaited: Vec<String> = waits.awaiting().iter().map(ToString::to_string).collect();
        assert_eq!(awaited, ["signal done"]);
        stop.cancel();
        wait_until("it waits no more", || waits.meter().activity() == Activity::Stopped);
        drop(release);
    });
    assert_eq!(ran.stop.failure(), None);
    assert_eq!(taken.numbers("waits"), Vec::<i64>::new());
}
