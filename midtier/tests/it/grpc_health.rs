//! The health of services, as load balancers ask for it.

use std::time::Duration;

use leat_midtier::Config;
use leat_wire::health_v1::health_check_response::ServingStatus;
use leat_wire::health_v1::{HealthCheckRequest, HealthListRequest};
use tonic::Code;

use crate::support::{Server, next, refusal};

const SERVICES: [&str; 4] = ["", "leat.host.v1.Hosts", "leat.api.v1.Runs", "leat.api.v1.RiskObjects"];

fn of(service: &str) -> HealthCheckRequest {
    HealthCheckRequest { service: service.to_owned() }
}

#[tokio::test]
async fn health_turns_with_the_store_as_it_does_over_rest() {
    let server = Server::with(Config { probe_life: Duration::ZERO, ..Config::default() }).await;
    let mut health = server.calls("").await.health();
    for is_away in [false, true, false] {
        server.store.set_away(is_away);
        let expected = if is_away { ServingStatus::NotServing } else { ServingStatus::Serving };
        for service in SERVICES {
            let answer = health.check(of(service)).await.unwrap().into_inner();
            assert_eq!(answer.status(), expected, "{service:?}");
        }
        let listed = health.list(HealthListRequest {}).await.unwrap().into_inner().statuses;
        assert_eq!(listed.len(), SERVICES.len());
        assert!(SERVICES.iter().all(|service| listed[*service].status() == expected), "{listed:?}");
        let rest = server.api("").get("/health/ready").await.status;
        assert_eq!(rest, if is_away { 503 } else { 200 });
    }
}

#[tokio::test]
async fn whoever_watches_is_told_of_every_turn_and_of_the_end() {
    let server = Server::with(Config { probe_life: Duration::ZERO, ..Config::default() }).await;
    let mut watching = server.calls("").await.health().watch(of("leat.api.v1.Runs")).await.unwrap().into_inner();
    for (is_away, expected) in [(false, ServingStatus::Serving), (true, ServingStatus::NotServing)] {
        server.store.set_away(is_away);
        assert_eq!(next(&mut watching).await.unwrap().unwrap().status(), expected);
    }
    server.store.set_away(false);
    assert_eq!(next(&mut watching).await.unwrap().unwrap().status(), ServingStatus::Serving);
    server.end().await;
    assert_eq!(next(&mut watching).await.unwrap().unwrap().status(), ServingStatus::NotServing);
    assert_eq!(refusal(&next(&mut watching).await.unwrap_err()), (Code::Unavailable, "unavailable"));
}

#[tokio::test]
async fn a_service_that_there_is_not_is_unknown() {
    let server = Server::start().await;
    let mut health = server.calls("").await.health();
    let refused = health.check(of("leat.api.v1.Hosts")).await.unwrap_err();
    assert_eq!(refusal(&refused), (Code::NotFound, "not-found"));
    let mut watching = health.watch(of("nothing")).await.unwrap().into_inner();
    assert_eq!(next(&mut watching).await.unwrap().unwrap().status(), ServingStatus::ServiceUnknown);
}

#[tokio::test]
async fn those_who_watch_are_bounded_in_number() {
    let server = Server::start().await;
    let mut health = server.calls("").await.health();
    let mut watching = Vec::new();
    let refused = loop {
        match health.watch(of("")).await {
            Ok(watch) => watching.push(watch),
            Err(refused) => break refused,
        }
        assert!(watching.len() <= 64, "more than may be");
    };
    assert_eq!((watching.len(), refusal(&refused)), (64, (Code::Unavailable, "busy")));
    drop(watching);
    crate::support::until("a place is free", async || health.watch(of("")).await.ok().map(drop)).await;
}
