//! Hosts, as the configuration declares them and as their agents speak.

use std::collections::BTreeMap;

use leat_midtier::store::{EndKind, Enlistment, Store, Taken};
use leat_scheduler::ledger::{Decision, Ledger};
use leat_scheduler::model::{Generation, HostRecord, PowerRequest, PowerState, Resources, RunState};

use crate::bench::Bench;
use crate::draft::{at, cause, detail, end, happened, host, host_id, host_record, lead, new_run_of, place, placed, up};

fn enlistment(host: HostRecord, incarnation: &str) -> Enlistment {
    Enlistment { host, incarnation: incarnation.to_owned() }
}

pub(crate) async fn a_declared_host_is_off_until_its_agent_comes(bench: &Bench) {
    let store = &bench.store;
    // What a configuration cannot know is of no account.
    let declared = HostRecord { beat: 7, failures: 3, revision: 9, state: PowerState::Ready, ..host_record("c1") };
    store.declare_hosts(&[declared]).await.unwrap();
    let found = host(store, "c1").await;
    let expected = HostRecord { idle_since: Some(at(0)), revision: 1, ..host_record("c1") };
    assert_eq!(found, expected);
    assert_eq!(store.incarnation(&host_id("c1")).await.unwrap(), None);
    up(store, "c1").await;
    let found = host(store, "c1").await;
    assert_eq!((found.state, found.since, found.up_since), (PowerState::Ready, at(1), Some(at(1))));
    // Nobody asked it to start, so nobody knows how long it took.
    assert_eq!((found.boot_time, found.idle_since), (None, Some(at(1))));
    assert_eq!(happened(store).await, ["c1 off", "c1 ready"]);
}

pub(crate) async fn a_declaration_is_right_where_it_says_something(bench: &Bench) {
    let store = &bench.store;
    let declared = HostRecord {
        labels: BTreeMap::from([("disk".into(), "nvme".into())]),
        region: None,
        capacity: Resources { cpu_millis: 4000, memory_bytes: 0 },
        ..host_record("c1")
    };
    store.declare_hosts(std::slice::from_ref(&declared)).await.unwrap();
    let said = HostRecord {
        labels: BTreeMap::from([("disk".into(), "ssd".into()), ("gpu".into(), "no".into())]),
        power: None,
        cost_per_hour: 0.0,
        ..host_record("c1")
    };
    store.enlist(&enlistment(said.clone(), "a"), at(1)).await.unwrap();
    let found = host(store, "c1").await;
    let labels = BTreeMap::from([("disk".into(), "nvme".into()), ("gpu".into(), "no".into())]);
    assert_eq!((&found.labels, found.region.as_deref()), (&labels, Some("eu")));
    assert_eq!(found.capacity, Resources { cpu_millis: 4000, memory_bytes: said.capacity.memory_bytes });
    assert_eq!((found.power.as_deref(), found.cost_per_hour), (Some("process"), 0.25));
    // The same again is no change; another declaration is, and keeps what the agent said.
    store.declare_hosts(std::slice::from_ref(&declared)).await.unwrap();
    assert_eq!(host(store, "c1").await, found);
    store.declare_hosts(&[HostRecord { region: Some("us".into()), ..declared }]).await.unwrap();
    let moved = host(store, "c1").await;
    assert_eq!((moved.region.as_deref(), moved.revision), (Some("us"), found.revision + 1));
    assert_eq!((moved.state, moved.labels), (PowerState::Ready, labels));
}

pub(crate) async fn a_host_that_nobody_declared_is_added(bench: &Bench) {
    let store = &bench.store;
    for name in ["b", "C", "a"] {
        up(store, name).await;
    }
    let hosts = store.hosts().await.unwrap();
    let names: Vec<&str> = hosts.iter().map(|host| host.id.as_str()).collect();
    assert_eq!(names, ["C", "a", "b"], "in the order of their bytes");
    assert!(hosts.iter().all(|host| host.state == PowerState::Ready));
}

pub(crate) async fn what_an_agent_held_is_lost_with_it(bench: &Bench) {
    let store = &bench.store;
    let (epoch, c1, c2) = (lead(store).await, up(store, "c1").await, up(store, "c2").await);
    store.submit(&new_run_of("r1", &["a", "b"])).await.unwrap();
    place(store, epoch, "r1", &[("a", "c1"), ("b", "c2")]).await;
    // A session that is opened anew changes nothing.
    store.enlist(&enlistment(host_record("c1"), "c1-1"), at(12)).await.unwrap();
    assert!(!store.assigned(&c2).await.unwrap()[0].stop);
    store.enlist(&enlistment(host_record("c1"), "another"), at(13)).await.unwrap();
    assert!(store.assigned(&c1).await.unwrap().is_empty(), "it would begin an attempt that others are at work on");
    assert!(store.assigned(&c2).await.unwrap()[0].stop);
    store.run_ended(&c2, &end("r1", 1, EndKind::Stopped), at(14)).await.unwrap();
    let found = detail(store, "r1").await.summary;
    assert_eq!((found.record.state, found.record.attempts_in_vain()), (RunState::Recovering, 1));
    assert!(found.reason.contains("the agent of host c1 was started again"), "{}", found.reason);
    place(store, epoch, "r1", &[("a", "c1"), ("b", "c2")]).await;
    assert_eq!(store.assigned(&c1).await.unwrap()[0].generation, Generation(2));
}

