//! What is followed over gRPC: events and logs.

use leat_midtier::Config;
use leat_wire::api_v1::event::What;
use leat_wire::api_v1::{Event, EventsRequest, LogPiece as Told, LoggedNodesRequest, LogsRequest, RunState};
use leat_wire::host_v1::ended::Outcome;
use leat_wire::host_v1::{LogPiece, Report};
use serde_json::json;
use tonic::Code;

use crate::support::{ADA, ADMIN, Agent, BOB, Server, ended, next, refusal, report, rest, running, token_of, until};

async fn agent(server: &Server) -> Agent {
    Agent::enlist(server.address, &token_of("c1"), report("c1", "one")).await.unwrap().0
}

/// An event in a word, and the run or host it is of.
fn said(event: &Event) -> (String, &str) {
    match event.what.as_ref().unwrap() {
        What::Submitted(of) => ("submitted".to_owned(), &of.run),
        What::Run(of) => (format!("{:?}", of.state()), &of.run),
        What::PauseRequested(of) => ("pause".to_owned(), &of.run),
        What::CancelRequested(of) => ("cancel".to_owned(), &of.run),
        What::Host(of) => (of.what.clone(), &of.host),
    }
}

#[tokio::test]
async fn a_runs_events_are_told_from_its_submission_to_its_end() {
    let server = Server::start().await;
    let mut agent = agent(&server).await;
    let run = server.api(ADA).run("price").await;
    let ada = server.calls(ADA).await;
    let asked = |after| EventsRequest { run: Some(run.clone()), after };
    let stream = ada.runs().events(asked(None)).await.unwrap().into_inner();
    server.place(&run, "c1").await;
    agent.hear().await.unwrap();
    agent.tell(vec![running(&run, 1, "{}")]).await;
    agent.tell(vec![ended(&run, 1, Outcome::Succeeded, &[])]).await;
    let told = rest(stream).await;
    let kinds: Vec<_> = told.iter().map(|event| said(event).0).collect();
    assert_eq!(kinds, ["submitted", "Starting", "Running", "Succeeded"]);
    assert!(told.iter().all(|event| said(event).1 == run));
    let Some(What::Run(starting)) = &told[1].what else { panic!("{told:?}") };
    assert_eq!(
        (starting.state(), starting.generation, starting.hosts.as_slice()),
        (RunState::Starting, 1, &["c1".to_owned()][..])
    );
    assert_eq!((told[0].actor.as_str(), told[2].actor.as_str()), ("ada", "host c1"));
    // Whoever lost the stream goes on after the last event they have, and whoever has all of them hears nothing more.
    let numbers: Vec<u64> = told.iter().map(|event| event.number).collect();
    let resumed = rest(ada.runs().events(asked(Some(numbers[1]))).await.unwrap().into_inner()).await;
    assert_eq!(resumed, told[2..]);
    assert!(rest(ada.runs().events(asked(Some(numbers[3]))).await.unwrap().into_inner()).await.is_empty());
    let beyond = ada.runs().events(asked(Some(u64::MAX))).await.unwrap_err();
    assert_eq!(refusal(&beyond), (Code::InvalidArgument, "invalid-request"));
}

#[tokio::test]
async fn events_of_all_are_those_from_now_on_and_each_sees_their_own() {
    let server = Server::start().await;
    let _agent = agent(&server).await;
    server.api(ADA).run("before").await;
    let mut streams = Vec::new();
    for token in [ADA, ADMIN, BOB] {
        let asked = EventsRequest::default();
        streams.push(server.calls(token).await.runs().events(asked).await.unwrap().into_inner());
    }
    let run = server.api(ADA).run("price").await;
    server.api(ADMIN).post("/hosts/c1/drain", &json!({ "drain": true })).await.of_status(200);
    for stream in &mut streams[..2] {
        let submitted = next(stream).await.unwrap().unwrap();
        assert_eq!(said(&submitted), ("submitted".to_owned(), run.as_str()));
        assert_eq!(said(&next(stream).await.unwrap().unwrap()), ("drain requested".to_owned(), "c1"));
    }
    assert_eq!(said(&next(&mut streams[2]).await.unwrap().unwrap()), ("drain requested".to_owned(), "c1"));
    let all = EventsRequest { run: None, after: Some(0) };
    let mut all = server.calls(ADMIN).await.runs().events(all).await.unwrap().into_inner();
    assert_eq!(next(&mut all).await.unwrap().unwrap().number, 1);
    // Whoever listens when the service ends can tell that from the end of what there is to tell.
    server.end().await;
    for mut stream in streams {
        assert_eq!(refusal(&next(&mut stream).await.unwrap_err()), (Code::Unavailable, "unavailable"));
    }
}

