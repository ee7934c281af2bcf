//! A token of one playpen at another's run: whatever names a run answers as of a run that there is not. What names one is taken from
//! the API's description and from the protocol, so that what comes to them is tried here without anybody's doing; what this cannot
//! fill in fails.

mod asked;

use leat_midtier::ENDPOINTS;
use leat_midtier::access::{Permission, Permissions};
use leat_midtier::store::{Accounts, Made, RoleRecord};
use leat_scheduler::model::Moment;
use leat_wire::api_v1::GetRunRequest;
use leat_wire::host_v1::SecretsRequest;
use serde_json::{Value, json};

use self::asked::{Asked, asked_of_runs, calls_of_runs, unary_calls_of_hosts};
use super::{account, text};
use crate::support::{ADA, ADMIN, Agent, Api, BOB, Server, ask_for_broker, ask_for_secrets, report, token_of};

/// Names of runs that there are not: one as runs have, and one that no run could have.
const ABSENT: [&str; 2] = ["01234567-0000-7000-8000-000000000000", "nothing"];

/// What is answered of a run of this name, but for the name itself and the request's.
async fn answer(api: &Api, asked: &Asked, run: &str) -> (u16, Vec<(String, String)>, String) {
    let request = api.request(asked.method.clone(), &asked.path.replace("{}", run));
    let response = request.send().await.unwrap();
    let status = response.status().as_u16();
    let headers = response
        .headers()
        .iter()
        .filter(|(name, _)| !matches!(name.as_str(), "x-request-id" | "date" | "content-length"));
    let headers = headers.map(|(name, value)| (name.to_string(), value.to_str().unwrap().to_owned())).collect();
    // What goes on without end is not waited for.
    let body = if response.status().is_success() { String::new() } else { response.text().await.unwrap() };
    let mut body: Value = serde_json::from_str(&body).unwrap_or_default();
    if let Some(problem) = body.as_object_mut() {
        problem.remove("request");
    }
    (status, headers, body.to_string().replace(run, "RUN"))
}

/// Tokens by which somebody may do something somewhere, and nothing of runs in the playpen `risk`; the last may do all there but see
/// runs.
async fn outsiders(server: &Server) -> Vec<(&'static str, String)> {
    account(server, "dora", &[("administrator", "desk")]).await;
    account(server, "root-too", &[("administrator", "")]).await;
    let permissions = Permissions::ALL.without(Permissions::of(&[Permission::RunsRead]));
    let blind = RoleRecord { name: "blind".to_owned(), permissions, created: Moment(0), created_by: "root".to_owned() };
    assert_eq!(server.store.make_role(&blind).await.unwrap(), Made::New);
    account(server, "blind", &[("blind", "risk"), ("administrator", "desk")]).await;
    vec![
        ("a token of the configuration, of another playpen", BOB.to_owned()),
        ("an administrator of another playpen", text(server, "dora", json!({})).await),
        (
            "an administrator by a token for another playpen",
            text(server, "root-too", json!({ "playpens": ["desk"] })).await,
        ),
        ("who may do all but see runs there", text(server, "blind", json!({})).await),
    ]
}

/// Someone who has an account and may do nothing.
async fn nobody(server: &Server) -> String {
    account(server, "nobody", &[]).await;
    text(server, "nobody", json!({})).await
}

#[tokio::test]
async fn a_run_of_another_playpen_is_as_good_as_none_at_every_endpoint() {
    let server = Server::start().await;
    let (outsiders, nobody) = (outsiders(&server).await, nobody(&server).await);
    let all = asked_of_runs();
    let of_table = ENDPOINTS.iter().filter(|endpoint| endpoint.path.contains("/runs/{")).count();
    assert!(of_table > 0 && all.len() >= of_table, "{} endpoints of {of_table} are tried", all.len());
    let (ada, root) = (server.api(ADA), server.api(ADMIN));
    for asked in &all {
        let told = format!("{} {}", asked.method, asked.path);
        let run = ada.run("price").await;
        let before = root.get(&format!("/runs/{run}")).await.of_status(200);
        for (who, token) in &outsiders {
            let api = server.api(token);
            let theirs = answer(&api, asked, &run).await;
            assert_eq!(theirs.0, 404, "{told} as {who}: {}", theirs.2);
            assert!(theirs.2.contains("\"not-found\""), "{told} as {who}: {}", theirs.2);
            for absent in ABSENT {
                assert_eq!(theirs, answer(&api, asked, absent).await, "{told} as {who}, {absent}");
            }
        }
        let api = server.api(&nobody);
        let refused = answer(&api, asked, &run).await;
        assert_eq!((refused.0, refused.2.contains("\"forbidden\"")), (403, true), "{told}: {}", refused.2);
        assert_eq!(refused, answer(&api, asked, ABSENT[0]).await, "{told} by who may do nothing");
        let after = root.get(&format!("/runs/{run}")).await.of_status(200);
        assert_eq!(before, after, "{told} has changed the run");
        // Whose run it is is answered otherwise: what was asked above was of this run.
        assert_ne!(answer(&ada, asked, &run).await, answer(&ada, asked, ABSENT[0]).await, "{told} as its owner");
    }
}

