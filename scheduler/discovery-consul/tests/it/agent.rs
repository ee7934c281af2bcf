//! A Consul of one test's own, to be stopped or to have rules; and requests to any Consul, as an operator makes them.

use std::net::TcpListener;
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use leat_discovery_consul::{Config, Consul};
use reqwest::Client;
use serde_json::{Value, json};
use tempfile::TempDir;

/// A variable of the environment that `cargo xtask services env` prints.
pub(crate) fn variable(name: &str) -> String {
    #[expect(clippy::disallowed_methods, reason = "how a test learns where services are")]
    let value = std::env::var(name);
    value.unwrap_or_else(|_| panic!("{name} is not set: `eval \"$(cargo xtask services env)\"`"))
}

/// An adapter for a Consul, that looks for a second at most, and what it was asked for.
pub(crate) fn adapter(config: Config) -> Consul {
    let config = Config { wait: Duration::from_secs(1), ..config };
    Consul::build(config, std::sync::Arc::new(leat_tls::Trust::nobody())).expect("a good configuration")
}

/// Asks a Consul as its operator.
#[derive(Clone)]
pub(crate) struct Operator {
    pub(crate) url: String,
    pub(crate) token: String,
    client: Client,
}

impl Operator {
    pub(crate) fn new(url: &str) -> Self {
        let client = Client::builder().no_proxy().tls_backend_preconfigured(leat_tls::trusting_nobody());
        Operator { url: url.to_owned(), token: String::new(), client: client.build().expect("a client") }
    }

    pub(crate) async fn put(&self, path: &str, body: impl Into<reqwest::Body>) -> Option<Value> {
        let request = self.client.put(format!("{}/v1/{path}", self.url)).body(body);
        let answer = request.header("X-Consul-Token", &self.token).send().await.ok()?;
        if !answer.status().is_success() {
            return None;
        }
        Some(answer.json().await.unwrap_or(Value::Null))
    }

    pub(crate) async fn delete(&self, path: &str) {
        let request = self.client.delete(format!("{}/v1/{path}", self.url)).header("X-Consul-Token", &self.token);
        assert!(request.send().await.expect("it answers").status().is_success());
    }

    pub(crate) async fn get(&self, path: &str) -> Option<Value> {
        let request = self.client.get(format!("{}/v1/{path}", self.url)).header("X-Consul-Token", &self.token);
        request.send().await.ok()?.json().await.ok()
    }
}

/// An agent in development mode; killed when it is dropped.
pub(crate) struct Agent {
    pub(crate) operator: Operator,
    folder: TempDir,
    ports: [u16; 4],
    child: Child,
}

impl Agent {
    /// Starts one; with rules, who shows no token may do nothing.
    pub(crate) async fn start(has_rules: bool) -> Self {
        let folder = tempfile::tempdir().expect("a temporary directory");
        let free: [TcpListener; 4] = std::array::from_fn(|_| TcpListener::bind("127.0.0.1:0").expect("a free port"));
        let ports = free.each_ref().map(|listener| listener.local_addr().expect("it listens").port());
        drop(free);
        let rules =
            json!({ "acl": { "enabled": has_rules, "default_policy": if has_rules { "deny" } else { "allow" } } });
        std::fs::write(folder.path().join("rules.json"), rules.to_string()).expect("a writable directory");
        let operator = Operator::new(&format!("http://127.0.0.1:{}", ports[0]));
        let child = spawn(&folder, ports);
        let mut agent = Agent { operator, folder, ports, child };
        agent.until_it_leads().await;
        if has_rules {
            agent.bootstrap().await;
        }
        agent
    }

    async fn until_it_leads(&self) {
        for _ in 0..600 {
            let leader = self.operator.get("status/leader").await;
            if leader.is_some_and(|leader| leader.as_str().is_some_and(|leader| !leader.is_empty())) {
                return;
            }
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
        panic!("Consul does not come up");
    }

    async fn bootstrap(&mut self) {
        let mut token = None;
        for _ in 0..600 {
            token = self
                .operator
                .put("acl/bootstrap", "")
                .await
                .and_then(|made| made["SecretID"].as_str().map(str::to_owned));
            if token.is_some() {
                break;
            }
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
        self.operator.token = token.expect("it gives the first token away");
        let own = json!({ "Token": self.operator.token }).to_string();
        self.operator.put("agent/token/agent", own).await.expect("the agent may announce its machine");
    }

    /// A file with a token that may do what these rules say.
    pub(crate) async fn token_file(&self, name: &str, rules: &str) -> PathBuf {
        let path = self.folder.path().join(name);
        self.write_token(&path, &self.token(name, rules).await);
        path
    }

    /// A token that may do what these rules say.
    pub(crate) async fn token(&self, name: &str, rules: &str) -> String {
        let policy = json!({ "Name": name, "Rules": rules }).to_string();
        self.operator.put("acl/policy", policy).await.expect("a policy");
        let token = json!({ "Policies": [{ "Name": name }] }).to_string();
        let made = self.operator.put("acl/token", token).await.expect("a token");
        made["SecretID"].as_str().expect("it has a secret").to_owned()
    }

    pub(crate) fn write_token(&self, path: &PathBuf, token: &str) {
        use std::os::unix::fs::PermissionsExt;
        std::fs::write(path, token).expect("a writable directory");
        std::fs::set_permissions(path, PermissionsExt::from_mode(0o600)).expect("it is ours");
    }

    /// Kills it.
    pub(crate) fn kill(&mut self) {
        self.child.kill().expect("it can be killed");
        self.child.wait().expect("a killed child ends");
    }

    /// Starts it where it was, with nothing in it.
    pub(crate) async fn start_again(&mut self) {
        self.child = spawn(&self.folder, self.ports);
        self.until_it_leads().await;
    }
}

impl Drop for Agent {
    fn drop(&mut self) {
        // It may be dead already.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn spawn(folder: &TempDir, [http, server, lan, wan]: [u16; 4]) -> Child {
    Command::new(variable("LEAT_TEST_CONSUL_PROGRAM"))
        .args([
            "agent",
            "-dev",
            "-bind=127.0.0.1",
            "-client=127.0.0.1",
            "-node=own",
            "-log-level=err",
            "-dns-port=-1",
            "-grpc-port=-1",
        ])
        .args([format!("-http-port={http}"), format!("-server-port={server}")])
        .args([format!("-serf-lan-port={lan}"), format!("-serf-wan-port={wan}")])
        .arg(format!("-config-dir={}", folder.path().display()))
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .expect("Consul starts")
}
