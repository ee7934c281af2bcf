//! The service with TLS: who is let in, who is told what, and what a certificate is worth beside a token.

use std::sync::Arc;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use leat_certificates::{Authority, Issued};
use leat_midtier::Config;
use leat_tls::{Acceptor, Files, Refresh, Trust};
use leat_wire::host_v1::hosts_client::HostsClient;
use leat_wire::host_v1::{Report, SecretsRequest};
use reqwest::Method;
use serde_json::Value;
use tempfile::TempDir;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpSocket, TcpStream};
use tonic::transport::{Channel, ClientTlsConfig, Endpoint, Identity};
use tonic::{Code, Request, Status};

use crate::support::{ADA, ADMIN, Api, Server, report, token_of};

/// A service with TLS whose hosts need certificates, and what trusts it.
struct Secure {
    server: Server,
    acceptor: Arc<Acceptor>,
    files: TempDir,
    authority: Authority,
    hosts: Authority,
}

/// Long before what the tests issue ends.
fn early() -> SystemTime {
    UNIX_EPOCH + Duration::from_secs(1_700_000_000)
}

impl Secure {
    async fn start() -> Self {
        let (files, authority, hosts) = (TempDir::new().unwrap(), Authority::new("ca"), Authority::new("hosts"));
        let own = authority.server(&["localhost"]).write(files.path(), "midtier");
        let source = Files { own: Some(own), authorities: Some(hosts.write(files.path(), "hosts")) };
        let acceptor = Arc::new(Acceptor::new(Box::new(source), early()).unwrap());
        let config = Config { hosts_need_certificates: true, ..Config::default() };
        let server = Server::encrypted(config, acceptor.clone()).await;
        Secure { server, acceptor, files, authority, hosts }
    }

    fn url(&self, scheme: &str) -> String {
        format!("{scheme}://localhost:{}", self.server.address.port())
    }

    fn trust(&self, own: Option<&Issued>) -> Trust {
        let own = own.map(|issued| issued.write(self.files.path(), "client"));
        let source = Files { own, authorities: Some(self.authority.write(self.files.path(), "ca")) };
        Trust::new(Box::new(source), early()).unwrap()
    }

    fn api(&self, token: &str, own: Option<&Issued>) -> Api {
        Api::trusting(&self.trust(own), &self.url("https"), token)
    }

    /// What a session comes to that is opened with this token and this certificate.
    async fn session(&self, token: &str, own: Option<&Issued>) -> Result<(), Status> {
        let mut request = Request::new(tokio_stream::iter([report("c1", "one")]));
        request.metadata_mut().insert("authorization", format!("Bearer {token}").parse().unwrap());
        let mut orders = self.hosts_client(own).await?.session(request).await?.into_inner();
        // The answer begins before the report is read: what comes of it is what is told first.
        orders.message().await.map(drop)
    }

    /// What comes of asking for secrets so.
    async fn secrets(&self, token: &str, asked: SecretsRequest, own: Option<&Issued>) -> Result<(), Status> {
        let mut request = Request::new(asked);
        request.metadata_mut().insert("authorization", format!("Bearer {token}").parse().unwrap());
        self.hosts_client(own).await?.grant_secrets(request).await.map(drop)
    }

    async fn hosts_client(&self, own: Option<&Issued>) -> Result<HostsClient<Channel>, Status> {
        let trust = self.trust(own);
        let mut tls = ClientTlsConfig::new().trust_anchors(trust.anchors());
        if let Some(own) = trust.own_pem() {
            tls = tls.identity(Identity::from_pem(own.chain.text, own.key.text));
        }
        let endpoint = Endpoint::from_shared(self.url("https")).unwrap().tls_config(tls).unwrap();
        let channel = endpoint.connect().await.map_err(|error| Status::unavailable(error.to_string()))?;
        Ok(HostsClient::new(channel))
    }
}

