//! Grants of secrets: which hold, which are over, and what a run that waits for one says.

use leat_midtier::store::{EndKind, GrantKind, GrantRecord, Grants, Pruning, Store, Taken};
use leat_scheduler::ledger::{Decision, Ledger};
use leat_scheduler::model::{Generation, Moment, RunState};
use leat_store_sql::SqlStore;

use crate::bench::Bench;
use crate::draft::{at, detail, end, host_id, lead, new_run_of, news, place, placed, run_id, state, up};

fn grant(id: &str, run: &str, generation: u64, host: &str) -> GrantRecord {
    GrantRecord {
        id: id.parse().unwrap(),
        kind: GrantKind::Secrets,
        run: run_id(run),
        generation: Generation(generation),
        host: host_id(host),
        renew_at: at(600),
    }
}

async fn over(store: &SqlStore) -> Vec<String> {
    names(store.grants_over(100).await.unwrap())
}

async fn due(store: &SqlStore, now: Moment) -> Vec<String> {
    names(store.grants_due(now, 100).await.unwrap())
}

fn names(grants: Vec<GrantRecord>) -> Vec<String> {
    grants.into_iter().map(|grant| grant.id.to_string()).collect()
}

pub(crate) async fn a_grant_holds_as_long_as_its_host_holds_the_attempt(bench: &Bench) {
    let store = &bench.store;
    placed(store, "r1").await;
    let first = grant("one", "r1", 1, "c1");
    assert_eq!(store.keep_grant(&first).await.unwrap(), Taken::Yes);
    assert_eq!(over(store).await, Vec::<String>::new());
    assert_eq!(store.grants_due(at(600), 10).await.unwrap(), [first]);
    store.run_ended(&host_id("c1"), &end("r1", 1, EndKind::Succeeded), at(30)).await.unwrap();
    assert_eq!((over(store).await, due(store, at(600)).await), (vec!["one".to_owned()], Vec::new()));
}

pub(crate) async fn no_grant_is_noted_for_who_does_not_hold_the_attempt(bench: &Bench) {
    let store = &bench.store;
    placed(store, "r1").await;
    up(store, "c2").await;
    for stranger in [grant("a", "r1", 2, "c1"), grant("b", "r1", 1, "c2"), grant("c", "r2", 1, "c1")] {
        assert_eq!(store.keep_grant(&stranger).await.unwrap(), Taken::Refused, "{stranger:?}");
    }
    store.run_ended(&host_id("c1"), &end("r1", 1, EndKind::Failed), at(30)).await.unwrap();
    assert_eq!(store.keep_grant(&grant("d", "r1", 1, "c1")).await.unwrap(), Taken::Refused);
    assert!(over(store).await.is_empty());
}

pub(crate) async fn a_fenced_attempts_grant_is_over_and_the_next_has_its_own(bench: &Bench) {
    let store = &bench.store;
    let epoch = placed(store, "r1").await;
    store.keep_grant(&grant("old", "r1", 1, "c1")).await.unwrap();
    let revision = detail(store, "r1").await.summary.record.revision;
    let lost = Decision::Recover { run: run_id("r1"), revision, reason: "lost".to_owned() };
    store.commit(epoch, at(20), &[lost]).await.unwrap();
    assert_eq!(over(store).await, ["old"]);
    place(store, epoch, "r1", &[("all", "c1")]).await;
    store.keep_grant(&grant("new", "r1", 2, "c1")).await.unwrap();
    assert_eq!(over(store).await, ["old"], "the same host has the run again, and by another attempt");
    assert!(store.forget_grant(&"old".parse().unwrap()).await.unwrap());
    assert!(!store.forget_grant(&"old".parse().unwrap()).await.unwrap(), "one alone is told");
    assert_eq!((over(store).await, due(store, at(600)).await), (Vec::new(), vec!["new".to_owned()]));
}

