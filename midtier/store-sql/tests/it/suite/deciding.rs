//! Decisions of the scheduler, and who may make them.

use std::time::Duration;

use leat_midtier::store::{EndKind, NewRun, RunFilter, Store};
use leat_scheduler::ledger::{Committed, Decision, Epoch, Leadership, Ledger};
use leat_scheduler::model::{Generation, PowerRequest, PowerState, RunState};

use crate::bench::Bench;
use crate::draft::{
    at, cause, detail, end, happened, host, host_id, host_record, lead, new_run, news, place, placed, placements,
    run_id, state, up,
};

fn place_on(name: &str, revision: u64, generation: u64, host: &str) -> Decision {
    let placements = placements(&[("all", host)]);
    Decision::Place { run: run_id(name), revision, generation: Generation(generation), placements }
}

async fn one(bench: &Bench, epoch: Epoch, decision: Decision) -> bool {
    match bench.store.commit(epoch, at(30), &[decision]).await.unwrap() {
        Committed::Done(done) => done[0],
        Committed::Deposed => panic!("the leader was deposed"),
    }
}

pub(crate) async fn a_placed_run_starts_with_a_new_generation(bench: &Bench) {
    let store = &bench.store;
    placed(store, "r1").await;
    let seen = store.observe().await.unwrap();
    let run = &seen.runs[0];
    assert_eq!((run.state, run.since, run.generation, run.attempts), (RunState::Starting, at(10), Generation(1), 1));
    assert_eq!(run.placements, placements(&[("all", "c1")]));
    assert_eq!((seen.hosts.len(), seen.hosts[0].idle_since), (1, None));
    assert_eq!(store.runs_on(&host_id("c1")).await.unwrap()[0].record, *run);
    let assigned = store.assigned(&host_id("c1")).await.unwrap();
    assert_eq!((assigned[0].generation, assigned[0].started, assigned[0].seed), (Generation(1), at(0), u64::MAX - 1));
    assert_eq!(
        (assigned[0].bundle, assigned[0].needs, assigned[0].stop),
        (new_run("r1").bundle, run.parts[0].needs, false)
    );
}

pub(crate) async fn a_stale_revision_is_left_out_and_the_rest_is_done(bench: &Bench) {
    let store = &bench.store;
    let epoch = lead(store).await;
    up(store, "c1").await;
    for name in ["r1", "r2", "r3"] {
        store.submit(&new_run(name)).await.unwrap();
    }
    store.cancel(&run_id("r1"), &cause("ada", ""), at(2)).await.unwrap();
    let decisions = [
        place_on("r1", 1, 1, "c1"),
        place_on("r2", 1, 1, "c1"),
        // The one before has changed it.
        place_on("r2", 1, 1, "c1"),
        place_on("r3", 7, 1, "c1"),
        place_on("r9", 1, 1, "c1"),
        Decision::Fail { run: run_id("r3"), revision: 1, reason: "no such region".into() },
    ];
    let done = store.commit(epoch, at(10), &decisions).await.unwrap();
    assert_eq!(done, Committed::Done(vec![false, true, false, false, false, true]));
    let states = [state(store, "r1").await, state(store, "r2").await, state(store, "r3").await];
    assert_eq!(states, [RunState::Cancelled, RunState::Starting, RunState::Failed]);
}

pub(crate) async fn a_run_is_not_placed_where_it_cannot_be(bench: &Bench) {
    let store = &bench.store;
    let epoch = lead(store).await;
    store.declare_hosts(&[host_record("off")]).await.unwrap();
    up(store, "c1").await;
    up(store, "drained").await;
    store.drain(&host_id("drained"), true, &cause("op", ""), at(2)).await.unwrap();
    store.submit(&new_run("r1")).await.unwrap();
    for host in ["off", "unknown", "drained"] {
        assert!(!one(bench, epoch, place_on("r1", 1, 1, host)).await, "{host}");
    }
    // A generation that is no newer, a part twice, and no part at all.
    assert!(!one(bench, epoch, place_on("r1", 1, 0, "c1")).await);
    for parts in [&[("all", "c1"), ("all", "c1")][..], &[]] {
        let placements = placements(parts);
        let decision = Decision::Place { run: run_id("r1"), revision: 1, generation: Generation(1), placements };
        assert!(!one(bench, epoch, decision).await);
    }
    assert_eq!(state(store, "r1").await, RunState::Queued);
    assert!(one(bench, epoch, place_on("r1", 1, 1, "c1")).await);
    // It is placed already.
    let revision = detail(store, "r1").await.summary.record.revision;
    assert!(!one(bench, epoch, place_on("r1", revision, 2, "c1")).await);
}

