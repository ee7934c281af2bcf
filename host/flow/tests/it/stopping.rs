//! How runs end before their time.

use std::sync::mpsc;

use leat_flow::run::NodeEnd;
use leat_flow::step::{Outlet, StepError, Stopped};

use crate::pressure::{wait_until, waits_for_output};
use crate::process::{Actor, From, Process, Taken, count_to, numbers, pass, step};

#[test]
fn a_cancelled_run_wakes_every_node_and_is_no_failure() {
    let directory = tempfile::tempdir().unwrap();
    let mut process = Process::new(directory.path(), 4_000);
    let taken = Taken::default();
    let (release, gate) = mpsc::channel::<()>();
    let [q, r, never] = ["q", "r", "never"].map(|name| process.numbers(name));
    process.node("source", &[], &[Some(q)], count_to(i64::MAX, 100));
    process.node("pass", &[(q, false)], &[Some(r)], pass());
    let sink = taken.sink_after("sink", move || gate.recv().unwrap_or_default());
    process.node("sink", &[(r, false)], &[], sink);
    process.node("drop", &[(q, false)], &[Some(never)], step(|_, _, _| Ok(())));
    process.node("idle", &[(never, false)], &[], taken.sink("idle"));
    let ran = process.run(|watches, stop| {
        wait_until("the writers wait", || waits_for_output(&watches[0]) && waits_for_output(&watches[1]));
        stop.cancel();
        drop(release);
    });
    assert!(ran.ends.iter().all(|end| *end == NodeEnd::CutShort), "{:?}", ran.ends);
    assert_eq!(ran.stop.failure(), None);
}

#[test]
fn the_failure_that_is_reported_is_the_one_that_came_first() {
    let directory = tempfile::tempdir().unwrap();
    let mut process = Process::new(directory.path(), 4_000);
    let taken = Taken::default();
    let [q, r] = ["q", "r"].map(|name| process.numbers(name));
    let fail_at_500 = step(|outlet, _, batch| {
        if numbers(batch).contains(&500) {
            return Err(StepError::Broken {
                message: "used more than 1 MiB".to_owned(),
                backtrace: vec!["grow".to_owned()],
            });
        }
        outlet.emit(0, batch.clone()).map_err(StepError::Stopped)
    });
    // A source that takes its being stopped for a fault of its own.
    let mut next = 0;
    let source = Actor::Source(Box::new(Blaming(Box::new(move |outlet: &mut dyn Outlet| {
        next += 1;
        let sent = outlet.emit(0, crate::process::batch([next]));
        sent.map_err(|_| StepError::Failed("the pipe is broken".to_owned()))
    }))));
    process.node("source", &[], &[Some(q)], source);
    process.node("weak", &[(q, false)], &[Some(r)], fail_at_500);
    process.node("sink", &[(r, false)], &[], taken.sink("sink"));
    let ran = process.run(|_, _| {});
    let failure = ran.stop.failure().unwrap();
    assert_eq!((failure.node, failure.reason.as_str()), (Some(1), "used more than 1 MiB"));
    assert_eq!(failure.backtrace, ["grow"]);
    assert!(ran.ends.iter().all(|end| *end == NodeEnd::CutShort), "{:?}", ran.ends);
}

type Emit = Box<dyn FnMut(&mut dyn Outlet) -> Result<(), StepError> + Send>;

struct Blaming(Emit);

impl leat_flow::step::Source for Blaming {
    fn next(&mut self, outlet: &mut dyn Outlet) -> Result<Option<arrow_array::RecordBatch>, StepError> {
        (self.0)(outlet)?;
        Ok(Some(crate::process::batch([])))
    }
}

#[test]
fn a_panic_in_a_node_fails_the_run_and_every_other_node_ends() {
    let directory = tempfile::tempdir().unwrap();
    let mut process = Process::new(directory.path(), 4_000);
    let taken = Taken::default();
    let [q, r] = ["q", "r"].map(|name| process.numbers(name));
    process.node("source", &[], &[Some(q)], count_to(i64::MAX, 100));
    process.node("faulty", &[(q, false)], &[Some(r)], step(|_, _, _| panic!("index 7 of 3")));
    process.node("sink", &[(r, false)], &[], taken.sink("sink"));
    let ran = process.run(|_, _| {});
    let failure = ran.stop.failure().unwrap();
    assert_eq!(failure.node, Some(1));
    assert!(failure.reason.contains("index 7 of 3"), "{}", failure.reason);
}

#[test]
fn a_writer_is_told_when_nobody_reads_it_and_ends_without_fault() {
    let directory = tempfile::tempdir().unwrap();
    let mut process = Process::new(directory.path(), 4_000);
    let [q, r] = ["q", "r"].map(|name| process.numbers(name));
    let enough = || step(|_, _, _| Err(StepError::Stopped(Stopped::Unread)));
    process.node("source", &[], &[Some(q)], count_to(i64::MAX, 100));
    process.node("pass", &[(q, false)], &[Some(r), None], pass());
    process.node("once", &[(r, false)], &[], enough());
    process.node("twice", &[(r, false)], &[], enough());
    let ran = process.run(|_, _| {});
    assert!(ran.ends.iter().all(|end| *end == NodeEnd::Whole), "{:?}", ran.ends);
    assert_eq!(ran.stop.failure(), None);
}

#[test]
fn a_reader_never_takes_a_part_for_the_whole() {
    let directory = tempfile::tempdir().unwrap();
    let mut process = Process::new(directory.path(), 1 << 20);
    let taken = Taken::default();
    let q = process.numbers("q");
    let batches = (0..3).map(|n| crate::process::batch([n])).chain(std::iter::from_fn(|| panic!("disk on fire")));
    process.node("source", &[], &[Some(q)], Actor::Source(Box::new(From(batches))));
    process.node("sink", &[(q, false)], &[], taken.sink("sink"));
    let ran = process.run(|_, _| {});
    assert_eq!(ran.ends, [NodeEnd::CutShort, NodeEnd::CutShort]);
}
