//! The audit log as a whole service keeps it: what becomes a row, what does not, and what happens where none can be written.

use std::time::Duration;

use leat_midtier::audit::{AuditConfig, Mode, Outcome, Row, export};
use leat_midtier::store::Store;
use leat_midtier::{Config, Rate};
use leat_wire::api_v1::{CancelRequest, GetObjectRequest, PutHeader, PutRequest, put_header, put_request};
use reqwest::Method;
use serde_json::{Value, json};
use tokio::io::AsyncWriteExt;
use tokio::net::TcpStream;
use tonic::Code;

use crate::support::{ADA, ADMIN, Agent, BOB, Server, refusal, report, token_of, until};

async fn strict() -> Server {
    let audit = AuditConfig { mode: Mode::Strict, ..AuditConfig::default() };
    Server::with(Config { audit, ..Config::default() }).await
}

/// Rows in short: who, action, on, outcome, code.
fn told(rows: &[Row]) -> Vec<String> {
    let told = |row: &Row| {
        let entry = &row.entry;
        let code = if entry.code.is_empty() { String::new() } else { format!(" {}", entry.code) };
        format!("{} {} [{}] {}{code}", entry.who.user, entry.action, entry.on, entry.outcome.name())
    };
    rows.iter().map(told).collect()
}

#[tokio::test]
async fn whatever_changes_something_is_a_row_with_who_where_and_what() {
    let server = Server::start().await;
    let (ada, root) = (server.api(ADA), server.api(ADMIN));
    let (agent, _) = Agent::enlist(server.address, &token_of("c1"), report("c1", "one")).await.unwrap();
    let bundle = ada.bundle("price").await;
    let submitted = ada.post("/runs", &json!({ "bundle": bundle })).await;
    let run = submitted.of_status(201)["id"].as_str().unwrap().to_owned();
    ada.post(&format!("/runs/{run}/cancel"), &Value::Null).await.of_status(200);
    let again = ada.post(&format!("/runs/{run}/retry"), &Value::Null).await.of_status(201)["id"].clone();
    root.post("/hosts/c1/drain", &json!({ "drain": true })).await.of_status(200);
    ada.put("/risk/lgd.table.csv", b"key,lgd\nretail,0.4\n").await.of_status(201);
    ada.get("/risk/lgd.table/content").await;
    agent.farewell().await;
    let rows = server.store.audit();
    let again = again.as_str().unwrap();
    assert_eq!(
        told(&rows),
        [
            "host c1 host.enlist [host c1] done".to_owned(),
            format!("ada bundle.put [bundle {bundle}] done"),
            format!("ada run.submit [run {run}] done"),
            format!("ada run.cancel [run {run}] done"),
            format!("ada run.retry [run {again}] done"),
            "root host.drain [host c1] done".to_owned(),
            "ada risk.put [risk lgd.table] done".to_owned(),
            "ada risk.read [risk lgd.table] done".to_owned(),
            "host c1 host.farewell [host c1] done".to_owned(),
        ]
    );
    let entry = &rows[2].entry;
    assert_eq!((entry.who.role.as_str(), entry.who.identified.as_str()), ("submitter", "configuration"));
    assert_eq!((entry.address.as_str(), entry.request.as_str()), ("127.0.0.1", submitted.header("x-request-id")));
    assert_eq!(rows[4].entry.note, format!("again run {run}"));
    assert_eq!((rows[5].entry.note.as_str(), rows[6].entry.note.as_str()), ("takes no new runs", "version 1"));
}

