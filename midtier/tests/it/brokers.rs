//! Users of the broker for each attempt of a divided run on each of its hosts: who is given one, and what becomes of it.

use std::time::Duration;

use leat_midtier::{Broker, Config};
use leat_wire::host_v1::broker_answer::Answer;
use leat_wire::host_v1::ended::Outcome;
use leat_wire::host_v1::{BrokerGrant, Division, Orders, SecretsRequest};
use serde_json::{Value, json};
use tonic::Code;

use crate::support::{ADA, Agent, Server, VALUE, ask_for_broker, ended, report, running, token_of, until};

const URL: &str = "amqp://everybody:password@mq/leat";

/// The broker has a user for everybody, too, which hosts must not be told.
fn config() -> Config {
    Config { lease: Duration::from_secs(2), broker: Some(Broker(URL.to_owned())), ..Config::default() }
}

async fn submit(server: &Server) -> String {
    let api = server.api(ADA);
    let bundle = api.divided_bundle().await;
    let run = api.post("/runs", &json!({ "bundle": bundle })).await.of_status(201);
    run["id"].as_str().unwrap().to_owned()
}

async fn enlist(server: &Server, host: &str) -> Agent {
    Agent::enlist(server.address, &token_of(host), report(host, host)).await.unwrap().0
}

async fn hear_of_run(agent: &mut Agent) -> Orders {
    loop {
        let orders = agent.hear().await.unwrap();
        if !orders.runs.is_empty() {
            return orders;
        }
    }
}

/// A run on c1 and c2, at its first attempt.
async fn spread(server: &Server) -> ([Agent; 2], String) {
    let (mut first, mut second) = (enlist(server, "c1").await, enlist(server, "c2").await);
    let run = submit(server).await;
    server.spread(&run, &["c1", "c2"]).await;
    hear_of_run(&mut first).await;
    hear_of_run(&mut second).await;
    ([first, second], run)
}

fn asked(host: &str, run: &str, generation: u64) -> SecretsRequest {
    let (host, incarnation) = (host.to_owned(), host.to_owned());
    SecretsRequest { host, incarnation, run: run.to_owned(), generation, ..SecretsRequest::default() }
}

async fn ask(server: &Server, host: &str, run: &str, generation: u64) -> Answer {
    ask_for_broker(server.address, &token_of(host), asked(host, run, generation)).await.unwrap()
}

fn granted(answer: Answer) -> BrokerGrant {
    let Answer::Grant(grant) = answer else { panic!("{answer:?}") };
    grant
}

async fn until_granted(server: &Server, count: usize) {
    until("the users that there are", async || (server.secrets.granted().len() == count).then_some(())).await;
}

fn division(orders: Orders) -> Division {
    orders.runs.into_iter().next().unwrap().division.unwrap()
}

#[tokio::test]
async fn hosts_are_told_of_the_broker_unless_each_has_a_user_of_its_own() {
    for of_its_own in [false, true] {
        let server = if of_its_own { Server::with_broker_users(config()).await } else { Server::with(config()).await };
        let mut agent = enlist(&server, "c1").await;
        let run = submit(&server).await;
        server.spread(&run, &["c1", "c2"]).await;
        let told = division(hear_of_run(&mut agent).await);
        assert_eq!((told.asks_for_broker, told.broker.as_str()), (of_its_own, if of_its_own { "" } else { URL }));
        assert_eq!(matches!(ask(&server, "c1", &run, 1).await, Answer::Grant(_)), of_its_own);
        server.end().await;
    }
}

