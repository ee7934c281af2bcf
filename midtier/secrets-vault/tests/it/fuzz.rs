//! Answers of a store that were broken on their way, or that no store gives.

use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use leat_fuzzing::{Fuzz, Served, Shape};
use leat_secrets::{Redeem, SecretPath, SecretValue, Secrets, Ticket};
use leat_secrets_vault::{
    CertificateRole, Config, CredentialSource, Http, QueueRights, SecretId, SshRole, Vault, VaultRedeem,
};
use leat_tls::Trust;
use serde_json::{Value, json};

const LIFE: Duration = Duration::from_secs(600);

/// An answer with all that a store puts around it.
fn whole(answer: Value) -> Value {
    let mut around = json!({ "lease_id": "", "lease_duration": 0, "renewable": false, "request_id": "r" });
    let (Some(around_it), Value::Object(answer)) = (around.as_object_mut(), answer) else {
        unreachable!("these are objects")
    };
    around_it.extend(answer);
    around
}

/// What a store answers to all that Leat asks of it.
fn good() -> Value {
    let auth = json!({
        "client_token": "hvs.a", "accessor": "acc-1", "policies": ["leat"], "token_policies": ["leat"], "metadata": {"kv:kv": "2"},
        "lease_duration": 3600, "renewable": true, "entity_id": "e", "token_type": "service", "orphan": true,
    });
    let user = json!({ "lease_id": "database/creds/leat/x", "lease_duration": 3600, "renewable": true,
        "data": { "username": "v-leat", "password": "geheim" } });
    let version =
        json!({ "created_time": "", "deletion_time": "", "custom_metadata": null, "destroyed": false, "version": 1 });
    json!({
        "/v1/auth/approle/login": whole(json!({ "auth": auth })),
        "/v1/sys/internal/ui/mounts/kv/risk/a":
            { "data": { "type": "kv", "path": "kv/", "options": { "version": "2" } } },
        "/v1/kv/data/risk/a": whole(json!({ "data": { "data": { "b": "geheim", "n": 1 }, "metadata": version } })),
        "/v1/sys/policies/acl/*": null,
        "/v1/auth/token/create/leat-grants": { "wrap_info": { "token": "hvs.w", "wrapped_accessor": "acc-2" }, "auth": auth },
        "/v1/auth/token/lookup-accessor": { "data": { "ttl": 600 } },
        "/v1/auth/token/renew-accessor": whole(json!({ "auth": auth })),
        "/v1/auth/token/revoke-accessor": null,
        "/v1/sys/wrapping/unwrap": { "auth": auth },
        "/v1/database/creds/leat": user,
        "/v1/database/static-creds/leat": { "lease_id": "", "data": { "username": "leat", "password": "geheim", "ttl": 30 } },
        "/v1/rabbitmq/roles/*": null,
        "/v1/rabbitmq/creds/*": user,
        "/v1/pki/issue/leat": { "data": { "certificate": "PEM", "private_key": "PEM", "ca_chain": ["PEM"], "expiration": 4_000_000_000_u64 } },
        "/v1/ssh/sign/power": { "data": { "signed_key": "ssh-ed25519-cert" } },
    })
}

/// Waits until what is kept was had, or could not be.
async fn until_tried(vault: &Vault, name: &str) -> bool {
    loop {
        if let Some(held) = vault.holdings().into_iter().find(|held| held.name == name) {
            return held.trouble.is_none();
        }
        tokio::time::sleep(Duration::from_millis(1)).await;
    }
}

/// What a midtier asks a store for; whether it had all of it.
async fn ask_as_a_midtier(vault: &Vault) -> bool {
    let path: SecretPath = "kv/risk/a#b".parse().unwrap();
    let paths = std::slice::from_ref(&path);
    let granted = vault.grant("run r", paths, LIFE).await;
    let mut all = granted.is_ok();
    if let Ok(grant) = granted {
        all &= vault.renew(&grant.id, LIFE).await.is_ok();
        all &= vault.revoke(&grant.id).await.is_ok();
    }
    let rights = QueueRights {
        virtual_host: "/".to_owned(),
        configure: "^a".to_owned(),
        write: "^a".to_owned(),
        read: "^a".to_owned(),
    };
    all &= vault.brokers("rabbitmq").unwrap().user("r-1", &rights, LIFE).await.is_ok();
    let (mount, role) = ("ssh".to_owned(), "power".to_owned());
    let role = SshRole { mount, role, principals: Vec::new(), life: LIFE };
    all & vault.sign_ssh_key(&role, "ssh-ed25519 AAAA").await.is_ok()
}

