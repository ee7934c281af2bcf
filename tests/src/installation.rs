//! An installation as an operator makes it: several midtiers on one PostgreSQL, hosts that a program of theirs switches.
//! Used by the end-to-end cases; knows nothing of how leat is made.

mod processes;

use std::net::TcpListener;
use std::os::unix::fs::PermissionsExt;
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use std::sync::atomic::{AtomicUsize, Ordering};

use serde_json::Value;
use tempfile::TempDir;

use crate::guarded::write_guarded;
use crate::guests;
use crate::network::{Forward, Network, forward};
use crate::playpen::{Ended, Playpen, leat, until, until_right, wait};

/// The token of the installation's administrator.
pub const ADMIN: &str = "admin-of-the-tests";

/// Midtiers and hosts; ended when it is dropped.
pub struct Installation {
    directory: TempDir,
    network: Network,
    ports: Vec<u16>,
    midtiers: Vec<Option<Child>>,
    database: Forward,
    setup: Setup,
}

/// What an installation is made of.
#[derive(Clone, Debug, Default)]
struct Setup {
    midtiers: usize,
    hosts: Vec<Machine>,
    users: Vec<String>,
    /// Whether hosts wait for [`Installation::open_gate`].
    gate: bool,
    /// What stands before the command of a host's agent.
    before: Vec<(usize, String)>,
    /// More lines of the midtiers' `[scheduling]`.
    scheduling: &'static str,
}

/// Everything is noticed soon: for cases that wait for it.
const HURRIED: &str = "lease = \"2s\"\nlease_grace = \"1s\"\nleader_patience = \"1s\"\nboot_timeout = \"15s\"\n\
                       stop_timeout = \"5s\"\nbackoff = \"1s\"\nbackoff_max = \"4s\"\n";

/// A host of an installation.
#[derive(Clone, Copy, Debug)]
pub struct Machine {
    /// How many processors it offers.
    pub cpus: u32,
    /// How much memory, in GiB.
    pub memory_gib: u32,
}

/// An ordinary host.
pub const SMALL: Machine = Machine { cpus: 1, memory_gib: 2 };

impl Installation {
    /// So many midtiers, and hosts `c1`, `c2`, …, all of them off.
    pub fn start(midtiers: usize, hosts: &[Machine]) -> Self {
        Installation::of(Setup { midtiers, hosts: hosts.to_vec(), ..Setup::default() })
    }

    /// Like [`Installation::start`], with a lease of two seconds and a grace of one: a host that is silent has lost its runs
    /// after three, and a midtier that leads is followed by another after one.
    pub fn hurried(midtiers: usize, hosts: &[Machine]) -> Self {
        Installation::of(Setup { midtiers, hosts: hosts.to_vec(), scheduling: HURRIED, ..Setup::default() })
    }

    /// A midtier, and hosts whose agents see the time by so many seconds wrong, the first one by the first number.
    ///
    /// # Panics
    /// Where Debian's package `libfaketime` is not installed.
    pub fn with_clocks_wrong_by(seconds: &[i32]) -> Self {
        let library = ["x86_64-linux-gnu", "aarch64-linux-gnu"]
            .map(|machine| format!("/usr/lib/{machine}/faketime/libfaketimeMT.so.1"))
            .into_iter()
            .find(|path| std::path::Path::new(path).exists())
            .expect(
                "libfaketime is not installed: run `cargo xtask services up` as root, or `apt-get install libfaketime`",
            );
        // The wall clock alone: what a machine's clock is set to does not change how long a second is.
        let before = |wrong: &i32| {
            format!(
                "env LD_PRELOAD={library} FAKETIME={wrong:+}s FAKETIME_DONT_FAKE_MONOTONIC=1 FAKETIME_DISABLE_SHM=1 "
            )
        };
        let before = (1..).zip(seconds.iter().map(before)).collect();
        Installation::of(Setup { midtiers: 1, hosts: vec![SMALL; seconds.len()], before, ..Setup::default() })
    }

    /// A midtier with hosts that do not come up before [`Installation::open_gate`], and users of these names, each of a group of
    /// the same name.
    pub fn gated(hosts: &[Machine], users: &[&str]) -> Self {
        let users = users.iter().map(|user| (*user).to_owned()).collect();
        Installation::of(Setup { midtiers: 1, hosts: hosts.to_vec(), users, gate: true, ..Setup::default() })
    }

