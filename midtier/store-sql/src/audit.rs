//! The port `AuditStore`: a chain of rows, to which one transaction at a time adds.
//!
//! Whoever adds holds the row of both ends, and nothing else that others of the store wait for. What is read is taken as it is: that
//! it may have been changed is for [`Check`] to find.

use async_trait::async_trait;
use leat_midtier::audit::{Check, Entry, Fault, Link, Outcome, Row, Who};
use leat_midtier::store::{AUDIT_PRUNED_AT_ONCE, AuditFilter, AuditStore, AuditStretch, PageOf, StoreError};
use leat_scheduler::model::Moment;
use sqlx::any::AnyRow;
use sqlx::{Any, AnyConnection, AssertSqlSafe, Transaction};

use crate::columns::{Columns, plain, signed};
use crate::connect::SqlStore;
use crate::error::{Result, SqlError};
use crate::statement;
use crate::transaction::retried;

/// The most that is read at once.
const PAGE_MAX: u32 = 1_000;
const COLUMNS: &str =
    "number, at, user_name, role, identified, action, target, address, request, outcome, code, note, hash";
const COLUMN_COUNT: usize = 13;

type Answer<T> = std::result::Result<T, StoreError>;

#[async_trait]
impl AuditStore for SqlStore {
    async fn append_audit(&self, entries: &[Entry]) -> Answer<Link> {
        Ok(retried!(append(self, entries))?)
    }

    async fn audit_page(&self, filter: &AuditFilter) -> Answer<PageOf<Row>> {
        let mut reader = self.readers.acquire().await.map_err(SqlError::from)?;
        Ok(page(&mut reader, filter).await?)
    }

    async fn audit_stretch(&self, after: u64, limit: u32) -> Answer<AuditStretch> {
        Ok(stretch(&mut *self.read().await?, after, limit).await?)
    }

    async fn prune_audit(&self, before: Moment) -> Answer<u64> {
        Ok(retried!(prune(self, before))?)
    }
}

/// Begins a transaction that nobody else's rows get between.
async fn locked(store: &SqlStore) -> Result<(Transaction<'static, Any>, Link, Link)> {
    let mut tx = store.writers.begin_with(store.dialect.begin_write()).await?;
    let (anchor, head) = ends(&mut tx, store.dialect.for_update()).await?;
    Ok((tx, anchor, head))
}

async fn append(store: &SqlStore, entries: &[Entry]) -> Result<Link> {
    let (mut tx, _, mut head) = locked(store).await?;
    if entries.is_empty() {
        return Ok(head);
    }
    let mut rows = Vec::with_capacity(entries.len());
    for entry in entries {
        let row = head.next(entry.clone().kept());
        head = Link::from(&row);
        rows.push(row);
    }
    for piece in statement::pieces(&rows) {
        insert(&mut tx, piece).await?;
    }
    let sql = "UPDATE audit_ends SET head_number = $1, head_hash = $2 WHERE one = 1";
    sqlx::query(sql).bind(signed(head.number)).bind(head.hash.to_string()).execute(&mut *tx).await?;
    tx.commit().await?;
    Ok(head)
}

async fn insert(tx: &mut AnyConnection, rows: &[Row]) -> Result<()> {
    let sql = format!("INSERT INTO audit ({COLUMNS}) VALUES {}", statement::rows(rows.len(), COLUMN_COUNT));
    let mut query = sqlx::query(AssertSqlSafe(sql));
    for Row { number, entry, hash } in rows {
        query = query
            .bind(signed(*number))
            .bind(entry.at.0)
            .bind(entry.who.user.as_str())
            .bind(entry.who.role.as_str())
            .bind(entry.who.identified.as_str())
            .bind(entry.action.as_str())
            .bind(entry.on.as_str())
            .bind(entry.address.as_str())
            .bind(entry.request.as_str())
            .bind(entry.outcome.name())
            .bind(entry.code.as_str())
            .bind(entry.note.as_str())
            .bind(hash.to_string());
    }
    query.execute(tx).await?;
    Ok(())
}

/// The anchor and the head. An end that somebody has made unreadable is one that no row has: it is found like every other change.
async fn ends(tx: &mut AnyConnection, for_update: &str) -> Result<(Link, Link)> {
    let sql =
        format!("SELECT anchor_number, anchor_hash, head_number, head_hash FROM audit_ends WHERE one = 1 {for_update}");
    let row = sqlx::query(AssertSqlSafe(sql)).fetch_one(tx).await?;
    let link = |number: &str, hash: &str| {
        Ok::<_, SqlError>(Link { number: row.count(number)?, hash: row.digest(hash).unwrap_or(Link::beginning().hash) })
    };
    Ok((link("anchor_number", "anchor_hash")?, link("head_number", "head_hash")?))
}

