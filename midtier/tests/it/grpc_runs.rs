//! Runs over gRPC: submitted, listed, ended, and what of them is refused.

use leat_wire::api_v1::{
    CancelRequest, EventsRequest, FactsRequest, GetRunRequest, ListRunsRequest, LoggedNodesRequest, LogsRequest,
    OutputsRequest, RetryRequest, RunState, SubmitRequest, SubmitResponse, fact,
};
use leat_wire::host_v1::Ended;
use leat_wire::host_v1::ended::Outcome;
use tonic::{Code, Status};

use crate::support::{
    ADA, ADMIN, Agent, BOB, Calls, Server, ended, ended_so, next, refusal, report, rest, running, token_of,
};

async fn submit(calls: &Calls, asked: SubmitRequest) -> Result<SubmitResponse, Status> {
    calls.runs().submit(asked).await.map(tonic::Response::into_inner)
}

async fn agent(server: &Server) -> Agent {
    Agent::enlist(server.address, &token_of("c1"), report("c1", "one")).await.unwrap().0
}

/// A run of ada's on c1, which has ended with this report.
async fn ended_with(server: &Server, report_json: &str) -> String {
    let mut agent = agent(server).await;
    let run = server.api(ADA).run("price").await;
    server.place(&run, "c1").await;
    agent.hear().await.unwrap();
    let (outcome, report_json) = (Outcome::Failed.into(), report_json.to_owned());
    let ended = Ended { outcome, reason: "because".to_owned(), report_json, ..Ended::default() };
    agent.tell(vec![ended_so(&run, 1, ended)]).await;
    run
}

#[tokio::test]
async fn a_run_is_submitted_looked_at_cancelled_and_repeated() {
    let server = Server::start().await;
    let ada = server.calls(ADA).await;
    let bundle = server.api(ADA).bundle("price").await;
    let labels = [("disk".to_owned(), "fast".to_owned())].into();
    let asked = SubmitRequest {
        bundle: bundle.clone(),
        priority: Some(7),
        seed: Some(u64::MAX),
        labels,
        ..SubmitRequest::default()
    };
    let taken = submit(&ada, asked).await.unwrap();
    let run = taken.run.unwrap();
    let summary = run.summary.clone().unwrap();
    assert!(taken.is_new);
    assert_eq!((run.bundle.as_str(), run.seed, run.labels["disk"].as_str()), (bundle.as_str(), u64::MAX, "fast"));
    assert_eq!((run.cpu_millis, run.memory_bytes), (1_000, 1 << 30));
    assert_eq!((summary.state(), summary.priority, summary.user.as_str()), (RunState::Queued, 7, "ada"));
    assert_eq!((summary.process.as_str(), summary.why.as_str()), ("price", "waits to be looked at by the scheduler"));
    let id = summary.id;
    assert_eq!(ada.runs().get(GetRunRequest { run: id.clone() }).await.unwrap().into_inner(), run);
    let early = ada.runs().retry(RetryRequest { run: id.clone(), idempotency_key: None }).await.unwrap_err();
    assert_eq!(refusal(&early), (Code::FailedPrecondition, "run-not-ended"));
    for _ in 0..2 {
        let now = ada.runs().cancel(CancelRequest { run: id.clone() }).await.unwrap().into_inner();
        assert_eq!(now.summary.unwrap().state(), RunState::Cancelled);
    }
    let again = ada.runs().retry(RetryRequest { run: id.clone(), idempotency_key: None }).await.unwrap().into_inner();
    let again = again.run.unwrap();
    assert_eq!((again.retry_of.as_ref(), again.seed), (Some(&id), u64::MAX));
    // REST shows what gRPC has done.
    let listed = server.api(ADA).get("/runs").await.of_status(200);
    assert_eq!(listed["items"].as_array().unwrap().len(), 2);
}

