//! `cargo xtask services`: a real RabbitMQ, PostgreSQL, Consul and OpenBao for tests, as processes of the machine, without a
//! container engine.
//!
//! They listen on the loopback interface alone, on ports of their own, with throw-away data below `target/services`. What
//! runs, and where, stands in `target/services/services.json`. A service that a `LEAT_TEST_…_URL` variable names is used as
//! it is, and never started or stopped here.

mod consul;
mod install;
mod openbao;
mod postgres;
mod probe;
mod process;
mod rabbitmq;
mod state;

use std::fs::File;
use std::path::PathBuf;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, anyhow, bail};

use crate::cargo::root;
use crate::steps::elapsed;
use process::{Ports, Started};
use state::{Running, State};

/// What to do with the services.
#[derive(Clone, Copy, clap::Subcommand)]
pub(crate) enum Action {
    /// Starts what does not run yet, after installing what is missing and may be installed
    Up(Without),
    /// Stops what `up` has started, and removes its data
    Down,
    /// Says what runs, of which version, and where
    Status,
    /// Stops RabbitMQ and starts it again on its data, as an operator does who updates it; clients lose their connections
    RestartRabbitmq,
    /// Takes RabbitMQ's memory away: it takes nothing more from those who send
    StarveRabbitmq,
    /// Gives RabbitMQ its memory back
    FeedRabbitmq,
    /// Kills a service as a crash does, and starts it again on its data
    Kill(Victim),
    /// Stops every process of a service (SIGSTOP), until `thaw`: it is there and says nothing
    Freeze(Victim),
    /// Lets the processes of a service go on (SIGCONT)
    Thaw(Victim),
    /// Prints the variables that tests read, for `eval "$(cargo xtask services env)"`
    Env(Without),
}

/// What is left out.
#[derive(Clone, Copy, Default, clap::Args)]
pub(crate) struct Without {
    /// Goes on without OpenBao, where there is no Go to build it with; what then stays untested is said
    #[arg(long)]
    pub(crate) without_openbao: bool,
}

impl Without {
    /// The services that remain.
    pub(crate) fn services(self) -> Vec<Service> {
        SERVICES.into_iter().filter(|service| !(self.without_openbao && *service == Service::OpenBao)).collect()
    }

    /// Says what stays untested.
    pub(crate) fn warn(self) {
        if self.without_openbao {
            println!(
                "      without OpenBao nothing is tried that talks to a store of secrets or to an OpenID provider:"
            );
            println!(
                "      sign-in of services, leases, grants to runs, users of the database and the broker for a time"
            );
        }
    }
}

/// The service that something is done to.
#[derive(Clone, Copy, clap::Args)]
pub(crate) struct Victim {
    #[arg(value_enum)]
    service: Service,
}

/// How long a service may take until it answers. RabbitMQ takes about seven seconds on an idle machine.
const PATIENCE: Duration = Duration::from_secs(120);

/// One of the services.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
pub(crate) enum Service {
    #[value(name = "rabbitmq")]
    RabbitMq,
    Postgres,
    #[value(skip)]
    Consul,
    #[value(name = "openbao")]
    OpenBao,
}

/// All there are, the slowest to start first.
pub(crate) const SERVICES: [Service; 4] = [Service::RabbitMq, Service::Postgres, Service::Consul, Service::OpenBao];

impl Service {
    /// Its name, for people and in the state file.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Service::RabbitMq => "rabbitmq",
            Service::Postgres => "postgres",
            Service::Consul => "consul",
            Service::OpenBao => "openbao",
        }
    }

    /// The environment variable that holds its URL, for tests and for whoever brings a service of their own.
    pub(crate) fn variable(self) -> &'static str {
        match self {
            Service::RabbitMq => "LEAT_TEST_RABBITMQ_URL",
            Service::Postgres => "LEAT_TEST_POSTGRES_URL",
            Service::Consul => "LEAT_TEST_CONSUL_URL",
            Service::OpenBao => "LEAT_TEST_OPENBAO_URL",
        }
    }

    /// Asks whoever listens at a URL for the version; an error where it does not answer as this service does.
    fn version(self, url: &str) -> Result<String> {
        match self {
            Service::RabbitMq => rabbitmq::version(url),
            Service::Postgres => postgres::version(url),
            Service::Consul => consul::version(url),
            Service::OpenBao => openbao::version(url),
        }
    }

    fn start(self, ports: &mut Ports) -> Result<Started> {
        match self {
            Service::RabbitMq => rabbitmq::start(ports),
            Service::Postgres => postgres::start(ports),
            Service::Consul => consul::start(ports),
            Service::OpenBao => openbao::start(ports),
        }
    }

    /// Starts one whose processes are dead on what it has written, at the same address.
    fn start_again(self, running: &Running, ports: &mut Ports) -> Result<Started> {
        match self {
            Service::RabbitMq => rabbitmq::start_again(running, ports),
            Service::Postgres => postgres::start_again(running),
            Service::Consul => bail!("Consul is not started again: nothing kills it"),
            Service::OpenBao => openbao::start_again(running),
        }
    }
}