/// What a midtier keeps of a store; whether it had all of it.
async fn keep_as_a_midtier(vault: &Vault) -> bool {
    let role = || ("database".to_owned(), "leat".to_owned());
    let (mount, role_name) = role();
    let (_dynamic, dynamic) = vault.credentials(CredentialSource::Dynamic { mount, role: role_name }).unwrap();
    let (mount, role_name) = role();
    let (_fixed, fixed) = vault.credentials(CredentialSource::Static { mount, role: role_name }).unwrap();
    let wanted = CertificateRole {
        mount: "pki".to_owned(),
        role: "leat".to_owned(),
        common_name: "m1.internal".to_owned(),
        names: vec!["m1.internal".to_owned()],
        addresses: Vec::new(),
        uris: Vec::new(),
        life: None,
    };
    let clock = || std::time::UNIX_EPOCH + Duration::from_secs(1_700_000_000);
    let (_certificate, certificate) = vault.certificate(wanted, clock).unwrap();
    let tried = async {
        let mut all = true;
        for name in ["database/creds/leat", "database/static-creds/leat", "pki/issue/leat"] {
            all &= until_tried(vault, name).await;
        }
        all
    };
    tokio::select! {
        all = tried => all,
        () = dynamic.run() => unreachable!("it is kept for ever"),
        () = fixed.run() => unreachable!("it is kept for ever"),
        () = certificate.run() => unreachable!("it is kept for ever"),
    }
}

/// What a host asks a store for; whether it had it.
async fn ask_as_a_host(http: Http, address: String) -> bool {
    let token = SecretValue::new(b"hvs.w".to_vec()).unwrap();
    let ticket = Ticket::Wrapped { address, token };
    let grant = leat_secrets::Grant { id: "acc-2".parse().unwrap(), ticket, life: LIFE };
    VaultRedeem::new(http).redeem(grant, &["kv/risk/a#b".parse().unwrap()]).await.is_ok()
}

fn config(served: &Served, secret_id: &Path) -> Config {
    Config::new(served.url(), "role", SecretId::File(secret_id.to_owned()))
}

#[test]
fn fuzzed_answers_of_a_store_of_secrets_are_understood_or_refused() {
    let folder = tempfile::tempdir().unwrap();
    let secret_id = folder.path().join("secret-id");
    write_secret(&secret_id);
    let served = Served::start();
    let http = Http::new(Arc::new(Trust::nobody())).unwrap();
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let words = ["geheim", "lease_duration", "18446744073709551615", "-1", "\u{1b}[2J", "../"];
    Fuzz::new("answers of a store of secrets", Shape::Json, [good().to_string()]).words(words).served().run(|input| {
        served.answer(input);
        runtime.block_on(async {
            let (vault, keeper) = Vault::new(&config(&served, &secret_id), http.clone()).unwrap();
            let story = async {
                if !until_tried(&vault, "token").await {
                    return false;
                }
                let asked = ask_as_a_midtier(&vault).await;
                let kept = keep_as_a_midtier(&vault).await;
                asked & kept & ask_as_a_host(http.clone(), served.url()).await
            };
            tokio::select! {
                all = story => all,
                () = keeper.run() => unreachable!("it is kept for ever"),
            }
        })
    });
}

#[tokio::test]
async fn a_grant_is_not_over_where_the_store_knows_leats_own_token_no_more() {
    let folder = tempfile::tempdir().unwrap();
    let secret_id = folder.path().join("secret-id");
    write_secret(&secret_id);
    let served = Served::start();
    served.answer(good().to_string().as_bytes());
    let http = Http::new(Arc::new(Trust::nobody())).unwrap();
    let (vault, keeper) = Vault::new(&config(&served, &secret_id), http).unwrap();
    let keeping = tokio::spawn(keeper.run());
    assert!(until_tried(&vault, "token").await);
    let grant = vault.grant("run r", &["kv/risk/a#b".parse().unwrap()], LIFE).await.unwrap();
    // What HashiCorp Vault answers to a token that was revoked; OpenBao says the first alone.
    let refusal = json!({ "status": 403, "/v1/*": { "errors": ["2 errors occurred:\n\t* permission denied\n\t* invalid token\n\n"] } });
    served.answer(refusal.to_string().as_bytes());
    let revoked = vault.revoke(&grant.id).await.unwrap_err();
    assert!(revoked.is_retryable() && revoked.to_string().contains("takes Leat's token no more"), "{revoked}");
    served.answer(good().to_string().as_bytes());
    // It logs in anew, and what is over now is that.
    while vault.revoke(&grant.id).await.is_err() {
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    served.answer(refusal.to_string().as_bytes());
    let renewed = vault.renew(&grant.id, LIFE).await.unwrap_err();
    assert!(renewed.is_retryable(), "{renewed}");
    keeping.abort();
}

/// A file with a secret id that its owner alone may read.
fn write_secret(path: &Path) {
    use std::io::Write;
    use std::os::unix::fs::OpenOptionsExt;

    let mut file = std::fs::OpenOptions::new().write(true).create_new(true).mode(0o600).open(path).unwrap();
    file.write_all(b"secret-id\n").unwrap();
}
