//! `leat serve`: a whole server on one machine. The midtier and the scheduler are in this process, the state in SQLite, and
//! each host is a child process that is started when there is work and ended when there is none.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::sync::Arc;
use std::time::Duration;

use anyhow::Context;
use leat_bundle::Digest;
use leat_midtier::identity::Caller;
use leat_midtier::{Rate, SecretPolicy};
use leat_planner::Policy;
use leat_power_process::{Launch, ProcessPower, STOP_GRACE_DEFAULT};
use leat_scheduler::ledger::LEADER_PATIENCE_DEFAULT;
use leat_scheduler::model::{HostId, HostRecord, Resources};
use leat_scheduler::power::Power;
use leat_store_sql::Database;
use leat_tls::PlainText;
use tokio::net::TcpListener;

use super::midtier::{KEEP_ENDED_RUNS, KEEP_UPLOADS};
use super::{block_on, shutdown_on_signals};
use crate::args::ServeArgs;
use crate::config::Environment;
use crate::failure::Kind;
use crate::own_secrets::own;
use crate::remote::{Servers, write_private};
use crate::settings::{LocalHost, TelemetrySettings};
use crate::telemetry::{Telemetry, Wanted};
use crate::wiring::{Contents, Installation, LoginPlan, Machine, SecretsPlan, run_midtier};

/// What the hosts' power adapter is called.
const POWER: &str = "process";

pub(crate) fn run(args: &ServeArgs, environment: &Environment) -> anyhow::Result<ExitCode> {
    if !args.listen.ip().is_loopback() {
        let message = format!(
            "--listen {}: `leat serve` knows one local user, and listens on this machine alone (127.0.0.1 or ::1); \
             `leat midtier` is for others",
            args.listen
        );
        return Err(Kind::Usage(message).into());
    }
    let data = directory(args, environment)?;
    let _lock = lock(&data)?;
    block_on(async {
        let shutdown = shutdown_on_signals()?;
        let spans = TelemetrySettings { otlp: args.otlp.clone(), ..TelemetrySettings::default() };
        let said = PlainText { key: environment.plain_text, flag: args.plain_text };
        let wanted = Wanted { settings: &spans, ca_file: None, said };
        let telemetry = Telemetry::start(&wanted, environment, "leat-serve", &args.name)?;
        let listener = TcpListener::bind(args.listen)
            .await
            .with_context(|| format!("cannot listen on {}; is another `leat serve` running?", args.listen))?;
        let url = format!("http://{}", listener.local_addr()?);
        let place = Place { data: &data, url: &url, otlp: args.otlp.as_ref(), said, environment };
        let (installation, power) = installation(args, &place)?;
        Servers::remember(&args.name, &url, &data.join("token"), environment)?;
        // On standard output, so that a script that started it can wait for the line.
        println!("leat serve listens on {url}, data in {}", data.display());
        let served = run_midtier(installation, telemetry.recorder(), listener, shutdown).await;
        power.stop_all().await;
        telemetry.end().await;
        served?;
        Ok(ExitCode::SUCCESS)
    })
}

fn directory(args: &ServeArgs, environment: &Environment) -> anyhow::Result<PathBuf> {
    let data = match &args.data {
        Some(data) => data.clone(),
        None => environment.data_dir.as_ref().context("HOME is not set; name a directory with --data")?.join("serve"),
    };
    fs::create_dir_all(&data).with_context(|| format!("cannot make {}", data.display()))?;
    std::path::absolute(&data).with_context(|| format!("cannot use {}", data.display()))
}

/// Two servers on one directory would each be half a server.
fn lock(data: &Path) -> anyhow::Result<fs::File> {
    let path = data.join("lock");
    let file = fs::File::create(&path).with_context(|| format!("cannot write {}", path.display()))?;
    match file.try_lock() {
        Ok(()) => Ok(file),
        Err(fs::TryLockError::WouldBlock) => {
            anyhow::bail!("another `leat serve` uses {}; name another directory with --data", data.display())
        }
        Err(fs::TryLockError::Error(error)) => Err(error).with_context(|| format!("cannot lock {}", path.display())),
    }
}

/// Where a server is.
struct Place<'a> {
    data: &'a Path,
    url: &'a str,
    /// Where spans go, if the environment does not say it: the hosts have that too.
    otlp: Option<&'a String>,
    /// Whether they may go as plain text beyond this machine.
    said: PlainText,
    environment: &'a Environment,
}

