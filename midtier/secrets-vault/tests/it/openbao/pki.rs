//! Certificates that the store's PKI issues: for servers and hosts, had anew ahead of their end, and kept while the store is away.

use std::net::{IpAddr, Ipv4Addr};
use std::path::PathBuf;
use std::sync::Arc;
use std::time::{Duration, SystemTime};

use leat_secrets::SecretError;
use leat_secrets_vault::{CertificateRole, IssuedCertificate};
use leat_tls::{Acceptor, Certificates, ClientIdentity, Files, Trust, keep_fresh};
use serde_json::json;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpListener;
use tokio::sync::mpsc;
use tokio::task::JoinHandle;

use super::bench::{Corner, Leat, Lives, Own, PATIENCE, until};

/// The clock of the machine, which is the store's too.
#[expect(clippy::disallowed_methods, reason = "what a certificate's end is counted by")]
fn clock() -> SystemTime {
    SystemTime::now()
}

/// Mounts the engine in a corner, `pki-N` with the role `leat`, and lets Leat have certificates of it. Answers the file of its authority.
async fn engine(corner: &Corner, ttl: &str) -> PathBuf {
    let mount = format!("pki-{}", corner.number);
    corner.root.post(&format!("sys/mounts/{mount}"), json!({"type": "pki"})).await;
    let authority = json!({"common_name": "an authority", "ttl": "24h", "key_type": "ec", "key_bits": 256});
    let made = corner.root.post(&format!("{mount}/root/generate/internal"), authority).await;
    let file = corner.home.path().join("ca.pem");
    std::fs::write(&file, made["data"]["certificate"].as_str().unwrap()).unwrap();
    let role = json!({
        "allowed_domains": ["localhost", "m1.internal", "c1"], "allow_bare_domains": true, "allowed_uri_sans": ["leat://host/c1"],
        "key_type": "ec", "key_bits": 256, "ttl": ttl, "max_ttl": "1h",
    });
    corner.root.post(&format!("{mount}/roles/leat"), role).await;
    corner.allow(&format!("path \"{mount}/issue/*\" {{ capabilities = [\"update\"] }}")).await;
    file
}

fn role(corner: &Corner) -> CertificateRole {
    CertificateRole {
        mount: format!("pki-{}", corner.number),
        role: "leat".to_owned(),
        common_name: "m1.internal".to_owned(),
        names: vec!["localhost".to_owned()],
        addresses: vec![IpAddr::V4(Ipv4Addr::LOCALHOST)],
        uris: Vec::new(),
        life: None,
    }
}

fn path(corner: &Corner) -> String {
    format!("pki-{}/issue/leat", corner.number)
}

/// A certificate that is kept.
struct Held {
    certificate: IssuedCertificate,
    keeping: JoinHandle<()>,
}

impl Held {
    fn begin(leat: &Leat, role: CertificateRole) -> Held {
        let (certificate, keeper) = leat.vault.certificate(role, clock).unwrap();
        Held { certificate, keeping: tokio::spawn(keeper.run()) }
    }

    async fn first(leat: &Leat, role: CertificateRole) -> Held {
        let mut held = Held::begin(leat, role);
        held.certificate.first(PATIENCE).await.unwrap();
        held
    }

    fn source(&self, authorities: Option<PathBuf>) -> Box<dyn Certificates> {
        Box::new(self.certificate.clone().trusting(authorities))
    }
}

impl Drop for Held {
    fn drop(&mut self) {
        self.keeping.abort();
    }
}

/// A server with a certificate of the store's.
struct Service {
    acceptor: Arc<Acceptor>,
    port: u16,
    /// Who has come in.
    arrived: mpsc::UnboundedReceiver<Option<ClientIdentity>>,
    serving: JoinHandle<()>,
}