pub(crate) async fn a_leader_that_was_deposed_decides_nothing(bench: &Bench) {
    let store = &bench.store;
    let first = lead(store).await;
    let other = bench.another().await;
    let seen = other.leadership().await.unwrap();
    let second = other.take_lead("midtier-2", &seen).await.unwrap().unwrap();
    assert!(second > first);
    store.submit(&new_run("r1")).await.unwrap();
    let decision = Decision::Waits { run: run_id("r1"), reason: "no host".into() };
    let committed = store.commit(first, at(3), std::slice::from_ref(&decision)).await.unwrap();
    assert_eq!(committed, Committed::Deposed);
    assert_eq!(detail(store, "r1").await.summary.waits, None);
    assert!(!store.keep_lead(first).await.unwrap());
    assert!(store.keep_lead(second).await.unwrap());
    assert_eq!(store.commit(second, at(3), &[decision]).await.unwrap(), Committed::Done(vec![true]));
    other.close().await;
}

pub(crate) async fn a_lead_is_taken_from_who_is_silent_alone(bench: &Bench) {
    let store = &bench.store;
    let nobody = store.leadership().await.unwrap();
    assert_eq!(nobody, Leadership { epoch: Epoch(0), holder: String::new(), beat: 0 });
    let epoch = store.take_lead("one", &nobody).await.unwrap().unwrap();
    // Someone who saw the same was slower.
    assert_eq!(store.take_lead("two", &nobody).await.unwrap(), None);
    let seen = store.leadership().await.unwrap();
    assert_eq!((seen.epoch, seen.holder.as_str()), (epoch, "one"));
    assert!(store.keep_lead(epoch).await.unwrap());
    assert_eq!(store.take_lead("two", &seen).await.unwrap(), None, "the leader has beaten since it was looked at");
    let seen = store.leadership().await.unwrap();
    assert_eq!(store.take_lead("two", &seen).await.unwrap(), Some(Epoch(epoch.0 + 1)));
    assert!(!store.keep_lead(epoch).await.unwrap());
}

pub(crate) async fn one_of_two_committers_wins(bench: &Bench) {
    let store = &bench.store;
    let epoch = lead(store).await;
    let other = bench.another().await;
    for host in ["c1", "c2"] {
        up(store, host).await;
    }
    let names: Vec<String> = (0..40).map(|n| format!("r{n:02}")).collect();
    for name in &names {
        store.submit(&new_run(name)).await.unwrap();
    }
    let on = |host: &str| names.iter().map(|name| place_on(name, 1, 1, host)).collect::<Vec<_>>();
    let (on_c1, mut on_c2) = (on("c1"), on("c2"));
    // Another order of the same runs, which would wait for the first in a circle if rows were locked one by one.
    on_c2.reverse();
    let (one, two) = tokio::join!(store.commit(epoch, at(3), &on_c1), other.commit(epoch, at(3), &on_c2));
    let (Committed::Done(one), Committed::Done(two)) = (one.unwrap(), two.unwrap()) else { panic!("deposed") };
    for (first, second) in one.iter().zip(two.iter().rev()) {
        assert!(first != second, "exactly one of them places the run");
    }
    let observed = store.observe().await.unwrap();
    assert!(observed.runs.iter().all(|run| run.placements.len() == 1 && run.revision == 2));
    other.close().await;
}

