//! New runs: submitted, and repeated. What could never be placed is refused here, where someone still listens.

mod parts;
mod remake;

use std::collections::BTreeMap;
use std::ops::RangeInclusive;
use std::sync::Arc;
use std::time::Duration;

use leat_bundle::{Digest, Manifest};
use leat_scheduler::model::{Constraints, HostRecord, Part, Resources};
use leat_spans::SpanContext;

pub(crate) use remake::Values;

use super::checks::plain;
use super::processes;
use super::runs::{require, seen_for};
use crate::access::Permission;
use crate::app::App;
use crate::identity::Caller;
use crate::problem::{Answer, Code, Problem};
use crate::secrets;
use crate::store::{BundleRecord, NewRun, RunDetail, Submitted};

const PRIORITY_MAX: i32 = 255;
const ATTEMPTS_MAX: u32 = 100;
const LABELS_MAX: usize = 64;
/// More than any machine has, and small enough for every store's numbers.
const CPU_MILLIS_MAX: u64 = 1_000_000_000;
const MEMORY_BYTES_MAX: u64 = 1 << 60;
const SEED_DEFAULT: u64 = 1;
/// From how often to how rarely checkpoints are taken, milliseconds: each costs every host of the run some work.
const CHECKPOINT_EVERY_MS: RangeInclusive<u64> = 100..=86_400_000;

/// A run to be; what is left out has its default.
pub(crate) struct Wish {
    /// SHA-256 of the bundle's manifest.
    pub(crate) bundle: Digest,
    /// The playpen that the run is of: its group.
    pub(crate) group: Option<String>,
    pub(crate) priority: Option<i32>,
    pub(crate) attempts_max: Option<u32>,
    pub(crate) seed: Option<u64>,
    /// How often a checkpoint is taken; 0 for never.
    pub(crate) checkpoint_every_ms: Option<u64>,
    pub(crate) region: Option<String>,
    pub(crate) labels: Option<BTreeMap<String, String>>,
    pub(crate) architecture: Option<String>,
    /// Whether each part must be on a host of its own.
    pub(crate) spread: Option<bool>,
    /// What parts need, by their names, where it is something else than for the others.
    pub(crate) parts: Option<BTreeMap<String, Resources>>,
    /// Of each part, where the run is divided.
    pub(crate) cpu_millis: Option<u64>,
    pub(crate) memory_bytes: Option<u64>,
    /// What it is given instead of what its bundle was made with.
    pub(crate) values: Values,
}

/// How a submission came.
pub(crate) struct Sent {
    /// Makes doubled submissions one.
    pub(crate) key: Option<String>,
    /// The span that the run's own are to belong to.
    pub(crate) span: Option<SpanContext>,
}

/// A run that was taken in.
pub(crate) struct TakenIn {
    pub(crate) run: RunDetail,
    /// Whether it is new: not where it was submitted with its key before.
    pub(crate) is_new: bool,
}

/// Submits a run.
pub(crate) async fn submit(app: &Arc<App>, caller: &Caller, sent: Sent, wish: Wish) -> Answer<TakenIn> {
    require_sound(&wish)?;
    let group = wish.group.clone().unwrap_or_else(|| caller.group.clone());
    require(caller, Permission::RunsSubmit, &group)?;
    let unknown = || Problem::new(Code::UnknownBundle, format!("there is no bundle {}: upload it first", wish.bundle));
    let uploaded = app.store.bundle(wish.bundle).await?.ok_or_else(unknown)?;
    let remade = remake::remade(app, caller, &uploaded, &wish.values).await?;
    let BundleRecord { digest, manifest, .. } = remade.as_ref().unwrap_or(&uploaded);
    require_secrets(app, caller, &group, manifest).await?;
    let parts = parts::of(manifest, &wish, app.has_broker())?;
    require_broker(app, &parts, wish.spread == Some(true)).await?;
    let run = NewRun {
        id: app.new_run(),
        process: manifest.process.clone(),
        bundle: *digest,
        user: caller.user.clone(),
        group,
        priority: wish.priority.unwrap_or(0),
        submitted: app.now(),
        attempts_max: wish.attempts_max.unwrap_or(app.config.attempts_max),
        parts,
        constraints: Constraints {
            region: wish.region,
            labels: wish.labels.unwrap_or_default(),
            architecture: wish.architecture,
            spread: wish.spread.unwrap_or(false),
        },
        seed: wish.seed.unwrap_or(SEED_DEFAULT),
        checkpoint_every: match wish.checkpoint_every_ms {
            Some(0) => None,
            Some(millis) => Some(Duration::from_millis(millis)),
            None => app.config.checkpoint_every,
        },
        idempotency_key: sent.key,
        retry_of: None,
        span: sent.span,
    };
    processes::note(app, &run.group, &uploaded).await?;
    taken(app, caller, run).await
}

