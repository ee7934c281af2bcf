//! RabbitMQ for tests: a node of its own name, with its own `epmd`, cookie, data and ports.

use std::path::{Path, PathBuf};
use std::process::{Child, Command};
use std::time::Duration;

use anyhow::{Context, Result, ensure};

use super::process::{Ports, Process, Started, fresh_folder, spawn};
use super::state::Running;
use super::{folder, install, probe};
use crate::cargo::output;

/// The script that starts a node as whoever calls it; the one in `PATH` of Debian's package changes to a user of its own.
const DEBIANS: &str = "/usr/lib/rabbitmq/bin/rabbitmq-server";

/// The version that a broker says it has when it greets.
pub(super) fn version(url: &str) -> Result<String> {
    let address = probe::address(url, 5672)?;
    // Field `version` of the server's properties: a long string, that is `S`, four bytes of length, text.
    let found = |answer: &[u8]| {
        let field = probe::after(answer, b"\x07versionS")?;
        let length = u32::from_be_bytes(field.first_chunk().copied()?) as usize;
        Some(String::from_utf8_lossy(field.get(4..4 + length)?).into_owned())
    };
    let answer = probe::ask(&address, b"AMQP\x00\x00\x09\x01", |answer| found(answer).is_some())?;
    found(&answer).with_context(|| format!("whoever listens at {address} is no RabbitMQ"))
}

/// Where the broker's users are managed: a store of secrets that makes users for runs asks there.
const API_VARIABLE: &str = "LEAT_TEST_RABBITMQ_API_URL";

/// Where the same broker is spoken to over TLS. Its certificate is for `localhost`, and for no address.
const TLS_VARIABLE: &str = "LEAT_TEST_RABBITMQ_TLS_URL";

/// The file with the authority that has issued it.
const CA_VARIABLE: &str = "LEAT_TEST_RABBITMQ_CA_FILE";

