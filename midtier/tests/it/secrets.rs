//! Secrets of runs: who may have a run that needs some, what its hosts are granted, and what becomes of that.

mod keeping;

use std::time::Duration;

use leat_midtier::audit::{AuditConfig, Mode};
use leat_midtier::{Config, SecretPolicy};
use leat_secrets::Allowed;
use leat_wire::host_v1::ended::Outcome;
use leat_wire::host_v1::secret_grant::Ticket;
use leat_wire::host_v1::secrets_answer::Answer;
use leat_wire::host_v1::{SecretGrant, SecretsRequest};
use serde_json::json;
use tonic::Code;

use crate::support::{ADA, Agent, Api, BOB, Server, VALUE, ask_for_secrets, ended, report, running, token_of, until};

const PASSWORD: &str = "kv/risk/warehouse#password";
const USER: &str = "kv/risk/warehouse#user";

fn config() -> Config {
    let allowed = Allowed::new(["kv/risk/*"]).unwrap();
    Config {
        lease: Duration::from_secs(2),
        secrets: SecretPolicy::ByGroup([("risk".to_owned(), allowed)].into()),
        machine: Some("this-boot".to_owned()),
        ..Config::default()
    }
}

async fn submitted(api: &Api, secrets: &[&str]) -> String {
    let bundle = api.bundle_with(secrets).await;
    api.post("/runs", &json!({ "bundle": bundle })).await.of_status(201)["id"].as_str().unwrap().to_owned()
}

/// A run of ada's that needs two secrets, at its first attempt on c1.
async fn placed(server: &Server) -> (Agent, String) {
    let (mut agent, _) = Agent::enlist(server.address, &token_of("c1"), report("c1", "one")).await.unwrap();
    let run = submitted(&server.api(ADA), &[PASSWORD, USER]).await;
    server.place(&run, "c1").await;
    while agent.hear().await.unwrap().runs.is_empty() {}
    (agent, run)
}

fn asked(run: &str, generation: u64) -> SecretsRequest {
    SecretsRequest {
        host: "c1".to_owned(),
        incarnation: "one".to_owned(),
        run: run.to_owned(),
        generation,
        machine: "this-boot".to_owned(),
        store_unreachable: false,
    }
}

async fn ask(server: &Server, run: &str, generation: u64) -> Answer {
    ask_for_secrets(server.address, &token_of("c1"), asked(run, generation)).await.unwrap()
}

fn granted(answer: Answer) -> SecretGrant {
    let Answer::Grant(grant) = answer else { panic!("{answer:?}") };
    grant
}

async fn until_granted(server: &Server, count: usize) {
    until("the grants that hold", async || (server.secrets.granted().len() == count).then_some(())).await;
}

#[tokio::test]
async fn a_run_that_may_not_have_its_secrets_is_refused_with_who_may_allow_them() {
    let server = Server::with(config()).await;
    let (ada, bob) = (server.api(ADA), server.api(BOB));
    let submit = async |api: &Api, secrets: &[&str]| {
        let bundle = api.bundle_with(secrets).await;
        api.post("/runs", &json!({ "bundle": bundle })).await
    };
    let said = submit(&ada, &["kv/desk/x#y"]).await.refused(403, "secret-refused");
    assert!(said.contains("[playpens.risk] secrets = [\"kv/desk/x#y\"]"), "{said}");
    let said = submit(&bob, &[PASSWORD]).await.refused(403, "secret-refused");
    assert!(said.contains("runs of desk may not be given the secret"), "{said}");
    submit(&ada, &["kv/../x#y"]).await.refused(422, "invalid-manifest");
    submit(&ada, &[PASSWORD]).await.of_status(201);
    submit(&bob, &[]).await.of_status(201);
    server.end().await;
}