#[tokio::test]
async fn streams_of_both_protocols_have_one_limit() {
    let server = Server::with(Config { streams_max: 1, ..Config::default() }).await;
    let ada = server.calls(ADA).await;
    let first = ada.runs().events(EventsRequest::default()).await.unwrap();
    let refused = ada.runs().events(EventsRequest::default()).await.unwrap_err();
    assert_eq!(refusal(&refused), (Code::Unavailable, "busy"));
    server.api(ADA).get("/events").await.refused(503, "busy");
    drop(first);
    until("the place is free", async || ada.runs().events(EventsRequest::default()).await.ok().map(drop)).await;
}

async fn log(agent: &mut Agent, place: (&str, u64, u64), number: u64, text: &str) {
    let (run, generation, offset) = (place.0.to_owned(), place.1, place.2);
    let piece = LogPiece { run, generation, node: "price".to_owned(), offset, text: text.as_bytes().to_vec() };
    agent.send(Report { number, machine: None, logs: vec![piece], ..report("c1", "one") }).await;
}

fn whole(pieces: &[Told]) -> String {
    pieces.iter().map(|piece| String::from_utf8(piece.text.to_vec()).unwrap()).collect()
}

#[tokio::test]
async fn a_followed_log_goes_on_through_attempts_to_the_runs_end() {
    let server = Server::start().await;
    let mut agent = agent(&server).await;
    let run = server.api(ADA).run("price").await;
    server.place(&run, "c1").await;
    agent.hear().await.unwrap();
    let ada = server.calls(ADA).await;
    let asked = |offset, follow| LogsRequest { run: run.clone(), node: "price".to_owned(), offset, follow };
    let missing = ada.runs().logs(asked(0, false)).await.unwrap_err();
    assert_eq!(refusal(&missing), (Code::NotFound, "not-found"));
    let mut stream = ada.runs().logs(asked(0, true)).await.unwrap().into_inner();
    log(&mut agent, (&run, 1, 0), 2, "first\n").await;
    let first = next(&mut stream).await.unwrap().unwrap();
    assert_eq!((first.generation, first.offset, first.text.as_ref()), (1, 0, &b"first\n"[..]));
    let nodes = ada.runs().logged_nodes(LoggedNodesRequest { run: run.clone() }).await.unwrap().into_inner().nodes;
    assert_eq!(nodes, ["price"]);
    server.recover(&run).await;
    server.place(&run, "c1").await;
    until("the second attempt", async || (agent.hear().await.unwrap().runs.first()?.generation == 2).then_some(()))
        .await;
    log(&mut agent, (&run, 2, 0), 3, "second\n").await;
    log(&mut agent, (&run, 2, 7), 4, "third\n").await;
    agent.tell(vec![ended(&run, 2, Outcome::Succeeded, &[])]).await;
    let pieces = rest(stream).await;
    assert_eq!(whole(&pieces), "second\nthird\n");
    assert!(pieces.iter().all(|piece| piece.generation == 2) && pieces[0].offset == 0, "{pieces:?}");
    for (offset, text) in [(0, "second\nthird\n"), (7, "third\n"), (99, ""), (u64::MAX, "")] {
        let read = rest(ada.runs().logs(asked(offset, true)).await.unwrap().into_inner()).await;
        assert_eq!(whole(&read), text);
        assert!(read.first().is_none_or(|piece| piece.offset == offset));
    }
}
