//! What a node has done and is doing, written by its threads and read by another ten times a second.
//!
//! Atomics alone: the cost is a few stores a batch. Numbers of one node may be a batch apart from each other, except
//! those of a call in progress, which are read as one ([`NodeMeter::call`]): a time limit is enforced by them.

mod call;
mod thread;

pub use call::{Call, CallInProgress};

use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use crate::cuts::Count;
pub(crate) use thread::ThreadMeter;

/// What stands for "not known" in a meter.
const UNKNOWN: u64 = u64::MAX;

/// The clock of a run: time since its start.
#[derive(Clone, Copy, Debug)]
pub struct RunClock(Instant);

impl RunClock {
    /// A clock that starts now.
    pub fn start() -> Self {
        RunClock(Instant::now())
    }

    /// Since its start.
    pub fn elapsed(self) -> Duration {
        self.0.elapsed()
    }

    /// Nanoseconds since its start, never 0.
    fn now(self) -> u64 {
        (self.0.elapsed().as_nanos() as u64).max(1)
    }
}

/// The meter of one node.
#[derive(Debug)]
pub struct NodeMeter {
    /// What came in, by end of a queue: by port, and within a port that merges queues in the order written.
    pub inputs: Vec<PortMeter>,
    /// What went out, by port; the queue of rejected records, where there is one, comes last.
    pub outputs: Vec<PortMeter>,
    /// Records refused.
    pub rejected: AtomicU64,
    threads: Vec<ThreadMeter>,
    /// By instance.
    progress: Vec<Progress>,
}

/// What went through one port.
#[derive(Debug, Default)]
pub struct PortMeter {
    /// Records.
    pub rows: AtomicU64,
    /// Batches.
    pub batches: AtomicU64,
    /// Bytes in memory.
    pub bytes: AtomicU64,
}

/// What a node is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u8)]
pub enum Activity {
    /// Its thread has not come to its loop.
    Starting,
    /// Waiting for signals before it starts.
    WaitingForSignals,
    /// Waiting for facts, before it starts or in the middle of its work.
    WaitingForFacts,
    /// At work.
    Running,
    /// Waiting for a batch to come in.
    WaitingForInput,
    /// Waiting for a reader to take a batch.
    WaitingForOutput,
    /// At its end, without fault.
    Ended,
    /// At its end by a fault, or because the run was ended.
    Stopped,
}

/// What a node of several threads is said to be about: the first of these that one of them is about.
const ACTIVITIES: [Activity; 8] = [
    Activity::Running,
    Activity::WaitingForFacts,
    Activity::WaitingForOutput,
    Activity::WaitingForInput,
    Activity::WaitingForSignals,
    Activity::Starting,
    Activity::Stopped,
    Activity::Ended,
];

/// How far an instance says it is.
#[derive(Debug)]
struct Progress {
    done: AtomicU64,
    total: AtomicU64,
}

impl NodeMeter {
    /// A meter with so many ends of queues and output ports, of so many threads and instances.
    pub fn new(clock: RunClock, (inputs, outputs): (usize, usize), threads: usize, instances: usize) -> Self {
        let progress = || Progress { done: AtomicU64::new(UNKNOWN), total: AtomicU64::new(UNKNOWN) };
        NodeMeter {
            inputs: (0..inputs).map(|_| PortMeter::default()).collect(),
            outputs: (0..outputs).map(|_| PortMeter::default()).collect(),
            rejected: AtomicU64::new(0),
            threads: (0..threads).map(|_| ThreadMeter::new(clock)).collect(),
            progress: (0..instances).map(|_| progress()).collect(),
        }
    }

    /// The meter of one of the node's threads.
    pub(crate) fn thread(&self, thread: usize) -> &ThreadMeter {
        &self.threads[thread]
    }

    /// How many instances the node has.
    pub fn instances(&self) -> usize {
        self.progress.len()
    }

    /// What the node is about.
    pub fn activity(&self) -> Activity {
        let seen: Vec<Activity> = self.threads.iter().map(ThreadMeter::activity).collect();
        ACTIVITIES.into_iter().find(|activity| seen.contains(activity)).unwrap_or(Activity::Starting)
    }

    /// The call in progress; of several the one that has taken the most time of its own.
    pub fn call(&self) -> Option<CallInProgress> {
        let calls = self.threads.iter().filter_map(ThreadMeter::call);
        calls.max_by_key(|call| call.elapsed.saturating_sub(call.waited))
    }

    /// How far the node says it is, and of how much; its instances summed.
    pub fn progress(&self) -> Option<(u64, Option<u64>)> {
        let told = self.progress.iter().filter_map(|progress| {
            let (done, total) = (progress.done.load(Ordering::Relaxed), progress.total.load(Ordering::Relaxed));
            (done != UNKNOWN).then_some((done, (total != UNKNOWN).then_some(total)))
        });
        told.reduce(|(done, total), (more_done, more_total)| {
            let total = total.zip(more_total).map(|(total, more)| total.saturating_add(more));
            (done.saturating_add(more_done), total)
        })
    }

    /// From when to when it dealt with batches, since the run's start: from the first that it had in hand or sent until it
    /// was done with the last. Nothing where it has had none.
    pub fn batches(&self) -> Option<(Duration, Duration)> {
        let first = self.threads.iter().filter_map(ThreadMeter::first_batch).min()?;
        let last = self.threads.iter().filter_map(ThreadMeter::last_batch).max()?;
        Some((Duration::from_nanos(first), Duration::from_nanos(last.max(first))))
    }

