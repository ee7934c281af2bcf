//! A PostgreSQL that goes away and comes back.

use std::sync::Arc;
use std::time::Duration;

use leat_midtier::store::{Store, StoreError, Submitted};
use leat_scheduler::ledger::Ledger;
use leat_store_sql::{ConnectError, Database, SqlStore};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::watch;
use tokio::task::JoinSet;

use crate::bench::{Bench, server};
use crate::draft::{new_run, run_id};

/// How long a store may take to find its server again.
const PATIENCE: Duration = Duration::from_secs(30);

/// What stands between a store and its server, and can be cut.
struct Wire {
    port: u16,
    whole: watch::Sender<bool>,
    // Ends with the test.
    _carrying: JoinSet<()>,
}

impl Wire {
    async fn to_server() -> Wire {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let port = listener.local_addr().unwrap().port();
        let (whole, state) = watch::channel(true);
        let mut carrying = JoinSet::new();
        carrying.spawn(carry(listener, address(&server()).to_owned(), state));
        Wire { port, whole, _carrying: carrying }
    }

    fn cut(&self) {
        self.whole.send_replace(false);
    }

    fn mend(&self) {
        self.whole.send_replace(true);
    }
}

async fn carry(listener: TcpListener, server: String, state: watch::Receiver<bool>) {
    let mut connections = JoinSet::new();
    loop {
        let (mut near, _) = listener.accept().await.unwrap();
        if !*state.borrow() {
            continue;
        }
        let (server, mut state) = (server.clone(), state.clone());
        connections.spawn(async move {
            let mut far = TcpStream::connect(server).await.unwrap();
            tokio::select! {
                _ = tokio::io::copy_bidirectional(&mut near, &mut far) => {}
                _ = state.wait_for(|whole| !whole) => {}
            }
        });
    }
}

/// `server:port` of a URL.
fn address(url: &str) -> &str {
    let rest = url.split_once("://").expect("a URL has a scheme").1;
    let rest = rest.split(['/', '?']).next().unwrap_or_default();
    rest.rsplit_once('@').map_or(rest, |(_, address)| address)
}

/// A store behind a wire, in the database of a bench.
async fn behind(wire: &Wire, bench: &Bench) -> SqlStore {
    let Database::Postgres { url } = &bench.config.database else { panic!("a wire is for a server") };
    let url = url.replacen(address(url), &format!("127.0.0.1:{}", wire.port), 1);
    let acquire_timeout = Duration::from_millis(500);
    let config =
        leat_store_sql::Config { database: Database::Postgres { url }, acquire_timeout, ..bench.config.clone() };
    SqlStore::connect(&config).await.unwrap()
}

async fn until_reached(store: &SqlStore) {
    let reached = async {
        while let Err(error) = store.ping().await {
            assert!(error.is_retryable(), "{error}");
        }
    };
    tokio::time::timeout(PATIENCE, reached).await.expect("the store finds its server again");
}

#[tokio::test]
async fn a_server_that_is_away_is_told_as_such_and_found_again() {
    let bench = Bench::postgres().await;
    let wire = Wire::to_server().await;
    let store = behind(&wire, &bench).await;
    assert_eq!(store.submit(&new_run("r1")).await.unwrap(), Submitted::New);
    wire.cut();
    let failed = store.submit(&new_run("r2")).await.unwrap_err();
    assert!(matches!(failed, StoreError::Unavailable(_)), "{failed}");
    assert!(store.observe().await.unwrap_err().is_retryable());
    assert!(store.ping().await.unwrap_err().is_retryable());
    wire.mend();
    until_reached(&store).await;
    assert_eq!(store.submit(&new_run("r2")).await.unwrap(), Submitted::New);
    assert_eq!(store.observe().await.unwrap().runs.len(), 2);
    store.close().await;
    bench.remove().await;
}

#[tokio::test]
async fn what_was_answered_before_a_cut_is_there_after_it() {
    let bench = Bench::postgres().await;
    let wire = Arc::new(Wire::to_server().await);
    let store = behind(&wire, &bench).await;
    let mut answered = Vec::new();
    for n in 0..60 {
        let name = format!("r{n:02}");
        if n % 20 == 10 {
            // In the middle of a submission, sooner or later.
            let (wire, delay) = (Arc::clone(&wire), Duration::from_micros(150 * n));
            let run = new_run(&name);
            let cut = async {
                tokio::time::sleep(delay).await;
                wire.cut();
            };
            let (submitted, ()) = tokio::join!(store.submit(&run), cut);
            answered.extend(submitted.ok().map(|_| name.clone()));
            wire.mend();
            until_reached(&store).await;
        }
        // The same once more: whatever became of the first, there is one run of this name in the end.
        store.submit(&new_run(&name)).await.unwrap();
        answered.push(name);
    }
    for name in &answered {
        assert!(bench.store.run(&run_id(name)).await.unwrap().is_some(), "{name}");
    }
    assert_eq!(bench.store.last_event().await.unwrap(), 60);
    store.close().await;
    bench.remove().await;
}

#[tokio::test]
async fn a_server_that_is_not_there_at_the_beginning_is_unreachable() {
    let wire = Wire::to_server().await;
    wire.cut();
    let url = format!("postgres://leat@127.0.0.1:{}/leat", wire.port);
    let mut config = leat_store_sql::Config::new(Database::Postgres { url });
    config.acquire_timeout = Duration::from_millis(300);
    let refused = SqlStore::connect(&config).await.unwrap_err();
    assert!(matches!(refused, ConnectError::Unreachable(_)), "{refused}");
}

#[tokio::test]
async fn connections_are_taken_with_a_new_password_without_a_restart() {
    let bench = Bench::postgres().await;
    let wire = Wire::to_server().await;
    let store = behind(&wire, &bench).await;
    let Database::Postgres { url } = &bench.config.database else { panic!("a server") };
    store.change_url(url).unwrap();
    assert!(store.change_url("mysql://x").is_err());
    // The old way is closed for good: what is opened now goes the new one.
    wire.cut();
    until_reached(&store).await;
    store.submit(&new_run("r1")).await.unwrap();
    store.close().await;
    bench.remove().await;
}