#[tokio::test]
async fn a_run_that_needs_secrets_is_refused_while_their_store_is_away_and_others_are_not() {
    let server = Server::with(config()).await;
    let api = server.api(ADA);
    let (needs, plain) = (api.bundle_with(&[PASSWORD]).await, api.bundle("plain").await);
    server.secrets.set_away(true);
    let said = api.post("/runs", &json!({ "bundle": needs })).await.refused(503, "secret-store-unreachable");
    assert!(said.starts_with("secret store unreachable") && !said.contains("inside"), "{said}");
    api.post("/runs", &json!({ "bundle": plain })).await.of_status(201);
    server.secrets.set_away(false);
    api.post("/runs", &json!({ "bundle": needs })).await.of_status(201);
    server.end().await;
}

#[tokio::test]
async fn a_store_that_answers_and_refuses_the_midtier_is_not_called_unreachable() {
    let server = Server::with(config()).await;
    let (_agent, run) = placed(&server).await;
    let bundle = server.api(ADA).bundle_with(&[PASSWORD]).await;
    server.secrets.set_refusing(true);
    let said = server.api(ADA).post("/runs", &json!({ "bundle": bundle })).await.refused(503, "unavailable");
    assert!(said.starts_with("the secret store refuses this midtier") && !said.contains("inside"), "{said}");
    let answer = ask(&server, &run, 1).await;
    let Answer::NotNow(why) = &answer else { panic!("{answer:?}") };
    assert!(why.starts_with("waits for its secrets: the secret store refuses this midtier"), "{why}");
    assert!(!why.contains("inside") && !why.contains("unreachable"), "{why}");
    server.secrets.set_refusing(false);
    granted(ask(&server, &run, 1).await);
    server.end().await;
}

#[tokio::test]
async fn an_attempt_is_granted_exactly_its_secrets_and_nothing_once_it_is_over() {
    let server = Server::with(config()).await;
    let (mut agent, run) = placed(&server).await;
    let grant = granted(ask(&server, &run, 1).await);
    assert_eq!(grant.paths, [PASSWORD, USER]);
    assert!(matches!(&grant.ticket, Some(Ticket::Wrapped(wrapped)) if wrapped.token == VALUE.as_bytes()));
    let purpose = format!("run {run} on c1, attempt 1");
    assert_eq!(server.secrets.granted(), [(purpose, vec![PASSWORD.to_owned(), USER.to_owned()])]);
    agent.tell(vec![running(&run, 1, "{}")]).await;
    agent.tell(vec![ended(&run, 1, Outcome::Succeeded, &[])]).await;
    until_granted(&server, 0).await;
    assert!(matches!(ask(&server, &run, 1).await, Answer::NotHere(why) if why.contains("does not hold attempt 1")));
    server.end().await;
}

#[tokio::test]
async fn a_grant_that_is_asked_for_again_takes_the_place_of_the_one_before() {
    let server = Server::with(config()).await;
    let (_agent, run) = placed(&server).await;
    let (first, second) = (granted(ask(&server, &run, 1).await), granted(ask(&server, &run, 1).await));
    assert_ne!(first.id, second.id);
    until_granted(&server, 1).await;
    assert_eq!(server.secrets.given(), 2);
    server.end().await;
}

#[tokio::test]
async fn the_grant_of_a_fenced_attempt_is_revoked_and_the_next_attempt_has_its_own() {
    let server = Server::with(config()).await;
    let (_agent, run) = placed(&server).await;
    granted(ask(&server, &run, 1).await);
    server.recover(&run).await;
    until_granted(&server, 0).await;
    server.place(&run, "c1").await;
    assert!(matches!(ask(&server, &run, 1).await, Answer::NotHere(_)), "the older attempt is granted nothing");
    granted(ask(&server, &run, 2).await);
    assert_eq!(server.secrets.granted()[0].0, format!("run {run} on c1, attempt 2"));
    server.end().await;
}

