//! What secrets cost a run at its start: a grant at the midtier and its exchange at the host, and the revocation at the end, against a real server.
//!
//! `cargo xtask services up`, `eval "$(cargo xtask services env)"`, then `cargo run --release -p leat-secrets-vault --example granting`. It says what it
//! took, in milliseconds: median, 99 of 100, and the longest.

#![allow(clippy::print_stdout, reason = "that is what it is for")]

use std::time::{Duration, Instant};

use leat_secrets::{Redeem, SecretPath, Secrets};
use leat_secrets_vault::{Config, Http, SecretId, Vault, VaultRedeem};
use serde_json::{Value, json};

const ROUNDS: usize = 300;
/// Secrets of a run.
const SECRETS: usize = 4;

#[expect(clippy::disallowed_methods, reason = "an example is told by its surroundings where the service is")]
fn variable(name: &str) -> String {
    std::env::var(name).unwrap_or_else(|_| panic!("{name} names nothing: start the services: cargo xtask services up"))
}

/// A request of whoever keeps the server.
async fn keep(path: &str, body: Value) -> Value {
    let client =
        reqwest::Client::builder().tls_backend_preconfigured(leat_tls::trusting_nobody()).build().expect("a client");
    let url = format!("{}/v1/{path}", variable("LEAT_TEST_OPENBAO_URL"));
    let request = if body.is_null() { client.get(url) } else { client.post(url).json(&body) };
    let answer = request.header("X-Vault-Token", variable("LEAT_TEST_OPENBAO_TOKEN")).send().await.expect("it answers");
    assert!(answer.status().is_success(), "{path}: {}", answer.status());
    answer.json().await.unwrap_or(Value::Null)
}

/// Mounts, an AppRole and its policy, and values.
async fn set_up(name: &str, home: &std::path::Path) -> (Config, Vec<SecretPath>) {
    keep(&format!("sys/mounts/{name}"), json!({"type": "kv", "options": {"version": "2"}})).await;
    keep(&format!("sys/auth/{name}"), json!({"type": "approle"})).await;
    keep(&format!("auth/token/roles/{name}"), json!({"allowed_policies_glob": "leat-grant-*", "orphan": true})).await;
    let may = |path: &str, what: &str| format!("path \"{path}\" {{ capabilities = [{what}] }}\n");
    let mut policy = may(&format!("{name}/data/*"), "\"read\"");
    let asked = ["sys/policies/acl/leat-grant-*", "auth/token/lookup-accessor", "auth/token/revoke-accessor"];
    for path in asked.map(str::to_owned).into_iter().chain([format!("auth/token/create/{name}")]) {
        policy += &may(&path, "\"create\", \"update\"");
    }
    keep(&format!("sys/policies/acl/{name}"), json!({"policy": policy})).await;
    keep(&format!("auth/{name}/role/leat"), json!({"token_policies": name})).await;
    let role = keep(&format!("auth/{name}/role/leat/role-id"), Value::Null).await;
    let secret_id = keep(&format!("auth/{name}/role/leat/secret-id"), json!({})).await;
    let file = home.join("secret-id");
    std::fs::write(&file, secret_id["data"]["secret_id"].as_str().expect("a secret id")).expect("a writable folder");
    let private = <std::fs::Permissions as std::os::unix::fs::PermissionsExt>::from_mode(0o600);
    std::fs::set_permissions(&file, private).expect("it is ours");
    let mut paths = Vec::new();
    for number in 0..SECRETS {
        keep(&format!("{name}/data/risk/{number}"), json!({"data": {"password": "x"}})).await;
        paths.push(format!("{name}/risk/{number}#password").parse().expect("a path"));
    }
    let address = variable("LEAT_TEST_OPENBAO_URL");
    let role_id = role["data"]["role_id"].as_str().expect("a role id");
    let mut config = Config::new(address, role_id, SecretId::File(file));
    config.login_mount = name.to_owned();
    config.grant_role = name.to_owned();
    (config, paths)
}

fn told(what: &str, mut took: Vec<Duration>) {
    took.sort();
    let at = |share: usize| took[(took.len() - 1) * share / 100].as_secs_f64() * 1e3;
    println!("{what:<22} {:>7.2} {:>7.2} {:>7.2}", at(50), at(99), at(100));
}

#[tokio::main]
async fn main() {
    let home = tempfile::tempdir().expect("a folder");
    let (config, paths) = set_up(&format!("granting-{}", std::process::id()), home.path()).await;
    let http = || Http::new(std::sync::Arc::new(leat_tls::Trust::nobody())).expect("a client");
    let (vault, keeper) = Vault::new(&config, http()).expect("a good configuration");
    let keeping = tokio::spawn(keeper.run());
    vault.health().await.expect("it serves");
    let redeem = VaultRedeem::new(http());
    let (mut granted, mut redeemed, mut both, mut revoked) = (Vec::new(), Vec::new(), Vec::new(), Vec::new());
    for round in 0..ROUNDS {
        let began = Instant::now();
        let grant = vault.grant(&format!("run {round}"), &paths, Duration::from_secs(600)).await.expect("a grant");
        let (id, then) = (grant.id.clone(), Instant::now());
        redeem.redeem(grant, &paths).await.expect("it is redeemed");
        granted.push(then - began);
        redeemed.push(then.elapsed());
        both.push(began.elapsed());
        let then = Instant::now();
        vault.revoke(&id).await.expect("it is revoked");
        revoked.push(then.elapsed());
    }
    println!("{SECRETS} secrets, {ROUNDS} times, ms     50 %    99 %     all");
    told("grant", granted);
    told("exchange", redeemed);
    told("together, at the start", both);
    told("revocation", revoked);
    keeping.abort();
    vault.end().await;
}
