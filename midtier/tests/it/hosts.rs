//! Hosts: looked at, and what operators want of them.

use serde_json::{Value, json};

use crate::support::{ADA, ADMIN, Agent, BOB, Server, report, token_of};

async fn with_host() -> Server {
    let server = Server::start().await;
    let (agent, _) = Agent::enlist(server.address, &token_of("c1"), report("c1", "one")).await.unwrap();
    agent.farewell().await;
    server
}

#[tokio::test]
async fn hosts_are_listed_and_shown_with_the_runs_that_the_caller_may_see() {
    let server = Server::start().await;
    let (mut agent, _) = Agent::enlist(server.address, &token_of("c1"), report("c1", "one")).await.unwrap();
    let run = server.api(ADA).run("price").await;
    server.place(&run, "c1").await;
    agent.hear().await.unwrap();
    let listed = server.api(ADA).get("/hosts").await.of_status(200);
    assert_eq!((&listed["items"][0]["id"], &listed["items"][0]["state"]), (&json!("c1"), &json!("ready")));
    assert_eq!(server.api(ADA).get("/hosts/c1").await.of_status(200)["runs"][0]["id"], json!(run));
    assert_eq!(server.api(BOB).get("/hosts/c1").await.of_status(200)["runs"], json!([]));
    for id in ["c9", "%20", "%2e%2e", &"x".repeat(65)] {
        server.api(ADA).get(&format!("/hosts/{id}")).await.refused(404, "not-found");
    }
}

#[tokio::test]
async fn an_operator_drains_switches_and_keeps_hosts_on() {
    let server = with_host().await;
    let root = server.api(ADMIN);
    let wish = async |action: &str, body: Value| root.post(&format!("/hosts/c1/{action}"), &body).await.of_status(200);
    assert_eq!(wish("drain", json!({ "drain": true })).await["drain_requested"], true);
    assert_eq!(wish("drain", json!({ "drain": false })).await["drain_requested"], false);
    assert_eq!(wish("power", json!({ "power": "on" })).await["power_requested"], "on");
    assert_eq!(wish("power", json!({ "power": "off" })).await["power_requested"], "off");
    let until = wish("keep-on", json!({ "seconds": 3600 })).await["keep_on_until"].clone();
    assert!(until.as_str().unwrap().starts_with("2026-01-02T04:04:05"), "{until}");
    assert_eq!(wish("keep-on", json!({ "seconds": null })).await["keep_on_until"], Value::Null);
}

#[tokio::test]
async fn wishes_that_cannot_be_are_refused() {
    let server = with_host().await;
    let root = server.api(ADMIN);
    for (action, body) in [
        ("drain", json!({})),
        ("power", json!({ "power": "maybe" })),
        ("keep-on", json!({})),
        ("keep-on", json!({ "seconds": -1 })),
        ("keep-on", json!({ "seconds": u64::MAX })),
    ] {
        root.post(&format!("/hosts/c1/{action}"), &body).await.refused(422, "invalid-request");
    }
    for (action, body) in
        [("drain", json!({ "drain": true })), ("power", json!({ "power": "on" })), ("keep-on", json!({ "seconds": 1 }))]
    {
        root.post(&format!("/hosts/c9/{action}"), &body).await.refused(404, "not-found");
        server.api(ADA).post(&format!("/hosts/c1/{action}"), &body).await.refused(403, "forbidden");
    }
}
