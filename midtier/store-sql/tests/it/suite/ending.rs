//! How runs go on and end, by the word of their hosts.

use leat_bundle::Digest;
use leat_midtier::store::{Division, End, EndKind, OutputRecord, Store, Taken, Wished};
use leat_scheduler::ledger::{Committed, Decision, Ledger};
use leat_scheduler::model::{Resources, RunState};

use crate::bench::Bench;
use crate::draft::{
    GIB, at, cause, detail, end, happened, host, host_id, lead, new_run, new_run_of, news, place, placed, run_id,
    state, up,
};

pub(crate) async fn a_run_goes_from_starting_to_its_end(bench: &Bench) {
    let store = &bench.store;
    placed(store, "r1").await;
    let c1 = host_id("c1");
    assert_eq!(store.run_news(&c1, &news("r1", 1, None), at(11)).await.unwrap(), Taken::Yes);
    assert_eq!(state(store, "r1").await, RunState::Starting);
    for (second, status) in [(12, "{\"rows\":1}"), (13, "{\"rows\":2}")] {
        assert_eq!(store.run_news(&c1, &news("r1", 1, Some(status)), at(second)).await.unwrap(), Taken::Yes);
    }
    assert_eq!(store.run_news(&c1, &news("r1", 1, None), at(14)).await.unwrap(), Taken::Yes);
    let found = detail(store, "r1").await;
    assert_eq!((found.summary.record.state, found.summary.started), (RunState::Running, Some(at(12))));
    assert_eq!(found.papers[0].status_json.as_deref(), Some("{\"rows\":2}"));
    let outputs = vec![
        OutputRecord { path: "B.csv".into(), digest: Digest::of(b"B"), bytes: 1 },
        OutputRecord { path: "a.csv".into(), digest: Digest::of(b"a"), bytes: 2 },
    ];
    let ended = End { report_json: Some("{}".into()), outputs: outputs.clone(), ..end("r1", 1, EndKind::Succeeded) };
    assert_eq!(store.run_ended(&c1, &ended, at(20)).await.unwrap(), Taken::Yes);
    let found = detail(store, "r1").await;
    assert_eq!((found.summary.record.state, found.summary.ended), (RunState::Succeeded, Some(at(20))));
    assert_eq!((found.papers[0].report_json.as_deref(), found.outputs), (Some("{}"), outputs));
    assert!(found.summary.record.placements.is_empty());
    assert_eq!(
        happened(store).await,
        ["c1 ready", "r1 submitted", "r1 starting #1 on [c1]", "r1 running #1 on [c1]", "r1 succeeded #1 on []"]
    );
}

pub(crate) async fn every_kind_of_end_leads_to_its_state(bench: &Bench) {
    let store = &bench.store;
    let epoch = lead(store).await;
    let c1 = up(store, "c1").await;
    let cases = [
        (EndKind::Succeeded, false, 3, RunState::Succeeded),
        (EndKind::Succeeded, true, 3, RunState::Succeeded),
        (EndKind::Failed, false, 3, RunState::Failed),
        (EndKind::Failed, true, 3, RunState::Failed),
        (EndKind::Stopped, false, 3, RunState::Recovering),
        (EndKind::Stopped, true, 3, RunState::Cancelled),
        (EndKind::HostFault, false, 3, RunState::Recovering),
        (EndKind::HostFault, true, 3, RunState::Cancelled),
        (EndKind::HostFault, false, 1, RunState::Failed),
    ];
    for (number, (kind, cancelled, attempts_max, expected)) in cases.into_iter().enumerate() {
        let name = format!("r{number}");
        store.submit(&leat_midtier::store::NewRun { attempts_max, ..new_run(&name) }).await.unwrap();
        place(store, epoch, &name, &[("all", "c1")]).await;
        store.run_news(&c1, &news(&name, 1, Some("{}")), at(11)).await.unwrap();
        if cancelled {
            let wished = store.cancel(&run_id(&name), &cause("ada", "too slow"), at(12)).await.unwrap();
            assert_eq!((wished, state(store, &name).await), (Wished::Done, RunState::Running));
        }
        assert_eq!(store.assigned(&c1).await.unwrap()[0].stop, cancelled);
        store.run_ended(&c1, &end(&name, 1, kind), at(13)).await.unwrap();
        assert_eq!(state(store, &name).await, expected, "{kind:?} {cancelled} {attempts_max}");
        assert!(store.assigned(&c1).await.unwrap().is_empty());
    }
}