#[tokio::test]
async fn an_attempt_waits_for_the_store_of_secrets_and_says_so() {
    let server = Server::with(config()).await;
    let (_agent, run) = placed(&server).await;
    let why = async || {
        let seen = server.api(ADA).get(&format!("/runs/{run}")).await.of_status(200);
        seen["why"].as_str().unwrap_or_default().to_owned()
    };
    server.secrets.set_away(true);
    assert!(matches!(ask(&server, &run, 1).await, Answer::NotNow(why) if why.contains("secret store unreachable")));
    assert_eq!(why().await, "waits for its secrets: secret store unreachable");
    server.secrets.set_away(false);
    granted(ask(&server, &run, 1).await);
    assert_eq!(why().await, "placed");
    let from_there = SecretsRequest { store_unreachable: true, ..asked(&run, 1) };
    granted(ask_for_secrets(server.address, &token_of("c1"), from_there).await.unwrap());
    assert_eq!(why().await, "waits for its secrets: secret store unreachable from host c1");
    server.end().await;
}

#[tokio::test]
async fn in_strict_mode_an_attempt_that_waits_is_one_row_and_not_one_for_each_time_that_it_asks() {
    let audit = AuditConfig { mode: Mode::Strict, ..AuditConfig::default() };
    let server = Server::with(Config { audit, ..config() }).await;
    let (_agent, run) = placed(&server).await;
    let rows = || {
        let rows = server.store.audit().into_iter().map(|row| row.entry);
        let rows = rows.filter(|entry| entry.action == "secrets.grant").map(|entry| entry.outcome.name());
        rows.collect::<Vec<_>>()
    };
    server.secrets.set_away(true);
    for _ in 0..5 {
        assert!(matches!(ask(&server, &run, 1).await, Answer::NotNow(_)));
    }
    assert_eq!(rows(), ["allowed"]);
    server.secrets.set_away(false);
    granted(ask(&server, &run, 1).await);
    assert_eq!(rows(), ["allowed", "done"]);
    granted(ask(&server, &run, 1).await);
    assert_eq!(rows(), ["allowed", "done", "allowed", "done"]);
    server.end().await;
}

#[tokio::test]
async fn what_the_store_has_not_is_told_by_its_path_and_for_good() {
    let server = Server::with(config()).await;
    let (mut agent, _) = Agent::enlist(server.address, &token_of("c1"), report("c1", "one")).await.unwrap();
    let run = submitted(&server.api(ADA), &["kv/risk/missing#x"]).await;
    server.place(&run, "c1").await;
    while agent.hear().await.unwrap().runs.is_empty() {}
    let answer = ask(&server, &run, 1).await;
    assert!(matches!(&answer, Answer::Never(why) if why.contains("has no kv/risk/missing#x")), "{answer:?}");
    server.end().await;
}

#[tokio::test]
async fn values_go_to_a_host_of_this_machine_and_to_no_other() {
    let server = Server::with(config()).await;
    server.secrets.hand_out_values();
    let (_agent, run) = placed(&server).await;
    for machine in ["", "another-boot"] {
        let asked = SecretsRequest { machine: machine.to_owned(), ..asked(&run, 1) };
        let answer = ask_for_secrets(server.address, &token_of("c1"), asked).await.unwrap();
        assert!(matches!(&answer, Answer::NotHere(why) if why.contains("host c1 is elsewhere")), "{answer:?}");
        assert!(server.secrets.granted().is_empty(), "it was taken back");
    }
    let grant = granted(ask(&server, &run, 1).await);
    let Some(Ticket::Values(values)) = grant.ticket else { panic!("{grant:?}") };
    assert_eq!(values.values, [VALUE.as_bytes(), VALUE.as_bytes()]);
    server.end().await;
}

#[tokio::test]
async fn no_other_machine_is_granted_what_its_own_port_would_be_sent() {
    let server = Server::with(config()).await;
    server.secrets.be_at("http://127.0.0.1:8200/?namespace=team");
    let (_agent, run) = placed(&server).await;
    let far = SecretsRequest { machine: "another-boot".to_owned(), ..asked(&run, 1) };
    let answer = ask_for_secrets(server.address, &token_of("c1"), far).await.unwrap();
    assert!(
        matches!(&answer, Answer::NotHere(why) if why.contains("name address_for_hosts in [secrets]")),
        "{answer:?}"
    );
    assert_eq!(server.secrets.given(), 0, "nothing is made for it");
    granted(ask(&server, &run, 1).await);
    server.end().await;
}

