//! The port `Accounts`: accounts and their groups here, what they were granted in [`granted`], their tokens in [`tokens`].

mod granted;
mod tokens;

use async_trait::async_trait;
use leat_bundle::Digest;
use leat_midtier::access::{Permissions, Place};
use leat_midtier::store::{
    ACCOUNTS_MAX, AccountChange, AccountKind, AccountRecord, Accounts, Holder, Made, PageFilter, PageOf, RoleGrant,
    RoleRecord, Standing, StoreError, TokenRecord,
};
use leat_scheduler::model::Moment;
use sqlx::any::AnyRow;
use sqlx::{AnyConnection, AssertSqlSafe};

use crate::columns::{Columns, corrupt, plain, signed};
use crate::connect::SqlStore;
use crate::error::Result as SqlResult;
use crate::statement;
use crate::transaction::changing;

pub(crate) use tokens::forget as forget_tokens;

type Result<T> = std::result::Result<T, StoreError>;

/// The most that is read at once.
const PAGE_MAX: u32 = 1_000;
const COLUMNS: &str = "name, kind, playpen, disabled, created, created_by, login";

#[async_trait]
impl Accounts for SqlStore {
    async fn make_account(&self, account: &AccountRecord) -> Result<Made> {
        Ok(changing!(self, tx => make(&mut tx, account).await)?)
    }

    async fn standing(&self, account: &str) -> Result<Option<Standing>> {
        Ok(standing(&mut *self.read().await?, account).await?)
    }

    async fn accounts(&self, filter: &PageFilter) -> Result<PageOf<AccountRecord>> {
        Ok(page(&mut *self.read().await?, filter).await?)
    }

    async fn change_account(&self, account: &str, change: &AccountChange) -> Result<bool> {
        Ok(changing!(self, tx => change_account(&mut tx, account, change).await)?)
    }

    async fn make_role(&self, role: &RoleRecord) -> Result<Made> {
        Ok(changing!(self, tx => granted::make_role(&mut tx, role).await)?)
    }

    async fn roles(&self) -> Result<Vec<RoleRecord>> {
        Ok(granted::roles(&mut *self.reader().await?).await?)
    }

    async fn remove_role(&self, role: &str) -> Result<bool> {
        Ok(changing!(self, tx => granted::remove_role(&mut tx, role).await)?)
    }

    async fn grant(&self, grant: &RoleGrant, permissions: Permissions) -> Result<Made> {
        Ok(changing!(self, tx => granted::grant(&mut tx, grant, permissions).await)?)
    }

    async fn ungrant(&self, role: &str, holder: &Holder, place: &Place) -> Result<bool> {
        Ok(granted::ungrant(&mut *self.writer().await?, role, holder, place).await?)
    }

    async fn grants(&self, role: Option<&str>) -> Result<Vec<RoleGrant>> {
        Ok(granted::grants(&mut *self.reader().await?, role).await?)
    }

    async fn granted_to_groups(&self, groups: &[String]) -> Result<(Vec<RoleGrant>, Vec<RoleRecord>)> {
        Ok(granted::of_holders(&mut *self.read().await?, None, groups).await?)
    }

    async fn make_token(&self, token: &TokenRecord, digest: Digest, count_max: u64) -> Result<Made> {
        Ok(changing!(self, tx => tokens::make(&mut tx, token, digest, count_max).await)?)
    }

    async fn token(&self, digest: Digest) -> Result<Option<(TokenRecord, Standing)>> {
        let mut tx = self.read().await?;
        let Some(token) = tokens::of_digest(&mut tx, digest).await? else { return Ok(None) };
        let standing = standing(&mut tx, &token.account).await?;
        Ok(standing.map(|standing| (token, standing)))
    }

    async fn token_named(&self, id: &str) -> Result<Option<TokenRecord>> {
        Ok(tokens::named(&mut *self.reader().await?, id).await?)
    }

    async fn tokens(&self, filter: &PageFilter) -> Result<PageOf<TokenRecord>> {
        Ok(tokens::page(&mut *self.reader().await?, filter).await?)
    }

    async fn revoke_token(&self, id: &str, now: Moment) -> Result<bool> {
        Ok(tokens::revoke(&mut *self.writer().await?, id, now).await?)
    }

    async fn token_used(&self, id: &str, now: Moment) -> Result<()> {
        Ok(tokens::used(&mut *self.writer().await?, id, now).await?)
    }
}

pub(crate) async fn make(tx: &mut AnyConnection, account: &AccountRecord) -> SqlResult<Made> {
    if one(&mut *tx, &account.name).await?.is_some() {
        return Ok(Made::Known);
    }
    if count(&mut *tx, "SELECT count(*) AS count FROM accounts").await? >= ACCOUNTS_MAX {
        return Ok(Made::TooMany);
    }
    let sql = AssertSqlSafe(format!("INSERT INTO accounts ({COLUMNS}) VALUES ($1, $2, $3, $4, $5, $6, $7)"));
    sqlx::query(sql)
        .bind(plain(&account.name))
        .bind(kind_name(account.kind))
        .bind(plain(&account.playpen))
        .bind(i64::from(account.is_disabled))
        .bind(account.created.0)
        .bind(plain(&account.created_by))
        .bind(account.login.as_deref().map(plain))
        .execute(&mut *tx)
        .await?;
    join(tx, &account.name, &account.groups).await?;
    Ok(Made::New)
}

