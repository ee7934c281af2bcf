//! Both databases are the same store: whatever is done, in whatever order, both answer and hold the same.

use leat_midtier::store::{EndKind, LogPiece, NewRun, Pruning, RunFilter, Store};
use leat_scheduler::ledger::{Decision, Epoch, Ledger};
use leat_scheduler::model::{Generation, HostRecord, PowerRequest, PowerState, RunState};
use leat_store_sql::SqlStore;
use proptest::prelude::{Strategy, any, prop_oneof};
use proptest::test_runner::{Config, TestCaseError, TestRunner};

use crate::bench::Bench;
use crate::draft::{at, cause, end, host_id, host_record, lead, new_run_of, news, placements, run_id, up};

const RUNS: [&str; 4] = ["r0", "r1", "R2", "r3"];
const HOSTS: [&str; 3] = ["c0", "C1", "c2"];

/// Something that is done to a store. Numbers choose among few runs and hosts, so that most of it concerns something.
#[derive(Clone, Debug)]
enum Step {
    Submit { run: usize, key: Option<u8>, seed: u64 },
    Place { run: usize, hosts: (usize, usize), stale: bool },
    Decide { run: usize, what: u8 },
    Power { host: usize, state: usize },
    News { run: usize, host: usize, status: bool, old: bool },
    End { run: usize, host: usize, kind: usize },
    Log { run: usize, host: usize, offset: u64, length: usize },
    Cancel { run: usize },
    Enlist { host: usize, incarnation: u8 },
    Leave { host: usize, incarnation: u8 },
    Wish { host: usize, what: u8 },
    Declare { host: usize, cpu: u64 },
    Prune { keep: u64 },
}

fn step() -> impl Strategy<Value = Step> {
    let (run, host) = (0..RUNS.len(), 0..HOSTS.len());
    let hosts = (host.clone(), host.clone());
    prop_oneof![
        1 => (run.clone(), proptest::option::of(0..2_u8), 0..2_u64)
            .prop_map(|(run, key, seed)| Step::Submit { run, key, seed }),
        3 => (run.clone(), hosts, 0..8_u8)
            .prop_map(|(run, hosts, stale)| Step::Place { run, hosts, stale: stale == 0 }),
        1 => (run.clone(), 0..4_u8).prop_map(|(run, what)| Step::Decide { run, what }),
        1 => (host.clone(), 0..PowerState::ALL.len()).prop_map(|(host, state)| Step::Power { host, state }),
        2 => (run.clone(), host.clone(), any::<bool>(), 0..8_u8)
            .prop_map(|(run, host, status, old)| Step::News { run, host, status, old: old == 0 }),
        3 => (run.clone(), host.clone(), 0..4_usize).prop_map(|(run, host, kind)| Step::End { run, host, kind }),
        1 => (run.clone(), host.clone(), 0..40_u64, 0..30_usize)
            .prop_map(|(run, host, offset, length)| Step::Log { run, host, offset, length }),
        1 => run.prop_map(|run| Step::Cancel { run }),
        2 => (host.clone(), 0..2_u8).prop_map(|(host, incarnation)| Step::Enlist { host, incarnation }),
        1 => (host.clone(), 0..2_u8).prop_map(|(host, incarnation)| Step::Leave { host, incarnation }),
        1 => (host.clone(), 0..6_u8).prop_map(|(host, what)| Step::Wish { host, what }),
        1 => (host, 0..3_u64).prop_map(|(host, cpu)| Step::Declare { host, cpu }),
        1 => (0..3_u64).prop_map(|keep| Step::Prune { keep }),
    ]
}

/// Does a step, and answers what came of it.
async fn take(store: &SqlStore, epoch: Epoch, step: &Step, second: i64) -> String {
    let now = at(second);
    match step {
        Step::Submit { run, key, seed } => {
            let key = key.map(|key| format!("key {key}"));
            let run =
                NewRun { idempotency_key: key, seed: *seed, attempts_max: 2, ..new_run_of(RUNS[*run], &["a", "b"]) };
            format!("{:?}", store.submit(&run).await.unwrap())
        }
        Step::Place { .. } | Step::Decide { .. } | Step::Power { .. } => {
            let Some(decision) = decision(store, step).await else { return String::new() };
            format!("{:?}", store.commit(epoch, now, &[decision]).await.unwrap())
        }
        Step::News { .. } | Step::End { .. } | Step::Log { .. } => word(store, step, second).await,
        Step::Cancel { run } => {
            format!("{:?}", store.cancel(&run_id(RUNS[*run]), &cause("ada", "why"), now).await.unwrap())
        }
        Step::Enlist { .. } | Step::Leave { .. } | Step::Wish { .. } | Step::Declare { .. } => {
            of_host(store, step, second).await
        }
        Step::Prune { keep } => {
            let ended_runs = std::time::Duration::from_secs(5);
            format!("{:?}", store.prune(&Pruning { now, ended_runs, keep_runs: *keep }).await.unwrap())
        }
    }
}