#[tokio::test]
async fn each_host_of_a_divided_run_has_a_user_until_its_share_is_over() {
    let server = Server::with_broker_users(config()).await;
    let ([mut first, mut second], run) = spread(&server).await;
    let users = [granted(ask(&server, "c1", &run, 1).await), granted(ask(&server, "c2", &run, 1).await)];
    assert!(users[0].url != users[1].url && users[0].url.starts_with(&format!("amqp://{run}-1-")), "{}", users[0].url);
    assert_eq!(server.secrets.granted()[0].0, format!("queues of {run}"));
    first.tell(vec![running(&run, 1, "{}")]).await;
    second.tell(vec![running(&run, 1, "{}")]).await;
    first.tell(vec![ended(&run, 1, Outcome::Succeeded, &[])]).await;
    until_granted(&server, 1).await;
    assert!(matches!(ask(&server, "c1", &run, 1).await, Answer::NotHere(_)), "its share is over");
    second.tell(vec![ended(&run, 1, Outcome::Succeeded, &[])]).await;
    until_granted(&server, 0).await;
    server.end().await;
}

#[tokio::test]
async fn a_user_that_comes_when_nobody_waits_for_it_any_more_is_taken_away() {
    let server = Server::with_broker_users(config()).await;
    let (_agents, run) = spread(&server).await;
    // A little longer than a store may take.
    server.secrets.make_users_in(Duration::from_millis(5_300));
    let answer = ask(&server, "c1", &run, 1).await;
    assert!(matches!(answer, Answer::NotNow(_)), "{answer:?}");
    until("the user is made all the same", async || (server.secrets.given() == 1).then_some(())).await;
    until_granted(&server, 0).await;
    server.secrets.make_users_in(Duration::ZERO);
    granted(ask(&server, "c1", &run, 1).await);
    assert_eq!(server.secrets.granted().len(), 1);
    server.end().await;
}

#[tokio::test]
async fn a_user_holds_longer_than_the_grant_that_it_is_made_as() {
    let server = Server::with_broker_users(config()).await;
    let (_agents, run) = spread(&server).await;
    granted(ask(&server, "c1", &run, 1).await);
    let day = Duration::from_secs(24 * 3600);
    until("it is renewed", async || (server.secrets.renewed() == [day]).then_some(())).await;
    server.end().await;
}

#[tokio::test]
async fn the_users_of_a_fenced_attempt_are_taken_away_and_the_next_attempt_has_its_own() {
    let server = Server::with_broker_users(config()).await;
    let (_agents, run) = spread(&server).await;
    granted(ask(&server, "c1", &run, 1).await);
    granted(ask(&server, "c2", &run, 1).await);
    server.recover(&run).await;
    until_granted(&server, 0).await;
    server.spread(&run, &["c1", "c2"]).await;
    assert!(matches!(ask(&server, "c1", &run, 1).await, Answer::NotHere(_)), "the older attempt is given nothing");
    assert!(granted(ask(&server, "c1", &run, 2).await).url.starts_with(&format!("amqp://{run}-2-")));
    server.end().await;
}

#[tokio::test]
async fn nobody_is_given_a_user_for_a_run_that_is_not_divided_or_not_theirs() {
    let server = Server::with_broker_users(config()).await;
    let _agent = enlist(&server, "c1").await;
    let run = submit(&server).await;
    server.place(&run, "c1").await;
    assert!(matches!(ask(&server, "c1", &run, 1).await, Answer::NotHere(_)), "it is on one host alone");
    let _other = enlist(&server, "c2").await;
    assert!(matches!(ask(&server, "c2", &run, 1).await, Answer::NotHere(_)));
    let refused = async |token: &str, asked| ask_for_broker(server.address, token, asked).await.unwrap_err().code();
    assert_eq!(refused(&token_of("c2"), asked("c1", &run, 1)).await, Code::PermissionDenied);
    assert_eq!(refused(ADA, asked("c1", &run, 1)).await, Code::PermissionDenied);
    let older = SecretsRequest { incarnation: "another".to_owned(), ..asked("c1", &run, 1) };
    assert_eq!(refused(&token_of("c1"), older).await, Code::AlreadyExists);
    assert_eq!(server.secrets.given(), 0);
    server.end().await;
}