#[tokio::test]
async fn what_fails_or_is_refused_is_a_row_and_what_only_looks_is_none() {
    let server = Server::start().await;
    let (ada, bob) = (server.api(ADA), server.api(BOB));
    let run = ada.run("price").await;
    let before = server.store.audit().len();
    for path in ["/runs", "/hosts", "/risk", "/processes", &format!("/runs/{run}"), "/nothing"] {
        ada.get(path).await;
    }
    ada.send(ada.request(Method::HEAD, &format!("/runs/{run}/outputs/a"))).await;
    assert_eq!(server.store.audit().len(), before, "{:?}", told(&server.store.audit()));
    bob.post(&format!("/runs/{run}/cancel"), &Value::Null).await.refused(404, "not-found");
    ada.post("/hosts/c1/power", &json!({ "power": "on" })).await.refused(403, "forbidden");
    server.api("").get("/runs").await.refused(401, "unauthenticated");
    server.api(&token_of("c1")).get("/runs").await.refused(403, "forbidden");
    ada.get(&format!("/runs/{run}/outputs/a%20b/c%0d%0ax")).await.refused(404, "not-found");
    assert_eq!(
        told(&server.store.audit()[before..]),
        [
            format!("bob run.cancel [run {run}] failed not-found"),
            "ada host.power [host c1] refused forbidden".to_owned(),
            " api.call [GET /api/v1/runs] refused unauthenticated".to_owned(),
            "host c1 api.call [GET /api/v1/runs] refused forbidden".to_owned(),
            format!("ada output.read [run {run} output a b/c\u{fffd}\u{fffd}x] failed not-found"),
        ]
    );
}

#[tokio::test]
async fn contents_that_people_read_are_rows_and_those_that_hosts_read_are_none() {
    let server = Server::start().await;
    let digest = server.api(ADA).blob(b"some").await;
    server.api(&token_of("c1")).get(&format!("/blobs/{digest}")).await;
    assert!(server.store.audit().is_empty());
    server.api(ADA).get(&format!("/blobs/{digest}")).await;
    assert_eq!(told(&server.store.audit()), [format!("ada content.read [content {digest}] done")]);
}

#[tokio::test]
async fn calls_are_rows_as_requests_are() {
    let server = Server::start().await;
    let run = server.api(ADA).run("price").await;
    let before = server.store.audit().len();
    let (ada, bob) = (server.calls(ADA).await, server.calls(BOB).await);
    bob.runs().cancel(CancelRequest { run: run.clone() }).await.unwrap_err();
    ada.runs().cancel(CancelRequest { run: run.clone() }).await.unwrap();
    server.calls(&token_of("c1")).await.runs().cancel(CancelRequest { run: run.clone() }).await.unwrap_err();
    let source = Some(put_header::Source::Bytes(19));
    let header =
        PutRequest { part: Some(put_request::Part::Header(PutHeader { file: "lgd.table.csv".to_owned(), source })) };
    let content = PutRequest { part: Some(put_request::Part::Content((&b"key,lgd\nretail,0.4\n"[..]).into())) };
    ada.risk().put(tokio_stream::iter([header, content])).await.unwrap();
    let asked = GetObjectRequest { name: "lgd.table".to_owned(), version: None, offset: 0 };
    ada.risk().get(asked).await.unwrap();
    assert_eq!(
        told(&server.store.audit()[before..]),
        [
            format!("bob run.cancel [run {run}] failed not-found"),
            format!("ada run.cancel [run {run}] done"),
            "host c1 run.cancel [] refused forbidden".to_owned(),
            "ada risk.put [risk lgd.table] done".to_owned(),
            "ada risk.read [risk lgd.table] done".to_owned(),
        ]
    );
}

#[tokio::test]
async fn what_is_cut_off_before_its_answer_leaves_a_row_all_the_same() {
    let audit = AuditConfig { mode: Mode::Strict, ..AuditConfig::default() };
    let drain_timeout = Duration::from_millis(10);
    let server = Server::with(Config { audit, drain_timeout, ..Config::default() }).await;
    let mut stream = TcpStream::connect(server.address).await.unwrap();
    let head = format!(
        "PUT /api/v1/risk/lgd.table.csv HTTP/1.1\r\nhost: x\r\nauthorization: Bearer {ADA}\r\ncontent-length: 9\r\n\r\n"
    );
    stream.write_all(head.as_bytes()).await.unwrap();
    // The first row is written before anything is done.
    until("it has begun", async || (server.store.audit().len() == 1).then_some(())).await;
    let store = server.store.clone();
    server.end().await;
    let on = "ada risk.put [risk lgd.table.csv]";
    assert_eq!(told(&store.audit()), [format!("{on} allowed"), format!("{on} unknown")]);
}

