//! PostgreSQL for tests: a cluster of its own, thrown away with its data.

use std::path::{Path, PathBuf};
use std::process::{Child, Command};

use anyhow::{Context, Result, ensure};

use super::process::{Ports, Process, Started, fresh_folder, spawn};
use super::state::Running;
use super::{folder, install, probe};
use crate::cargo::{output, spelled};

/// Users that a cluster may belong to where the chore runs as root, whom PostgreSQL refuses.
const USERS: [&str; 2] = ["postgres", "nobody"];

/// The version that a server says it has to whoever it lets in.
pub(super) fn version(url: &str) -> Result<String> {
    let address = probe::address(url, 5432)?;
    let end_of = |text: &[u8]| text.iter().position(|byte| *byte == 0);
    let found = |answer: &[u8]| {
        let text = probe::after(answer, b"server_version\0")?;
        Some(String::from_utf8_lossy(&text[..end_of(text)?]).into_owned())
    };
    // `E`: it is not ready, or refuses; `R` of more than success: it wants a password, and tells no version before.
    let refused = |answer: &[u8]| answer.first() == Some(&b'E');
    let wants_password = |answer: &[u8]| answer.len() >= 9 && answer[0] == b'R' && answer[5..9] != [0; 4];
    let enough = |answer: &[u8]| found(answer).is_some() || refused(answer) || wants_password(answer);
    let answer = probe::ask(&address, &startup(user(url)), enough)?;
    ensure!(!refused(&answer), "PostgreSQL at {address} says {}", String::from_utf8_lossy(&answer));
    if wants_password(&answer) {
        return Ok("of an unknown version".to_owned());
    }
    found(&answer).with_context(|| format!("whoever listens at {address} is no PostgreSQL"))
}

/// The startup message of protocol 3.0.
fn startup(user: &str) -> Vec<u8> {
    let parameters = format!("user\0{user}\0database\0postgres\0\0");
    let length = 8 + parameters.len() as u32;
    [&length.to_be_bytes(), 196_608_u32.to_be_bytes().as_slice(), parameters.as_bytes()].concat()
}

fn user(url: &str) -> &str {
    let authority = url.split_once("://").map_or(url, |(_, rest)| rest);
    let user = authority.split_once('@').map_or("postgres", |(user, _)| user);
    user.split(':').next().unwrap_or(user)
}

/// Makes a cluster and starts its server.
pub(super) fn start(ports: &mut Ports) -> Result<Started> {
    let programs = install::postgres()?;
    let user = if install::is_root()? { Some(system_user()?) } else { None };
    let data = fresh_folder(place(user)?)?;
    if let Some(user) = user {
        output(Command::new("chown").arg(user).arg(&data)).map(drop)?;
    }
    let [port] = ports.take()?;
    let cluster = data.join("cluster");
    let mut initdb = command_as(user, &programs.join("initdb"));
    initdb.args(["--username=leat", "--auth=trust", "--encoding=UTF8", "--locale=C", "--no-sync", "-D"]).arg(&cluster);
    let made = initdb.current_dir("/").output().with_context(|| format!("cannot start `{}`", spelled(&initdb)))?;
    ensure!(made.status.success(), "`{}`: {}", spelled(&initdb), String::from_utf8_lossy(&made.stderr));

    let log = folder()?.join("postgres.log");
    let child = spawn_server(&cluster, port, &log)?;
    let url = format!("postgres://leat@127.0.0.1:{port}/postgres");
    Ok(Started {
        running: Running { url, log, data, processes: vec![process(&child, &cluster)], more: Vec::new() },
        child,
    })
}

/// Starts a server that was killed on the cluster that it has left.
pub(super) fn start_again(running: &Running) -> Result<Started> {
    let address = probe::address(&running.url, 5432)?;
    let port = address.rsplit(':').next().and_then(|port| port.parse().ok()).context("a URL has a port")?;
    let cluster = running.data.join("cluster");
    // It is dead, and yet stays in the list of processes where nobody asks for its status; the file names it, and PostgreSQL would
    // take it for alive.
    let file = cluster.join("postmaster.pid");
    std::fs::remove_file(&file).with_context(|| format!("cannot remove {}", file.display()))?;
    let child = spawn_server(&cluster, port, &running.log)?;
    Ok(Started { running: Running { processes: vec![process(&child, &cluster)], ..running.clone() }, child })
}

