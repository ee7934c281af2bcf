//! The one place that names adapters: what a midtier and a host are put together of.

mod agent;
mod discovery;
mod logins;
mod machine;
mod recheck;
mod secrets;
#[cfg(test)]
mod tests;
mod vault;

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use anyhow::Context;
use leat_bundle::Digest;
use leat_midtier::blobs::{Blobs, DirectoryBlobs};
use leat_midtier::identity::{Caller, StaticTokens};
use leat_midtier::store::{Accounts, Logins as LoginStore, Pruning, Store};
use leat_midtier::{Deps, Midtier};
use leat_planner::Policy;
use leat_scheduler::clock::Clock;
use leat_scheduler::ledger::Ledger;
use leat_scheduler::model::HostRecord;
use leat_scheduler::wake::Wake;
use leat_scheduler::{Adapters, Scheduler};
use leat_spans::Recorder;
use leat_store_sql::{Database, SqlBlobs, SqlStore};
use leat_tls::{Acceptor, Refresh};
use tokio::net::TcpListener;
use tokio_util::sync::CancellationToken;
use zeroize::Zeroize;

pub(crate) use agent::{AgentEnd, run_agent};
pub(crate) use discovery::{MidtierDiscovery, consul, require_meant};
pub(crate) use logins::{LoginPlan, logins};
pub(crate) use machine::Machine;
pub(crate) use secrets::SecretsPlan;
pub(crate) use vault::{NO_VAULT, VaultPlan};

use self::discovery::Beside;
use self::recheck::BundleCheck;
use self::secrets::SecretStore;
use crate::clock::SystemClock;
use crate::transport::stay_fresh;

/// How often it is looked whether a checkpoint of a run on several hosts is due.
const ORDERS_INTERVAL: Duration = Duration::from_millis(500);

/// How often what is past its time is forgotten.
const UPKEEP_INTERVAL: Duration = Duration::from_secs(3600);
/// How long ago a content must have been written before it may go: what is being uploaded is referred to by nothing yet.
const CONTENT_AGE: Duration = Duration::from_secs(24 * 3600);

/// Where contents are kept.
pub(crate) enum Contents {
    /// In a directory.
    Directory(std::path::PathBuf),
    /// In the database of the state.
    Database,
}

/// All that a midtier is made of.
pub(crate) struct Installation {
    /// This midtier's name.
    pub(crate) name: String,
    pub(crate) store: leat_store_sql::Config,
    pub(crate) contents: Contents,
    /// Where the secrets of runs are; nothing where there are none.
    pub(crate) secrets: Option<SecretsPlan>,
    /// Who may ask, by the SHA-256 of their tokens.
    pub(crate) callers: Vec<(Digest, Caller)>,
    /// How people log in.
    pub(crate) logins: LoginPlan,
    pub(crate) hosts: Vec<HostRecord>,
    pub(crate) power: Adapters,
    pub(crate) policy: Policy,
    pub(crate) midtier: leat_midtier::Config,
    pub(crate) leader_patience: Duration,
    /// How long runs that have ended are kept.
    pub(crate) keep_ended_runs: Duration,
    /// How long what was begun of a content is kept after its last piece.
    pub(crate) keep_uploads: Duration,
    /// Where it announces itself; nothing where it is found as it is written down.
    pub(crate) discovery: Option<MidtierDiscovery>,
    /// What connections are encrypted with, unless that comes from where the secrets are.
    pub(crate) tls: Option<Arc<Acceptor>>,
}

/// How long what is past its time is kept.
#[derive(Clone, Copy)]
struct Keep {
    ended_runs: Duration,
    uploads: Duration,
}

/// The tokens' callers by name, so that two with one token are found before one of them wins silently.
pub(crate) fn require_unlike(callers: &[(Digest, Caller)]) -> anyhow::Result<()> {
    let mut seen = BTreeMap::new();
    for (digest, caller) in callers {
        if let Some(other) = seen.insert(*digest, caller) {
            anyhow::bail!("{} and {} have the same token; give each one of their own", other.user, caller.user);
        }
    }
    Ok(())
}

/// Is a midtier until `shutdown`: API, scheduler and upkeep on one store.
pub(crate) async fn run_midtier(
    mut installation: Installation,
    recorder: Recorder,
    listener: TcpListener,
    shutdown: CancellationToken,
) -> anyhow::Result<()> {
    let mut secrets = SecretStore::begin(installation.secrets.take());
    // What is had of the store is given back however this ends: a start that fails is tried again, and would leave a token and a user of
    // the database behind each time.
    let ended = match shutdown.run_until_cancelled(first(&mut installation, &mut secrets)).await {
        Some(Ok(())) => serve(installation, &mut secrets, (recorder, listener), shutdown).await,
        Some(Err(error)) => Err(error),
        None => Ok(()),
    };
    secrets.end().await;
    ended
}

/// Waits for what comes from where the secrets are, before anybody is answered and anything is asked of the database.
async fn first(installation: &mut Installation, secrets: &mut SecretStore) -> anyhow::Result<()> {
    if let Some(tls) = secrets.acceptor().await? {
        installation.tls = Some(tls);
    }
    if let Some(mut url) = secrets.database_url().await? {
        installation.store.database = Database::Postgres { url: std::mem::take(&mut *url) };
    }
    Ok(())
}

