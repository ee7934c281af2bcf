//! What is followed: events and logs.

use std::time::Duration;

use leat_midtier::Config;
use leat_wire::host_v1::ended::Outcome;
use leat_wire::host_v1::{LogPiece, Report};
use reqwest::{Method, Response};
use serde_json::{Value, json};

use crate::support::{ADA, ADMIN, Agent, Api, BOB, PATIENCE, Server, ended, report, running, token_of};

/// Server-sent events as they come.
struct Stream {
    response: Response,
    text: String,
}

/// One of them: its id, its name, its data.
#[derive(Debug, PartialEq)]
struct Told {
    id: String,
    event: String,
    data: Value,
}

impl Stream {
    async fn open(api: &Api, path: &str, last: Option<&str>) -> Self {
        let request = api.request(Method::GET, path);
        let request = last.into_iter().fold(request, |request, last| request.header("last-event-id", last));
        let response = request.send().await.unwrap();
        assert_eq!(response.status(), 200);
        assert_eq!(response.headers()["content-type"], "text/event-stream");
        Stream { response, text: String::new() }
    }

    /// The next block of lines; nothing at the stream's end.
    async fn block(&mut self) -> Option<String> {
        loop {
            if let Some((block, rest)) = self.text.split_once("\n\n") {
                let block = block.to_owned();
                self.text = rest.to_owned();
                return Some(block);
            }
            let piece = tokio::time::timeout(PATIENCE, self.response.chunk()).await.expect("an event or the end");
            self.text.push_str(str::from_utf8(&piece.unwrap()?).unwrap());
        }
    }

    async fn next(&mut self) -> Option<Told> {
        loop {
            let block = self.block().await?;
            let field = |name: &str| {
                block.lines().find_map(|line| line.strip_prefix(name)).map(|value| value.trim_start().to_owned())
            };
            if let (Some(id), Some(event), Some(data)) = (field("id:"), field("event:"), field("data:")) {
                return Some(Told { id, event, data: serde_json::from_str(&data).unwrap() });
            }
        }
    }

    async fn rest(mut self) -> Vec<Told> {
        let mut told = Vec::new();
        while let Some(next) = self.next().await {
            told.push(next);
        }
        told
    }
}

async fn agent(server: &Server) -> Agent {
    Agent::enlist(server.address, &token_of("c1"), report("c1", "one")).await.unwrap().0
}

async fn placed(server: &Server, agent: &mut Agent) -> String {
    let run = server.api(ADA).run("price").await;
    server.place(&run, "c1").await;
    agent.hear().await.unwrap();
    run
}

#[tokio::test]
async fn a_runs_events_are_told_from_its_submission_to_its_end() {
    let server = Server::start().await;
    let mut agent = agent(&server).await;
    let run = server.api(ADA).run("price").await;
    let stream = Stream::open(&server.api(ADA), &format!("/runs/{run}/events"), None).await;
    server.place(&run, "c1").await;
    agent.hear().await.unwrap();
    agent.tell(vec![running(&run, 1, "{}")]).await;
    agent.tell(vec![ended(&run, 1, Outcome::Succeeded, &[])]).await;
    let told = stream.rest().await;
    let kinds: Vec<_> =
        told.iter().map(|told| (told.event.as_str(), told.data["state"].as_str().unwrap_or("-"))).collect();
    assert_eq!(kinds, [("submitted", "-"), ("run", "starting"), ("run", "running"), ("run", "succeeded")]);
    let starting = &told[1].data;
    assert_eq!(
        (&starting["hosts"], &starting["generation"], &starting["run"]),
        (&json!(["c1"]), &json!(1), &json!(run))
    );
    assert_eq!(starting["number"].to_string(), told[1].id);
    // Whoever lost the stream goes on after the last event they have, and whoever has all of them hears nothing more.
    let path = format!("/runs/{run}/events");
    let resumed = Stream::open(&server.api(ADA), &path, Some(&told[1].id)).await.rest().await;
    assert_eq!(resumed, told[2..]);
    assert!(Stream::open(&server.api(ADA), &path, Some(&told[3].id)).await.rest().await.is_empty());
}

#[tokio::test]
async fn events_of_all_are_those_from_now_on_and_each_sees_their_own() {
    let server = Server::start().await;
    let mut agent = agent(&server).await;
    server.api(ADA).run("before").await;
    let mut ada = Stream::open(&server.api(ADA), "/events", None).await;
    let mut bob = Stream::open(&server.api(BOB), "/events", None).await;
    let mut root = Stream::open(&server.api(ADMIN), "/events", None).await;
    let run = placed(&server, &mut agent).await;
    server.api(ADMIN).post("/hosts/c1/drain", &json!({ "drain": true })).await.of_status(200);
    for stream in [&mut ada, &mut root] {
        let told = [stream.next().await.unwrap(), stream.next().await.unwrap(), stream.next().await.unwrap()];
        assert_eq!(told.each_ref().map(|told| told.event.as_str()), ["submitted", "run", "host"]);
        assert_eq!((&told[0].data["run"], &told[2].data["host"]), (&json!(run), &json!("c1")));
    }
    let told = bob.next().await.unwrap();
    assert_eq!(
        (told.event.as_str(), &told.data["what"], &told.data["actor"]),
        ("host", &json!("drain requested"), &json!("root"))
    );
    let all = Stream::open(&server.api(ADMIN), "/events", Some("0")).await.next().await.unwrap();
    assert_eq!(all.id, "1");
}

