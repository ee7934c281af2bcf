//! Services that are not installed: with apt where that is allowed, else an error that says what to do.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use anyhow::{Context, Result, bail, ensure};

use super::{Service, consul, openbao, postgres, rabbitmq, variable};
use crate::cargo::{output, run, spelled, works};

/// What keeps Debian's packages from starting their services when they are installed.
const POLICY: &str = "/usr/sbin/policy-rc.d";

/// Debian has no Consul since its release 12; that of release 11 needs nothing but the C library.
const CONSULS_RELEASE: &str = "bullseye";
/// Where that release is; the second is where Debian moves releases that it has given up.
const CONSULS_MIRRORS: [&str; 2] = ["http://deb.debian.org/debian", "http://archive.debian.org/debian"];
/// With this key the release is signed.
const CONSULS_KEYS: &str = "/usr/share/keyrings/debian-archive-keyring.gpg";

/// The script that starts RabbitMQ.
pub(super) fn rabbitmq() -> Result<PathBuf> {
    installed(Service::RabbitMq, "https://www.rabbitmq.com/docs/download", rabbitmq::program, || apt("rabbitmq-server"))
}

/// The folder of PostgreSQL's executables.
pub(super) fn postgres() -> Result<PathBuf> {
    installed(Service::Postgres, "https://www.postgresql.org/download/", postgres::programs, || apt("postgresql"))
}

/// Consul's executable.
pub(super) fn consul() -> Result<PathBuf> {
    installed(Service::Consul, "https://developer.hashicorp.com/consul/install", consul::program, fetch_consul)
}

/// OpenBao's executable.
pub(super) fn openbao() -> Result<PathBuf> {
    if let Some(found) = openbao::program() {
        return Ok(found);
    }
    let way_out = || {
        format!(
            "OpenBao cannot be built: install Go, and let it reach its module proxy; or set {} and {} to a server that runs, and {} to its \
             program; or leave out what needs it with --without-openbao",
            Service::OpenBao.variable(),
            openbao::TOKEN_VARIABLE,
            openbao::PROGRAM_VARIABLE
        )
    };
    fs::create_dir_all(cache()?).with_context(way_out)?;
    openbao::build().with_context(way_out)?;
    openbao::program().with_context(way_out)
}

/// What makes a process see another time, for cases about clocks that are wrong. Where it cannot be had those cases fail, and no
/// others; so it is no reason to start nothing.
pub(super) fn faketime() {
    let machines = ["x86_64-linux-gnu", "aarch64-linux-gnu"];
    let library = |machine: &&str| Path::new("/usr/lib").join(machine).join("faketime/libfaketimeMT.so.1").exists();
    if !machines.iter().any(library)
        && let Err(error) = apt("libfaketime")
    {
        println!("      libfaketime cannot be installed, and cases about wrong clocks will fail: {error:#}");
    }
}

/// The browser that cases of logins drive. Where it cannot be had those cases fail, and no others.
pub(super) fn chromium() {
    if in_path("chromium").is_none()
        && let Err(error) = apt("chromium")
    {
        println!("      chromium cannot be installed, and cases of logins in a browser will fail: {error:#}");
    }
}

/// Where an executable of this name is, by `PATH`.
pub(super) fn in_path(name: &str) -> Option<PathBuf> {
    let path = variable("PATH")?;
    path.split(':').map(|folder| Path::new(folder).join(name)).find(|candidate| candidate.is_file())
}

/// Whether the chore runs as root.
pub(super) fn is_root() -> Result<bool> {
    Ok(output(Command::new("id").arg("-u"))?.trim() == "0")
}

/// Where a Consul that was fetched lies, for every repository of this user.
pub(super) fn fetched_consul() -> Result<PathBuf> {
    Ok(cache()?.join("consul"))
}

/// Where programs lie that were fetched or built, for every repository of this user.
pub(super) fn cache() -> Result<PathBuf> {
    let home = || Some(Path::new(&variable("HOME")?).join(".cache"));
    let cache = variable("XDG_CACHE_HOME").map(PathBuf::from).or_else(home);
    Ok(cache.context("neither HOME nor XDG_CACHE_HOME is set")?.join("leat/services"))
}

/// What `find` finds, after installing where it finds nothing.
fn installed(
    service: Service,
    page: &str,
    find: impl Fn() -> Option<PathBuf>,
    install: impl FnOnce() -> Result<()>,
) -> Result<PathBuf> {
    if let Some(found) = find() {
        return Ok(found);
    }
    let way_out = || {
        format!(
            "{} is not installed: install it ({page}) so that it is in PATH, or set {} to the URL of one that runs",
            service.name(),
            service.variable()
        )
    };
    install().with_context(way_out)?;
    find().with_context(way_out)
}