async fn decision(store: &SqlStore, step: &Step) -> Option<Decision> {
    match step {
        Step::Place { run, hosts, stale } => {
            let record = store.run(&run_id(RUNS[*run])).await.unwrap()?.summary.record;
            Some(Decision::Place {
                run: record.id,
                revision: record.revision - u64::from(*stale),
                generation: record.generation.next(),
                placements: placements(&[("a", HOSTS[hosts.0]), ("b", HOSTS[hosts.1])]),
            })
        }
        Step::Decide { run, what } => {
            let record = store.run(&run_id(RUNS[*run])).await.unwrap()?.summary.record;
            let (run, revision, reason) = (record.id, record.revision, "decided".to_owned());
            Some(match what {
                0 => Decision::Recover { run, revision, reason },
                1 => Decision::Fail { run, revision, reason },
                2 => Decision::Cancel { run, revision },
                _ => Decision::Waits { run, reason },
            })
        }
        Step::Power { host, state } => {
            let hosts = store.hosts().await.unwrap();
            let record = hosts.into_iter().find(|record| record.id.as_str() == HOSTS[*host])?;
            let (host, revision, state) = (record.id, record.revision, PowerState::ALL[*state]);
            Some(Decision::Power { host, revision, state, failures: 1, reason: "decided".to_owned() })
        }
        _ => None,
    }
}

async fn word(store: &SqlStore, step: &Step, second: i64) -> String {
    let latest = async |run: usize| {
        let found = store.run(&run_id(RUNS[run])).await.unwrap();
        found.map_or(Generation(1), |found| found.summary.record.generation)
    };
    match step {
        Step::News { run, host, status, old } => {
            let generation = latest(*run).await.0.saturating_sub(u64::from(*old));
            let status = status.then(|| format!("{{\"at\":{second}}}"));
            let news = news(RUNS[*run], generation, status.as_deref());
            format!("{:?}", store.run_news(&host_id(HOSTS[*host]), &news, at(second)).await.unwrap())
        }
        Step::End { run, host, kind } => {
            let kind = [EndKind::Succeeded, EndKind::Failed, EndKind::Stopped, EndKind::HostFault][*kind];
            let mut end = end(RUNS[*run], latest(*run).await.0, kind);
            end.report_json = Some(format!("{{\"by\":{host}}}"));
            format!("{:?}", store.run_ended(&host_id(HOSTS[*host]), &end, at(second)).await.unwrap())
        }
        Step::Log { run, host, offset, length } => {
            let text: Vec<u8> = (*offset..).take(*length).map(|at| b'a' + (at % 26) as u8).collect();
            let (generation, host) = (latest(*run).await, host_id(HOSTS[*host]));
            let piece =
                LogPiece { run: run_id(RUNS[*run]), generation, host, node: "n".to_owned(), offset: *offset, text };
            format!("{:?}", store.append_log(&piece, 50).await.unwrap())
        }
        _ => String::new(),
    }
}

async fn of_host(store: &SqlStore, step: &Step, second: i64) -> String {
    let now = at(second);
    match step {
        Step::Enlist { host, incarnation } => {
            let incarnation = format!("i{incarnation}");
            let host = host_record(HOSTS[*host]);
            let enlistment = leat_midtier::store::Enlistment { host, incarnation };
            format!("{:?}", store.enlist(&enlistment, now).await.unwrap())
        }
        Step::Leave { host, incarnation } => {
            let (host, incarnation) = (host_id(HOSTS[*host]), format!("i{incarnation}"));
            let beaten = store.beat(&host, &incarnation).await.unwrap();
            format!("{beaten:?} {:?}", store.farewell(&host, &incarnation, now).await.unwrap())
        }
        Step::Wish { host, what } => {
            let (host, op) = (host_id(HOSTS[*host]), cause("op", "wished"));
            let wished = match what {
                0 | 1 => store.drain(&host, *what == 0, &op, now).await,
                2 => store.power(&host, PowerRequest::On, &op, now).await,
                3 => store.power(&host, PowerRequest::Off, &op, now).await,
                4 => store.keep_on(&host, Some(now), &op, now).await,
                _ => store.keep_on(&host, None, &op, now).await,
            };
            format!("{:?}", wished.unwrap())
        }
        Step::Declare { host, cpu } => {
            let mut record = HostRecord { since: now, ..host_record(HOSTS[*host]) };
            record.capacity.cpu_millis = *cpu * 1000;
            format!("{:?}", store.declare_hosts(&[record]).await.unwrap())
        }
        _ => String::new(),
    }
}