async fn page(reader: &mut AnyConnection, filter: &AuditFilter) -> Result<PageOf<Row>> {
    let limit = if filter.limit == 0 { PAGE_MAX } else { filter.limit.min(PAGE_MAX) };
    let mut asked = Vec::new();
    let mut texts: Vec<String> = Vec::new();
    let outcome = filter.outcome.map(|outcome| outcome.name().to_owned());
    // What begins with `run.` lies between it and `run/`, the next character.
    let prefix = filter.action.as_deref().and_then(|action| action.strip_suffix(".*"));
    let action = filter.action.clone().filter(|_| prefix.is_none());
    let from = prefix.map(|prefix| format!("{prefix}."));
    let to = prefix.map(|prefix| format!("{prefix}/"));
    for (rule, value) in [
        ("user_name =", &filter.who),
        ("action =", &action),
        ("action >=", &from),
        ("action <", &to),
        ("target =", &filter.on),
        ("outcome =", &outcome),
    ] {
        if let Some(value) = value {
            texts.push(plain(value));
            asked.push(format!("{rule} ${}", texts.len()));
        }
    }
    let before = filter.before.map(signed);
    let mut numbers: Vec<i64> = Vec::new();
    for (rule, value) in
        [("at >=", filter.since.map(|at| at.0)), ("at <", filter.until.map(|at| at.0)), ("number <", before)]
    {
        if let Some(value) = value {
            numbers.push(value);
            asked.push(format!("{rule} ${}", texts.len() + numbers.len()));
        }
    }
    let asked = if asked.is_empty() { String::new() } else { format!("WHERE {}", asked.join(" AND ")) };
    let place = texts.len() + numbers.len() + 1;
    let sql = format!("SELECT {COLUMNS} FROM audit {asked} ORDER BY number DESC LIMIT ${place}");
    let query = texts.into_iter().fold(sqlx::query(AssertSqlSafe(sql)), sqlx::query::Query::bind);
    let query = numbers.into_iter().fold(query, sqlx::query::Query::bind);
    let found = query.bind(i64::from(limit) + 1).fetch_all(reader).await?;
    let mut items = found.iter().map(row_of).collect::<Result<Vec<_>>>()?;
    let more = items.len() > limit as usize;
    items.truncate(limit as usize);
    Ok(PageOf { items, more })
}

async fn stretch(tx: &mut AnyConnection, after: u64, limit: u32) -> Result<AuditStretch> {
    let (anchor, head) = ends(tx, "").await?;
    let first = sqlx::query("SELECT min(number) AS first FROM audit").fetch_one(&mut *tx).await?.int_maybe("first")?;
    let buried = first.filter(|first| *first <= signed(anchor.number)).map(|first| first.max(0).unsigned_abs());
    let sql = format!("SELECT {COLUMNS} FROM audit WHERE number > $1 ORDER BY number LIMIT $2");
    let query = sqlx::query(AssertSqlSafe(sql)).bind(signed(after)).bind(i64::from(limit.clamp(1, PAGE_MAX)));
    let rows = query.fetch_all(tx).await?.iter().map(row_of).collect::<Result<_>>()?;
    Ok(AuditStretch { anchor, head, buried, rows })
}

async fn prune(store: &SqlStore, before: Moment) -> Result<u64> {
    let (mut tx, anchor, head) = locked(store).await?;
    let sql = "SELECT min(number) AS first FROM audit WHERE at >= $1";
    let first = sqlx::query(sql).bind(before.0).fetch_one(&mut *tx).await?.int_maybe("first")?;
    // The last row stays, so that the head is always of a row that is there.
    let first = first.unwrap_or(i64::MAX).min(signed(head.number)).max(0).unsigned_abs();
    let last = first.saturating_sub(1).min(anchor.number + AUDIT_PRUNED_AT_ONCE);
    if last <= anchor.number {
        return Ok(0);
    }
    let gone = require_sound(&mut tx, anchor, last).await?;
    let deleted = sqlx::query("DELETE FROM audit WHERE number <= $1").bind(signed(last)).execute(&mut *tx).await?;
    let sql = "UPDATE audit_ends SET anchor_number = $1, anchor_hash = $2 WHERE one = 1";
    sqlx::query(sql).bind(signed(gone.number)).bind(gone.hash.to_string()).execute(&mut *tx).await?;
    tx.commit().await?;
    Ok(deleted.rows_affected())
}

/// The last of the rows up to this one. Where one of them was changed, nothing is forgotten: it would be forgotten with them.
async fn require_sound(tx: &mut AnyConnection, anchor: Link, last: u64) -> Result<Link> {
    let sql = format!("SELECT {COLUMNS} FROM audit WHERE number <= $1 ORDER BY number");
    let rows = sqlx::query(AssertSqlSafe(sql)).bind(signed(last)).fetch_all(tx).await?;
    let mut check = Check::new(anchor, None);
    let refused = |fault: Fault| SqlError::Corrupt(format!("in the audit log, {fault}: nothing of it is forgotten"));
    for row in &rows {
        check.row(&row_of(row)?).map_err(refused)?;
    }
    if check.at().number < last {
        return Err(refused(Fault::Cut { last: check.at().number, head: last }));
    }
    Ok(check.at())
}

/// A row as it is there. What cannot be read is told as a text that is no column's, so that its hash does not fit.
fn row_of(row: &AnyRow) -> Result<Row> {
    let text = |column: &str| row.text(column).unwrap_or_else(|_| "\u{fffd}".to_owned());
    let outcome = row.text("outcome").ok().and_then(|name| Outcome::of_name(&name));
    let entry = Entry {
        at: row.moment("at").unwrap_or(Moment(i64::MIN)),
        who: Who { user: text("user_name"), role: text("role"), identified: text("identified") },
        action: text("action"),
        on: text("target"),
        address: text("address"),
        request: text("request"),
        outcome: outcome.unwrap_or(Outcome::Unreadable),
        code: text("code"),
        note: text("note"),
    };
    let hash = row.digest("hash").unwrap_or(Link::beginning().hash);
    Ok(Row { number: row.count("number")?, entry, hash })
}
