//! Several threads and instances of one node: what its readers see is the same for any number of them.

use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Barrier};

use arrow_array::RecordBatch;
use leat_flow::run::NodeEnd;
use leat_flow::step::{Outlet, Rejected, Step, StepError, Stopped};
use leat_stream::plan::{NodeKind, OnError, Parallel};
use leat_stream::schema::DataType;
use proptest::prelude::{ProptestConfig, any, prop};
use proptest::{prop_assert_eq, proptest};

use crate::process::{Actor, Process, Ran, Taken, batch, count_to, numbers};

/// Sends each number of a batch as often as it says (0 to 2 times), in two batches and on two ports; refuses those that
/// divide by seven; keeps counts, and sends them at the end where it is to.
struct Busy {
    outlet: Box<dyn Outlet>,
    instance: i64,
    counted: i64,
    tells_count: bool,
    shakes: Vec<u8>,
    calls: usize,
}

impl Step for Busy {
    fn open(&mut self) -> Result<(), StepError> {
        self.shake();
        Ok(())
    }

    fn process(&mut self, _port: usize, seen: &RecordBatch) -> Result<(), StepError> {
        let seen = numbers(seen);
        let refused: Vec<u32> = (0..seen.len() as u32).filter(|row| seen[*row as usize] % 7 == 0).collect();
        if !refused.is_empty() {
            self.outlet.reject(Rejected::Rows { rows: &refused, reason: "seven" }).map_err(StepError::Stopped)?;
        }
        for times in 1..=2 {
            self.shake();
            let sent = seen.iter().copied().filter(|n| n % 3 >= times);
            self.outlet.emit((times - 1) as usize, batch(sent)).map_err(StepError::Stopped)?;
        }
        self.counted += seen.len() as i64;
        self.shake();
        Ok(())
    }

    fn end_of_input(&mut self, _port: usize) -> Result<(), StepError> {
        self.shake();
        Ok(())
    }

    fn finish(&mut self) -> Result<(), StepError> {
        self.shake();
        let told = self.tells_count.then_some([-self.instance, self.counted]).into_iter().flatten();
        self.outlet.emit(0, batch(told)).map_err(StepError::Stopped)
    }
}

impl Busy {
    /// Gives up the processor as often as the next number says.
    fn shake(&mut self) {
        self.calls += 1;
        let often = self.shakes.get(self.calls % self.shakes.len().max(1)).copied().unwrap_or(0);
        (0..often).for_each(|_| std::thread::yield_now());
    }
}

#[derive(Clone, Debug)]
struct Case {
    rows: i64,
    cut: usize,
    queue_bytes: usize,
    by: Vec<String>,
    shakes: Vec<Vec<u8>>,
}

impl Case {
    /// What came out of both ports and of the rejects, batch by batch.
    fn run(&self, threads: usize) -> ([Vec<Vec<i64>>; 3], Ran) {
        let directory = tempfile::tempdir().unwrap();
        let mut process = Process::new(directory.path(), self.queue_bytes);
        let taken = Taken::default();
        let [q, one, two] = ["q", "one", "two"].map(|name| process.numbers(name));
        let bad = process.queue("bad", &[("n", DataType::Int64), ("reason", DataType::Text)]);
        let (shakes, tells_count) = (self.shakes.clone(), !self.by.is_empty());
        let make = move |instance: usize, outlet: Box<dyn Outlet>| -> Box<dyn Step> {
            let shakes = shakes.get(instance % shakes.len().max(1)).cloned().unwrap_or_default();
            Box::new(Busy { outlet, instance: instance as i64, counted: 0, tells_count, shakes, calls: 0 })
        };
        process.node("source", &[], &[Some(q)], count_to(self.rows, self.cut));
        let busy = process.node("busy", &[(q, false)], &[Some(one), Some(two)], Actor::Steps(Box::new(make)));
        let node = &mut process.plan.nodes[busy];
        node.on_error = OnError::Queue(bad);
        node.inputs[0].queues[0].keys = self.by.iter().map(|_| 0).collect();
        if let NodeKind::Component(component) = &mut node.kind {
            component.parallel = Parallel { threads, by: self.by.clone() };
        }
        for (name, queue) in [("one", one), ("two", two), ("bad", bad)] {
            process.node(name, &[(queue, false)], &[], taken.sink(name));
        }
        let ran = process.run(|_, _| {});
        (["one", "two", "bad"].map(|name| taken.batches(name).iter().map(numbers).collect()), ran)
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(32))]

    #[test]
    fn any_number_of_threads_gives_the_same_batches_in_the_same_order(
        rows in 0i64..2000,
        cut in 1usize..200,
        queue_bytes in 1usize..20_000,
        keyed in any::<bool>(),
        shakes in prop::collection::vec(prop::collection::vec(0u8..12, 0..9), 0..6),
    ) {
        let by = if keyed { vec!["n".to_owned()] } else { Vec::new() };
        let case = Case { rows, cut, queue_bytes, by, shakes };
        let (alone, ran) = case.run(1);
        prop_assert_eq!(ran.stop.failure(), None);
        for threads in [2, 4, 8] {
            let (together, ran) = case.run(threads);
            prop_assert_eq!(ran.stop.failure(), None);
            prop_assert_eq!(&alone, &together, "{} threads", threads);
        }
    }
}

#[test]
fn every_record_of_a_key_comes_to_one_instance_and_none_is_lost() {
    let case = Case { rows: 5000, cut: 300, queue_bytes: 1 << 20, by: vec!["n".to_owned()], shakes: Vec::new() };
    let (sent, _) = case.run(4);
    let counts: Vec<&[i64]> = sent[0].iter().rev().take(16).map(Vec::as_slice).collect();
    let instances: Vec<i64> = counts.iter().rev().map(|count| -count[0]).collect();
    assert_eq!(instances, (0..16).collect::<Vec<i64>>());
    assert_eq!(counts.iter().map(|count| count[1]).sum::<i64>(), 5000);
}

