//! A midtier and a host that find each other through a Consul of the test's own: nothing is written down but where Consul is, and its loss
//! stops nobody.

use std::net::TcpListener;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use leat_bundle::Digest;
use leat_tests::guarded::write_guarded;
use leat_tests::guests;
use leat_tests::http::Request;
use leat_tests::installation::variable;
use leat_tests::playpen::{Playpen, leat, until, wait};
use serde_json::Value;
use tempfile::TempDir;

use super::playpen;

const ADMIN: &str = "admin-of-discovery";

/// A process that is killed when it is dropped.
struct Started(Child);

impl Started {
    fn new(command: &mut Command, log: &Path) -> Self {
        let log = std::fs::File::options().create(true).append(true).open(log).unwrap();
        command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(log);
        Started(command.spawn().unwrap())
    }
}

impl Drop for Started {
    fn drop(&mut self) {
        // It may have ended already.
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

/// Where everything is.
struct Place {
    folder: TempDir,
    /// Of Consul's API, its server, its two gossips, and the midtier.
    ports: [u16; 5],
}

impl Place {
    fn new() -> Self {
        let free: [TcpListener; 5] = std::array::from_fn(|_| TcpListener::bind("127.0.0.1:0").unwrap());
        let ports = free.each_ref().map(|listener| listener.local_addr().unwrap().port());
        let place = Place { folder: tempfile::tempdir().unwrap(), ports };
        let (here, cache) = (place.folder.path().display(), guests::target_directory().join("leat-test-cache"));
        let discovery = format!("[discovery]\nkind = \"consul\"\naddress = \"{}\"\n", place.consul_url());
        let midtier = format!(
            "name = \"m1\"\nlisten = \"127.0.0.1:{}\"\n[store]\nkind = \"sqlite\"\npath = \"{here}/state.db\"\n[contents]\nkind = \"directory\"\n\
             path = \"{here}/contents\"\n[[tokens]]\nrole = \"admin\"\nname = \"ops\"\nsha256 = \"{}\"\n[[tokens]]\nrole = \"host\"\n\
             name = \"c1\"\nsha256 = \"{}\"\n{discovery}",
            ports[4],
            Digest::of(ADMIN.as_bytes()),
            Digest::of(b"token-of-c1"),
        );
        let host = format!(
            "name = \"c1\"\ntoken_file = \"{here}/c1.token\"\ndirectory = \"{here}/c1\"\nengine_cache = {cache:?}\ncpus = 1\n\
             memory = \"1 GiB\"\n{discovery}"
        );
        for (name, text) in [("m1.toml", midtier), ("c1.toml", host), ("c1.token", "token-of-c1\n".to_owned())] {
            write_guarded(place.folder.path().join(name), &text);
        }
        std::fs::create_dir(place.folder.path().join("consul")).unwrap();
        place
    }

    fn consul_url(&self) -> String {
        format!("http://127.0.0.1:{}", self.ports[0])
    }

    fn url(&self) -> String {
        format!("http://127.0.0.1:{}", self.ports[4])
    }

    fn consul(&self) -> Started {
        let program = variable("LEAT_TEST_CONSUL_PROGRAM");
        let [http, server, lan, wan, _] = self.ports;
        let mut command = Command::new(program);
        command.args([
            "agent",
            "-dev",
            "-bind=127.0.0.1",
            "-client=127.0.0.1",
            "-node=e2e",
            "-dns-port=-1",
            "-grpc-port=-1",
        ]);
        command.args([format!("-http-port={http}"), format!("-server-port={server}")]);
        command.args([format!("-serf-lan-port={lan}"), format!("-serf-wan-port={wan}")]);
        command.arg(format!("-config-dir={}", self.folder.path().join("consul").display()));
        Started::new(&mut command, &self.folder.path().join("consul.log"))
    }

    fn service(&self, kind: &str, name: &str) -> Started {
        let mut command = Command::new(leat());
        command.args([kind, "--config"]).arg(self.folder.path().join(format!("{name}.toml")));
        Started::new(&mut command, &self.folder.path().join(format!("{name}.log")))
    }

    fn said(&self, name: &str) -> String {
        std::fs::read_to_string(self.folder.path().join(format!("{name}.log"))).unwrap_or_default()
    }

    fn leat(&self, playpen: &Playpen, arguments: &[&str]) -> leat_tests::playpen::Ended {
        let mut command = playpen.command(arguments);
        wait(command.env("LEAT_SERVER", self.url()).env("LEAT_TOKEN", ADMIN).spawn().unwrap())
    }

    /// Runs leat to its end, which is told of nothing but Consul.
    fn told_of_consul(&self, playpen: &Playpen, arguments: &[&str]) -> leat_tests::playpen::Ended {
        let mut command = playpen.command(arguments);
        wait(command.env("LEAT_CONSUL", self.consul_url()).env("LEAT_TOKEN", ADMIN).spawn().unwrap())
    }

    /// Consul, a midtier and a host that found each other.
    fn begun(&self, playpen: &Playpen) -> [Started; 3] {
        let consul = self.consul();
        until("Consul leads", || {
            std::net::TcpStream::connect(("127.0.0.1", self.ports[0])).is_ok()
                && self.in_consul("status/leader").len() > 4
        });
        let midtier = self.service("midtier", "m1");
        until("the midtier is in Consul", || self.discovery() == "answers");
        let host = self.service("host", "c1");
        until("the host has found the midtier", || {
            self.leat(playpen, &["hosts"]).stdout.contains("c1")
                && self.in_consul("agent/services").contains("leat-host-c1")
        });
        [consul, midtier, host]
    }

    fn state(&self, playpen: &Playpen, run: &str) -> String {
        let ended = self.leat(playpen, &["status", run, "--format", "json"]).succeeds();
        let run: Value = serde_json::from_str(&ended.stdout).unwrap();
        run["state"].as_str().unwrap_or_default().to_owned()
    }

    /// What the midtier says of discovery.
    fn discovery(&self) -> Value {
        let answer = asked(&format!("{}/api/v1/health/ready", self.url()), ADMIN);
        serde_json::from_str::<Value>(&answer).map_or(Value::Null, |health| health["discovery"].clone())
    }

    /// What Consul has of this path.
    fn in_consul(&self, path: &str) -> String {
        asked(&format!("{}/v1/{path}", self.consul_url()), "")
    }
}

/// What is answered; nothing where nobody is there.
fn asked(url: &str, token: &str) -> String {
    let request = Request { method: "GET", url, token, key: None, body: None, patience: Duration::from_secs(10) };
    request.send().map(|answer| String::from_utf8_lossy(&answer.body).into_owned()).unwrap_or_default()
}

#[test]
fn the_loss_of_consul_stops_no_work_and_who_is_begun_meanwhile_finds_whom_it_knew() {
    let place = Place::new();
    let playpen = playpen("takes-time", 4_000);
    let [consul, _midtier, host] = place.begun(&playpen);
    until("Consul shows who leads", || place.in_consul("kv/leat/locks/leader?raw").contains("m1"));

    let submit = || place.leat(&playpen, &["submit", "p.strm", "--quiet"]).succeeds().stdout.trim().to_owned();
    let first = submit();
    until("the run works", || place.state(&playpen, &first) == "running");
    drop(consul);
    until("the midtier misses Consul", || place.discovery() == "away");
    until("the run has ended", || place.state(&playpen, &first) == "succeeded");

    drop(host);
    let _host = place.service("host", "c1");
    let second = submit();
    until("a run that came later has ended too", || place.state(&playpen, &second) == "succeeded");

    let _consul = place.consul();
    until("the midtier is in Consul again", || place.discovery() == "answers");
    until("the host is in Consul again", || place.in_consul("agent/services").contains("leat-host-c1"));
    assert!(place.said("m1").contains("discovery answers again"), "{}", place.said("m1"));
}

#[test]
fn commands_find_a_midtier_through_consul_and_tell_the_way_out_without_it() {
    let place = Place::new();
    let playpen = playpen("doubling", 100);
    let [consul, midtier, _host] = place.begun(&playpen);
    until("the midtier and the host are well in Consul", || {
        let hosts = place.told_of_consul(&playpen, &["hosts"]);
        hosts.stdout.lines().any(|line| line.starts_with("c1 ") && line.contains(" well "))
    });
    place.told_of_consul(&playpen, &["submit", "p.strm", "--wait"]).succeeds();
    let named = place.consul_url();
    let runs = place.leat(&playpen, &["runs", "--consul", &named]).succeeds();
    assert!(runs.stdout.contains("succeeded"), "--consul counts more than LEAT_SERVER: {}", runs.stdout);
    drop(midtier);
    let gone = place.told_of_consul(&playpen, &["runs"]);
    gone.fails(1, &[&place.url(), "--server URL"]);
    drop(consul);
    place.told_of_consul(&playpen, &["runs"]).fails(1, &["discovery unreachable", &named, "--server URL"]);
}
