//! Floods of requests without a valid token, and whom they keep out: whoever sends them, and nobody else.

use std::net::{IpAddr, Ipv4Addr};

use leat_midtier::audit::AuditConfig;
use leat_midtier::{Config, Rate};
use reqwest::Method;
use serde_json::json;

use super::{account, text};
use crate::support::{Agent, Answered, Server, report};

const FEW: Rate = Rate { per_second: 1, burst: 5 };

/// Tokens that have the form of one and that there are not: they are of another installation.
async fn guesses(count: usize) -> Vec<String> {
    let elsewhere = Server::start().await;
    account(&elsewhere, "mallory", &[]).await;
    let mut guesses = Vec::new();
    for _ in 0..count {
        guesses.push(text(&elsewhere, "mallory", json!({})).await);
    }
    guesses
}

async fn behind_a_proxy(server: &Server, token: &str, address: &str) -> Answered {
    let api = server.api(token);
    api.send(api.request(Method::GET, "/runs").header("x-forwarded-for", address)).await
}

#[tokio::test]
async fn strangers_without_a_token_keep_nobody_out_who_has_one() {
    let server = Server::with(Config { rate: FEW, ..Config::default() }).await;
    account(&server, "eve", &[("submitter", "risk")]).await;
    let secret = text(&server, "eve", json!({})).await;
    let mut statuses = Vec::new();
    for _ in 0..20 {
        statuses.push(server.api("").get("/runs").await.status);
    }
    assert!(statuses.starts_with(&[401]) && statuses.ends_with(&[429]), "{statuses:?}");
    // From the same address, and never shown before: the store must be asked.
    server.api(&secret).get("/runs").await.of_status(200);
}

#[tokio::test]
async fn guesses_count_for_who_makes_them_and_not_for_the_proxy_they_come_by() {
    let proxies = vec![IpAddr::V4(Ipv4Addr::LOCALHOST)];
    let audit = AuditConfig { proxies, ..AuditConfig::default() };
    let server = Server::with(Config { rate: FEW, audit, ..Config::default() }).await;
    account(&server, "eve", &[("submitter", "risk")]).await;
    let (secret, again) = (text(&server, "eve", json!({})).await, text(&server, "eve", json!({})).await);
    behind_a_proxy(&server, &again, "2001:db8:0:1::1").await.of_status(200);
    let mut statuses = Vec::new();
    for (number, guess) in guesses(20).await.iter().enumerate() {
        // One network of IPv6, and as many addresses as they like.
        statuses.push(behind_a_proxy(&server, guess, &format!("2001:db8:0:1::{number}")).await.status);
    }
    assert!(statuses.starts_with(&[401]) && statuses.ends_with(&[429]), "{statuses:?}");
    assert_eq!(behind_a_proxy(&server, &secret, "2001:db8:0:1::1").await.status, 429, "it could be one more guess");
    behind_a_proxy(&server, &secret, "2001:db8:0:2::1").await.of_status(200);
    // Once a token was valid, it is no guess, wherever it comes from: not even when something of accounts has changed.
    account(&server, "bob", &[]).await;
    server
        .api(crate::support::ADMIN)
        .post("/accounts", &json!({ "name": "sue", "kind": "person" }))
        .await
        .of_status(201);
    behind_a_proxy(&server, &again, "2001:db8:0:1::1").await.of_status(200);
}

#[tokio::test]
async fn guesses_at_the_session_of_a_host_and_in_cookies_are_no_flood_of_questions_to_the_store() {
    let server = Server::with(Config { rate: FEW, ..Config::default() }).await;
    let guesses = guesses(30).await;
    let before = server.store.asked_about_tokens();
    for guess in &guesses[..15] {
        Agent::enlist(server.address, guess, report("c1", "one")).await.err().unwrap();
    }
    let api = server.api("");
    for guess in &guesses[15..] {
        api.send(api.request(Method::GET, "//login").header("cookie", format!("leat={guess}"))).await;
    }
    let asked = server.store.asked_about_tokens() - before;
    assert!((5..=15).contains(&asked), "{asked}");
}
