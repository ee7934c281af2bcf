//! Workers as child processes: the one thing of `leat-worker` that the agent starts.

use leat_worker::{Control, Job, Observer, Report, SuperviseError, Supervision, supervise};

use super::Workers;

/// Runs each job in a child process.
#[derive(Clone, Debug)]
pub struct WorkerProcesses {
    supervision: Supervision,
}

impl WorkerProcesses {
    /// Workers are started like this.
    pub fn new(supervision: Supervision) -> Self {
        WorkerProcesses { supervision }
    }
}

impl Workers for WorkerProcesses {
    fn run(&self, job: &Job, control: &Control, observer: &mut dyn Observer) -> Result<Report, SuperviseError> {
        supervise(job, &self.supervision, control, observer)
    }
}
