//! Logins that have begun, and whose accounts people have.

use std::time::Duration;

use leat_bundle::Digest;
use leat_midtier::store::{
    AccountChange, AccountKind, AccountRecord, Accounts, Identified, Identity, LoginRecord, Logins, Made, Pruning,
    Store,
};
use leat_store_sql::Database;
use sqlx::{Connection, Row};

use crate::bench::Bench;
use crate::draft::at;

const LIFE: Duration = Duration::from_secs(600);
/// Longer than anything here takes on a slow machine.
const PATIENCE: Duration = Duration::from_secs(30);

fn login(secret: &str, begun: i64) -> LoginRecord {
    let held = "{\"kept\":\"é\"}".to_owned();
    LoginRecord {
        key: Digest::of(secret.as_bytes()),
        provider: "corp".to_owned(),
        held,
        expires: at(begun).after(LIFE),
    }
}

fn identity(provider: &str, subject: &str) -> Identity {
    Identity { provider: provider.to_owned(), subject: subject.to_owned() }
}

fn account(name: &str, groups: &[&str]) -> AccountRecord {
    AccountRecord {
        name: name.to_owned(),
        kind: AccountKind::Person,
        playpen: name.to_owned(),
        groups: groups.iter().map(|group| (*group).to_owned()).collect(),
        is_disabled: false,
        created: at(1),
        created_by: "login through corp".to_owned(),
        login: Some("corp".to_owned()),
    }
}

pub(crate) async fn a_login_is_gone_on_with_once_and_in_its_time(bench: &Bench) {
    let store = &bench.store;
    let one = login("one", 1);
    assert_eq!(store.keep_login(&one, 10, at(1)).await.unwrap(), Made::New);
    assert_eq!(store.login(one.key, at(2)).await.unwrap().as_ref(), Some(&one));
    let (first, second) = tokio::join!(store.take_login(one.key, at(2)), store.take_login(one.key, at(2)));
    let taken: Vec<LoginRecord> = [first.unwrap(), second.unwrap()].into_iter().flatten().collect();
    assert_eq!(taken, std::slice::from_ref(&one), "of two at once one is given it");
    assert_eq!(store.login(one.key, at(2)).await.unwrap(), None);
    store.keep_login(&one, 10, at(1)).await.unwrap();
    assert_eq!(store.take_login(one.key, one.expires).await.unwrap(), None);
    assert_eq!(store.take_login(Digest::of(b"other"), at(2)).await.unwrap(), None);
}

pub(crate) async fn logins_that_have_begun_are_bounded_and_go_with_their_time(bench: &Bench) {
    let store = &bench.store;
    for secret in ["one", "two"] {
        assert_eq!(store.keep_login(&login(secret, 1), 2, at(1)).await.unwrap(), Made::New);
    }
    assert_eq!(store.keep_login(&login("three", 1), 2, at(1)).await.unwrap(), Made::TooMany);
    let later = at(1).after(LIFE);
    let three = LoginRecord { expires: later.after(LIFE), ..login("three", 1) };
    assert_eq!(store.keep_login(&three, 2, later).await.unwrap(), Made::New);
    assert_eq!(kept(bench).await, 3, "they do not count any more, and are forgotten by and by");
    store.prune(&Pruning { now: later, ended_runs: LIFE, keep_runs: 0 }).await.unwrap();
    assert_eq!(kept(bench).await, 1);
    assert_eq!(store.login(three.key, later).await.unwrap(), Some(three));
}

async fn kept(bench: &Bench) -> i64 {
    let mut connection = bench.connection().await;
    let row = sqlx::query("SELECT count(*) AS count FROM logins").fetch_one(&mut connection).await.unwrap();
    connection.close().await.unwrap();
    row.get("count")
}

pub(crate) async fn strangers_who_log_in_wait_for_nobody_who_changes_state(bench: &Bench) {
    let store = &bench.store;
    let is_sqlite = matches!(bench.config.database, Database::Sqlite { .. });
    let mut other = bench.connection().await;
    // Somebody changes state, and is not done yet.
    sqlx::query(if is_sqlite { "BEGIN IMMEDIATE" } else { "BEGIN" }).execute(&mut other).await.unwrap();
    sqlx::query("UPDATE counters SET last_event = last_event").execute(&mut other).await.unwrap();
    let logging_in = async {
        assert_eq!(store.take_login(Digest::of(b"garbage"), at(2)).await.unwrap(), None);
        // An embedded store has one writer, whatever is written.
        if !is_sqlite {
            let one = login("one", 1);
            assert_eq!(store.keep_login(&one, 10, at(1)).await.unwrap(), Made::New);
            assert_eq!(store.take_login(one.key, at(2)).await.unwrap(), Some(one));
        }
    };
    tokio::time::timeout(PATIENCE, logging_in).await.expect("nothing of it waits for the other transaction");
    sqlx::query("ROLLBACK").execute(&mut other).await.unwrap();
    other.close().await.unwrap();
}

pub(crate) async fn an_account_is_of_one_person_of_one_provider(bench: &Bench) {
    let store = &bench.store;
    let theirs = |name: &str| Identified::Theirs(name.to_owned());
    let ada = identity("corp", "subject-1");
    assert_eq!(store.identify(&ada, &account("ada", &["desk"])).await.unwrap(), theirs("ada"));
    // Their name has changed, and their groups.
    assert_eq!(store.identify(&ada, &account("ada.l", &["risk", "staff"])).await.unwrap(), theirs("ada"));
    let standing = store.standing("ada").await.unwrap().unwrap();
    assert_eq!(standing.account.groups, ["risk", "staff"]);
    assert_eq!(store.standing("ada.l").await.unwrap(), None);
    for other in [identity("corp", "subject-2"), identity("hub", "subject-1")] {
        assert_eq!(store.identify(&other, &account("ada", &["root"])).await.unwrap(), Identified::NotTheirs);
    }
    assert_eq!(store.standing("ada").await.unwrap().unwrap().account.groups, ["risk", "staff"]);

    let program = AccountRecord { kind: AccountKind::Service, ..account("nightly", &[]) };
    store.make_account(&program).await.unwrap();
    let robot = identity("corp", "subject-3");
    assert_eq!(store.identify(&robot, &account("nightly", &[])).await.unwrap(), Identified::NotTheirs);
    // One that was made by hand is of whom it waits for.
    store.make_account(&AccountRecord { login: None, ..account("bob", &["old"]) }).await.unwrap();
    let bob = identity("hub", "7");
    for waits_for in [None, Some("corp")] {
        let change = AccountChange { login: waits_for.map(str::to_owned), ..AccountChange::default() };
        store.change_account("bob", &change).await.unwrap();
        assert_eq!(store.identify(&bob, &account("bob", &["new"])).await.unwrap(), Identified::NotTheirs);
        assert_eq!(store.standing("bob").await.unwrap().unwrap().account.groups, ["old"]);
    }
    let change = AccountChange { login: Some("hub".to_owned()), ..AccountChange::default() };
    store.change_account("bob", &change).await.unwrap();
    assert_eq!(store.identify(&bob, &account("bob", &["new"])).await.unwrap(), theirs("bob"));
    assert_eq!(store.standing("bob").await.unwrap().unwrap().account.groups, ["new"]);
}