/// Makes an authority and a certificate for `localhost` into the directory where it runs. Erlang is there wherever RabbitMQ is, and makes
/// such chains for tests of its own; so the chores, which are compiled before anything else, need nothing that does.
const MAKE_CERTIFICATES: &str = r#"
    Name = {'Extension', {2, 5, 29, 17}, false, [{dNSName, "localhost"}]},
    Year = element(1, date()),
    % Of curves it writes more into a signature than others read.
    Both = [{key, {rsa, 2048, 65537}}, {digest, sha256}, {validity, {{Year - 1, 1, 1}, {Year + 20, 1, 1}}}],
    Chain = #{root => Both, intermediates => [], peer => [{extensions, [Name]} | Both]},
    #{server_config := Server, client_config := Client} =
        public_key:pkix_test_data(#{server_chain => Chain, client_chain => Chain}),
    Write = fun(File, Entries) -> ok = file:write_file(File, public_key:pem_encode(Entries)) end,
    Certificate = fun(Der) -> {'Certificate', Der, not_encrypted} end,
    {Kind, Key} = proplists:get_value(key, Server),
    Write("server.crt", [Certificate(proplists:get_value(cert, Server))]),
    Write("server.key", [{Kind, Key, not_encrypted}]),
    Write("ca.pem", [Certificate(Der) || Der <- proplists:get_value(cacerts, Client)]),
    halt(0).
"#;

/// The broker's name among Erlang's nodes.
const NODE: &str = "leat-tests@localhost";

/// How the mark of Erlang's port mapper begins; its port follows.
const EPMD_MARK: &str = "epmd -port ";

/// Starts a broker.
pub(super) fn start(ports: &mut Ports) -> Result<Started> {
    install::rabbitmq()?;
    let data = fresh_folder(folder()?.join("rabbitmq"))?;
    let [port, tls_port, distribution, epmd_port, management] = ports.take()?;
    let certificates = certificates(&data)?;
    let epmd = start_epmd(epmd_port, &data)?;

    let configuration = data.join("rabbitmq.conf");
    std::fs::write(&configuration, configuration_text((port, tls_port, management), &certificates))
        .with_context(|| format!("cannot write {}", configuration.display()))?;
    let plugins = data.join("enabled_plugins");
    std::fs::write(&plugins, "[rabbitmq_management].\n")
        .with_context(|| format!("cannot write {}", plugins.display()))?;
    let log = folder()?.join("rabbitmq.log");
    let child = spawn_node(&data, distribution, epmd_port, &log)?;
    let url = format!("amqp://guest:guest@127.0.0.1:{port}/%2f");
    let more = vec![
        (API_VARIABLE.to_owned(), format!("http://guest:guest@127.0.0.1:{management}")),
        (TLS_VARIABLE.to_owned(), format!("amqps://guest:guest@localhost:{tls_port}/%2f")),
        (CA_VARIABLE.to_owned(), certificates.join("ca.pem").to_string_lossy().into_owned()),
    ];
    Ok(Started { running: Running { url, log, processes: vec![process(&child, &data), epmd], data, more }, child })
}

/// Starts a broker that was killed on what it has left. Erlang's port mapper still runs.
pub(super) fn start_again(running: &Running, ports: &mut Ports) -> Result<Started> {
    let epmd = running.processes.iter().find(|process| process.mark.starts_with(EPMD_MARK));
    let epmd = epmd.context("it is not known where Erlang's port mapper listens")?.clone();
    let epmd_port = epmd.mark[EPMD_MARK.len()..].parse().context("the port mapper's port is no number")?;
    // Nobody listens at its own ports while it is away, and so they would pass for free.
    let urls = std::iter::once(&running.url).chain(running.more.iter().map(|(_, value)| value));
    let own: Vec<String> = urls.filter_map(|url| probe::address(url, 0).ok()).collect();
    let is_own = |port: u16| own.iter().any(|address| address.ends_with(&format!(":{port}")));
    let [mut distribution] = ports.take()?;
    while is_own(distribution) {
        [distribution] = ports.take()?;
    }
    let child = spawn_node(&running.data, distribution, epmd_port, &running.log)?;
    let processes = vec![process(&child, &running.data), epmd];
    Ok(Started { running: Running { processes, ..running.clone() }, child })
}

fn process(child: &Child, data: &Path) -> Process {
    Process { pid: child.id(), mark: data.to_string_lossy().into_owned() }
}

fn spawn_node(data: &Path, distribution: u16, epmd_port: u16, log: &Path) -> Result<Child> {
    let mut command = Command::new(install::rabbitmq()?);
    command
        // Where Erlang writes what is left of a database that it ends in disorder.
        .current_dir(data)
        // Where it keeps its cookie.
        .env("HOME", data)
        .env("RABBITMQ_NODENAME", NODE)
        .env("RABBITMQ_MNESIA_BASE", data.join("mnesia"))
        .env("RABBITMQ_LOG_BASE", data.join("log"))
        .env("RABBITMQ_CONFIG_FILE", data.join("rabbitmq.conf"))
        .env("RABBITMQ_CONF_ENV_FILE", data.join("no-such-file"))
        .env("RABBITMQ_ENABLED_PLUGINS_FILE", data.join("enabled_plugins"))
        .env("RABBITMQ_PID_FILE", data.join("pid"))
        .env("RABBITMQ_DIST_PORT", distribution.to_string())
        .env("ERL_EPMD_PORT", epmd_port.to_string())
        .env("ERL_EPMD_ADDRESS", "127.0.0.1")
        // Erlang takes any flag; this one stands in the command line by which the process is known again.
        .env("RABBITMQ_SERVER_ADDITIONAL_ERL_ARGS", erlang_flags(data));
    spawn(&mut command, log)
}

/// How much memory a broker may take before it takes nothing more from those who send.
pub(super) const MEMORY: &str = "1GB";

/// Stops the broker inside its process, and starts it again: connections break, and what lay in memory alone is lost.
pub(super) fn restart(running: &Running) -> Result<()> {
    order(running, &["stop_app"])?;
    order(running, &["start_app"])
}

/// Sets how much memory the broker may take, until it is started again.
pub(super) fn set_memory(running: &Running, most: &str) -> Result<()> {
    order(running, &["set_vm_memory_high_watermark", "absolute", most])
}

fn order(running: &Running, arguments: &[&str]) -> Result<()> {
    let epmd_port = running.processes.iter().find_map(|process| process.mark.strip_prefix(EPMD_MARK));
    let epmd_port = epmd_port.context("it is not known where Erlang's port mapper listens")?;
    let tool = program().map(|server| server.with_file_name("rabbitmqctl"));
    let tool = tool.filter(|tool| tool.is_file()).context("there is no rabbitmqctl beside rabbitmq-server")?;
    let mut command = Command::new(&tool);
    command.current_dir(&running.data).args(["--quiet", "--node", NODE]).args(arguments);
    command.env("HOME", &running.data).env("ERL_EPMD_PORT", epmd_port);
    command.env("RABBITMQ_CONF_ENV_FILE", running.data.join("no-such-file"));
    let output = command.output().with_context(|| format!("cannot start {}", tool.display()))?;
    let said = String::from_utf8_lossy(&output.stderr);
    ensure!(output.status.success(), "rabbitmqctl {} ended with {}: {said}", arguments.join(" "), output.status);
    Ok(())
}

fn erlang_flags(data: &Path) -> String {
    format!("-kernel inet_dist_use_interface {{127,0,0,1}} -leat_services {}", data.display())
}

/// Makes certificates; answers the folder that they are in.
fn certificates(data: &Path) -> Result<PathBuf> {
    let folder = data.join("certificates");
    std::fs::create_dir(&folder).with_context(|| format!("cannot make {}", folder.display()))?;
    let mut erlang = Command::new(of_erlang("erl")?);
    erlang.current_dir(&folder).env("HOME", &folder);
    output(erlang.args(["-noshell", "-noinput", "-eval", MAKE_CERTIFICATES]))?;
    Ok(folder)
}

fn configuration_text((port, tls_port, management): (u16, u16, u16), certificates: &Path) -> String {
    let certificates = certificates.display();
    // Bounds of its own, because by default they depend on the machine: a share of its memory, and some of its disk.
    format!(
        "listeners.tcp.1 = 127.0.0.1:{port}\n\
         listeners.ssl.1 = 127.0.0.1:{tls_port}\n\
         ssl_options.certfile = {certificates}/server.crt\n\
         ssl_options.keyfile = {certificates}/server.key\n\
         management.tcp.ip = 127.0.0.1\n\
         management.tcp.port = {management}\n\
         vm_memory_high_watermark.absolute = {MEMORY}\n\
         disk_free_limit.absolute = 50MB\n"
    )
}

/// Erlang's port mapper. Started here and not by the node, so that its process is known and can be stopped.
fn start_epmd(port: u16, data: &Path) -> Result<Process> {
    let mut command = Command::new(of_erlang("epmd")?);
    command.args(["-port", &port.to_string(), "-address", "127.0.0.1"]);
    let mut child = spawn(&mut command, &data.join("epmd.log"))?;
    std::thread::sleep(Duration::from_millis(10));
    ensure!(child.try_wait()?.is_none(), "epmd ended at once; port {port} may have been taken");
    Ok(Process { pid: child.id(), mark: format!("{EPMD_MARK}{port}") })
}

/// Where the Erlang that runs RabbitMQ has a program of its own: its port mapper, or itself.
fn of_erlang(program: &str) -> Result<PathBuf> {
    install::in_path(program).with_context(|| {
        format!("Erlang's `{program}` is not in PATH: install Erlang whole, as RabbitMQ's package does")
    })
}

/// The script to start a broker with, where RabbitMQ is installed.
pub(super) fn program() -> Option<PathBuf> {
    let debians = PathBuf::from(DEBIANS);
    if debians.is_file() { Some(debians) } else { install::in_path("rabbitmq-server") }
}
