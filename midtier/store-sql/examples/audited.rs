//! What the audit log costs: how long a submission takes at a midtier that keeps none, one that keeps one, and one that keeps it
//! strictly. All three stand on the same database and are asked in turn, so that all see the same machine.
//!
//! `cargo run --release -p leat-store-sql --example audited -- FILE` for SQLite, or with `postgres://…` for PostgreSQL; the
//! database is to be an empty one.

#![allow(clippy::unwrap_used, clippy::print_stdout, reason = "a measurement that fails has nothing to say")]

#[path = "shared/midtier.rs"]
mod midtier;

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::{Duration, Instant};

use leat_bundle::{Content, Digest, Manifest, Needs, VERSION};
use leat_midtier::audit::{AuditConfig, Mode};
use leat_midtier::identity::{Caller, StaticTokens};
use leat_midtier::store::{AuditStore, BundleRecord, Enlistment, Store};
use leat_midtier::{Config, Midtier, Rate};
use leat_scheduler::model::{HostId, HostRecord, Moment, Resources};
use leat_store_sql::SqlStore;
use tokio_util::sync::CancellationToken;

const TOKEN: &str = "token-of-the-measurement";
const MODES: [(Mode, &str); 3] = [(Mode::Off, "off"), (Mode::On, "on"), (Mode::Strict, "strict")];
/// Submissions of each client at each midtier, and those before them that are not counted.
const TIMES: usize = 500;
const WARM: usize = 50;
/// How many clients ask at the same time, in the second measurement.
const CLIENTS: usize = 8;

#[tokio::main(flavor = "multi_thread", worker_threads = 2)]
async fn main() {
    let (kind, store) = midtier::database().await;
    let bundle = prepare(&store).await;
    let shutdown = CancellationToken::new();
    let mut midtiers = Vec::new();
    for (mode, _) in MODES {
        midtiers.push(midtier::serve(build(&store, mode), &shutdown).await);
    }
    for clients in [1, CLIENTS] {
        measure(&midtiers, &bundle, clients, kind).await;
    }
    let head = store.audit_stretch(u64::MAX >> 1, 1).await.unwrap().head;
    println!("{} rows of the audit log were written", head.number);
    shutdown.cancel();
}

/// A host that could take the runs, and the bundle that they are of.
async fn prepare(store: &SqlStore) -> Digest {
    let enlistment = Enlistment { host: host(), incarnation: "1".to_owned() };
    store.enlist(&enlistment, Moment(1)).await.unwrap();
    let manifest = Manifest {
        bundle: VERSION,
        process: "price".to_owned(),
        leat_version: "0.1.0".to_owned(),
        plan: Content { digest: Digest::of(b"{}"), bytes: 2 },
        files: Vec::new(),
        needs: Needs { cpu_millis: 1_000, memory_bytes: 1 << 30 },
        parts: Vec::new(),
        origin: None,
        secrets: Vec::new(),
    };
    let digest = Digest::of(&manifest.to_bytes());
    let bundle = BundleRecord { digest, manifest, user: "ada".to_owned(), created: Moment(1) };
    store.put_bundle(&bundle).await.unwrap();
    digest
}

fn build(store: &Arc<SqlStore>, mode: Mode) -> Midtier {
    let caller = Caller::submitter("ada", "risk");
    let audit = AuditConfig { mode, ..AuditConfig::default() };
    let rate = Rate { per_second: 1_000_000, burst: 1_000_000 };
    let tokens = StaticTokens::new([(Digest::of(TOKEN.as_bytes()), caller)]);
    Midtier::build(Config { audit, rate, ..Config::default() }, midtier::deps(store, tokens))
}

async fn measure(midtiers: &[SocketAddr], bundle: &Digest, clients: usize, kind: &str) {
    let mut asking = Vec::new();
    for _ in 0..clients {
        asking.push(tokio::spawn(client(midtiers.to_vec(), *bundle)));
    }
    let mut times = vec![Vec::new(); midtiers.len()];
    for client in asking {
        for (all, some) in times.iter_mut().zip(client.await.unwrap()) {
            all.extend(some);
        }
    }
    for ((_, name), times) in MODES.iter().zip(times) {
        told(&format!("{kind}, {clients} at a time, audit {name}"), times);
    }
}

/// Submits at each midtier in turn; answers the times at each.
async fn client(midtiers: Vec<SocketAddr>, bundle: Digest) -> Vec<Vec<Duration>> {
    let wish = format!("{{\"bundle\":\"{bundle}\"}}");
    let mut connections = Vec::new();
    for address in midtiers {
        connections.push(midtier::connected(address).await);
    }
    let mut times = vec![Vec::new(); connections.len()];
    for round in 0..WARM + TIMES {
        for (connection, times) in connections.iter_mut().zip(&mut times) {
            let begun = Instant::now();
            midtier::create(connection, "/api/v1/runs", TOKEN, &wish).await;
            if round >= WARM {
                times.push(begun.elapsed());
            }
        }
    }
    times
}

fn told(what: &str, mut times: Vec<Duration>) {
    times.sort();
    let at = |share: usize| times[(times.len() - 1) * share / 100].as_secs_f64() * 1000.0;
    println!("{what:42} p50 {:8.2} ms   p99 {:8.2} ms   n {}", at(50), at(99), times.len());
}

fn host() -> HostRecord {
    let capacity = Resources { cpu_millis: 64_000, memory_bytes: 256 << 30 };
    HostRecord { cost_per_hour: 1.0, ..HostRecord::off(HostId::parse("c1").unwrap(), "x86_64", capacity) }
}
