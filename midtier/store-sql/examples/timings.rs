//! How long the store takes for what is done often, among 10,000 runs that have ended and 200 that have not.
//!
//! `cargo run --release -p leat-store-sql --example timings -- FILE` for SQLite, or with `postgres://…` for PostgreSQL; the
//! database is to be an empty one.

#![allow(clippy::unwrap_used, clippy::print_stdout, reason = "a measurement that fails has nothing to say")]

use std::time::{Duration, Instant};

use leat_bundle::Digest;
use leat_midtier::store::{End, EndKind, Enlistment, LogPiece, NewRun, RunFilter, RunNews, Store};
use leat_scheduler::ledger::{Committed, Decision, Epoch, Ledger};
use leat_scheduler::model::{
    Constraints, Generation, HostId, HostRecord, Moment, Part, Placement, Resources, RunId, RunState,
};
use leat_store_sql::{Config, Database, SqlStore};

const ENDED: usize = 10_000;
const LIVE: usize = 200;
const HOSTS: usize = 50;
const TIMES: usize = 300;

#[tokio::main(flavor = "multi_thread", worker_threads = 2)]
async fn main() {
    let address = std::env::args().nth(1).expect("a file, or a URL of PostgreSQL");
    let database = match address.starts_with("postgres") {
        true => Database::Postgres { url: address },
        false => Database::Sqlite { path: address.into() },
    };
    let store = SqlStore::connect(&Config::new(database)).await.unwrap();
    let epoch = prepare(&store).await;
    deciding(&store, epoch).await;
    reading(&store).await;
    speaking(&store).await;
    store.close().await;
}

/// Makes the runs and hosts, and times how they come in.
async fn prepare(store: &SqlStore) -> Epoch {
    let seen = store.leadership().await.unwrap();
    let epoch = store.take_lead("timings", &seen).await.unwrap().unwrap();
    for n in 0..HOSTS {
        let enlistment = Enlistment { host: host(n), incarnation: "1".to_owned() };
        store.enlist(&enlistment, Moment(1)).await.unwrap();
    }
    let mut times = Vec::new();
    for n in 0..ENDED + LIVE {
        times.push(timed(store.submit(&run(n))).await);
    }
    told("submit", times);
    epoch
}

async fn deciding(store: &SqlStore, epoch: Epoch) {
    let fail = |n| Decision::Fail { run: id(n), revision: 1, reason: "not this time".to_owned() };
    let decisions: Vec<Decision> = (0..ENDED).map(fail).collect();
    for (size, what) in [(1000, "commit, 1,000 runs fail"), (5000, "commit, 5,000 runs fail")] {
        let mut times = Vec::new();
        for some in decisions.chunks(size).skip(if size == 5000 { 1 } else { 0 }).take(if size == 1000 { 5 } else { 1 })
        {
            times.push(timed(commit(store, epoch, some)).await);
        }
        told(what, times);
    }
    let place = |n: usize| Decision::Place {
        run: id(ENDED + n),
        revision: 1,
        generation: Generation(1),
        placements: vec![Placement { part: "all".to_owned(), host: host(n % HOSTS).id }],
    };
    let decisions: Vec<Decision> = (0..LIVE).map(place).collect();
    told("commit, 200 runs are placed", vec![timed(commit(store, epoch, &decisions)).await]);
    let mut times = Vec::new();
    for _ in 0..TIMES {
        times.push(timed(store.commit(epoch, Moment(9), &[])).await);
    }
    told("commit of nothing", times);
}

async fn commit(store: &SqlStore, epoch: Epoch, decisions: &[Decision]) {
    let done = store.commit(epoch, Moment(5), decisions).await.unwrap();
    assert_eq!(done, Committed::Done(vec![true; decisions.len()]));
}

