//! One attempt of a run, from its bundle to its end: fetched, laid out, run in a worker, its outputs sent. The agent
//! starts it, may stop it or end it at once, and is told how it goes on.

mod between_hosts;
mod watch;

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use leat_bundle::{Digest, Manifest, Role};
use leat_spans::{Kind, OpenSpan, Recorder, SpanContext};
use leat_stream::plan::Plan;
use leat_tls::Trust;
use leat_worker::{
    Begins, CHECKPOINT_FOLDER, CheckpointJob, Control, Job, QUEUE_BYTES_DEFAULT, Report, RunSecrets, SuperviseError,
    log_path,
};
use tokio::sync::watch::Receiver;
use tokio::task::{JoinError, spawn_blocking};
use tokio::time::timeout;
use tokio_util::sync::CancellationToken;

use super::checkpoints::{self, Shipping};
use super::contents;
use super::{BrokerWay, Division, End, LogSources, Outcome, RunId, Task, judge, outputs, playpen, spans};
use crate::cache::{Cache, Pin};
use crate::directory::{Directory, remove_all};
use crate::secrets::Asker;
use crate::transfer::Transfers;
use crate::workers::Workers;
pub(crate) use watch::{Bell, Teller};

/// How large a plan may be.
const PLAN_BYTES_MAX: u64 = 64 << 20;

/// Threads that parse one input file at most: more do not pay, one core writes what they read.
const CSV_THREADS_MAX: u64 = 8;

/// How many checkpoints stay here: the newest, and the one before, which may be on its way to the midtier.
const CHECKPOINTS_KEPT: usize = 2;

/// How long what a run leaves that ended too soon may take to be sent: it is newer than what the midtier has.
const LEAVING_PATIENCE: Duration = Duration::from_secs(10);

/// Inputs that are larger are not hashed again when a run fails: it would take longer than the next attempt.
const RECHECKED_BYTES_MAX: u64 = 256 << 20;

/// What runs are carried out with. Shared by all of them.
pub(crate) struct Tools {
    pub(crate) directory: Arc<Directory>,
    pub(crate) cache: Cache,
    pub(crate) transfers: Arc<Transfers>,
    pub(crate) workers: Arc<dyn Workers>,
    pub(crate) secrets: Asker,
    /// Whom the host trusts, which its workers do where they speak to the broker.
    pub(crate) trust: Arc<Trust>,
    pub(crate) engine_cache: PathBuf,
    pub(crate) leat_version: String,
    /// The host's name.
    pub(crate) host: String,
    pub(crate) recorder: Recorder,
}

/// One attempt of a run.
pub(crate) struct RunTask {
    pub(crate) tools: Arc<Tools>,
    pub(crate) run: RunId,
    pub(crate) generation: u64,
    pub(crate) task: Task,
    /// Its own directory, which is not there yet.
    pub(crate) place: PathBuf,
    pub(crate) teller: Teller,
    /// The checkpoint that is wanted.
    pub(crate) wanted: Receiver<u64>,
    /// It is to come to its end; cancelled with `kill` too.
    pub(crate) stop: CancellationToken,
    /// It is to be gone at once.
    pub(crate) kill: CancellationToken,
}

/// A bundle that is here.
struct Fetched {
    manifest: Manifest,
    /// Its contents, which stay as long as this.
    pins: Vec<Pin>,
}

impl RunTask {
    /// Carries the attempt out, whatever comes of it. What it leaves behind is its run directory.
    pub(crate) async fn carry_out(self) -> End {
        let span = spans::of_run(&self);
        let end = match self.prepare(span.context()).await {
            Ok((job, fetched)) => self.work(job, fetched, span.context()).await,
            Err(end) => end,
        };
        spans::ended(span, &end);
        let playpen = self.playpen();
        // It fails where the runtime ends, and then the next agent clears up.
        let removed = spawn_blocking(move || remove_all(&playpen)).await;
        if let Ok(Err(error)) = removed {
            tracing::warn!(run.id = %self.run, "the run's playpen cannot be removed: {error}");
        }
        self.tools.cache.trimmed(0).await;
        end
    }

    fn playpen(&self) -> PathBuf {
        self.place.join("playpen")
    }