pub(crate) async fn change_account(tx: &mut AnyConnection, account: &str, change: &AccountChange) -> SqlResult<bool> {
    let Some(known) = one(&mut *tx, account).await? else { return Ok(false) };
    let sql = "UPDATE accounts SET disabled = $1, playpen = $2, login = $3 WHERE name = $4";
    sqlx::query(sql)
        .bind(i64::from(change.is_disabled.unwrap_or(known.is_disabled)))
        .bind(plain(change.playpen.as_ref().unwrap_or(&known.playpen)))
        .bind(change.login.as_ref().or(known.login.as_ref()).map(|login| plain(login)))
        .bind(plain(account))
        .execute(&mut *tx)
        .await?;
    if let Some(groups) = &change.groups {
        sqlx::query("DELETE FROM account_groups WHERE account = $1").bind(plain(account)).execute(&mut *tx).await?;
        join(tx, account, groups).await?;
    }
    Ok(true)
}

async fn join(tx: &mut AnyConnection, account: &str, groups: &[String]) -> SqlResult<()> {
    for piece in statement::pieces(groups) {
        let rows = statement::rows(piece.len(), 2);
        let sql = format!("INSERT INTO account_groups (account, group_name) VALUES {rows} ON CONFLICT DO NOTHING");
        let mut query = sqlx::query(AssertSqlSafe(sql));
        for group in piece {
            query = query.bind(plain(account)).bind(plain(group));
        }
        query.execute(&mut *tx).await?;
    }
    Ok(())
}

/// An account without its groups.
pub(crate) async fn one(tx: &mut AnyConnection, name: &str) -> SqlResult<Option<AccountRecord>> {
    let sql = AssertSqlSafe(format!("SELECT {COLUMNS} FROM accounts WHERE name = $1"));
    let row = sqlx::query(sql).bind(plain(name)).fetch_optional(tx).await?;
    row.as_ref().map(record).transpose()
}

async fn standing(tx: &mut AnyConnection, name: &str) -> SqlResult<Option<Standing>> {
    let Some(account) = one(&mut *tx, name).await? else { return Ok(None) };
    let sql = "SELECT group_name FROM account_groups WHERE account = $1 ORDER BY group_name";
    let rows = sqlx::query(sql).bind(plain(name)).fetch_all(&mut *tx).await?;
    let groups = rows.iter().map(|row| row.text("group_name")).collect::<SqlResult<Vec<_>>>()?;
    let (grants, roles) = granted::of_holders(tx, Some(name), &groups).await?;
    Ok(Some(Standing { account: AccountRecord { groups, ..account }, grants, roles }))
}

async fn page(tx: &mut AnyConnection, filter: &PageFilter) -> SqlResult<PageOf<AccountRecord>> {
    let limit = limit(filter);
    let sql = AssertSqlSafe(format!("SELECT {COLUMNS} FROM accounts WHERE name > $1 ORDER BY name LIMIT $2"));
    let after = filter.after.as_deref().unwrap_or_default();
    let rows = sqlx::query(sql).bind(plain(after)).bind(signed(limit as u64 + 1)).fetch_all(&mut *tx).await?;
    let mut items = rows.iter().map(record).collect::<SqlResult<Vec<_>>>()?;
    let more = items.len() > limit;
    items.truncate(limit);
    for account in &mut items {
        let sql = "SELECT group_name FROM account_groups WHERE account = $1 ORDER BY group_name";
        let rows = sqlx::query(sql).bind(plain(&account.name)).fetch_all(&mut *tx).await?;
        account.groups = rows.iter().map(|row| row.text("group_name")).collect::<SqlResult<Vec<_>>>()?;
    }
    Ok(PageOf { items, more })
}

fn record(row: &AnyRow) -> SqlResult<AccountRecord> {
    let kind = row.text("kind")?;
    Ok(AccountRecord {
        name: row.text("name")?,
        kind: kind_of_name(&kind).ok_or_else(|| corrupt("kind", &kind))?,
        playpen: row.text("playpen")?,
        groups: Vec::new(),
        is_disabled: row.int("disabled")? != 0,
        created: row.moment("created")?,
        created_by: row.text("created_by")?,
        login: row.text_maybe("login")?,
    })
}

fn kind_name(kind: AccountKind) -> &'static str {
    match kind {
        AccountKind::Person => "person",
        AccountKind::Service => "service",
    }
}

fn kind_of_name(name: &str) -> Option<AccountKind> {
    [AccountKind::Person, AccountKind::Service].into_iter().find(|kind| kind_name(*kind) == name)
}

fn limit(filter: &PageFilter) -> usize {
    let limit = if filter.limit == 0 { PAGE_MAX } else { filter.limit.min(PAGE_MAX) };
    limit as usize
}

async fn count(tx: &mut AnyConnection, sql: &'static str) -> SqlResult<u64> {
    sqlx::query(sql).fetch_one(tx).await?.count("count")
}