#[tokio::test]
async fn a_run_of_another_playpen_is_as_good_as_none_in_every_call() {
    let server = Server::start().await;
    let (outsiders, nobody) = (outsiders(&server).await, nobody(&server).await);
    let all = calls_of_runs();
    assert!(all.contains(&"/leat.api.v1.Runs/Get".to_owned()), "{all:?}");
    for path in &all {
        let run = server.api(ADA).run("price").await;
        let answer = async |token: &str, run: &str| {
            let answer = server.calls(token).await.raw(path, GetRunRequest { run: run.to_owned() }).await;
            answer.map_err(|status| {
                let name = status.metadata().get("leat-code").map(|name| name.to_str().unwrap().to_owned());
                (status.code(), name.unwrap_or_default(), status.message().replace(run, "RUN"))
            })
        };
        for (who, token) in &outsiders {
            let theirs = answer(token, &run).await.expect_err(path);
            assert_eq!(
                (theirs.0, theirs.1.as_str()),
                (tonic::Code::NotFound, "not-found"),
                "{path} as {who}: {theirs:?}"
            );
            for absent in ABSENT {
                assert_eq!(Err(theirs.clone()), answer(token, absent).await, "{path} as {who}, {absent}");
            }
        }
        let refused = answer(&nobody, &run).await.expect_err(path);
        assert_eq!(
            (refused.0, refused.1.as_str()),
            (tonic::Code::PermissionDenied, "forbidden"),
            "{path}: {refused:?}"
        );
        assert_eq!(Err(refused), answer(&nobody, ABSENT[0]).await, "{path} by who may do nothing");
        let seen = server.api(ADA).get(&format!("/runs/{run}")).await.of_status(200);
        assert_eq!(
            (&seen["state"], &seen["cancel_requested"]),
            (&json!("queued"), &json!(false)),
            "{path} has changed the run"
        );
        assert_ne!(answer(ADA, &run).await, answer(ADA, ABSENT[0]).await, "{path} as its owner");
    }
}

#[tokio::test]
async fn a_run_of_another_host_is_as_good_as_none_for_a_host() {
    assert_eq!(
        unary_calls_of_hosts(),
        ["GrantSecrets", "GrantBroker"],
        "what else a host may ask of a run is to be asked here"
    );
    let server = Server::start().await;
    let (_c1, _) = Agent::enlist(server.address, &token_of("c1"), report("c1", "one")).await.unwrap();
    let (_c2, _) = Agent::enlist(server.address, &token_of("c2"), report("c2", "two")).await.unwrap();
    let run = server.api(ADA).run("price").await;
    server.place(&run, "c1").await;
    let asked = |host: &str, incarnation: &str, run: &str| SecretsRequest {
        host: host.to_owned(),
        incarnation: incarnation.to_owned(),
        run: run.to_owned(),
        generation: 1,
        ..Default::default()
    };
    let secrets = async |host: &str, incarnation: &str, run: &str| {
        let answer = ask_for_secrets(server.address, &token_of(host), asked(host, incarnation, run)).await.unwrap();
        format!("{answer:?}").replace(run, "RUN")
    };
    let theirs = secrets("c2", "two", &run).await;
    assert_eq!(theirs, secrets("c2", "two", ABSENT[0]).await);
    assert_ne!(theirs, secrets("c1", "one", &run).await, "who holds it is answered otherwise");
    let broker = async |host: &str, incarnation: &str, run: &str| {
        let answer = ask_for_broker(server.address, &token_of(host), asked(host, incarnation, run)).await.unwrap();
        format!("{answer:?}").replace(run, "RUN")
    };
    let theirs = broker("c2", "two", &run).await;
    assert_eq!(theirs, broker("c2", "two", ABSENT[0]).await);
    server.end().await;
}