#[tokio::test]
async fn one_address_cannot_take_all_places_of_those_who_are_at_their_handshakes() {
    let secure = Secure::start().await;
    let mut silent = Vec::new();
    for _ in 0..256 {
        silent.push(TcpStream::connect(secure.server.address).await.unwrap());
    }
    let mut one_more = TcpStream::connect(secure.server.address).await.unwrap();
    let sent_away = matches!(one_more.read(&mut [0]).await, Ok(0) | Err(_));
    assert!(sent_away, "nothing is said to who is one too many");
    let socket = TcpSocket::new_v4().unwrap();
    socket.bind("127.0.0.2:0".parse().unwrap()).unwrap();
    let mut other = socket.connect(secure.server.address).await.unwrap();
    other.write_all(b"GET / HTTP/1.1\r\n\r\n").await.unwrap();
    let mut answer = [0; 12];
    other.read_exact(&mut answer).await.unwrap();
    assert_eq!(&answer, b"HTTP/1.1 400");
    drop(silent);
}

#[tokio::test]
async fn people_need_a_token_and_no_certificate() {
    let secure = Secure::start().await;
    let api = secure.api(ADA, None);
    assert_eq!(api.send(api.request(Method::GET, "/runs")).await.status, 200);
    let stranger = secure.api("", None);
    stranger.send(stranger.request(Method::GET, "/runs")).await.refused(401, "unauthenticated");
}

#[tokio::test]
async fn a_host_is_believed_with_its_token_and_its_certificate_and_with_nothing_less() {
    let secure = Secure::start().await;
    let (one, two) = (secure.hosts.host("c1"), secure.hosts.host("c2"));
    secure.session(&token_of("c1"), Some(&one)).await.unwrap();
    let none = secure.session(&token_of("c1"), None).await.unwrap_err();
    assert_eq!(none.code(), Code::Unauthenticated);
    assert!(none.message().contains("leat://host/c1"), "{none}");
    let other = secure.session(&token_of("c1"), Some(&two)).await.unwrap_err();
    assert_eq!(other.code(), Code::PermissionDenied);
    assert!(other.message().contains("made for \"c2\""), "{other}");
    let no_token = secure.session("wrong", Some(&one)).await.unwrap_err();
    assert_eq!(no_token.code(), Code::Unauthenticated);
    let forged = Authority::new("hosts").host("c1");
    secure.session(&token_of("c1"), Some(&forged)).await.expect_err("an authority of the same name is another");
}

#[tokio::test]
async fn a_token_that_may_speak_for_every_host_speaks_for_none_without_its_certificate() {
    let secure = Secure::start().await;
    let (one, two) = (secure.hosts.host("c1"), secure.hosts.host("c2"));
    secure.session(ADMIN, Some(&one)).await.unwrap();
    let none = secure.session(ADMIN, None).await.unwrap_err();
    assert_eq!(none.code(), Code::Unauthenticated, "{none}");
    let other = secure.session(ADMIN, Some(&two)).await.unwrap_err();
    assert_eq!(other.code(), Code::PermissionDenied, "{other}");
    // The secrets of its attempts neither.
    let asked = SecretsRequest { host: "c1".to_owned(), ..SecretsRequest::default() };
    let none = secure.secrets(ADMIN, asked.clone(), None).await.unwrap_err();
    assert_eq!(none.code(), Code::Unauthenticated, "{none}");
    let other = secure.secrets(ADMIN, asked.clone(), Some(&two)).await.unwrap_err();
    assert_eq!(other.code(), Code::PermissionDenied, "{other}");
    // With its own it is asked for more than its certificate.
    let own = secure.secrets(ADMIN, asked, Some(&one)).await.unwrap_err();
    assert_eq!(own.code(), Code::InvalidArgument, "{own}");
}