pub(crate) async fn a_run_on_several_hosts_ends_with_the_last(bench: &Bench) {
    let store = &bench.store;
    let epoch = lead(store).await;
    let (c1, c2) = (up(store, "c1").await, up(store, "c2").await);
    store.submit(&new_run_of("r1", &["a", "b", "c"])).await.unwrap();
    place(store, epoch, "r1", &[("a", "c1"), ("b", "c2"), ("c", "c1")]).await;
    let assigned = store.assigned(&c1).await.unwrap();
    assert_eq!(assigned.len(), 1);
    assert_eq!(assigned[0].needs, Resources { cpu_millis: 1000, memory_bytes: 2 * GIB });
    let shares = vec![(c1.clone(), vec!["a".to_owned(), "c".to_owned()]), (c2.clone(), vec!["b".to_owned()])];
    assert_eq!(assigned[0].division, Some(Division { shares: shares.clone(), mine: 0, parts: 3 }));
    let of = |path: &str| vec![OutputRecord { path: path.into(), digest: Digest::of(path.as_bytes()), bytes: 1 }];
    store.run_ended(&c1, &End { outputs: of("x"), ..end("r1", 1, EndKind::Succeeded) }, at(12)).await.unwrap();
    let found = detail(store, "r1").await;
    assert_eq!((found.summary.record.state, found.outputs.len()), (RunState::Starting, 0));
    assert_eq!(found.summary.record.placements.len(), 1);
    assert!(store.assigned(&c1).await.unwrap().is_empty());
    // The shares are those of the attempt, whichever of them have ended.
    let left = store.assigned(&c2).await.unwrap().remove(0);
    assert_eq!((left.stop, left.division), (false, Some(Division { shares, mine: 1, parts: 3 })));
    store.run_ended(&c2, &End { outputs: of("y"), ..end("r1", 1, EndKind::Succeeded) }, at(13)).await.unwrap();
    let found = detail(store, "r1").await;
    assert_eq!((found.summary.record.state, found.outputs.len()), (RunState::Succeeded, 2));
}

pub(crate) async fn a_part_that_fails_stops_the_others(bench: &Bench) {
    let store = &bench.store;
    let epoch = lead(store).await;
    let (c1, c2) = (up(store, "c1").await, up(store, "c2").await);
    store.submit(&new_run_of("r1", &["a", "b"])).await.unwrap();
    place(store, epoch, "r1", &[("a", "c1"), ("b", "c2")]).await;
    let failed = End { report_json: Some("failed".into()), ..end("r1", 1, EndKind::Failed) };
    store.run_ended(&c2, &failed, at(12)).await.unwrap();
    assert_eq!(state(store, "r1").await, RunState::Starting);
    assert!(store.assigned(&c1).await.unwrap()[0].stop);
    let stopped = End { report_json: Some("stopped".into()), ..end("r1", 1, EndKind::Stopped) };
    store.run_ended(&c1, &stopped, at(13)).await.unwrap();
    let found = detail(store, "r1").await;
    assert_eq!((found.summary.record.state, found.summary.reason.as_str()), (RunState::Failed, "the node fell over"));
    let reports: Vec<_> = found.papers.iter().map(|papers| papers.report_json.as_deref()).collect();
    assert_eq!(reports, [Some("stopped"), Some("failed")]);
}

