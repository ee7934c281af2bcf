//! The port `Logins`: what is kept of logins that have begun, and whose accounts people have.

use async_trait::async_trait;
use leat_bundle::Digest;
use leat_midtier::store::{
    AccountChange, AccountKind, AccountRecord, Identified, Identity, LoginRecord, Logins, Made, StoreError,
};
use leat_scheduler::model::Moment;
use sqlx::AnyConnection;
use sqlx::any::AnyRow;

use crate::accounts;
use crate::columns::{Columns, plain, signed};
use crate::connect::SqlStore;
use crate::error::Result as SqlResult;
use crate::transaction::{changing, retried};

type Result<T> = std::result::Result<T, StoreError>;

#[async_trait]
impl Logins for SqlStore {
    async fn keep_login(&self, login: &LoginRecord, count_max: u64, now: Moment) -> Result<Made> {
        Ok(retried!(async { keep(&mut *self.writer().await?, login, count_max, now).await })?)
    }

    async fn login(&self, key: Digest, now: Moment) -> Result<Option<LoginRecord>> {
        Ok(one(&mut *self.reader().await?, key, now).await?)
    }

    async fn take_login(&self, key: Digest, now: Moment) -> Result<Option<LoginRecord>> {
        // Garbage must cost no more than a look: nobody waits for it who writes.
        if one(&mut *self.reader().await?, key, now).await?.is_none() {
            return Ok(None);
        }
        Ok(retried!(async { take(&mut *self.writer().await?, key, now).await })?)
    }

    async fn identify(&self, identity: &Identity, account: &AccountRecord) -> Result<Identified> {
        Ok(changing!(self, tx => identify(&mut tx, identity, account).await)?)
    }
}

/// One statement, so that nothing else has to wait for it.
async fn keep(writer: &mut AnyConnection, login: &LoginRecord, count_max: u64, now: Moment) -> SqlResult<Made> {
    let sql = "INSERT INTO logins (digest, provider, held, expires) SELECT $1, $2, $3, $4 \
               WHERE (SELECT count(*) FROM logins WHERE expires > $5) < $6 ON CONFLICT DO NOTHING";
    let inserted = sqlx::query(sql)
        .bind(login.key.to_string())
        .bind(plain(&login.provider))
        .bind(plain(&login.held))
        .bind(login.expires.0)
        .bind(now.0)
        .bind(signed(count_max))
        .execute(&mut *writer)
        .await?;
    if inserted.rows_affected() > 0 {
        return Ok(Made::New);
    }
    let known = one(writer, login.key, now).await?;
    Ok(if known.is_some() { Made::Known } else { Made::TooMany })
}

async fn one(reader: &mut AnyConnection, key: Digest, now: Moment) -> SqlResult<Option<LoginRecord>> {
    let sql = "SELECT provider, held, expires FROM logins WHERE digest = $1 AND expires > $2";
    let row = sqlx::query(sql).bind(key.to_string()).bind(now.0).fetch_optional(reader).await?;
    row.map(|row| of_row(key, &row)).transpose()
}

/// Of several who take it at once, one is given it.
async fn take(writer: &mut AnyConnection, key: Digest, now: Moment) -> SqlResult<Option<LoginRecord>> {
    let sql = "DELETE FROM logins WHERE digest = $1 AND expires > $2 RETURNING provider, held, expires";
    let row = sqlx::query(sql).bind(key.to_string()).bind(now.0).fetch_optional(writer).await?;
    row.map(|row| of_row(key, &row)).transpose()
}

fn of_row(key: Digest, row: &AnyRow) -> SqlResult<LoginRecord> {
    let (provider, held, expires) = (row.text("provider")?, row.text("held")?, row.moment("expires")?);
    Ok(LoginRecord { key, provider, held, expires })
}

/// Forgets some of the logins that are past their time.
pub(crate) async fn forget(tx: &mut AnyConnection, now: Moment, count_max: u64) -> SqlResult<()> {
    let sql = "DELETE FROM logins WHERE digest IN (SELECT digest FROM logins WHERE expires <= $1 LIMIT $2)";
    sqlx::query(sql).bind(now.0).bind(signed(count_max)).execute(tx).await?;
    Ok(())
}

async fn identify(tx: &mut AnyConnection, identity: &Identity, account: &AccountRecord) -> SqlResult<Identified> {
    let sql = "SELECT account FROM login_identities WHERE provider = $1 AND subject = $2";
    let known = sqlx::query(sql).bind(plain(&identity.provider)).bind(plain(&identity.subject));
    if let Some(row) = known.fetch_optional(&mut *tx).await? {
        let name = row.text("account")?;
        let change = AccountChange { groups: Some(account.groups.clone()), ..AccountChange::default() };
        accounts::change_account(tx, &name, &change).await?;
        return Ok(Identified::Theirs(name));
    }
    match accounts::one(&mut *tx, &account.name).await? {
        Some(there)
            if there.kind != AccountKind::Person
                || there.login.as_ref() != Some(&identity.provider)
                || is_somebodys(&mut *tx, &account.name).await? =>
        {
            return Ok(Identified::NotTheirs);
        }
        Some(_) => {
            let change = AccountChange { groups: Some(account.groups.clone()), ..AccountChange::default() };
            accounts::change_account(&mut *tx, &account.name, &change).await?;
        }
        None => {
            if accounts::make(&mut *tx, account).await? == Made::TooMany {
                return Ok(Identified::TooMany);
            }
        }
    }
    sqlx::query("INSERT INTO login_identities (provider, subject, account) VALUES ($1, $2, $3)")
        .bind(plain(&identity.provider))
        .bind(plain(&identity.subject))
        .bind(plain(&account.name))
        .execute(tx)
        .await?;
    Ok(Identified::Theirs(account.name.clone()))
}

async fn is_somebodys(tx: &mut AnyConnection, account: &str) -> SqlResult<bool> {
    let found = sqlx::query("SELECT account FROM login_identities WHERE account = $1").bind(plain(account));
    Ok(found.fetch_optional(tx).await?.is_some())
}