#[tokio::test]
async fn what_a_host_fetches_needs_its_certificate_too() {
    let secure = Secure::start().await;
    let path = format!("/blobs/{}", "0".repeat(64));
    let own = secure.hosts.host("c1");
    let with = secure.api(&token_of("c1"), Some(&own));
    with.send(with.request(Method::GET, &path)).await.refused(404, "not-found");
    let without = secure.api(&token_of("c1"), None);
    without.send(without.request(Method::GET, &path)).await.refused(401, "unauthenticated");
}

#[tokio::test]
async fn whoever_speaks_plain_text_is_told_that_this_port_does_not() {
    let secure = Secure::start().await;
    let plain = Api::trusting(&Trust::nobody(), &secure.url("http"), ADA);
    let answered = plain.send(plain.request(Method::GET, "/runs")).await;
    assert_eq!((answered.status, answered.header("content-type")), (400, "application/problem+json"));
    let problem: Value = answered.json();
    assert!(problem["detail"].as_str().unwrap().contains("write https://"), "{problem}");
    let channel = Endpoint::from_shared(secure.url("http")).unwrap().connect_lazy();
    let refused = HostsClient::new(channel).session(tokio_stream::iter([Report::default()])).await.unwrap_err();
    let said = format!("{refused:?}");
    assert!(said.contains("INADEQUATE_SECURITY") && said.contains("write https://"), "{said}");
}

#[tokio::test]
async fn handshakes_that_never_end_keep_nobody_out() {
    let secure = Secure::start().await;
    let mut silent = Vec::new();
    for _ in 0..200 {
        let mut stream = TcpStream::connect(secure.server.address).await.unwrap();
        stream.write_all(&[0x16, 3, 1, 2, 0]).await.unwrap();
        silent.push(stream);
    }
    let api = secure.api(ADA, None);
    assert_eq!(api.send(api.request(Method::GET, "/runs")).await.status, 200);
    secure.server.end().await;
    let mut left = Vec::new();
    let _ = silent[0].read_to_end(&mut left).await;
    assert!(left.is_empty(), "the end of the service ends them too");
}

#[tokio::test]
async fn a_certificate_is_replaced_while_connections_are_open() {
    let secure = Secure::start().await;
    let before = secure.api(ADA, None);
    assert_eq!(before.send(before.request(Method::GET, "/runs")).await.status, 200);
    let next = Authority::new("next");
    next.server(&["localhost"]).write(secure.files.path(), "midtier");
    secure.acceptor.refresh(early());
    assert_eq!(before.send(before.request(Method::GET, "/runs")).await.status, 200, "its connection is open");
    let new = secure.api(ADA, None);
    assert!(new.request(Method::GET, "/runs").send().await.is_err(), "it trusts the authority from before alone");
    let source = Files { own: None, authorities: Some(next.write(secure.files.path(), "next")) };
    let api = Api::trusting(&Trust::new(Box::new(source), early()).unwrap(), &secure.url("https"), ADA);
    assert_eq!(api.send(api.request(Method::GET, "/runs")).await.status, 200);
}

#[tokio::test]
async fn how_long_the_certificate_lasts_is_told() {
    let (files, authority) = (TempDir::new().unwrap(), Authority::new("ca"));
    let new_year_2100 = Duration::from_secs(4_102_444_800);
    let own = authority.ending(&["localhost"], new_year_2100).write(files.path(), "midtier");
    let acceptor = Arc::new(Acceptor::new(Box::new(Files { own: Some(own), authorities: None }), early()).unwrap());
    let server = Server::encrypted(Config::default(), acceptor).await;
    let source = Files { own: None, authorities: Some(authority.write(files.path(), "ca")) };
    let trust = Trust::new(Box::new(source), early()).unwrap();
    let api = Api::trusting(&trust, &format!("https://localhost:{}", server.address.port()), ADMIN);
    let text = api.send(api.request(Method::GET, "//metrics")).await.text();
    // The clock of the tests begins at 2026-01-02T03:04:05Z.
    let line = format!("leat_certificate_seconds_left {}", 4_102_444_800_u64 - 1_767_323_045);
    assert!(text.lines().any(|found| found == line), "{line}\n{text}");
}