#[tokio::test]
async fn nobody_but_the_agent_that_holds_the_run_is_granted_anything() {
    let server = Server::with(config()).await;
    let (_agent, run) = placed(&server).await;
    let refused = async |token: &str, asked: SecretsRequest| {
        ask_for_secrets(server.address, token, asked).await.unwrap_err().code()
    };
    assert_eq!(refused(&token_of("c2"), asked(&run, 1)).await, Code::PermissionDenied);
    assert_eq!(refused(ADA, asked(&run, 1)).await, Code::PermissionDenied);
    assert_eq!(refused("no-token", asked(&run, 1)).await, Code::Unauthenticated);
    let older = SecretsRequest { incarnation: "another".to_owned(), ..asked(&run, 1) };
    assert_eq!(refused(&token_of("c1"), older).await, Code::AlreadyExists);
    assert_eq!(
        refused(&token_of("c1"), SecretsRequest { run: "../x".to_owned(), ..asked(&run, 1) }).await,
        Code::InvalidArgument
    );
    let (_other, _) = Agent::enlist(server.address, &token_of("c2"), report("c2", "two")).await.unwrap();
    let other = SecretsRequest { host: "c2".to_owned(), incarnation: "two".to_owned(), ..asked(&run, 1) };
    let answer = ask_for_secrets(server.address, &token_of("c2"), other).await.unwrap();
    assert!(matches!(answer, Answer::NotHere(_)), "a host is trusted with its own runs");
    assert_eq!(server.secrets.given(), 0);
    server.end().await;
}

#[tokio::test]
async fn a_host_that_asks_in_a_loop_is_told_to_wait_and_no_other_is() {
    let server = Server::with(config()).await;
    let (_agent, run) = placed(&server).await;
    let (_other, _) = Agent::enlist(server.address, &token_of("c2"), report("c2", "two")).await.unwrap();
    let over = asked(&run, 7);
    let in_a_loop = async || {
        for _ in 0..5000 {
            match ask_for_secrets(server.address, &token_of("c1"), over.clone()).await {
                Ok(answer) => assert!(matches!(answer, Answer::NotHere(_)), "{answer:?}"),
                Err(status) => return Some(status),
            }
        }
        None
    };
    let loops = tokio::join!(in_a_loop(), in_a_loop(), in_a_loop(), in_a_loop());
    let refused = loops.0.or(loops.1).or(loops.2).or(loops.3).expect("it is told to wait");
    assert_eq!(refused.code(), Code::ResourceExhausted, "{refused:?}");
    let other = SecretsRequest { host: "c2".to_owned(), incarnation: "two".to_owned(), ..over };
    let answer = ask_for_secrets(server.address, &token_of("c2"), other).await.unwrap();
    assert!(matches!(answer, Answer::NotHere(_)), "{answer:?}");
    server.end().await;
}

#[tokio::test]
async fn a_grant_and_its_end_are_rows_of_the_audit_log_without_a_value() {
    let server = Server::with(config()).await;
    let (mut agent, run) = placed(&server).await;
    granted(ask(&server, &run, 1).await);
    agent.tell(vec![running(&run, 1, "{}")]).await;
    agent.tell(vec![ended(&run, 1, Outcome::Succeeded, &[])]).await;
    let rows = async || {
        let rows = server.store.audit().into_iter().map(|row| row.entry);
        let rows: Vec<_> = rows.filter(|entry| entry.action.starts_with("secrets.")).collect();
        (rows.len() == 2).then_some(rows)
    };
    let rows = until("both rows", rows).await;
    let told: Vec<_> = rows.iter().map(|row| (row.who.user.as_str(), row.action.as_str(), row.on.as_str())).collect();
    let on = format!("run {run} attempt 1");
    assert_eq!(told, [("host c1", "secrets.grant", on.as_str()), ("leat", "secrets.revoke", &on)]);
    assert_eq!(rows[0].note, format!("{PASSWORD}, {USER}"));
    assert!(rows.iter().all(|row| !row.note.contains(VALUE)));
    server.end().await;
}