/// A node of two threads whose calls are this closure, which is given the instance.
fn of_two_threads(
    process: &mut Process,
    taken: &Taken,
    call: impl Fn(&mut dyn Outlet, usize, &RecordBatch) -> Result<(), StepError> + Send + Sync + 'static,
) {
    let [q, r] = ["q", "r"].map(|name| process.numbers(name));
    let call = Arc::new(call);
    let make = move |instance: usize, outlet: Box<dyn Outlet>| -> Box<dyn Step> {
        Box::new(Calls { outlet, instance, call: Arc::clone(&call) })
    };
    process.node("source", &[], &[Some(q)], count_to(1000, 100));
    let node = process.node("both", &[(q, false)], &[Some(r)], Actor::Steps(Box::new(make)));
    if let NodeKind::Component(component) = &mut process.plan.nodes[node].kind {
        component.parallel.threads = 2;
    }
    process.node("sink", &[(r, false)], &[], taken.sink("sink"));
}

struct Calls<F> {
    outlet: Box<dyn Outlet>,
    instance: usize,
    call: Arc<F>,
}

impl<F: Fn(&mut dyn Outlet, usize, &RecordBatch) -> Result<(), StepError> + Send + Sync> Step for Calls<F> {
    fn open(&mut self) -> Result<(), StepError> {
        Ok(())
    }

    fn process(&mut self, _port: usize, batch: &RecordBatch) -> Result<(), StepError> {
        (self.call)(&mut *self.outlet, self.instance, batch)
    }

    fn end_of_input(&mut self, _port: usize) -> Result<(), StepError> {
        Ok(())
    }

    fn finish(&mut self) -> Result<(), StepError> {
        Ok(())
    }
}

#[test]
fn two_threads_are_at_work_at_once() {
    let directory = tempfile::tempdir().unwrap();
    let mut process = Process::new(directory.path(), 1 << 20);
    let taken = Taken::default();
    // Nobody passes alone: the run comes to its end only where two calls meet.
    let (meeting, met) = (Barrier::new(2), Arc::new(AtomicU64::new(0)));
    let count = Arc::clone(&met);
    of_two_threads(&mut process, &taken, move |outlet, _, seen| {
        if numbers(seen)[0] < 200 {
            meeting.wait();
            count.fetch_add(1, Ordering::Relaxed);
        }
        outlet.emit(0, seen.clone()).map_err(StepError::Stopped)
    });
    let ran = process.run(|_, _| {});
    assert!(ran.ends.iter().all(|end| *end == NodeEnd::Whole));
    assert_eq!(met.load(Ordering::Relaxed), 2);
    assert_eq!(taken.numbers("sink"), (0..1000).collect::<Vec<i64>>());
}

#[test]
fn the_failure_of_the_earliest_batch_is_the_one_reported() {
    for _ in 0..20 {
        let directory = tempfile::tempdir().unwrap();
        let mut process = Process::new(directory.path(), 1 << 20);
        let taken = Taken::default();
        let meeting = Barrier::new(2);
        of_two_threads(&mut process, &taken, move |_, _, seen| {
            let first = numbers(seen)[0];
            meeting.wait();
            // The earlier one is the slower.
            (0..if first == 0 { 200 } else { 0 }).for_each(|_| std::thread::yield_now());
            Err(StepError::Failed(format!("broken at {first}")))
        });
        let ran = process.run(|_, _| {});
        assert_eq!(ran.stop.failure().unwrap().reason, "broken at 0");
        assert_eq!(ran.ends[1..], [NodeEnd::CutShort; 2]);
    }
}

#[test]
fn a_task_that_sends_more_than_may_be_held_back_waits_for_its_turn() {
    let directory = tempfile::tempdir().unwrap();
    let mut process = Process::new(directory.path(), 1 << 20);
    let taken = Taken::default();
    of_two_threads(&mut process, &taken, |outlet, _, seen| {
        let first = numbers(seen)[0];
        (0..if first % 200 == 0 { 100 } else { 0 }).for_each(|_| std::thread::yield_now());
        for piece in 0..8 {
            // Half a mebibyte each time, 32 in a call.
            (0..8)
                .try_for_each(|_| outlet.emit(0, batch((0..65_536).map(|_| first + piece))))
                .map_err(StepError::Stopped)?;
        }
        Ok(())
    });
    let ran = process.run(|_, _| {});
    assert_eq!(ran.stop.failure(), None);
    let mut seen = taken.numbers("sink");
    seen.dedup();
    let expected: Vec<i64> = (0..10).flat_map(|batch| (0..8).map(move |piece| batch * 100 + piece)).collect();
    assert_eq!(seen, expected);
}

#[test]
fn threads_of_a_node_that_nobody_reads_any_more_come_to_their_end() {
    let directory = tempfile::tempdir().unwrap();
    let mut process = Process::new(directory.path(), 2000);
    let taken = Taken::default();
    of_two_threads(&mut process, &taken, |outlet, _, seen| outlet.emit(0, seen.clone()).map_err(StepError::Stopped));
    let sink = process.plan.nodes.len() - 1;
    process.replace(sink, crate::process::step(|_, _, _| Err(StepError::Stopped(Stopped::Unread))));
    let ran = process.run(|_, _| {});
    assert_eq!(ran.stop.failure(), None);
    assert!(ran.ends.iter().all(|end| *end == NodeEnd::Whole));
}