/// All that can be seen of a store.
async fn seen(store: &SqlStore) -> String {
    let mut text = format!("{:#?}\n", store.observe().await.unwrap());
    for states in [Vec::new(), vec![RunState::Queued, RunState::Running], vec![RunState::Failed]] {
        let page = store.runs(&RunFilter { states, limit: 2, ..RunFilter::default() }).await.unwrap();
        text += &format!("{page:#?}\n");
    }
    for name in RUNS {
        let run = run_id(name);
        let events = store.events(Some(&run), 0, 1000).await.unwrap();
        text += &format!("{:#?}\n{events:#?}\n", store.run(&run).await.unwrap());
        text += &format!("{:?} {:?}\n", store.logged_nodes(&run).await, store.log(&run, "n", 3, 60).await);
    }
    for name in HOSTS {
        let host = host_id(name);
        text += &format!("{:#?}\n{:#?}\n", store.assigned(&host).await, store.runs_on(&host).await);
        text += &format!("{:?}\n", store.incarnation(&host).await);
    }
    let (counts, last) = (store.run_counts().await.unwrap(), store.last_event().await.unwrap());
    text + &format!("{counts:?} {last} {:#?}", store.events(None, 0, 1000).await.unwrap())
}

/// What must hold whatever was done.
async fn sound(store: &SqlStore) {
    let observed = store.observe().await.unwrap();
    for run in &observed.runs {
        assert!(run.placements.is_empty() != run.state.is_placed(), "{run:?}");
        assert!(!run.state.is_end());
    }
    for host in &observed.hosts {
        let busy = observed.runs.iter().flat_map(|run| &run.placements).any(|one| one.host == host.id);
        assert_eq!(busy, host.idle_since.is_none(), "{host:?}");
        let assigned = store.assigned(&host.id).await.unwrap();
        assert_eq!(busy, !assigned.is_empty());
    }
    let events = store.events(None, 0, 10_000).await.unwrap();
    assert!(events.is_sorted_by(|one, next| one.number < next.number));
}

#[test]
fn both_databases_answer_and_hold_the_same() {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let config = Config { cases: 40, failure_persistence: None, ..Config::default() };
    let steps = proptest::collection::vec(step(), 1..60);
    let (sqlite, postgres) = runtime.block_on(async { (Bench::sqlite().await, Bench::postgres().await) });
    let outcome = TestRunner::new(config).run(&steps, |steps| {
        runtime.block_on(async {
            sqlite.clear().await;
            postgres.clear().await;
            let epochs = (lead(&sqlite.store).await, lead(&postgres.store).await);
            for store in [&sqlite.store, &postgres.store] {
                up(store, HOSTS[0]).await;
                take(store, epochs.0, &Step::Submit { run: 0, key: None, seed: 0 }, 2).await;
            }
            for (second, step) in (3..).zip(&steps) {
                let one = take(&sqlite.store, epochs.0, step, second).await;
                let other = take(&postgres.store, epochs.1, step, second).await;
                same(&one, &other, step)?;
            }
            sound(&sqlite.store).await;
            same(&seen(&sqlite.store).await, &seen(&postgres.store).await, &"all of it")?;
            Ok(())
        })
    });
    outcome.unwrap();
    runtime.block_on(async {
        sqlite.remove().await;
        postgres.remove().await;
    });
}

fn same(sqlite: &str, postgres: &str, what: &dyn std::fmt::Debug) -> Result<(), TestCaseError> {
    if sqlite == postgres {
        return Ok(());
    }
    Err(TestCaseError::fail(format!("{what:?}\nSQLite: {sqlite}\nPostgreSQL: {postgres}")))
}
