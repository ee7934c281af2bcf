//! A corner of the server for one test: mounts, an AppRole and its policy, and Leat as it would be there. And servers of a test's own.

use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

use leat_secrets::{SecretPath, SecretValue};
use leat_secrets_vault::{Config, Holding, Http, SecretId, Vault};
use reqwest::Method;
use serde_json::{Value, json};
use tempfile::TempDir;
use tokio::task::JoinHandle;

static CORNERS: AtomicU32 = AtomicU32::new(0);
/// How long a condition may take to come true.
pub(super) const PATIENCE: Duration = Duration::from_secs(30);

#[expect(clippy::disallowed_methods, reason = "a test is told by its surroundings where the service is")]
pub(super) fn variable(name: &str) -> String {
    std::env::var(name).unwrap_or_else(|_| panic!("{name} names nothing: start the services: cargo xtask services up"))
}

/// Connections that trust nobody: the servers of tests speak plain HTTP.
pub(super) fn http() -> Http {
    Http::new(std::sync::Arc::new(leat_tls::Trust::nobody())).expect("a client that trusts nobody can be made")
}

/// Whoever keeps a server: may do everything there.
#[derive(Clone)]
pub(super) struct Root {
    pub(super) address: String,
    token: String,
    client: reqwest::Client,
}

impl Root {
    pub(super) fn of(address: &str, token: &str) -> Root {
        let client = reqwest::Client::builder().tls_backend_preconfigured(leat_tls::trusting_nobody()).build().unwrap();
        Root { address: address.to_owned(), token: token.to_owned(), client }
    }

    /// Of the server that the tests share.
    pub(super) fn shared() -> Root {
        Root::of(&variable("LEAT_TEST_OPENBAO_URL"), &variable("LEAT_TEST_OPENBAO_TOKEN"))
    }

    pub(super) async fn send(&self, method: Method, path: &str, body: Option<Value>) -> (u16, Value) {
        self.send_with(&[], method, path, body).await
    }

    pub(super) async fn send_with(
        &self,
        headers: &[(&str, &str)],
        method: Method,
        path: &str,
        body: Option<Value>,
    ) -> (u16, Value) {
        let mut request =
            self.client.request(method, format!("{}/v1/{path}", self.address)).header("X-Vault-Token", &self.token);
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        if let Some(body) = body {
            request = request.json(&body);
        }
        let answer = request.send().await.unwrap();
        let status = answer.status().as_u16();
        (status, answer.json().await.unwrap_or(Value::Null))
    }

    pub(super) async fn post(&self, path: &str, body: Value) -> Value {
        let (status, answer) = self.send(Method::POST, path, Some(body)).await;
        assert!(status < 300, "{path}: {status} {answer}");
        answer
    }

    pub(super) async fn get(&self, path: &str) -> Value {
        let (status, answer) = self.send(Method::GET, path, None).await;
        assert!(status < 300, "{path}: {status} {answer}");
        answer
    }
}

/// A corner of a server.
pub(super) struct Corner {
    pub(super) root: Root,
    pub(super) number: String,
    pub(super) home: TempDir,
    pub(super) role_id: String,
}

/// How long the AppRole's tokens live.
#[derive(Clone, Copy)]
pub(super) struct Lives {
    pub(super) ttl: u64,
    pub(super) max: u64,
}

impl Corner {
    pub(super) async fn new() -> Corner {
        Corner::on(Root::shared(), Lives { ttl: 600, max: 3_600 }).await
    }

    pub(super) async fn on(root: Root, lives: Lives) -> Corner {
        let number = format!("{}-{}", std::process::id(), CORNERS.fetch_add(1, Ordering::Relaxed));
        let (kv, once, approle) = (format!("kv-{number}"), format!("once-{number}"), format!("approle-{number}"));
        root.post(&format!("sys/mounts/{kv}"), json!({"type": "kv", "options": {"version": "2"}})).await;
        root.post(&format!("sys/mounts/{once}"), json!({"type": "kv", "options": {"version": "1"}})).await;
        root.post(&format!("sys/auth/{approle}"), json!({"type": "approle"})).await;
        let corner = Corner { root, number, home: tempfile::tempdir().unwrap(), role_id: String::new() };
        corner.allow("").await;
        let glob = json!({"allowed_policies_glob": "leat-grant-*", "orphan": true, "renewable": true, "token_explicit_max_ttl": 0});
        corner.root.post(&format!("auth/token/roles/grants-{}", corner.number), glob).await;
        let role = json!({
            "token_policies": format!("leat-{}", corner.number), "token_ttl": lives.ttl, "token_max_ttl": lives.max,
        });
        corner.root.post(&format!("auth/{approle}/role/leat"), role).await;
        let answer = corner.root.get(&format!("auth/{approle}/role/leat/role-id")).await;
        Corner { role_id: answer["data"]["role_id"].as_str().unwrap().to_owned(), ..corner }
    }

    /// Writes Leat's policy, as docs/secrets.md has it, with more.
    pub(super) async fn allow(&self, more: &str) {
        let number = &self.number;
        let policy = format!(
            r#"
            path "kv-{number}/data/*" {{ capabilities = ["read"] }}
            path "kv-{number}/data/secret/*" {{ capabilities = ["deny"] }}
            path "once-{number}/*" {{ capabilities = ["read"] }}
            path "sys/policies/acl/leat-grant-*" {{ capabilities = ["create", "update"] }}
            path "auth/token/create/grants-{number}" {{ capabilities = ["create", "update"] }}
            path "auth/token/lookup-accessor" {{ capabilities = ["update"] }}
            path "auth/token/renew-accessor" {{ capabilities = ["update"] }}
            path "auth/token/revoke-accessor" {{ capabilities = ["update"] }}
            path "sys/leases/renew" {{ capabilities = ["update"] }}
            {more}"#
        );
        self.root.post(&format!("sys/policies/acl/leat-{number}"), json!({"policy": policy})).await;
    }

