//! What is left of an SQLite store after a crash, and tables of other versions.

use std::path::Path;

use leat_midtier::store::{EndKind, Store, StoreError};
use leat_scheduler::ledger::Ledger;
use leat_scheduler::model::RunState;
use leat_store_sql::{Config, ConnectError, Database, SqlStore};
use sqlx::Connection;
use tempfile::TempDir;

use crate::bench::Bench;
use crate::draft::{at, end, happened, host_id, new_run, placed, state};

fn in_file(path: &Path) -> Config {
    Config::new(Database::Sqlite { path: path.to_owned() })
}

#[tokio::test]
async fn whatever_was_answered_outlives_a_crash() {
    let home = TempDir::new().unwrap();
    let path = home.path().join("state.db");
    let store = SqlStore::connect(&in_file(&path)).await.unwrap();
    placed(&store, "r1").await;
    store.run_ended(&host_id("c1"), &end("r1", 1, EndKind::Succeeded), at(12)).await.unwrap();
    // What a killed process leaves: the file, and the log that nobody has merged into it.
    let crashed = home.path().join("crashed.db");
    for suffix in ["", "-wal"] {
        let name = |base: &Path| format!("{}{suffix}", base.display());
        std::fs::copy(name(&path), name(&crashed)).unwrap();
    }
    let found = SqlStore::connect(&in_file(&crashed)).await.unwrap();
    assert_eq!(state(&found, "r1").await, RunState::Succeeded);
    assert_eq!(happened(&found).await, happened(&store).await);
    assert_eq!(found.observe().await.unwrap(), store.observe().await.unwrap());
    found.close().await;
    store.close().await;
}

#[tokio::test]
async fn a_store_that_is_opened_again_goes_on() {
    let home = TempDir::new().unwrap();
    let config = in_file(&home.path().join("state.db"));
    for round in 0..3 {
        let store = SqlStore::connect(&config).await.unwrap();
        store.submit(&new_run(&format!("r{round}"))).await.unwrap();
        assert_eq!(store.last_event().await.unwrap(), round + 1);
        store.close().await;
    }
}

#[tokio::test]
async fn midtiers_that_begin_together_make_the_tables_once() {
    for bench in [Bench::sqlite().await, Bench::postgres().await] {
        let (one, two) = tokio::join!(bench.another(), bench.another());
        one.submit(&new_run("r1")).await.unwrap();
        two.submit(&new_run("r2")).await.unwrap();
        one.close().await;
        two.close().await;
        bench.remove().await;
    }
    let home = TempDir::new().unwrap();
    let config = in_file(&home.path().join("fresh.db"));
    let open = || async { SqlStore::connect(&config).await.unwrap() };
    let (one, two, three) = tokio::join!(open(), open(), open());
    for store in [one, two, three] {
        store.ping().await.unwrap();
        store.close().await;
    }
}

/// Without a lock of its own, SQLite's migrator loses a version to each of the others, again and again.
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn however_many_midtiers_begin_together_none_finds_a_table_that_another_made() {
    const MIDTIERS: usize = 12;
    let home = TempDir::new().unwrap();
    let config = in_file(&home.path().join("fresh.db"));
    let together = std::sync::Arc::new(tokio::sync::Barrier::new(MIDTIERS));
    let mut begun = tokio::task::JoinSet::new();
    for _ in 0..MIDTIERS {
        let (config, together) = (config.clone(), std::sync::Arc::clone(&together));
        begun.spawn(async move {
            together.wait().await;
            SqlStore::connect(&config).await
        });
    }
    for store in begun.join_all().await {
        let store = store.unwrap();
        store.ping().await.unwrap();
        store.close().await;
    }
}

#[tokio::test]
async fn tables_of_a_later_leat_are_refused() {
    let bench = Bench::sqlite().await;
    let mut connection = bench.connection().await;
    let sql = "INSERT INTO _sqlx_migrations (version, description, success, checksum, execution_time) \
               VALUES (9999, 'later', TRUE, x'00', 0)";
    sqlx::query(sql).execute(&mut connection).await.unwrap();
    connection.close().await.unwrap();
    let refused = SqlStore::connect(&bench.config).await.unwrap_err();
    assert!(matches!(refused, ConnectError::Migration(_)), "{refused}");
    bench.remove().await;
}

#[tokio::test]
async fn a_file_that_is_no_database_is_refused() {
    let home = TempDir::new().unwrap();
    let path = home.path().join("state.db");
    std::fs::write(&path, "hello, I am no database, though I am long enough to be one".repeat(20)).unwrap();
    SqlStore::connect(&in_file(&path)).await.unwrap_err();
    SqlStore::connect(&in_file(&home.path().join("no/such/folder/state.db"))).await.unwrap_err();
}

#[tokio::test]
async fn rows_that_cannot_be_are_told_with_their_column() {
    let bench = Bench::sqlite().await;
    bench.store.submit(&new_run("r1")).await.unwrap();
    let mut connection = bench.connection().await;
    sqlx::query("UPDATE runs SET state = 'dreaming'").execute(&mut connection).await.unwrap();
    connection.close().await.unwrap();
    let error = bench.store.run(&leat_scheduler::model::RunId::parse("r1").unwrap()).await.unwrap_err();
    assert!(matches!(&error, StoreError::Corrupt(text) if text.contains("state, dreaming")), "{error}");
    assert!(!error.is_retryable() && !bench.store.observe().await.unwrap_err().is_retryable());
    bench.remove().await;
}
