//! What attempts leave for the next: which checkpoint that goes on from, and what of older ones is forgotten.

use std::time::Duration;

use leat_bundle::{CheckpointFile, CheckpointManifest, Digest};
use leat_midtier::store::{CheckpointRecord, CheckpointSummary, End, EndKind, NewRun, Pruning, Store, Taken};
use leat_scheduler::model::{Generation, HostId, RunState};

use crate::bench::Bench;
use crate::draft::{
    at, cause, detail, end, host_id, lead, new_run, new_run_of, news, place, placed, run_id, state, up,
};

/// A checkpoint whose one file holds a word.
pub(crate) fn left(name: &str, generation: u64, number: u64, word: &str) -> CheckpointRecord {
    ended_or_left((name, generation, number), word, false)
}

fn ended_or_left((name, generation, number): (&str, u64, u64), word: &str, last: bool) -> CheckpointRecord {
    let file = CheckpointFile {
        node: None,
        path: "checkpoints/part".to_owned(),
        bytes: word.len() as u64,
        blocks: vec![Digest::of(word.as_bytes())],
    };
    let list = CheckpointManifest::new("0.1.0".to_owned(), (number, last), vec![file]);
    let digest = Digest::of(&list.to_bytes());
    CheckpointRecord { run: run_id(name), generation: Generation(generation), number, digest, list }
}

/// What the latest attempt on a host goes on from.
async fn begins_from(bench: &Bench, host: &HostId) -> Vec<Digest> {
    bench.store.assigned(host).await.unwrap().remove(0).checkpoint
}

pub(crate) async fn the_next_attempt_goes_on_from_the_newest_checkpoint(bench: &Bench) {
    let store = &bench.store;
    let epoch = placed(store, "r1").await;
    let c1 = host_id("c1");
    let (first, second) = (left("r1", 1, 1, "one"), left("r1", 1, 2, "two"));
    assert_eq!(detail(store, "r1").await.checkpoint, None);
    for (second, checkpoint) in [(20, &first), (30, &second), (31, &second)] {
        assert_eq!(store.keep_checkpoint(&c1, checkpoint, at(second)).await.unwrap(), Taken::Yes);
    }
    assert!(begins_from(bench, &c1).await.is_empty(), "the attempt that took it did not begin from it");
    let kept = CheckpointSummary { generation: Generation(1), number: 2, bytes: 3, kept: at(30) };
    assert_eq!(detail(store, "r1").await.checkpoint, Some(kept));

    store.run_ended(&c1, &end("r1", 1, EndKind::HostFault), at(40)).await.unwrap();
    place(store, epoch, "r1", &[("all", "c1")]).await;
    assert_eq!(begins_from(bench, &c1).await, [second.digest]);
    // An attempt that leaves nothing of its own takes nothing away.
    store.run_ended(&c1, &end("r1", 2, EndKind::HostFault), at(50)).await.unwrap();
    place(store, epoch, "r1", &[("all", "c1")]).await;
    assert_eq!(begins_from(bench, &c1).await, [second.digest]);
    let third = left("r1", 3, 1, "three");
    store.keep_checkpoint(&c1, &third, at(60)).await.unwrap();
    assert_eq!(detail(store, "r1").await.checkpoint.map(|kept| kept.generation), Some(Generation(3)));
}

pub(crate) async fn what_the_latest_attempt_did_not_leave_is_not_kept(bench: &Bench) {
    let store = &bench.store;
    let epoch = placed(store, "r1").await;
    let (c1, c2) = (host_id("c1"), up(store, "c2").await);
    let refused = async |host: &HostId, checkpoint: &CheckpointRecord| {
        store.keep_checkpoint(host, checkpoint, at(20)).await.unwrap() == Taken::Refused
    };
    assert!(refused(&c2, &left("r1", 1, 1, "x")).await, "another host's");
    assert!(refused(&c1, &left("r2", 1, 1, "x")).await, "of a run that is not there");
    assert!(refused(&c1, &left("r1", 2, 1, "x")).await, "of an attempt that was never given");
    store.run_ended(&c1, &end("r1", 1, EndKind::HostFault), at(30)).await.unwrap();
    assert!(refused(&c1, &left("r1", 1, 1, "x")).await, "of one that has ended");
    place(store, epoch, "r1", &[("all", "c2")]).await;
    assert!(refused(&c1, &left("r1", 1, 1, "x")).await, "of one that is over");
    assert!(begins_from(bench, &c2).await.is_empty());
}