/// Does what was asked; answers `false` where `status` found a service that does not run.
pub(crate) fn run(action: Action) -> Result<bool> {
    match action {
        Action::Up(without) => {
            without.warn();
            up(&without.services())?;
            Ok(true)
        }
        Action::Down => down().map(|()| true),
        Action::Status => status(),
        Action::RestartRabbitmq => with_rabbitmq(rabbitmq::restart),
        Action::StarveRabbitmq => with_rabbitmq(|running| rabbitmq::set_memory(running, "1")),
        Action::FeedRabbitmq => with_rabbitmq(|running| rabbitmq::set_memory(running, rabbitmq::MEMORY)),
        Action::Kill(victim) => kill(victim.service).map(|()| true),
        Action::Freeze(victim) => started_here(victim.service)?.1.signal("-STOP").map(|()| true),
        Action::Thaw(victim) => started_here(victim.service)?.1.signal("-CONT").map(|()| true),
        Action::Env(without) => {
            for (variable, url) in environment(&without.services())? {
                println!("export {variable}='{url}'");
            }
            Ok(true)
        }
    }
}

/// Does something to the RabbitMQ that was started here.
fn with_rabbitmq(action: impl FnOnce(&Running) -> Result<()>) -> Result<bool> {
    let _lock = lock()?;
    let state = State::read()?;
    action(state.get(Service::RabbitMq).context("RabbitMQ was not started here")?)?;
    Ok(true)
}

/// What is known of a service that was started here.
fn started_here(service: Service) -> Result<(File, Running)> {
    let lock = lock()?;
    let running = State::read()?.get(service).cloned();
    Ok((lock, running.with_context(|| format!("{} was not started here", service.name()))?))
}

/// Kills all processes of a service and starts it again on its data; done when it answers.
fn kill(service: Service) -> Result<()> {
    let (_lock, running) = started_here(service)?;
    running.kill()?;
    let mut started = service.start_again(&running, &mut Ports::new())?;
    let mut state = State::read()?;
    state.put(service, started.running.clone());
    state.write()?;
    let again = started.wait(PATIENCE, |url| service.version(url));
    again.map(drop).with_context(|| format!("{} does not come up again", service.name()))
}

/// The variables that tests read, with their values.
pub(crate) type Variables = Vec<(String, String)>;

/// Starts those of some services that do not run; answers the variables that tests read, and which were started just now.
pub(crate) fn up(wanted: &[Service]) -> Result<(Variables, Vec<Service>)> {
    let _lock = lock()?;
    install::faketime();
    install::chromium();
    let mut state = State::read()?;
    let (mut ports, mut starting) = (Ports::new(), Vec::new());
    for &service in wanted {
        if let Some(url) = given(service) {
            let version = service.version(&url);
            let version =
                version.with_context(|| format!("{} names a service that does not answer", service.variable()))?;
            println!("      {} {version} at {url}, as {} says", service.name(), service.variable());
        } else if let Some(version) = running(&state, service) {
            let url = state.get(service).map_or("", |running| running.url.as_str());
            println!("      {} {version} runs at {url}", service.name());
        } else {
            let begun = Instant::now();
            // What is left of an earlier one must not stand in the way.
            state.take(service).iter().try_for_each(Running::stop)?;
            let started = service.start(&mut ports).with_context(|| format!("cannot start {}", service.name()))?;
            // Written before it answers, so that `down` finds it whatever happens to this process.
            state.put(service, started.running.clone());
            state.write()?;
            starting.push((service, started, begun));
        }
    }
    let started = starting.iter().map(|(service, ..)| *service).collect();
    for (service, mut process, begun) in starting {
        let version = process.wait(PATIENCE, |url| service.version(url));
        let version = version.with_context(|| format!("{} does not come up", service.name()))?;
        println!("      {} {version} at {}, after {}", service.name(), process.running.url, elapsed(begun.elapsed()));
    }
    Ok((environment(wanted)?, started))
}

