//! Requests as spans: each continues the trace it came with, and a run goes on in it.

use leat_scheduler::model::RunId;
use leat_spans::{SpanContext, Value};
use leat_wire::api_v1::runs_client::RunsClient;
use leat_wire::api_v1::{RetryRequest, SubmitRequest};
use reqwest::Method;
use serde_json::json;
use tonic::Request;

use crate::support::{ADA, Agent, Server, ended, report, token_of};

const GIVEN: &str = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";

fn given() -> SpanContext {
    SpanContext::parse(GIVEN).unwrap()
}

fn stored(server: &Server, run: &str) -> Option<SpanContext> {
    server.store.submitted(&RunId::parse(run).unwrap()).span
}

#[tokio::test]
async fn one_trace_goes_from_the_submit_through_the_store_to_the_orders() {
    let server = Server::start().await;
    let api = server.api(ADA);
    let bundle = api.bundle("price").await;
    let request = api.request(Method::POST, "/runs").header("traceparent", GIVEN).json(&json!({ "bundle": bundle }));
    let run = api.send(request).await.of_status(201)["id"].as_str().unwrap().to_owned();
    let span = server.spans.named("POST /api/v1/runs").pop().unwrap();
    assert_eq!((span.context.trace, span.parent), (given().trace, Some(given().span)));
    for expected in [
        ("http.request.method", Value::from("POST")),
        ("http.route", Value::from("/api/v1/runs")),
        ("http.response.status_code", Value::Number(201)),
    ] {
        assert!(span.attributes.contains(&expected), "{span:?}");
    }
    assert_eq!(stored(&server, &run), Some(span.context));
    let (mut agent, _) = Agent::enlist(server.address, &token_of("c1"), report("c1", "i1")).await.unwrap();
    server.place(&run, "c1").await;
    let orders = agent.hear().await.unwrap();
    assert_eq!(orders.runs[0].traceparent, span.context.to_string());
    let outcome = leat_wire::host_v1::ended::Outcome::Succeeded;
    agent.tell(vec![ended(&run, 1, outcome, &[])]).await;
    agent.farewell().await;
    server.end().await;
}

#[tokio::test]
async fn a_run_that_nobody_follows_begins_a_trace_and_garbage_is_as_good_as_nothing() {
    let server = Server::start().await;
    let api = server.api(ADA);
    let bundle = api.bundle("price").await;
    let upper = GIVEN.to_uppercase();
    let zeros = format!("00-{}-00f067aa0ba902b7-01", "0".repeat(32));
    let long = "4".repeat(4_000);
    for garbage in ["", "00", "not a context", "\u{fc}", &upper, &zeros, &long] {
        let body = json!({ "bundle": bundle });
        let bytes = garbage.as_bytes().to_vec();
        let request = api.request(Method::POST, "/runs").header("traceparent", bytes).json(&body);
        let run = api.send(request).await.of_status(201)["id"].as_str().unwrap().to_owned();
        let span = server.spans.named("POST /api/v1/runs").pop().unwrap();
        assert_eq!(span.parent, None, "{garbage}");
        assert_eq!(stored(&server, &run), Some(span.context));
    }
    let twice = api.request(Method::POST, "/runs").header("traceparent", GIVEN).header("traceparent", GIVEN);
    api.send(twice.json(&json!({ "bundle": bundle }))).await.of_status(201);
    assert_eq!(server.spans.named("POST /api/v1/runs").pop().unwrap().parent, None, "two contexts are none");
    server.end().await;
}

#[tokio::test]
async fn the_same_submission_of_another_span_is_the_same_run() {
    let server = Server::start().await;
    let api = server.api(ADA);
    let bundle = api.bundle("price").await;
    let submit = async || {
        let request = api.request(Method::POST, "/runs").header("idempotency-key", "night");
        api.send(request.json(&json!({ "bundle": bundle }))).await
    };
    let run = submit().await.of_status(201)["id"].clone();
    assert_eq!(submit().await.of_status(200)["id"], run);
    let first = server.spans.named("POST /api/v1/runs").remove(0);
    assert_eq!(stored(&server, run.as_str().unwrap()), Some(first.context));
    server.end().await;
}

#[tokio::test]
async fn who_is_not_recorded_stays_so_and_is_passed_on() {
    let server = Server::start().await;
    let api = server.api(ADA);
    let bundle = api.bundle("price").await;
    let unsampled = GIVEN.replace("-01", "-00");
    let request = api.request(Method::POST, "/runs").header("traceparent", &unsampled);
    let answer = api.send(request.json(&json!({ "bundle": bundle }))).await;
    let run = answer.of_status(201)["id"].as_str().unwrap().to_owned();
    assert_eq!(stored(&server, &run), SpanContext::parse(&unsampled));
    assert!(server.spans.named("POST /api/v1/runs").is_empty());
    server.end().await;
}

#[tokio::test]
async fn what_watches_the_service_is_recorded_only_where_it_asks_for_it() {
    let server = Server::start().await;
    let api = server.api("");
    let name = "GET /api/v1/health/live";
    api.get("/health/live").await.of_status(200);
    assert!(server.spans.named(name).is_empty());
    let request = api.request(Method::GET, "/health/live").header("traceparent", GIVEN);
    api.send(request).await.of_status(200);
    assert_eq!(server.spans.named(name).pop().unwrap().context.trace, given().trace);
    server.end().await;
}

#[tokio::test]
async fn calls_of_grpc_continue_a_trace_too() {
    let server = Server::start().await;
    let bundle = server.api(ADA).bundle("price").await;
    let mut runs = RunsClient::connect(format!("http://{}", server.address)).await.unwrap();
    let mut request = Request::new(SubmitRequest { bundle, ..SubmitRequest::default() });
    request.metadata_mut().insert("authorization", format!("Bearer {ADA}").parse().unwrap());
    request.metadata_mut().insert("traceparent", GIVEN.parse().unwrap());
    let run = runs.submit(request).await.unwrap().into_inner().run.unwrap().summary.unwrap().id;
    let span = server.spans.named("leat.api.v1.Runs/Submit").pop().unwrap();
    assert_eq!((span.context.trace, span.parent), (given().trace, Some(given().span)));
    assert!(span.attributes.contains(&("rpc.grpc.status_code", Value::Number(0))), "{span:?}");
    assert_eq!(stored(&server, &run), Some(span.context));
    let mut request = Request::new(RetryRequest { run, idempotency_key: None });
    request.metadata_mut().insert("authorization", format!("Bearer {ADA}").parse().unwrap());
    runs.retry(request).await.unwrap_err();
    let span = server.spans.named("leat.api.v1.Runs/Retry").pop().unwrap();
    let code = ("rpc.grpc.status_code", Value::Number(i64::from(i32::from(tonic::Code::FailedPrecondition))));
    assert!(span.attributes.contains(&code) && span.error.is_none(), "{span:?}");
    drop(runs);
    server.end().await;
}