pub(crate) async fn a_lost_run_recovers_and_forgets_its_attempt(bench: &Bench) {
    let store = &bench.store;
    let epoch = placed(store, "r1").await;
    let c1 = host_id("c1");
    store.run_news(&c1, &news("r1", 1, Some("{}")), at(11)).await.unwrap();
    let revision = detail(store, "r1").await.summary.record.revision;
    let lost = Decision::Recover { run: run_id("r1"), revision, reason: "c1 is silent".into() };
    assert!(one(bench, epoch, lost.clone()).await);
    assert!(!one(bench, epoch, lost).await);
    let found = detail(store, "r1").await.summary;
    assert_eq!((found.record.state, found.reason.as_str()), (RunState::Recovering, "c1 is silent"));
    assert!(found.record.placements.is_empty() && store.assigned(&c1).await.unwrap().is_empty());
    assert_eq!(host(store, "c1").await.idle_since, Some(at(30)));
    place(store, epoch, "r1", &[("all", "c1")]).await;
    let found = detail(store, "r1").await;
    assert_eq!((found.summary.record.generation, found.summary.record.attempts), (Generation(2), 2));
    assert_eq!((found.papers, found.summary.started), (Vec::new(), Some(at(11))));
}

pub(crate) async fn a_run_fails_by_decision_from_every_state_that_is_no_end(bench: &Bench) {
    let store = &bench.store;
    let epoch = placed(store, "r2").await;
    for name in ["r1", "r3", "r4"] {
        store.submit(&new_run(name)).await.unwrap();
    }
    place(store, epoch, "r3", &[("all", "c1")]).await;
    store.run_news(&host_id("c1"), &news("r3", 1, Some("{}")), at(11)).await.unwrap();
    place(store, epoch, "r4", &[("all", "c1")]).await;
    assert!(store.observe().await.unwrap().faults.is_empty());
    store.run_ended(&host_id("c1"), &end("r4", 1, EndKind::HostFault), at(12)).await.unwrap();
    let faults = store.observe().await.unwrap().faults;
    assert_eq!(faults, [(run_id("r4"), [host_id("c1")].into())].into(), "where not to place it next");
    let expected = [RunState::Queued, RunState::Starting, RunState::Running, RunState::Recovering];
    for (name, before) in ["r1", "r2", "r3", "r4"].into_iter().zip(expected) {
        let record = detail(store, name).await.summary.record;
        assert_eq!(record.state, before);
        let fail = |revision| Decision::Fail { run: run_id(name), revision, reason: "no attempt left".into() };
        assert!(one(bench, epoch, fail(record.revision)).await);
        let found = detail(store, name).await.summary;
        assert_eq!((found.record.state, found.ended), (RunState::Failed, Some(at(30))));
        assert!(!one(bench, epoch, fail(found.record.revision)).await, "it has ended");
    }
    let observed = store.observe().await.unwrap();
    assert!(observed.runs.is_empty() && observed.faults.is_empty());
    assert!(store.assigned(&host_id("c1")).await.unwrap().is_empty());
}

pub(crate) async fn a_cancel_is_decided_only_where_it_was_asked_for(bench: &Bench) {
    let store = &bench.store;
    let epoch = placed(store, "r1").await;
    let cancel = |revision| Decision::Cancel { run: run_id("r1"), revision };
    let revision = detail(store, "r1").await.summary.record.revision;
    assert!(!one(bench, epoch, cancel(revision)).await);
    store.cancel(&run_id("r1"), &cause("ada", "wrong book"), at(12)).await.unwrap();
    assert!(!one(bench, epoch, cancel(revision)).await, "the wish has changed the run");
    let revision = detail(store, "r1").await.summary.record.revision;
    assert!(one(bench, epoch, cancel(revision)).await);
    let found = detail(store, "r1").await.summary;
    assert_eq!((found.record.state, found.reason.as_str()), (RunState::Cancelled, "wrong book"));
    assert_eq!(host(store, "c1").await.idle_since, Some(at(30)));
}

pub(crate) async fn why_a_run_waits_is_told_and_changes_nothing_else(bench: &Bench) {
    let store = &bench.store;
    let epoch = lead(store).await;
    store.submit(&new_run("r1")).await.unwrap();
    let before = (store.observe().await.unwrap(), happened(store).await);
    let waits = Decision::Waits { run: run_id("r1"), reason: "needs 64 GiB".into() };
    for _ in 0..2 {
        assert!(one(bench, epoch, waits.clone()).await);
    }
    assert_eq!(detail(store, "r1").await.summary.waits.as_deref(), Some("needs 64 GiB"));
    assert_eq!((store.observe().await.unwrap(), happened(store).await), before);
    up(store, "c1").await;
    place(store, epoch, "r1", &[("all", "c1")]).await;
    assert_eq!(detail(store, "r1").await.summary.waits, None);
    assert!(!one(bench, epoch, waits).await, "it does not wait any more");
}