impl Service {
    async fn with(source: Box<dyn Certificates>) -> Service {
        let acceptor = Arc::new(Acceptor::new(source, clock()).unwrap());
        let listener = TcpListener::bind(("127.0.0.1", 0)).await.unwrap();
        let port = listener.local_addr().unwrap().port();
        let (arrive, arrived) = mpsc::unbounded_channel();
        let serves = Arc::clone(&acceptor);
        let serving = tokio::spawn(async move {
            loop {
                let (stream, _) = listener.accept().await.unwrap();
                let Ok(mut arrival) = serves.accept(stream).await else { continue };
                let _ = arrival.stream.read(&mut [0; 4_096]).await;
                let _ = arrival.stream.write_all(b"HTTP/1.1 204 No Content\r\nconnection: close\r\n\r\n").await;
                let _ = arrival.stream.shutdown().await;
                let _ = arrive.send(arrival.client);
            }
        });
        Service { acceptor, port, arrived, serving }
    }

    /// What a client comes to that has not been there before.
    async fn ask(&self, host: &str, trust: &Trust) -> reqwest::Result<()> {
        let client = reqwest::Client::builder().tls_backend_preconfigured(trust.http()).no_proxy().build()?;
        client.get(format!("https://{host}:{}/", self.port)).send().await.map(drop)
    }
}

impl Drop for Service {
    fn drop(&mut self) {
        self.serving.abort();
    }
}

fn trusting(authority: PathBuf) -> Trust {
    Trust::new(Box::new(Files { own: None, authorities: Some(authority) }), clock()).unwrap()
}

#[tokio::test]
async fn a_certificate_is_issued_for_what_was_asked_and_for_nothing_else() {
    let corner = Corner::new().await;
    let authority = engine(&corner, "10m").await;
    let leat = corner.leat().await;
    let held = Held::first(&leat, role(&corner)).await;
    let service = Service::with(held.source(None)).await;
    let trust = trusting(authority);
    service.ask("localhost", &trust).await.unwrap();
    service.ask("127.0.0.1", &trust).await.unwrap();
    let named = reqwest::Client::builder()
        .tls_backend_preconfigured(trust.http())
        .no_proxy()
        .resolve("m1.internal", ([127, 0, 0, 1], service.port).into())
        .build()
        .unwrap();
    let refused = named.get(format!("https://m1.internal:{}/", service.port)).send().await;
    assert!(refused.is_err(), "the subject's name is none that the certificate is good for");
    let left = leat.holding(&path(&corner)).unwrap().left.unwrap();
    assert!(left > Duration::from_secs(500) && left <= Duration::from_secs(600), "{left:?}");
    let said = format!("{:?} {:?}", held.certificate, held.certificate.read());
    assert!(!said.contains("PRIVATE KEY"), "a key is never shown");
}

#[tokio::test]
async fn a_host_is_who_its_issued_certificate_says() {
    let corner = Corner::new().await;
    let authority = engine(&corner, "10m").await;
    let leat = corner.leat().await;
    let server = Held::first(&leat, role(&corner)).await;
    let of_host = CertificateRole {
        common_name: "c1".to_owned(),
        names: Vec::new(),
        addresses: Vec::new(),
        uris: vec!["leat://host/c1".to_owned()],
        ..role(&corner)
    };
    let host = Held::first(&leat, of_host.clone()).await;
    let mut service = Service::with(server.source(Some(authority.clone()))).await;
    let trust = Trust::new(host.source(Some(authority)), clock()).unwrap();
    service.ask("localhost", &trust).await.unwrap();
    let client = service.arrived.recv().await.unwrap().expect("it showed a certificate that is believed");
    assert!(client.is_host("c1"), "{:?}", client.hosts());
    // The role binds whoever has its login to the host that it is for.
    let mut another = Held::begin(&leat, CertificateRole { uris: vec!["leat://host/c2".to_owned()], ..of_host });
    let error = refused(&mut another.certificate).await;
    assert!(matches!(error, SecretError::Invalid { .. }), "{error}");
}

/// Why nothing is issued.
async fn refused(certificate: &mut IssuedCertificate) -> SecretError {
    // Until it was tried it says that it was not.
    until("it was tried", async || {
        let error = certificate.first(Duration::from_millis(50)).await.unwrap_err();
        (!error.to_string().contains("none was issued yet")).then_some(error)
    })
    .await
}

