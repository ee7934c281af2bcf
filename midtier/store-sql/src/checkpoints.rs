//! What the attempts of runs leave for the next: kept host by host, and gone on from once all of an attempt's hosts have
//! left theirs.

use std::collections::{BTreeMap, BTreeSet};

use leat_bundle::{CheckpointManifest, Digest};
use leat_midtier::store::{CheckpointRecord, CheckpointSummary, NoCheckpoints, Taken};
use leat_scheduler::model::{Generation, HostId, Moment, RunId};
use sqlx::{AnyConnection, AssertSqlSafe};

use crate::columns::{Columns, corrupt, plain, signed};
use crate::error::Result;
use crate::placements;
use crate::run_row::{self, RunRow};
use crate::statement;
use crate::transaction::Writing;

/// Keeps what a host has left of the latest attempt.
pub(crate) async fn keep(tx: &mut Writing, host: &HostId, checkpoint: &CheckpointRecord, now: Moment) -> Result<Taken> {
    let run = run_row::find(tx, &checkpoint.run).await?;
    let Some(mut run) = run.filter(|run| run.generation == checkpoint.generation && run.state.is_placed()) else {
        return Ok(Taken::Refused);
    };
    let parts = placements::of_latest(tx, &[&run.id]).await?.remove(&run.id).unwrap_or_default();
    if !parts.iter().any(|part| part.host == *host && !part.ended) {
        return Ok(Taken::Refused);
    }
    insert(tx, host, checkpoint, now).await?;
    let hosts: BTreeSet<&HostId> = parts.iter().map(|part| &part.host).collect();
    if let Some(number) = newest_of_all(tx, checkpoint, &hosts).await? {
        make_whole(tx, checkpoint, number).await?;
        run.attempts_fruitful = run.attempts;
        run_row::save(tx, &[run]).await?;
    }
    Ok(Taken::Yes)
}

async fn insert(tx: &mut AnyConnection, host: &HostId, checkpoint: &CheckpointRecord, now: Moment) -> Result<()> {
    let CheckpointRecord { run, generation, number, digest, list } = checkpoint;
    let text = String::from_utf8(list.to_bytes()).map_err(|error| corrupt("list", &error))?;
    // Said twice: hosts say it in every report.
    let sql = "INSERT INTO checkpoints (run, generation, number, host, digest, list, bytes, kept, last, whole) \
               VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, 0) ON CONFLICT (run, generation, number, host) DO NOTHING";
    sqlx::query(sql)
        .bind(run.as_str())
        .bind(signed(generation.0))
        .bind(signed(*number))
        .bind(host.as_str())
        .bind(digest.to_string())
        .bind(plain(&text))
        .bind(signed(list.bytes()))
        .bind(now.0)
        .bind(i64::from(list.last))
        .execute(tx)
        .await?;
    Ok(())
}

/// The greatest number of which all of the attempt's hosts have left theirs.
async fn newest_of_all(
    tx: &mut AnyConnection,
    checkpoint: &CheckpointRecord,
    hosts: &BTreeSet<&HostId>,
) -> Result<Option<u64>> {
    let sql = "SELECT number, host, last FROM checkpoints WHERE run = $1 AND generation = $2";
    let rows = sqlx::query(sql).bind(checkpoint.run.as_str()).bind(signed(checkpoint.generation.0));
    let mut left: BTreeMap<u64, BTreeSet<HostId>> = BTreeMap::new();
    let mut ended: BTreeMap<HostId, u64> = BTreeMap::new();
    for row in rows.fetch_all(tx).await? {
        let (number, host) = (row.count("number")?, row.host_id("host")?);
        if row.truth("last")? {
            ended.insert(host.clone(), number);
        }
        left.entry(number).or_default().insert(host);
    }
    let has = |host: &HostId, number: u64, left: &BTreeSet<HostId>| {
        left.contains(host) || ended.get(host).is_some_and(|last| *last <= number)
    };
    let whole = left.iter().rev().find(|(number, left)| hosts.iter().all(|host| has(host, **number, left)));
    Ok(whole.map(|(number, _)| *number))
}

/// The next attempt goes on from this one, and needs nothing that is older.
async fn make_whole(tx: &mut AnyConnection, checkpoint: &CheckpointRecord, number: u64) -> Result<()> {
    for sql in [
        "UPDATE checkpoints SET whole = 1 WHERE run = $1 AND generation = $2 \
         AND (number = $3 OR last = 1 AND number < $3)",
        "DELETE FROM checkpoints WHERE run = $1 AND (generation < $2 OR generation = $2 AND number < $3 AND last = 0)",
    ] {
        sqlx::query(sql)
            .bind(checkpoint.run.as_str())
            .bind(signed(checkpoint.generation.0))
            .bind(signed(number))
            .execute(&mut *tx)
            .await?;
    }
    Ok(())
}

/// The run's latest attempt is to take a checkpoint that begins now.
pub(crate) async fn want(tx: &mut AnyConnection, run: &mut RunRow) -> Result<()> {
    let sql = "SELECT COALESCE(MAX(number), 0) AS number FROM checkpoints WHERE run = $1 AND generation = $2";
    let newest = sqlx::query(sql).bind(run.id.as_str()).bind(signed(run.generation.0)).fetch_one(tx).await?;
    // One that is on its way may have been begun before.
    run.checkpoint_wanted = run.checkpoint_wanted.max(newest.count("number")?) + 1;
    run.revision += 1;
    Ok(())
}

/// How long a checkpoint of several hosts may take before the next one is wanted, microseconds.
const PATIENCE_US: i64 = 60_000_000;