#[tokio::test]
async fn in_strict_mode_a_row_is_written_first_and_nothing_is_done_without_it() {
    let server = strict().await;
    let (ada, root) = (server.api(ADA), server.api(ADMIN));
    let run = ada.run("price").await;
    let rows = told(&server.store.audit());
    assert_eq!(rows[2..], ["ada run.submit [] allowed".to_owned(), format!("ada run.submit [run {run}] done")]);
    let (first, last) = (&server.store.audit()[2].entry, &server.store.audit()[3].entry);
    assert_eq!(first.request, last.request, "one request");
    server.store.set_audit_away(true);
    let refused = ada.post(&format!("/runs/{run}/cancel"), &Value::Null).await;
    assert!(refused.refused(503, "audit-unavailable").contains("was not done"));
    assert_eq!(refused.header("retry-after"), "1");
    let call = server.calls(ADA).await.runs().cancel(CancelRequest { run: run.clone() }).await.unwrap_err();
    assert_eq!(refusal(&call), (Code::Unavailable, "audit-unavailable"));
    ada.get("/risk/lgd.table/content").await.refused(503, "audit-unavailable");
    root.post("/hosts/c1/drain", &json!({ "drain": true })).await.refused(503, "audit-unavailable");
    let agent = Agent::enlist(server.address, &token_of("c1"), report("c1", "one")).await;
    assert_eq!(agent.err().unwrap().code(), Code::Unavailable);
    assert!(server.store.hosts().await.unwrap().is_empty());
    let seen = ada.get(&format!("/runs/{run}")).await.of_status(200);
    assert_eq!(seen["state"], "queued", "looking needs no row");
    server.store.set_audit_away(false);
    ada.post(&format!("/runs/{run}/cancel"), &Value::Null).await.of_status(200);
}

#[tokio::test]
async fn outside_strict_mode_what_is_done_is_done_and_the_missing_row_is_counted() {
    let server = Server::start().await;
    let ada = server.api(ADA);
    let run = ada.run("price").await;
    server.store.set_audit_away(true);
    let cancelled = ada.post(&format!("/runs/{run}/cancel"), &Value::Null).await.of_status(200);
    assert_eq!(cancelled["state"], "cancelled");
    server.api("").get("/runs").await.refused(401, "unauthenticated");
    let metrics = server.api("").get("//metrics").await.text();
    for line in ["leat_audit_rows_total 2", "leat_audit_failed_total 2"] {
        assert!(metrics.lines().any(|found| found == line), "{line}\n{metrics}");
    }
}

#[tokio::test]
async fn a_flood_of_refusals_is_counted_and_does_not_fill_the_log() {
    let rate = Rate { per_second: 10_000, burst: 10_000 };
    let server = Server::with(Config { rate, ..Config::default() }).await;
    let guess = server.api("guess");
    for _ in 0..200 {
        guess.get("/runs").await.refused(401, "unauthenticated");
    }
    for _ in 0..3 {
        Agent::enlist(server.address, "guess", report("c1", "one")).await.err().unwrap();
    }
    let store = server.store.clone();
    assert!((20..30).contains(&store.audit().len()), "{}", store.audit().len());
    server.end().await;
    let rows = store.audit();
    let last = &rows.last().unwrap().entry;
    let left_out = 203 - (rows.len() - 1);
    assert_eq!((last.who.role.as_str(), last.action.as_str()), ("system", "audit.left-out"));
    assert_eq!(last.note, format!("{left_out} refusals were left out: address 127.0.0.1 {left_out}"));
}

#[tokio::test]
async fn a_host_that_may_not_speak_for_another_is_a_row() {
    let server = Server::start().await;
    Agent::enlist(server.address, &token_of("c2"), report("c1", "one")).await.err().unwrap();
    Agent::enlist(server.address, "", report("c1", "one")).await.err().unwrap();
    let rows = until("both rows", async || Some(server.store.audit()).filter(|rows| rows.len() == 2)).await;
    assert_eq!(
        told(&rows),
        ["host c2 host.enlist [host c1] refused forbidden", " host.enlist [] refused unauthenticated"]
    );
}