    fn run_directory(&self) -> PathBuf {
        self.place.join("run")
    }

    /// Fetches the bundle and lays it out.
    async fn prepare(&self, span: Option<SpanContext>) -> Result<(Job, Fetched), End> {
        let fetching = self.part("fetch", span);
        let fetched = tokio::select! {
            biased;
            () = self.stop.cancelled() => return Err(stopped()),
            fetched = self.fetch() => fetched?,
        };
        fetching.end();
        let laying_out = self.part("lay out", span);
        self.teller.starting("lays out its files".to_owned());
        let (playpen, run_directory, stop) = (self.playpen(), self.run_directory(), self.stop.clone());
        let division = self.task.division.clone();
        let (leat_version, agents) = (self.tools.leat_version.clone(), self.tools.directory.root().to_owned());
        let laid_out = spawn_blocking(move || {
            let plan = read_plan(&fetched, &leat_version)?;
            let plan = share_of(plan, division.as_ref())?;
            playpen::require_contained(&plan, &agents).map_err(|reason| End::new(Outcome::Failed, reason))?;
            let contents: BTreeMap<Digest, PathBuf> =
                fetched.pins.iter().map(|pin| (pin.content().digest, pin.path())).collect();
            let content = |digest| contents.get(&digest).cloned();
            playpen::lay_out(&playpen, &fetched.manifest.files, |file| content(file.digest), &stop)
                .map_err(|error| judge::of_playpen(&error))?;
            fs::create_dir_all(&run_directory)
                .map_err(|error| End::new(Outcome::HostFault, crate::disk::trouble(&run_directory, &error)))?;
            Ok((plan, fetched))
        });
        let (plan, fetched) = laid_out.await.unwrap_or_else(|error| Err(of_panic(&error)))?;
        laying_out.end();
        if !self.task.checkpoint.is_empty() {
            tokio::select! {
                biased;
                () = self.stop.cancelled() => return Err(stopped()),
                fetched = self.fetch_checkpoint(&plan, span) => fetched?,
            }
        }
        let given = async { Ok::<_, End>((self.secrets(&plan, span).await?, self.between_hosts(span).await?)) };
        let (secrets, between_hosts) = tokio::select! {
            biased;
            () = self.stop.cancelled() => return Err(stopped()),
            given = given => given?,
        };
        Ok((Job { secrets, between_hosts, ..self.job(plan) }, fetched))
    }

    async fn fetch(&self) -> Result<Fetched, End> {
        let transfers = &self.tools.transfers;
        self.teller.starting("fetches the list of its files".to_owned());
        let bytes = transfers.manifest(self.task.bundle).await.map_err(|error| judge::of_transfer(&error))?;
        let manifest = Manifest::parse(&bytes).map_err(|error| judge::of_manifest(&error))?;
        if manifest.plan.bytes > PLAN_BYTES_MAX {
            let reason =
                format!("its plan has {} bytes, and at most {PLAN_BYTES_MAX} are allowed", manifest.plan.bytes);
            return Err(End::new(Outcome::Failed, reason));
        }
        let needed = manifest.run_contents();
        let count = needed.len();
        let mut pins = Vec::with_capacity(count);
        self.teller.starting(format!("fetches {count} files"));
        let from = (transfers, &self.tools.cache);
        let fetched = contents::obtain(needed, from, |pin| {
            pins.push(pin);
            self.teller.starting(format!("fetches {count} files, {} are here", pins.len()));
        });
        fetched.await.map_err(|error| judge::of_transfer(&error))?;
        Ok(Fetched { manifest, pins })
    }

    /// Lays out what the run goes on from.
    async fn fetch_checkpoint(&self, plan: &Plan, span: Option<SpanContext>) -> Result<(), End> {
        let fetching = self.part("fetch checkpoint", span);
        self.teller.starting("fetches its checkpoint".to_owned());
        let tools = &self.tools;
        let (run_directory, from) = (self.run_directory(), (&tools.transfers, &tools.cache));
        let fetched =
            checkpoints::fetch((&self.task.checkpoint, &run_directory), plan, from, &tools.leat_version).await;
        fetching.end();
        fetched.map(|_| ()).map_err(|error| judge::of_transfer(&error))
    }