pub(crate) async fn words_of_those_who_were_not_given_the_run_change_nothing(bench: &Bench) {
    let store = &bench.store;
    let epoch = placed(store, "r1").await;
    let (c1, c2) = (host_id("c1"), up(store, "c2").await);
    let before = (detail(store, "r1").await, happened(store).await);
    for (who, name, generation) in [(&c2, "r1", 1), (&c1, "r1", 0), (&c1, "r1", 2), (&c1, "r9", 1)] {
        let news = news(name, generation, Some("{}"));
        assert_eq!(store.run_news(who, &news, at(11)).await.unwrap(), Taken::Refused);
        let ended = end(name, generation, EndKind::Failed);
        assert_eq!(store.run_ended(who, &ended, at(11)).await.unwrap(), Taken::Refused);
    }
    assert_eq!((detail(store, "r1").await, happened(store).await), before);
    // The attempt is taken away from the host: what it still says is of no account, though no newer one has begun.
    let revision = before.0.summary.record.revision;
    let lost = Decision::Recover { run: run_id("r1"), revision, reason: "lost".into() };
    assert_eq!(store.commit(epoch, at(12), &[lost]).await.unwrap(), Committed::Done(vec![true]));
    assert_eq!(store.run_news(&c1, &news("r1", 1, Some("{}")), at(13)).await.unwrap(), Taken::Refused);
    assert_eq!(store.run_ended(&c1, &end("r1", 1, EndKind::Succeeded), at(13)).await.unwrap(), Taken::Refused);
    assert_eq!(state(store, "r1").await, RunState::Recovering);
}

pub(crate) async fn an_end_said_twice_is_an_end_said_once(bench: &Bench) {
    let store = &bench.store;
    placed(store, "r1").await;
    let c1 = host_id("c1");
    store.run_ended(&c1, &end("r1", 1, EndKind::Succeeded), at(12)).await.unwrap();
    let before = (detail(store, "r1").await, happened(store).await);
    for kind in [EndKind::Succeeded, EndKind::Failed] {
        assert_eq!(store.run_ended(&c1, &end("r1", 1, kind), at(13)).await.unwrap(), Taken::Yes);
    }
    assert_eq!((detail(store, "r1").await, happened(store).await), before);
    assert_eq!(store.run_news(&c1, &news("r1", 1, Some("{}")), at(14)).await.unwrap(), Taken::Refused);
}

pub(crate) async fn a_host_that_lost_its_last_run_is_idle(bench: &Bench) {
    let store = &bench.store;
    let epoch = placed(store, "r1").await;
    store.submit(&new_run("r2")).await.unwrap();
    place(store, epoch, "r2", &[("all", "c1")]).await;
    assert_eq!(host(store, "c1").await.idle_since, None);
    store.run_ended(&host_id("c1"), &end("r1", 1, EndKind::Succeeded), at(20)).await.unwrap();
    assert_eq!(host(store, "c1").await.idle_since, None);
    let busy = host(store, "c1").await.revision;
    store.run_ended(&host_id("c1"), &end("r2", 1, EndKind::Failed), at(21)).await.unwrap();
    let idle = host(store, "c1").await;
    assert_eq!(idle.idle_since, Some(at(21)));
    assert!(idle.revision > busy, "whether a host is idle matters to decisions");
}

pub(crate) async fn a_lost_host_does_not_revive_a_run_that_failed_elsewhere(bench: &Bench) {
    let store = &bench.store;
    let epoch = lead(store).await;
    let c2 = up(store, "c2").await;
    up(store, "c1").await;
    store.submit(&new_run_of("r1", &["a", "b"])).await.unwrap();
    place(store, epoch, "r1", &[("a", "c1"), ("b", "c2")]).await;
    store.run_ended(&c2, &end("r1", 1, EndKind::Failed), at(12)).await.unwrap();
    let revision = detail(store, "r1").await.summary.record.revision;
    let lost = Decision::Recover { run: run_id("r1"), revision, reason: "c1 is silent".into() };
    assert_eq!(store.commit(epoch, at(20), &[lost]).await.unwrap(), Committed::Done(vec![true]));
    let found = detail(store, "r1").await.summary;
    assert_eq!((found.record.state, found.reason.as_str()), (RunState::Failed, "the node fell over"));
}
