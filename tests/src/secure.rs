//! A midtier with TLS and hosts with certificates, all of them processes of this machine. Used by the end-to-end cases; knows nothing of
//! how leat is made.

use std::net::TcpListener;
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};

use leat_certificates::{Authority, Issued};
use tempfile::TempDir;

use crate::guarded::write_guarded;
use crate::guests;
use crate::installation::variable;
use crate::playpen::{Ended, Playpen, leat, until, wait};

const ADMIN: &str = "admin-of-the-tests";

/// A midtier that wants certificates of its hosts; ended with its hosts when it is dropped.
pub struct Secure {
    directory: TempDir,
    /// Who has issued the midtier's certificate.
    pub authority: Authority,
    /// Who issues those of hosts.
    pub hosts: Authority,
    port: u16,
    midtier: Child,
    agents: Vec<Child>,
}

impl Secure {
    /// A midtier that answers, and knows tokens of the hosts `c1` and `c2`.
    pub fn start() -> Self {
        Secure::of("", "")
    }

    /// The same with the broker that `LEAT_TEST_RABBITMQ_TLS_URL` names. Hosts trust whoever has issued its certificate, too.
    pub fn with_broker() -> Self {
        let authority =
            std::fs::read_to_string(variable("LEAT_TEST_RABBITMQ_CA_FILE")).expect("the broker's authority");
        Secure::of(&variable("LEAT_TEST_RABBITMQ_TLS_URL"), &authority)
    }

    fn of(broker: &str, brokers_authority: &str) -> Self {
        let directory = tempfile::tempdir().expect("a temporary directory");
        let (authority, hosts) = (Authority::new("midtiers"), Authority::new("hosts"));
        let free = TcpListener::bind(("127.0.0.1", 0)).expect("a free port");
        let port = free.local_addr().expect("it listens").port();
        drop(free);
        let here = directory.path();
        let (certificate, key) = authority.server(&["localhost"]).write(here, "midtier");
        let client_ca = hosts.write(here, "hosts");
        std::fs::write(here.join("ca.pem"), authority.pem() + brokers_authority).expect("a writable directory");
        let mut text = format!(
            "name = \"m1\"\nlisten = \"127.0.0.1:{port}\"\n[tls]\ncertificate = {certificate:?}\nkey = {key:?}\n\
             client_ca = {client_ca:?}\n[store]\nkind = \"sqlite\"\npath = {:?}\n[contents]\nkind = \"directory\"\npath = {:?}\n",
            here.join("state.db"),
            here.join("contents")
        );
        if !broker.is_empty() {
            write_guarded(here.join("broker"), broker);
            text += &format!("[broker]\nurl_file = {:?}\n", here.join("broker"));
        }
        for (role, name, token) in
            [("admin", "ops", ADMIN.to_owned()), ("host", "c1", token_of("c1")), ("host", "c2", token_of("c2"))]
        {
            let digest = leat_bundle::Digest::of(token.as_bytes());
            text += &format!("[[tokens]]\nrole = \"{role}\"\nname = \"{name}\"\nsha256 = \"{digest}\"\n");
        }
        std::fs::write(here.join("midtier.toml"), text).expect("a writable directory");
        let midtier = service(&directory, "midtier", "midtier");
        let secure = Secure { directory, authority, hosts, port, midtier, agents: Vec::new() };
        let playpen = Playpen::new();
        until("the midtier answers", || secure.leat(&playpen, &["hosts"]).code == Some(0));
        secure
    }

    /// Where it listens.
    pub fn url(&self) -> String {
        format!("https://localhost:{}", self.port)
    }

    /// Where certificates are, and everything else.
    pub fn directory(&self) -> PathBuf {
        self.directory.path().to_owned()
    }

    /// Starts the agent of a host with this certificate.
    pub fn start_host(&mut self, name: &str, shows: Option<&Issued>) {
        let here = self.directory.path();
        let token = here.join(format!("{name}.token"));
        write_guarded(&token, &token_of(name));
        let mut text = format!(
            "name = \"{name}\"\nmidtiers = [{:?}]\ntoken_file = {token:?}\ndirectory = {:?}\nengine_cache = {:?}\ncpus = 1\n\
             memory = \"1 GiB\"\n[tls]\nca_file = {:?}\n",
            self.url(),
            here.join(name),
            guests::target_directory().join("leat-test-cache"),
            here.join("ca.pem")
        );
        if let Some(issued) = shows {
            let (certificate, key) = issued.write(here, name);
            text += &format!("certificate = {certificate:?}\nkey = {key:?}\n");
        }
        std::fs::write(here.join(format!("{name}.toml")), text).expect("a writable directory");
        self.agents.push(service(&self.directory, "host", name));
    }

    /// What a midtier or a host has said: `midtier`, `c1`.
    pub fn said(&self, name: &str) -> String {
        std::fs::read_to_string(self.directory.path().join(format!("{name}.log"))).unwrap_or_default()
    }

    /// A command of leat that asks it and trusts its authority, not started.
    pub fn command(&self, playpen: &Playpen, arguments: &[&str]) -> Command {
        let mut command = playpen.command(arguments);
        command.env("LEAT_SERVER", self.url()).env("LEAT_TOKEN", ADMIN);
        command.env("LEAT_CA_FILE", self.directory.path().join("ca.pem"));
        command
    }

    /// Runs leat to its end, asking it.
    pub fn leat(&self, playpen: &Playpen, arguments: &[&str]) -> Ended {
        wait(self.command(playpen, arguments).spawn().expect("leat starts"))
    }
}

impl Drop for Secure {
    fn drop(&mut self) {
        for child in self.agents.iter_mut().chain([&mut self.midtier]) {
            let _ = child.kill();
            let _ = child.wait();
        }
    }
}

fn token_of(host: &str) -> String {
    format!("token-of-{host}")
}

/// Starts `leat KIND --config NAME.toml`, which says what it says into `NAME.log`.
fn service(directory: &TempDir, kind: &str, name: &str) -> Child {
    let file = |ending: &str| directory.path().join(format!("{name}.{ending}"));
    let log = std::fs::File::create(file("log")).expect("a writable directory");
    let mut command = Command::new(leat());
    command.args([kind, "--config"]).arg(file("toml")).stdin(Stdio::null()).stdout(Stdio::null()).stderr(log);
    command.spawn().expect("leat starts")
}