    pub(super) async fn secret_id(&self) -> String {
        let answer = self.root.post(&format!("auth/approle-{}/role/leat/secret-id", self.number), json!({})).await;
        answer["data"]["secret_id"].as_str().unwrap().to_owned()
    }

    /// A configuration whose secret id lies in a file.
    pub(super) async fn config(&self) -> Config {
        let file = self.home.path().join("secret-id");
        write_guarded(&file, &self.secret_id().await);
        self.config_with(SecretId::File(file))
    }

    pub(super) fn config_with(&self, secret_id: SecretId) -> Config {
        let mut config = Config::new(&self.root.address, &self.role_id, secret_id);
        config.login_mount = format!("approle-{}", self.number);
        config.grant_role = format!("grants-{}", self.number);
        config.timeout = Duration::from_secs(3);
        config
    }

    /// Leat there, logged in.
    pub(super) async fn leat(&self) -> Leat {
        Leat::begin(&self.config().await)
    }

    /// Puts a value, beside the other fields of its entry.
    pub(super) async fn put(&self, path: &SecretPath, value: &SecretValue) {
        let two = path.mount() == format!("kv-{}", self.number);
        let api = if two { format!("{}/data/{}", path.mount(), path.below()) } else { path.entry().to_owned() };
        let (_, there) = self.root.send(Method::GET, &api, None).await;
        let there = if two { &there["data"]["data"] } else { &there["data"] };
        let mut fields = there.as_object().cloned().unwrap_or_default();
        fields.insert(path.field().to_owned(), value.expose_text().unwrap().into());
        self.root.post(&api, if two { json!({"data": fields}) } else { fields.into() }).await;
    }

    pub(super) async fn put_text(&self, path: &str, value: &str) -> SecretPath {
        let path: SecretPath = path.parse().unwrap();
        self.put(&path, &SecretValue::new(value.as_bytes().to_vec()).unwrap()).await;
        path
    }

    /// A path below the mount with versions.
    pub(super) fn path(&self, below: &str) -> String {
        format!("kv-{}/{below}", self.number)
    }
}

/// Leat at a store, with what keeps its token.
pub(super) struct Leat {
    pub(super) vault: Vault,
    keeper: JoinHandle<()>,
}

impl Leat {
    pub(super) fn begin(config: &Config) -> Leat {
        let (vault, keeper) = Vault::new(config, http()).unwrap();
        Leat { vault, keeper: tokio::spawn(keeper.run()) }
    }

    /// What is held of this name.
    pub(super) fn holding(&self, name: &str) -> Option<Holding> {
        self.vault.holdings().into_iter().find(|holding| holding.name == name)
    }
}

impl Drop for Leat {
    fn drop(&mut self) {
        self.keeper.abort();
    }
}

/// Writes a file that its owner alone reads.
pub(super) fn write_guarded(path: &Path, text: &str) {
    use std::os::unix::fs::PermissionsExt;
    std::fs::write(path, text).unwrap();
    std::fs::set_permissions(path, std::fs::Permissions::from_mode(0o600)).unwrap();
}

/// Waits until it is so.
pub(super) async fn until<T>(what: &str, mut come: impl AsyncFnMut() -> Option<T>) -> T {
    let waited = tokio::time::timeout(PATIENCE, async {
        loop {
            if let Some(value) = come().await {
                return value;
            }
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    });
    waited.await.unwrap_or_else(|_| panic!("it never came: {what}"))
}

/// A server of a test's own, which it may stop.
pub(super) struct Own {
    child: Child,
    port: u16,
    data: TempDir,
}

const OWN_TOKEN: &str = "own-root";

impl Own {
    pub(super) async fn start() -> Own {
        let data = tempfile::tempdir().unwrap();
        let port = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
        let own = Own { child: spawn(port, data.path()), port, data };
        own.awake().await;
        own
    }

    pub(super) fn root(&self) -> Root {
        Root::of(&format!("http://127.0.0.1:{}", self.port), OWN_TOKEN)
    }

    /// Ends it at once, as a crash does.
    pub(super) fn kill(&mut self) {
        self.child.kill().unwrap();
        self.child.wait().unwrap();
    }

    /// Starts it on what it has left.
    pub(super) async fn start_again(&mut self) {
        self.child = spawn(self.port, self.data.path());
        self.awake().await;
    }

    /// Has it answer nothing (`STOP`), or go on (`CONT`).
    pub(super) fn signal(&self, signal: &str) {
        let sent = Command::new("kill").args([&format!("-{signal}"), &self.child.id().to_string()]).status();
        assert!(sent.unwrap().success());
    }

    async fn awake(&self) {
        let client = reqwest::Client::builder().tls_backend_preconfigured(leat_tls::trusting_nobody()).build().unwrap();
        let health = format!("http://127.0.0.1:{}/v1/sys/health", self.port);
        until("the server is awake", async || {
            client.get(&health).send().await.ok().filter(|answer| answer.status().is_success())
        })
        .await;
    }
}

impl Drop for Own {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn spawn(port: u16, data: &Path) -> Child {
    let log = std::fs::OpenOptions::new().create(true).append(true).open(data.join("log")).unwrap();
    let mut command = Command::new(variable("LEAT_TEST_OPENBAO_PROGRAM"));
    command.args(["-address", &format!("127.0.0.1:{port}"), "-token", OWN_TOKEN, "-data"]).arg(data.join("data"));
    std::fs::create_dir_all(data.join("data")).unwrap();
    command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(log).spawn().unwrap()
}
