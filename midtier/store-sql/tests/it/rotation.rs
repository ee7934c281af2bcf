//! A PostgreSQL whose users come and go while it is used.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::{Duration, Instant};

use leat_midtier::store::Store;
use leat_store_sql::{Config, Database, SqlStore};
use sqlx::{AnyConnection, AssertSqlSafe, Connection};

use crate::bench::{Bench, server, url_of};
use crate::draft::new_run;

async fn as_root(sql: String) {
    sqlx::any::install_default_drivers();
    let mut connection = AnyConnection::connect(&server()).await.unwrap();
    sqlx::query(AssertSqlSafe(sql)).execute(&mut connection).await.unwrap();
    connection.close().await.unwrap();
}

/// The URL of a bench's database, for a user who acts as its owner.
fn url_for(database: &str, user: &str) -> String {
    let url = url_of(database);
    let (scheme, rest) = url.split_once("://").unwrap();
    let rest = rest.split_once('@').map_or(rest, |(_, rest)| rest);
    format!("{scheme}://{user}:x@{rest}")
}

/// A database, its owner, and users of it by number, as a secret store makes them.
struct Users {
    database: String,
    owner: String,
}

impl Users {
    async fn of(bench: &Bench) -> Users {
        let Database::Postgres { url } = &bench.config.database else { panic!("a server") };
        let database = url.rsplit('/').next().unwrap().split('?').next().unwrap().to_owned();
        let owner = format!("{database}_owner");
        as_root(format!("CREATE ROLE {owner} SUPERUSER")).await;
        Users { database, owner }
    }

    fn name(&self, number: u64) -> String {
        format!("{}_user{number}", self.database)
    }

    async fn make(&self, number: u64) -> String {
        let (user, owner) = (self.name(number), &self.owner);
        as_root(format!("CREATE ROLE {user} LOGIN PASSWORD 'x' IN ROLE {owner}")).await;
        as_root(format!("ALTER ROLE {user} SET ROLE {owner}")).await;
        url_for(&self.database, &user)
    }

    /// Takes a user away, and whatever still goes on as that user: so it is seen whether anything does.
    async fn end(&self, number: u64) {
        let user = self.name(number);
        as_root(format!("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename = '{user}'")).await;
        as_root(format!("DROP ROLE {user}")).await;
    }
}

/// How long opening a connection may take.
const OPENING_MAX: Duration = Duration::from_secs(2);

async fn store(bench: &Bench, url: String) -> SqlStore {
    let config = Config { database: Database::Postgres { url }, acquire_timeout: OPENING_MAX, ..bench.config.clone() };
    SqlStore::connect(&config).await.unwrap()
}

#[tokio::test]
async fn users_are_changed_under_load_without_a_call_that_fails() {
    let bench = Bench::postgres().await;
    let users = Users::of(&bench).await;
    let store = store(&bench, users.make(0).await).await;
    let over = Arc::new(AtomicBool::new(false));
    let done: Arc<Vec<AtomicU64>> = Arc::new((0..8).map(|_| AtomicU64::new(0)).collect());
    let counts = || -> Vec<u64> { done.iter().map(|count| count.load(Ordering::Relaxed)).collect() };
    let callers: Vec<_> = (0..done.len())
        .map(|caller| {
            let (store, over, done) = (store.clone(), Arc::clone(&over), Arc::clone(&done));
            tokio::spawn(async move {
                let mut number = 0;
                while !over.load(Ordering::Relaxed) {
                    store.submit(&new_run(&format!("r{caller}-{number}"))).await.unwrap();
                    store.run_counts().await.unwrap();
                    number += 1;
                    done[caller].fetch_add(1, Ordering::Relaxed);
                }
            })
        })
        .collect();
    for number in 1..5 {
        store.change_url(&users.make(number).await).unwrap();
        // Each caller has come to the end of what it was at, and what was on its way to the database as the user before is there: whatever
        // is open still as that user lies idle.
        let (changed, since) = (Instant::now(), counts());
        while changed.elapsed() < OPENING_MAX || counts().iter().zip(&since).any(|(now, then)| *now < then + 2) {
            assert!(callers.iter().all(|caller| !caller.is_finished()), "a call has failed");
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
        users.end(number - 1).await;
    }
    over.store(true, Ordering::Relaxed);
    for caller in callers {
        caller.await.unwrap();
    }
    store.close().await;
    let owner = users.owner.clone();
    users.end(4).await;
    bench.remove().await;
    as_root(format!("DROP ROLE {owner}")).await;
}

#[tokio::test]
async fn without_a_user_nothing_is_reached_until_there_is_another() {
    let bench = Bench::postgres().await;
    let users = Users::of(&bench).await;
    let store = store(&bench, users.make(0).await).await;
    store.ping().await.unwrap();
    store.fence();
    let error = store.ping().await.unwrap_err();
    assert!(error.is_retryable(), "{error}");
    store.change_url(&users.make(1).await).unwrap();
    store.ping().await.unwrap();
    store.close().await;
    let owner = users.owner.clone();
    users.end(0).await;
    users.end(1).await;
    bench.remove().await;
    as_root(format!("DROP ROLE {owner}")).await;
}
