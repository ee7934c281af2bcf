//! Consul for tests: one agent in development mode, which is its own server and keeps everything in memory.

use std::path::PathBuf;
use std::process::Command;

use anyhow::{Context, Result, ensure};
use serde_json::Value;

use super::process::{Ports, Process, Started, fresh_folder, spawn};
use super::state::Running;
use super::{folder, install, probe, variable};

/// The program, for tests that stop an agent or give it rules, and so start one of their own.
pub(super) const PROGRAM_VARIABLE: &str = "LEAT_TEST_CONSUL_PROGRAM";

/// The version of an agent that has a leader.
pub(super) fn version(url: &str) -> Result<String> {
    let address = probe::address(url, 8500)?;
    let get = |path: &str| {
        let request = format!("GET {path} HTTP/1.0\r\nHost: {address}\r\n\r\n");
        let answer = probe::ask(&address, request.as_bytes(), |_| false)?;
        let body = probe::after(&answer, b"\r\n\r\n").unwrap_or_default();
        serde_json::from_slice::<Value>(body).with_context(|| format!("whoever listens at {address} is no Consul"))
    };
    let leader = get("/v1/status/leader")?;
    ensure!(leader.as_str().is_some_and(|leader| !leader.is_empty()), "Consul at {address} has no leader yet");
    let agent = get("/v1/agent/self")?;
    agent["Config"]["Version"]
        .as_str()
        .map(str::to_owned)
        .with_context(|| format!("Consul at {address} tells no version"))
}

/// Starts an agent.
pub(super) fn start(ports: &mut Ports) -> Result<Started> {
    let program = install::consul()?;
    let data = fresh_folder(folder()?.join("consul"))?;
    let [http, server, serf_lan, serf_wan] = ports.take()?;
    let mut command = Command::new(program);
    command.args(["agent", "-dev", "-bind=127.0.0.1", "-client=127.0.0.1", "-node=leat-tests"]);
    let named = [("http", i32::from(http)), ("server", server.into()), ("serf-lan", serf_lan.into())];
    let others = [("serf-wan", i32::from(serf_wan)), ("dns", -1), ("grpc", -1)];
    command.args(named.iter().chain(&others).map(|(name, port)| format!("-{name}-port={port}")));
    // In development mode nothing is written; the folder is the mark by which the process is known again.
    let mark = format!("-config-dir={}", data.display());
    command.arg(&mark);
    let log = folder()?.join("consul.log");
    let child = spawn(&mut command, &log)?;
    let processes = vec![Process { pid: child.id(), mark }];
    let url = format!("http://127.0.0.1:{http}");
    Ok(Started { running: Running { url, log, data, processes, more: Vec::new() }, child })
}

/// The executable: the one that the environment names, or where Consul is installed or was fetched before.
pub(super) fn program() -> Option<PathBuf> {
    let named = variable(PROGRAM_VARIABLE).map(PathBuf::from);
    named
        .or_else(|| install::in_path("consul"))
        .or_else(|| install::fetched_consul().ok().filter(|path| path.is_file()))
}