#[tokio::test]
async fn the_same_key_is_the_same_run_whatever_protocol_it_comes_by() {
    let server = Server::start().await;
    let ada = server.calls(ADA).await;
    let bundle = server.api(ADA).bundle("price").await;
    let asked = |seed| SubmitRequest {
        bundle: bundle.clone(),
        idempotency_key: Some("monday".to_owned()),
        seed: Some(seed),
        ..SubmitRequest::default()
    };
    let first = submit(&ada, asked(1)).await.unwrap();
    let second = submit(&ada, asked(1)).await.unwrap();
    assert_eq!((first.is_new, second.is_new, &first.run), (true, false, &second.run));
    assert_eq!(refusal(&submit(&ada, asked(2)).await.unwrap_err()), (Code::AlreadyExists, "idempotency-key-in-use"));
    let api = server.api(ADA);
    let request = api.request(reqwest::Method::POST, "/runs").header("idempotency-key", "monday");
    let same = api.send(request.json(&serde_json::json!({ "bundle": bundle }))).await.of_status(200);
    assert_eq!(same["id"].as_str().unwrap(), first.run.unwrap().summary.unwrap().id);
}

#[tokio::test]
async fn a_submission_that_cannot_be_is_refused_as_rest_refuses_it() {
    let server = Server::start().await;
    let ada = server.calls(ADA).await;
    let _agent = agent(&server).await;
    let good = || SubmitRequest::default();
    let bundle = server.api(ADA).bundle("price").await;
    let of = |change: &dyn Fn(&mut SubmitRequest)| {
        let mut asked = SubmitRequest { bundle: bundle.clone(), ..good() };
        change(&mut asked);
        asked
    };
    let (invalid, unfit) = (Code::InvalidArgument, Code::FailedPrecondition);
    let label = |name: &str| [(name.to_owned(), "x".to_owned())].into();
    let cases = [
        (SubmitRequest { bundle: "x".to_owned(), ..good() }, (invalid, "invalid-request")),
        (good(), (invalid, "invalid-request")),
        (SubmitRequest { bundle: "0".repeat(64), ..good() }, (unfit, "unknown-bundle")),
        (of(&|asked| asked.priority = Some(256)), (invalid, "invalid-request")),
        (of(&|asked| asked.priority = Some(-1)), (invalid, "invalid-request")),
        (of(&|asked| asked.attempts_max = Some(0)), (invalid, "invalid-request")),
        (of(&|asked| asked.cpu_millis = Some(0)), (invalid, "invalid-request")),
        (of(&|asked| asked.memory_bytes = Some(u64::MAX)), (invalid, "invalid-request")),
        (of(&|asked| asked.region = Some(String::new())), (invalid, "invalid-request")),
        (of(&|asked| asked.labels = label("a\nb")), (invalid, "invalid-request")),
        (
            of(&|asked| asked.labels = (0..65).map(|n| (format!("l{n}"), "x".to_owned())).collect()),
            (invalid, "invalid-request"),
        ),
        (of(&|asked| asked.idempotency_key = Some("ü".to_owned())), (invalid, "invalid-request")),
        (of(&|asked| asked.idempotency_key = Some("x".repeat(201))), (invalid, "invalid-request")),
        (of(&|asked| asked.region = Some("mars".to_owned())), (unfit, "unknown-region")),
        (of(&|asked| asked.labels = label("disk")), (unfit, "no-such-host")),
        (of(&|asked| asked.memory_bytes = Some(1 << 50)), (unfit, "impossible-resources")),
    ];
    for (asked, expected) in cases {
        let refused = submit(&ada, asked.clone()).await.unwrap_err();
        assert_eq!(refusal(&refused), expected, "{asked:?}: {refused:?}");
    }
    assert!(ada.runs().list(ListRunsRequest::default()).await.unwrap().into_inner().runs.is_empty());
}