pub(crate) async fn a_later_grant_takes_the_place_of_the_one_before(bench: &Bench) {
    let store = &bench.store;
    placed(store, "r1").await;
    for id in ["one", "two"] {
        store.keep_grant(&grant(id, "r1", 1, "c1")).await.unwrap();
    }
    assert_eq!((over(store).await, due(store, at(600)).await), (vec!["one".to_owned()], vec!["two".to_owned()]));
    assert!(due(store, at(599)).await.is_empty());
    store.grant_renewed(&"two".parse().unwrap(), at(1000)).await.unwrap();
    assert!(due(store, at(999)).await.is_empty());
    assert_eq!(due(store, at(1000)).await, ["two"]);
}

pub(crate) async fn a_grant_of_one_kind_takes_the_place_of_none_of_the_other(bench: &Bench) {
    let store = &bench.store;
    placed(store, "r1").await;
    let user = |id| GrantRecord { kind: GrantKind::BrokerUser, ..grant(id, "r1", 1, "c1") };
    for grant in [grant("secrets", "r1", 1, "c1"), user("user"), grant("later", "r1", 1, "c1")] {
        store.keep_grant(&grant).await.unwrap();
    }
    assert_eq!(over(store).await, ["secrets"]);
    store.keep_grant(&user("later-user")).await.unwrap();
    assert_eq!(over(store).await, ["secrets", "user"]);
    let due: Vec<_> = store.grants_due(at(600), 10).await.unwrap().into_iter().map(|grant| grant.kind).collect();
    assert_eq!(due, [GrantKind::Secrets, GrantKind::BrokerUser]);
}

pub(crate) async fn each_host_of_a_run_has_a_grant_of_its_own(bench: &Bench) {
    let store = &bench.store;
    let epoch = lead(store).await;
    for host in ["c1", "c2"] {
        up(store, host).await;
    }
    store.submit(&new_run_of("r1", &["load", "price"])).await.unwrap();
    place(store, epoch, "r1", &[("load", "c1"), ("price", "c2")]).await;
    for host in ["c1", "c2"] {
        assert_eq!(store.keep_grant(&grant(host, "r1", 1, host)).await.unwrap(), Taken::Yes);
    }
    assert!(over(store).await.is_empty());
    store.run_ended(&host_id("c1"), &end("r1", 1, EndKind::Succeeded), at(30)).await.unwrap();
    assert_eq!((over(store).await, due(store, at(600)).await), (vec!["c1".to_owned()], vec!["c2".to_owned()]));
}

pub(crate) async fn a_grant_is_revoked_though_its_run_is_forgotten(bench: &Bench) {
    let store = &bench.store;
    placed(store, "r1").await;
    store.keep_grant(&grant("one", "r1", 1, "c1")).await.unwrap();
    store.run_ended(&host_id("c1"), &end("r1", 1, EndKind::Succeeded), at(30)).await.unwrap();
    let pruning = Pruning { now: at(1_000_000), ended_runs: std::time::Duration::ZERO, keep_runs: 0 };
    assert_eq!(store.prune(&pruning).await.unwrap(), 1);
    assert_eq!(over(store).await, ["one"]);
}

pub(crate) async fn an_attempt_that_begins_later_says_why_until_it_has_its_grant(bench: &Bench) {
    let store = &bench.store;
    placed(store, "r1").await;
    let before = detail(store, "r1").await.summary.record;
    let waits = async || detail(store, "r1").await.summary.waits;
    for (generation, expected) in [(2, None), (1, Some("the store is away"))] {
        store.begins_later(&run_id("r1"), Generation(generation), "the store is away").await.unwrap();
        assert_eq!(waits().await.as_deref(), expected);
    }
    store.keep_grant(&grant("one", "r1", 1, "c1")).await.unwrap();
    assert_eq!(waits().await, None);
    store.begins_later(&run_id("r1"), Generation(1), "again").await.unwrap();
    assert_eq!(detail(store, "r1").await.summary.record, before, "nothing else has changed");
    store.run_news(&host_id("c1"), &news("r1", 1, Some("{}")), at(30)).await.unwrap();
    assert_eq!((state(store, "r1").await, waits().await), (RunState::Running, None));
    store.begins_later(&run_id("r1"), Generation(1), "late").await.unwrap();
    assert_eq!(waits().await, None, "it is at work");
}
