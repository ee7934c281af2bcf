//! Runs that rest and go on, and hosts that are left: each with a checkpoint first.

use std::time::Duration;

use leat_midtier::store::{EndKind, NewRun, NoCheckpoints, Store, Taken, Wished};
use leat_scheduler::model::{Generation, HostId, PowerRequest, RunState};

use super::leaving::left;
use crate::bench::Bench;
use crate::draft::{at, cause, detail, end, happened, host_id, lead, new_run, new_run_of, place, run_id, state, up};

/// A run that takes checkpoints, not placed.
fn keeping(name: &str) -> NewRun {
    NewRun { checkpoint_every: Some(Duration::from_secs(10)), ..new_run(name) }
}

async fn asked(bench: &Bench, name: &str, rests: bool) -> Wished {
    let reason = if rests { "paused" } else { "resumed" };
    bench.store.pause(&run_id(name), rests, &cause("ada", reason), at(12)).await.unwrap()
}

/// What a host is told of its one run: the checkpoint that is wanted, and whether to stop.
async fn told(bench: &Bench, host: &HostId) -> (u64, bool) {
    let assigned = bench.store.assigned(host).await.unwrap().remove(0);
    (assigned.checkpoint_wanted, assigned.stop)
}

pub(crate) async fn a_run_that_waits_rests_at_once_and_is_placed_by_nobody(bench: &Bench) {
    let store = &bench.store;
    store.submit(&new_run("r1")).await.unwrap();
    assert_eq!((asked(bench, "r1", true).await, state(store, "r1").await), (Wished::Done, RunState::Paused));
    assert_eq!(asked(bench, "r1", true).await, Wished::Unchanged);
    assert_eq!(asked(bench, "r2", true).await, Wished::Unknown);
    let record = detail(store, "r1").await.summary.record;
    assert!(record.pause_requested && !record.state.is_waiting());
    assert_eq!((asked(bench, "r1", false).await, state(store, "r1").await), (Wished::Done, RunState::Queued));
    let told = happened(store).await;
    assert_eq!(told[told.len() - 2..], ["r1 paused #0 on []", "r1 queued #0 on []"]);
}

pub(crate) async fn a_run_at_work_rests_once_it_has_left_a_checkpoint_begun_after_that(bench: &Bench) {
    let store = &bench.store;
    let epoch = lead(store).await;
    let c1 = up(store, "c1").await;
    store.submit(&keeping("r1")).await.unwrap();
    place(store, epoch, "r1", &[("all", "c1")]).await;
    store.keep_checkpoint(&c1, &left("r1", 1, 4, "four"), at(11)).await.unwrap();
    assert_eq!(told(bench, &c1).await, (0, false));
    asked(bench, "r1", true).await;
    assert_eq!(told(bench, &c1).await, (5, false), "it goes on until that is kept");
    store.keep_checkpoint(&c1, &left("r1", 1, 5, "five"), at(13)).await.unwrap();
    assert_eq!(told(bench, &c1).await, (5, true));
    store.run_ended(&c1, &end("r1", 1, EndKind::Stopped), at(14)).await.unwrap();
    let found = detail(store, "r1").await;
    assert_eq!((found.summary.record.state, found.summary.reason.as_str()), (RunState::Paused, "paused"));
    assert!(found.summary.record.placements.is_empty());

    asked(bench, "r1", false).await;
    assert_eq!(state(store, "r1").await, RunState::Recovering);
    place(store, epoch, "r1", &[("all", "c1")]).await;
    let assigned = store.assigned(&c1).await.unwrap().remove(0);
    assert_eq!((assigned.checkpoint_wanted, assigned.stop, assigned.checkpoint.len()), (0, false, 1));
}

pub(crate) async fn a_pause_is_taken_back_while_it_is_under_way(bench: &Bench) {
    let store = &bench.store;
    let epoch = lead(store).await;
    let c1 = up(store, "c1").await;
    store.submit(&keeping("r1")).await.unwrap();
    place(store, epoch, "r1", &[("all", "c1")]).await;
    asked(bench, "r1", true).await;
    asked(bench, "r1", false).await;
    store.keep_checkpoint(&c1, &left("r1", 1, 1, "one"), at(13)).await.unwrap();
    assert_eq!(told(bench, &c1).await, (1, false));
    store.run_ended(&c1, &end("r1", 1, EndKind::Stopped), at(14)).await.unwrap();
    assert_eq!(state(store, "r1").await, RunState::Recovering, "it was stopped all the same, and goes on");
}

