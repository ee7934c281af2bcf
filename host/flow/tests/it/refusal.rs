//! Records that a node cannot take.

use std::sync::atomic::Ordering;
use std::sync::mpsc::channel;
use std::sync::{Arc, Mutex};

use arrow_array::RecordBatch;
use arrow_array::cast::AsArray;
use arrow_array::types::Int64Type;
use leat_checkpoint::poison::BatchName;
use leat_flow::cuts::{Checkpoints, InHand};
use leat_flow::rejects::{Content, RejectedRecord};
use leat_flow::step::{Outlet, Rejected, Source, StepError};
use leat_stream::plan::OnError;
use leat_stream::schema::DataType;

use crate::process::{Actor, Process, Ran, Taken, batch, count_to, numbers, step};

/// Takes even numbers and refuses odd ones; refuses a batch that holds 250 as a whole.
fn even_only() -> Actor {
    step(|outlet, _, seen| {
        let numbers = numbers(seen);
        if numbers.contains(&250) {
            return Err(StepError::BatchRefused("250 is not liked here".to_owned()));
        }
        for (row, _) in numbers.iter().enumerate().filter(|(_, n)| *n % 2 == 1) {
            let rejected = Rejected::Rows { rows: &[row as u32], reason: "it is odd" };
            outlet.reject(rejected).map_err(StepError::Stopped)?;
        }
        let kept = numbers.into_iter().filter(|n| n % 2 == 0);
        outlet.emit(0, batch(kept)).map_err(StepError::Stopped)
    })
}

struct Seen {
    ran: Ran,
    taken: Taken,
    rejected: Vec<(RejectedRecord, Content)>,
    rejected_rows: u64,
}

fn run_even_only(rows: i64, on_error: impl FnOnce(&mut Process) -> OnError) -> Seen {
    let directory = tempfile::tempdir().unwrap();
    let mut process = Process::new(directory.path(), 1 << 20);
    let taken = Taken::default();
    let [q, r] = ["q", "r"].map(|name| process.numbers(name));
    process.node("source", &[], &[Some(q)], count_to(rows, 100));
    let even = process.node("even", &[(q, false)], &[Some(r)], even_only());
    process.node("sink", &[(r, false)], &[], taken.sink("sink"));
    let on_error = on_error(&mut process);
    if let OnError::Queue(bad) = on_error {
        process.node("bad", &[(bad, false)], &[], taken.sink("bad"));
    }
    process.plan.nodes[even].on_error = on_error;
    let mut node = None;
    let ran = process.run(|watches, _| node = Some(Arc::clone(&watches[even].node)));
    let node = node.unwrap();
    Seen { ran, taken, rejected: node.rejected(), rejected_rows: node.meter().rejected.load(Ordering::Relaxed) }
}

#[test]
fn by_default_a_refused_row_fails_the_run_and_is_named_with_its_values() {
    let seen = run_even_only(1000, |_| OnError::Fail);
    let failure = seen.ran.stop.failure().unwrap();
    assert_eq!(failure.reason, "row 2 of queue `q` (batch 1, row 2) was refused: it is odd [n=1]");
    assert!(failure.hint.unwrap().contains("on_error=skip"));
    assert_eq!((seen.rejected_rows, seen.rejected.len()), (1, 1));
    assert_eq!(seen.rejected[0].1, Content::Row { end: 0, row: batch([1]) });
}

#[test]
fn a_skipped_row_is_left_out_and_counted_and_the_first_are_kept_for_the_report() {
    let seen = run_even_only(200, |_| OnError::Skip);
    assert_eq!(seen.ran.stop.failure(), None);
    assert_eq!(seen.taken.numbers("sink").len(), 100);
    assert_eq!((seen.rejected_rows, seen.rejected.len()), (100, 10));
    let (second, content) = &seen.rejected[1];
    assert_eq!(*content, Content::Row { end: 0, row: batch([3]) }, "the row is kept, and not its batch");
    assert_eq!((second.place.as_str(), second.reason.as_str()), ("row 4 of queue `q`", "it is odd [n=3]"));
}

#[test]
fn a_refused_row_goes_to_its_queue_with_the_reason_even_where_the_whole_batch_is_refused() {
    let fields = [("n", DataType::Int64), ("reason", DataType::Text)];
    let seen = run_even_only(300, |process| OnError::Queue(process.queue("bad", &fields)));
    assert_eq!(seen.ran.stop.failure(), None);
    assert_eq!((seen.rejected_rows, seen.taken.numbers("sink").len()), (200, 100));
    let bad = seen.taken.batches("bad");
    let rows: Vec<usize> = bad.iter().map(RecordBatch::num_rows).collect();
    assert_eq!(rows, [50, 50, 100]);
    let reasons = |batch: &RecordBatch| batch.column(1).as_string::<i32>().value(0).to_owned();
    assert_eq!(reasons(&bad[0]), "it is odd");
    assert_eq!(reasons(&bad[2]), "250 is not liked here");
    assert_eq!(numbers(&bad[2]), (200..300).collect::<Vec<i64>>());
}

