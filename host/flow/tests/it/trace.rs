//! Traces: records followed through nodes, one by one where it is known and by batch where it is not.

use std::sync::{Arc, Mutex};

use leat_flow::run::NodeEnd;
use leat_flow::step::{Rejected, StepError};
use leat_flow::trace::{Did, Link, RecordId, Selection, TRACED_MAX, Trace, TraceEvent, TraceLog};
use leat_stream::plan::OnError;

use crate::process::{Process, Taken, batch, count_to, numbers, step};

/// Keeps what it is told.
#[derive(Clone, Default)]
struct Kept(Arc<Mutex<(Vec<TraceEvent>, usize)>>);

impl TraceLog for Kept {
    fn event(&mut self, event: &TraceEvent) {
        self.0.lock().unwrap().0.push(event.clone());
    }

    fn full(&mut self) {
        self.0.lock().unwrap().1 += 1;
    }
}

/// Node, deed, queue and row, and the rows it was made of.
type Told = (usize, Did, Option<(usize, u64)>, Vec<u64>);

impl Kept {
    fn told(&self) -> Vec<Told> {
        let events = self.0.lock().unwrap().0.clone();
        let place = |id: &RecordId| (id.queue, id.row);
        events
            .iter()
            .map(|e| (e.node, e.did, e.record.as_ref().map(place), e.from.iter().map(|id| id.row).collect()))
            .collect()
    }
}

fn traced(process: &mut Process, selection: Selection) -> Kept {
    let kept = Kept::default();
    process.trace = Some(Trace::new(selection, 8, Box::new(kept.clone())));
    kept
}

fn by_value(value: &str) -> Selection {
    Selection::Values { column: "n".to_owned(), values: vec![value.to_owned()] }
}

#[test]
fn a_record_is_followed_through_gathered_rows_to_its_output() {
    let directory = tempfile::tempdir().unwrap();
    let mut process = Process::new(directory.path(), 4_000);
    let taken = Taken::default();
    let [q, r] = ["q", "r"].map(|name| process.numbers(name));
    process.node("source", &[], &[Some(q)], count_to(1_000, 100));
    // Every other record, the last of a batch first.
    let halves = step(|outlet, _, seen| {
        assert!(outlet.is_traced());
        let rows: Vec<u32> = (0..seen.num_rows() as u32).rev().step_by(2).collect();
        let all = numbers(seen);
        let kept = batch(rows.iter().map(|row| all[*row as usize]));
        outlet.emit_from(0, kept, &rows).map_err(StepError::Stopped)
    });
    process.node("halves", &[(q, false)], &[Some(r)], halves);
    process.node("sink", &[(r, false)], &[], taken.sink("sink"));
    let kept = traced(&mut process, by_value("713"));
    let ran = process.run(|_, _| {});
    assert!(ran.ends.iter().all(|end| *end == NodeEnd::Whole), "{:?}", ran.stop.failure());
    // 713 is row 714 of q; in its batch rows 99, 97, … are sent, so it is the 44th after seven batches of 50.
    assert_eq!(taken.numbers("sink")[393], 713);
    assert_eq!(
        kept.told(),
        [
            (0, Did::Read, Some((q, 714)), vec![]),
            (1, Did::Saw, Some((q, 714)), vec![]),
            (1, Did::Sent, Some((r, 394)), vec![714]),
            (2, Did::Wrote, Some((r, 394)), vec![]),
        ]
    );
    assert_eq!(kept.0.lock().unwrap().0[2].values, [("n".to_owned(), "713".to_owned())]);
}

#[test]
fn what_is_made_of_a_batch_and_after_the_last_is_linked_as_far_as_it_is_known() {
    let directory = tempfile::tempdir().unwrap();
    let mut process = Process::new(directory.path(), 4_000);
    let taken = Taken::default();
    let [q, r, s] = ["q", "r", "s"].map(|name| process.numbers(name));
    process.node("source", &[], &[Some(q)], count_to(20, 10));
    let sums = step(|outlet, _, seen| outlet.emit(0, batch([numbers(seen).iter().sum()])).map_err(StepError::Stopped));
    process.node("sums", &[(q, false)], &[Some(r)], sums);
    let refuses = step(|outlet, _, seen| {
        let rows: Vec<u32> = (0..seen.num_rows() as u32).filter(|row| numbers(seen)[*row as usize] > 100).collect();
        outlet.reject(Rejected::Rows { rows: &rows, reason: "too many" }).map_err(StepError::Stopped)
    });
    let refuses = process.node("refuses", &[(r, false)], &[], refuses);
    process.plan.nodes[refuses].on_error = OnError::Queue(s);
    process.plan.queues[s].fields.push(leat_stream::schema::Field::new(
        "reason",
        leat_stream::schema::DataType::Text,
        false,
    ));
    process.node("sink", &[(s, false)], &[], taken.sink("sink"));
    let kept = traced(&mut process, by_value("12"));
    process.run(|_, _| {});
    assert_eq!(
        kept.told(),
        [
            (0, Did::Read, Some((q, 13)), vec![]),
            (1, Did::Saw, Some((q, 13)), vec![]),
            (1, Did::Sent, Some((r, 2)), vec![13]),
            (2, Did::Saw, Some((r, 2)), vec![]),
            (2, Did::Rejected, Some((r, 2)), vec![]),
            (2, Did::Sent, Some((s, 1)), vec![2]),
            (3, Did::Wrote, Some((s, 1)), vec![]),
        ]
    );
    let links: Vec<Option<Link>> = kept.0.lock().unwrap().0.iter().map(|event| event.link).collect();
    assert_eq!((links[2], links[5]), (Some(Link::Batch), Some(Link::Row)));
    assert_eq!(kept.0.lock().unwrap().0[4].reason.as_deref(), Some("too many"));
}

#[test]
fn the_first_records_are_followed_and_no_more_than_the_bound() {
    for (rows, expected) in [(3, 3), (TRACED_MAX as u64 + 50, TRACED_MAX)] {
        let directory = tempfile::tempdir().unwrap();
        let mut process = Process::new(directory.path(), 4_000);
        let q = process.numbers("q");
        process.node("source", &[], &[Some(q)], count_to(2_000, 7));
        process.node("sink", &[(q, false)], &[], Taken::default().sink("sink"));
        let kept = traced(&mut process, Selection::Rows(rows));
        process.run(|_, _| {});
        let told = kept.told();
        assert_eq!(told.iter().filter(|(_, did, ..)| *did == Did::Read).count(), expected);
        assert_eq!(told.iter().filter(|(_, did, ..)| *did == Did::Wrote).count(), expected);
        assert_eq!(kept.0.lock().unwrap().1, usize::from(rows > 3), "once the bound is met it is said, once");
    }
}