    /// Lets hosts come up from now on.
    pub fn open_gate(&self) {
        std::fs::remove_file(self.path("gate")).expect("the gate is shut");
    }

    fn of(setup: Setup) -> Self {
        let directory = tempfile::tempdir().expect("a temporary directory");
        let network = Network::new(setup.hosts.len());
        let midtiers = setup.midtiers;
        // Held together, so that no two are the same.
        let free: Vec<TcpListener> =
            (0..midtiers).map(|_| TcpListener::bind((network.address(), 0)).expect("a free port")).collect();
        let ports = free.iter().map(|listener| listener.local_addr().expect("it listens").port()).collect();
        drop(free);
        let url = database();
        let (server, name) = url.rsplit_once('/').expect("the URL names a database");
        let (scheme, address) =
            server.split_at(server.find(['@']).map_or_else(|| server.find("://").expect("a URL") + 3, |user| user + 1));
        let address = if address.contains(':') { address.to_owned() } else { format!("{address}:5432") };
        let database = Forward::new(std::net::Ipv4Addr::LOCALHOST, address);
        let url = format!("{scheme}127.0.0.1:{}/{name}", database.port);
        let mut installation = Installation { directory, network, ports, midtiers: Vec::new(), database, setup };
        installation.write_hosts();
        if installation.setup.gate {
            installation.write("gate", "");
        }
        installation.write("url", &url);
        installation.write("broker", &installation.broker());
        for place in 0..midtiers {
            let text = installation.midtier_toml(place);
            installation.write(&format!("m{place}.toml"), &text);
            let child = installation.spawn(place);
            installation.midtiers.push(Some(child));
        }
        for place in 0..midtiers {
            until("the midtier answers", || {
                let url = installation.url(place);
                installation.try_leat(&Playpen::new(), &["hosts", "--server", &url]).code == Some(0)
            });
        }
        installation
    }

    /// The broker, as hosts reach it.
    fn broker(&self) -> String {
        let url = variable("LEAT_TEST_RABBITMQ_URL");
        let start = url.rfind('@').expect("a URL with a user") + 1;
        let end = start + url[start..].find('/').expect("a URL with a virtual host");
        let port = forward(self.network.address(), url[start..end].to_owned());
        format!("{}{}:{port}{}", &url[..start], self.network.address(), &url[end..])
    }

    fn path(&self, name: &str) -> PathBuf {
        self.directory.path().join(name)
    }

    fn write(&self, name: &str, text: &str) {
        // Some of them have a token or a password in them.
        write_guarded(self.path(name), text);
    }

    /// A host's own configuration, and the program that switches hosts: an agent is a process of this machine.
    fn write_hosts(&self) {
        let midtiers: Vec<String> = (0..self.ports.len()).map(|place| format!("{:?}", self.url(place))).collect();
        let here = self.directory.path().display();
        let cache = guests::target_directory().join("leat-test-cache");
        let mut inside = String::new();
        for (host, Machine { cpus, memory_gib }) in (1..).zip(&self.setup.hosts) {
            let before = self.setup.before.iter().find(|(of, _)| *of == host).map_or("", |(_, before)| before);
            inside += &format!("c{host}) inside='{}{before}' ;;\n", self.network.inside(host));
            self.write(&format!("c{host}.token"), &format!("token-of-c{host}\n"));
            let text = format!(
                "name = \"c{host}\"\nmidtiers = [{}]\nplain_text_outside_this_machine = true\n\
                 token_file = \"{here}/c{host}.token\"\ndirectory = \"{here}/c{host}\"\nengine_cache = \"{}\"\ncpus = {cpus}\nmemory = \"{memory_gib} GiB\"\n",
                midtiers.join(", "),
                cache.display()
            );
            self.write(&format!("c{host}.toml"), &text);
        }
        let power = format!(
            "#!/bin/sh\nrun=\"host --config {here}/$2.toml\"\ncase $2 in\n{inside}esac\ncase $1 in\n\
             on) [ -e {here}/gate ] || pgrep -f \"$run\" >/dev/null || setsid $inside{} $run --plain-text </dev/null >>{here}/$2.log 2>&1 & ;;\n\
             off) pkill -TERM -f \"$run\"; true ;;\n\
             state) if pgrep -f \"$run\" >/dev/null; then echo on; else echo off; fi ;;\nesac\n",
            leat().display()
        );
        self.write("power", &power);
        std::fs::set_permissions(self.path("power"), PermissionsExt::from_mode(0o755)).expect("it is ours");
    }