#[tokio::test]
async fn rows_are_listed_by_operators_and_by_nobody_else() {
    let server = Server::start().await;
    let (ada, root) = (server.api(ADA), server.api(ADMIN));
    let run = ada.run("price").await;
    for path in ["/audit", "/audit/export", "/audit/verify"] {
        ada.get(path).await.refused(403, "forbidden");
    }
    let page = root.get("/audit?limit=2").await.of_status(200);
    assert_eq!((page["items"].as_array().unwrap().len(), &page["next"]), (2, &json!(4)));
    let next = root.get("/audit?cursor=4&action=run.*&who=ada").await.of_status(200);
    assert_eq!((&next["items"][0]["on"], &next["next"]), (&json!(format!("run {run}")), &Value::Null));
    let refused = root.get("/audit?outcome=refused&from=2026-01-01T00:00:00Z&to=2027-01-01T00:00:00Z").await;
    assert_eq!(refused.of_status(200)["items"].as_array().unwrap().len(), 3);
    for query in ["outcome=well", "from=yesterday", "limit=0", "limit=1001", "who=", "on=%0a"] {
        root.get(&format!("/audit?{query}")).await.refused(422, "invalid-request");
    }
    let own = root.get("/audit?who=root&action=audit.read&outcome=failed").await.of_status(200);
    assert_eq!(own["items"].as_array().unwrap().len(), 6, "who looks at the log is in it");
}

#[tokio::test]
async fn an_export_is_the_whole_log_and_is_sound() {
    let server = Server::start().await;
    let root = server.api(ADMIN);
    for n in 0..3 {
        root.run(&format!("process-{n}")).await;
    }
    let answer = root.get("/audit/export").await;
    assert_eq!((answer.status, answer.header("content-type")), (200, "application/x-ndjson"));
    let whole = export::check(answer.body.as_slice(), None).unwrap();
    assert_eq!((whole.rows, whole.anchor.number), (whole.head.number, 0));
    let rest = root.get(&format!("/audit/export?after={}", whole.head.number)).await;
    let rest = export::check(rest.body.as_slice(), None).unwrap();
    assert_eq!((rest.anchor, rest.rows), (whole.head, 1), "the first export is a row of the second");
    root.get("/audit/export?after=99").await.refused(422, "invalid-request");
    server.store.tamper(|rows| rows[1].entry.who.user = "bob".to_owned());
    let body = root.get("/audit/export").await.body;
    assert!(export::check(body.as_slice(), None).unwrap_err().to_string().contains("row 2 was changed"));
}

#[tokio::test]
async fn the_service_finds_what_was_done_to_its_log() {
    let server = Server::start().await;
    let root = server.api(ADMIN);
    root.run("price").await;
    let sound = root.get("/audit/verify").await.of_status(200);
    assert_eq!((&sound["is_sound"], &sound["fault"], &sound["rows"]), (&json!(true), &Value::Null, &json!(2)));
    let noted = format!("{}:{}", sound["head"]["number"], sound["head"]["hash"].as_str().unwrap());
    let again = root.get(&format!("/audit/verify?noted={noted}")).await.of_status(200);
    assert_eq!(again["is_sound"], true);
    let other = format!("1:{}", "0".repeat(64));
    let found = root.get(&format!("/audit/verify?noted={other}")).await.of_status(200);
    assert!(found["fault"]["what"].as_str().unwrap().contains("another hash than was noted"), "{found}");
    root.get("/audit/verify?noted=x").await.refused(422, "invalid-request");
    server.store.tamper(|rows| rows[0].entry.outcome = Outcome::Refused);
    let found = root.get("/audit/verify").await.of_status(200);
    assert_eq!((&found["is_sound"], &found["fault"]["number"]), (&json!(false), &json!(1)));
    server.store.tamper(|rows| drop(rows.remove(0)));
    let found = root.get("/audit/verify").await.of_status(200);
    assert_eq!(found["fault"]["what"], "row 1 is missing: 2 follows row 0");
}
