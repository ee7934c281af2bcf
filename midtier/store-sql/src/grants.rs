//! Grants of secrets and of users of the broker that are out. Whether one is over is never written down: it follows from where its run is.

use async_trait::async_trait;
use leat_midtier::store::{GrantKind, GrantRecord, Grants, StoreError, Taken};
use leat_scheduler::model::{Generation, Moment, RunId};
use leat_secrets::GrantId;
use sqlx::AnyConnection;
use sqlx::any::AnyRow;

use crate::columns::{Columns, corrupt, plain, signed};
use crate::connect::SqlStore;
use crate::error::Result;
use crate::placements;
use crate::run_row;
use crate::transaction::{Writing, changing};

/// What a grant is over without: its host holds that attempt of the run, and has no later grant of the kind for it.
const HOLDS: &str = "EXISTS (SELECT 1 FROM placements p JOIN runs r ON r.id = p.run AND r.generation = p.generation \
     WHERE p.run = g.run AND p.generation = g.generation AND p.host = g.host AND p.ended = 0) \
     AND NOT EXISTS (SELECT 1 FROM secret_grants n WHERE n.run = g.run AND n.generation = g.generation AND n.host = g.host \
     AND n.kind = g.kind AND n.number > g.number)";

#[async_trait]
impl Grants for SqlStore {
    async fn keep_grant(&self, grant: &GrantRecord) -> std::result::Result<Taken, StoreError> {
        Ok(changing!(self, tx => keep(&mut tx, grant).await)?)
    }

    async fn grants_over(&self, limit: u32) -> std::result::Result<Vec<GrantRecord>, StoreError> {
        Ok(over(&mut *self.reader().await?, limit).await?)
    }

    async fn grants_due(&self, now: Moment, limit: u32) -> std::result::Result<Vec<GrantRecord>, StoreError> {
        Ok(due(&mut *self.reader().await?, now, limit).await?)
    }

    async fn grant_renewed(&self, grant: &GrantId, renew_at: Moment) -> std::result::Result<(), StoreError> {
        Ok(renewed(&mut *self.writer().await?, grant, renew_at).await?)
    }

    async fn forget_grant(&self, grant: &GrantId) -> std::result::Result<bool, StoreError> {
        Ok(forget(&mut *self.writer().await?, grant).await?)
    }

    async fn begins_later(
        &self,
        run: &RunId,
        generation: Generation,
        why: &str,
    ) -> std::result::Result<(), StoreError> {
        Ok(later(&mut *self.writer().await?, run, generation, Some(why)).await?)
    }
}

async fn keep(tx: &mut Writing, grant: &GrantRecord) -> Result<Taken> {
    let run = run_row::find(tx, &grant.run).await?;
    if run.is_none_or(|run| run.generation != grant.generation || !run.state.is_placed()) {
        return Ok(Taken::Refused);
    }
    let parts = placements::of_latest(tx, &[&grant.run]).await?.remove(&grant.run).unwrap_or_default();
    if !parts.iter().any(|part| part.host == grant.host && !part.ended) {
        return Ok(Taken::Refused);
    }
    let sql = "INSERT INTO secret_grants (name, kind, run, generation, host, renew_at) VALUES ($1, $2, $3, $4, $5, $6)";
    sqlx::query(sql)
        .bind(grant.id.as_str())
        .bind(word_of(grant.kind))
        .bind(grant.run.as_str())
        .bind(signed(grant.generation.0))
        .bind(grant.host.as_str())
        .bind(grant.renew_at.0)
        .execute(&mut **tx)
        .await?;
    later(tx, &grant.run, grant.generation, None).await?;
    Ok(Taken::Yes)
}

async fn over(connection: &mut AnyConnection, limit: u32) -> Result<Vec<GrantRecord>> {
    let sql = format!(
        "SELECT g.name, g.kind, g.run, g.generation, g.host, g.renew_at FROM secret_grants g WHERE NOT ({HOLDS}) \
         ORDER BY g.number LIMIT $1"
    );
    let rows = sqlx::query(sqlx::AssertSqlSafe(sql)).bind(i64::from(limit)).fetch_all(connection).await?;
    rows.iter().map(grant).collect()
}

async fn due(connection: &mut AnyConnection, now: Moment, limit: u32) -> Result<Vec<GrantRecord>> {
    let sql = format!(
        "SELECT g.name, g.kind, g.run, g.generation, g.host, g.renew_at FROM secret_grants g WHERE g.renew_at <= $1 AND {HOLDS} \
         ORDER BY g.renew_at, g.number LIMIT $2"
    );
    let rows = sqlx::query(sqlx::AssertSqlSafe(sql)).bind(now.0).bind(i64::from(limit)).fetch_all(connection).await?;
    rows.iter().map(grant).collect()
}

fn grant(row: &AnyRow) -> Result<GrantRecord> {
    let name = row.text("name")?;
    Ok(GrantRecord {
        id: name.parse().map_err(|error| corrupt("name", &error))?,
        kind: kind_of(&row.text("kind")?)?,
        run: row.run_id("run")?,
        generation: Generation(row.count("generation")?),
        host: row.host_id("host")?,
        renew_at: row.moment("renew_at")?,
    })
}

fn word_of(kind: GrantKind) -> &'static str {
    match kind {
        GrantKind::Secrets => "secrets",
        GrantKind::BrokerUser => "broker-user",
    }
}

fn kind_of(word: &str) -> Result<GrantKind> {
    match word {
        "secrets" => Ok(GrantKind::Secrets),
        "broker-user" => Ok(GrantKind::BrokerUser),
        other => Err(corrupt("kind", &format!("{other:?} is no kind of grant"))),
    }
}

async fn renewed(connection: &mut AnyConnection, grant: &GrantId, renew_at: Moment) -> Result<()> {
    let sql = "UPDATE secret_grants SET renew_at = $1 WHERE name = $2";
    sqlx::query(sql).bind(renew_at.0).bind(grant.as_str()).execute(connection).await?;
    Ok(())
}

async fn forget(connection: &mut AnyConnection, grant: &GrantId) -> Result<bool> {
    let gone =
        sqlx::query("DELETE FROM secret_grants WHERE name = $1").bind(grant.as_str()).execute(connection).await?;
    Ok(gone.rows_affected() > 0)
}

/// No revision is counted up: what is decided on the run stays as it is.
async fn later(connection: &mut AnyConnection, run: &RunId, generation: Generation, why: Option<&str>) -> Result<()> {
    let sql = "UPDATE runs SET waits = $1 WHERE id = $2 AND generation = $3 AND state = 'starting'";
    sqlx::query(sql).bind(why.map(plain)).bind(run.as_str()).bind(signed(generation.0)).execute(connection).await?;
    Ok(())
}
