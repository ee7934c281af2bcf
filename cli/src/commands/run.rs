//! `leat run`: a process checked, run in a worker process, shown while it goes on, and reported; with `--watch` again and
//! again.

mod watch;

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::process::ExitCode;
use std::time::Duration;

use anyhow::Context;
use jiff::Timestamp;
use leat_secrets::{SecretName, SecretValue};
use leat_secrets_file::FileSecrets;
use leat_stream::diagnostic::nearest;
use leat_stream::plan::{NodeKind, Plan, Secret};
use leat_worker::{
    Begins, CHECKPOINT_FOLDER, CheckpointJob, Control, Job, Outcome, QUEUE_BYTES_DEFAULT, Report, RunSecrets,
    Supervision, TraceSelection, resumed, supervise,
};
use signal_hook::consts::{SIGINT, SIGTERM};
use signal_hook::iterator::Signals;
use signal_hook::low_level;

use crate::args::{RunArgs, TextOrJson};
use crate::config::Environment;
use crate::failure::{FAILED, Kind};
use crate::own_secrets::{leave_no_core_file, own};
use crate::surroundings::Checkup;
use crate::{clock, view};

/// Threads that parse one input file at most: more do not pay, one core writes what they read.
const CSV_THREADS_MAX: usize = 8;

pub(crate) fn run(args: &RunArgs, environment: &Environment) -> anyhow::Result<ExitCode> {
    if args.watch {
        return watch::run(args, environment);
    }
    if let Some(directory) = &args.resume {
        let control = Control::new();
        stop_on_signals(&control)?;
        let mut job = resumed(directory, env!("CARGO_PKG_VERSION"))?;
        job.secrets = secrets(&job.plan, &BTreeMap::new(), environment)?;
        return carry_out(args, &job, &control, environment);
    }
    let started = clock::now();
    let checkup = Checkup::of(args.file(), &args.given, environment)?;
    let control = Control::new();
    if checkup.plan().is_some() {
        stop_on_signals(&control)?;
    }
    let attempt = Attempt { started, output: args.output.as_deref(), control: &control };
    execute(args, &checkup, &attempt, environment)
}

/// One run of a process.
struct Attempt<'a> {
    started: Timestamp,
    /// The run directory; one of its own below `runs/` where there is none.
    output: Option<&'a Path>,
    control: &'a Control,
}

/// Runs a process that was checked, and shows what was found and done.
fn execute(
    args: &RunArgs,
    checkup: &Checkup,
    attempt: &Attempt<'_>,
    environment: &Environment,
) -> anyhow::Result<ExitCode> {
    if !args.quiet || checkup.plan().is_none() {
        checkup.problems().print(environment);
    }
    let Some(plan) = checkup.plan() else {
        return Ok(ExitCode::from(FAILED));
    };
    let start = Start {
        plan,
        root: checkup.root(),
        output: attempt.output,
        seed: args.seed,
        interruptible: args.interruptible,
        started: attempt.started,
        trace: args.trace.clone(),
        checkpoints: args.checkpoints.0.map(|interval| Schedule { interval, kept: args.checkpoints_kept }),
        tries_recovery: false,
        secrets: BTreeMap::new(),
    };
    check_trace(plan, args.trace.as_ref())?;
    carry_out(args, &job(&start, environment)?, attempt.control, environment)
}

/// Runs a job to its end, and shows what was done.
fn carry_out(args: &RunArgs, job: &Job, control: &Control, environment: &Environment) -> anyhow::Result<ExitCode> {
    let program = std::env::current_exe().context("cannot find leat's own executable")?;
    let supervision = Supervision::new(program, vec!["worker".into()]);
    let report = supervise(job, &supervision, control, &mut *view::observer(environment, args.quiet))?;
    if args.format == TextOrJson::Json {
        println!("{}", serde_json::to_string_pretty(&report).context("cannot write the report")?);
    }
    if args.format == TextOrJson::Text || report.outcome != Outcome::Succeeded {
        view::print_summary(&report, args.quiet);
    }
    Ok(exit_code(&report))
}

/// The first Ctrl-C (or SIGTERM) asks the run to stop; a second one does what it does to any program.
pub(super) fn stop_on_signals(control: &Control) -> anyhow::Result<()> {
    let mut signals = Signals::new([SIGINT, SIGTERM]).context("cannot listen for signals")?;
    let control = control.clone();
    let listen = move || {
        for (count, signal) in signals.forever().enumerate() {
            if count > 0 {
                let _ = low_level::emulate_default_handler(signal);
            }
            control.stop();
        }
    };
    std::thread::Builder::new().name("signals".to_owned()).spawn(listen).context("cannot start a thread")?;
    Ok(())
}

/// What `leat worker` does.
pub(crate) fn worker() -> ExitCode {
    if leat_worker::run_worker() { ExitCode::SUCCESS } else { ExitCode::from(FAILED) }
}

