//! Runs that are submitted, and lists of them.

use std::task::Poll;

use leat_bundle::Digest;
use leat_midtier::store::{NewRun, RunFilter, Store, Submitted};
use leat_scheduler::ledger::Ledger;
use leat_scheduler::model::{Generation, RunState};
use leat_spans::SpanContext;

use crate::bench::Bench;
use crate::draft::{at, cause, detail, happened, host_id, lead, new_run, place, run_id, up};

/// Waits for all of them at once.
async fn join_all<T>(work: impl IntoIterator<Item = impl Future<Output = T>>) -> Vec<T> {
    let mut waiting: Vec<_> = work.into_iter().map(|one| (Box::pin(one), None)).collect();
    std::future::poll_fn(|context| {
        for (one, answer) in waiting.iter_mut().filter(|(_, answer)| answer.is_none()) {
            if let Poll::Ready(done) = one.as_mut().poll(context) {
                *answer = Some(done);
            }
        }
        if waiting.iter().all(|(_, answer)| answer.is_some()) { Poll::Ready(()) } else { Poll::Pending }
    })
    .await;
    waiting.into_iter().filter_map(|(_, answer)| answer).collect()
}

pub(crate) async fn a_run_reads_back_as_it_was_submitted(bench: &Bench) {
    let store = &bench.store;
    let run = NewRun { retry_of: Some(run_id("r0")), ..new_run("r1") };
    assert_eq!(store.submit(&run).await.unwrap(), Submitted::New);
    let found = detail(store, "r1").await;
    let record = &found.summary.record;
    assert_eq!((&record.user, &record.group, record.priority), (&run.user, &run.group, -3));
    assert_eq!((record.state, record.since, record.submitted), (RunState::Queued, at(0), at(0)));
    assert_eq!((record.generation, record.attempts, record.attempts_max), (Generation(0), 0, 3));
    assert_eq!((&record.parts, &record.constraints), (&run.parts, &run.constraints));
    assert!(record.placements.is_empty() && !record.cancel_requested);
    assert_eq!((found.bundle, found.seed, found.retry_of), (run.bundle, run.seed, run.retry_of));
    assert_eq!((found.summary.process.as_str(), found.summary.started, found.summary.ended), ("price", None, None));
    assert_eq!((found.papers, found.outputs), (Vec::new(), Vec::new()));
    assert_eq!(happened(store).await, ["r1 submitted"]);
}

pub(crate) async fn a_runs_span_is_told_to_all_who_act_on_it(bench: &Bench) {
    let store = &bench.store;
    let span = SpanContext::parse("00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01");
    let run = NewRun { span, idempotency_key: Some("night".to_owned()), ..new_run("r1") };
    store.submit(&run).await.unwrap();
    store.submit(&new_run("r2")).await.unwrap();
    let again = NewRun { id: run_id("r3"), span: None, ..run.clone() };
    assert_eq!(
        store.submit(&again).await.unwrap(),
        Submitted::Known(run_id("r1")),
        "it is no part of what was submitted"
    );
    let observed = store.observe().await.unwrap().runs;
    assert_eq!(observed.iter().map(|run| run.span).collect::<Vec<_>>(), [span, None]);
    assert_eq!(detail(store, "r1").await.summary.record.span, span);
    up(store, "c1").await;
    let epoch = lead(store).await;
    for run in ["r1", "r2"] {
        place(store, epoch, run, &[("all", "c1")]).await;
    }
    let assigned = store.assigned(&host_id("c1")).await.unwrap();
    assert_eq!(assigned.iter().map(|run| run.span).collect::<Vec<_>>(), [span, None]);
}

pub(crate) async fn a_key_is_one_run_for_its_user(bench: &Bench) {
    let store = &bench.store;
    let keyed = |name: &str, user: &str, seed: u64| NewRun {
        idempotency_key: Some("night".to_owned()),
        user: user.to_owned(),
        seed,
        ..new_run(name)
    };
    assert_eq!(store.submit(&keyed("r1", "ada", 1)).await.unwrap(), Submitted::New);
    let later = NewRun { submitted: at(60), ..keyed("r2", "ada", 1) };
    assert_eq!(store.submit(&later).await.unwrap(), Submitted::Known(run_id("r1")));
    assert_eq!(store.submit(&keyed("r3", "ada", 2)).await.unwrap(), Submitted::KeyInUse(run_id("r1")));
    assert_eq!(store.submit(&keyed("r4", "bob", 2)).await.unwrap(), Submitted::New);
    assert_eq!(happened(store).await, ["r1 submitted", "r4 submitted"]);
}

pub(crate) async fn one_of_many_submissions_with_a_key_is_new(bench: &Bench) {
    let other = bench.another().await;
    let submit = async |store: &leat_store_sql::SqlStore, n: usize| {
        let run = NewRun { idempotency_key: Some("night".to_owned()), ..new_run(&format!("r{n}")) };
        store.submit(&run).await.unwrap()
    };
    let submissions = (0..20).map(|n| submit(if n % 2 == 0 { &bench.store } else { &other }, n));
    let answers = join_all(submissions).await;
    assert_eq!(answers.iter().filter(|answer| **answer == Submitted::New).count(), 1);
    let runs = bench.store.runs(&RunFilter::default()).await.unwrap().items;
    let known = Submitted::Known(runs[0].record.id.clone());
    assert!(runs.len() == 1 && answers.iter().all(|answer| *answer == Submitted::New || *answer == known));
    other.close().await;
}