    fn midtier_toml(&self, place: usize) -> String {
        let here = self.directory.path().display();
        let mut text = format!(
            "name = \"m{place}\"\nlisten = \"{}:{}\"\nplain_text_outside_this_machine = true\n\
             [broker]\nurl_file = \"{here}/broker\"\n[store]\nkind = \"postgres\"\nurl_file = \"{here}/url\"\n\
             [contents]\nkind = \"database\"\n[scheduling]\nidle_timeout = \"1s\"\nminimum_up = \"0\"\nminimum_off = \"0\"\n{}\
             [power.tests]\nkind = \"command\"\non = [\"{here}/power\", \"on\"]\noff = [\"{here}/power\", \"off\"]\n\
             state = [\"{here}/power\", \"state\"]\n[[tokens]]\nrole = \"admin\"\nname = \"ops\"\nsha256 = \"{}\"\n",
            self.network.address(),
            self.ports[place],
            self.setup.scheduling,
            digest_of(ADMIN)
        );
        for user in &self.setup.users {
            let digest = digest_of(&token_of(user));
            text += &format!("[[tokens]]\nrole = \"user\"\nname = \"{user}\"\nsha256 = \"{digest}\"\n");
        }
        for (host, Machine { cpus, memory_gib }) in (1..).zip(&self.setup.hosts) {
            text += &format!(
                "[[tokens]]\nrole = \"host\"\nname = \"c{host}\"\nsha256 = \"{}\"\n[[hosts]]\nname = \"c{host}\"\n\
                 power = \"tests\"\ncpus = {cpus}\nmemory = \"{memory_gib} GiB\"\n",
                digest_of(&format!("token-of-c{host}"))
            );
        }
        text
    }

    fn spawn(&self, place: usize) -> Child {
        let log = self.path(&format!("m{place}.log"));
        let log = std::fs::File::options().create(true).append(true).open(log).expect("a writable directory");
        Command::new(leat())
            .args(["midtier", "--plain-text", "--config"])
            .arg(self.path(&format!("m{place}.toml")))
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(log)
            .spawn()
            .expect("leat starts")
    }

    /// Where a midtier listens, from 0.
    pub fn url(&self, midtier: usize) -> String {
        format!("http://{}:{}", self.network.address(), self.ports[midtier])
    }

    /// What a midtier has said.
    pub fn said(&self, midtier: usize) -> String {
        std::fs::read_to_string(self.path(&format!("m{midtier}.log"))).expect("it was started")
    }

    /// Kills a midtier.
    pub fn kill(&mut self, midtier: usize) {
        let mut child = self.midtiers[midtier].take().expect("it runs");
        child.kill().expect("it can be killed");
        child.wait().expect("a killed child ends");
    }

    /// Starts a midtier again that was killed.
    pub fn start_again(&mut self, midtier: usize) {
        assert!(self.midtiers[midtier].is_none(), "it runs");
        self.midtiers[midtier] = Some(self.spawn(midtier));
    }

    /// What stands between the midtiers and their database.
    pub fn database(&self) -> &Forward {
        &self.database
    }

    /// What a host has said.
    pub fn host_said(&self, host: &str) -> String {
        std::fs::read_to_string(self.path(&format!("{host}.log"))).unwrap_or_default()
    }

    /// Where a host keeps what it needs.
    pub fn host_directory(&self, host: &str) -> PathBuf {
        self.path(host)
    }

    /// Starts a second agent of the name of a host, in a directory of its own; it says what it says into `other.log`.
    pub fn start_namesake(&self, host: &str) -> Child {
        let text = std::fs::read_to_string(self.path(&format!("{host}.toml"))).expect("the host is there");
        let (own, other) = (self.path(host).display().to_string(), self.path("other").display().to_string());
        self.write("other.toml", &text.replace(&format!("directory = {own:?}"), &format!("directory = {other:?}")));
        let log = std::fs::File::create(self.path("other.log")).expect("a writable directory");
        let mut command = Command::new(leat());
        command.args(["host", "--config"]).arg(self.path("other.toml")).arg("--plain-text").stdin(Stdio::null());
        command.stdout(Stdio::null()).stderr(log).spawn().expect("leat starts")
    }

    /// What the agent of [`Installation::start_namesake`] has said.
    pub fn namesake_said(&self) -> String {
        self.host_said("other")
    }

    /// Kills a host's agent, and its workers with it.
    pub fn kill_host(&self, host: &str) {
        self.signal_host(host, "-KILL");
    }

