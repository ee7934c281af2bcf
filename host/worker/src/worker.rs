//! The worker: takes a job from its standard input, runs every node of the plan at once, each on a thread of its own,
//! and says how it goes on on its standard output.
//!
//! Called by `leat worker`, which the supervisor starts. It publishes outputs only once every node has come to its end,
//! and leaves to its supervisor whatever it cannot do itself: ending code that does not return.

mod checkpoints;
mod conditions;
mod crossings;
mod events;
mod frames;
mod logs;
mod memory;
mod nodes;
mod orders;
mod paths;
mod publish;
mod recovery;
mod rejected;
mod tracing;
mod walls;

pub(crate) use checkpoints::why_not;
pub use logs::log_path;
pub(crate) use publish::partial_paths;
pub(crate) use rejected::clear as clear_rejected;

use std::io::{BufRead, BufReader, Read, Write};
use std::sync::Arc;
use std::sync::mpsc::{self, Receiver, RecvTimeoutError, Sender};
use std::thread;
use std::time::{Duration, Instant};

use leat_flow::cuts::Checkpoints;
use leat_flow::dataflow::{Place, Surroundings, connect};
use leat_flow::inputs::InputLimits;
use leat_flow::meter::RunClock;
use leat_flow::step::Sink;
use leat_flow::stop::{Failure, StopSignal};
use leat_runtime::thread_stack_bytes;
use leat_stream::plan::NodeKind;
use zeroize::Zeroizing;

use crate::job::{Job, RunSecrets, SECRETS_LINE_BYTES_MAX};
use crate::report::{CheckpointReport, FailureReport, Outcome};
use crate::status::Notice;
use crate::wire::{Done, Event, FRAME_INTERVAL};
use checkpoints::{Beginning, Keeper};
use events::Events;
use frames::Observed;
use logs::NodeLogFile;
use memory::PeakMemory;
use nodes::{Actors, End, Seat};
use orders::Orders;

/// How much of a queue may lie on disk, where its reader waits for something else.
const SPILL_BYTES_MAX: u64 = 64 << 30;

/// How long a worker whose supervisor is gone may take to come to its end.
const ORPHAN_GRACE: Duration = Duration::from_secs(1);

/// How long a node may take to come to its end once another has failed. One that is in a long call then ends with the
/// process, so that the run is not held up by it, and fails of what failed first.
const FAILURE_GRACE: Duration = Duration::from_secs(1);

/// The stack of threads that call no component.
const STACK_BYTES: usize = 1 << 20;

/// What `leat worker` does: takes a job from standard input, walls itself in with what the job needs, and runs it. Answers
/// whether the run succeeded, which the exit code is to say too. The process ends with the thread that started it.
///
/// The process must have no other thread yet.
pub fn run_worker() -> bool {
    // Where the system does not know this signal, the end of standard input tells as much, a little later.
    let _ = rustix::process::set_parent_process_death_signal(Some(rustix::process::Signal::KILL));
    let orphaned = || {
        thread::sleep(ORPHAN_GRACE);
        let _ = rustix::process::kill_process(rustix::process::getpid(), rustix::process::Signal::KILL);
    };
    work(std::io::stdin(), std::io::stdout(), orphaned, walls::raise)
}

/// Takes a job from the first line of `input` and runs it, saying on `output` how it goes on. Later lines may ask it to
/// stop; the end of `input` does so too, and then `orphaned` is called on another thread. Answers whether the run
/// succeeded. No wall is raised, so that the process may have other work.
pub fn run(
    input: impl Read + Send + 'static,
    output: impl Write + Send + 'static,
    orphaned: impl FnOnce() + Send + 'static,
) -> bool {
    work(input, output, orphaned, |_| Ok(Vec::new()))
}

/// `wall` is raised when the job is known and nothing else has happened.
fn work(
    input: impl Read + Send + 'static,
    output: impl Write + Send + 'static,
    orphaned: impl FnOnce() + Send + 'static,
    wall: impl FnOnce(&Job) -> Result<Vec<String>, String>,
) -> bool {
    let events = Arc::new(Events::new(output));
    let mut input = BufReader::new(input);
    let mut line = Vec::new();
    let read = input.read_until(b'\n', &mut line).map_err(serde_json::Error::io);
    let job: Result<Job, _> = read.and_then(|_| serde_json::from_slice(&line)).map_err(|error| error.to_string());
    let job = match job.and_then(|job| with_secrets(job, &mut input)) {
        Ok(job) => job,
        Err(error) => {
            let reason = format!("this worker cannot read its job: {error}");
            events.send(&Event::Done(done(Outcome::Failed(worker_failure(reason)))));
            return false;
        }
    };
    let memory = PeakMemory::open();
    match wall(&job) {
        Ok(missing) => missing.into_iter().for_each(|part| events.warn(part)),
        Err(reason) => {
            events.send(&Event::Done(done(Outcome::Failed(worker_failure(reason)))));
            return false;
        }
    }
    let orders = Orders::new();
    orders::listen(input, orders.clone(), orphaned);
    let done = Run::start(job, orders, Arc::clone(&events), memory).finish();
    let succeeded = done.outcome == Outcome::Succeeded;
    events.send(&Event::Done(done));
    succeeded
}

