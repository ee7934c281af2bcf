//! What a reader sees, and that it does not depend on timing.

use std::sync::Arc;

use leat_flow::run::NodeEnd;
use leat_flow::step::{BATCH_ROWS, StepError};
use proptest::prelude::{ProptestConfig, prop};
use proptest::{prop_assert_eq, proptest};

use crate::process::{Actor, Process, Ran, Taken, batch, count_to, numbers, pass, step};

/// Gives up the processor as often as the next number says, to shake the order in which threads meet.
fn shaken(mut shakes: Vec<u8>, actor: Actor) -> Actor {
    let Actor::Step(make) = actor else { return actor };
    Actor::Step(Box::new(move |outlet| {
        let inner = make(outlet);
        shakes.push(0);
        Box::new(Shaken { inner, shakes, at: 0 })
    }))
}

struct Shaken {
    inner: Box<dyn leat_flow::step::Step>,
    shakes: Vec<u8>,
    at: usize,
}

impl leat_flow::step::Step for Shaken {
    fn open(&mut self) -> Result<(), StepError> {
        self.inner.open()
    }

    fn process(&mut self, port: usize, batch: &arrow_array::RecordBatch) -> Result<(), StepError> {
        for _ in 0..self.shakes[self.at % self.shakes.len()] {
            std::thread::yield_now();
        }
        self.at += 1;
        self.inner.process(port, batch)
    }

    fn end_of_input(&mut self, port: usize) -> Result<(), StepError> {
        self.inner.end_of_input(port)
    }

    fn finish(&mut self) -> Result<(), StepError> {
        self.inner.finish()
    }
}

/// A queue that goes two ways, one of which leaves most of it out, and meets itself again.
struct Diamond {
    rows: i64,
    cut: usize,
    keep_one_in: i64,
    queue_bytes: usize,
    /// Where the branches meet: in two ports, or merged in one.
    merged: bool,
    second_first: bool,
    shakes: [Vec<u8>; 3],
}

impl Diamond {
    /// What arrives behind the diamond, where each number says which branch it came by, and how much went over the disk.
    fn run(self) -> (Vec<i64>, u64, Ran) {
        let directory = tempfile::tempdir().unwrap();
        let mut process = Process::new(directory.path(), self.queue_bytes);
        let taken = Taken::default();
        let [q, kept, met] = ["q", "kept", "met"].map(|name| process.numbers(name));
        let [shake_filter, shake_pass, shake_meet] = self.shakes;
        let passed = process.numbers("passed");
        let one_in = self.keep_one_in;
        let filter = step(move |outlet, _, seen| {
            let kept = numbers(seen).into_iter().filter(|n| (n + 1) % one_in == 0).map(|n| 2 * n + 1);
            outlet.emit(0, batch(kept)).map_err(StepError::Stopped)
        });
        let mark = step(|outlet, _, seen| {
            let marked = numbers(seen).into_iter().map(|n| 2 * n);
            outlet.emit(0, batch(marked)).map_err(StepError::Stopped)
        });
        process.node("source", &[], &[Some(q)], count_to(self.rows, self.cut));
        process.node("pass", &[(q, false)], &[Some(passed)], shaken(shake_pass, mark));
        process.node("filter", &[(q, false)], &[Some(kept)], shaken(shake_filter, filter));
        let ports = [(passed, false), (kept, self.second_first)];
        let meet = process.node("meet", &ports, &[Some(met)], shaken(shake_meet, pass()));
        if self.merged {
            let ports = &mut process.plan.nodes[meet].inputs;
            let second = ports.pop().unwrap();
            ports[0].queues.extend(second.queues);
        }
        process.node("sink", &[(met, false)], &[], taken.sink("sink"));
        let mut inputs = None;
        let ran = process.run(|watches, _| inputs = Some(Arc::clone(&watches[3].inputs)));
        let inputs = inputs.unwrap();
        let spilled = inputs.fill(0).spilled_bytes_total + inputs.fill(1).spilled_bytes_total;
        (taken.numbers("sink"), spilled, ran)
    }
}

