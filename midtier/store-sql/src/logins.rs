//! The port `Logins`: what is kept of logins that have begun, and whose accounts people have.

use async_trait::async_trait;
use leat_bundle::Digest;
use leat_midtier::store::{
    AccountChange, AccountKind, AccountRecord, Identified, Identity, LoginRecord, Logins, Made, StoreError,
};
use leat_scheduler::model::Moment;
use sqlx::AnyConnection;

use crate::accounts;
use crate::columns::{Columns, plain};
use crate::connect::SqlStore;
use crate::error::Result as SqlResult;
use crate::transaction::changing;

type Result<T> = std::result::Result<T, StoreError>;

#[async_trait]
impl Logins for SqlStore {
    async fn keep_login(&self, login: &LoginRecord, count_max: u64, now: Moment) -> Result<Made> {
        Ok(changing!(self, tx => keep(&mut tx, login, count_max, now).await)?)
    }

    async fn login(&self, key: Digest, now: Moment) -> Result<Option<LoginRecord>> {
        Ok(one(&mut *self.reader().await?, key, now).await?)
    }

    async fn take_login(&self, key: Digest, now: Moment) -> Result<Option<LoginRecord>> {
        Ok(changing!(self, tx => take(&mut tx, key, now).await)?)
    }

    async fn identify(&self, identity: &Identity, account: &AccountRecord) -> Result<Identified> {
        Ok(changing!(self, tx => identify(&mut tx, identity, account).await)?)
    }
}

async fn keep(tx: &mut AnyConnection, login: &LoginRecord, count_max: u64, now: Moment) -> SqlResult<Made> {
    sqlx::query("DELETE FROM logins WHERE expires <= $1").bind(now.0).execute(&mut *tx).await?;
    let counted = sqlx::query("SELECT count(*) AS count FROM logins").fetch_one(&mut *tx).await?;
    if counted.count("count")? >= count_max {
        return Ok(Made::TooMany);
    }
    let sql = "INSERT INTO logins (digest, provider, held, expires) VALUES ($1, $2, $3, $4) ON CONFLICT DO NOTHING";
    let inserted = sqlx::query(sql)
        .bind(login.key.to_string())
        .bind(plain(&login.provider))
        .bind(plain(&login.held))
        .bind(login.expires.0)
        .execute(tx)
        .await?;
    Ok(if inserted.rows_affected() == 0 { Made::Known } else { Made::New })
}

async fn one(tx: &mut AnyConnection, key: Digest, now: Moment) -> SqlResult<Option<LoginRecord>> {
    let sql = "SELECT provider, held, expires FROM logins WHERE digest = $1 AND expires > $2";
    let row = sqlx::query(sql).bind(key.to_string()).bind(now.0).fetch_optional(tx).await?;
    let Some(row) = row else { return Ok(None) };
    let (provider, held, expires) = (row.text("provider")?, row.text("held")?, row.moment("expires")?);
    Ok(Some(LoginRecord { key, provider, held, expires }))
}

async fn take(tx: &mut AnyConnection, key: Digest, now: Moment) -> SqlResult<Option<LoginRecord>> {
    let found = one(&mut *tx, key, now).await?;
    let removed = sqlx::query("DELETE FROM logins WHERE digest = $1").bind(key.to_string()).execute(tx).await?;
    Ok(found.filter(|_| removed.rows_affected() > 0))
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