#[tokio::test]
async fn a_certificate_is_replaced_ahead_of_its_end_and_no_client_sees_it() {
    let corner = Corner::new().await;
    let authority = engine(&corner, "6s").await;
    let leat = corner.leat().await;
    let held = Held::first(&leat, role(&corner)).await;
    let service = Service::with(held.source(None)).await;
    let trust = trusting(authority);
    let first = service.acceptor.standing();
    let fresh = Arc::clone(&service.acceptor);
    let looking = tokio::spawn(keep_fresh(fresh, Duration::from_millis(50), clock));
    let until_two_were_replaced = async {
        while service.acceptor.standing().changes < 2 {
            service.ask("localhost", &trust).await.unwrap();
        }
    };
    tokio::time::timeout(PATIENCE, until_two_were_replaced).await.expect("another takes its place");
    let now = service.acceptor.standing();
    assert!(now.ends > first.ends && now.trouble.is_none(), "{now:?}");
    assert!(leat.holding(&path(&corner)).unwrap().trouble.is_none());
    looking.abort();
}

#[tokio::test]
async fn while_the_store_is_away_the_certificate_stays_and_its_end_is_reported_ahead() {
    let mut own = Own::start().await;
    let corner = Corner::on(own.root(), Lives { ttl: 600, max: 3_600 }).await;
    let authority = engine(&corner, "9s").await;
    let leat = corner.leat().await;
    let held = Held::first(&leat, role(&corner)).await;
    let service = Service::with(held.source(None)).await;
    let trust = trusting(authority);
    let before = held.certificate.read().unwrap();
    own.kill();
    let reported =
        until("it is reported", async || leat.holding(&path(&corner)).filter(|held| held.trouble.is_some())).await;
    assert!(reported.left.unwrap() > Duration::ZERO, "{reported:?}");
    service.ask("localhost", &trust).await.unwrap();
    until("its end is seen", async || leat.holding(&path(&corner)).filter(|held| held.left == Some(Duration::ZERO)))
        .await;
    assert_eq!(held.certificate.read().unwrap(), before, "there is no other");
    until("nobody believes it any more", async || service.ask("localhost", &trust).await.err()).await;
    own.start_again().await;
    until("there is another", async || (held.certificate.read().unwrap() != before).then_some(())).await;
    until("it is held again", async || leat.holding(&path(&corner)).filter(|held| held.trouble.is_none())).await;
    leat_tls::Refresh::refresh(&*service.acceptor, clock());
    service.ask("localhost", &trust).await.unwrap();
}

#[tokio::test]
async fn what_the_store_refuses_to_issue_is_told_by_its_path() {
    let corner = Corner::new().await;
    engine(&corner, "10m").await;
    let leat = corner.leat().await;
    let mount = format!("pki-{}", corner.number);
    let elsewhere = CertificateRole { mount: "pki-of-nobody".to_owned(), ..role(&corner) };
    let nobody = CertificateRole { role: "nobody".to_owned(), ..role(&corner) };
    let too_much = CertificateRole { names: vec!["google.com".to_owned()], ..role(&corner) };
    for (role, place, why) in [
        (elsewhere, "pki-of-nobody/issue/leat".to_owned(), "has to allow it"),
        (nobody, format!("{mount}/issue/nobody"), "unknown role"),
        (too_much, format!("{mount}/issue/leat"), "google.com"),
    ] {
        let mut held = Held::begin(&leat, role);
        let error = refused(&mut held.certificate).await;
        let said = error.to_string();
        assert!(matches!(error, SecretError::Invalid { .. }) && said.contains(&place) && said.contains(why), "{said}");
        let error = held.certificate.read().unwrap_err().to_string();
        assert!(error.starts_with("no certificate was issued: ") && error.contains(&place), "{error}");
    }
}

#[tokio::test]
async fn a_store_that_is_away_at_the_start_issues_the_first_certificate_when_it_comes() {
    let mut own = Own::start().await;
    let corner = Corner::on(own.root(), Lives { ttl: 600, max: 3_600 }).await;
    engine(&corner, "10m").await;
    let config = corner.config().await;
    own.kill();
    let leat = Leat::begin(&config);
    let mut held = Held::begin(&leat, role(&corner));
    let error = refused(&mut held.certificate).await;
    assert!(matches!(error, SecretError::Unreachable { .. }) && error.is_retryable(), "{error}");
    own.start_again().await;
    held.certificate.first(PATIENCE).await.unwrap();
}
