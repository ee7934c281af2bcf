//! Runs: submitted, found, ended, repeated.

use reqwest::Method;
use serde_json::json;

use crate::support::{ADA, ADMIN, Agent, BOB, Server, report, token_of};

#[tokio::test]
async fn a_submitted_run_is_told_with_its_place() {
    let server = Server::start().await;
    let api = server.api(ADA);
    let bundle = api.bundle("price").await;
    let wish = json!({ "bundle": bundle, "priority": 3, "seed": 7, "attempts_max": 2, "memory_bytes": 1 });
    let answer = api.post("/runs", &wish).await;
    let run = answer.of_status(201);
    let id = run["id"].as_str().unwrap();
    assert_eq!(answer.header("location"), format!("/api/v1/runs/{id}"));
    assert_eq!(
        (&run["state"], &run["process"], &run["user"], &run["group"]),
        (&json!("queued"), &json!("price"), &json!("ada"), &json!("risk"))
    );
    assert_eq!((&run["needs"], &run["seed"]), (&json!({ "cpu_millis": 1000, "memory_bytes": 1 }), &json!(7)));
    assert!(run["submitted"].as_str().unwrap().starts_with("2026-01-02T03:04:05"), "{run}");
    assert_eq!(api.get(&format!("/runs/{id}")).await.of_status(200), run);
}
