//! One run in one child process: the worker that executes a plan, and the supervisor that starts, watches and ends it.
//!
//! Called by the command line and the agent of a compute host: `leat run` and the agent call [`supervise`], which starts
//! `leat worker`, which calls [`run_worker`].
//! This is the wiring of a run: it joins the sandbox, the dataflow and the files, and decides nothing about any of them.

mod control;
mod hands;
mod job;
mod left;
mod report;
mod status;
mod supervise;
#[cfg(test)]
mod testing;
mod trace;
mod wire;
mod worker;

pub use control::{Control, Observer};
pub use job::{Begins, BetweenHosts, CHECKPOINT_FOLDER, CheckpointJob, JOB_FILE, Job, QUEUE_BYTES_DEFAULT, RunSecrets};
pub use leat_checkpoint::poison::{BatchName, Deaths, Patience, Verdict};
pub use leat_wall::CellLimits;
pub use left::{JoinError, Left, LeftOutput, join, left, left_at_end, why_none_is_left};
pub use report::{
    CheckpointReport, ComponentReport, FactReport, FailureReport, KeptRecord, NodeReport, ObjectReport, Outcome,
    OutputReport, PortReport, QueueReport, RejectReport, RejectedRecord, Report, WorkerEnd,
};
pub use status::{CallStatus, NodeState, NodeStatus, Notice, QueueStatus, Status};
pub use supervise::{
    Aftermath, Death, Next, ResumeError, SuperviseError, Supervision, after_death, aftermath, given_up, poison,
    resumed, supervise,
};
pub use trace::{TRACE_FILE, TraceLine, TraceSelection, TracedRecord};
pub use worker::{log_path, run, run_worker};
