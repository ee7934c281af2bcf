//! `leat midtier`: the API and the scheduler, as a configuration file says.

use std::collections::BTreeMap;
use std::path::Path;
use std::process::ExitCode;
use std::sync::Arc;

use anyhow::Context;
use leat_midtier::identity::Caller;
use leat_midtier::{Broker, SecretPolicy};
use leat_planner::id::GroupId;
use leat_planner::{ByteSize, GroupPolicy, Policy, Resources};
use leat_power_command::CommandPower;
use leat_scheduler::Adapters;
use leat_scheduler::ledger::LEADER_PATIENCE_DEFAULT;
use leat_scheduler::model::{self, HostId, HostRecord};
use leat_secrets::Allowed;
use leat_store_sql::Database;
use leat_tls::{Acceptor, PlainText};
use tokio::net::TcpListener;

use super::{block_on, shutdown_on_signals};
use crate::args::MidtierArgs;
use crate::config::Environment;
use crate::failure::Kind;
use crate::guarded;
use crate::settings::{
    self, BrokerSettings, ContentsSettings, HostEntry, MidtierSettings, PlaypenSettings, PowerSettings, RoleName,
    SchedulingSettings, SecretsSettings, StoreSettings, TokenEntry, VaultUser,
};
use crate::telemetry::{Telemetry, Wanted};
use crate::transport::{self, Encryption};
use crate::units::{Every, Span};
use crate::wiring::{
    Contents, Installation, Machine, MidtierDiscovery, NO_VAULT, SecretsPlan, VaultPlan, logins, require_unlike,
    run_midtier,
};

/// How long runs that have ended are kept.
pub(super) const KEEP_ENDED_RUNS: std::time::Duration = std::time::Duration::from_secs(90 * 86_400);
/// How long what was begun of an upload is kept after its last piece.
pub(super) const KEEP_UPLOADS: std::time::Duration = std::time::Duration::from_secs(86_400);

pub(crate) fn run(args: &MidtierArgs, environment: &Environment) -> anyhow::Result<ExitCode> {
    let settings: MidtierSettings = settings::read(&args.config)?;
    let listen = settings.listen;
    let refused = |error: String| Kind::Configuration(format!("{}: {error}", args.config.display()));
    transport::require_midtier(&settings, args.plain_text).map_err(refused)?;
    let spans = settings.telemetry.clone();
    let said = PlainText { key: settings.plain_text_outside_this_machine, flag: args.plain_text };
    let installation = installation(settings, args)?;
    block_on(async {
        let shutdown = shutdown_on_signals()?;
        let wanted = Wanted { settings: &spans, ca_file: None, said };
        let telemetry = Telemetry::start(&wanted, environment, "leat-midtier", &installation.name)?;
        let listener = TcpListener::bind(listen).await.with_context(|| format!("cannot listen on {listen}"))?;
        tracing::info!(midtier.name = installation.name, address = %listener.local_addr()?, "the midtier listens");
        let served = run_midtier(installation, telemetry.recorder(), listener, shutdown).await;
        telemetry.end().await;
        served?;
        tracing::info!("the midtier has ended");
        Ok(ExitCode::SUCCESS)
    })
}

/// Where the midtier announces itself, if anywhere.
fn discovery(settings: &MidtierSettings, said: PlainText) -> Result<Option<MidtierDiscovery>, String> {
    let listens = (settings.listen, settings.tls.is_some());
    let build = |discovery| MidtierDiscovery::build(discovery, &settings.name, listens, said);
    settings.discovery.as_ref().map(build).transpose()
}