#[tokio::test]
async fn a_stream_that_has_nothing_to_tell_says_that_it_lives() {
    let server = Server::with(Config { keep_alive: Duration::from_millis(50), ..Config::default() }).await;
    let mut stream = Stream::open(&server.api(ADA), "/events", None).await;
    assert_eq!(stream.block().await.unwrap(), ":");
}

#[tokio::test]
async fn a_last_event_that_is_no_number_is_refused() {
    let server = Server::start().await;
    let api = server.api(ADA);
    for last in ["x", "-1", "", "18446744073709551615"] {
        let request = api.request(Method::GET, "/events").header("last-event-id", last);
        api.send(request).await.refused(400, "malformed-request");
    }
}

#[tokio::test]
async fn streams_beyond_the_limit_are_told_to_come_again() {
    let server = Server::with(Config { streams_max: 1, ..Config::default() }).await;
    let api = server.api(ADA);
    let first = Stream::open(&api, "/events", None).await;
    api.get("/events").await.refused(503, "busy");
    drop(first);
    crate::support::until("the place is free", async || {
        let response = api.request(Method::GET, "/events").send().await.unwrap();
        (response.status() == 200).then_some(())
    })
    .await;
}

async fn log(agent: &mut Agent, place: (&str, u64, u64), number: u64, text: &str) {
    let (run, generation, offset) = (place.0.to_owned(), place.1, place.2);
    let piece = LogPiece { run, generation, node: "price".to_owned(), offset, text: text.as_bytes().to_vec() };
    let report = Report { number, machine: None, logs: vec![piece], ..report("c1", "one") };
    agent.send(report).await;
}

#[tokio::test]
async fn a_log_is_read_from_any_byte_on() {
    let server = Server::start().await;
    let mut agent = agent(&server).await;
    let run = placed(&server, &mut agent).await;
    log(&mut agent, (&run, 1, 0), 2, "one\n").await;
    log(&mut agent, (&run, 1, 0), 3, "again\n").await;
    log(&mut agent, (&run, 1, 4), 4, "two\n").await;
    agent.tell(Vec::new()).await;
    let api = server.api(ADA);
    assert_eq!(api.get(&format!("/runs/{run}/logs")).await.of_status(200), json!({ "items": [{ "node": "price" }] }));
    let path = format!("/runs/{run}/logs/price");
    let whole = api.get(&path).await;
    assert_eq!((whole.text().as_str(), whole.header("content-type")), ("one\ntwo\n", "text/plain; charset=utf-8"));
    for (offset, text) in [("4", "two\n"), ("8", ""), ("99", ""), ("18446744073709551615", "")] {
        assert_eq!(api.get(&format!("{path}?offset={offset}")).await.text(), text);
    }
    api.get(&format!("{path}?offset=x")).await.refused(400, "malformed-request");
    api.get(&format!("{path}?follow=maybe")).await.refused(400, "malformed-request");
    api.get(&format!("/runs/{run}/logs/other")).await.refused(404, "not-found");
    api.get(&format!("/runs/{run}/logs/a%00b")).await.refused(404, "not-found");
}

#[tokio::test]
async fn a_followed_log_goes_on_through_attempts_to_the_runs_end() {
    let server = Server::start().await;
    let mut agent = agent(&server).await;
    let run = placed(&server, &mut agent).await;
    let path = format!("/runs/{run}/logs/price?follow=true");
    let mut response = server.api(ADA).request(Method::GET, &path).send().await.unwrap();
    assert_eq!(response.status(), 200);
    log(&mut agent, (&run, 1, 0), 2, "first\n").await;
    let first = tokio::time::timeout(PATIENCE, response.chunk()).await.unwrap().unwrap().unwrap();
    assert_eq!(first, "first\n");
    server.recover(&run).await;
    server.place(&run, "c1").await;
    crate::support::until("the second attempt", async || {
        (agent.hear().await.unwrap().runs.first()?.generation == 2).then_some(())
    })
    .await;
    log(&mut agent, (&run, 2, 0), 3, "second\n").await;
    agent.tell(vec![ended(&run, 2, Outcome::Succeeded, &[])]).await;
    let rest = tokio::time::timeout(PATIENCE, response.text()).await.unwrap().unwrap();
    assert_eq!(rest, "--- attempt 2 ---\nsecond\n");
    assert_eq!(server.api(ADA).get(&path).await.text(), "second\n");
}