    /// Time spent waiting for batches to come in, all threads together.
    pub fn input_wait(&self) -> Duration {
        self.threads.iter().map(ThreadMeter::input_wait).sum()
    }

    /// Time spent waiting for readers to take batches, all threads together.
    pub fn output_wait(&self) -> Duration {
        self.threads.iter().map(ThreadMeter::output_wait).sum()
    }

    /// Time spent waiting for facts in the middle of work, all threads together.
    pub fn fact_wait(&self) -> Duration {
        self.threads.iter().map(ThreadMeter::fact_wait).sum()
    }

    /// Time at work, waiting neither for batches nor for readers nor for facts, all threads together.
    pub fn busy(&self) -> Duration {
        self.threads.iter().map(ThreadMeter::busy).sum()
    }

    pub(crate) fn set_progress(&self, instance: usize, done: u64, total: Option<u64>) {
        let Some(progress) = self.progress.get(instance) else { return };
        progress.total.store(total.unwrap_or(UNKNOWN), Ordering::Relaxed);
        progress.done.store(done.min(UNKNOWN - 1), Ordering::Relaxed);
    }
}

impl PortMeter {
    /// Records so far.
    pub(crate) fn rows(&self) -> u64 {
        self.rows.load(Ordering::Relaxed)
    }

    /// All that it has counted.
    pub(crate) fn count(&self) -> Count {
        let [rows, batches, bytes] = [&self.rows, &self.batches, &self.bytes].map(|it| it.load(Ordering::Relaxed));
        Count { rows, batches, bytes }
    }

    /// Goes on from what was counted before the run was begun again.
    pub(crate) fn resume(&self, count: Count) {
        self.rows.store(count.rows, Ordering::Relaxed);
        self.batches.store(count.batches, Ordering::Relaxed);
        self.bytes.store(count.bytes, Ordering::Relaxed);
    }

    pub(crate) fn add(&self, rows: usize, bytes: usize) {
        self.rows.fetch_add(rows as u64, Ordering::Relaxed);
        self.batches.fetch_add(1, Ordering::Relaxed);
        self.bytes.fetch_add(bytes as u64, Ordering::Relaxed);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_call_is_seen_while_it_lasts_with_its_port_and_batch() {
        let meter = NodeMeter::new(RunClock::start(), (2, 0), 1, 1);
        assert_eq!(meter.call(), None);
        let call = Call::Process { end: 1, batch: 17 };
        let seen = meter.thread(0).during(call, || meter.call());
        assert_eq!(seen.map(|seen| seen.call), Some(call));
        assert_eq!(meter.call(), None);
    }

    #[test]
    fn waiting_for_a_full_queue_is_not_the_calls_time() {
        let meter = NodeMeter::new(RunClock::start(), (1, 1), 1, 1);
        let seen = meter.thread(0).during(Call::Open, || {
            let before = meter.call().map(|call| call.elapsed - call.waited);
            let after = meter.thread(0).wait_for_output(|| {
                let spin = Instant::now();
                while spin.elapsed() < Duration::from_millis(2) {
                    std::hint::spin_loop();
                }
                meter.call()
            });
            before.zip(after)
        });
        let (before, after) = seen.unwrap();
        assert!(after.waited >= Duration::from_millis(2));
        assert!(after.elapsed - after.waited >= before);
        assert!(meter.output_wait() >= Duration::from_millis(2));
    }

    #[test]
    fn a_node_deals_with_batches_from_the_first_it_has_until_it_is_done_with_the_last() {
        let clock = RunClock::start();
        let meter = NodeMeter::new(clock, (1, 1), 2, 2);
        let (one, other) = (meter.thread(0), meter.thread(1));
        one.wait_for_input(|| ());
        assert_eq!(meter.batches(), None);
        let before = clock.elapsed();
        one.batch();
        let (first, in_hand) = meter.batches().unwrap();
        assert!(before <= first && first <= in_hand);
        other.batch();
        other.wait_for_input(|| ());
        one.wait_for_input(|| ());
        let (same, last) = meter.batches().unwrap();
        assert!(same == first && in_hand <= last && last <= clock.elapsed());
        one.wait_for_input(|| ());
        one.end(true);
        other.end(true);
        assert_eq!(meter.batches(), Some((first, last)), "it is done, and time goes on without batches");
    }

    #[test]
    fn of_several_calls_the_longest_is_told_and_progress_is_summed() {
        let meter = NodeMeter::new(RunClock::start(), (1, 0), 2, 3);
        let seen = meter.thread(1).during(Call::Process { end: 0, batch: 1 }, || {
            while meter.call().is_none_or(|call| call.elapsed < Duration::from_millis(2)) {
                std::hint::spin_loop();
            }
            meter.thread(0).during(Call::Process { end: 0, batch: 2 }, || meter.call())
        });
        assert_eq!(seen.map(|seen| seen.call), Some(Call::Process { end: 0, batch: 1 }));
        assert_eq!(meter.progress(), None);
        meter.set_progress(0, 3, Some(10));
        meter.set_progress(2, 4, Some(10));
        assert_eq!(meter.progress(), Some((7, Some(20))));
        meter.set_progress(1, 1, None);
        assert_eq!(meter.progress(), Some((8, None)));
    }
}
