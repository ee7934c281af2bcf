//! Where parts of runs are and were. A placement lives until its part has ended; of a run that is not placed none lives.

use std::collections::{BTreeMap, BTreeSet};

use leat_midtier::store::EndKind;
use leat_scheduler::model::{Generation, HostId, Placement, RunId};
use sqlx::any::AnyRow;
use sqlx::{AnyConnection, AssertSqlSafe};

use crate::columns::{Columns, corrupt, plain, signed};
use crate::error::Result;
use crate::statement;

/// How many columns a placement has.
const COLUMNS: usize = 7;

/// A part of an attempt on a host.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct PlacementRow {
    pub(crate) run: RunId,
    pub(crate) part: String,
    pub(crate) host: HostId,
    pub(crate) ended: bool,
    /// How it ended; nothing while it lives, and where it was taken away.
    pub(crate) outcome: Option<EndKind>,
    /// Why, for a person.
    pub(crate) reason: String,
}

/// An attempt's placements, all alive.
pub(crate) struct Placed<'a> {
    pub(crate) run: &'a RunId,
    pub(crate) generation: Generation,
    pub(crate) placements: &'a [Placement],
}

fn outcome_name(kind: EndKind) -> &'static str {
    match kind {
        EndKind::Succeeded => "succeeded",
        EndKind::Failed => "failed",
        EndKind::Stopped => "stopped",
        EndKind::HostFault => "host fault",
    }
}

fn outcome(row: &AnyRow) -> Result<Option<EndKind>> {
    let kinds = [EndKind::Succeeded, EndKind::Failed, EndKind::Stopped, EndKind::HostFault];
    let Some(name) = row.text_maybe("outcome")? else { return Ok(None) };
    let kind = kinds.into_iter().find(|kind| outcome_name(*kind) == name);
    kind.map(Some).ok_or_else(|| corrupt("outcome", &name))
}

impl PlacementRow {
    fn of(row: &AnyRow) -> Result<Self> {
        Ok(PlacementRow {
            run: row.run_id("run")?,
            part: row.text("part")?,
            host: row.host_id("host")?,
            ended: row.truth("ended")?,
            outcome: outcome(row)?,
            reason: row.text("reason")?,
        })
    }
}

/// Every placement of the latest attempts of these runs, in the order of the parts' names.
pub(crate) async fn of_latest(tx: &mut AnyConnection, runs: &[&RunId]) -> Result<BTreeMap<RunId, Vec<PlacementRow>>> {
    let mut found: BTreeMap<RunId, Vec<PlacementRow>> = BTreeMap::new();
    for piece in statement::pieces(runs) {
        let sql = format!(
            "SELECT p.run, p.part, p.host, p.ended, p.outcome, p.reason FROM placements p \
             JOIN runs r ON r.id = p.run AND r.generation = p.generation WHERE p.run IN {} ORDER BY p.run, p.part",
            statement::list(1, piece.len())
        );
        let mut query = sqlx::query(AssertSqlSafe(sql));
        for run in piece {
            query = query.bind(run.as_str());
        }
        for row in query.fetch_all(&mut *tx).await? {
            let placement = PlacementRow::of(&row)?;
            found.entry(placement.run.clone()).or_default().push(placement);
        }
    }
    Ok(found)
}

/// Every placement that lives, by run.
pub(crate) async fn all_live(tx: &mut AnyConnection) -> Result<BTreeMap<RunId, Vec<Placement>>> {
    let sql = "SELECT run, part, host FROM placements WHERE ended = 0 ORDER BY run, part";
    let mut found: BTreeMap<RunId, Vec<Placement>> = BTreeMap::new();
    for row in sqlx::query(sql).fetch_all(tx).await? {
        let placement = Placement { part: row.text("part")?, host: row.host_id("host")? };
        found.entry(row.run_id("run")?).or_default().push(placement);
    }
    Ok(found)
}

