//! What a host's agent is put together of.

use std::path::PathBuf;
use std::sync::Arc;

use anyhow::Context;
use leat_host::{Agent, Config, Ended, OrphanAction, Token, TransferLimits, WorkerProcesses};
use leat_spans::Recorder;
use leat_tls::{PlainText, Refresh, Trust};
use leat_worker::Supervision;
use tokio_util::sync::CancellationToken;

use super::Machine;
use super::discovery::HostDiscovery;
use super::secrets::Redeems;
use super::vault::{AtVault, NO_VAULT, VaultPlan};
use crate::failure::Kind;
use crate::remote::read_token;
use crate::settings::{HostSettings, SecretsSettings};
use crate::transport::{self, stay_fresh};
use crate::units::{Cpus, Size};

/// How an agent ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum AgentEnd {
    /// Because it was told to.
    AsAsked,
    /// Because no midtier answered for too long.
    Orphaned,
}

/// Is a host's agent until `shutdown`. `program` is Leat's own executable, which workers are started from.
pub(crate) async fn run_agent(
    mut settings: HostSettings,
    program: PathBuf,
    recorder: Recorder,
    shutdown: CancellationToken,
) -> anyhow::Result<AgentEnd> {
    let issuing = issuing(&settings).map_err(Kind::Configuration)?;
    let discovery = discovery(&settings)?;
    if let Some(discovery) = &discovery {
        match discovery.first(&shutdown).await {
            Some(midtiers) => settings.midtiers = midtiers,
            None => return Ok(AgentEnd::AsAsked),
        }
    }
    let redeems = Redeems::new(transport::of_exchange(&settings).map_err(Kind::Configuration)?, said(&settings))?;
    let mut at_vault = issuing.map(AtVault::begin);
    // What is had of the store is given back however this ends, as a midtier does.
    let ended = match shutdown.run_until_cancelled(trust(&settings, at_vault.as_mut())).await {
        Some(Ok(trust)) => work(settings, (program, recorder), (trust, redeems), discovery, shutdown).await,
        Some(Err(error)) => Err(error),
        None => Ok(Ended::Shutdown),
    };
    if let Some(at_vault) = at_vault {
        at_vault.end().await;
    }
    Ok(match ended? {
        Ended::Shutdown => AgentEnd::AsAsked,
        Ended::Orphaned => AgentEnd::Orphaned,
    })
}

/// Whom the host trusts, and what it shows.
async fn trust(settings: &HostSettings, at_vault: Option<&mut AtVault>) -> anyhow::Result<Arc<Trust>> {
    let issued = match at_vault {
        Some(at_vault) => at_vault.trust().await?,
        None => None,
    };
    Ok(Arc::new(match issued {
        Some(trust) => trust,
        None => transport::of_host(settings).map_err(Kind::Configuration)?,
    }))
}

/// Works as an agent.
async fn work(
    settings: HostSettings,
    (program, recorder): (PathBuf, Recorder),
    (trust, redeems): (Arc<Trust>, Redeems),
    discovery: Option<HostDiscovery>,
    shutdown: CancellationToken,
) -> anyhow::Result<Ended> {
    let host = settings.name.clone();
    let (own, of_exchange) = (Arc::clone(&trust) as Arc<dyn Refresh>, redeems.trust() as Arc<dyn Refresh>);
    let fresh = async { tokio::join!(stay_fresh(Some(own)), stay_fresh(Some(of_exchange))) };
    let config = config(settings, trust)?;
    let supervision = Supervision::new(program, vec!["worker".into()]);
    // It reads its directory, which may be large.
    let build = move || Agent::build(config, Arc::new(WorkerProcesses::new(supervision)), Arc::new(redeems), recorder);
    let agent = tokio::task::spawn_blocking(build).await.context("the agent cannot be built")??;
    tracing::info!(host.id = host, "the agent begins");
    let (midtiers, over) = (agent.midtiers(), CancellationToken::new());
    let beside = async {
        if let Some(discovery) = &discovery {
            let in_session = || midtiers.is_in_session();
            discovery.run(|urls| midtiers.replace(urls), in_session, over.clone()).await;
        }
    };
    let working = async {
        let ended = agent.run(shutdown).await;
        over.cancel();
        ended
    };
    // It looks for new certificates until the agent has ended.
    tokio::select! {
        (ended, ()) = async { tokio::join!(working, beside) } => Ok(ended?),
        ((), ()) = fresh => Ok(Ended::Shutdown),
    }
}

/// Where the host's certificate is issued, if anywhere.
fn issuing(settings: &HostSettings) -> Result<Option<VaultPlan>, String> {
    match (transport::issued_to_host(settings)?, &settings.secrets) {
        (None, None) => Ok(None),
        (Some(role), Some(SecretsSettings::Vault(vault))) => {
            vault.require_of_host()?;
            let ca_file = settings.tls.ca_file.clone();
            let plan = VaultPlan::new(vault, ca_file.as_deref(), said(settings))?;
            plan.with_certificate(role, ca_file).map(Some)
        }
        (Some(_), _) => Err(format!("tls.issuer: {NO_VAULT}")),
        (None, Some(_)) => Err("secrets: a host has its certificate from there, and [tls] names no issuer; what runs need comes by the midtier".to_owned()),
    }
}

/// Where midtiers are found, as the configuration says; nothing where they are written down.
fn discovery(settings: &HostSettings) -> anyhow::Result<Option<HostDiscovery>> {
    let Some(discovery) = &settings.discovery else { return Ok(None) };
    let host = (settings.name.as_str(), settings.region.as_deref());
    let file = settings.directory.join("midtiers");
    let built = HostDiscovery::build(discovery, host, &settings.midtiers, file, said(settings));
    Ok(Some(built.map_err(Kind::Configuration)?))
}

/// Whether plain text may leave this machine: by here it was said twice, or not at all.
fn said(settings: &HostSettings) -> PlainText {
    let twice = settings.plain_text_outside_this_machine;
    PlainText { key: twice, flag: twice }
}

fn config(settings: HostSettings, trust: Arc<Trust>) -> anyhow::Result<Config> {
    let machine = Machine::this();
    let orphan_action = match settings.orphan_command.split_first() {
        None => OrphanAction::Exit,
        Some((program, arguments)) => OrphanAction::Command { program: program.into(), arguments: arguments.to_vec() },
    };
    let directory = std::path::absolute(&settings.directory)
        .with_context(|| format!("cannot use {}", settings.directory.display()))?;
    Ok(Config {
        host: settings.name,
        incarnation: uuid::Uuid::now_v7().to_string(),
        midtiers: settings.midtiers,
        token: Token::new(read_token(&settings.token_file)?),
        trust,
        machine: leat_host::Machine {
            architecture: std::env::consts::ARCH.to_owned(),
            region: settings.region.unwrap_or_default(),
            labels: settings.labels,
            boot: Machine::boot().unwrap_or_default(),
            cpu_millis: settings.cpus.map_or(machine.cpu_millis, |Cpus(millis)| millis),
            memory_bytes: settings.memory.map_or(machine.memory_bytes, |Size(bytes)| bytes),
        },
        engine_cache: settings.engine_cache.unwrap_or_else(|| directory.join("components")),
        directory,
        cache_bytes_max: settings.cache.0,
        transfers: TransferLimits::default(),
        keep_run_directories: settings.keep_runs.0,
        orphan_timeout: settings.orphan_timeout.0,
        orphan_action,
        leat_version: env!("CARGO_PKG_VERSION").to_owned(),
    })
}