/// Installs a Debian package without starting what is in it.
pub(super) fn apt(package: &str) -> Result<()> {
    ensure!(in_path("apt-get").is_some(), "there is no apt-get to install it with");
    ensure!(is_root()?, "only root may install it: `apt-get install {package}`");
    let policy = Path::new(POLICY);
    let forbids_starts = policy.exists();
    if !forbids_starts {
        fs::write(policy, "#!/bin/sh\nexit 101\n").with_context(|| format!("cannot write {POLICY}"))?;
        run(Command::new("chmod").arg("+x").arg(policy))?;
    }
    let install = || quietly(Command::new("apt-get").args(["install", "-y", "--no-install-recommends", package]));
    let outcome = install().or_else(|_| {
        // A machine whose list of packages is old asks for versions that are gone.
        quietly(Command::new("apt-get").arg("update"))?;
        install()
    });
    if !forbids_starts {
        fs::remove_file(policy).with_context(|| format!("cannot remove {POLICY}"))?;
    }
    outcome
}

/// Takes the executable out of an older Debian's package, with lists of packages of its own, so that the machine's stay
/// as they are. Anybody may do that, not root alone.
fn fetch_consul() -> Result<()> {
    ensure!(in_path("apt-get").is_some() && in_path("dpkg").is_some(), "there is no apt-get and dpkg to fetch it with");
    ensure!(Path::new(CONSULS_KEYS).exists(), "{CONSULS_KEYS} is missing, with which Debian's packages are checked");
    let place = fetched_consul()?;
    let cache = place.parent().context("the executable lies in a folder")?;
    let stage = super::process::fresh_folder(cache.join("fetching"))?;
    let mut problem = None;
    for mirror in CONSULS_MIRRORS {
        match download_consul(mirror, &stage) {
            Ok(()) => {
                fs::rename(stage.join("whole/usr/bin/consul"), &place)
                    .with_context(|| format!("cannot write {}", place.display()))?;
                return fs::remove_dir_all(&stage).with_context(|| format!("cannot remove {}", stage.display()));
            }
            Err(error) => problem = Some(error),
        }
    }
    Err(problem.context("no mirror is known")?)
}

fn download_consul(mirror: &str, stage: &Path) -> Result<()> {
    for folder in ["lists/partial", "cache/archives/partial"] {
        fs::create_dir_all(stage.join(folder)).with_context(|| format!("cannot make {}", stage.display()))?;
    }
    let sources = stage.join("sources.list");
    let line = format!("deb [signed-by={CONSULS_KEYS}] {mirror} {CONSULS_RELEASE} main\n");
    fs::write(&sources, line).with_context(|| format!("cannot write {}", sources.display()))?;
    let apt_get = |arguments: &[&str]| {
        let mut command = Command::new("apt-get");
        command.current_dir(stage);
        let options = [
            format!("Dir::Etc::sourcelist={}", sources.display()),
            "Dir::Etc::sourceparts=/dev/null".to_owned(),
            format!("Dir::State::lists={}", stage.join("lists").display()),
            format!("Dir::Cache={}", stage.join("cache").display()),
            // A release that is no longer cared for is no longer signed anew.
            "Acquire::Check-Valid-Until=false".to_owned(),
            "Acquire::Languages=none".to_owned(),
            "APT::Sandbox::User=".to_owned(),
            "APT::Update::Error-Mode=any".to_owned(),
        ];
        command.args(options.iter().flat_map(|option| ["-o", option])).args(arguments);
        quietly(&mut command)
    };
    apt_get(&["update"])?;
    apt_get(&["download", "consul"])?;
    let files = fs::read_dir(stage).with_context(|| format!("cannot read {}", stage.display()))?;
    let is_package = |path: &PathBuf| path.extension().is_some_and(|ending| ending == "deb");
    let package =
        files.flatten().map(|entry| entry.path()).find(is_package).context("apt-get has downloaded nothing")?;
    quietly(Command::new("dpkg").arg("-x").arg(package).arg(stage.join("whole")))?;
    let executable = stage.join("whole/usr/bin/consul");
    ensure!(works(Command::new(&executable).arg("version")), "the executable in Debian's package does not run here");
    Ok(())
}

/// Runs a command and says what it is; its output is shown where it fails.
pub(super) fn quietly(command: &mut Command) -> Result<()> {
    println!("      {}", spelled(command));
    command.env("DEBIAN_FRONTEND", "noninteractive").stdin(Stdio::null());
    let output = command.output().with_context(|| format!("cannot start `{}`", spelled(command)))?;
    if !output.status.success() {
        let said = [output.stdout, output.stderr].concat();
        bail!("`{}` ended with {}:\n{}", spelled(command), output.status, String::from_utf8_lossy(&said).trim_end());
    }
    Ok(())
}