async fn reading(store: &SqlStore) {
    let pages = [
        ("runs, 100 of them", RunFilter { limit: 100, ..RunFilter::default() }),
        ("runs, 20 from the middle", RunFilter { limit: 20, before: Some(id(ENDED / 2)), ..RunFilter::default() }),
        ("runs that fail, of a user", {
            let (states, user) = (vec![RunState::Failed], Some("ada".to_owned()));
            RunFilter { limit: 20, states, user, ..RunFilter::default() }
        }),
        ("runs of nobody", RunFilter { limit: 20, user: Some("nobody".to_owned()), ..RunFilter::default() }),
    ];
    for (what, filter) in pages {
        told(what, repeated(|| store.runs(&filter)).await);
    }
    told("observe", repeated(|| store.observe()).await);
    told("one run", repeated(|| store.run(&RUN)).await);
    told("run counts", repeated(|| store.run_counts()).await);
    told("100 events", repeated(|| store.events(None, 15_000, 100)).await);
    let host = host(1).id;
    told("assigned", repeated(|| store.assigned(&host)).await);
}

static RUN: std::sync::LazyLock<RunId> = std::sync::LazyLock::new(|| id(ENDED + 7));

async fn speaking(store: &SqlStore) {
    let (mut beats, mut news, mut logs, mut ends) = (Vec::new(), Vec::new(), Vec::new(), Vec::new());
    for n in 0..LIVE {
        let (run, generation, host) = (id(ENDED + n), Generation(1), host(n % HOSTS).id);
        beats.push(timed(store.beat(&host, "1")).await);
        for _ in 0..3 {
            let word = RunNews { run: run.clone(), generation, status_json: Some("x".repeat(2000)) };
            news.push(timed(store.run_news(&host, &word, Moment(10))).await);
        }
        for piece in 0..3 {
            let (text, offset) = (vec![b'x'; 1000], piece * 1000);
            let (run, host) = (run.clone(), host.clone());
            let piece = LogPiece { run, generation, host, node: "price".to_owned(), offset, text };
            logs.push(timed(store.append_log(&piece, 1 << 20)).await);
        }
        let end = End {
            run,
            generation,
            kind: EndKind::Succeeded,
            reason: String::new(),
            report_json: Some("x".repeat(5000)),
            outputs: Vec::new(),
            deaths_json: None,
            taught: false,
        };
        ends.push(timed(store.run_ended(&host, &end, Moment(11))).await);
    }
    told("beat", beats);
    told("run news", news);
    told("append log, 1,000 bytes", logs);
    told("run ended", ends);
}

async fn timed<T>(work: impl Future<Output = T>) -> Duration {
    let begun = Instant::now();
    work.await;
    begun.elapsed()
}

async fn repeated<F: Future<Output = Result<T, E>>, T, E: std::fmt::Debug>(work: impl Fn() -> F) -> Vec<Duration> {
    let mut times = Vec::new();
    for _ in 0..TIMES {
        times.push(timed(async { work().await.unwrap() }).await);
    }
    times
}

fn told(what: &str, mut times: Vec<Duration>) {
    times.sort();
    let at = |share: usize| times[(times.len() - 1) * share / 100].as_secs_f64() * 1000.0;
    println!("{what:32} p50 {:8.2} ms   p99 {:8.2} ms   n {}", at(50), at(99), times.len());
}

fn id(n: usize) -> RunId {
    RunId::parse(&format!("0193{n:08}")).unwrap()
}

fn run(n: usize) -> NewRun {
    NewRun {
        id: id(n),
        process: format!("price-{}", n % 7),
        bundle: Digest::of(b"bundle"),
        user: ["ada", "bob", "eve"][n % 3].to_owned(),
        group: "risk".to_owned(),
        priority: 0,
        submitted: Moment(n as i64),
        attempts_max: 3,
        parts: vec![Part {
            name: "all".to_owned(),
            needs: Resources { cpu_millis: 1000, memory_bytes: 1 << 30 },
            feeds: Vec::new(),
        }],
        constraints: Constraints { region: Some("eu".to_owned()), ..Constraints::default() },
        seed: 0,
        checkpoint_every: None,
        idempotency_key: Some(format!("key {n}")),
        retry_of: None,
        span: None,
    }
}

fn host(n: usize) -> HostRecord {
    let capacity = Resources { cpu_millis: 64_000, memory_bytes: 256 << 30 };
    HostRecord {
        labels: [("disk".to_owned(), "ssd".to_owned())].into(),
        region: Some("eu".to_owned()),
        cost_per_hour: 1.0,
        ..HostRecord::off(HostId::parse(&format!("c{n:03}")).unwrap(), "x86_64", capacity)
    }
}
