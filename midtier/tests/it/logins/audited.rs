//! What the audit log tells of logins: who, through whom, with which token; and how little of whoever tries in vain.

use std::collections::BTreeMap;

use leat_bundle::Digest;
use leat_midtier::audit::{AuditConfig, Mode, Outcome, Row};
use leat_midtier::logins::Polled;
use leat_midtier::store::{AccountChange, AccountKind, Accounts};
use leat_midtier::{Config, Rate};
use reqwest::Method;
use serde_json::json;

use super::provider::person;
use super::{Browser, account, server, server_with};

fn strict() -> Config {
    Config { audit: AuditConfig { mode: Mode::Strict, ..AuditConfig::default() }, ..Config::default() }
}

/// Rows in short: who, known by what, action, on, outcome, note.
fn told(rows: &[Row]) -> Vec<String> {
    let told = |row: &Row| {
        let entry = &row.entry;
        let (who, outcome) = (&entry.who, entry.outcome.name());
        let note: Vec<&str> = entry.note.split("; ").filter(|part| !part.starts_with("token ")).collect();
        let (on, note) = (&entry.on, note.join("; "));
        let code = if entry.code.is_empty() { String::new() } else { format!(" {}", entry.code) };
        format!("{} ({}) {} [{on}] {outcome}{code}: {note}", who.user, who.identified, entry.action)
    };
    rows.iter().map(told).collect()
}

#[tokio::test]
async fn every_login_is_a_row_that_says_who_it_was_and_which_token_they_have() {
    let (server, corp) = server().await;
    let browser = Browser::new(&server);
    browser.login("ada").await;
    let challenge = Digest::of(b"verifier");
    let state = browser.begin(&format!("/login/corp?port=7000&challenge={challenge}&state=mine")).await;
    browser.get(&format!("/login/corp/callback?code=bob&state={state}")).await;
    let origin = format!("http://{}", server.address);
    let landed = browser.go(Method::POST, "/login/corp/allow", &[("origin", &origin)]).await;
    let code = landed.header("location").split(['=', '&']).nth(1).unwrap().to_owned();
    let api = server.api("");
    api.post("/login/token", &json!({ "code": code, "verifier": "verifier" })).await.of_status(201);
    let begun = api.post("/login/device", &json!({ "provider": "corp" })).await.of_status(201);
    let asks = json!({ "device": begun["device"] });
    *corp.polls.lock().unwrap() = vec![Polled::Here(person("eve", "eve", &["a", "b"])), Polled::Waiting];
    api.post("/login/device/token", &asks).await.of_status(202);
    let device = api.post("/login/device/token", &asks).await.of_status(201);
    let rows = server.store.audit();
    assert_eq!(
        told(&rows),
        [
            "ada (provider corp) login [account ada] done: groups risk",
            "bob (provider corp) login [account bob] done: groups risk",
            "bob (provider corp) login.token [account bob] done: groups risk",
            "eve (provider corp) login.device [account eve] done: groups a b",
        ]
    );
    let who = server.api(device["token"].as_str().unwrap()).get("/whoami").await.of_status(200);
    let token = format!("token {}", who["token"].as_str().unwrap());
    assert!(rows[3].entry.note.starts_with(&token), "{} {token}", rows[3].entry.note);
}

#[tokio::test]
async fn whoever_is_known_and_not_let_in_is_a_row_by_their_name() {
    let (server, corp) = server().await;
    Browser::new(&server).login("ada").await;
    corp.set(|people| people.insert("robot".to_owned(), person("robot", "nightly", &[])));
    account(&server, "nightly", AccountKind::Service).await;
    let change = AccountChange { is_disabled: Some(true), ..AccountChange::default() };
    server.store.change_account("ada", &change).await.unwrap();
    for who in ["ada", "robot"] {
        Browser::new(&server).login(who).await.refused(403, "login-refused");
    }
    assert_eq!(
        told(&server.store.audit()[1..]),
        [
            "ada (provider corp) login [account ada] refused login-refused: groups risk",
            "nightly (provider corp) login [account nightly] refused login-refused: in no group",
        ]
    );
}

#[tokio::test]
async fn in_strict_mode_nobody_logs_in_unless_that_is_written_down_first() {
    let (server, corp) = server_with(strict()).await;
    Browser::new(&server).login("ada").await;
    let rows = server.store.audit();
    let outcomes: Vec<Outcome> = rows.iter().map(|row| row.entry.outcome).collect();
    assert_eq!(outcomes, [Outcome::Allowed, Outcome::Done]);
    assert!(rows.iter().all(|row| row.entry.who.user == "ada" && row.entry.request == rows[0].entry.request));
    server.store.set_audit_away(true);
    let refused = Browser::new(&server).login("bob").await;
    refused.refused(503, "audit-unavailable");
    assert_eq!(server.store.standing("bob").await.unwrap(), None, "not even an account is made");
    *corp.polls.lock().unwrap() = vec![Polled::Here(person("eve", "eve", &[]))];
    let api = server.api("");
    let begun = api.post("/login/device", &json!({ "provider": "corp" })).await.of_status(201);
    let answer = api.post("/login/device/token", &json!({ "device": begun["device"] })).await;
    answer.refused(503, "audit-unavailable");
    assert_eq!(server.store.standing("eve").await.unwrap(), None);
}

#[tokio::test]
async fn garbage_without_a_token_leaves_few_rows_and_is_counted_by_its_address() {
    let rate = Rate { per_second: 1, burst: 400 };
    let (server, _) = server_with(Config { rate, ..strict() }).await;
    let api = server.api("");
    let mut statuses = BTreeMap::new();
    for number in 0..1_000 {
        let request = match number % 4 {
            0 => api.request(Method::POST, "/login/token").body("x"),
            1 => api.request(Method::POST, "/login/device/token").header("content-type", "application/json").body("{}"),
            2 => api.request(Method::POST, "/login/token").json(&json!({ "code": "x", "verifier": "x" })),
            _ => api.request(Method::GET, "//login/corp/callback?state=x"),
        };
        *statuses.entry(api.send(request).await.status).or_insert(0) += 1;
    }
    let rows = server.store.audit();
    assert!((1..=22).contains(&rows.len()), "{}", rows.len());
    assert!(rows.iter().all(|row| row.entry.outcome != Outcome::Allowed && row.entry.who.role == "nobody"), "{rows:?}");
    assert!(statuses[&429] > 500 && [403, 415, 422].iter().all(|one| statuses[one] > 50), "{statuses:?}");
}
