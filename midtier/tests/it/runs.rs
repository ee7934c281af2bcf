//! Runs: submitted, found, ended, repeated.

use leat_scheduler::ledger::Decision;
use leat_scheduler::model::RunId;
use leat_wire::host_v1::ended::Outcome;
use reqwest::Method;
use serde_json::{Value, json};

use crate::support::{ADA, ADMIN, Agent, Answered, Api, BOB, Server, ended, report, token_of};

async fn submit(api: &Api, key: &str, wish: &Value) -> Answered {
    api.send(api.request(Method::POST, "/runs").header("idempotency-key", key).json(wish)).await
}

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
    assert_eq!((&run["state"], &run["process"]), (&json!("queued"), &json!("price")));
    assert_eq!((&run["user"], &run["group"], &run["seed"]), (&json!("ada"), &json!("risk"), &json!(7)));
    assert_eq!(run["needs"], json!({ "cpu_millis": 1000, "memory_bytes": 1 }));
    assert!(run["submitted"].as_str().unwrap().starts_with("2026-01-02T03:04:05"), "{run}");
    assert_eq!(api.get(&format!("/runs/{id}")).await.of_status(200), run);
}

#[tokio::test]
async fn one_key_is_one_run_of_one_user() {
    let server = Server::start().await;
    let (ada, bob) = (server.api(ADA), server.api(BOB));
    let bundle = ada.bundle("price").await;
    let wish = json!({ "bundle": bundle });
    let first = submit(&ada, "nightly", &wish).await.of_status(201);
    let again = submit(&ada, "nightly", &wish).await;
    assert_eq!(again.of_status(200)["id"], first["id"]);
    assert!(again.header("location").ends_with(first["id"].as_str().unwrap()));
    let detail =
        submit(&ada, "nightly", &json!({ "bundle": bundle, "seed": 2 })).await.refused(409, "idempotency-key-in-use");
    assert!(detail.contains(first["id"].as_str().unwrap()), "{detail}");
    assert_ne!(submit(&bob, "nightly", &wish).await.of_status(201)["id"], first["id"]);
    assert_ne!(submit(&ada, "weekly", &wish).await.of_status(201)["id"], first["id"]);
    submit(&ada, &"x".repeat(201), &wish).await.refused(422, "invalid-request");
    submit(&ada, "", &wish).await.refused(422, "invalid-request");
}

#[tokio::test]
async fn a_submission_that_cannot_be_is_refused() {
    let server = Server::start().await;
    let api = server.api(ADA);
    let bundle = api.bundle("price").await;
    let unknown = json!({ "bundle": "0".repeat(64) });
    api.post("/runs", &unknown).await.refused(422, "unknown-bundle");
    let many: serde_json::Map<_, _> = (0..65).map(|label| (label.to_string(), json!("x"))).collect();
    for (field, value) in [
        ("priority", json!(256)),
        ("priority", json!(1.5)),
        ("attempts_max", json!(0)),
        ("attempts_max", json!(101)),
        ("seed", json!(-1)),
        ("region", json!("")),
        ("region", json!("e\u{0}u")),
        ("architecture", json!("x".repeat(201))),
        ("labels", json!(many)),
        ("labels", json!({ "a\n": "b" })),
        ("cpu_millis", json!(0)),
        ("memory_bytes", json!(u64::MAX)),
        ("bundle", json!("abc")),
        ("unknown", json!(1)),
    ] {
        let mut wish = json!({ "bundle": bundle });
        wish[field] = value;
        let detail = api.post("/runs", &wish).await.refused(422, "invalid-request");
        assert!(!detail.is_empty(), "{wish}");
    }
}

#[tokio::test]
async fn a_run_that_no_known_host_could_hold_is_refused_with_the_reason() {
    let server = Server::start().await;
    let api = server.api(ADA);
    let bundle = api.bundle("price").await;
    let wish = |field: &str, value: Value| {
        let mut wish = json!({ "bundle": bundle });
        wish[field] = value;
        wish
    };
    // Before any host is known, a run may wait for one.
    api.post("/runs", &wish("region", json!("mars"))).await.of_status(201);
    let (agent, _) = Agent::enlist(server.address, &token_of("c1"), report("c1", "one")).await.unwrap();
    agent.farewell().await;
    let expected = [
        ("region", json!("mars"), "unknown-region", "no host is in region mars; known: eu"),
        ("architecture", json!("riscv64"), "no-such-host", "no host is riscv64"),
        ("labels", json!({ "disk": "slow" }), "no-such-host", "no host is disk=slow"),
        (
            "memory_bytes",
            json!(64_u64 << 30),
            "impossible-resources",
            "needs 64 GiB and 1 cores on one host; the largest such host, c1, has 8 GiB and 4 cores",
        ),
    ];
    for (field, value, code, detail) in expected {
        assert_eq!(api.post("/runs", &wish(field, value)).await.refused(422, code), detail);
    }
    for (field, value) in [("region", json!("eu")), ("labels", json!({ "disk": "fast" })), ("cpu_millis", json!(4_000))]
    {
        api.post("/runs", &wish(field, value)).await.of_status(201);
    }
}

