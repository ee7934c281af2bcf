//! What changes in the life of a run. Every change of a run's state goes through [`RunRow::turn`].

use std::collections::BTreeMap;

use leat_scheduler::model::{Generation, Moment, RunId, RunState};
use sqlx::any::AnyRow;
use sqlx::{AnyConnection, AssertSqlSafe};

use crate::columns::{Columns, plain, signed};
use crate::error::Result;
use crate::statement;

const COLUMNS: &str = "id, state, since, reason, waits, generation, attempts, attempts_max, attempts_fruitful, \
                       cancel_requested, pause_requested, \
                       checkpoint_wanted, no_checkpoints, started, ended, revision";
/// How many columns [`save`] sets, with the run's name.
const SAVED: usize = 15;

/// What of a run may change.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct RunRow {
    pub(crate) id: RunId,
    pub(crate) state: RunState,
    pub(crate) since: Moment,
    pub(crate) reason: String,
    pub(crate) waits: Option<String>,
    pub(crate) generation: Generation,
    pub(crate) attempts: u32,
    pub(crate) attempts_max: u32,
    pub(crate) attempts_fruitful: u32,
    pub(crate) cancel_requested: bool,
    pub(crate) pause_requested: bool,
    /// The checkpoint of the latest attempt that is wanted as soon as it can be had; 0 for none.
    pub(crate) checkpoint_wanted: u64,
    /// Why the latest attempt takes none.
    pub(crate) no_checkpoints: Option<String>,
    pub(crate) started: Option<Moment>,
    pub(crate) ended: Option<Moment>,
    pub(crate) revision: u64,
}

impl RunRow {
    /// The run's state becomes `next`.
    pub(crate) fn turn(&mut self, next: RunState, now: Moment, reason: &str) -> Result<()> {
        self.state = self.state.to(next)?;
        self.since = now;
        reason.clone_into(&mut self.reason);
        self.waits = None;
        self.revision += 1;
        if next == RunState::Running {
            self.started.get_or_insert(now);
        }
        if next.is_end() {
            self.ended = Some(now);
        }
        if !next.is_placed() {
            // Said of the attempt that is over.
            (self.checkpoint_wanted, self.no_checkpoints) = (0, None);
        }
        Ok(())
    }

    fn of(row: &AnyRow) -> Result<Self> {
        Ok(RunRow {
            id: row.run_id("id")?,
            state: row.run_state("state")?,
            since: row.moment("since")?,
            reason: row.text("reason")?,
            waits: row.text_maybe("waits")?,
            generation: Generation(row.count("generation")?),
            attempts: row.small_count("attempts")?,
            attempts_max: row.small_count("attempts_max")?,
            attempts_fruitful: row.small_count("attempts_fruitful")?,
            cancel_requested: row.truth("cancel_requested")?,
            pause_requested: row.truth("pause_requested")?,
            checkpoint_wanted: row.count("checkpoint_wanted")?,
            no_checkpoints: row.text_maybe("no_checkpoints")?,
            started: row.moment_maybe("started")?,
            ended: row.moment_maybe("ended")?,
            revision: row.count("revision")?,
        })
    }
}

/// One run.
pub(crate) async fn find(tx: &mut AnyConnection, id: &RunId) -> Result<Option<RunRow>> {
    Ok(find_all(tx, std::slice::from_ref(&id)).await?.remove(id))
}

/// Those of these runs that there are.
pub(crate) async fn find_all(tx: &mut AnyConnection, ids: &[&RunId]) -> Result<BTreeMap<RunId, RunRow>> {
    let mut found = BTreeMap::new();
    for piece in statement::pieces(ids) {
        let sql = format!("SELECT {COLUMNS} FROM runs WHERE id IN {}", statement::list(1, piece.len()));
        let mut query = sqlx::query(AssertSqlSafe(sql));
        for id in piece {
            query = query.bind(id.as_str());
        }
        for row in query.fetch_all(&mut *tx).await? {
            let row = RunRow::of(&row)?;
            found.insert(row.id.clone(), row);
        }
    }
    Ok(found)
}

/// Writes runs back.
pub(crate) async fn save(tx: &mut AnyConnection, runs: &[RunRow]) -> Result<()> {
    for piece in statement::pieces(runs) {
        let sql = format!(
            "UPDATE runs SET state = v.column2, since = v.column3, reason = v.column4, waits = v.column5, \
             generation = v.column6, attempts = v.column7, cancel_requested = v.column8, started = v.column9, \
             ended = v.column10, revision = v.column11, attempts_fruitful = v.column12, \
             pause_requested = v.column13, checkpoint_wanted = v.column14, no_checkpoints = v.column15, live = CASE WHEN v.column10 IS NULL THEN 1 ELSE 0 END \
             FROM (VALUES {}) AS v WHERE runs.id = v.column1",
            statement::rows(piece.len(), SAVED)
        );
        let mut query = sqlx::query(AssertSqlSafe(sql));
        for run in piece {
            query = query
                .bind(run.id.as_str())
                .bind(run.state.name())
                .bind(run.since.0)
                .bind(plain(&run.reason))
                .bind(run.waits.as_deref().map(plain))
                .bind(signed(run.generation.0))
                .bind(i64::from(run.attempts))
                .bind(i64::from(run.cancel_requested))
                .bind(run.started.map(|at| at.0))
                .bind(run.ended.map(|at| at.0))
                .bind(signed(run.revision))
                .bind(i64::from(run.attempts_fruitful))
                .bind(i64::from(run.pause_requested))
                .bind(signed(run.checkpoint_wanted))
                .bind(run.no_checkpoints.as_deref().map(plain));
        }
        query.execute(&mut *tx).await?;
    }
    Ok(())
}
