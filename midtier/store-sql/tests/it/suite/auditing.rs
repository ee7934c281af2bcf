//! The audit log: one chain, which tells whoever looks what was done to it.

use leat_midtier::audit::{Check, Entry, Fault, Link, Outcome, Row, Who, row};
use leat_midtier::store::{AuditFilter, AuditStore, AuditStretch, StoreError};
use leat_store_sql::SqlStore;
use sqlx::AssertSqlSafe;

use crate::bench::Bench;
use crate::draft::at;

fn entry(n: i64) -> Entry {
    let who = Who { user: "ada".to_owned(), role: "user".to_owned(), identified: "token".to_owned() };
    Entry {
        at: at(n),
        who,
        action: if n % 2 == 0 { "run.submit" } else { "run.cancel" }.to_owned(),
        on: format!("run r{n}"),
        address: "192.0.2.7".to_owned(),
        request: format!("request-{n}"),
        outcome: Outcome::Failed,
        code: "unknown-bundle".to_owned(),
        note: "üß 'quoted' \"twice\"".to_owned(),
    }
}

async fn write(store: &SqlStore, numbers: std::ops::Range<i64>) -> Link {
    let entries: Vec<Entry> = numbers.map(entry).collect();
    store.append_audit(&entries).await.unwrap()
}

async fn all(store: &SqlStore) -> Vec<Row> {
    store.audit_stretch(0, 1_000).await.unwrap().rows
}

/// What somebody finds who follows the chain from end to end.
async fn found(store: &SqlStore) -> Result<u64, Fault> {
    let AuditStretch { anchor, head, rows, .. } = store.audit_stretch(0, 1_000).await.unwrap();
    let mut check = Check::new(anchor, None);
    rows.iter().try_for_each(|row| check.row(row))?;
    check.end(&head)?;
    Ok(check.rows())
}

/// Does to the tables what the store never does.
async fn tamper(bench: &Bench, sql: &str) {
    let mut connection = bench.connection().await;
    sqlx::query(AssertSqlSafe(sql.to_owned())).execute(&mut connection).await.unwrap();
    sqlx::Connection::close(connection).await.unwrap();
}

pub(crate) async fn a_row_reads_back_as_it_was_written(bench: &Bench) {
    let store = &bench.store;
    let empty = store.audit_stretch(0, 10).await.unwrap();
    assert_eq!((empty.anchor, empty.head, empty.rows.len()), (Link::beginning(), Link::beginning(), 0));
    assert_eq!(store.append_audit(&[]).await.unwrap(), Link::beginning());
    let head = write(store, 1..4).await;
    let rows = all(store).await;
    assert_eq!(rows.iter().map(|row| row.entry.clone()).collect::<Vec<_>>(), (1..4).map(entry).collect::<Vec<_>>());
    assert_eq!(rows.iter().map(|row| row.number).collect::<Vec<_>>(), [1, 2, 3]);
    assert_eq!((Link::from(&rows[2]), found(store).await), (head, Ok(3)));
    let other = bench.another().await;
    assert_eq!(
        other.audit_stretch(1, 1).await.unwrap(),
        AuditStretch { anchor: Link::beginning(), head, buried: None, rows: vec![rows[1].clone()] }
    );
    other.close().await;
}

pub(crate) async fn rows_of_many_midtiers_are_one_chain(bench: &Bench) {
    let other = bench.another().await;
    let some = async |store: &SqlStore, from: i64| {
        for n in 0..20 {
            write(store, from + n..from + n + 1 + n % 3).await;
        }
    };
    tokio::join!(some(&bench.store, 0), some(&bench.store, 100), some(&other, 200), some(&other, 300));
    let each: i64 = (0..20).map(|n| 1 + n % 3).sum();
    assert_eq!(found(&other).await, Ok(4 * each.unsigned_abs()));
    other.close().await;
}

pub(crate) async fn a_list_holds_what_it_is_asked_for(bench: &Bench) {
    let store = &bench.store;
    write(store, 1..5).await;
    let who = Who { user: "bob".to_owned(), ..Who::nobody() };
    let other = Entry { who, outcome: Outcome::Refused, action: "runs".to_owned(), ..entry(9) };
    store.append_audit(&[other]).await.unwrap();
    let numbers = async |filter: AuditFilter| {
        let page = store.audit_page(&filter).await.unwrap();
        (page.items.iter().map(|row| row.number).collect::<Vec<_>>(), page.more)
    };
    let text = |text: &str| Some(text.to_owned());
    let all = AuditFilter::default();
    assert_eq!(numbers(all.clone()).await, (vec![5, 4, 3, 2, 1], false));
    assert_eq!(numbers(AuditFilter { limit: 2, ..all.clone() }).await, (vec![5, 4], true));
    assert_eq!(numbers(AuditFilter { before: Some(4), limit: 3, ..all.clone() }).await, (vec![3, 2, 1], false));
    assert_eq!(numbers(AuditFilter { who: text("bob"), ..all.clone() }).await.0, [5]);
    assert_eq!(numbers(AuditFilter { action: text("run.cancel"), ..all.clone() }).await.0, [3, 1]);
    assert_eq!(numbers(AuditFilter { action: text("run.*"), ..all.clone() }).await.0, [4, 3, 2, 1]);
    assert_eq!(numbers(AuditFilter { on: text("run r2"), ..all.clone() }).await.0, [2]);
    assert_eq!(numbers(AuditFilter { outcome: Some(Outcome::Refused), ..all.clone() }).await.0, [5]);
    let some = AuditFilter { since: Some(at(2)), until: Some(at(4)), who: text("ada"), ..all.clone() };
    assert_eq!(numbers(some).await.0, [3, 2]);
    assert!(numbers(AuditFilter { who: text("' OR 1=1 --"), ..all }).await.0.is_empty());
}