    /// What its nodes are given of secrets: last of all, so that nothing else is waited for with them in hand.
    async fn secrets(&self, plan: &Plan, span: Option<SpanContext>) -> Result<RunSecrets, End> {
        if plan.given_secrets().next().is_none() {
            return Ok(RunSecrets::default());
        }
        let asking = self.part("fetch secrets", span);
        self.teller.starting("asks for its secrets".to_owned());
        let attempt = (&self.run, self.generation);
        let secrets = self.tools.secrets.secrets(attempt, plan, |why| self.teller.starting(why)).await;
        asking.end();
        secrets
    }

    fn job(&self, plan: Plan) -> Job {
        let poison = leat_worker::poison(&plan, &self.task.deaths);
        let cores = self.task.cpu_millis.div_ceil(1000).clamp(1, CSV_THREADS_MAX);
        Job {
            plan,
            playpen: self.playpen(),
            run_directory: self.run_directory(),
            run_id: self.run.0.clone(),
            started_us: self.task.started_us,
            seed: self.task.seed,
            cache: self.tools.engine_cache.clone(),
            interruptible: false,
            csv_threads: usize::try_from(cores).unwrap_or(1),
            queue_bytes: QUEUE_BYTES_DEFAULT,
            trace: None,
            tries_recovery: false,
            between_hosts: None,
            checkpoints: self.task.checkpoint_every_ms.map(|ms| CheckpointJob {
                // The shares of a run take theirs together, when the midtier says so.
                begins: if self.task.division.is_some() { Begins::ByOrder } else { Begins::Every { ms } },
                kept: CHECKPOINTS_KEPT,
                directory: self.run_directory().join(CHECKPOINT_FOLDER),
                generation: self.generation,
                poison,
            }),
            secrets: RunSecrets::default(),
            leat_version: self.tools.leat_version.clone(),
        }
    }

    /// A part of what is done for the attempt, whose span is given, begins.
    fn part(&self, name: &str, span: Option<SpanContext>) -> OpenSpan {
        self.tools.recorder.begin(name, Kind::Internal, span)
    }

    /// Runs the job in a worker and does what follows from its end.
    async fn work(&self, job: Job, fetched: Fetched, span: Option<SpanContext>) -> End {
        let (run_directory, plan) = (job.run_directory.clone(), job.plan.clone());
        let working = self.part("worker", span);
        let mut shipping = Shipping::new(&job, &self.tools.transfers, &self.teller);
        let supervised = tokio::select! {
            supervised = self.supervise(job) => supervised,
            never = shipping.go_on() => match never {},
        };
        if let Ok(Ok(report)) = &supervised {
            spans::of_nodes(&self.tools.recorder, &working, report);
        }
        working.end();
        let report = match supervised {
            Ok(Ok(report)) => report,
            Ok(Err(error)) => {
                return End::new(Outcome::HostFault, leat_tls::with_sources(&error));
            }
            Err(panicked) => return of_panic(&panicked),
        };
        let end = judge::of_report(&report, &self.task, &plan);
        if end.outcome == Outcome::Succeeded && self.task.division.is_some() {
            shipping.look_at_end(report.outputs.clone()).await;
        }
        if matches!(end.outcome, Outcome::Stopped | Outcome::HostFault) && !self.kill.is_cancelled() {
            let _ = timeout(LEAVING_PATIENCE, shipping.look()).await;
        }
        match end.outcome {
            Outcome::Succeeded => tokio::select! {
                biased;
                () = self.stop.cancelled() => End { outcome: Outcome::Stopped, reason: stopped().reason, ..end },
                sent = self.send(report, &run_directory, span) => match sent {
                    Ok(outputs) => End { outputs, ..end },
                    Err(failed) => End { report_json: end.report_json, ..failed },
                },
            },
            Outcome::Failed => self.acquitted(end, fetched).await,
            Outcome::Stopped | Outcome::HostFault => end,
        }
    }

