//! What people wish of runs and hosts.

use leat_midtier::store::{Store, Wished};
use leat_scheduler::ledger::Ledger;
use leat_scheduler::model::{PowerRequest, RunState};

use crate::bench::Bench;
use crate::draft::{at, cause, detail, happened, host, host_id, host_record, new_run, placed, run_id, up};

pub(crate) async fn a_run_that_waits_is_cancelled_at_once(bench: &Bench) {
    let store = &bench.store;
    store.submit(&new_run("r1")).await.unwrap();
    let why = cause("ada", "wrong book");
    assert_eq!(store.cancel(&run_id("r1"), &why, at(5)).await.unwrap(), Wished::Done);
    let found = detail(store, "r1").await.summary;
    assert_eq!(
        (found.record.state, found.ended, found.reason.as_str()),
        (RunState::Cancelled, Some(at(5)), "wrong book")
    );
    assert_eq!(store.cancel(&run_id("r1"), &why, at(6)).await.unwrap(), Wished::Unchanged);
    assert_eq!(store.cancel(&run_id("r9"), &why, at(6)).await.unwrap(), Wished::Unknown);
    let events = store.events(Some(&run_id("r1")), 1, 10).await.unwrap();
    assert_eq!((events.len(), &events[0].cause, events[0].at), (1, &why, at(5)));
}

pub(crate) async fn a_run_that_is_placed_is_asked_to_stop(bench: &Bench) {
    let store = &bench.store;
    placed(store, "r1").await;
    let before = detail(store, "r1").await.summary.record;
    assert_eq!(store.cancel(&run_id("r1"), &cause("ada", "late"), at(12)).await.unwrap(), Wished::Done);
    let after = detail(store, "r1").await.summary.record;
    assert_eq!((after.state, after.cancel_requested), (RunState::Starting, true));
    assert!(after.revision > before.revision && after.since == before.since);
    assert!(store.assigned(&host_id("c1")).await.unwrap()[0].stop);
    assert_eq!(store.cancel(&run_id("r1"), &cause("bob", ""), at(13)).await.unwrap(), Wished::Unchanged);
    assert_eq!(happened(store).await.last().map(String::as_str), Some("r1 cancel requested"));
    assert!(store.observe().await.unwrap().runs[0].cancel_requested);
}

pub(crate) async fn wishes_of_hosts_stand_until_they_are_taken_back(bench: &Bench) {
    let store = &bench.store;
    let c1 = up(store, "c1").await;
    let op = cause("op", "new disk");
    let before = host(store, "c1").await;
    assert_eq!(store.drain(&c1, true, &op, at(2)).await.unwrap(), Wished::Done);
    assert_eq!(store.drain(&c1, true, &op, at(2)).await.unwrap(), Wished::Unchanged);
    assert_eq!(store.keep_on(&c1, Some(at(900)), &op, at(3)).await.unwrap(), Wished::Done);
    assert_eq!(store.keep_on(&c1, Some(at(900)), &op, at(3)).await.unwrap(), Wished::Unchanged);
    let found = host(store, "c1").await;
    assert!(found.drain_requested && found.revision == before.revision + 2);
    assert_eq!((found.keep_on_until, found.state), (Some(at(900)), before.state));
    assert_eq!(store.drain(&c1, false, &op, at(4)).await.unwrap(), Wished::Done);
    assert_eq!(store.keep_on(&c1, None, &op, at(5)).await.unwrap(), Wished::Done);
    let found = host(store, "c1").await;
    assert!(!found.drain_requested && found.keep_on_until.is_none());
    let expected = ["c1 ready", "c1 drain requested", "c1 kept on", "c1 drain taken back", "c1 kept on no longer"];
    assert_eq!(happened(store).await, expected);
}

pub(crate) async fn a_wish_of_power_that_stands_already_is_none(bench: &Bench) {
    let store = &bench.store;
    store.declare_hosts(&[host_record("off")]).await.unwrap();
    up(store, "on").await;
    let op = cause("op", "");
    let power = async |name: &str, wish| store.power(&host_id(name), wish, &op, at(2)).await.unwrap();
    assert_eq!(power("on", PowerRequest::On).await, Wished::Unchanged);
    assert_eq!(power("off", PowerRequest::Off).await, Wished::Unchanged);
    assert_eq!(power("on", PowerRequest::Off).await, Wished::Done);
    assert_eq!(power("on", PowerRequest::Off).await, Wished::Unchanged);
    assert_eq!(host(store, "on").await.power_requested, Some(PowerRequest::Off));
    assert_eq!(power("on", PowerRequest::On).await, Wished::Done);
    assert_eq!(host(store, "on").await.power_requested, None, "it is on: the wish that it go off is taken back");
    assert_eq!(power("off", PowerRequest::On).await, Wished::Done);
    assert_eq!(host(store, "off").await.power_requested, Some(PowerRequest::On));
}

pub(crate) async fn a_host_that_is_not_there_can_be_wished_nothing(bench: &Bench) {
    let store = &bench.store;
    let (c9, op) = (host_id("c9"), cause("op", ""));
    assert_eq!(store.drain(&c9, true, &op, at(2)).await.unwrap(), Wished::Unknown);
    assert_eq!(store.power(&c9, PowerRequest::On, &op, at(2)).await.unwrap(), Wished::Unknown);
    assert_eq!(store.keep_on(&c9, None, &op, at(2)).await.unwrap(), Wished::Unknown);
    assert_eq!(store.last_event().await.unwrap(), 0);
}