#[tokio::test]
async fn runs_are_listed_page_by_page_the_latest_first() {
    let server = Server::start().await;
    let api = server.api(ADA);
    let bundle = api.bundle("price").await;
    let mut submitted = Vec::new();
    for _ in 0..5 {
        let answer = api.post("/runs", &json!({ "bundle": bundle })).await.of_status(201);
        submitted.push(answer["id"].as_str().unwrap().to_owned());
    }
    submitted.reverse();
    let (mut listed, mut query) = (Vec::new(), "limit=2".to_owned());
    loop {
        let page = api.get(&format!("/runs?{query}")).await.of_status(200);
        let ids = page["items"].as_array().unwrap().iter().map(|run| run["id"].as_str().unwrap().to_owned());
        listed.push(ids.collect::<Vec<_>>());
        match page["next"].as_str() {
            Some(next) => query = format!("limit=2&cursor={next}"),
            None => break,
        }
    }
    assert_eq!(listed.iter().map(Vec::len).collect::<Vec<_>>(), [2, 2, 1]);
    assert_eq!(listed.concat(), submitted);
}

#[tokio::test]
async fn runs_are_found_by_what_they_are() {
    let server = Server::start().await;
    let api = server.api(ADA);
    let (price, report) = (api.run("price").await, api.run("report").await);
    api.post(&format!("/runs/{report}/cancel"), &Value::Null).await.of_status(200);
    let found = async |query: &str| {
        let page = api.get(&format!("/runs?{query}")).await.of_status(200);
        page["items"].as_array().unwrap().iter().map(|run| run["id"].as_str().unwrap().to_owned()).collect::<Vec<_>>()
    };
    assert_eq!(found("state=queued").await, [price.as_str()]);
    assert_eq!(found("state=queued,cancelled").await, [report.clone(), price.clone()]);
    assert_eq!(found("process=report").await, [report.as_str()]);
    assert_eq!(found("user=ada&group=risk").await.len(), 2);
    assert!(found("user=bob").await.is_empty());
    for query in
        ["state=done", "state=", "state=queued,", "limit=0", "limit=1001", "cursor=%20", "user=", "process=a%00b"]
    {
        api.get(&format!("/runs?{query}")).await.refused(422, "invalid-request");
    }
    for query in ["limit=x", "limit=1&limit=2", "limit=-1"] {
        api.get(&format!("/runs?{query}")).await.refused(400, "malformed-request");
    }
}

#[tokio::test]
async fn a_run_that_is_not_there_is_not_found() {
    let server = Server::start().await;
    let api = server.api(ADMIN);
    for id in ["nothing", "%20", "..%2f..", "%00", &"x".repeat(65), "%ff", "019b0000-0000-7000-8000-000000000000"] {
        api.get(&format!("/runs/{id}")).await.refused(404, "not-found");
        api.post(&format!("/runs/{id}/cancel"), &Value::Null).await.refused(404, "not-found");
    }
}

#[tokio::test]
async fn a_waiting_run_says_why_it_waits() {
    let server = Server::start().await;
    let api = server.api(ADA);
    let run = api.run("price").await;
    let why = async || api.get(&format!("/runs/{run}")).await.of_status(200)["why"].clone();
    assert_eq!(why().await, "waits to be looked at by the scheduler");
    let (id, reason) = (RunId::parse(&run).unwrap(), "waits for host c7, booting for 41 s of about 60 s".to_owned());
    server.decide(Decision::Waits { run: id, reason: reason.clone() }).await;
    assert_eq!(why().await, json!(reason));
}

#[tokio::test]
async fn a_cancelled_run_that_waited_has_ended() {
    let server = Server::start().await;
    let api = server.api(ADA);
    let run = api.run("price").await;
    for _ in 0..2 {
        let cancelled = api.post(&format!("/runs/{run}/cancel"), &Value::Null).await.of_status(200);
        assert_eq!((&cancelled["state"], &cancelled["why"]), (&json!("cancelled"), &json!("cancelled")));
        assert!(cancelled["ended"].is_string());
    }
}

#[tokio::test]
async fn a_run_that_has_ended_is_repeated_as_a_new_one() {
    let server = Server::start().await;
    let (mut agent, _) = Agent::enlist(server.address, &token_of("c1"), report("c1", "one")).await.unwrap();
    let api = server.api(ADA);
    let bundle = api.bundle("price").await;
    let wish = json!({ "bundle": bundle, "seed": 9, "region": "eu", "priority": 2 });
    let run = api.post("/runs", &wish).await.of_status(201)["id"].as_str().unwrap().to_owned();
    api.post(&format!("/runs/{run}/retry"), &Value::Null).await.refused(409, "run-not-ended");
    server.place(&run, "c1").await;
    agent.hear().await.unwrap();
    agent.tell(vec![ended(&run, 1, Outcome::Failed, &[])]).await;
    let old = api.get(&format!("/runs/{run}")).await.of_status(200);
    assert_eq!((&old["state"], &old["why"]), (&json!("failed"), &json!("because")));
    let answer = api.post(&format!("/runs/{run}/retry"), &Value::Null).await;
    let new = answer.of_status(201);
    assert_ne!(new["id"], json!(run));
    assert_eq!(answer.header("location"), format!("/api/v1/runs/{}", new["id"].as_str().unwrap()));
    assert_eq!((&new["retry_of"], &new["state"], &new["attempts"]), (&json!(run), &json!("queued"), &json!(0)));
    for field in ["bundle", "seed", "region", "priority", "needs", "attempts_max"] {
        assert_eq!(new[field], old[field], "{field}");
    }
}