pub(crate) async fn a_row_that_was_changed_in_the_database_is_found(bench: &Bench) {
    let store = &bench.store;
    write(store, 1..6).await;
    for column in
        ["user_name", "role", "identified", "action", "target", "address", "request", "outcome", "code", "note", "hash"]
    {
        tamper(bench, &format!("UPDATE audit SET {column} = {column} || 'x' WHERE number = 3")).await;
        assert_eq!(found(store).await, Err(Fault::Changed { number: 3 }), "{column}");
        tamper(
            bench,
            &format!("UPDATE audit SET {column} = substr({column}, 1, length({column}) - 1) WHERE number = 3"),
        )
        .await;
        assert_eq!(found(store).await, Ok(5), "{column}, put back");
    }
    tamper(bench, "UPDATE audit SET at = at + 1 WHERE number = 2").await;
    assert_eq!(found(store).await, Err(Fault::Changed { number: 2 }));
}

pub(crate) async fn rows_that_were_taken_out_put_in_or_cut_off_are_found(bench: &Bench) {
    let store = &bench.store;
    let copied = |number: &str| {
        format!(
            "INSERT INTO audit SELECT {number}, at, user_name, role, identified, action, target, address, request, \
             outcome, code, note, hash FROM audit WHERE number = 2"
        )
    };
    write(store, 1..6).await;
    tamper(bench, &copied("6")).await;
    assert_eq!(found(store).await, Err(Fault::Changed { number: 6 }));
    tamper(bench, "DELETE FROM audit WHERE number = 6").await;
    tamper(bench, "DELETE FROM audit WHERE number = 3").await;
    assert_eq!(found(store).await, Err(Fault::Missing { number: 3, found: 4 }));
    tamper(bench, &copied("3")).await;
    assert_eq!(found(store).await, Err(Fault::Changed { number: 3 }));
    let buried = async || store.audit_stretch(0, 1).await.unwrap().buried;
    assert_eq!(buried().await, None);
    for number in ["0", "-7"] {
        tamper(bench, &copied(number)).await;
        assert_eq!(buried().await, Some(0), "before the first row: {number}");
        tamper(bench, "DELETE FROM audit WHERE number <= 0").await;
    }
    tamper(bench, "DELETE FROM audit WHERE number > 2").await;
    assert_eq!(found(store).await, Err(Fault::Cut { last: 2, head: 5 }));
    // What is written after it goes on from what was there, so it stays to be found.
    write(store, 6..7).await;
    assert_eq!(found(store).await, Err(Fault::Missing { number: 3, found: 6 }));
}

pub(crate) async fn what_is_forgotten_leaves_a_chain_that_is_whole(bench: &Bench) {
    let store = &bench.store;
    assert_eq!(store.prune_audit(at(100)).await.unwrap(), 0);
    write(store, 1..6).await;
    // One that came late, by the clock of another midtier, keeps those behind it.
    write(store, 0..1).await;
    assert_eq!(store.prune_audit(at(1)).await.unwrap(), 0);
    assert_eq!(store.prune_audit(at(3)).await.unwrap(), 2);
    let rows = all(store).await;
    assert_eq!((rows[0].number, found(store).await), (3, Ok(4)));
    assert_eq!(store.audit_stretch(0, 1).await.unwrap().buried, None);
    let old = "INSERT INTO audit SELECT 2, at, user_name, role, identified, action, target, address, request, outcome, code, note, hash \
               FROM audit WHERE number = 3";
    tamper(bench, old).await;
    assert_eq!(store.audit_stretch(0, 1).await.unwrap().buried, Some(2), "among those that were forgotten");
    tamper(bench, "DELETE FROM audit WHERE number = 2").await;
    assert_eq!(store.prune_audit(at(3)).await.unwrap(), 0);
    assert_eq!(store.prune_audit(at(100)).await.unwrap(), 3);
    assert_eq!((all(store).await.len(), found(store).await), (1, Ok(1)), "the last row stays");
    write(store, 7..9).await;
    assert_eq!(found(store).await, Ok(3));
    tamper(bench, "DELETE FROM audit WHERE number = 6").await;
    assert_eq!(found(store).await, Err(Fault::Missing { number: 6, found: 7 }));
}

pub(crate) async fn what_was_changed_is_not_forgotten(bench: &Bench) {
    let store = &bench.store;
    write(store, 1..6).await;
    tamper(bench, "UPDATE audit SET user_name = 'bob' WHERE number = 2").await;
    let refused = store.prune_audit(at(4)).await.unwrap_err();
    assert!(
        matches!(refused, StoreError::Corrupt(_)) && refused.to_string().contains("row 2 was changed"),
        "{refused}"
    );
    assert_eq!((all(store).await.len(), found(store).await), (5, Err(Fault::Changed { number: 2 })));
    tamper(bench, "UPDATE audit SET user_name = 'ada' WHERE number = 2").await;
    tamper(bench, "DELETE FROM audit WHERE number = 3").await;
    store.prune_audit(at(4)).await.unwrap_err();
}

pub(crate) async fn nothing_of_a_row_can_be_a_line_of_its_own(bench: &Bench) {
    let store = &bench.store;
    let nasty = "a\n{\"number\":2}\r\0\u{1b}[1A";
    let long = format!("run {}", "x".repeat(100_000));
    store.append_audit(&[Entry { on: nasty.to_owned(), note: long, ..entry(1) }]).await.unwrap();
    let kept = &all(store).await[0].entry;
    assert!(kept.on.chars().all(row::is_plain) && kept.note.len() < 1_000, "{kept:?}");
    assert_eq!(found(store).await, Ok(1));
}
