//! How a run goes on, told by its task and its worker, heard by the agent: the latest alone counts.

use std::sync::Arc;

use leat_worker::{Notice, Observer, Status};
use tokio::sync::{Notify, watch};

use super::super::checkpoints::Left;
use super::super::{LogSources, Progress, RunId};

/// Rings when a run has something new.
#[derive(Debug, Default)]
pub(crate) struct Bell {
    /// A run does something else now.
    pub(crate) change: Notify,
    /// A run goes on with what it does.
    pub(crate) status: Notify,
}

/// Tells how a run goes on.
#[derive(Clone, Debug)]
pub(crate) struct Teller {
    progress: Arc<watch::Sender<Progress>>,
    left: Arc<watch::Sender<Left>>,
    bell: Arc<Bell>,
}

impl Teller {
    /// A teller, and where the latest is heard.
    pub(crate) fn new(bell: &Arc<Bell>) -> (Self, (watch::Receiver<Progress>, watch::Receiver<Left>)) {
        let (progress, progress_heard) = watch::channel(Progress::Starting("begins".to_owned()));
        let (left, left_heard) = watch::channel(Left::Nothing);
        let teller = Teller { progress: Arc::new(progress), left: Arc::new(left), bell: Arc::clone(bell) };
        (teller, (progress_heard, left_heard))
    }

    /// The midtier has something of the attempt that another can go on from, or never will.
    pub(crate) fn left(&self, left: Left) {
        self.left.send_replace(left);
        self.bell.change.notify_one();
    }

    /// The run is being prepared.
    pub(crate) fn starting(&self, doing: String) {
        self.progress.send_replace(Progress::Starting(doing));
        self.bell.status.notify_one();
    }

    /// Tells what its worker does.
    pub(crate) fn observer(&self, run: &RunId, logs: LogSources) -> WorkerObserver {
        let logs = Arc::new(logs);
        let running = Progress::Running { status_json: Arc::from(""), logs: Arc::clone(&logs) };
        self.progress.send_replace(running);
        self.bell.change.notify_one();
        WorkerObserver { run: run.clone(), teller: self.clone(), logs }
    }
}

/// Hears a worker's supervisor.
#[derive(Debug)]
pub(crate) struct WorkerObserver {
    run: RunId,
    teller: Teller,
    logs: Arc<LogSources>,
}

impl Observer for WorkerObserver {
    fn status(&mut self, status: &Status) {
        // A status has no map with keys that are no text, so it never fails.
        let status_json = serde_json::to_string(status).unwrap_or_default().into();
        self.teller.progress.send_replace(Progress::Running { status_json, logs: Arc::clone(&self.logs) });
        self.teller.bell.status.notify_one();
    }

    fn notice(&mut self, notice: &Notice) {
        // The logs and the report say the same; this is for whoever looks at the host.
        tracing::debug!(run.id = %self.run, notice = ?notice, "a worker has told something");
    }
}