pub(crate) async fn a_checkpoint_of_several_hosts_counts_with_the_last_of_them(bench: &Bench) {
    let store = &bench.store;
    let epoch = lead(store).await;
    let (c1, c2) = (up(store, "c1").await, up(store, "c2").await);
    store.submit(&new_run_of("r1", &["a", "b", "c"])).await.unwrap();
    place(store, epoch, "r1", &[("a", "c1"), ("b", "c2"), ("c", "c1")]).await;
    let here = |number| left("r1", 1, number, &format!("here {number}"));
    let there = |number| left("r1", 1, number, &format!("there {number}"));
    store.keep_checkpoint(&c1, &here(1), at(20)).await.unwrap();
    assert_eq!(detail(store, "r1").await.checkpoint, None, "half of it is missing");
    store.keep_checkpoint(&c1, &here(2), at(21)).await.unwrap();
    store.keep_checkpoint(&c2, &there(1), at(22)).await.unwrap();
    assert_eq!(detail(store, "r1").await.checkpoint.map(|kept| kept.number), Some(1));
    store.keep_checkpoint(&c2, &there(2), at(23)).await.unwrap();
    let kept = CheckpointSummary { generation: Generation(1), number: 2, bytes: 13, kept: at(23) };
    assert_eq!(detail(store, "r1").await.checkpoint, Some(kept));
    for host in [&c1, &c2] {
        store.run_ended(host, &end("r1", 1, EndKind::HostFault), at(30)).await.unwrap();
    }
    place(store, epoch, "r1", &[("a", "c1"), ("b", "c1"), ("c", "c1")]).await;
    assert_eq!(begins_from(bench, &c1).await, [here(2).digest, there(2).digest], "however it is divided now");
}

pub(crate) async fn a_host_that_has_ended_is_part_of_every_later_checkpoint(bench: &Bench) {
    let store = &bench.store;
    let epoch = lead(store).await;
    let (c1, c2) = (up(store, "c1").await, up(store, "c2").await);
    store.submit(&new_run_of("r1", &["a", "b"])).await.unwrap();
    place(store, epoch, "r1", &[("a", "c1"), ("b", "c2")]).await;
    let there = |number| left("r1", 1, number, &format!("there {number}"));
    let ended = ended_or_left(("r1", 1, 3), "ended", true);
    store.keep_checkpoint(&c2, &there(2), at(20)).await.unwrap();
    store.keep_checkpoint(&c1, &ended, at(21)).await.unwrap();
    assert_eq!(detail(store, "r1").await.checkpoint, None, "it had not ended at the cut of the other");
    store.run_ended(&c1, &end("r1", 1, EndKind::Succeeded), at(22)).await.unwrap();
    for number in [4, 9] {
        store.keep_checkpoint(&c2, &there(number), at(23)).await.unwrap();
        assert_eq!(detail(store, "r1").await.checkpoint.map(|kept| kept.number), Some(number));
    }
    store.run_ended(&c2, &end("r1", 1, EndKind::HostFault), at(30)).await.unwrap();
    place(store, epoch, "r1", &[("a", "c2"), ("b", "c1")]).await;
    assert_eq!(begins_from(bench, &c2).await, [ended.digest, there(9).digest]);
}

pub(crate) async fn checkpoints_of_runs_on_several_hosts_are_ordered_one_after_the_other(bench: &Bench) {
    let store = &bench.store;
    let epoch = lead(store).await;
    let (c1, c2) = (up(store, "c1").await, up(store, "c2").await);
    let every = Some(Duration::from_secs(10));
    store.submit(&NewRun { checkpoint_every: every, ..new_run_of("r1", &["a", "b"]) }).await.unwrap();
    store.submit(&NewRun { checkpoint_every: every, ..new_run("r2") }).await.unwrap();
    place(store, epoch, "r1", &[("a", "c1"), ("b", "c2")]).await;
    place(store, epoch, "r2", &[("all", "c1")]).await;
    let wanted = async |host: &HostId| store.assigned(host).await.unwrap().remove(0).checkpoint_wanted;
    assert_eq!(store.order_checkpoints(at(100)).await.unwrap(), 0, "it is not at work");
    for (host, run) in [(&c1, "r1"), (&c2, "r1"), (&c1, "r2")] {
        store.run_news(host, &news(run, 1, Some("{}")), at(12)).await.unwrap();
    }
    assert_eq!(store.order_checkpoints(at(21)).await.unwrap(), 0, "none is due");
    assert_eq!(store.order_checkpoints(at(22)).await.unwrap(), 1, "a run on one host begins its own");
    assert_eq!((wanted(&c1).await, wanted(&c2).await), (1, 1));
    assert_eq!(store.order_checkpoints(at(40)).await.unwrap(), 0, "the first is under way");
    for host in [&c1, &c2] {
        store.keep_checkpoint(host, &left("r1", 1, 1, host.as_str()), at(41)).await.unwrap();
    }
    assert_eq!(store.order_checkpoints(at(42)).await.unwrap(), 1);
    assert_eq!(wanted(&c2).await, 2);
    assert_eq!(
        (store.order_checkpoints(at(101)).await.unwrap(), store.order_checkpoints(at(102)).await.unwrap()),
        (0, 1)
    );
    assert_eq!(wanted(&c2).await, 3, "one that never came is given up");
}