pub(crate) async fn a_host_changes_its_power_with_what_follows(bench: &Bench) {
    let store = &bench.store;
    let epoch = lead(store).await;
    store.declare_hosts(&[host_record("c1")]).await.unwrap();
    store.power(&host_id("c1"), PowerRequest::On, &cause("op", ""), at(1)).await.unwrap();
    let power = async |state, failures| {
        let revision = host(store, "c1").await.revision;
        let of =
            |revision| Decision::Power { host: host_id("c1"), revision, state, failures, reason: "for work".into() };
        assert!(!one(bench, epoch, of(revision + 1)).await);
        assert!(one(bench, epoch, of(revision)).await);
        host(store, "c1").await
    };
    let starting = power(PowerState::Starting, 2).await;
    assert_eq!((starting.state, starting.failures, starting.since), (PowerState::Starting, 2, at(30)));
    assert_eq!((starting.reason.as_str(), starting.power_requested), ("for work", None));
    assert_eq!(power(PowerState::Failed, 3).await.failures, 3);
    power(PowerState::Starting, 3).await;
    let enlistment = leat_midtier::store::Enlistment { host: host_record("c1"), incarnation: "c1-1".into() };
    store.enlist(&enlistment, at(75)).await.unwrap();
    let ready = host(store, "c1").await;
    assert_eq!((ready.state, ready.failures), (PowerState::Ready, 3), "whether it stays up is not known yet");
    assert_eq!((ready.up_since, ready.boot_time), (Some(at(75)), Some(Duration::from_secs(45))));
    assert_eq!(ready.idle_since, Some(at(75)));
    store.power(&host_id("c1"), PowerRequest::Off, &cause("op", ""), at(80)).await.unwrap();
    let draining = power(PowerState::Draining, 0).await;
    assert_eq!((draining.power_requested, draining.failures), (None, 0));
    // An agent of a host that is taken as gone is refused, and says anew that it is there.
    assert!(store.incarnation(&host_id("c1")).await.unwrap().is_some());
    power(PowerState::Off, 0).await;
    assert_eq!(store.incarnation(&host_id("c1")).await.unwrap(), None);
}

pub(crate) async fn thousands_of_decisions_are_one_commit(bench: &Bench) {
    let store = &bench.store;
    let epoch = lead(store).await;
    up(store, "c1").await;
    let names: Vec<String> = (0..600).map(|n| format!("r{n:03}")).collect();
    for name in &names {
        store.submit(&NewRun { idempotency_key: Some(name.clone()), ..new_run(name) }).await.unwrap();
    }
    let decisions: Vec<Decision> = names
        .iter()
        .enumerate()
        .map(|(n, name)| match n % 3 {
            0 => place_on(name, 1, 1, "c1"),
            1 => Decision::Waits { run: run_id(name), reason: format!("number {n}") },
            _ => Decision::Fail { run: run_id(name), revision: 1, reason: format!("number {n}") },
        })
        .collect();
    let done = store.commit(epoch, at(9), &decisions).await.unwrap();
    assert_eq!(done, Committed::Done(vec![true; 600]));
    let observed = store.observe().await.unwrap();
    assert_eq!(observed.runs.len(), 400);
    assert!(observed.runs.iter().all(|run| run.placements.len() == usize::from(run.state == RunState::Starting)));
    assert_eq!(store.runs_on(&host_id("c1")).await.unwrap().len(), 200);
    let failed = RunFilter { states: vec![RunState::Failed], ..RunFilter::default() };
    assert_eq!(store.runs(&failed).await.unwrap().items[0].reason, "number 599");
    assert_eq!(detail(store, "r001").await.summary.waits.as_deref(), Some("number 1"));
    assert_eq!(store.last_event().await.unwrap(), 1 + 600 + 400);
}