#[tokio::test]
async fn what_one_group_does_is_not_there_for_another() {
    let server = Server::start().await;
    let run = server.api(ADA).run("price").await;
    for (token, name) in [(BOB, run.as_str()), (ADA, "unknown"), (ADA, "no/run"), (ADA, "")] {
        let calls = server.calls(token).await;
        let (mut runs, run) = (calls.runs(), name.to_owned());
        let events = EventsRequest { run: Some(run.clone()), after: None };
        let logs = LogsRequest { run: run.clone(), node: "n".to_owned(), ..LogsRequest::default() };
        let refused = [
            runs.get(GetRunRequest { run: run.clone() }).await.err(),
            runs.cancel(CancelRequest { run: run.clone() }).await.err(),
            runs.retry(RetryRequest { run: run.clone(), idempotency_key: None }).await.err(),
            runs.events(events).await.err(),
            runs.logged_nodes(LoggedNodesRequest { run: run.clone() }).await.err(),
            runs.logs(logs).await.err(),
            runs.facts(FactsRequest { run: run.clone() }).await.err(),
            runs.outputs(OutputsRequest { run: run.clone() }).await.err(),
        ];
        for (place, refused) in refused.into_iter().enumerate() {
            let refused = refused.unwrap_or_else(|| panic!("call {place} of {name:?} was answered"));
            assert_eq!(refusal(&refused), (Code::NotFound, "not-found"), "call {place} of {name:?}");
            assert_eq!(refused.message(), format!("there is no run {name:?}"));
        }
    }
}

#[tokio::test]
async fn lists_have_filters_and_pages() {
    let server = Server::start().await;
    let (ada, bob, root) = (server.calls(ADA).await, server.calls(BOB).await, server.calls(ADMIN).await);
    let mut made = Vec::new();
    for process in ["a", "b", "a", "a"] {
        made.push(server.api(ADA).run(process).await);
    }
    ada.runs().cancel(CancelRequest { run: made[3].clone() }).await.unwrap();
    let ids = async |calls: &Calls, asked: ListRunsRequest| {
        let page = calls.runs().list(asked).await.unwrap().into_inner();
        let ids = page.runs.iter().map(|run| made.iter().position(|id| *id == run.id).unwrap()).collect::<Vec<_>>();
        (ids, page.next_page_token)
    };
    let all = ListRunsRequest::default;
    let of = |process: &str| ListRunsRequest { process: Some(process.to_owned()), ..all() };
    assert_eq!(ids(&ada, all()).await.0, [3, 2, 1, 0]);
    assert_eq!(ids(&bob, all()).await.0, [0_usize; 0]);
    assert_eq!(ids(&bob, ListRunsRequest { group: Some("risk".to_owned()), ..all() }).await.0, [0_usize; 0]);
    assert_eq!(ids(&root, ListRunsRequest { group: Some("risk".to_owned()), ..of("b") }).await.0, [1]);
    let queued = ListRunsRequest { states: vec![RunState::Queued.into()], ..of("a") };
    assert_eq!(ids(&ada, queued).await.0, [2, 0]);
    let (first, token) = ids(&ada, ListRunsRequest { page_size: Some(2), ..of("a") }).await;
    let second = ListRunsRequest { page_size: Some(2), page_token: Some(token), ..of("a") };
    assert_eq!((first, ids(&ada, second).await), (vec![3, 2], (vec![0], String::new())));
    let bad = [
        ListRunsRequest { states: vec![0], ..all() },
        ListRunsRequest { states: vec![99], ..all() },
        ListRunsRequest { page_size: Some(0), ..all() },
        ListRunsRequest { page_size: Some(1_001), ..all() },
        ListRunsRequest { page_token: Some("no token".to_owned()), ..all() },
        ListRunsRequest { user: Some(String::new()), ..all() },
    ];
    for asked in bad {
        let refused = ada.runs().list(asked.clone()).await.unwrap_err();
        assert_eq!(refusal(&refused), (Code::InvalidArgument, "invalid-request"), "{asked:?}");
    }
}

