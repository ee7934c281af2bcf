//! What every call must pass: a token, a permission, a rate; a call and a message that there are.

use std::collections::BTreeSet;

use leat_midtier::identity::Caller;
use leat_midtier::{CALLS, Config, Demand, Rate};
use leat_scheduler::model::HostId;
use leat_wire::api_v1::{GetRunRequest, ListRunsRequest, LogPiece};
use reqwest::Method;
use tonic::Code;

use crate::support::protocol::rpcs;
use crate::support::{ADA, ADMIN, BOB, Server, refusal, token_of};

/// The protocols whose calls programs make.
const PROTOCOLS: [&str; 2] = [
    include_str!("../../../scheduler/wire/proto/leat/api/v1/api.proto"),
    include_str!("../../../scheduler/wire/proto/grpc/health/v1/health.proto"),
];

#[test]
fn every_call_of_the_protocols_stands_in_the_table_of_permissions() {
    let described: BTreeSet<String> =
        PROTOCOLS.iter().flat_map(|protocol| rpcs(protocol)).map(|rpc| rpc.path).collect();
    assert_eq!(described, CALLS.iter().map(|call| call.path.to_owned()).collect());
    assert!(CALLS.iter().all(|call| call.method == "POST"));
}

#[tokio::test]
async fn every_call_asks_for_the_permission_that_its_table_says() {
    let server = Server::start().await;
    let callers = [
        ("", None),
        ("wrong", None),
        (&token_of("c1"), Some(Caller::host(HostId::parse("c1").unwrap()))),
        (ADA, Some(Caller::submitter("ada", "risk"))),
        (ADMIN, Some(Caller::administrator("root", "operators"))),
    ];
    for (token, caller) in callers {
        let calls = server.calls(token).await;
        for call in CALLS {
            let forbidden = Some((Code::PermissionDenied, "forbidden"));
            let expected = match (call.demand, &caller) {
                (Demand::Open | Demand::Login, _) => None,
                (_, None) => Some((Code::Unauthenticated, "unauthenticated")),
                (demand, Some(caller)) => forbidden.filter(|_| !demand.is_met_by(caller)),
            };
            let answer = calls.raw(call.path, GetRunRequest::default()).await;
            let refused = answer.as_ref().err().map(refusal);
            let refused = refused.filter(|(code, _)| matches!(code, Code::Unauthenticated | Code::PermissionDenied));
            assert_eq!(refused, expected, "{} as {token:?}: {answer:?}", call.path);
        }
    }
}

#[tokio::test]
async fn calls_and_requests_come_out_of_one_bucket() {
    let config = Config { rate: Rate { per_second: 1, burst: 3 }, ..Config::default() };
    let server = Server::with(config).await;
    let calls = server.calls(ADA).await;
    server.api(ADA).get("/runs").await.of_status(200);
    let mut refused = Vec::new();
    for _ in 0..5 {
        refused.extend(calls.runs().list(ListRunsRequest::default()).await.err());
    }
    assert!(refused.len() >= 2, "{refused:?}");
    assert_eq!(refusal(&refused[0]), (Code::ResourceExhausted, "rate-limited"));
    assert_eq!(refused[0].metadata().get("retry-after").unwrap(), "1");
    server.api(ADA).get("/runs").await.refused(429, "rate-limited");
    server.calls(BOB).await.runs().list(ListRunsRequest::default()).await.unwrap();
}

#[tokio::test]
async fn a_message_that_cannot_be_read_is_the_callers_fault() {
    let server = Server::start().await;
    let calls = server.calls(ADA).await;
    // Its first field is a number, where a run's name is wanted.
    let garbage = LogPiece { generation: 5, ..LogPiece::default() };
    for path in ["/leat.api.v1.Runs/Get", "/leat.api.v1.Runs/Events", "/leat.api.v1.RiskObjects/Put"] {
        let refused = calls.raw(path, garbage.clone()).await.unwrap_err();
        assert_eq!(refusal(&refused), (Code::InvalidArgument, "malformed-request"), "{path}: {refused:?}");
    }
    let huge = GetRunRequest { run: "x".repeat(2 << 20) };
    let refused = calls.runs().get(huge).await.unwrap_err();
    assert_eq!(refusal(&refused), (Code::OutOfRange, "body-too-large"), "{refused:?}");
    // A name that is long, but not too long to be asked, comes back cut.
    let long = GetRunRequest { run: "\u{1}ü".repeat(200_000) };
    let refused = calls.runs().get(long).await.unwrap_err();
    assert_eq!(refusal(&refused), (Code::NotFound, "not-found"), "{refused:?}");
}

#[tokio::test]
async fn a_call_that_there_is_not_is_told_so() {
    let server = Server::start().await;
    let calls = server.calls(ADMIN).await;
    for path in
        ["/leat.api.v1.Runs/Delete", "/leat.api.v1.Runs/get", "/leat.api.v2.Runs/Get", "/grpc.health.v1.Health/x"]
    {
        let refused = calls.raw(path, GetRunRequest::default()).await.unwrap_err();
        assert_eq!(refused.code(), Code::Unimplemented, "{path}: {refused:?}");
    }
}

#[tokio::test]
async fn what_is_no_grpc_at_the_paths_of_calls_is_refused_and_the_service_goes_on() {
    let server = Server::start().await;
    let api = server.api(ADA);
    for (kind, body) in [("application/json", vec![0xff; 100]), ("application/grpc", vec![0xff; 100]), ("", Vec::new())]
    {
        for call in CALLS.iter().filter(|call| call.demand != Demand::Open) {
            let path = format!("/{}", call.path);
            let answer =
                api.send(api.request(Method::POST, &path).header("content-type", kind).body(body.clone())).await;
            let said = answer.headers.get("grpc-status").map(|status| status.to_str().unwrap().to_owned());
            assert!(answer.status == 415 || said.is_some_and(|code| code != "0"), "{kind} {path}: {answer:?}");
        }
    }
    api.get("/runs").await.of_status(200);
}

#[tokio::test]
async fn each_call_has_an_id_and_is_counted() {
    let server = Server::start().await;
    let calls = server.calls(ADA).await;
    let answer = calls.runs().list(ListRunsRequest::default()).await.unwrap();
    assert_eq!(answer.metadata().get("x-request-id").unwrap().as_bytes().len(), 32);
    let refused = calls.runs().get(GetRunRequest { run: "none".to_owned() }).await.unwrap_err();
    assert_eq!(refused.metadata().get("x-request-id").unwrap().as_bytes().len(), 32);
    let metrics = server.api("").get("//metrics").await.text();
    for line in [
        "leat_grpc_calls_total{call=\"/leat.api.v1.Runs/List\",code=\"Ok\"} 1",
        "leat_grpc_calls_total{call=\"/leat.api.v1.Runs/Get\",code=\"NotFound\"} 1",
    ] {
        assert!(metrics.lines().any(|found| found == line), "{line}\n{metrics}");
    }
}
