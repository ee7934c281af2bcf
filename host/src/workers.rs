//! The port `Workers`: who runs the job of a run. The agent decides when, and what becomes of it.

mod processes;

use leat_worker::{Control, Job, Observer, Report, SuperviseError};

pub use processes::WorkerProcesses;

/// Runs jobs, each in a worker.
pub trait Workers: Send + Sync {
    /// Runs a job to its end and answers its report; a run that fails or is stopped is an answer too. Blocks until then,
    /// on a thread that the agent gives. `control` may ask it to stop or end it at once, at any time. It may use
    /// `memory_bytes_max` of memory, where the machine can bound that; where not, the report says so.
    ///
    /// # Errors
    /// Where there was no run at all: the run's directory cannot be used, or the worker cannot be started.
    fn run(
        &self,
        job: &Job,
        memory_bytes_max: u64,
        control: &Control,
        observer: &mut dyn Observer,
    ) -> Result<Report, SuperviseError>;
}