pub(crate) async fn a_run_that_takes_no_checkpoints_rests_and_says_that_it_will_begin_again(bench: &Bench) {
    let store = &bench.store;
    let epoch = lead(store).await;
    let c1 = up(store, "c1").await;
    store.submit(&keeping("r1")).await.unwrap();
    place(store, epoch, "r1", &[("all", "c1")]).await;
    let none = NoCheckpoints { run: run_id("r1"), generation: Generation(1), why: Some("it is traced".to_owned()) };
    assert_eq!(store.no_checkpoints(&host_id("c2"), &none).await.unwrap(), Taken::Refused);
    assert_eq!(store.no_checkpoints(&c1, &none).await.unwrap(), Taken::Yes);
    assert_eq!(told(bench, &c1).await, (0, false));
    asked(bench, "r1", true).await;
    assert!(told(bench, &c1).await.1, "there is nothing to wait for");
    store.run_ended(&c1, &end("r1", 1, EndKind::Stopped), at(14)).await.unwrap();
    let found = detail(store, "r1").await.summary;
    assert_eq!(found.record.state, RunState::Paused);
    assert!(found.reason.contains("begin again") && found.reason.contains("it is traced"), "{}", found.reason);

    // Without any, because nobody wanted them.
    store.submit(&new_run("r2")).await.unwrap();
    place(store, epoch, "r2", &[("all", "c1")]).await;
    asked(bench, "r2", true).await;
    assert!(told(bench, &c1).await.1);
}

pub(crate) async fn a_run_that_is_to_rest_does_not_begin_again_where_its_host_is_lost(bench: &Bench) {
    let store = &bench.store;
    let epoch = lead(store).await;
    let c1 = up(store, "c1").await;
    store.submit(&NewRun { attempts_max: 1, ..keeping("r1") }).await.unwrap();
    place(store, epoch, "r1", &[("all", "c1")]).await;
    asked(bench, "r1", true).await;
    store.run_ended(&c1, &end("r1", 1, EndKind::HostFault), at(14)).await.unwrap();
    assert_eq!(state(store, "r1").await, RunState::Paused);
    store.cancel(&run_id("r1"), &cause("ada", ""), at(15)).await.unwrap();
    assert_eq!(state(store, "r1").await, RunState::Cancelled, "one that rests is on no host, and ends at once");
}

pub(crate) async fn a_host_that_is_left_has_its_runs_go_on_elsewhere_from_a_checkpoint(bench: &Bench) {
    let store = &bench.store;
    let epoch = lead(store).await;
    for (name, by_power) in [("c1", false), ("c2", true)] {
        let host = up(store, name).await;
        let run = format!("r{name}");
        store.submit(&keeping(&run)).await.unwrap();
        place(store, epoch, &run, &[("all", name)]).await;
        if by_power {
            store.power(&host, PowerRequest::Off, &cause("ops", ""), at(12)).await.unwrap();
        } else {
            store.drain(&host, true, &cause("ops", ""), at(12)).await.unwrap();
        }
        assert_eq!(told(bench, &host).await, (1, false));
        store.keep_checkpoint(&host, &left(&run, 1, 1, "one"), at(13)).await.unwrap();
        assert_eq!(told(bench, &host).await, (1, true));
        store.run_ended(&host, &end(&run, 1, EndKind::Stopped), at(14)).await.unwrap();
        assert_eq!(state(store, &run).await, RunState::Recovering);
    }
}

pub(crate) async fn all_hosts_of_a_run_stop_once_one_of_them_is_left(bench: &Bench) {
    let store = &bench.store;
    let epoch = lead(store).await;
    let (c1, c2) = (up(store, "c1").await, up(store, "c2").await);
    let divided = NewRun { checkpoint_every: Some(Duration::from_secs(10)), ..new_run_of("r1", &["a", "b"]) };
    store.submit(&divided).await.unwrap();
    place(store, epoch, "r1", &[("a", "c1"), ("b", "c2")]).await;
    store.drain(&c2, true, &cause("ops", ""), at(12)).await.unwrap();
    assert_eq!((told(bench, &c1).await, told(bench, &c2).await), ((1, false), (1, false)));
    store.keep_checkpoint(&c2, &left("r1", 1, 1, "there"), at(13)).await.unwrap();
    assert_eq!((told(bench, &c1).await, told(bench, &c2).await), ((1, false), (1, false)), "half of it is missing");
    store.keep_checkpoint(&c1, &left("r1", 1, 1, "here"), at(13)).await.unwrap();
    assert_eq!((told(bench, &c1).await, told(bench, &c2).await), ((1, true), (1, true)));
}