    async fn supervise(&self, job: Job) -> Result<Result<Report, SuperviseError>, JoinError> {
        let logs = job.plan.nodes.iter().enumerate();
        let logs = logs.map(|(place, node)| (node.name.clone(), job.run_directory.join(log_path(&job.plan, place))));
        let mut observer = self.teller.observer(&self.run, LogSources { nodes: logs.collect() });
        let (control, workers) = (Control::new(), Arc::clone(&self.tools.workers));
        let _end_with_this = EndWorker(control.clone());
        let given = control.clone();
        let memory = self.task.memory_bytes;
        let mut wanted = self.wanted.clone();
        wanted.mark_changed();
        let mut supervised = spawn_blocking(move || workers.run(&job, memory, &given, &mut observer));
        loop {
            tokio::select! {
                ended = &mut supervised => return ended,
                () = self.kill.cancelled(), if !control.kill_requested() => control.kill(),
                () = self.stop.cancelled(), if !control.stop_requested() => control.stop(),
                // Who wants it goes only with the agent, which ends this first.
                Ok(()) = wanted.changed() => control.checkpoint(*wanted.borrow_and_update()),
            }
        }
    }

    /// Sends what a run has published.
    async fn send(
        &self,
        report: Report,
        run_directory: &Path,
        span: Option<SpanContext>,
    ) -> Result<Vec<super::Output>, End> {
        let mut uploading = self.part("upload", span);
        uploading.set("leat.outputs", report.outputs.len() as u64);
        let run_directory = run_directory.to_owned();
        let found = spawn_blocking(move || outputs::find(&report, &run_directory)).await;
        let found = found.unwrap_or_else(|error| Err(of_panic(&error)))?;
        outputs::send(&self.tools.transfers, &found).await.map_err(|error| judge::of_transfer(&error))?;
        Ok(found.into_iter().map(|found| found.output).collect())
    }

    /// The end of a run that failed; the host's fault where one of its contents was damaged on the disk.
    async fn acquitted(&self, end: End, fetched: Fetched) -> End {
        let cache = self.tools.cache.clone();
        let Fetched { manifest, mut pins } = fetched;
        let damaged = spawn_blocking(move || {
            let large =
                manifest.files.iter().filter(|file| file.role == Role::Input && file.bytes > RECHECKED_BYTES_MAX);
            let large: Vec<_> = large.map(|file| file.digest).collect();
            pins.retain(|pin| !large.contains(&pin.content().digest));
            cache.recheck(&pins)
        });
        if !damaged.await.unwrap_or(false) {
            return end;
        }
        let reason = format!("a file of its bundle was damaged on this host's disk; it failed with: {}", end.reason);
        End { outcome: Outcome::HostFault, reason, ..end }
    }
}

/// The plan of a bundle, which this host can run.
fn read_plan(fetched: &Fetched, leat_version: &str) -> Result<Plan, End> {
    let Fetched { manifest, pins } = fetched;
    let Some(pin) = pins.iter().find(|pin| pin.content().digest == manifest.plan.digest) else {
        return Err(End::new(Outcome::Failed, "the bundle has no plan"));
    };
    let text = fs::read_to_string(pin.path())
        .map_err(|error| End::new(Outcome::HostFault, format!("the plan cannot be read: {error}")))?;
    Plan::from_json(&text).map_err(|error| judge::of_plan(&error, &manifest.leat_version, leat_version))
}

/// What this host does of a plan: all of it, unless the run is divided.
fn share_of(plan: Plan, division: Option<&Division>) -> Result<Plan, End> {
    let Some(division) = division else { return Ok(plan) };
    if division.broker == BrokerWay::None {
        return Err(no_broker());
    }
    let share = plan.share(&division.shares, division.mine);
    share.map_err(|error| End::new(Outcome::Failed, format!("the run cannot be divided among hosts: {error}")))
}

fn no_broker() -> End {
    let reason = "the run is divided among hosts, and the midtier knows no broker between them; give it one in its configuration";
    End::new(Outcome::Failed, reason)
}

fn stopped() -> End {
    End::new(Outcome::Stopped, "it was stopped")
}

fn of_panic(error: &JoinError) -> End {
    let reason = format!("the agent failed at this run; please report it to the makers of Leat: {error}");
    End::new(Outcome::HostFault, reason)
}

/// Ends the worker when nobody waits for it any more.
struct EndWorker(Control);

impl Drop for EndWorker {
    fn drop(&mut self) {
        self.0.kill();
    }
}