/// What the diamond must give: ports by turns, a batch each.
fn expected(rows: i64, cut: usize, keep_one_in: i64, second_first: bool) -> Vec<i64> {
    let cut_batches = |keep: i64| -> Vec<Vec<i64>> {
        let starts = (0..rows).step_by(cut);
        let batches = starts.map(|from| (from..rows.min(from + cut as i64)).filter(|n| (n + 1) % keep == 0).collect());
        batches.filter(|batch: &Vec<i64>| !batch.is_empty()).collect()
    };
    let (mut all, mut kept) = (cut_batches(1).into_iter(), cut_batches(keep_one_in).into_iter());
    let mut met = Vec::new();
    if second_first {
        met.extend(kept.by_ref().flatten().map(|n| 2 * n + 1));
    }
    loop {
        let (left, right) = (all.next(), kept.next());
        if left.is_none() && right.is_none() {
            return met;
        }
        met.extend(left.into_iter().flatten().map(|n| 2 * n));
        met.extend(right.into_iter().flatten().map(|n| 2 * n + 1));
    }
}

#[test]
fn a_diamond_of_which_one_branch_leaves_nearly_everything_out_comes_to_its_end() {
    for (merged, second_first) in [(false, false), (false, true), (true, false)] {
        let diamond = Diamond {
            rows: 50_000,
            cut: 100,
            keep_one_in: 50_000,
            queue_bytes: 8_000,
            merged,
            second_first,
            shakes: [vec![], vec![], vec![]],
        };
        let (met, spilled, ran) = diamond.run();
        assert_eq!(met, expected(50_000, 100, 50_000, second_first));
        assert!(spilled > 100_000, "{spilled} bytes waited on disk");
        assert!(ran.ends.iter().all(|end| *end == NodeEnd::Whole));
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    #[test]
    fn what_a_run_gives_does_not_depend_on_timing(
        rows in 1i64..3000,
        cut in 1usize..400,
        keep_one_in in 1i64..2000,
        queue_bytes in 1usize..6000,
        (merged, second_first) in prop::sample::select(vec![(false, false), (false, true), (true, false)]),
        shakes in prop::array::uniform3(prop::collection::vec(0u8..12, 0..9)),
    ) {
        let diamond = Diamond { rows, cut, keep_one_in, queue_bytes, merged, second_first, shakes };
        let (met, _, ran) = diamond.run();
        prop_assert_eq!(ran.stop.failure(), None);
        prop_assert_eq!(met, expected(rows, cut, keep_one_in, second_first));
    }
}

#[test]
fn every_reader_of_a_queue_gets_the_same_batch_and_not_a_copy() {
    let directory = tempfile::tempdir().unwrap();
    let mut process = Process::new(directory.path(), 1 << 20);
    let taken = Taken::default();
    let q = process.numbers("q");
    process.node("source", &[], &[Some(q)], count_to(1000, 100));
    process.node("left", &[(q, false)], &[], taken.sink("left"));
    process.node("right", &[(q, false)], &[], taken.sink("right"));
    process.run(|_, _| {});
    let (left, right) = (taken.batches("left"), taken.batches("right"));
    assert_eq!(left.len(), 10);
    for (left, right) in left.iter().zip(&right) {
        assert!(Arc::ptr_eq(left.column(0), right.column(0)));
    }
}

#[test]
fn a_batch_larger_than_the_target_is_cut_by_its_rows_alone() {
    let directory = tempfile::tempdir().unwrap();
    let mut process = Process::new(directory.path(), 1 << 20);
    let taken = Taken::default();
    let q = process.numbers("q");
    process.node("source", &[], &[Some(q)], count_to(10_000, 10_000));
    process.node("sink", &[(q, false)], &[], taken.sink("sink"));
    process.run(|_, _| {});
    let rows: Vec<usize> = taken.batches("sink").iter().map(arrow_array::RecordBatch::num_rows).collect();
    assert_eq!(rows, [BATCH_ROWS, BATCH_ROWS, 10_000 - 2 * BATCH_ROWS]);
    assert_eq!(taken.numbers("sink"), (0..10_000).collect::<Vec<i64>>());
}