fn installation(settings: MidtierSettings, args: &MidtierArgs) -> anyhow::Result<Installation> {
    let refused = |error: String| Kind::Configuration(format!("{}: {error}", args.config.display()));
    let said = PlainText { key: settings.plain_text_outside_this_machine, flag: args.plain_text };
    let (encryption, hosts_need_certificates) =
        transport::of_midtier(settings.tls.as_ref(), &settings.name).map_err(refused)?;
    let secrets = settings.secrets.as_ref().map(|settings| secrets(settings, said)).transpose().map_err(refused)?;
    let (tls, secrets) = encrypted(encryption, secrets).map_err(refused)?;
    let discovery = discovery(&settings, said).map_err(refused)?;
    let power = adapters(&settings.power, secrets.as_ref()).map_err(refused)?;
    let hosts: Result<Vec<HostRecord>, String> = settings.hosts.iter().map(|host| declared(host, &power)).collect();
    let callers: Result<Vec<_>, String> = settings.tokens.iter().map(caller).collect();
    let callers = callers.map_err(refused)?;
    require_unlike(&callers).map_err(|error| refused(error.to_string()))?;
    let mut user = None;
    let logins = settings.login.map(logins).transpose().map_err(refused)?.unwrap_or_default();
    let database = match settings.store {
        StoreSettings::Sqlite { path } => Database::Sqlite { path },
        StoreSettings::Postgres { url_file, vault: from_vault } => {
            let url = secret("store", &url_file).map_err(refused)?;
            transport::require_database(&url, said).map_err(refused)?;
            user = from_vault.map(|user| (url.clone(), user));
            Database::Postgres { url }
        }
    };
    let secrets = with_database(secrets, user).map_err(refused)?;
    let contents = match settings.contents {
        ContentsSettings::Directory { path } => Contents::Directory(path),
        ContentsSettings::Database {} => Contents::Database,
    };
    let mut midtier = leat_midtier::Config { hosts_need_certificates, ..leat_midtier::Config::default() };
    set(&mut midtier.lease, settings.scheduling.lease);
    midtier.checkpoint_every = settings.runs.checkpoints.map_or(midtier.checkpoint_every, |Every(every)| every);
    midtier.attempts_max = settings.runs.attempts.unwrap_or(midtier.attempts_max).clamp(1, 100);
    let secrets = match &settings.broker {
        Some(settings) => with_broker(secrets, settings, (&mut midtier, said)).map_err(refused)?,
        None => secrets,
    };
    midtier.secrets = secret_policy(&settings.playpens).map_err(refused)?;
    midtier.machine = Machine::boot();
    midtier.audit = settings.audit.config().map_err(refused)?;
    midtier.tokens = settings.accounts.limits().map_err(refused)?;
    midtier.uploads.count_max = settings.uploads.count_max.unwrap_or(midtier.uploads.count_max);
    midtier.uploads.bytes_max = settings.uploads.bytes_max.map_or(midtier.uploads.bytes_max, |size| size.0);
    let span = |span: Option<Span>, default| span.map_or(default, |span| span.0);
    Ok(Installation {
        name: settings.name,
        store: leat_store_sql::Config::new(database),
        contents,
        secrets,
        callers,
        logins,
        hosts: hosts.map_err(refused)?,
        power,
        leader_patience: span(settings.scheduling.leader_patience, LEADER_PATIENCE_DEFAULT),
        keep_ended_runs: span(settings.scheduling.keep_ended_runs, KEEP_ENDED_RUNS),
        keep_uploads: span(settings.uploads.keep, KEEP_UPLOADS),
        discovery,
        policy: policy(&settings.scheduling).map_err(refused)?,
        midtier,
        tls,
    })
}

/// Where the secrets of runs are.
fn secrets(settings: &SecretsSettings, said: PlainText) -> Result<SecretsPlan, String> {
    match settings {
        SecretsSettings::File(settings) => Ok(SecretsPlan::File(settings.place())),
        SecretsSettings::Vault(settings) => Ok(SecretsPlan::Vault(Box::new(VaultPlan::new(settings, None, said)?))),
    }
}

/// And what connections are encrypted with, where that does not come from there.
fn encrypted(
    encryption: Encryption,
    secrets: Option<SecretsPlan>,
) -> Result<(Option<Arc<Acceptor>>, Option<SecretsPlan>), String> {
    match (encryption, secrets) {
        (Encryption::None, secrets) => Ok((None, secrets)),
        (Encryption::Ready(acceptor), secrets) => Ok((Some(acceptor), secrets)),
        (Encryption::Issued(role, client_ca), Some(SecretsPlan::Vault(vault))) => {
            let plan = vault.with_certificate(role, client_ca)?;
            Ok((None, Some(SecretsPlan::Vault(Box::new(plan)))))
        }
        (Encryption::Issued(..), _) => Err(format!("tls.issuer: {NO_VAULT}")),
    }
}

/// And the database's user, where it comes from there.
fn with_database(
    secrets: Option<SecretsPlan>,
    user: Option<(String, VaultUser)>,
) -> Result<Option<SecretsPlan>, String> {
    match (secrets, user) {
        (Some(SecretsPlan::Vault(vault)), Some((url, user))) => {
            let plan = vault.with_database(url, user.source("store")?)?;
            Ok(Some(SecretsPlan::Vault(Box::new(plan))))
        }
        (_, Some(_)) => Err(format!("store.vault: {NO_VAULT}")),
        (secrets, None) => Ok(secrets),
    }
}

/// And the users of the broker, where they come from there. Else all hosts are told of the broker as it is.
fn with_broker(
    secrets: Option<SecretsPlan>,
    settings: &BrokerSettings,
    (midtier, said): (&mut leat_midtier::Config, PlainText),
) -> Result<Option<SecretsPlan>, String> {
    let broker = broker(secret("broker", &settings.url_file)?, said)?;
    let Some(users) = &settings.vault else {
        midtier.broker = Some(broker);
        return Ok(secrets);
    };
    let Some(SecretsPlan::Vault(vault)) = secrets else { return Err(format!("broker.vault: {NO_VAULT}")) };
    set(&mut midtier.broker_user_life, users.life);
    let plan = vault.with_broker(broker, &users.mount)?;
    Ok(Some(SecretsPlan::Vault(Box::new(plan))))
}