/// The job with its secrets, which stand on a line of their own where the plan needs any.
fn with_secrets(mut job: Job, input: &mut impl BufRead) -> Result<Job, String> {
    if job.plan.given_secrets().next().is_none() {
        return Ok(job);
    }
    let mut line = Zeroizing::new(Vec::new());
    let read = input.take(SECRETS_LINE_BYTES_MAX).read_until(b'\n', &mut line);
    read.map_err(|error| error.to_string())?;
    job.secrets = RunSecrets::read(&line)?;
    Ok(job)
}

/// A run whose nodes are at work.
struct Run {
    job: Arc<Job>,
    stop: StopSignal,
    clock: RunClock,
    memory: PeakMemory,
    events: Arc<Events>,
    checkpoints: Option<Keeper>,
    /// What outputs that had come to their end before the run was begun again have written.
    finished: Vec<(usize, Box<dyn Sink>)>,
    observed: Vec<Observed>,
    /// By node: threads that have not come to their end.
    at_work: Vec<usize>,
    ends: Receiver<End>,
    next_frame: Instant,
    /// Since when it is known that something has failed.
    failed_since: Option<Instant>,
}

impl Run {
    fn start(job: Job, orders: Orders, events: Arc<Events>, memory: PeakMemory) -> Self {
        let (clock, stop) = (RunClock::start(), orders.stop.clone());
        let job = Arc::new(job);
        let limits = InputLimits {
            queue_bytes: job.queue_bytes,
            spill_bytes_max: SPILL_BYTES_MAX,
            spill_directory: job.run_directory.clone(),
        };
        let logs: Vec<NodeLogFile> =
            (0..job.plan.nodes.len()).map(|node| NodeLogFile::new(&job, node, clock, &events)).collect();
        let written: Vec<_> = logs.iter().map(NodeLogFile::written).collect();
        let mut logs = logs.into_iter();
        let (beginning, checkpoints) = begin_checkpoints(&job, &stop).unzip();
        let surroundings =
            Surroundings { limits: &limits, clock, trace: tracing::trace(&job, &events), stop: &stop, checkpoints };
        let places =
            connect(&job.plan, surroundings, |_| Box::new(logs.next().expect("a log was made for every node")));
        let observed: Vec<Observed> =
            places.iter().zip(written).map(|(place, written)| Observed::new(place, written)).collect();
        for (node, place) in job.plan.nodes.iter().zip(&places) {
            if let Err(error) = conditions::install(&job, node, place) {
                place.node.fail(error.to_string(), Vec::new(), None);
            }
        }
        let nodes = places.iter().map(|place| Arc::clone(&place.node)).collect();
        let checkpoints = beginning.map(|beginning| beginning.keep(&job.plan, nodes, orders));
        let actors = Arc::new(Actors::new(Arc::clone(&job)));
        let (ended, ends) = mpsc::channel();
        let (mut at_work, mut finished) = (vec![0; places.len()], Vec::new());
        // Who begins would write over what a run that cannot go on now may go on from later.
        let to_seat = places.into_iter().zip(&observed).enumerate().filter(|_| !stop.is_set());
        for (index, (place, seen)) in to_seat {
            if place.finished {
                finished.extend(actors.finished_sink(index, &place).map(|sink| (index, sink)));
                continue;
            }
            at_work[index] = seat(&actors, (index, place), seen, &ended);
        }
        Run {
            job,
            stop,
            clock,
            memory,
            events,
            checkpoints,
            finished,
            observed,
            at_work,
            ends,
            next_frame: Instant::now() + FRAME_INTERVAL,
            failed_since: None,
        }
    }

    /// Sees the run to its end.
    fn finish(mut self) -> Done {
        let mut sinks = std::mem::take(&mut self.finished);
        // Where a thread could not be started the signal is set.
        let mut whole = !self.stop.is_set();
        let (_idle, nothing) = mpsc::channel();
        let ends = std::mem::replace(&mut self.ends, nothing);
        for _ in 0..self.at_work.iter().sum() {
            let Some(end) = self.await_one(&ends) else {
                whole = false;
                break;
            };
            whole &= end.whole;
            let node = &self.job.plan.nodes[end.node].name;
            self.at_work[end.node] -= 1;
            if end.whole && self.at_work[end.node] == 0 {
                self.events.send(&Event::Notice(Notice::Ended { node: node.clone() }));
            }
            sinks.extend(end.sink.map(|sink| (end.node, sink)));
        }
        if !whole && !self.stop.is_set() {
            let reason = "a node ended before its time without saying why; please report it to the makers of Leat";
            self.stop.fail(Failure { node: None, reason: reason.to_owned(), backtrace: Vec::new(), hint: None });
        }
        let mut done = done(Outcome::Stopped);
        if whole && let Some(checkpoints) = &self.checkpoints {
            checkpoints.await_last(&self.stop);
        }
        if whole && !self.stop.is_set() {
            sinks.sort_by_key(|(node, _)| *node);
            let published = publish::start(&self.job, sinks, &self.stop);
            match self.await_one(&published) {
                Some(outputs) => {
                    done.outputs = outputs;
                    done.outcome = Outcome::Succeeded;
                }
                None => done.outcome = Outcome::Stopped,
            }
        } else {
            drop(sinks);
        }
        if let Some(failure) = self.stop.failure() {
            done.outcome = Outcome::Failed(self.failure(failure));
        }
        done.checkpoints = self.end_checkpoints();
        rejected::write(&self.job, &self.observed, &self.events);
        done.warnings = self.events.warnings();
        self.send_frame();
        done
    }

