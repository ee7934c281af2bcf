//! What one thread of a node is doing: at work, in a call, waiting.

use std::sync::atomic::{AtomicBool, AtomicU8, AtomicU64, Ordering};
use std::time::Duration;

use super::call::{Call, CallInProgress, CallMeter};
use super::{Activity, RunClock};

/// The meter of one thread of a node.
#[derive(Debug)]
pub(crate) struct ThreadMeter {
    clock: RunClock,
    activity: AtomicU8,
    started: AtomicU64,
    ended: AtomicU64,
    /// When it had its first batch, and when it was done with the last one; 0: with none.
    first_batch: AtomicU64,
    last_batch: AtomicU64,
    /// It has had a batch since the clock was last read: the next reading is when it was done with it.
    has_batch: AtomicBool,
    input_wait: Wait,
    output_wait: Wait,
    fact_wait: Wait,
    call: CallMeter,
}

/// Time spent waiting: what is over, and since when the present wait lasts (0: there is none).
#[derive(Debug, Default)]
struct Wait {
    total: AtomicU64,
    since: AtomicU64,
}

impl ThreadMeter {
    pub(super) fn new(clock: RunClock) -> Self {
        ThreadMeter {
            clock,
            activity: AtomicU8::new(Activity::Starting as u8),
            started: AtomicU64::new(0),
            ended: AtomicU64::new(0),
            first_batch: AtomicU64::new(0),
            last_batch: AtomicU64::new(0),
            has_batch: AtomicBool::new(false),
            input_wait: Wait::default(),
            output_wait: Wait::default(),
            fact_wait: Wait::default(),
            call: CallMeter::default(),
        }
    }

    /// What the thread is about.
    pub(super) fn activity(&self) -> Activity {
        match self.activity.load(Ordering::Relaxed) {
            0 => Activity::Starting,
            1 => Activity::WaitingForSignals,
            2 => Activity::WaitingForFacts,
            3 => Activity::Running,
            4 => Activity::WaitingForInput,
            5 => Activity::WaitingForOutput,
            6 => Activity::Ended,
            _ => Activity::Stopped,
        }
    }

    /// The call in progress.
    pub(super) fn call(&self) -> Option<CallInProgress> {
        self.call.read(|| self.clock.now())
    }

    /// Time spent waiting for batches to come in.
    pub(super) fn input_wait(&self) -> Duration {
        self.input_wait.time(self.clock.now())
    }

    /// Time spent waiting for readers to take batches.
    pub(super) fn output_wait(&self) -> Duration {
        self.output_wait.time(self.clock.now())
    }

    /// Time spent waiting for facts in the middle of work.
    pub(super) fn fact_wait(&self) -> Duration {
        self.fact_wait.time(self.clock.now())
    }

    /// Time at work: waiting neither for batches nor for readers nor for facts.
    pub(super) fn busy(&self) -> Duration {
        let started = self.started.load(Ordering::Relaxed);
        if started == 0 {
            return Duration::ZERO;
        }
        let ended = self.ended.load(Ordering::Relaxed);
        let until = if ended == 0 { self.clock.now() } else { ended };
        let lived = Duration::from_nanos(until.saturating_sub(started));
        let waits = [self.input_wait(), self.output_wait(), self.fact_wait()];
        waits.into_iter().fold(lived, Duration::saturating_sub)
    }

    /// When it had its first batch, nanoseconds since the run's start; nothing before.
    pub(super) fn first_batch(&self) -> Option<u64> {
        Some(self.first_batch.load(Ordering::Relaxed)).filter(|at| *at != 0)
    }

    /// When it was last done with a batch, or now where it has one in hand.
    pub(super) fn last_batch(&self) -> Option<u64> {
        if self.has_batch.load(Ordering::Relaxed) {
            return Some(self.clock.now());
        }
        Some(self.last_batch.load(Ordering::Relaxed)).filter(|at| *at != 0)
    }

    /// It has a batch in hand, or sends one. The clock is read for the first alone.
    pub(crate) fn batch(&self) {
        if self.first_batch.load(Ordering::Relaxed) == 0 {
            self.first_batch.store(self.clock.now(), Ordering::Relaxed);
        }
        self.has_batch.store(true, Ordering::Relaxed);
    }

    /// The clock was read anyway: it is done with the batches that it has had until then.
    fn read(&self, now: u64) {
        if self.has_batch.load(Ordering::Relaxed) {
            self.last_batch.store(now, Ordering::Relaxed);
            self.has_batch.store(false, Ordering::Relaxed);
        }
    }

    /// Runs a wait for signals or facts, before [`ThreadMeter::begin`]: it is no time at work.
    pub(crate) fn wait_to_start<T>(&self, what: Activity, wait: impl FnOnce() -> T) -> T {
        self.set(what);
        let outcome = wait();
        self.set(Activity::Starting);
        outcome
    }

    pub(crate) fn begin(&self) {
        self.started.store(self.clock.now(), Ordering::Relaxed);
        self.set(Activity::Running);
    }

    pub(crate) fn end(&self, whole: bool) {
        let now = self.clock.now();
        self.read(now);
        self.ended.store(now, Ordering::Relaxed);
        self.set(if whole { Activity::Ended } else { Activity::Stopped });
    }

    /// Runs a wait for input.
    pub(crate) fn wait_for_input<T>(&self, wait: impl FnOnce() -> T) -> T {
        self.set(Activity::WaitingForInput);
        let since = self.clock.now();
        self.read(since);
        let outcome = self.input_wait.around(self.clock, since, wait);
        self.set(Activity::Running);
        outcome
    }

    /// Runs a wait for room in an output queue, or for the turn to send; the call in progress does not pay for it.
    pub(crate) fn wait_for_output<T>(&self, wait: impl FnOnce() -> T) -> T {
        self.wait_in_call(Activity::WaitingForOutput, &self.output_wait, wait)
    }

    /// Runs a wait for a fact; the call in progress does not pay for it.
    pub(crate) fn wait_for_fact<T>(&self, wait: impl FnOnce() -> T) -> T {
        self.wait_in_call(Activity::WaitingForFacts, &self.fact_wait, wait)
    }

    fn wait_in_call<T>(&self, what: Activity, waited: &Wait, wait: impl FnOnce() -> T) -> T {
        self.set(what);
        self.call.begin_wait(self.clock.now());
        let outcome = waited.around(self.clock, self.clock.now(), wait);
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

impl Wait {
    fn around<T>(&self, clock: RunClock, since: u64, wait: impl FnOnce() -> T) -> T {
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
