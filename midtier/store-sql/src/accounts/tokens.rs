//! API tokens: kept by their digests.

use std::collections::BTreeSet;

use leat_bundle::Digest;
use leat_midtier::access::Scope;
use leat_midtier::store::{Made, PageFilter, PageOf, TokenRecord};
use leat_scheduler::model::Moment;
use sqlx::any::AnyRow;
use sqlx::{AnyConnection, AssertSqlSafe};

use super::granted::{names_of, permissions_of};
use super::{limit, one};
use crate::columns::{Columns, plain, signed};
use crate::error::Result;

const COLUMNS: &str = "id, account, label, permissions, playpens, created, created_by, expires, revoked, last_used";
/// How often it is written down that a token is used, microseconds. Several midtiers may wish to at the same time.
const USED_EVERY: i64 = 60_000_000;

pub(super) async fn make(tx: &mut AnyConnection, token: &TokenRecord, digest: Digest, count_max: u64) -> Result<Made> {
    if one(&mut *tx, &token.account).await?.is_none() {
        return Ok(Made::Unknown);
    }
    let sql = "SELECT count(*) AS count FROM api_tokens WHERE account = $1 AND expires > $2 AND revoked IS NULL";
    let live = sqlx::query(sql).bind(plain(&token.account)).bind(token.created.0).fetch_one(&mut *tx).await?;
    if live.count("count")? >= count_max {
        return Ok(Made::TooMany);
    }
    let sql = "INSERT INTO api_tokens (id, digest, account, label, permissions, playpens, created, created_by, expires) \
               VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9) ON CONFLICT DO NOTHING";
    let playpens = token.scope.playpens.as_ref();
    let inserted = sqlx::query(sql)
        .bind(plain(&token.id))
        .bind(digest.to_string())
        .bind(plain(&token.account))
        .bind(plain(&token.label))
        .bind(token.scope.permissions.map(names_of))
        .bind(playpens.map(|playpens| serde_json::to_string(playpens).expect("names are JSON")))
        .bind(token.created.0)
        .bind(plain(&token.created_by))
        .bind(token.expires.0)
        .execute(tx)
        .await?;
    Ok(if inserted.rows_affected() == 0 { Made::Known } else { Made::New })
}

pub(super) async fn of_digest(tx: &mut AnyConnection, digest: Digest) -> Result<Option<TokenRecord>> {
    let sql = AssertSqlSafe(format!("SELECT {COLUMNS} FROM api_tokens WHERE digest = $1"));
    sqlx::query(sql).bind(digest.to_string()).fetch_optional(tx).await?.as_ref().map(record).transpose()
}

pub(super) async fn named(tx: &mut AnyConnection, id: &str) -> Result<Option<TokenRecord>> {
    let sql = AssertSqlSafe(format!("SELECT {COLUMNS} FROM api_tokens WHERE id = $1"));
    sqlx::query(sql).bind(plain(id)).fetch_optional(tx).await?.as_ref().map(record).transpose()
}

pub(super) async fn page(tx: &mut AnyConnection, filter: &PageFilter) -> Result<PageOf<TokenRecord>> {
    let limit = limit(filter);
    let of = if filter.account.is_some() { "AND account = $3" } else { "" };
    let sql = format!("SELECT {COLUMNS} FROM api_tokens WHERE id > $1 {of} ORDER BY id LIMIT $2");
    let after = filter.after.as_deref().unwrap_or_default();
    let mut query = sqlx::query(AssertSqlSafe(sql)).bind(plain(after)).bind(signed(limit as u64 + 1));
    if let Some(account) = &filter.account {
        query = query.bind(plain(account));
    }
    let rows = query.fetch_all(tx).await?;
    let mut items = rows.iter().map(record).collect::<Result<Vec<_>>>()?;
    let more = items.len() > limit;
    items.truncate(limit);
    Ok(PageOf { items, more })
}

pub(super) async fn revoke(tx: &mut AnyConnection, id: &str, now: Moment) -> Result<bool> {
    let sql = "UPDATE api_tokens SET revoked = COALESCE(revoked, $1) WHERE id = $2";
    Ok(sqlx::query(sql).bind(now.0).bind(plain(id)).execute(tx).await?.rows_affected() > 0)
}

pub(super) async fn used(tx: &mut AnyConnection, id: &str, now: Moment) -> Result<()> {
    let sql = "UPDATE api_tokens SET last_used = $1 WHERE id = $2 AND (last_used IS NULL OR last_used <= $3)";
    let before = now.0.saturating_sub(USED_EVERY);
    sqlx::query(sql).bind(now.0).bind(plain(id)).bind(before).execute(tx).await?;
    Ok(())
}

/// Forgets some of the tokens that expired before then.
pub(crate) async fn forget(tx: &mut AnyConnection, before: Moment, count_max: u64) -> Result<()> {
    let sql =
        "DELETE FROM api_tokens WHERE id IN (SELECT id FROM api_tokens WHERE expires < $1 ORDER BY expires LIMIT $2)";
    sqlx::query(sql).bind(before.0).bind(signed(count_max)).execute(tx).await?;
    Ok(())
}

fn record(row: &AnyRow) -> Result<TokenRecord> {
    let permissions = row.json_maybe::<Vec<String>>("permissions")?;
    let playpens = row.json_maybe::<BTreeSet<String>>("playpens")?;
    Ok(TokenRecord {
        id: row.text("id")?,
        account: row.text("account")?,
        label: row.text("label")?,
        scope: Scope { permissions: permissions.map(|names| permissions_of(&names)), playpens },
        created: row.moment("created")?,
        created_by: row.text("created_by")?,
        expires: row.moment("expires")?,
        revoked: row.moment_maybe("revoked")?,
        last_used: row.moment_maybe("last_used")?,
    })
}
