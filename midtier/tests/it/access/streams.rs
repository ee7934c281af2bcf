//! What is followed by a token of an account: it goes on for as long as the token is valid and may do what it could.

use leat_midtier::access::Place;
use leat_midtier::store::{AccountChange, Accounts, Holder};
use leat_wire::api_v1::{Event, EventsRequest};
use reqwest::{Method, Response};
use serde_json::{Value, json};
use tonic::{Code, Streaming};

use super::{account, token};
use crate::support::{ADA, ADMIN, Agent, PATIENCE, Server, next, refusal, report};

/// Whoever follows events by both protocols.
struct Listener {
    over_rest: Response,
    over_grpc: Streaming<Event>,
}

impl Listener {
    /// Follows events, and hears one by each protocol: that a run was submitted.
    async fn new(server: &Server, secret: &str) -> Self {
        let over_rest = server.api(secret).request(Method::GET, "/events").send().await.unwrap();
        assert_eq!(over_rest.status(), 200);
        let asked = EventsRequest { run: None, after: None };
        let over_grpc = server.calls(secret).await.runs().events(asked).await.unwrap().into_inner();
        let mut listener = Listener { over_rest, over_grpc };
        let run = server.api(ADA).run("price").await;
        let piece = tokio::time::timeout(PATIENCE, listener.over_rest.chunk()).await.unwrap().unwrap().unwrap();
        assert!(String::from_utf8_lossy(&piece).contains(&run));
        assert!(next(&mut listener.over_grpc).await.unwrap().is_some());
        listener
    }

    /// Hears the end of both: with REST an end, with gRPC this code.
    async fn ends(mut self, code: (Code, &str)) {
        while tokio::time::timeout(PATIENCE, self.over_rest.chunk()).await.expect("the end").unwrap().is_some() {}
        let ended = loop {
            match next(&mut self.over_grpc).await {
                Ok(Some(_)) => {}
                Ok(None) => panic!("it ends without a word"),
                Err(status) => break status,
            }
        };
        assert_eq!(refusal(&ended), code);
    }
}

#[tokio::test]
async fn streams_end_with_the_token_that_opened_them() {
    let server = Server::start().await;
    account(&server, "eve", &[("submitter", "risk")]).await;
    let first = token(&server, "eve", json!({})).await;
    let secret = |made: &Value| made["token"].as_str().unwrap().to_owned();
    let listener = Listener::new(&server, &secret(&first)).await;
    let run = server.api(ADA).run("price").await;
    let path = format!("/runs/{run}/logs/price?follow=true");
    let log = server.api(&secret(&first)).request(Method::GET, &path).send().await.unwrap();
    server
        .api(ADMIN)
        .post(&format!("/tokens/{}/revoke", first["id"].as_str().unwrap()), &Value::Null)
        .await
        .of_status(200);
    listener.ends((Code::Unauthenticated, "unauthenticated")).await;
    assert_eq!(tokio::time::timeout(PATIENCE, log.text()).await.expect("the end").unwrap(), "");
    // One that expires, and one whose account is disabled.
    let listener = Listener::new(&server, &secret(&token(&server, "eve", json!({ "life_seconds": 60 })).await)).await;
    server.clock.turn(std::time::Duration::from_secs(61));
    listener.ends((Code::Unauthenticated, "unauthenticated")).await;
    let listener = Listener::new(&server, &secret(&token(&server, "eve", json!({})).await)).await;
    let change = AccountChange { is_disabled: Some(true), ..AccountChange::default() };
    assert!(server.store.change_account("eve", &change).await.unwrap());
    listener.ends((Code::Unauthenticated, "unauthenticated")).await;
}

#[tokio::test]
async fn streams_end_where_their_token_may_do_other_things_than_before() {
    let server = Server::start().await;
    account(&server, "eve", &[("submitter", "risk"), ("reader", "desk")]).await;
    let made = token(&server, "eve", json!({})).await;
    let listener = Listener::new(&server, made["token"].as_str().unwrap()).await;
    let (eve, risk) = (Holder::Account("eve".to_owned()), Place::Playpen("risk".to_owned()));
    assert!(server.store.ungrant("submitter", &eve, &risk).await.unwrap());
    listener.ends((Code::Unavailable, "unavailable")).await;
}

#[tokio::test]
async fn sessions_of_agents_end_with_the_token_that_opened_them() {
    let server = Server::start().await;
    account(&server, "fleet", &[("administrator", "")]).await;
    let made = token(&server, "fleet", json!({})).await;
    let (mut agent, _) =
        Agent::enlist(server.address, made["token"].as_str().unwrap(), report("c9", "one")).await.unwrap();
    server
        .api(ADMIN)
        .post(&format!("/tokens/{}/revoke", made["id"].as_str().unwrap()), &Value::Null)
        .await
        .of_status(200);
    // A session in which no report comes ends after two leases, with another code.
    let ended = loop {
        if let Err(status) = agent.hear().await {
            break status;
        }
    };
    assert_eq!(ended.code(), Code::Unauthenticated, "{ended}");
}