/// Submits a run again: a new one of the same bundle in the same playpen, by whoever asks.
pub(crate) async fn retry(app: &App, caller: &Caller, sent: Sent, name: &str) -> Answer<TakenIn> {
    let old = seen_for(app, caller, name, Permission::RunsSubmit).await?;
    let record = old.summary.record;
    if !record.state.is_end() {
        let detail = format!("the run is {}; it can be repeated once it has ended", record.state);
        return Err(Problem::new(Code::RunNotEnded, detail));
    }
    let unknown = || Problem::new(Code::UnknownBundle, format!("bundle {} is gone", old.bundle));
    let bundle = app.store.bundle(old.bundle).await?.ok_or_else(unknown)?;
    require_secrets(app, caller, &record.group, &bundle.manifest).await?;
    require_broker(app, &record.parts, record.constraints.spread).await?;
    let run = NewRun {
        id: app.new_run(),
        process: old.summary.process,
        bundle: old.bundle,
        user: caller.user.clone(),
        group: record.group,
        priority: record.priority,
        submitted: app.now(),
        attempts_max: record.attempts_max,
        parts: record.parts,
        constraints: record.constraints,
        seed: old.seed,
        checkpoint_every: old.checkpoint_every,
        idempotency_key: sent.key,
        retry_of: Some(record.id),
        span: sent.span,
    };
    taken(app, caller, run).await
}

async fn taken(app: &App, caller: &Caller, run: NewRun) -> Answer<TakenIn> {
    require_place(&app.store.hosts().await?, &run.parts, &run.constraints)?;
    let (is_new, id) = match app.store.submit(&run).await? {
        Submitted::New => {
            tracing::info!(run.id = %run.id, process = run.process, user = caller.user, "a run is submitted");
            app.wake.ring();
            (true, run.id)
        }
        Submitted::Known(id) => (false, id),
        Submitted::KeyInUse(id) => {
            let detail = format!("the key was given with another submission before: run {id}");
            return Err(Problem::new(Code::IdempotencyKeyInUse, detail));
        }
    };
    let detail = app.store.run(&id).await?;
    let run = detail.ok_or_else(|| Problem::new(Code::Internal, format!("run {id} was submitted and is gone")))?;
    Ok(TakenIn { run, is_new })
}

/// Refuses a run whose secrets its group may not be given, or that the caller may not have ask for them.
async fn require_secrets(app: &App, caller: &Caller, group: &str, manifest: &Manifest) -> Answer<()> {
    if !manifest.secrets.is_empty() {
        require(caller, Permission::SecretsUse, group)?;
    }
    secrets::require(app, group, manifest).await
}

/// Refuses a run that has to be on several hosts, where they could not be given a way to each other now. One that may be on a single host
/// waits on its hosts if it turns out to be on several.
async fn require_broker(app: &App, parts: &[Part], spread: bool) -> Answer<()> {
    if spread && parts.len() > 1 { secrets::require_broker(app).await } else { Ok(()) }
}

/// A key that makes doubled submissions one.
pub(crate) fn key_of(bytes: &[u8]) -> Answer<String> {
    let text = str::from_utf8(bytes).ok().filter(|text| text.chars().all(|c| c == '\t' || (' '..='~').contains(&c)));
    let text = text.ok_or_else(|| Problem::invalid("Idempotency-Key must be of printable ASCII"))?;
    plain("Idempotency-Key", text)?;
    Ok(text.to_owned())
}