async fn serve(
    installation: Installation,
    secrets: &mut SecretStore,
    (recorder, listener): (Recorder, TcpListener),
    shutdown: CancellationToken,
) -> anyhow::Result<()> {
    let Installation { name, store, contents, callers, logins, hosts, power, policy, midtier, tls, .. } = installation;
    let connected = SqlStore::connect(&store).await;
    if let Database::Postgres { mut url } = store.database {
        url.zeroize();
    }
    let store = Arc::new(connected.context("cannot use the store")?);
    secrets.keep_database(&store);
    let clock: Arc<dyn Clock> = Arc::new(SystemClock);
    let blobs: Arc<dyn Blobs> = match contents {
        Contents::Directory(path) => {
            let opened = DirectoryBlobs::open(&path, Arc::clone(&clock));
            Arc::new(opened.with_context(|| format!("cannot keep contents in {}", path.display()))?)
        }
        Contents::Database => Arc::new(SqlBlobs::new(&store, Arc::clone(&clock))),
    };
    store.declare_hosts(&hosts).await.context("cannot write the hosts of the configuration into the store")?;
    let wake = Wake::default();
    let policies = tokio::sync::watch::Sender::new(policy.clone());
    let mut scheduler = Scheduler::build(
        leat_scheduler::Config { name, policy, lease: midtier.lease, leader_patience: installation.leader_patience },
        leat_scheduler::Deps {
            ledger: Arc::clone(&store) as Arc<dyn Ledger>,
            power,
            clock: Arc::clone(&clock),
            wake: wake.clone(),
            recorder: recorder.clone(),
        },
    );
    scheduler.follow(policies.subscribe());
    let orders_wake = wake.clone();
    let service = Midtier::build(
        midtier,
        Deps {
            store: Arc::clone(&store) as Arc<dyn Store>,
            blobs: Arc::clone(&blobs),
            accounts: Arc::clone(&store) as Arc<dyn Accounts>,
            logins: logins.logins,
            login_store: Arc::clone(&store) as Arc<dyn LoginStore>,
            tokens: StaticTokens::new(callers),
            recheck: Arc::new(BundleCheck),
            secrets: secrets.of_runs(),
            broker_users: secrets.broker_users(),
            holdings: secrets.holdings(),
            clock: Arc::clone(&clock),
            wake,
            recorder,
            tls: tls.clone(),
        },
    );
    let (tls, providers) = (tls.map(|it| it as Arc<dyn Refresh>), logins.trust.map(|it| it as Arc<dyn Refresh>));
    let fresh = async { tokio::join!(stay_fresh(tls), stay_fresh(providers)) };
    let beside = Beside { service: service.announced(), leads: scheduler.leads(), policies };
    let keep = Keep { ended_runs: installation.keep_ended_runs, uploads: installation.keep_uploads };
    let orders = order_checkpoints(Arc::clone(&store) as Arc<dyn Store>, Arc::clone(&clock), orders_wake);
    let upkeep = upkeep(Arc::clone(&store) as Arc<dyn Store>, blobs, clock, keep);
    tokio::join!(
        service.serve(listener, shutdown.clone()),
        scheduler.run(shutdown.clone()),
        shutdown.run_until_cancelled(upkeep),
        shutdown.run_until_cancelled(orders),
        discovery::run(installation.discovery, beside, &shutdown),
        shutdown.run_until_cancelled(fresh),
    );
    store.close().await;
    Ok(())
}

/// Has runs on several hosts take their checkpoints, for ever. Every midtier looks; the store has one of them do it.
async fn order_checkpoints(store: Arc<dyn Store>, clock: Arc<dyn Clock>, wake: Wake) {
    loop {
        tokio::time::sleep(ORDERS_INTERVAL).await;
        match store.order_checkpoints(clock.now()).await {
            Ok(0) => {}
            Ok(_) => wake.ring(),
            Err(error) => tracing::debug!("no checkpoints could be ordered: {error}"),
        }
    }
}

/// Forgets what is past its time, for ever.
async fn upkeep(store: Arc<dyn Store>, blobs: Arc<dyn Blobs>, clock: Arc<dyn Clock>, keep: Keep) {
    loop {
        tokio::time::sleep(UPKEEP_INTERVAL).await;
        let pruning = Pruning { now: clock.now(), ended_runs: keep.ended_runs, keep_runs: 0 };
        match store.prune(&pruning).await {
            Ok(0) => {}
            Ok(runs) => tracing::info!(runs, "forgot runs that ended long ago"),
            Err(error) => tracing::warn!("old runs could not be forgotten: {error}"),
        }
        match blobs.forget_begun(keep.uploads).await {
            Ok(0) => {}
            Ok(bytes) => tracing::info!(bytes, "removed contents that nobody went on uploading"),
            Err(error) => tracing::warn!("contents that are begun were not tidied: {error}"),
        }
        let referred = match store.referred().await {
            Ok(referred) => referred,
            Err(error) => {
                tracing::warn!("contents were not tidied: {error}");
                continue;
            }
        };
        match blobs.retain(&referred, CONTENT_AGE).await {
            Ok(0) => {}
            Ok(bytes) => tracing::info!(bytes, "removed contents that nothing refers to"),
            Err(error) => tracing::warn!("contents were not tidied: {error}"),
        }
    }
}