pub(crate) async fn an_agent_beats_while_it_is_the_hosts(bench: &Bench) {
    let store = &bench.store;
    let c1 = up(store, "c1").await;
    let (incarnation, beat) = store.incarnation(&c1).await.unwrap().unwrap();
    let before = host(store, "c1").await;
    assert_eq!((incarnation.as_str(), before.beat), ("c1-1", beat));
    assert_eq!(store.beat(&c1, "c1-1").await.unwrap(), Taken::Yes);
    assert_eq!(store.beat(&c1, "c1-2").await.unwrap(), Taken::Refused);
    assert_eq!(store.beat(&host_id("c9"), "c1-1").await.unwrap(), Taken::Refused);
    // A beat is no change that matters to decisions.
    assert_eq!(host(store, "c1").await, HostRecord { beat: beat + 1, ..before });
    store.enlist(&enlistment(host_record("c1"), "c1-2"), at(5)).await.unwrap();
    assert_eq!(store.beat(&c1, "c1-1").await.unwrap(), Taken::Refused);
    assert_eq!(store.beat(&c1, "c1-2").await.unwrap(), Taken::Yes);
    let (incarnation, later) = store.incarnation(&c1).await.unwrap().unwrap();
    assert!(incarnation == "c1-2" && later > beat + 1, "a beat is never counted back");
    assert_eq!(host(store, "c1").await.up_since, Some(at(1)), "it was ready all the time");
}

pub(crate) async fn a_host_that_drains_goes_on_draining(bench: &Bench) {
    let store = &bench.store;
    let epoch = lead(store).await;
    up(store, "c1").await;
    let revision = host(store, "c1").await.revision;
    let (host_of, state) = (host_id("c1"), PowerState::Draining);
    let drain = Decision::Power { host: host_of, revision, state, failures: 0, reason: "idle".into() };
    store.commit(epoch, at(3), &[drain]).await.unwrap();
    store.enlist(&enlistment(host_record("c1"), "c1-2"), at(5)).await.unwrap();
    let found = host(store, "c1").await;
    assert_eq!((found.state, found.since, found.reason.as_str()), (PowerState::Draining, at(3), "idle"));
}

pub(crate) async fn a_host_that_goes_off_does_so_though_its_agent_speaks_again(bench: &Bench) {
    let store = &bench.store;
    let epoch = lead(store).await;
    for (name, power) in [("c1", Some("racks")), ("free", None)] {
        let host_of = HostRecord { power: power.map(str::to_owned), ..host_record(name) };
        store.enlist(&enlistment(host_of.clone(), "one"), at(1)).await.unwrap();
        let revision = host(store, name).await.revision;
        let (id, state) = (host_id(name), PowerState::Stopping);
        let stop = Decision::Power { host: id.clone(), revision, state, failures: 0, reason: "idle".into() };
        store.commit(epoch, at(3), &[stop]).await.unwrap();
        store.enlist(&enlistment(host_of, "one"), at(5)).await.unwrap();
        let expected = if power.is_some() { PowerState::Stopping } else { PowerState::Ready };
        assert_eq!(host(store, name).await.state, expected, "{name}");
        assert_eq!(store.farewell(&id, "one", at(6)).await.unwrap(), Taken::Yes);
        assert_eq!(host(store, name).await.state, PowerState::Off, "{name}");
    }
}

pub(crate) async fn a_host_that_fails_when_it_was_up_is_known_by_that(bench: &Bench) {
    let store = &bench.store;
    let epoch = lead(store).await;
    up(store, "c1").await;
    let steps = [
        (PowerState::Failed, true),
        (PowerState::Stopping, false),
        (PowerState::Off, false),
        (PowerState::Starting, false),
        (PowerState::Failed, false),
    ];
    for (state, was_up) in steps {
        let revision = host(store, "c1").await.revision;
        let turn = Decision::Power { host: host_id("c1"), revision, state, failures: 1, reason: String::new() };
        store.commit(epoch, at(3), &[turn]).await.unwrap();
        assert_eq!(host(store, "c1").await.up_since.is_some(), was_up, "{state}");
    }
}

pub(crate) async fn an_agent_that_says_farewell_is_off_if_it_was_asked(bench: &Bench) {
    let store = &bench.store;
    let free = HostRecord { power: None, ..host_record("free") };
    store.enlist(&enlistment(free, "free-1"), at(1)).await.unwrap();
    for name in ["asked", "alone"] {
        up(store, name).await;
    }
    store.power(&host_id("asked"), PowerRequest::Off, &cause("op", ""), at(2)).await.unwrap();
    for (name, expected) in [("asked", PowerState::Off), ("alone", PowerState::Failed), ("free", PowerState::Off)] {
        let incarnation = format!("{name}-1");
        let id = host_id(name);
        assert_eq!(store.farewell(&id, "another", at(3)).await.unwrap(), Taken::Refused);
        assert_eq!(store.farewell(&id, &incarnation, at(3)).await.unwrap(), Taken::Yes);
        let found = host(store, name).await;
        assert_eq!((found.state, found.since, found.power_requested), (expected, at(3), None), "{name}");
        assert_eq!(store.incarnation(&id).await.unwrap(), None);
        assert_eq!(store.farewell(&id, &incarnation, at(4)).await.unwrap(), Taken::Refused);
        assert_eq!(store.beat(&id, &incarnation).await.unwrap(), Taken::Refused);
    }
    assert_eq!(store.farewell(&host_id("c9"), "x", at(3)).await.unwrap(), Taken::Refused);
}

pub(crate) async fn an_agent_that_opens_another_session_finds_its_runs(bench: &Bench) {
    let store = &bench.store;
    placed(store, "r1").await;
    store.enlist(&enlistment(host_record("c1"), "c1-1"), at(20)).await.unwrap();
    assert_eq!(host(store, "c1").await.idle_since, None);
    assert_eq!(store.assigned(&host_id("c1")).await.unwrap().len(), 1);
}