/// The runs that have something alive on a host.
pub(crate) async fn on(tx: &mut AnyConnection, host: &HostId) -> Result<BTreeSet<RunId>> {
    let sql = "SELECT DISTINCT run FROM placements WHERE ended = 0 AND host = $1";
    sqlx::query(sql).bind(host.as_str()).fetch_all(tx).await?.iter().map(|row| row.run_id("run")).collect()
}

/// The hosts by whose fault earlier attempts of runs ended that have not ended themselves.
pub(crate) async fn faults(tx: &mut AnyConnection) -> Result<BTreeMap<RunId, BTreeSet<HostId>>> {
    // `live = 1` for the index of such runs; most of them were placed once or never, which spares the look at theirs.
    let sql = "SELECT DISTINCT p.run, p.host FROM runs r JOIN placements p ON p.run = r.id \
               WHERE r.live = 1 AND r.attempts > 0 AND p.outcome = $1";
    let mut found: BTreeMap<RunId, BTreeSet<HostId>> = BTreeMap::new();
    for row in sqlx::query(sql).bind(outcome_name(EndKind::HostFault)).fetch_all(tx).await? {
        found.entry(row.run_id("run")?).or_default().insert(row.host_id("host")?);
    }
    Ok(found)
}

/// Those of these hosts that some part lives on.
pub(crate) async fn busy(tx: &mut AnyConnection, hosts: &[&HostId]) -> Result<BTreeSet<HostId>> {
    let mut found = BTreeSet::new();
    for piece in statement::pieces(hosts) {
        let sql = format!(
            "SELECT DISTINCT host FROM placements WHERE ended = 0 AND host IN {}",
            statement::list(1, piece.len())
        );
        let mut query = sqlx::query(AssertSqlSafe(sql));
        for host in piece {
            query = query.bind(host.as_str());
        }
        for row in query.fetch_all(&mut *tx).await? {
            found.insert(row.host_id("host")?);
        }
    }
    Ok(found)
}

/// Writes down new attempts.
pub(crate) async fn insert(tx: &mut AnyConnection, placed: &[Placed<'_>]) -> Result<()> {
    let rows: Vec<(&Placed<'_>, &Placement)> =
        placed.iter().flat_map(|placed| placed.placements.iter().map(move |one| (placed, one))).collect();
    for piece in statement::pieces(&rows) {
        let sql = format!(
            "INSERT INTO placements (run, generation, part, host, ended, outcome, reason) VALUES {}",
            statement::rows(piece.len(), COLUMNS)
        );
        let mut query = sqlx::query(AssertSqlSafe(sql));
        for (placed, one) in piece {
            query = query
                .bind(placed.run.as_str())
                .bind(signed(placed.generation.0))
                .bind(plain(&one.part))
                .bind(one.host.as_str())
                .bind(0_i64)
                .bind(None::<&str>)
                .bind("");
        }
        query.execute(&mut *tx).await?;
    }
    Ok(())
}

/// Takes away every placement of these runs that lives.
pub(crate) async fn remove(tx: &mut AnyConnection, runs: &[&RunId]) -> Result<()> {
    for piece in statement::pieces(runs) {
        let sql =
            format!("UPDATE placements SET ended = 1 WHERE ended = 0 AND run IN {}", statement::list(1, piece.len()));
        let mut query = sqlx::query(AssertSqlSafe(sql));
        for run in piece {
            query = query.bind(run.as_str());
        }
        query.execute(&mut *tx).await?;
    }
    Ok(())
}

/// All that a host has of a run has ended so.
pub(crate) async fn end(tx: &mut AnyConnection, run: &RunId, host: &HostId, kind: EndKind, reason: &str) -> Result<()> {
    sqlx::query(
        "UPDATE placements SET ended = 1, outcome = $1, reason = $2 WHERE ended = 0 AND run = $3 AND host = $4",
    )
    .bind(outcome_name(kind))
    .bind(plain(reason))
    .bind(run.as_str())
    .bind(host.as_str())
    .execute(tx)
    .await?;
    Ok(())
}