fn exit_code(report: &Report) -> ExitCode {
    match report.outcome {
        Outcome::Succeeded => ExitCode::SUCCESS,
        Outcome::Failed(_) | Outcome::Stopped => ExitCode::from(FAILED),
    }
}

/// What a run is started with, as far as commands differ.
pub(super) struct Start<'a> {
    pub(super) plan: &'a Plan,
    /// The playpen's root.
    pub(super) root: &'a Path,
    /// The run directory; one of its own below `runs/` where there is none.
    pub(super) output: Option<&'a Path>,
    pub(super) seed: u64,
    pub(super) interruptible: bool,
    pub(super) started: Timestamp,
    /// The records to follow.
    pub(super) trace: Option<TraceSelection>,
    /// Which checkpoints are taken, if any.
    pub(super) checkpoints: Option<Schedule>,
    /// Whether components are tried for recovery.
    pub(super) tries_recovery: bool,
    /// Secrets by their names in the plan; those that are not here are this user's own.
    pub(super) secrets: BTreeMap<SecretName, SecretValue>,
}

/// When checkpoints are taken, and how many are kept.
#[derive(Clone, Copy)]
pub(super) struct Schedule {
    interval: Duration,
    kept: usize,
}

/// A trace by a column needs an input that has it; columns that no node reads are not there.
fn check_trace(plan: &Plan, trace: Option<&TraceSelection>) -> anyhow::Result<()> {
    let Some(TraceSelection::Values { column, .. }) = trace else { return Ok(()) };
    let inputs = plan.queues.iter().filter(|queue| matches!(plan.nodes[queue.writer.node].kind, NodeKind::Input(_)));
    let columns: BTreeSet<&str> = inputs.flat_map(|queue| &queue.fields).map(|field| field.name.as_str()).collect();
    if columns.contains(column.as_str()) {
        return Ok(());
    }
    let help = match nearest(column, columns.iter().copied()) {
        Some(near) => format!("did you mean `{near}`?"),
        None => format!("they have {}", columns.into_iter().collect::<Vec<_>>().join(", ")),
    };
    Err(Kind::Usage(format!("--trace: no input has a column `{column}` that a node reads; {help}")).into())
}

/// The secrets that the nodes of a plan are given: these, and the others from this user's own store; which is asked for nothing where
/// they need none of it.
fn secrets(
    plan: &Plan,
    given: &BTreeMap<SecretName, SecretValue>,
    environment: &Environment,
) -> anyhow::Result<RunSecrets> {
    let needed = plan.given_secrets().map(Secret::read).collect::<Result<Vec<_>, _>>().map_err(anyhow::Error::msg)?;
    if !needed.is_empty() {
        leave_no_core_file()?;
    }
    let (here, needed): (Vec<_>, Vec<_>) = needed.into_iter().partition(|(name, _)| given.contains_key(name));
    let here = here.into_iter().filter_map(|(name, _)| given.get(&name).cloned().map(|value| (name, value)));
    if needed.is_empty() {
        return Ok(RunSecrets::new(here));
    }
    let own = own(environment)?
        .context("HOME is not set, and with it nobody knows where secrets are; set LEAT_SECRETS_DIR")?;
    let (names, paths): (Vec<_>, Vec<_>) = needed.into_iter().unzip();
    let values = FileSecrets::new(own.folder, own.key).values(&paths).context("the run needs secrets")?;
    Ok(RunSecrets::new(here.chain(names.into_iter().zip(values))))
}

/// The job that a worker is handed.
pub(super) fn job(start: &Start<'_>, environment: &Environment) -> anyhow::Result<Job> {
    let Start { plan, root, started, .. } = *start;
    let run_id = format!("{}-{}", plan.process, started.strftime("%Y%m%dT%H%M%S%.3fZ"));
    let run_directory = match start.output {
        Some(dir) => std::path::absolute(dir).with_context(|| format!("cannot use {} as output", dir.display()))?,
        None => root.join("runs").join(&run_id),
    };
    let cores = std::thread::available_parallelism().map_or(1, usize::from);
    Ok(Job {
        plan: plan.clone(),
        playpen: root.to_owned(),
        run_directory: run_directory.clone(),
        run_id,
        started_us: started.as_microsecond(),
        seed: start.seed,
        cache: environment.cache_dir.clone().unwrap_or_else(|| root.join(".leat").join("cache")),
        interruptible: start.interruptible,
        csv_threads: cores.min(CSV_THREADS_MAX),
        queue_bytes: QUEUE_BYTES_DEFAULT,
        trace: start.trace.clone(),
        tries_recovery: start.tries_recovery,
        between_hosts: None,
        checkpoints: start.checkpoints.map(|Schedule { interval, kept }| CheckpointJob {
            begins: Begins::Every { ms: u64::try_from(interval.as_millis()).unwrap_or(u64::MAX) },
            kept,
            directory: run_directory.join(CHECKPOINT_FOLDER),
            generation: 1,
            poison: Vec::new(),
        }),
        secrets: secrets(plan, &start.secrets, environment)?,
        leat_version: env!("CARGO_PKG_VERSION").to_owned(),
    })
}