/// What a file of the configuration's table says, on one line.
fn secret(table: &str, file: &Path) -> Result<String, String> {
    let text = guarded::text(file).map_err(|error| format!("{table}.url_file: {error}"));
    text.map(|mut text| std::mem::take(&mut *text))
}

fn secret_policy(playpens: &BTreeMap<String, PlaypenSettings>) -> Result<SecretPolicy, String> {
    let allowed = |(name, settings): (&String, &PlaypenSettings)| {
        let allowed = Allowed::new(&settings.secrets).map_err(|error| format!("playpens.{name}.secrets: {error}"))?;
        Ok((name.clone(), allowed))
    };
    playpens.iter().map(allowed).collect::<Result<_, _>>().map(SecretPolicy::ByGroup)
}

fn broker(url: String, said: PlainText) -> Result<Broker, String> {
    match leat_rabbitmq::port_of(&url) {
        Some(_) => transport::require_broker(&url, said).map(|()| Broker(url)),
        None => Err("broker.url_file does not hold a URL as amqps://user:password@host:port/virtual-host".to_owned()),
    }
}

fn adapters(settings: &BTreeMap<String, PowerSettings>, secrets: Option<&SecretsPlan>) -> Result<Adapters, String> {
    let adapter = |(name, settings): (&String, &PowerSettings)| match settings {
        PowerSettings::Command { on, off, state, ssh } => {
            let config = leat_power_command::Config { on: on.clone(), off: off.clone(), state: state.clone() };
            let mut power = CommandPower::new(config).map_err(|error| format!("power.{name}: {error}"))?;
            if let Some(ssh) = ssh {
                let Some(SecretsPlan::Vault(vault)) = secrets else {
                    return Err(format!("power.{name}.ssh: {NO_VAULT}"));
                };
                let key = ssh.role().and_then(|role| vault.signed_key(&ssh.key_file, role));
                power = power.with_key(key.map_err(|error| format!("power.{name}.ssh: {error}"))?);
            }
            Ok((name.clone(), Arc::new(power) as Arc<dyn leat_scheduler::power::Power>))
        }
    };
    settings.iter().map(adapter).collect()
}

fn declared(host: &HostEntry, power: &Adapters) -> Result<HostRecord, String> {
    let id = HostId::parse(&host.name).map_err(|error| error.to_string())?;
    if let Some(name) = host.power.as_ref().filter(|name| !power.contains_key(*name)) {
        return Err(format!("host {id}: there is no [power.{name}]"));
    }
    Ok(HostRecord {
        power: host.power.clone(),
        region: host.region.clone(),
        labels: host.labels.clone(),
        cost_per_hour: host.cost_per_hour,
        ..HostRecord::off(
            id,
            host.architecture.clone(),
            model::Resources { cpu_millis: host.cpus.0, memory_bytes: host.memory.0 },
        )
    })
}

fn caller(token: &TokenEntry) -> Result<(leat_bundle::Digest, Caller), String> {
    let group = token.group.as_ref().unwrap_or(&token.name);
    let caller = match token.role {
        RoleName::Admin => Caller::administrator(&token.name, group),
        RoleName::User => Caller::submitter(&token.name, group),
        RoleName::Host => Caller::host(HostId::parse(&token.name).map_err(|error| error.to_string())?),
    };
    Ok((token.sha256, caller))
}

fn policy(settings: &SchedulingSettings) -> Result<Policy, String> {
    let mut policy = Policy::default();
    set(&mut policy.aging_step, settings.aging_step);
    set(&mut policy.queue_timeout, settings.queue_timeout);
    set(&mut policy.refuse_after, settings.refuse_after);
    let power = &mut policy.power;
    set(&mut power.idle_timeout, settings.idle_timeout);
    set(&mut power.minimum_up, settings.minimum_up);
    set(&mut power.minimum_off, settings.minimum_off);
    set(&mut power.boot_timeout, settings.boot_timeout);
    set(&mut power.stop_timeout, settings.stop_timeout);
    set(&mut power.drain_timeout, settings.drain_timeout);
    set(&mut power.backoff, settings.backoff);
    set(&mut power.backoff_max, settings.backoff_max);
    set(&mut power.lease_grace, settings.lease_grace);
    power.starting_max = settings.starting_max.unwrap_or(power.starting_max);
    // How often a run may be begun is said with each run.
    policy.attempts_max = u32::MAX;
    for (name, group) in &settings.groups {
        let quota = match (group.cpus, group.memory) {
            (None, None) => None,
            (Some(cpus), Some(memory)) => Some(Resources::new(cpus.0, ByteSize::from_bytes(memory.0))),
            _ => return Err(format!("scheduling.groups.{name}: a quota needs both cpus and memory")),
        };
        policy.groups.insert(GroupId::new(name.as_str()), GroupPolicy { quota, weight: group.weight });
    }
    Ok(policy)
}

fn set(value: &mut std::time::Duration, span: Option<Span>) {
    if let Some(Span(span)) = span {
        *value = span;
    }
}
