//! What a node has done and is doing, written by its thread and read by another ten times a second.
//!
//! Atomics alone: the cost is a few stores a batch. Numbers of one node may be a batch apart from each other, except
//! those of the call in progress, which are read as one ([`NodeMeter::call`]): a time limit is enforced by them.

mod call;

pub use call::{Call, CallInProgress};

use std::sync::atomic::{AtomicU8, AtomicU64, Ordering};
use std::time::{Duration, Instant};

use call::CallMeter;

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
    clock: RunClock,
    /// What came in, by end of a queue: by port, and within a port that merges queues in the order written.
    pub inputs: Vec<PortMeter>,
    /// What went out, by port; the queue of rejected records, where there is one, comes last.
    pub outputs: Vec<PortMeter>,
    /// Records refused.
    pub rejected: AtomicU64,
    activity: AtomicU8,
    started: AtomicU64,
    ended: AtomicU64,
    input_wait: Wait,
    output_wait: Wait,
    progress_done: AtomicU64,
    progress_total: AtomicU64,
    call: CallMeter,
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

/// Time spent waiting: what is over, and since when the present wait lasts (0: there is none).
#[derive(Debug, Default)]
struct Wait {
    total: AtomicU64,
    since: AtomicU64,
}

impl NodeMeter {
    /// A meter with so many ends of queues and output ports.
    pub fn new(clock: RunClock, inputs: usize, outputs: usize) -> Self {
        NodeMeter {
            clock,
            inputs: (0..inputs).map(|_| PortMeter::default()).collect(),
            outputs: (0..outputs).map(|_| PortMeter::default()).collect(),
            rejected: AtomicU64::new(0),
            activity: AtomicU8::new(Activity::Starting as u8),
            started: AtomicU64::new(0),
            ended: AtomicU64::new(0),
            input_wait: Wait::default(),
            output_wait: Wait::default(),
            progress_done: AtomicU64::new(UNKNOWN),
            progress_total: AtomicU64::new(UNKNOWN),
            call: CallMeter::default(),
        }
    }

    /// What the node is about.
    pub fn activity(&self) -> Activity {
        match self.activity.load(Ordering::Relaxed) {
            0 => Activity::Starting,
            1 => Activity::WaitingForSignals,
            2 => Activity::Running,
            3 => Activity::WaitingForInput,
            4 => Activity::WaitingForOutput,
            5 => Activity::Ended,
            _ => Activity::Stopped,
        }
    }

    /// The call in progress.
    pub fn call(&self) -> Option<CallInProgress> {
        self.call.read(|| self.clock.now())
    }

    /// How far the node says it is, and of how much.
    pub fn progress(&self) -> Option<(u64, Option<u64>)> {
        let done = self.progress_done.load(Ordering::Relaxed);
        let total = self.progress_total.load(Ordering::Relaxed);
        (done != UNKNOWN).then_some((done, (total != UNKNOWN).then_some(total)))
    }

    /// Time spent waiting for batches to come in.
    pub fn input_wait(&self) -> Duration {
        self.input_wait.time(self.clock.now())
    }

    /// Time spent waiting for readers to take batches.
    pub fn output_wait(&self) -> Duration {
        self.output_wait.time(self.clock.now())
    }

    /// Time at work: neither waiting for batches nor for readers.
    pub fn busy(&self) -> Duration {
        let started = self.started.load(Ordering::Relaxed);
        if started == 0 {
            return Duration::ZERO;
        }
        let ended = self.ended.load(Ordering::Relaxed);
        let until = if ended == 0 { self.clock.now() } else { ended };
        let lived = Duration::from_nanos(until.saturating_sub(started));
        lived.saturating_sub(self.input_wait()).saturating_sub(self.output_wait())
    }

    /// Runs a wait for signals, before [`NodeMeter::begin`]: it is no time at work.
    pub(crate) fn wait_for_signals<T>(&self, wait: impl FnOnce() -> T) -> T {
        self.set(Activity::WaitingForSignals);
        let outcome = wait();
        self.set(Activity::Starting);
        outcome
    }

    pub(crate) fn begin(&self) {
        self.started.store(self.clock.now(), Ordering::Relaxed);
        self.set(Activity::Running);
    }

    pub(crate) fn end(&self, whole: bool) {
        self.ended.store(self.clock.now(), Ordering::Relaxed);
        self.set(if whole { Activity::Ended } else { Activity::Stopped });
    }

    pub(crate) fn set_progress(&self, done: u64, total: Option<u64>) {
        self.progress_total.store(total.unwrap_or(UNKNOWN), Ordering::Relaxed);
        self.progress_done.store(done.min(UNKNOWN - 1), Ordering::Relaxed);
    }

    /// Runs a wait for input.
    pub(crate) fn wait_for_input<T>(&self, wait: impl FnOnce() -> T) -> T {
        self.set(Activity::WaitingForInput);
        let outcome = self.input_wait.around(self.clock, wait);
        self.set(Activity::Running);
        outcome
    }

    /// Runs a wait for room in an output queue; the call in progress does not pay for it.
    pub(crate) fn wait_for_output<T>(&self, wait: impl FnOnce() -> T) -> T {
        self.set(Activity::WaitingForOutput);
        self.call.begin_wait(self.clock.now());
        let outcome = self.output_wait.around(self.clock, wait);
        self.call.end_wait(self.clock.now());
        self.set(Activity::Running);
        outcome
    }

    /// Runs a call of the step.
    pub(crate) fn during<T>(&self, call: Call, run: impl FnOnce() -> T) -> T {
        self.call.begin(call, self.clock.now());
        let outcome = run();
        self.call.end();
        outcome
    }

    fn set(&self, activity: Activity) {
        self.activity.store(activity as u8, Ordering::Relaxed);
    }
}

impl PortMeter {
    pub(crate) fn add(&self, rows: usize, bytes: usize) {
        self.rows.fetch_add(rows as u64, Ordering::Relaxed);
        self.batches.fetch_add(1, Ordering::Relaxed);
        self.bytes.fetch_add(bytes as u64, Ordering::Relaxed);
    }
}

impl Wait {
    fn around<T>(&self, clock: RunClock, wait: impl FnOnce() -> T) -> T {
        let since = clock.now();
        self.since.store(since, Ordering::Relaxed);
        let outcome = wait();
        self.since.store(0, Ordering::Relaxed);
        self.total.fetch_add(clock.now().saturating_sub(since), Ordering::Relaxed);
        outcome
    }

    fn time(&self, now: u64) -> Duration {
        let since = self.since.load(Ordering::Relaxed);
        let present = if since == 0 { 0 } else { now.saturating_sub(since) };
        Duration::from_nanos(self.total.load(Ordering::Relaxed) + present)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_call_is_seen_while_it_lasts_with_its_port_and_batch() {
        let meter = NodeMeter::new(RunClock::start(), 2, 0);
        assert_eq!(meter.call(), None);
        let call = Call::Process { end: 1, batch: 17 };
        let seen = meter.during(call, || meter.call());
        assert_eq!(seen.map(|seen| seen.call), Some(call));
        assert_eq!(meter.call(), None);
    }

    #[test]
    fn waiting_for_a_full_queue_is_not_the_calls_time() {
        let meter = NodeMeter::new(RunClock::start(), 1, 1);
        let seen = meter.during(Call::Open, || {
            let before = meter.call().map(|call| call.elapsed - call.waited);
            let after = meter.wait_for_output(|| {
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
}