pub(crate) async fn a_submission_that_got_no_answer_may_be_repeated(bench: &Bench) {
    let store = &bench.store;
    store.submit(&new_run("r1")).await.unwrap();
    assert_eq!(store.submit(&new_run("r1")).await.unwrap(), Submitted::Known(run_id("r1")));
    let other = NewRun { bundle: Digest::of(b"another"), ..new_run("r1") };
    assert_eq!(store.submit(&other).await.unwrap(), Submitted::KeyInUse(run_id("r1")));
}

pub(crate) async fn a_run_that_is_not_there_is_nothing(bench: &Bench) {
    let store = &bench.store;
    assert_eq!(store.run(&run_id("r1")).await.unwrap(), None);
    assert!(store.runs(&RunFilter::default()).await.unwrap().items.is_empty());
    assert!(store.run_counts().await.unwrap().is_empty());
    assert!(store.logged_nodes(&run_id("r1")).await.unwrap().is_empty());
    assert!(store.log(&run_id("r1"), "n", 0, 10).await.unwrap().is_empty());
}

pub(crate) async fn pages_hold_the_latest_runs_first_and_all_of_them(bench: &Bench) {
    let store = &bench.store;
    // Names of both cases, so that the order is that of the bytes in whatever language the database is.
    let mut names: Vec<String> = (0..7).flat_map(|n| [format!("a{n}"), format!("B{n}")]).collect();
    for name in &names {
        store.submit(&new_run(name)).await.unwrap();
    }
    names.sort();
    names.reverse();
    let mut found = Vec::new();
    let mut filter = RunFilter { limit: 4, ..RunFilter::default() };
    loop {
        let page = store.runs(&filter).await.unwrap();
        assert!(page.items.len() <= 4);
        found.extend(page.items.iter().map(|run| run.record.id.to_string()));
        filter.before = page.items.last().map(|run| run.record.id.clone());
        if !page.more {
            break;
        }
    }
    assert_eq!(found, names);
    let exact = RunFilter { limit: 14, ..RunFilter::default() };
    assert!(!store.runs(&exact).await.unwrap().more);
}

pub(crate) async fn filters_narrow_a_list(bench: &Bench) {
    let store = &bench.store;
    for (name, user, group, process) in
        [("r1", "ada", "risk", "price"), ("r2", "bob", "risk", "price"), ("r3", "bob", "desk", "hedge")]
    {
        let run = NewRun { user: user.into(), group: group.into(), process: process.into(), ..new_run(name) };
        store.submit(&run).await.unwrap();
    }
    store.cancel(&run_id("r2"), &cause("bob", ""), at(1)).await.unwrap();
    let of = async |filter: RunFilter| {
        let page = store.runs(&filter).await.unwrap();
        page.items.iter().map(|run| run.record.id.to_string()).collect::<Vec<_>>()
    };
    let any = RunFilter::default();
    assert_eq!(of(RunFilter { user: Some("bob".into()), ..any.clone() }).await, ["r3", "r2"]);
    assert_eq!(of(RunFilter { groups: Some(vec!["risk".into()]), ..any.clone() }).await, ["r2", "r1"]);
    assert_eq!(of(RunFilter { process: Some("hedge".into()), ..any.clone() }).await, ["r3"]);
    let states = vec![RunState::Queued, RunState::Running];
    assert_eq!(of(RunFilter { states: states.clone(), ..any.clone() }).await, ["r3", "r1"]);
    let all = RunFilter { states, user: Some("bob".into()), before: Some(run_id("r3")), ..any };
    assert!(of(all).await.is_empty());
}

pub(crate) async fn runs_are_counted_by_state(bench: &Bench) {
    let store = &bench.store;
    for name in ["r1", "r2", "r3"] {
        store.submit(&new_run(name)).await.unwrap();
    }
    store.cancel(&run_id("r2"), &cause("ada", ""), at(1)).await.unwrap();
    let counts: Vec<(String, u64)> = store.run_counts().await.unwrap().into_iter().collect();
    assert_eq!(counts, [("cancelled".to_owned(), 1), ("queued".to_owned(), 2)]);
}

pub(crate) async fn texts_with_odd_characters_are_kept(bench: &Bench) {
    let store = &bench.store;
    let user = "O'Hara \"; DROP TABLE runs; -- $1 ü 🦀 \\ \u{202e}";
    store.submit(&NewRun { user: user.into(), process: "a\0b".into(), ..new_run("r1") }).await.unwrap();
    let found = detail(store, "r1").await.summary;
    assert_eq!(found.record.user, user);
    // A zero byte has no place in PostgreSQL's texts.
    assert_eq!(found.process, "a\u{fffd}b");
}
