//! The supervisor: starts the worker as a child process, watches it, ends it where it must be ended, and writes the
//! report.
//!
//! Called by `leat run`. Time limits are enforced from here, because the fast code of a component cannot be interrupted
//! from inside its process (docs/performance.md); so is the end of a worker that hangs or was killed.

mod child;
mod confined;
mod directory;
mod outcome;
mod poison;
mod resume;
mod watch;

use std::borrow::Cow;
use std::ffi::OsString;
use std::fs::{self, File};
use std::io;
use std::path::PathBuf;
use std::process::ExitStatus;
use std::time::{Duration, Instant};

use leat_stream::plan::{Node, Plan};
use leat_wall::CellLimits;

use crate::control::{Control, Observer};
use crate::hands;
use crate::job::{BetweenHosts, Job};
use crate::report::{FactReport, ObjectReport, Outcome, Report};
use crate::trace::TRACE_FILE;
use crate::wire::{Done, Frame};
use crate::worker::partial_paths;
use child::Worker;
use confined::Confined;
use directory::RunDirectory;
use outcome::Verdict;
pub use poison::aftermath::{Aftermath, Next, aftermath, poison};
pub use poison::{Death, after_death, given_up};
pub use resume::{ResumeError, resumed};
use watch::Watch;

/// How a worker's process ended, and the last of what it wrote to standard error.
type Exit = io::Result<(ExitStatus, String)>;

/// How long a worker may take to end its process once it has said its last word.
const EXIT_PATIENCE: Duration = Duration::from_secs(2);

/// How a worker is started and how much patience it is given.
#[derive(Clone, Debug)]
pub struct Supervision {
    /// The executable: Leat's own.
    pub program: PathBuf,
    /// What makes it a worker: `["worker"]`.
    pub arguments: Vec<OsString>,
    /// A worker that says nothing for this long is taken for dead and killed.
    pub silence_max: Duration,
    /// A worker that was asked to stop and has not ended after this long is killed.
    pub stop_grace: Duration,
    /// How much of the machine the worker gets. What cannot be bounded here is told in the report, and the run goes on.
    pub limits: CellLimits,
}

impl Supervision {
    /// The usual patience: ten seconds of silence, 800 ms to stop. The worker gets as much of the machine as it takes.
    pub fn new(program: PathBuf, arguments: Vec<OsString>) -> Self {
        Supervision {
            program,
            arguments,
            silence_max: Duration::from_secs(10),
            stop_grace: Duration::from_millis(800),
            limits: CellLimits::default(),
        }
    }
}

/// How many lines of the worker's standard error a report takes up as warnings.
const WORKER_WARNINGS_MAX: usize = 20;

/// Why there was no run at all: nothing was started and nothing written but, perhaps, an empty run directory.
#[derive(Debug, thiserror::Error)]
pub enum SuperviseError {
    /// The run's directory cannot be made or written, or another run writes there.
    #[error("{0}")]
    Directory(String),
    /// Where the broker between the hosts is cannot be found out.
    #[error("{0}")]
    Broker(String),
    /// A secret that a node is to be given is not there.
    #[error("{0}")]
    Secret(String),
    /// The worker cannot be started.
    #[error("cannot start the worker {}", .program.display())]
    Start {
        /// What was to be started.
        program: PathBuf,
        /// Why not.
        #[source]
        source: io::Error,
    },
}

