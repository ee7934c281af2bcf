//! The tasks that carry runs out, each with what starts, stops and watches it.

use std::collections::{BTreeMap, HashMap};
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use tokio::sync::watch;
use tokio::task::{Id, JoinSet};
use tokio_util::sync::CancellationToken;

use crate::run::checkpoints::Left;
use crate::run::task::{Bell, RunTask, Teller, Tools};
use crate::run::{End, Outcome, Progress, RunId, Task};

/// Tasks at work and those that have ended but are not forgotten. Dropping it ends all of them.
pub(super) struct Hands {
    tools: Arc<Tools>,
    bell: Arc<Bell>,
    tasks: JoinSet<End>,
    runs: HashMap<Id, RunId>,
    hands: BTreeMap<RunId, Hand>,
}

struct Hand {
    generation: u64,
    place: PathBuf,
    progress: watch::Receiver<Progress>,
    left: watch::Receiver<Left>,
    wanted: watch::Sender<u64>,
    stop: CancellationToken,
    kill: CancellationToken,
}

impl Hands {
    pub(super) fn new(tools: Arc<Tools>) -> Self {
        let (bell, tasks) = (Arc::default(), JoinSet::new());
        Hands { tools, bell, tasks, runs: HashMap::new(), hands: BTreeMap::new() }
    }

    /// Rings when a run goes on.
    pub(super) fn bell(&self) -> Arc<Bell> {
        Arc::clone(&self.bell)
    }

    /// The task of a run begins. There is none of it at work.
    pub(super) fn start(&mut self, run: RunId, generation: u64, task: Task) {
        let place = self.tools.directory.of_run(&run, generation);
        let (teller, (progress, left)) = Teller::new(&self.bell);
        let kill = CancellationToken::new();
        let stop = CancellationToken::new();
        let (wanted, is_wanted) = watch::channel(0);
        let work = RunTask {
            tools: Arc::clone(&self.tools),
            run: run.clone(),
            generation,
            task,
            place: place.clone(),
            teller,
            wanted: is_wanted,
            stop: stop.clone(),
            kill: kill.clone(),
        };
        let id = self.tasks.spawn(work.carry_out()).id();
        tracing::info!(run.id = %run, run.generation = generation, "a run begins");
        self.runs.insert(id, run.clone());
        self.hands.insert(run, Hand { generation, place, progress, left, wanted, stop, kill });
    }

    /// The task is to take a checkpoint of this number.
    pub(super) fn checkpoint(&self, run: &RunId, number: u64) {
        if let Some(hand) = self.hands.get(run) {
            hand.wanted.send_replace(number);
        }
    }

    /// The task is asked to come to its end.
    pub(super) fn stop(&self, run: &RunId) {
        if let Some(hand) = self.hands.get(run) {
            tracing::info!(run.id = %run, run.generation = hand.generation, "a run is asked to stop");
            hand.stop.cancel();
        }
    }

    /// The task is ended at once.
    pub(super) fn kill(&self, run: &RunId) {
        if let Some(hand) = self.hands.get(run) {
            tracing::warn!(run.id = %run, run.generation = hand.generation, "a run is ended at once");
            hand.kill.cancel();
            hand.stop.cancel();
        }
    }

    /// The ended task is forgotten. Answers the directory that it left.
    pub(super) fn forget(&mut self, run: &RunId) -> Option<PathBuf> {
        self.hands.remove(run).map(|hand| hand.place)
    }

    /// How the task of a run goes on, or went on last, with its attempt.
    pub(super) fn progress(&self, run: &RunId) -> Option<(u64, Progress)> {
        self.hands.get(run).map(|hand| (hand.generation, hand.progress.borrow().clone()))
    }

    /// What the task of a run has left at the midtier.
    pub(super) fn left(&self, run: &RunId) -> Left {
        self.hands.get(run).map(|hand| hand.left.borrow().clone()).unwrap_or_default()
    }

    /// The next end of a task. Waits for ever where none is at work.
    pub(super) async fn next_end(&mut self) -> (RunId, End) {
        loop {
            let (id, end) = match self.tasks.join_next_with_id().await {
                None => {
                    std::future::pending::<()>().await;
                    continue;
                }
                Some(Ok((id, end))) => (id, end),
                Some(Err(error)) => {
                    let reason =
                        format!("the agent failed at this run; please report it to the makers of Leat: {error}");
                    (error.id(), End::new(Outcome::HostFault, reason))
                }
            };
            if let Some(run) = self.runs.remove(&id) {
                tracing::info!(run.id = %run, run.outcome = ?end.outcome, run.reason = end.reason, "a run has ended");
                return (run, end);
            }
        }
    }

    /// Ends every task that is still at work, and waits until it is gone, but not for longer than this.
    pub(super) async fn end_all(&mut self, patience: Duration) {
        for hand in self.hands.values() {
            hand.kill.cancel();
            hand.stop.cancel();
        }
        let gone = async { while self.tasks.join_next().await.is_some() {} };
        // What is left then ends with the process.
        let _ = tokio::time::timeout(patience, gone).await;
    }
}