fn require_sound(wish: &Wish) -> Answer<()> {
    let require = |is_sound: bool, rule: String| if is_sound { Ok(()) } else { Err(Problem::invalid(rule)) };
    wish.values.require_sound()?;
    let (priority, attempts) = (wish.priority.unwrap_or(0), wish.attempts_max.unwrap_or(1));
    let priority_rule = format!("priority must be from 0 to {PRIORITY_MAX}");
    require((0..=PRIORITY_MAX).contains(&priority), priority_rule)?;
    require((1..=ATTEMPTS_MAX).contains(&attempts), format!("attempts_max must be from 1 to {ATTEMPTS_MAX}"))?;
    let every = wish.checkpoint_every_ms.filter(|millis| *millis > 0);
    let (least, most) = (CHECKPOINT_EVERY_MS.start(), CHECKPOINT_EVERY_MS.end());
    let every_rule = format!("checkpoint_every_ms must be 0, for none, or from {least} to {most}");
    require(every.is_none_or(|millis| CHECKPOINT_EVERY_MS.contains(&millis)), every_rule)?;
    require_needs(wish.cpu_millis.unwrap_or(1), wish.memory_bytes.unwrap_or(1))?;
    for (what, text) in [("group", &wish.group), ("region", &wish.region), ("architecture", &wish.architecture)] {
        text.as_deref().map_or(Ok(()), |text| plain(what, text))?;
    }
    let labels = wish.labels.iter().flatten();
    require(labels.clone().count() <= LABELS_MAX, format!("there may be {LABELS_MAX} labels at most"))?;
    for (name, value) in labels {
        plain("a label's name", name)?;
        plain("a label's value", value)?;
    }
    Ok(())
}

/// Refuses needs that are nothing, or more than any machine has.
pub(crate) fn require_needs(cpu_millis: u64, memory_bytes: u64) -> Answer<()> {
    if !(1..=CPU_MILLIS_MAX).contains(&cpu_millis) {
        return Err(Problem::invalid(format!("cpu_millis must be from 1 to {CPU_MILLIS_MAX}")));
    }
    if !(1..=MEMORY_BYTES_MAX).contains(&memory_bytes) {
        return Err(Problem::invalid(format!("memory_bytes must be from 1 to {MEMORY_BYTES_MAX}")));
    }
    Ok(())
}

/// Refuses a run that no known host could ever hold, whether it is on or off. Where no host is known at all it may wait:
/// the installation is being set up.
fn require_place(hosts: &[HostRecord], parts: &[Part], asked: &Constraints) -> Answer<()> {
    if hosts.is_empty() {
        return Ok(());
    }
    let in_region: Vec<&HostRecord> =
        hosts.iter().filter(|host| asked.region.is_none() || host.region == asked.region).collect();
    let place = asked.region.as_ref().map_or(String::new(), |region| format!(" in region {region}"));
    if in_region.is_empty() {
        let known: BTreeMap<&str, ()> = hosts.iter().filter_map(|host| Some((host.region.as_deref()?, ()))).collect();
        let known: Vec<&str> = known.into_keys().collect();
        let known =
            if known.is_empty() { "no host is in any".to_owned() } else { format!("known: {}", known.join(", ")) };
        return Err(Problem::new(Code::UnknownRegion, format!("no host is{place}; {known}")));
    }
    let fits = |host: &&HostRecord| {
        let has_label = |(name, value): (&String, &String)| host.labels.get(name) == Some(value);
        asked.labels.iter().all(has_label)
            && asked.architecture.as_ref().is_none_or(|asked| *asked == host.architecture)
    };
    let fitting: Vec<&HostRecord> = in_region.into_iter().filter(fits).collect();
    if fitting.is_empty() {
        let labels = asked.labels.iter().map(|(name, value)| format!("{name}={value}"));
        let wanted: Vec<String> = asked.architecture.iter().cloned().chain(labels).collect();
        return Err(Problem::new(Code::NoSuchHost, format!("no host{place} is {}", wanted.join(", "))));
    }
    for part in parts {
        let holds = |host: &&HostRecord| {
            host.capacity.cpu_millis >= part.needs.cpu_millis && host.capacity.memory_bytes >= part.needs.memory_bytes
        };
        if !fitting.iter().any(holds) {
            return Err(Problem::new(Code::ImpossibleResources, too_large(&fitting, part.needs, &place)));
        }
    }
    Ok(())
}

fn too_large(hosts: &[&HostRecord], needs: Resources, place: &str) -> String {
    let largest = hosts.iter().max_by_key(|host| (host.capacity.memory_bytes, host.capacity.cpu_millis));
    let largest = largest
        .map_or(String::new(), |host| format!("; the largest such host, {}, has {}", host.id, said(host.capacity)));
    format!("needs {} on one host{place}{largest}", said(needs))
}

fn said(resources: Resources) -> String {
    let (gib, cores) = (resources.memory_bytes as f64 / f64::from(1 << 30), resources.cpu_millis as f64 / 1e3);
    format!("{} GiB and {cores} cores", (gib * 1e3).round() / 1e3)
}
