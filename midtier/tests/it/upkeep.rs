//! What watches the service asks of it, and how the service ends.

use std::time::{Duration, Instant};

use leat_midtier::Config;
use serde_json::json;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

use crate::support::{ADA, Server, report, token_of};

#[tokio::test]
async fn version_and_health_need_no_token() {
    let server = Server::start().await;
    let api = server.api("");
    assert_eq!(api.get("/version").await.of_status(200), json!({ "version": env!("CARGO_PKG_VERSION") }));
    assert_eq!(api.get("/health/live").await.of_status(200), json!({ "health": "ok" }));
    let held = json!([{ "name": "lease", "seconds_left": 9, "sound": false }]);
    assert_eq!(api.get("/health/ready").await.of_status(200), json!({ "health": "ok", "held": held }));
}

#[tokio::test]
async fn whoever_asks_again_whether_the_service_is_ready_is_told_what_was_found_last() {
    let server = Server::with(Config { probe_life: Duration::from_secs(3_600), ..Config::default() }).await;
    let api = server.api("");
    api.get("/health/ready").await.of_status(200);
    server.store.set_away(true);
    api.get("/health/ready").await.of_status(200);
    let hasty = Server::with(Config { probe_life: Duration::from_millis(20), ..Config::default() }).await;
    hasty.api("").get("/health/ready").await.of_status(200);
    hasty.store.set_away(true);
    while hasty.api("").get("/health/ready").await.status == 200 {
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
}

#[tokio::test]
async fn a_service_without_its_store_lives_and_is_not_ready() {
    let server = Server::start().await;
    server.store.set_away(true);
    let api = server.api(ADA);
    api.get("/health/live").await.of_status(200);
    let unready = api.get("/health/ready").await;
    assert_eq!(unready.refused(503, "unavailable"), "the store cannot be read and written");
    let refused = api.get("/runs").await;
    let detail = refused.refused(503, "unavailable");
    assert!(!detail.contains("secret"), "where the store is, is nobody's business: {detail}");
    assert_eq!(refused.header("retry-after"), "1");
}

#[tokio::test]
async fn metrics_count_runs_hosts_sessions_requests_and_bytes() {
    let server = Server::start().await;
    server.api(ADA).run("price").await;
    let _agent = crate::support::Agent::enlist(server.address, &token_of("c1"), report("c1", "one")).await.unwrap();
    let api = server.api("");
    api.get("//no/such/path").await.refused(404, "not-found");
    let answer = api.get("//metrics").await;
    assert_eq!(answer.header("content-type"), "text/plain; version=0.0.4; charset=utf-8");
    let text = answer.text();
    for line in [
        "leat_runs{state=\"queued\"} 1",
        "leat_runs{state=\"failed\"} 0",
        "leat_hosts{state=\"ready\"} 1",
        "leat_sessions 1",
        "leat_held_seconds_left{name=\"lease\"} 9",
        "leat_held_sound{name=\"lease\"} 0",
        "leat_blob_bytes_in_total 5",
        "leat_http_requests_total{method=\"POST\",route=\"/api/v1/runs\",status=\"201\"} 1",
        "leat_http_requests_total{method=\"-\",route=\"-\",status=\"404\"} 1",
    ] {
        assert!(text.lines().any(|found| found == line), "{line}\n{text}");
    }
}

#[tokio::test]
async fn a_connection_that_never_asks_is_closed() {
    let config = Config { header_timeout: Duration::from_millis(200), ..Config::default() };
    let server = Server::with(config).await;
    for said in ["", "PRI * HT", "GET / HTTP/1.1\r\nHost: x\r\n"] {
        let mut stream = TcpStream::connect(server.address).await.unwrap();
        stream.write_all(said.as_bytes()).await.unwrap();
        let mut rest = Vec::new();
        let read = tokio::time::timeout(crate::support::PATIENCE, stream.read_to_end(&mut rest)).await;
        let _ended_or_reset = read.expect("the connection is closed");
    }
}

#[tokio::test]
async fn connections_beyond_the_limit_wait() {
    let config = Config { connections_max: 1, header_timeout: Duration::from_millis(300), ..Config::default() };
    let server = Server::with(config).await;
    let _first = TcpStream::connect(server.address).await.unwrap();
    let begin = Instant::now();
    server.api("").get("/version").await.of_status(200);
    assert!(begin.elapsed() >= Duration::from_millis(200), "{:?}", begin.elapsed());
}

#[tokio::test]
async fn one_address_leaves_room_for_others_however_many_connections_it_holds() {
    let server = Server::with(Config { connections_max: 4, ..Config::default() }).await;
    let asked_from = async |address: &str| {
        let socket = tokio::net::TcpSocket::new_v4().unwrap();
        socket.bind(format!("{address}:0").parse().unwrap()).unwrap();
        let mut stream = socket.connect(server.address).await.unwrap();
        let _ = stream.write_all(b"GET /api/v1/version HTTP/1.1\r\nHost: x\r\n\r\n").await;
        let mut begun = [0; 12];
        let answered = tokio::time::timeout(crate::support::PATIENCE, stream.read_exact(&mut begun)).await;
        (stream, answered.expect("an answer, or the end").is_ok().then_some(begun))
    };
    let mut held = Vec::new();
    for _ in 0..3 {
        let (stream, answer) = asked_from("127.0.0.1").await;
        assert_eq!(&answer.unwrap(), b"HTTP/1.1 200");
        held.push(stream);
    }
    assert_eq!(asked_from("127.0.0.1").await.1, None, "it has as many as one may have");
    assert_eq!(&asked_from("127.0.0.2").await.1.unwrap(), b"HTTP/1.1 200");
    held.pop();
    while asked_from("127.0.0.1").await.1.is_none() {
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
}

#[tokio::test]
async fn the_service_ends_though_streams_are_open() {
    let server = Server::start().await;
    let api = server.api(ADA);
    let run = api.run("price").await;
    let events = api.request(reqwest::Method::GET, &format!("/runs/{run}/events")).send().await.unwrap();
    let begin = Instant::now();
    server.end().await;
    assert!(begin.elapsed() < Duration::from_secs(5), "{:?}", begin.elapsed());
    assert!(events.text().await.unwrap().contains("submitted"));
}
