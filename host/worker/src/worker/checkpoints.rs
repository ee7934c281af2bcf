//! The checkpoints of a run: a thread that keeps them, and what the run goes on from.
//!
//! Called by the [worker](super) around its nodes. A run that is over before its first checkpoint is due never touches the
//! store; a share of a run, whose checkpoints begin by order, records its end in any case.

use std::fs::{self, File};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{Receiver, RecvTimeoutError, Sender, channel};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::thread::{self, JoinHandle};
use std::time::{Duration, Instant};

use leat_checkpoint::coordinator::{self, Settings};
use leat_checkpoint::id::{CheckpointId, Generation};
use leat_checkpoint::snapshot::Completion;
use leat_checkpoint::store::CheckpointStore;
use leat_checkpoint::store::directory::DirectoryStore;
use leat_checkpoint::store::disk::LocalDisk;
use leat_flow::clerk::{Clerk, Members, Tally, restored};
use leat_flow::cuts::{AtEnd, Checkpoints, CutNews, Restored};
use leat_flow::node::Node;
use leat_flow::stop::{Failure, StopSignal};
use leat_stream::plan::{Plan, REREAD_BYTES_MAX};

use super::orders::Orders;
use crate::hands::{HANDS_FILE, Hands};
use crate::job::{Begins, CheckpointJob, Job};
use crate::report::CheckpointReport;

/// How many bytes of batches that are on their way to a node a checkpoint may hold.
const KEPT_BYTES_MAX: u64 = 256 << 20;

/// A checkpoint that is not whole by then is called off.
const PATIENCE: Duration = Duration::from_secs(60);

/// How often it is looked whether one is wanted before the first is due.
const LOOK_AGAIN: Duration = Duration::from_millis(100);

/// How often the clock is looked at.
const TICK: Duration = Duration::from_millis(20);

/// Why no checkpoint of a job can be taken, for a person; nothing where it can be tried.
pub(crate) fn why_not(job: &Job) -> Option<String> {
    let begins = job.checkpoints.as_ref().map(|checkpoints| checkpoints.begins);
    if job.plan.cut_from.is_some() && begins.is_some_and(|begins| begins != Begins::ByOrder) {
        return Some("the run is divided over several hosts, and nobody orders the checkpoints of all".to_owned());
    }
    job.trace.is_some().then(|| "the run is traced".to_owned())
}

/// What a run that takes checkpoints begins with.
pub(super) struct Beginning {
    settings: CheckpointJob,
    /// Taken over at once by a run that goes on, and with the first checkpoint by one that begins.
    taken_over: Option<(Arc<dyn CheckpointStore>, Completion)>,
    at_end: Vec<Option<AtEnd>>,
    news: Sender<CutNews>,
    heard: Receiver<CutNews>,
    resumed: Option<CheckpointId>,
}

impl Beginning {
    /// What nodes go on from, and how their news is heard.
    ///
    /// # Errors
    /// In words, where the run has a checkpoint to go on from and cannot.
    pub(super) fn of(job: &Job, settings: &CheckpointJob) -> Result<(Self, Checkpoints), String> {
        let (news, heard) = channel();
        let mut beginning = Beginning {
            settings: settings.clone(),
            taken_over: None,
            at_end: Vec::new(),
            news: news.clone(),
            heard,
            resumed: None,
        };
        let mut nodes: Vec<Restored> = Vec::new();
        if settings.generation > 1 {
            let (store, base) = take_over(settings)?;
            nodes = restored((Generation(settings.generation), &*store), &base, &job.plan)
                .map_err(|error| format!("the run cannot go on from its checkpoint: {error}"))?;
            beginning.resumed = (!base.is_beginning()).then_some(base.id);
            beginning.taken_over = Some((store, base));
        }
        beginning.at_end = nodes.iter().map(Restored::at_end).collect();
        let hands = Hands::create(&job.run_directory, &job.plan);
        let hands = hands.map_err(|error| format!("{}: {error}", job.run_directory.join(HANDS_FILE).display()))?;
        let checkpoints = Checkpoints {
            news,
            kept_bytes_max: KEPT_BYTES_MAX,
            reread_bytes_max: REREAD_BYTES_MAX,
            restored: nodes,
            in_hand: Some(Arc::new(hands)),
            poison: settings.poison.clone(),
        };
        Ok((beginning, checkpoints))
    }

    /// Keeps checkpoints on a thread of its own until it is told to end.
    pub(super) fn keep(self, plan: &Plan, nodes: Vec<Arc<Node>>, orders: Orders) -> Keeper {
        let shared = Arc::new(Shared::default());
        let resumed = self.resumed;
        // What has become of a share is recorded in any case: the others may go on for long.
        shared.lock().begun = self.taken_over.is_some() || self.settings.begins == Begins::ByOrder;
        let (members, ours) = (Members::of(plan), Arc::clone(&shared));
        let keep = move || {
            let kept = keep(self, (nodes, members), (&orders, &ours));
            let mut state = ours.lock();
            state.trouble = kept.err();
            state.over = true;
            drop(state);
            ours.changed.notify_all();
        };
        let thread = thread::Builder::new().name("checkpoints".to_owned()).spawn(keep);
        if let Err(error) = &thread {
            let mut state = shared.lock();
            state.trouble = Some(format!("there is no thread for them: {error}"));
            state.over = true;
        }
        Keeper { shared, thread: thread.ok(), resumed }
    }
}

#[derive(Default)]
struct Shared {
    state: Mutex<State>,
    changed: Condvar,
    ending: AtomicBool,
}

#[derive(Default)]
struct State {
    tally: Tally,
    trouble: Option<String>,
    /// The keeper has ended.
    over: bool,
    /// A checkpoint was begun at some time: the run's end is to be recorded, too.
    begun: bool,
}