fn process(child: &Child, cluster: &Path) -> Process {
    Process { pid: child.id(), mark: cluster.to_string_lossy().into_owned() }
}

fn spawn_server(cluster: &Path, port: u16, log: &Path) -> Result<Child> {
    let user = if install::is_root()? { Some(system_user()?) } else { None };
    let mut server = command_as(user, &install::postgres()?.join("postgres"));
    server.current_dir("/").arg("-D").arg(cluster).args(["-p", &port.to_string()]);
    // Its data is thrown away: it need not survive the machine, only its own processes.
    let settings =
        ["listen_addresses=127.0.0.1", "unix_socket_directories=", "fsync=off", "max_connections=200", "timezone=UTC"];
    server.args(settings.iter().flat_map(|setting| ["-c", setting]));
    spawn(&mut server, log)
}

/// Where the cluster lies: below `target/services`, or in the system's folder for temporary files where the user that it
/// belongs to cannot get at the repository.
fn place(user: Option<&str>) -> Result<PathBuf> {
    let usual = folder()?;
    let reachable = user.is_none() || {
        let mut test = command_as(user, Path::new("test"));
        crate::cargo::works(test.current_dir("/").arg("-x").arg(&usual))
    };
    let elsewhere = || std::env::temp_dir().join(format!("leat-services-{:016x}", fingerprint(&usual)));
    Ok(if reachable { usual } else { elsewhere() }.join("postgres"))
}

/// FNV-1a of a path, so that two repositories have two folders.
fn fingerprint(path: &Path) -> u64 {
    let bytes = path.as_os_str().as_encoded_bytes();
    bytes.iter().fold(0xcbf2_9ce4_8422_2325, |hash, byte| (hash ^ u64::from(*byte)).wrapping_mul(0x0100_0000_01b3))
}

/// A command as another user, or as whoever calls.
fn command_as(user: Option<&str>, program: &Path) -> Command {
    let Some(user) = user else {
        return Command::new(program);
    };
    let mut command = Command::new("setpriv");
    command.args([&format!("--reuid={user}"), "--clear-groups", "--"]).arg(program);
    command
}

fn system_user() -> Result<&'static str> {
    let found = USERS.into_iter().find(|user| crate::cargo::works(Command::new("id").arg(user)));
    found.context(
        "PostgreSQL refuses to run as root, and there is no user `postgres` or `nobody`: add one, or run as a user",
    )
}

/// The folder of the newest PostgreSQL that is installed.
pub(super) fn programs() -> Option<PathBuf> {
    let versions = std::fs::read_dir("/usr/lib/postgresql").into_iter().flatten().flatten();
    let number = |path: &Path| path.file_name()?.to_str()?.parse::<u32>().ok();
    let newest =
        versions.map(|entry| entry.path()).filter(|path| path.join("bin/initdb").is_file()).max_by_key(|p| number(p));
    newest.map(|version| version.join("bin")).or_else(|| Some(install::in_path("initdb")?.parent()?.to_owned()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_startup_message_counts_itself() {
        let message = startup("leat");
        assert_eq!(message[..4], (message.len() as u32).to_be_bytes());
        assert_eq!(message[4..8], [0, 3, 0, 0]);
        assert!(message.ends_with(b"user\0leat\0database\0postgres\0\0"));
    }

    #[test]
    fn the_user_of_a_url_is_who_is_let_in() {
        assert_eq!(user("postgres://leat@127.0.0.1:5/postgres"), "leat");
        assert_eq!(user("postgres://a:b@h/x"), "a");
        assert_eq!(user("postgres://h/x"), "postgres");
    }
}
