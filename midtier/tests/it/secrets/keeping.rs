//! What becomes of grants that are out: renewed, made anew, revoked, whatever the store does with some of them.

use std::time::Duration;

use leat_wire::host_v1::ended::Outcome;

use super::{PASSWORD, USER, ask, config, granted, placed, until_granted};
use crate::support::{ADA, Agent, Server, ended, report, running, token_of, until};

#[tokio::test]
async fn a_grant_is_renewed_and_made_anew_where_that_is_over() {
    let server = Server::with(config()).await;
    let (mut agent, run) = placed(&server).await;
    granted(ask(&server, &run, 1).await);
    agent.tell(vec![running(&run, 1, "{}")]).await;
    assert!(!server.secrets.has_renewed());
    server.clock.turn(Duration::from_secs(500));
    until("it is renewed", async || server.secrets.has_renewed().then_some(())).await;
    server.secrets.end_all();
    server.clock.turn(Duration::from_secs(500));
    until_granted(&server, 1).await;
    assert_eq!(server.secrets.given(), 2);
    server.secrets.set_away(true);
    server.clock.turn(Duration::from_secs(500));
    agent.tell(vec![running(&run, 1, "{\"nodes\":[1]}")]).await;
    let seen = server.api(ADA).get(&format!("/runs/{run}")).await.of_status(200);
    assert_eq!(seen["state"], "running", "it goes on with what it holds");
    agent.tell(vec![ended(&run, 1, Outcome::Succeeded, &[])]).await;
    server.secrets.set_away(false);
    until_granted(&server, 0).await;
    server.end().await;
}

#[tokio::test]
async fn a_grant_that_the_store_can_do_nothing_with_keeps_no_other_from_what_is_due() {
    let server = Server::with(config()).await;
    let (mut agent, run) = placed(&server).await;
    granted(ask(&server, &run, 1).await);
    server.secrets.break_grants();
    granted(ask(&server, &run, 1).await);
    agent.tell(vec![running(&run, 1, "{}")]).await;
    let rounds = async |count: u32| {
        let until_then = server.secrets.tried("grant-1") + count;
        until("more rounds", async || (server.secrets.tried("grant-1") >= until_then).then_some(())).await;
    };
    rounds(1).await;
    server.clock.turn(Duration::from_secs(500));
    until("the other is renewed", async || server.secrets.has_renewed().then_some(())).await;
    agent.tell(vec![ended(&run, 1, Outcome::Succeeded, &[])]).await;
    until_granted(&server, 1).await;
    rounds(1).await;
    server.end().await;
}

#[tokio::test]
async fn a_grant_that_cannot_be_renewed_is_not_tried_again_in_each_round() {
    let server = Server::with(config()).await;
    let (mut agent, run) = placed(&server).await;
    granted(ask(&server, &run, 1).await);
    server.secrets.break_grants();
    granted(ask(&server, &run, 1).await);
    server.secrets.break_grants();
    agent.tell(vec![running(&run, 1, "{}")]).await;
    let tried_once_more = async |before: u32| {
        until("it is tried", async || (server.secrets.tried("grant-2") > before).then_some(())).await;
        let rounds = server.secrets.tried("grant-1");
        until("more rounds", async || (server.secrets.tried("grant-1") >= rounds + 3).then_some(())).await;
        assert_eq!(server.secrets.tried("grant-2"), before + 1);
    };
    server.clock.turn(Duration::from_secs(500));
    tried_once_more(0).await;
    server.clock.turn(Duration::from_secs(61));
    tried_once_more(1).await;
    server.end().await;
}

#[tokio::test]
async fn a_grant_made_anew_and_one_that_none_can_follow_are_rows_of_the_audit_log() {
    let server = Server::with(config()).await;
    let (mut agent, run) = placed(&server).await;
    granted(ask(&server, &run, 1).await);
    agent.tell(vec![running(&run, 1, "{}")]).await;
    let row = async |action: &str, note: &str| {
        let is_it = |entry: &leat_midtier::audit::Entry| {
            entry.who.user == "leat" && entry.action == action && entry.note.contains(note)
        };
        until(action, async || server.store.audit().iter().any(|row| is_it(&row.entry)).then_some(())).await;
    };
    server.secrets.end_all();
    server.clock.turn(Duration::from_secs(500));
    row("secrets.grant", &format!("host c1, grant grant-2, made anew: {PASSWORD}, {USER}")).await;
    row("secrets.revoke", "grant grant-1").await;
    server.secrets.end_all();
    server.secrets.empty();
    server.clock.turn(Duration::from_secs(500));
    row("secrets.revoke", "grant grant-2").await;
    assert_eq!(server.secrets.given(), 2);
    server.end().await;
}

#[tokio::test]
async fn another_midtier_revokes_what_one_that_is_gone_has_granted() {
    let server = Server::with(config()).await;
    let (mut agent, run) = placed(&server).await;
    granted(ask(&server, &run, 1).await);
    agent.tell(vec![running(&run, 1, "{}")]).await;
    let other = server.another(config()).await;
    server.end().await;
    assert_eq!(other.secrets.granted().len(), 1, "a run outlives a midtier");
    let (mut agent, _) = Agent::enlist(other.address, &token_of("c1"), report("c1", "one")).await.unwrap();
    agent.tell(vec![ended(&run, 1, Outcome::Failed, &[])]).await;
    until_granted(&other, 0).await;
    other.end().await;
}

#[tokio::test]
async fn many_grants_that_are_never_revoked_keep_no_later_one_from_it() {
    let server = Server::with(config()).await;
    let (mut agent, run) = placed(&server).await;
    // More than are looked at at once, and each takes the place of the one before.
    for _ in 0..300 {
        granted(ask(&server, &run, 1).await);
        server.secrets.break_grants();
    }
    granted(ask(&server, &run, 1).await);
    assert_eq!(server.secrets.granted().len(), 301);
    agent.tell(vec![ended(&run, 1, Outcome::Failed, &[])]).await;
    until_granted(&server, 300).await;
    server.end().await;
}