#[test]
fn a_refused_batch_fails_the_run_with_its_rows_where_on_error_does_not_say_otherwise() {
    let directory = tempfile::tempdir().unwrap();
    let mut process = Process::new(directory.path(), 1 << 20);
    let taken = Taken::default();
    let [q, r] = ["q", "r"].map(|name| process.numbers(name));
    let evens = (0..10).map(|cut| batch((cut * 50..cut * 50 + 50).map(|n| 2 * n)));
    let source = Actor::Source(Box::new(crate::process::From(evens)));
    process.node("source", &[], &[Some(q)], source);
    process.node("even", &[(q, false)], &[Some(r)], even_only());
    process.node("sink", &[(r, false)], &[], taken.sink("sink"));
    let failure = process.run(|_, _| {}).stop.failure().unwrap();
    assert_eq!(failure.reason, "batch 3 of queue `q` (rows 101 to 150) was refused: 250 is not liked here");
}

/// Remembers what was in hand.
#[derive(Default)]
struct Noted(Mutex<Vec<(usize, Option<BatchName>)>>);

impl InHand for Noted {
    fn note(&self, node: usize, _thread: usize, batch: Option<BatchName>) {
        self.0.lock().unwrap().push((node, batch));
    }
}

#[test]
fn a_batch_that_is_poison_is_refused_before_its_node_sees_it_and_each_other_is_noted_while_it_is_in_hand() {
    let noted = Arc::new(Noted::default());
    let in_hand: Arc<dyn InHand> = Arc::clone(&noted) as Arc<dyn InHand>;
    let (news, _heard) = channel();
    let name = |number| BatchName { node: 1, end: 0, number };
    let seen = run_even_only(400, |process| {
        process.checkpoints = Some(Checkpoints {
            news,
            kept_bytes_max: 1 << 20,
            reread_bytes_max: 1 << 20,
            restored: Vec::new(),
            in_hand: Some(in_hand),
            // Another node's batch of this number is not meant.
            poison: vec![BatchName { node: 2, ..name(2) }, name(3)],
        });
        OnError::Skip
    });
    assert_eq!(seen.ran.stop.failure(), None);
    let evens: Vec<i64> = (0..200).chain(300..400).filter(|n| n % 2 == 0).collect();
    assert_eq!((seen.taken.numbers("sink"), seen.rejected_rows), (evens, 150 + 100));
    let expected = [1, 2, 4].map(|number| [(1, Some(name(number))), (1, None)]).concat();
    assert_eq!(*noted.0.lock().unwrap(), expected);
}

/// A source of which every record is bad.
struct Bad {
    left: u64,
}

impl Source for Bad {
    fn next(&mut self, outlet: &mut dyn Outlet) -> Result<Option<RecordBatch>, StepError> {
        if self.left == 0 {
            return Ok(None);
        }
        let line = self.left;
        self.left -= 1;
        let rejected = Rejected::Record { file: "in.csv", line, text: "1,x", reason: "in.csv:2:3: `x` is no int64" };
        outlet.reject(rejected).map_err(StepError::Stopped)?;
        Ok(Some(batch([line as i64])))
    }
}

fn run_bad(on_error: impl FnOnce(&mut Process) -> OnError) -> (Ran, Taken) {
    let directory = tempfile::tempdir().unwrap();
    let mut process = Process::new(directory.path(), 1 << 20);
    let taken = Taken::default();
    let q = process.numbers("q");
    process.node("source", &[], &[Some(q)], Actor::Source(Box::new(Bad { left: 3 })));
    process.node("sink", &[(q, false)], &[], taken.sink("sink"));
    let on_error = on_error(&mut process);
    if let OnError::Queue(bad) = on_error {
        process.node("bad", &[(bad, false)], &[], taken.sink("bad"));
    }
    process.plan.nodes[0].on_error = on_error;
    (process.run(|_, _| {}), taken)
}

#[test]
fn a_record_that_never_became_a_row_fails_the_run_or_goes_to_its_queue() {
    let (ran, _) = run_bad(|_| OnError::Fail);
    assert_eq!(ran.stop.failure().unwrap().reason, "in.csv:2:3: `x` is no int64");

    let fields =
        [("file", DataType::Text), ("line", DataType::Int64), ("record", DataType::Text), ("reason", DataType::Text)];
    let (ran, taken) = run_bad(|process| OnError::Queue(process.queue("bad", &fields)));
    assert_eq!(ran.stop.failure(), None);
    let bad = taken.batches("bad");
    let lines: Vec<i64> = bad.iter().map(|batch| batch.column(1).as_primitive::<Int64Type>().value(0)).collect();
    assert_eq!(lines, [3, 2, 1]);
    assert_eq!(bad[0].column(2).as_string::<i32>().value(0), "1,x");
    assert_eq!(taken.numbers("sink"), [3, 2, 1]);
}
