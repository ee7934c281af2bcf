//! What a midtier leaves behind at its secret store where its start comes to nothing.

use std::io::{BufRead, BufReader, Write};
use std::net::TcpStream;
use std::os::unix::fs::OpenOptionsExt;
use std::sync::{Mutex, mpsc};

use leat_secrets_vault::CredentialSource;
use leat_store_sql::Config as StoreConfig;

use super::*;
use crate::settings::{SecretsSettings, VaultSettings};

/// How long the slowest machine may take; nothing waits for it where all is well.
const PATIENCE: Duration = Duration::from_secs(20);

/// A store that knows one token, and has a user of a database for it or not; what it is asked for.
fn vault(user: Option<&'static str>) -> (String, mpsc::Receiver<String>) {
    let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    let (asked, hears) = mpsc::channel();
    let asked = Arc::new(Mutex::new(asked));
    drop(std::thread::spawn(move || {
        for stream in listener.incoming().map_while(Result::ok) {
            let asked = Arc::clone(&asked);
            drop(std::thread::spawn(move || answer(stream, user, &asked.lock().unwrap())));
        }
    }));
    (url, hears)
}

/// One request of a connection.
fn answer(mut stream: TcpStream, user: Option<&str>, asked: &mpsc::Sender<String>) {
    let head = BufReader::new(stream.try_clone().unwrap()).lines().map_while(Result::ok);
    let head: Vec<String> = head.take_while(|line| !line.is_empty()).collect();
    let path = head.first().and_then(|line| line.split(' ').nth(1)).unwrap_or_default().to_owned();
    let auth = "\"auth\": {\"client_token\": \"t\", \"accessor\": \"a\", \"policies\": [], \"token_policies\": [], \"metadata\": {}, \
                \"lease_duration\": 3600, \"renewable\": true, \"entity_id\": \"\", \"token_type\": \"service\", \"orphan\": true}";
    let (status, body) = match (path.as_str(), user) {
        ("/v1/auth/approle/login", _) => (
            "200 OK",
            format!(
                "{{\"request_id\": \"\", \"lease_id\": \"\", \"renewable\": false, \
             \"lease_duration\": 0, \"data\": null, \"wrap_info\": null, \"warnings\": null, {auth}}}"
            ),
        ),
        ("/v1/database/creds/leat", Some(user)) => ("200 OK", user.to_owned()),
        ("/v1/auth/token/revoke-self", _) => ("204 No Content", String::new()),
        _ => ("503 Service Unavailable", "{\"errors\": []}".to_owned()),
    };
    let head = format!("HTTP/1.1 {status}\r\ncontent-length: {}\r\nconnection: close\r\n\r\n", body.len());
    drop(stream.write_all(format!("{head}{body}").as_bytes()));
    drop(asked.send(path));
}

/// A midtier whose database's user comes from there.
fn installation(folder: &std::path::Path, address: &str) -> Installation {
    let secret_id = folder.join("secret-id");
    let mut file = std::fs::File::options().write(true).create_new(true).mode(0o600).open(&secret_id).unwrap();
    file.write_all(b"s").unwrap();
    let settings =
        format!("kind = \"vault\"\naddress = {address:?}\nrole_id = \"r\"\nsecret_id_file = {secret_id:?}\n");
    let SecretsSettings::Vault(settings) = toml::from_str::<SecretsSettings>(&settings).unwrap() else { panic!() };
    let settings: &VaultSettings = &settings;
    let source = CredentialSource::Dynamic { mount: "database".to_owned(), role: "leat".to_owned() };
    // Nobody is there.
    let url = "postgres://127.0.0.1:1/leat".to_owned();
    let plan = VaultPlan::new(settings, None, leat_tls::PlainText::default()).unwrap();
    let plan = plan.with_database(url.clone(), source).unwrap();
    let acquire_timeout = Duration::from_millis(100);
    Installation {
        name: "m1".to_owned(),
        store: StoreConfig { acquire_timeout, ..StoreConfig::new(Database::Postgres { url }) },
        contents: Contents::Database,
        secrets: Some(SecretsPlan::Vault(Box::new(plan))),
        callers: Vec::new(),
        logins: LoginPlan::default(),
        hosts: Vec::new(),
        power: Adapters::new(),
        policy: Policy::default(),
        midtier: leat_midtier::Config::default(),
        leader_patience: PATIENCE,
        keep_ended_runs: PATIENCE,
        keep_uploads: PATIENCE,
        discovery: None,
        tls: None,
    }
}

/// What is asked until this is, which must be soon.
fn until(hears: &mpsc::Receiver<String>, path: &str) -> bool {
    std::iter::from_fn(|| hears.recv_timeout(PATIENCE).ok()).any(|asked| asked == path)
}

async fn run(address: &str, shutdown: CancellationToken) -> anyhow::Result<()> {
    let folder = tempfile::tempdir().unwrap();
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    run_midtier(installation(folder.path(), address), Recorder::default(), listener, shutdown).await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_start_that_fails_gives_its_token_back_and_the_user_with_it() {
    let user = "{\"lease_id\": \"l\", \"lease_duration\": 3600, \"renewable\": true, \"data\": {\"username\": \"u\", \"password\": \"p\"}}";
    let (address, hears) = vault(Some(user));
    let failed = run(&address, CancellationToken::new()).await.unwrap_err();
    assert_eq!(failed.to_string(), "cannot use the store");
    assert!(until(&hears, "/v1/auth/token/revoke-self"));
}

#[tokio::test(flavor = "multi_thread")]
async fn who_waits_for_a_first_user_hears_of_the_end_and_gives_the_token_back() {
    let (address, hears) = vault(None);
    let shutdown = CancellationToken::new();
    let over = shutdown.clone();
    let asks = tokio::task::spawn_blocking(move || {
        assert!(until(&hears, "/v1/database/creds/leat"));
        over.cancel();
        hears
    });
    run(&address, shutdown).await.expect("it was told to end, and waited for the user until then");
    assert!(until(&asks.await.unwrap(), "/v1/auth/token/revoke-self"));
}
