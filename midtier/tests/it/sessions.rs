//! Sessions with agents of hosts: who may speak for a host, what of their word is taken, what they are told.

use std::time::{Duration, Instant};

use leat_bundle::{CheckpointFile, CheckpointManifest, Digest};
use leat_midtier::Config;
use leat_wire::host_v1::ended::Outcome;
use leat_wire::host_v1::{Checkpoint, Ended, LogPiece, Report, RunReport};
use serde_json::json;
use tonic::Code;

use crate::support::{ADA, ADMIN, Agent, Server, ended, ended_so, report, running, starting, token_of, until};

/// A session of host c1.
async fn agent(server: &Server) -> Agent {
    Agent::enlist(server.address, &token_of("c1"), report("c1", "one")).await.unwrap().0
}

/// A run of ada's that is placed on c1, which has heard of it.
async fn placed(server: &Server, agent: &mut Agent) -> String {
    let run = server.api(ADA).run("price").await;
    server.place(&run, "c1").await;
    let orders = agent.hear().await.unwrap();
    assert_eq!((orders.runs[0].run.as_str(), orders.runs[0].generation, orders.runs[0].stop), (run.as_str(), 1, false));
    run
}

async fn state(server: &Server, run: &str) -> String {
    server.api(ADA).get(&format!("/runs/{run}")).await.of_status(200)["state"].as_str().unwrap().to_owned()
}

#[tokio::test]
async fn a_host_that_enlists_is_ready_and_told_its_lease() {
    let server = Server::start().await;
    let (agent, orders) = Agent::enlist(server.address, &token_of("c1"), report("c1", "one")).await.unwrap();
    assert_eq!((orders.answers, orders.lease_ms, orders.runs.len()), (1, 2_000, 0));
    let host = server.api(ADA).get("/hosts/c1").await.of_status(200);
    assert_eq!(
        (&host["state"], &host["region"], &host["labels"]),
        (&json!("ready"), &json!("eu"), &json!({ "disk": "fast" }))
    );
    assert_eq!(host["capacity"], json!({ "cpu_millis": 4000, "memory_bytes": 8_u64 << 30 }));
    agent.farewell().await;
    assert_eq!(server.api(ADA).get("/hosts/c1").await.of_status(200)["state"], "off");
    server.end().await;
}

#[tokio::test]
async fn a_run_goes_from_its_submission_to_its_outputs() {
    let server = Server::start().await;
    let mut agent = agent(&server).await;
    let run = placed(&server, &mut agent).await;
    agent.tell(vec![starting(&run, 1)]).await;
    assert_eq!(state(&server, &run).await, "starting");
    agent.tell(vec![running(&run, 1, "{\"nodes\":[1]}")]).await;
    let api = server.api(ADA);
    let seen = api.get(&format!("/runs/{run}")).await.of_status(200);
    assert_eq!(
        (&seen["state"], &seen["status"], &seen["hosts"]),
        (&json!("running"), &json!({ "nodes": [1] }), &json!(["c1"]))
    );
    let on_host = api.get("/hosts/c1").await.of_status(200);
    assert_eq!(on_host["runs"][0]["id"], json!(run));
    api.get(&format!("/runs/{run}/report")).await.refused(404, "no-report");
    let digest = server.api(&token_of("c1")).blob(b"a,b").await;
    let orders = agent.tell(vec![ended(&run, 1, Outcome::Succeeded, &[("out/values.csv", &digest)])]).await;
    assert!(orders.runs.is_empty());
    let seen = api.get(&format!("/runs/{run}")).await.of_status(200);
    assert_eq!((&seen["state"], &seen["outputs"][0]["path"]), (&json!("succeeded"), &json!("out/values.csv")));
    assert_eq!(api.get(&format!("/runs/{run}/report")).await.of_status(200), json!({ "ended": true }));
    assert_eq!(api.get(&format!("/runs/{run}/outputs")).await.of_status(200)["items"][0]["digest"], json!(digest));
    assert_eq!(api.get(&format!("/runs/{run}/outputs/out/values.csv")).await.text(), "a,b");
    server.end().await;
}

#[tokio::test]
async fn a_cancelled_run_is_told_to_stop_and_stays_in_the_orders_until_it_has() {
    let server = Server::start().await;
    let mut agent = agent(&server).await;
    let run = placed(&server, &mut agent).await;
    agent.tell(vec![running(&run, 1, "{}")]).await;
    server.api(ADA).post(&format!("/runs/{run}/cancel"), &json!(null)).await.of_status(200);
    let orders = agent.hear().await.unwrap();
    assert!(orders.runs[0].stop, "{orders:?}");
    assert!(agent.tell(vec![ended(&run, 1, Outcome::Stopped, &[])]).await.runs.is_empty());
    assert_eq!(state(&server, &run).await, "cancelled");
}