    fn end_checkpoints(&mut self) -> Option<CheckpointReport> {
        if let Some(keeper) = self.checkpoints.take() {
            let (report, warning) = keeper.end();
            if let Some(warning) = warning {
                self.events.warn(warning);
            }
            return Some(report);
        }
        self.job.checkpoints.as_ref()?;
        Some(CheckpointReport { none: why_not(&self.job), ..CheckpointReport::default() })
    }

    /// Waits for one message and sends frames meanwhile; nothing where nobody is left to send one, or where the run has
    /// failed and who is left takes too long.
    fn await_one<T>(&mut self, messages: &Receiver<T>) -> Option<T> {
        loop {
            let patience = self.next_frame.saturating_duration_since(Instant::now());
            match messages.recv_timeout(patience) {
                Ok(message) => return Some(message),
                Err(RecvTimeoutError::Disconnected) => return None,
                Err(RecvTimeoutError::Timeout) => {
                    self.send_frame();
                    self.next_frame = Instant::now() + FRAME_INTERVAL;
                    if self.stop.failure().is_some()
                        && self.failed_since.get_or_insert_with(Instant::now).elapsed() > FAILURE_GRACE
                    {
                        return None;
                    }
                }
            }
        }
    }

    fn send_frame(&mut self) {
        for seen in &mut self.observed {
            for notice in seen.news() {
                self.events.send(&Event::Notice(notice));
            }
        }
        let frame = frames::frame(&self.job.plan, &self.observed, self.clock, &self.memory);
        self.events.send(&Event::Frame(frame));
    }

    fn failure(&self, failure: Failure) -> FailureReport {
        let node = failure.node.and_then(|node| self.job.plan.nodes.get(node));
        // The report names the node in a field of its own.
        let named = node.map(|node| format!("node `{}`: ", node.name)).unwrap_or_default();
        FailureReport {
            node: node.map(|node| node.name.clone()),
            line: node.map(|node| node.line),
            file: node.and_then(|node| node.file.clone()),
            reason: failure.reason.strip_prefix(&named).unwrap_or(&failure.reason).to_owned(),
            backtrace: failure.backtrace,
            hint: failure.hint,
            worker: None,
        }
    }
}

/// What a run that takes checkpoints begins with; nothing where it takes none. A run that cannot go on from its checkpoint
/// fails.
fn begin_checkpoints(job: &Job, stop: &StopSignal) -> Option<(Beginning, Checkpoints)> {
    let settings = job.checkpoints.as_ref().filter(|_| why_not(job).is_none())?;
    match Beginning::of(job, settings) {
        Ok(beginning) => Some(beginning),
        Err(reason) => {
            stop.fail(Failure { node: None, reason, backtrace: Vec::new(), hint: None });
            None
        }
    }
}

/// Starts the threads of a node. Answers how many there are.
fn seat(actors: &Arc<Actors>, (index, place): (usize, Place), seen: &Observed, ended: &Sender<End>) -> usize {
    let stop = place.node.stop().clone();
    let mut at_work = 0;
    for (thread, seat) in Seat::all(place).enumerate() {
        let (sitting, ended) = (Arc::clone(actors), ended.clone());
        let component = Arc::clone(&seen.component);
        let act = move || {
            let end = sitting.act(index, thread, seat, &component);
            // The receiver is gone only where the whole run is.
            let _ = ended.send(end);
        };
        match builder(actors.job(), index).spawn(act) {
            Ok(_) => at_work += 1,
            Err(error) => stop.fail(Failure {
                node: Some(index),
                reason: format!("there is no thread for it: {error}"),
                backtrace: Vec::new(),
                hint: None,
            }),
        }
    }
    at_work
}

fn builder(job: &Job, node: usize) -> thread::Builder {
    let node = &job.plan.nodes[node];
    let stack = match &node.kind {
        NodeKind::Component(component) => thread_stack_bytes(&component.limits),
        NodeKind::Input(_) | NodeKind::Output(_) | NodeKind::Send(_) | NodeKind::Receive(_) => STACK_BYTES,
        NodeKind::Sql(_) => leat_sql::STACK_BYTES,
    };
    thread::Builder::new().name(node.name.clone()).stack_size(stack)
}

fn done(outcome: Outcome) -> Done {
    Done { outcome, outputs: Vec::new(), warnings: Vec::new(), checkpoints: None }
}

fn worker_failure(reason: String) -> FailureReport {
    FailureReport { node: None, line: None, file: None, reason, backtrace: Vec::new(), hint: None, worker: None }
}