#[tokio::test]
async fn a_run_that_must_be_spread_is_refused_while_the_store_is_away_and_one_that_is_waits() {
    let server = Server::with_broker_users(config()).await;
    let (api, (_agents, run)) = (server.api(ADA), spread(&server).await);
    let submit = async |spread: bool| {
        let bundle = api.get(&format!("/runs/{run}")).await.of_status(200)["bundle"].clone();
        api.post("/runs", &json!({ "bundle": bundle, "spread": spread })).await
    };
    let why = async || {
        let seen: Value = api.get(&format!("/runs/{run}")).await.of_status(200);
        seen["why"].as_str().unwrap_or_default().to_owned()
    };
    server.secrets.set_away(true);
    let said = submit(true).await.refused(503, "secret-store-unreachable");
    assert!(said.starts_with("secret store unreachable") && !said.contains("inside"), "{said}");
    submit(false).await.of_status(201);
    let waits = "waits for its user of the broker: secret store unreachable";
    assert!(matches!(ask(&server, "c1", &run, 1).await, Answer::NotNow(said) if said == waits));
    assert_eq!(why().await, waits);
    server.secrets.set_away(false);
    submit(true).await.of_status(201);
    granted(ask(&server, "c1", &run, 1).await);
    assert_eq!(why().await, "placed");
    server.end().await;
}

#[tokio::test]
async fn another_midtier_takes_away_the_users_of_one_that_is_gone() {
    let server = Server::with_broker_users(config()).await;
    let ([mut first, _second], run) = spread(&server).await;
    granted(ask(&server, "c1", &run, 1).await);
    first.tell(vec![running(&run, 1, "{}")]).await;
    let other = server.another(config()).await;
    server.end().await;
    assert_eq!(other.secrets.granted().len(), 1, "a run outlives a midtier");
    let mut agent = enlist(&other, "c1").await;
    agent.tell(vec![ended(&run, 1, Outcome::Failed, &[])]).await;
    until_granted(&other, 0).await;
    other.end().await;
}

#[tokio::test]
async fn a_user_that_has_ended_by_itself_is_not_made_anew_behind_its_run() {
    let server = Server::with_broker_users(config()).await;
    let (_agents, run) = spread(&server).await;
    granted(ask(&server, "c1", &run, 1).await);
    until("it is renewed", async || server.secrets.has_renewed().then_some(())).await;
    server.secrets.end_all();
    server.clock.turn(Duration::from_secs(24 * 3600));
    let over = async || server.store.audit().into_iter().find(|row| row.entry.action == "broker.revoke");
    until("it is struck out", over).await;
    assert_eq!(server.secrets.given(), 1, "nobody could be given another");
    server.end().await;
}

#[tokio::test]
async fn a_user_and_its_end_are_rows_of_the_audit_log_without_its_password() {
    let server = Server::with_broker_users(config()).await;
    let ([mut agent, _second], run) = spread(&server).await;
    let grant = granted(ask(&server, "c1", &run, 1).await);
    agent.tell(vec![running(&run, 1, "{}")]).await;
    agent.tell(vec![ended(&run, 1, Outcome::Succeeded, &[])]).await;
    let rows = async || {
        let rows = server.store.audit().into_iter().map(|row| row.entry);
        let rows: Vec<_> = rows.filter(|entry| entry.action.starts_with("broker.")).collect();
        (rows.len() == 2).then_some(rows)
    };
    let rows = until("both rows", rows).await;
    let told: Vec<_> = rows.iter().map(|row| (row.who.user.as_str(), row.action.as_str(), row.on.as_str())).collect();
    let on = format!("run {run} attempt 1");
    assert_eq!(told, [("host c1", "broker.grant", on.as_str()), ("leat", "broker.revoke", &on)]);
    assert!(rows.iter().all(|row| row.note.contains(&grant.id) && !row.note.contains(VALUE)));
    server.end().await;
}