/// The runs on several hosts whose checkpoint is due: nobody else tells those when to begin.
pub(crate) async fn due(tx: &mut AnyConnection, now: Moment) -> Result<Vec<RunId>> {
    let sql = "SELECT r.id FROM runs r WHERE r.live = 1 AND r.state = 'running' AND r.checkpoint_every IS NOT NULL \
               AND r.no_checkpoints IS NULL AND r.pause_requested = 0 \
               AND COALESCE(r.checkpoint_wanted_at, r.since) + r.checkpoint_every * 1000 <= $1 \
               AND (r.checkpoint_wanted = 0 OR r.checkpoint_wanted_at + $2 <= $1 OR EXISTS (SELECT 1 FROM checkpoints c \
               WHERE c.run = r.id AND c.generation = r.generation AND c.whole = 1 AND c.number >= r.checkpoint_wanted)) \
               AND (SELECT COUNT(DISTINCT p.host) FROM placements p WHERE p.run = r.id AND p.generation = r.generation) > 1";
    let rows = sqlx::query(sql).bind(now.0).bind(PATIENCE_US).fetch_all(tx).await?;
    rows.iter().map(|row| row.run_id("id")).collect()
}

/// Has the runs take a checkpoint of which it is due still. Answers how many.
pub(crate) async fn order(tx: &mut Writing, now: Moment) -> Result<u64> {
    let due = due(tx, now).await?;
    for id in &due {
        if let Some(mut run) = run_row::find(tx, id).await? {
            want(tx, &mut run).await?;
            run_row::save(tx, &[run]).await?;
            let sql = "UPDATE runs SET checkpoint_wanted_at = $1 WHERE id = $2";
            sqlx::query(sql).bind(now.0).bind(id.as_str()).execute(&mut **tx).await?;
        }
    }
    Ok(due.len() as u64)
}

/// Says why the latest attempt takes none, by the word of its host; or that it does. Answers whether it holds that attempt.
pub(crate) async fn none(tx: &mut Writing, host: &HostId, none: &NoCheckpoints) -> Result<Taken> {
    let run = run_row::find(tx, &none.run).await?;
    let Some(mut run) = run.filter(|run| run.generation == none.generation && run.state.is_placed()) else {
        return Ok(Taken::Refused);
    };
    if !placements::on(tx, host).await?.contains(&none.run) {
        return Ok(Taken::Refused);
    }
    run.no_checkpoints.clone_from(&none.why);
    run.revision += 1;
    run_row::save(tx, &[run]).await?;
    Ok(Taken::Yes)
}

/// The lists that the latest attempts of these runs go on from, by run; of those that begin from the beginning none.
pub(crate) async fn of_earlier(tx: &mut AnyConnection, runs: &[&RunId]) -> Result<BTreeMap<RunId, Vec<Digest>>> {
    let mut found: BTreeMap<RunId, Vec<Digest>> = BTreeMap::new();
    for piece in statement::pieces(runs) {
        let sql = format!(
            "SELECT c.run, c.digest FROM checkpoints c JOIN runs r ON r.id = c.run \
             WHERE c.whole = 1 AND c.generation < r.generation AND c.run IN {} ORDER BY c.run, c.host",
            statement::list(1, piece.len())
        );
        let mut query = sqlx::query(AssertSqlSafe(sql));
        for run in piece {
            query = query.bind(run.as_str());
        }
        for row in query.fetch_all(&mut *tx).await? {
            found.entry(row.run_id("run")?).or_default().push(row.digest("digest")?);
        }
    }
    Ok(found)
}

/// The one that the run can be gone on from, if it has not ended.
pub(crate) async fn newest(tx: &mut AnyConnection, run: &RunId) -> Result<Option<CheckpointSummary>> {
    let sql = "SELECT c.generation, c.number, c.bytes, c.kept FROM checkpoints c JOIN runs r ON r.id = c.run \
               WHERE c.run = $1 AND c.whole = 1 AND r.live = 1";
    let mut newest: Option<CheckpointSummary> = None;
    for row in sqlx::query(sql).bind(run.as_str()).fetch_all(tx).await? {
        let share = CheckpointSummary {
            generation: Generation(row.count("generation")?),
            number: row.count("number")?,
            bytes: row.count("bytes")?,
            kept: row.moment("kept")?,
        };
        newest = Some(match newest {
            None => share,
            Some(other) => CheckpointSummary {
                number: other.number.max(share.number),
                bytes: other.bytes.saturating_add(share.bytes),
                kept: other.kept.max(share.kept),
                ..other
            },
        });
    }
    Ok(newest)
}

/// Every content of the checkpoints of runs that have not ended, their lists among them.
pub(crate) async fn referred(tx: &mut AnyConnection, found: &mut BTreeSet<Digest>) -> Result<()> {
    let sql = "SELECT c.digest, c.list FROM checkpoints c JOIN runs r ON r.id = c.run WHERE r.live = 1";
    for row in sqlx::query(sql).fetch_all(tx).await? {
        let list = CheckpointManifest::parse(row.text("list")?.as_bytes()).map_err(|error| corrupt("list", &error))?;
        found.insert(row.digest("digest")?);
        found.extend(list.contents().iter().map(|content| content.digest));
    }
    Ok(())
}

/// Forgets those of runs that have ended.
pub(crate) async fn prune(tx: &mut AnyConnection) -> Result<()> {
    let sql = "DELETE FROM checkpoints WHERE run IN (SELECT c.run FROM checkpoints c JOIN runs r ON r.id = c.run \
               WHERE r.live = 0)";
    sqlx::query(sql).execute(tx).await?;
    Ok(())
}