#[tokio::test]
async fn what_a_host_has_left_counts_once_all_of_it_is_here() {
    let server = Server::start().await;
    let mut agent = agent(&server).await;
    let run = placed(&server, &mut agent).await;
    let contents = server.api(&token_of("c1"));
    let blocks = vec![Digest::of(b"state")];
    let file = CheckpointFile { path: "checkpoints/part".to_owned(), node: None, bytes: 5, blocks };
    let list = CheckpointManifest::new("0.1.0".to_owned(), (1, false), vec![file]).to_bytes();
    let list = contents.blob(&list).await;
    let leaves = |number, list: &str| {
        let checkpoint = Some(Checkpoint { number, list: list.to_owned() });
        vec![RunReport { checkpoint, ..running(&run, 1, "{}") }]
    };
    let api = server.api(ADA);
    let kept = async || api.get(&format!("/runs/{run}")).await.of_status(200)["checkpoint"].clone();
    agent.tell(leaves(1, &list)).await;
    assert_eq!(kept().await, json!(null), "its one content is missing");
    contents.blob(b"state").await;
    for (number, list) in [(2, list.as_str()), (1, &"ab".repeat(32)), (1, "no digest")] {
        agent.tell(leaves(number, list)).await;
        assert_eq!(kept().await, json!(null), "{number} {list}");
    }
    agent.tell(leaves(1, &list)).await;
    let found = kept().await;
    assert_eq!((&found["generation"], &found["number"], &found["bytes"]), (&json!(1), &json!(1), &json!(5)));
    server.end().await;
}

#[tokio::test]
async fn how_workers_of_a_run_died_is_told_to_the_host_of_its_next_attempt() {
    let server = Server::start().await;
    let mut agent = agent(&server).await;
    let run = placed(&server, &mut agent).await;
    let deaths_json = "{\"poisoned\":[]}".to_owned();
    let end = Ended { outcome: Outcome::HostFault.into(), deaths_json: deaths_json.clone(), ..Ended::default() };
    agent.tell(vec![ended_so(&run, 1, end)]).await;
    assert_eq!(state(&server, &run).await, "recovering");
    server.place(&run, "c1").await;
    let orders = agent.hear().await.unwrap();
    assert_eq!((orders.runs[0].generation, &orders.runs[0].deaths_json), (2, &deaths_json));
    server.end().await;
}

#[tokio::test]
async fn a_run_that_is_paused_is_stopped_once_it_can_go_on_and_waits_for_nobody_but_its_user() {
    let server = Server::start().await;
    let mut agent = agent(&server).await;
    let run = placed(&server, &mut agent).await;
    agent.tell(vec![running(&run, 1, "{}")]).await;
    let api = server.api(ADA);
    let asked = api.post(&format!("/runs/{run}/pause"), &json!(null)).await.of_status(200);
    assert_eq!((&asked["state"], &asked["pause_requested"]), (&json!("running"), &json!(true)));
    let orders = agent.hear().await.unwrap();
    assert_eq!((orders.runs[0].checkpoint_wanted, orders.runs[0].stop), (1, false));
    let none = RunReport { no_checkpoints: "it is traced".to_owned(), ..running(&run, 1, "{}") };
    assert!(agent.tell(vec![none]).await.runs[0].stop, "there is nothing to wait for");
    assert!(agent.tell(vec![ended(&run, 1, Outcome::Stopped, &[])]).await.runs.is_empty());
    assert_eq!(state(&server, &run).await, "paused");
    assert_eq!(api.get("/runs?state=paused").await.of_status(200)["items"][0]["id"], json!(run));
    let asked = api.post(&format!("/runs/{run}/resume"), &json!(null)).await.of_status(200);
    assert_eq!((&asked["state"], &asked["pause_requested"]), (&json!("queued"), &json!(false)));
    api.post("/runs/nowhere/pause", &json!(null)).await.refused(404, "not-found");
    server.end().await;
}

#[tokio::test]
async fn orders_come_within_a_second_though_nobody_rings() {
    let server = Server::start().await;
    let mut agent = agent(&server).await;
    // As another midtier would: on the same store, with a bell of its own.
    let other = Server::on(Config::default(), server.store.clone()).await;
    let run = other.api(ADA).run("price").await;
    other.place(&run, "c1").await;
    let begin = Instant::now();
    assert_eq!(agent.hear().await.unwrap().runs[0].run, run);
    assert!(begin.elapsed() < Duration::from_secs(5), "{:?}", begin.elapsed());
}