impl Shared {
    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The thread that keeps a run's checkpoints.
pub(super) struct Keeper {
    shared: Arc<Shared>,
    thread: Option<JoinHandle<()>>,
    resumed: Option<CheckpointId>,
}

impl Keeper {
    /// Waits until the end of every node is recorded, so that a run which is killed while it publishes goes on with that.
    /// A run that has taken no checkpoint begins again, and publishes the same once more.
    pub(super) fn await_last(&self, stop: &StopSignal) {
        let mut state = self.shared.lock();
        while state.begun && !state.over && !stop.is_set() && !state.tally.may_publish && !state.tally.gave_up_last {
            let waited = self.shared.changed.wait_timeout(state, TICK);
            state = waited.unwrap_or_else(PoisonError::into_inner).0;
        }
    }

    /// Ends the thread. Answers what became of the run's checkpoints, and what a person should know of it.
    pub(super) fn end(mut self) -> (CheckpointReport, Option<String>) {
        self.shared.ending.store(true, Ordering::Relaxed);
        if let Some(thread) = self.thread.take() {
            thread.thread().unpark();
            let _ = thread.join();
        }
        let state = self.shared.lock();
        let tally = &state.tally;
        let report = CheckpointReport {
            taken: tally.taken,
            bytes: tally.bytes,
            seconds: tally.took.as_secs_f64(),
            resumed_from: self.resumed.map(|id| id.to_string()),
            can_resume: false,
            none: None,
        };
        let trouble = state.trouble.clone().or_else(|| tally.failed.clone());
        let warning = trouble.map(|why| match tally.taken {
            0 => format!("no checkpoint could be taken: {why}"),
            _ => format!("the last checkpoints could not be taken: {why}"),
        });
        (report, warning)
    }
}

fn take_over(settings: &CheckpointJob) -> Result<(Arc<dyn CheckpointStore>, Completion), String> {
    let failed = |error: &dyn std::fmt::Display| format!("{}: {error}", settings.directory.display());
    fs::create_dir_all(&settings.directory).map_err(|error| failed(&error))?;
    let store = DirectoryStore::new(LocalDisk, settings.directory.clone());
    let base = store.take_over(Generation(settings.generation)).map_err(|error| error.to_string())?;
    // With what the run is resumed from, which lies beside them.
    let parent = settings.directory.parent().map_or_else(|| settings.directory.clone(), ToOwned::to_owned);
    let job = (settings.begins != Begins::ByOrder).then(|| parent.join(crate::job::JOB_FILE));
    let mut files = job.into_iter().chain([parent]);
    files.try_for_each(|path| File::open(path)?.sync_all()).map_err(|error| failed(&error))?;
    Ok((Arc::new(store), base))
}

/// What the thread does. Answers why it cannot go on, where it cannot.
fn keep(
    beginning: Beginning,
    (nodes, members): (Vec<Arc<Node>>, Members),
    (orders, shared): (&Orders, &Shared),
) -> Result<(), String> {
    let Beginning { settings, taken_over, at_end, news, heard, .. } = beginning;
    // The nodes have theirs.
    drop(news);
    let began = Instant::now();
    let is_ending = || shared.ending.load(Ordering::Relaxed) || orders.stop.is_set();
    let (begins, interval) = match settings.begins {
        Begins::Every { ms } => (coordinator::Begins::Every(Duration::from_millis(ms)), Duration::from_millis(ms)),
        Begins::ByOrder => (coordinator::Begins::ByOrder, Duration::ZERO),
    };
    let (store, base) = match taken_over {
        Some(taken_over) => taken_over,
        None => {
            while began.elapsed() < interval && orders.checkpoint() == 0 {
                if is_ending() {
                    return Ok(());
                }
                // Woken by whoever ends the run: a short one must not wait for this.
                thread::park_timeout(LOOK_AGAIN.min(interval.saturating_sub(began.elapsed())));
            }
            take_over(&settings)?
        }
    };
    shared.lock().begun = true;
    let coordinating = Settings { begins, patience: PATIENCE.max(interval), ask_again: PATIENCE, kept: settings.kept };
    let generation = Generation(settings.generation);
    let clerk = Clerk::new((generation, store), (&base, at_end), (nodes, members), coordinating);
    attend(clerk, &heard, began, (orders, shared));
    Ok(())
}

/// Keeps checkpoints until the run is over.
fn attend(mut clerk: Clerk, heard: &Receiver<CutNews>, began: Instant, (orders, shared): (&Orders, &Shared)) {
    let mut ticked = None;
    loop {
        let elapsed = began.elapsed();
        if ticked.is_none_or(|ticked| elapsed.saturating_sub(ticked) >= TICK) {
            clerk.tick(elapsed);
            ticked = Some(elapsed);
            publish_tally(shared, &clerk, &orders.stop);
            if shared.ending.load(Ordering::Relaxed) || orders.stop.is_set() {
                return;
            }
        }
        let ordered = orders.checkpoint();
        if ordered > 0 {
            clerk.begin(ordered);
        }
        match heard.recv_timeout(TICK) {
            Ok(news) => clerk.hear(news),
            Err(RecvTimeoutError::Timeout) => {}
            Err(RecvTimeoutError::Disconnected) => thread::sleep(TICK),
        }
    }
}

fn publish_tally(shared: &Shared, clerk: &Clerk, stop: &StopSignal) {
    let tally = clerk.tally();
    if tally.superseded {
        stop.fail(Failure {
            node: None,
            reason: "a newer attempt of this run has begun, so this one has ended".to_owned(),
            backtrace: Vec::new(),
            hint: None,
        });
    }
    shared.lock().tally = tally;
    shared.changed.notify_all();
}
