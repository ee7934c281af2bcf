//! OpenBao for tests, the open sibling of HashiCorp Vault: one server, built from `xtask/openbao`, which unseals itself.
//!
//! Its own engines and its own API, without its command line: `main.go` there says why.

use std::path::{Path, PathBuf};
use std::process::{Child, Command};

use anyhow::{Context, Result, ensure};
use serde_json::Value;

use super::process::{Ports, Process, Started, fresh_folder, spawn};
use super::state::Running;
use super::{folder, install, probe, variable};
use crate::cargo::root;

/// The token that may do everything, for tests to set the server up with.
pub(super) const TOKEN_VARIABLE: &str = "LEAT_TEST_OPENBAO_TOKEN";
/// The program, for tests that stop a server and so start one of their own: `PROGRAM -address 127.0.0.1:PORT -token TOKEN [-data DIR]`.
pub(super) const PROGRAM_VARIABLE: &str = "LEAT_TEST_OPENBAO_PROGRAM";
const TOKEN: &str = "leat-tests-root";

/// The Go module that the program is built of, and the files that say which program comes out.
const MODULE: &str = "xtask/openbao";
const SOURCES: [&str; 5] = ["go.mod", "go.sum", "main.go", "discover/discover.go", "discover/provider/k8s/k8s.go"];

/// Symbols are left out; the version is that of the commit that `go.mod` names, which a module's own files do not tell.
const LINKER_FLAGS: &str = "-ldflags=-s -w -X github.com/openbao/openbao/version.fullVersion=2.4.0";

/// The version of a server that is unsealed.
pub(super) fn version(url: &str) -> Result<String> {
    let address = probe::address(url, 8200)?;
    let request = format!("GET /v1/sys/health HTTP/1.0\r\nHost: {address}\r\n\r\n");
    let answer = probe::ask(&address, request.as_bytes(), |_| false)?;
    let body = probe::after(&answer, b"\r\n\r\n").unwrap_or_default();
    let health: Value =
        serde_json::from_slice(body).with_context(|| format!("whoever listens at {address} is no OpenBao"))?;
    ensure!(health["sealed"] == false && health["initialized"] == true, "OpenBao at {address} is sealed");
    health["version"].as_str().map(str::to_owned).with_context(|| format!("OpenBao at {address} tells no version"))
}

/// Starts a server with nothing in it.
pub(super) fn start(ports: &mut Ports) -> Result<Started> {
    let program = install::openbao()?;
    let data = fresh_folder(folder()?.join("openbao"))?;
    let [port] = ports.take()?;
    let (url, log) = (format!("http://127.0.0.1:{port}"), folder()?.join("openbao.log"));
    let child = spawn_server(&program, port, &data, &log)?;
    let more = vec![(TOKEN_VARIABLE.to_owned(), TOKEN.to_owned())];
    Ok(Started { running: Running { url, log, processes: vec![process(&child, &data)], data, more }, child })
}

/// Starts a server that was killed on what it has left.
pub(super) fn start_again(running: &Running) -> Result<Started> {
    let address = probe::address(&running.url, 8200)?;
    let port = address.rsplit(':').next().and_then(|port| port.parse().ok()).context("a URL has a port")?;
    let child = spawn_server(&install::openbao()?, port, &running.data, &running.log)?;
    Ok(Started { running: Running { processes: vec![process(&child, &running.data)], ..running.clone() }, child })
}

fn spawn_server(program: &Path, port: u16, data: &Path, log: &Path) -> Result<Child> {
    let mut command = Command::new(program);
    command.args(["-address", &format!("127.0.0.1:{port}"), "-token", TOKEN, "-data"]).arg(data);
    spawn(&mut command, log)
}

fn process(child: &Child, data: &Path) -> Process {
    Process { pid: child.id(), mark: data.to_string_lossy().into_owned() }
}

/// The executable: the one that the environment names, or the one that was built before of what is in `xtask/openbao` now.
pub(super) fn program() -> Option<PathBuf> {
    variable(PROGRAM_VARIABLE).map(PathBuf::from).or_else(|| built().ok().filter(|path| path.is_file()))
}

/// Where the executable lies once it is built: another name for each version, and for each change of ours.
fn built() -> Result<PathBuf> {
    let module = root().join(MODULE);
    let mut sources = LINKER_FLAGS.as_bytes().to_vec();
    for name in SOURCES {
        let path = module.join(name);
        sources.extend(std::fs::read(&path).with_context(|| format!("cannot read {}", path.display()))?);
    }
    // FNV-1a with 64 bits: it tells the versions of one file from each other, and guards nothing.
    let hash = sources
        .iter()
        .fold(0xcbf2_9ce4_8422_2325_u64, |hash, byte| (hash ^ u64::from(*byte)).wrapping_mul(0x0000_0100_0000_01b3));
    Ok(install::cache()?.join(format!("openbao-{hash:016x}")))
}

/// Builds the executable, once for every repository of this user. Go fetches the modules that `go.sum` names and no other version.
pub(super) fn build() -> Result<()> {
    ensure!(install::in_path("go").is_some(), "there is no Go to build it with (https://go.dev/doc/install)");
    let program = built()?;
    let partial = program.with_extension("partial");
    let mut go = Command::new("go");
    // Paths of this machine are left out; C is not needed. What a user has set for modules of their own stays out too.
    go.current_dir(root().join(MODULE)).args(["build", "-trimpath", LINKER_FLAGS, "-o"]).arg(&partial).arg(".");
    go.env("CGO_ENABLED", "0").env("GOFLAGS", "-mod=readonly -buildvcs=false").env("GOWORK", "off");
    println!("      OpenBao is built, which takes minutes and happens once");
    install::quietly(&mut go)?;
    std::fs::rename(&partial, &program).with_context(|| format!("cannot write {}", program.display()))
}