#[tokio::test]
async fn words_of_an_older_attempt_change_nothing() {
    let server = Server::start().await;
    let mut agent = agent(&server).await;
    let run = placed(&server, &mut agent).await;
    server.recover(&run).await;
    server.place(&run, "c1").await;
    until("the second attempt", async || (agent.hear().await.unwrap().runs.first()?.generation == 2).then_some(()))
        .await;
    let orders = agent.tell(vec![ended(&run, 1, Outcome::Succeeded, &[])]).await;
    assert_eq!(orders.runs[0].generation, 2);
    assert_eq!(state(&server, &run).await, "starting");
    agent.tell(vec![running(&run, 1, "{\"old\":true}")]).await;
    assert_eq!(state(&server, &run).await, "starting");
    agent.tell(vec![ended(&run, 2, Outcome::Succeeded, &[])]).await;
    assert_eq!(state(&server, &run).await, "succeeded");
}

#[tokio::test]
async fn an_end_that_is_told_twice_is_one_end() {
    let server = Server::start().await;
    let mut agent = agent(&server).await;
    let run = placed(&server, &mut agent).await;
    for _ in 0..3 {
        assert!(agent.tell(vec![ended(&run, 1, Outcome::HostFault, &[])]).await.runs.is_empty());
    }
    assert_eq!(state(&server, &run).await, "recovering");
}

#[tokio::test]
async fn a_second_agent_of_a_living_host_is_refused() {
    let server = Server::start().await;
    let mut first = agent(&server).await;
    let token = token_of("c1");
    let second = Agent::enlist(server.address, &token, report("c1", "two"));
    let beats = async {
        loop {
            first.tell(Vec::new()).await;
            tokio::time::sleep(Duration::from_millis(100)).await;
        }
    };
    let refused = tokio::select! {
        refused = second => refused.err(),
        () = beats => None,
    };
    assert_eq!(refused.unwrap().code(), Code::AlreadyExists);
}

#[tokio::test]
async fn an_agent_takes_over_from_one_that_is_silent_for_a_lease() {
    let server = Server::with(Config { lease: Duration::from_millis(400), ..Config::default() }).await;
    let mut first = agent(&server).await;
    let (second, _) = Agent::enlist(server.address, &token_of("c1"), report("c1", "two")).await.unwrap();
    // The first one comes back, and hears that it has been replaced.
    first.say(Vec::new()).await;
    let refused = until("the first agent's end", async || first.hear().await.err()).await;
    assert!(matches!(refused.code(), Code::AlreadyExists | Code::DeadlineExceeded), "{refused}");
    drop(second);
}

#[tokio::test]
async fn the_same_agent_opens_its_session_again_at_once() {
    let server = Server::with(Config { lease: Duration::from_secs(3_600), ..Config::default() }).await;
    drop(agent(&server).await);
    let _again = agent(&server).await;
}

#[tokio::test]
async fn who_may_not_speak_for_a_host_is_refused() {
    let server = Server::start().await;
    let expected = [
        ("", Code::Unauthenticated),
        ("wrong", Code::Unauthenticated),
        (ADA, Code::PermissionDenied),
        (&token_of("c2"), Code::PermissionDenied),
    ];
    for (token, code) in expected {
        let refused = Agent::enlist(server.address, token, report("c1", "one")).await.err().unwrap();
        assert_eq!(refused.code(), code, "{token}: {refused}");
    }
    assert!(Agent::enlist(server.address, ADMIN, report("c1", "one")).await.is_ok());
    // Who may speak for none is not even listened to, and takes no place of those who may.
    let refused = Agent::open(server.address, ADA, report("c1", "one")).await.err().unwrap();
    assert_eq!((refused.code(), refused.message()), (Code::PermissionDenied, "this token may speak for no host"));
}

#[tokio::test]
async fn a_report_that_cannot_be_is_refused() {
    let server = Server::start().await;
    let good = || report("c1", "one");
    let machine = good().machine.unwrap();
    let region = leat_wire::host_v1::Machine { region: "e\0u".to_owned(), ..machine };
    let bad = [
        Report { host: "../c1".to_owned(), ..good() },
        Report { incarnation: String::new(), ..good() },
        Report { incarnation: "x".repeat(300), ..good() },
        Report { machine: None, ..good() },
        Report { machine: Some(region), ..good() },
    ];
    for first in bad {
        let refused = Agent::enlist(server.address, ADMIN, first.clone()).await.err().unwrap();
        assert_eq!(refused.code(), Code::InvalidArgument, "{first:?}: {refused}");
    }
    let mut agent = agent(&server).await;
    agent.send(Report { number: 9, ..report("c2", "one") }).await;
    let refused = until("its end", async || agent.hear().await.err()).await;
    assert_eq!(refused.code(), Code::InvalidArgument);
}