/// Runs a job in a worker process to its end and answers its report, which also stands in `report.json`. A run that
/// fails or is stopped is an answer too; an error means that there was no run.
///
/// Blocks until the run has ended. The worker dies with the calling thread.
pub fn supervise(
    job: &Job,
    supervision: &Supervision,
    control: &Control,
    observer: &mut dyn Observer,
) -> Result<Report, SuperviseError> {
    let began = Instant::now();
    let job = &*addressed(job)?;
    job.secrets.require(&job.plan).map_err(SuperviseError::Secret)?;
    let directory = RunDirectory::open(job)?;
    let mut confined = Confined::new(&job.run_id, supervision.limits);
    let mut worker = Worker::start(job, supervision, |process| confined.put(process))?;
    let watched = Watch::new(job, supervision, control, began).until_the_end(&mut worker, observer);
    let exit = worker.wait(EXIT_PATIENCE);
    let mut death = None;
    let mut done = match watched.done {
        Some(mut done) => {
            // What the worker's parts warn of while the run goes on: a damaged cache entry, say.
            let said = exit.map(|(_, said)| said).unwrap_or_default();
            done.warnings.extend(said.lines().take(WORKER_WARNINGS_MAX).map(str::to_owned));
            done
        }
        None => {
            death = whose_death(watched.verdict.as_ref(), &exit, control).and_then(|node| poison::death(job, node));
            let outcome = match watched.verdict {
                Some(verdict) => verdict.outcome(job),
                None if control.stop_requested() => Outcome::Stopped,
                None => Outcome::Failed(outcome::of_dead_worker(exit, confined.out_of_memory())),
            };
            let (outputs, warnings) = (Vec::new(), Vec::new());
            Done { outcome, outputs, warnings, checkpoints: None }
        }
    };
    done.warnings.extend(poison::refused(job));
    let is_over = resume::settle(job, &mut done);
    if is_over && done.outcome != Outcome::Succeeded {
        // Nodes that ended with the worker's process could not remove theirs.
        remove_partial_files(job, watched.frame.as_ref().map_or(&[], |frame| &frame.facts));
    }
    if let Some(death) = death.as_ref().filter(|_| !is_over) {
        poison::count(job, death, &mut done);
    }
    // It has been read; and what cannot be removed is replaced by the next attempt.
    let _ = hands::clear(&job.run_directory);
    // What there was no wall of comes first: it holds for the whole run.
    done.warnings.splice(..0, confined.warnings);
    let mut frame = watched.frame.unwrap_or_default();
    frame.counted_from(watched.clock_began.unwrap_or_default());
    let mut report = Report { death, ..report(job, frame, done, began.elapsed()) };
    if let Err(error) = directory.write_report(&report) {
        let place = job.run_directory.display();
        report.warnings.push(format!("the report could not be written into {place}: {error}"));
    }
    Ok(report)
}

/// Whether a worker that said no last word died of itself or of what it did, and at which node's call, where that is known. One that
/// was asked to end, or hangs whole, did not.
fn whose_death(verdict: Option<&Verdict>, exit: &Exit, control: &Control) -> Option<Option<usize>> {
    match verdict {
        Some(Verdict::Overran { node, .. }) => Some(Some(*node)),
        Some(Verdict::Silent { .. } | Verdict::Nonsense { .. } | Verdict::Stopped) => None,
        None => (!control.stop_requested() && outcome::is_own_death(exit)).then_some(None),
    }
}

/// The job with the broker's address for its name: the worker can look up none.
fn addressed(job: &Job) -> Result<Cow<'_, Job>, SuperviseError> {
    let Some(way) = &job.between_hosts else { return Ok(Cow::Borrowed(job)) };
    let broker = leat_rabbitmq::with_address(&way.broker).map_err(SuperviseError::Broker)?;
    let way = BetweenHosts { broker, broker_name: leat_rabbitmq::host_of(&way.broker), ..way.clone() };
    Ok(Cow::Owned(Job { between_hosts: Some(way), ..job.clone() }))
}

fn report(job: &Job, frame: Frame, done: Done, elapsed: Duration) -> Report {
    let plan = &job.plan;
    Report {
        leat_version: job.leat_version.clone(),
        run_id: job.run_id.clone(),
        process: plan.process.clone(),
        file: plan.file.clone(),
        started: jiff::Timestamp::from_microsecond(job.started_us).unwrap_or_default().to_string(),
        elapsed_seconds: elapsed.as_secs_f64(),
        outcome: done.outcome,
        seed: job.seed,
        parameters: plan.parameters.clone(),
        objects: objects(plan),
        outputs: done.outputs,
        facts: frame.facts,
        nodes: frame.nodes.into_iter().map(|node| node.report).collect(),
        queues: frame.queues.into_iter().map(|queue| queue.report).collect(),
        memory_bytes_peak: frame.memory_bytes_peak,
        warnings: done.warnings,
        trace: job.trace.as_ref().map(|_| PathBuf::from(TRACE_FILE)),
        checkpoints: done.checkpoints,
        death: None,
        run_directory: job.run_directory.clone(),
    }
}

/// The risk objects of a plan: who reads one reads the content that the plan names, or fails.
fn objects(plan: &Plan) -> Vec<ObjectReport> {
    let given = |place: usize| {
        let has = move |node: &&Node| node.kind.component().is_some_and(|component| component.objects.contains(&place));
        plan.nodes.iter().filter(has).map(|node| node.name.clone()).collect()
    };
    let objects = plan.objects.iter().enumerate().map(|(place, object)| ObjectReport {
        name: object.reference(),
        file: object.file.clone(),
        digest: object.digest.clone(),
        nodes: given(place),
    });
    objects.collect()
}

/// Removes what a worker that was killed could not: files under their partial names. One that another run has taken up
/// is locked, and left to it.
fn remove_partial_files(job: &Job, facts: &[FactReport]) {
    for (_, path) in partial_paths(job, facts) {
        let Ok(file) = File::options().write(true).open(&path) else { continue };
        if file.try_lock().is_ok() {
            // A file that cannot be removed is under a name that nobody takes for a result.
            let _ = fs::remove_file(&path);
        }
    }
}