pub(crate) async fn attempts_that_get_further_are_not_in_vain(bench: &Bench) {
    let store = &bench.store;
    let epoch = lead(store).await;
    let c1 = up(store, "c1").await;
    store.submit(&NewRun { attempts_max: 2, ..new_run("r1") }).await.unwrap();
    for attempt in 1..=4 {
        place(store, epoch, "r1", &[("all", "c1")]).await;
        store.keep_checkpoint(&c1, &left("r1", attempt, 1, "further"), at(20)).await.unwrap();
        store.run_ended(&c1, &end("r1", attempt, EndKind::HostFault), at(30)).await.unwrap();
        assert_eq!(state(store, "r1").await, RunState::Recovering, "attempt {attempt}");
    }
    for (attempt, expected) in [(5, RunState::Recovering), (6, RunState::Failed)] {
        place(store, epoch, "r1", &[("all", "c1")]).await;
        let record = detail(store, "r1").await.summary.record;
        assert_eq!((record.attempts, record.attempts_in_vain()), (attempt, attempt - 4));
        store.run_ended(&c1, &end("r1", attempt.into(), EndKind::HostFault), at(30)).await.unwrap();
        assert_eq!(state(store, "r1").await, expected, "attempt {attempt} got no further");
    }
}

pub(crate) async fn how_workers_died_is_told_to_the_next_attempt(bench: &Bench) {
    let store = &bench.store;
    let (epoch, c1) = (lead(store).await, up(store, "c1").await);
    store.submit(&NewRun { attempts_max: 2, ..new_run("r1") }).await.unwrap();
    let died = |generation, taught| {
        let deaths_json = Some(format!("{{\"counted\":{generation}}}"));
        End { deaths_json, taught, ..end("r1", generation, EndKind::HostFault) }
    };
    // Nothing is known of the first; what the second found out makes it none in vain, and the fourth is the second in vain after it.
    for (generation, taught, told) in [(1, false, None), (2, true, Some(1)), (3, false, Some(2)), (4, false, Some(3))] {
        place(store, epoch, "r1", &[("all", "c1")]).await;
        let assigned = store.assigned(&c1).await.unwrap().remove(0);
        assert_eq!(assigned.deaths_json, told.map(|told: u64| format!("{{\"counted\":{told}}}")));
        assert_eq!(store.run_ended(&c1, &died(generation, taught), at(20)).await.unwrap(), Taken::Yes);
    }
    assert_eq!(state(store, "r1").await, RunState::Failed);
    assert_eq!(store.run_ended(&c1, &died(1, true), at(30)).await.unwrap(), Taken::Refused, "an older attempt");
}

pub(crate) async fn what_is_left_stays_as_long_as_its_run_goes_on(bench: &Bench) {
    let store = &bench.store;
    placed(store, "r1").await;
    let c1 = host_id("c1");
    let (first, second) = (left("r1", 1, 1, "one"), left("r1", 1, 2, "two"));
    let referred = async |checkpoint: &CheckpointRecord| {
        let all = store.referred().await.unwrap();
        let wanted = [checkpoint.digest, checkpoint.list.files[0].blocks[0]];
        wanted.iter().filter(|digest| all.contains(digest)).count()
    };
    store.keep_checkpoint(&c1, &first, at(20)).await.unwrap();
    assert_eq!(referred(&first).await, 2);
    store.keep_checkpoint(&c1, &second, at(30)).await.unwrap();
    assert_eq!((referred(&first).await, referred(&second).await), (0, 2), "nobody needs the older one");
    store.cancel(&run_id("r1"), &cause("ada", ""), at(40)).await.unwrap();
    store.run_ended(&c1, &end("r1", 1, EndKind::Stopped), at(41)).await.unwrap();
    assert_eq!((referred(&second).await, detail(store, "r1").await.checkpoint), (0, None));
    let pruning = Pruning { now: at(50), ended_runs: Duration::from_secs(1000), keep_runs: 10 };
    store.prune(&pruning).await.unwrap();
    assert_eq!(state(store, "r1").await, RunState::Cancelled, "the run itself stays");
}

pub(crate) async fn how_often_a_checkpoint_is_taken_is_told_to_hosts(bench: &Bench) {
    let store = &bench.store;
    let epoch = lead(store).await;
    let c1 = up(store, "c1").await;
    for (name, every) in [("r1", None), ("r2", Some(Duration::from_millis(1500)))] {
        store.submit(&NewRun { checkpoint_every: every, ..new_run(name) }).await.unwrap();
        place(store, epoch, name, &[("all", "c1")]).await;
        assert_eq!(detail(store, name).await.checkpoint_every, every);
        assert_eq!(store.assigned(&c1).await.unwrap().last().unwrap().checkpoint_every, every);
    }
}