#[tokio::test]
async fn words_that_cannot_be_taken_do_not_end_a_session() {
    let server = Server::start().await;
    let mut agent = agent(&server).await;
    let run = placed(&server, &mut agent).await;
    let words = vec![
        running("no/run", 1, "{}"),
        running(&run, 1, "no json"),
        running("unknown", 1, "{}"),
        ended(&run, 1, Outcome::Succeeded, &[("../../etc/passwd", &"ab".repeat(32))]),
        ended(&run, 1, Outcome::Succeeded, &[("x", "no digest")]),
        ended(&run, 1, Outcome::Unspecified, &[]),
        RunReport { run: run.clone(), generation: 1, ..RunReport::default() },
    ];
    assert_eq!(agent.tell(words).await.runs.len(), 1);
    assert_eq!(state(&server, &run).await, "starting");
}

#[tokio::test]
async fn a_store_that_is_away_leaves_reports_unanswered_and_the_session_open() {
    let server = Server::start().await;
    let mut agent = agent(&server).await;
    server.store.set_away(true);
    let unanswered = agent.say(Vec::new()).await;
    // The beat is not due yet; the look for orders is what fails.
    assert!(tokio::time::timeout(Duration::from_millis(700), agent.hear()).await.is_err());
    server.store.set_away(false);
    let orders = agent.tell(Vec::new()).await;
    assert_eq!(orders.answers, unanswered + 1);
}

#[tokio::test]
async fn an_agent_that_falls_silent_loses_its_session() {
    let server = Server::with(Config { lease: Duration::from_millis(300), ..Config::default() }).await;
    let mut agent = agent(&server).await;
    let ended = until("its end", async || agent.hear().await.err()).await;
    assert_eq!(ended.code(), Code::DeadlineExceeded);
    // It is no farewell: whether the host is lost is for the scheduler to say.
    assert_eq!(server.api(ADA).get("/hosts/c1").await.of_status(200)["state"], "ready");
}

#[tokio::test]
async fn a_session_that_is_dropped_is_no_farewell() {
    let server = Server::start().await;
    agent(&server).await.leave();
    // Whoever says farewell is off at once; this one goes on elsewhere, as far as anybody knows.
    tokio::time::sleep(Duration::from_millis(300)).await;
    assert_eq!(server.api(ADA).get("/hosts/c1").await.of_status(200)["state"], "ready");
}

#[tokio::test]
async fn sessions_end_with_the_service_and_hosts_stay_on() {
    let server = Server::start().await;
    let mut agent = agent(&server).await;
    let store = server.store.clone();
    server.end().await;
    let ended = until("its end", async || agent.hear().await.err()).await;
    assert_eq!(ended.code(), Code::Unavailable);
    let again = Server::on(Config::default(), store).await;
    assert_eq!(again.api(ADA).get("/hosts/c1").await.of_status(200)["state"], "ready");
}

#[tokio::test]
async fn a_status_between_two_writes_is_written_later() {
    let server = Server::start().await;
    let mut agent = agent(&server).await;
    let run = placed(&server, &mut agent).await;
    for number in 0..20 {
        agent.tell(vec![running(&run, 1, &format!("{{\"rows\":{number}}}"))]).await;
    }
    let api = server.api(ADA);
    until("the last status", async || {
        let status = api.get(&format!("/runs/{run}")).await.of_status(200)["status"]["rows"].clone();
        (status == json!(19)).then_some(())
    })
    .await;
}

#[tokio::test]
async fn logs_of_runs_that_a_host_does_not_hold_are_not_kept() {
    let server = Server::start().await;
    let mut agent = agent(&server).await;
    let run = placed(&server, &mut agent).await;
    let foreign = server.api(ADA).run("other").await;
    let piece = |run: &str, generation, node: &str| LogPiece {
        run: run.to_owned(),
        generation,
        node: node.to_owned(),
        offset: 0,
        text: b"hello\n".to_vec(),
    };
    let logs = vec![piece(&run, 1, "a"), piece(&run, 0, "old"), piece(&run, 1, "b\nc"), piece(&foreign, 1, "a")];
    agent.send(Report { number: 2, machine: None, logs, ..report("c1", "one") }).await;
    agent.tell(Vec::new()).await;
    let api = server.api(ADA);
    assert_eq!(api.get(&format!("/runs/{run}/logs")).await.of_status(200), json!({ "items": [{ "node": "a" }] }));
    assert_eq!(api.get(&format!("/runs/{foreign}/logs")).await.of_status(200), json!({ "items": [] }));
}

#[tokio::test]
async fn a_report_larger_than_any_may_be_ends_the_session() {
    let server = Server::start().await;
    let mut agent = agent(&server).await;
    let huge = running("r", 1, &" ".repeat(leat_wire::MESSAGE_BYTES_MAX + 1));
    agent.say(vec![huge]).await;
    let refused = until("its end", async || agent.hear().await.err()).await;
    assert_eq!(refused.code(), Code::OutOfRange, "{refused}");
}