    /// Asks a host's agent to end, as a machine does that is shut down.
    pub fn end_host(&self, host: &str) {
        self.signal_host(host, "-TERM");
    }

    fn signal_host(&self, host: &str, signal: &str) {
        let pattern = format!("host --config {}/{host}.toml", self.directory.path().display());
        let status = Command::new("pkill").args([signal, "-f", &pattern]).status().expect("pkill starts");
        assert!(status.success(), "host {host} does not run");
    }

    /// Leat, asking a midtier on what may be another machine as far as it knows.
    fn asking(&self, midtier: usize, playpen: &Playpen, arguments: &[&str]) -> Command {
        let mut command = playpen.command(&[arguments, &["--plain-text"]].concat());
        command.env("LEAT_SERVER", self.url(midtier)).env("LEAT_TOKEN", ADMIN).env("LEAT_PLAIN_TEXT", "1");
        command
    }

    /// Runs leat to its end, asking the first midtier, however it ends.
    pub fn try_leat(&self, playpen: &Playpen, arguments: &[&str]) -> Ended {
        wait(self.asking(0, playpen, arguments).spawn().expect("leat starts"))
    }

    /// Runs leat to its end, asking this midtier.
    #[track_caller]
    pub fn leat(&self, midtier: usize, playpen: &Playpen, arguments: &[&str]) -> Ended {
        wait(self.asking(midtier, playpen, arguments).spawn().expect("leat starts")).succeeds()
    }

    /// What leat prints for programs, asking this midtier.
    #[track_caller]
    pub fn json(&self, midtier: usize, playpen: &Playpen, arguments: &[&str]) -> Value {
        let ended = self.leat(midtier, playpen, &[arguments, &["--format", "json"]].concat());
        serde_json::from_str(&ended.stdout).unwrap_or_else(|error| panic!("no JSON: {error}\n{ended}"))
    }

    /// The states of the hosts, in the order of their names.
    #[track_caller]
    pub fn host_states(&self, midtier: usize, playpen: &Playpen) -> Vec<String> {
        let hosts = self.json(midtier, playpen, &["hosts"]);
        let states = hosts["items"].as_array().expect("a list has items").iter();
        states.map(|host| host["state"].as_str().expect("a host has a state").to_owned()).collect()
    }

    /// Waits until a run is in one of these states, and answers it.
    #[track_caller]
    pub fn until_run(&self, midtier: usize, playpen: &Playpen, run: &str, states: &[&str]) -> Value {
        let look = || self.json(midtier, playpen, &["status", run]);
        let is_in_state = |seen: &Value| states.contains(&seen["state"].as_str().unwrap_or_default());
        until_right(&format!("run {run} is {states:?}"), look, is_in_state)
    }
}

impl Drop for Installation {
    fn drop(&mut self) {
        for child in self.midtiers.iter_mut().flatten() {
            let _ = child.kill();
            let _ = child.wait();
        }
        let pattern = format!("host --config {}", self.directory.path().display());
        let _ = Command::new("pkill").args(["-KILL", "-f", &pattern]).status();
    }
}

/// SHA-256 of a token, as the configuration has it.
fn digest_of(token: &str) -> String {
    leat_bundle::Digest::of(token.as_bytes()).to_string()
}

/// The token of a user of an installation.
pub fn token_of(user: &str) -> String {
    format!("token-of-{user}")
}

/// A database of its own, as a URL.
fn database() -> String {
    static DATABASES: AtomicUsize = AtomicUsize::new(0);
    let url = variable("LEAT_TEST_POSTGRES_URL");
    let name = format!("leat_e2e_{}_{}", std::process::id(), DATABASES.fetch_add(1, Ordering::SeqCst));
    let made = Command::new("psql").args([&url, "-qc", &format!("create database {name}")]).status();
    assert!(made.expect("psql starts").success(), "the database {name} cannot be made");
    let (server, _) = url.rsplit_once('/').expect("the URL names a database");
    format!("{server}/{name}")
}

/// What the environment says of a service that `cargo xtask test` has started, or `cargo xtask services up`.
///
/// # Panics
/// Where it says nothing.
#[expect(clippy::disallowed_methods, reason = "this is how the chore hands over what it has started")]
pub fn variable(name: &str) -> String {
    std::env::var(name).unwrap_or_else(|_| {
        panic!("{name} is not set: run `cargo xtask test`, or `cargo xtask services up` and `eval \"$(cargo xtask services env)\"`")
    })
}