#[tokio::test]
async fn a_run_that_has_ended_tells_its_facts() {
    let server = Server::start().await;
    let run = ended_with(
        &server,
        r#"{"facts":[{"name":"fx_date","set_by":"load","value":{"text":"2026-01-02"}},{"name":"rows","set_by":null,"value":{"int64":3}},
            {"name":"late","set_by":"load","value":null}]}"#,
    )
    .await;
    let ada = server.calls(ADA).await;
    let facts = ada.runs().facts(FactsRequest { run }).await.unwrap().into_inner().facts;
    let told: Vec<_> = facts.iter().map(|fact| (fact.name.as_str(), fact.set_by.as_deref(), &fact.value)).collect();
    let (date, rows) = (Some(fact::Value::Text("2026-01-02".to_owned())), Some(fact::Value::Integer(3)));
    assert_eq!(told, [("fx_date", Some("load"), &date), ("rows", None, &rows), ("late", Some("load"), &None)]);
}

#[tokio::test]
async fn facts_of_a_run_without_a_report_are_not_there_yet() {
    let server = Server::start().await;
    let ada = server.calls(ADA).await;
    let run = server.api(ADA).run("price").await;
    let refused = ada.runs().facts(FactsRequest { run }).await.unwrap_err();
    assert_eq!(refusal(&refused), (Code::FailedPrecondition, "no-report"));
    // What a host has reported in another shape is no fault of whoever asks, and its words are for the log.
    let run = ended_with(&server, r#"{"facts":"many"}"#).await;
    let refused = ada.runs().facts(FactsRequest { run }).await.unwrap_err();
    assert_eq!((refusal(&refused), refused.message().contains("many")), ((Code::Internal, "internal"), false));
}

#[tokio::test]
async fn outputs_are_told_with_their_digests() {
    let server = Server::start().await;
    let mut agent = agent(&server).await;
    let run = server.api(ADA).run("price").await;
    let ada = server.calls(ADA).await;
    let asked = OutputsRequest { run: run.clone() };
    assert!(rest(ada.runs().outputs(asked.clone()).await.unwrap().into_inner()).await.is_empty());
    server.place(&run, "c1").await;
    agent.hear().await.unwrap();
    agent.tell(vec![running(&run, 1, "{\"nodes\":[1]}")]).await;
    let seen = ada.runs().get(GetRunRequest { run: run.clone() }).await.unwrap().into_inner();
    assert_eq!(
        (seen.status_json.as_deref(), seen.summary.unwrap().hosts.as_slice()),
        (Some("{\"nodes\":[1]}"), &["c1".to_owned()][..])
    );
    let digest = server.api(&token_of("c1")).blob(b"a,b").await;
    agent.tell(vec![ended(&run, 1, Outcome::Succeeded, &[("b.csv", &digest), ("a/c.csv", &digest)])]).await;
    let outputs = rest(ada.runs().outputs(asked).await.unwrap().into_inner()).await;
    let told: Vec<_> =
        outputs.iter().map(|output| (output.path.as_str(), output.digest.as_str(), output.bytes)).collect();
    assert_eq!(told, [("a/c.csv", digest.as_str(), 3), ("b.csv", digest.as_str(), 3)]);
}

#[tokio::test]
async fn a_store_that_is_away_is_told_without_its_words() {
    let server = Server::start().await;
    let ada = server.calls(ADA).await;
    let run = server.api(ADA).run("price").await;
    let events = EventsRequest { run: Some(run.clone()), after: None };
    let mut told = ada.runs().events(events).await.unwrap().into_inner();
    next(&mut told).await.unwrap().unwrap();
    server.store.set_away(true);
    let refused = ada.runs().get(GetRunRequest { run: run.clone() }).await.unwrap_err();
    assert_eq!(refusal(&refused), (Code::Unavailable, "unavailable"));
    assert!(!refused.message().contains("secret") && refused.metadata().contains_key("retry-after"), "{refused:?}");
    // A stream that was open goes on when it is back.
    server.store.set_away(false);
    ada.runs().cancel(CancelRequest { run }).await.unwrap();
    assert_eq!(rest(told).await.len(), 2);
}