fn installation(args: &ServeArgs, place: &Place<'_>) -> anyhow::Result<(Installation, Arc<ProcessPower>)> {
    let data = place.data;
    let user = place.environment.user.clone().unwrap_or_else(|| "local".to_owned());
    let mut callers = vec![(token(&data.join("token"))?, Caller::administrator(user, "local"))];
    let share = share_of(Machine::this(), args.hosts);
    let (mut hosts, mut launches) = (Vec::new(), BTreeMap::new());
    for number in 1..=args.hosts {
        let name = if args.hosts == 1 { "local".to_owned() } else { format!("local-{number}") };
        let (host, launch, caller) = local_host(&name, share, place)?;
        launches.insert(host.id.clone(), launch);
        hosts.push(host);
        callers.push(caller);
    }
    let power = Arc::new(ProcessPower::new(launches, STOP_GRACE_DEFAULT));
    let mut policy = Policy { attempts_max: u32::MAX, ..Policy::default() };
    policy.power.idle_timeout = args.idle_timeout.0;
    // A process is up in a moment, and costs nothing to start again.
    policy.power.minimum_up = Duration::ZERO;
    policy.power.minimum_off = Duration::ZERO;
    policy.power.boot_timeout = Duration::from_secs(30);
    policy.power.boot_time_expected = Duration::from_secs(1);
    policy.power.stop_timeout = 2 * STOP_GRACE_DEFAULT;
    policy.power.backoff = Duration::from_secs(1);
    let installation = Installation {
        name: "serve".to_owned(),
        store: leat_store_sql::Config::new(Database::Sqlite { path: data.join("state.db") }),
        contents: Contents::Directory(data.join("contents")),
        secrets: own(place.environment)?.map(SecretsPlan::File),
        callers,
        logins: LoginPlan::default(),
        hosts,
        power: BTreeMap::from([(POWER.to_owned(), Arc::clone(&power) as Arc<dyn Power>)]),
        policy,
        midtier: leat_midtier::Config {
            rate: Rate { per_second: args.requests, burst: args.requests.saturating_mul(4) },
            // They are this user's own, and `leat submit` has asked the playpen.
            secrets: SecretPolicy::Everything,
            machine: Machine::boot(),
            ..leat_midtier::Config::default()
        },
        leader_patience: LEADER_PATIENCE_DEFAULT,
        keep_ended_runs: KEEP_ENDED_RUNS,
        keep_uploads: KEEP_UPLOADS,
        discovery: None,
        tls: None,
    };
    Ok((installation, power))
}

/// The machine divided evenly.
fn share_of(machine: Machine, hosts: u16) -> Resources {
    let hosts = u64::from(hosts);
    Resources { cpu_millis: machine.cpu_millis / hosts, memory_bytes: machine.memory_bytes / hosts }
}

/// A host of this machine: as the scheduler knows it, how it is started, and who it is when it speaks.
fn local_host(
    name: &str,
    share: Resources,
    place: &Place<'_>,
) -> anyhow::Result<(HostRecord, Launch, (Digest, Caller))> {
    let id = HostId::parse(name)?;
    let directory = place.data.join("hosts").join(name);
    let digest = token(&directory.join("token"))?;
    #[expect(clippy::cast_precision_loss, reason = "thousandths of processors of one machine")]
    let cpus = share.cpu_millis as f64 / 1_000.0;
    let settings = LocalHost {
        name: name.to_owned(),
        midtiers: vec![place.url.to_owned()],
        token_file: directory.join("token"),
        directory: directory.join("agent"),
        engine_cache: place.environment.cache_dir.clone().unwrap_or_else(|| place.data.join("components")),
        cpus,
        memory: format!("{} B", share.memory_bytes),
        // Not the server's own name, which it would have by the environment.
        telemetry: TelemetrySettings {
            otlp: place.otlp.cloned(),
            service_name: Some("leat-host".to_owned()),
            ..TelemetrySettings::default()
        },
        plain_text_outside_this_machine: place.said.key,
    };
    let file = directory.join("host.toml");
    write_private(&file, toml::to_string(&settings).context("cannot write the host's configuration")?.as_bytes())?;
    let program = std::env::current_exe().context("cannot find leat's own executable")?;
    let mut arguments = vec!["host".into(), "--config".into(), file.into(), "--until-stdin-closes".into()];
    if place.said.flag {
        arguments.push("--plain-text".into());
    }
    let host =
        HostRecord { power: Some(POWER.to_owned()), ..HostRecord::off(id.clone(), std::env::consts::ARCH, share) };
    Ok((host, Launch { program, arguments }, (digest, Caller::host(id))))
}

/// The digest of the token in a file, which is made where it is not there.
fn token(path: &Path) -> anyhow::Result<Digest> {
    let text = match fs::read_to_string(path) {
        Ok(text) if !text.trim().is_empty() => text.trim().to_owned(),
        _ => {
            let text = random_token()?;
            write_private(path, format!("{text}\n").as_bytes())?;
            text
        }
    };
    Ok(Digest::of(text.as_bytes()))
}

/// 32 bytes of the system's randomness, in hexadecimal.
fn random_token() -> anyhow::Result<String> {
    let mut bytes = [0; 32];
    let read = fs::File::open("/dev/urandom").and_then(|mut file| std::io::Read::read_exact(&mut file, &mut bytes));
    read.context("cannot read /dev/urandom")?;
    Ok(bytes.iter().map(|byte| format!("{byte:02x}")).collect())
}