/// Installs a Debian package, where apt may be used.
pub(crate) fn install_package(package: &str) -> Result<()> {
    install::apt(package)
}

/// Stops everything that `up` has started.
fn down() -> Result<()> {
    stop(&SERVICES)
}

/// Stops some of the services that `up` has started.
pub(crate) fn stop(services: &[Service]) -> Result<()> {
    let _lock = lock()?;
    let mut state = State::read()?;
    for service in services {
        let Some(running) = state.take(*service) else {
            continue;
        };
        running.stop().with_context(|| format!("cannot stop {}", service.name()))?;
        state.write()?;
        println!("      {} is stopped", service.name());
    }
    Ok(())
}

fn status() -> Result<bool> {
    let state = State::read()?;
    let mut whole = true;
    for service in SERVICES {
        let (url, whose) = match (given(service), state.get(service)) {
            (Some(url), _) => (url, "yours"),
            (None, Some(running)) => (running.url.clone(), "started here"),
            (None, None) => {
                println!("{}: not started; `cargo xtask services up` starts it", service.name());
                whole = false;
                continue;
            }
        };
        match service.version(&url) {
            Ok(version) => println!("{}: {version} at {url} ({whose})", service.name()),
            Err(error) => {
                println!("{}: does not answer at {url} ({whose}): {error:#}", service.name());
                whole = false;
            }
        }
    }
    Ok(whole)
}

/// The variables that tests read, of services that run.
fn environment(wanted: &[Service]) -> Result<Variables> {
    let state = State::read()?;
    let url = |service: Service| {
        let started = || state.get(service).map(|running| running.url.clone());
        given(service).or_else(started).with_context(|| {
            format!(
                "{} does not run: `cargo xtask services up` starts it, or set {}",
                service.name(),
                service.variable()
            )
        })
    };
    let mut variables = Variables::new();
    for &service in wanted {
        variables.push((service.variable().to_owned(), url(service)?));
        // Whoever brings a service has set the others as well.
        if given(service).is_none() {
            variables.extend(state.get(service).into_iter().flat_map(|running| running.more.clone()));
        }
        let program = match service {
            Service::Consul => Some((consul::PROGRAM_VARIABLE, install::consul()?)),
            Service::OpenBao => Some((openbao::PROGRAM_VARIABLE, install::openbao()?)),
            Service::RabbitMq | Service::Postgres => None,
        };
        variables.extend(program.map(|(name, program)| (name.to_owned(), program.to_string_lossy().into_owned())));
    }
    Ok(variables)
}

/// The version of a service that was started here and still answers.
fn running(state: &State, service: Service) -> Option<String> {
    let running = state.get(service)?;
    service.version(&running.url).ok()
}

/// The URL of a service that the environment names.
fn given(service: Service) -> Option<String> {
    variable(service.variable())
}

/// A variable of the environment that is set and not empty.
#[expect(clippy::disallowed_methods, reason = "the chores are a command line of their own; this is where they read it")]
fn variable(name: &str) -> Option<String> {
    std::env::var(name).ok().filter(|value| !value.is_empty())
}

/// Where services keep their data and logs.
fn folder() -> Result<PathBuf> {
    let folder = root().join("target/services");
    std::fs::create_dir_all(&folder).with_context(|| format!("cannot make {}", folder.display()))?;
    Ok(folder)
}

/// Keeps two chores from starting or stopping the same service; released where it is dropped.
fn lock() -> Result<File> {
    let path = folder()?.join("lock");
    let file = File::create(&path).with_context(|| format!("cannot make {}", path.display()))?;
    file.lock().map_err(|error| anyhow!("cannot lock {}: {error}", path.display()))?;
    Ok(file)
}
