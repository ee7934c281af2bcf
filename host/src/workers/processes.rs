//! Workers as child processes: the one thing of `leat-worker` that the agent starts.

use leat_worker::{CellLimits, Control, Job, Observer, Report, SuperviseError, Supervision, supervise};

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
    fn run(
        &self,
        job: &Job,
        memory_bytes_max: u64,
        control: &Control,
        observer: &mut dyn Observer,
    ) -> Result<Report, SuperviseError> {
        let limits = CellLimits { memory_bytes_max: Some(memory_bytes_max), ..self.supervision.limits };
        supervise(job, &Supervision { limits, ..self.supervision.clone() }, control, observer)
    }
}
