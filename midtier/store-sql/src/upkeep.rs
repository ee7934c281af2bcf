//! What keeps the state small: old runs are forgotten, and contents that nothing refers to are told.

use std::collections::BTreeSet;

use leat_bundle::{Digest, Manifest};
use leat_midtier::store::Pruning;
use leat_scheduler::model::Moment;
use sqlx::{AnyConnection, AssertSqlSafe};

use crate::columns::{Columns, corrupt, signed};
use crate::dialect::Dialect;
use crate::error::Result;
use crate::statement;
use crate::{accounts, checkpoints, logins};

/// How many runs one transaction forgets: few enough that whoever waits behind it does not notice.
pub(crate) const PRUNED_AT_ONCE: u64 = 200;
/// How many events of hosts one transaction forgets.
const EVENTS_AT_ONCE: i64 = 5000;
/// How many logins one transaction forgets that were begun and not gone on with.
const LOGINS_AT_ONCE: u64 = 50_000;

/// Says whether the state can be written, by writing.
pub(crate) async fn ping(tx: &mut AnyConnection) -> Result<()> {
    sqlx::query("UPDATE counters SET one = 1 WHERE one = 1").execute(tx).await?;
    Ok(())
}

/// Forgets some of what is past its time. Answers how many runs; fewer than [`PRUNED_AT_ONCE`] where no more are left.
pub(crate) async fn prune(tx: &mut AnyConnection, pruning: &Pruning) -> Result<u64> {
    let age = i64::try_from(pruning.ended_runs.as_micros()).unwrap_or(i64::MAX);
    let before = Moment(pruning.now.0.saturating_sub(age));
    let ended = sqlx::query("SELECT count(*) AS runs FROM runs WHERE live = 0").fetch_one(&mut *tx).await?;
    let too_many = ended.count("runs")?.saturating_sub(pruning.keep_runs);
    let sql = "SELECT id FROM runs WHERE live = 0 AND ended < $1 ORDER BY ended, id LIMIT $2";
    let rows = sqlx::query(sql).bind(before.0).bind(signed(too_many.min(PRUNED_AT_ONCE))).fetch_all(&mut *tx).await?;
    let ids = rows.iter().map(|row| row.text("id")).collect::<Result<Vec<_>>>()?;
    for piece in statement::pieces(&ids) {
        let list = statement::list(1, piece.len());
        // Placements, papers, outputs and logs go with their run.
        for table in ["events WHERE run", "runs WHERE id"] {
            let mut query = sqlx::query(AssertSqlSafe(format!("DELETE FROM {table} IN {list}")));
            for id in piece {
                query = query.bind(id.as_str());
            }
            query.execute(&mut *tx).await?;
        }
    }
    checkpoints::prune(tx).await?;
    // Whoever wants such a bundle again has it made again.
    let sql = "DELETE FROM bundles WHERE digest IN (SELECT b.digest FROM bundles b WHERE b.made_of IS NOT NULL AND b.created < $1 \
               AND NOT EXISTS (SELECT 1 FROM runs r WHERE r.bundle = b.digest) LIMIT $2)";
    sqlx::query(sql).bind(before.0).bind(signed(PRUNED_AT_ONCE)).execute(&mut *tx).await?;
    accounts::forget_tokens(tx, before, PRUNED_AT_ONCE).await?;
    logins::forget(tx, pruning.now, LOGINS_AT_ONCE).await?;
    let sql = "DELETE FROM events WHERE number IN \
               (SELECT number FROM events WHERE host IS NOT NULL AND at < $1 ORDER BY at LIMIT $2)";
    sqlx::query(sql).bind(before.0).bind(EVENTS_AT_ONCE).execute(tx).await?;
    Ok(ids.len() as u64)
}

/// Looks after the indices.
pub(crate) async fn tune(connection: &mut AnyConnection, dialect: Dialect) -> Result<()> {
    if let Some(sql) = dialect.upkeep() {
        sqlx::query(sql).execute(connection).await?;
    }
    Ok(())
}

/// Every content that something refers to.
pub(crate) async fn referred(tx: &mut AnyConnection) -> Result<Vec<Digest>> {
    let mut found = BTreeSet::new();
    // Outputs of runs that go on may still become theirs; those of runs that failed never do.
    let sql = "SELECT DISTINCT o.digest AS digest FROM outputs o JOIN runs r ON r.id = o.run \
               WHERE r.state NOT IN ('failed', 'cancelled') UNION SELECT digest FROM objects";
    for row in sqlx::query(sql).fetch_all(&mut *tx).await? {
        found.insert(row.digest("digest")?);
    }
    checkpoints::referred(tx, &mut found).await?;
    for row in sqlx::query("SELECT digest, manifest FROM bundles").fetch_all(tx).await? {
        let manifest = row.text("manifest")?;
        let manifest = Manifest::parse(manifest.as_bytes()).map_err(|error| corrupt("manifest", &error))?;
        found.insert(row.digest("digest")?);
        found.extend(manifest.contents().iter().map(|content| content.digest));
    }
    Ok(found.into_iter().collect())
}
