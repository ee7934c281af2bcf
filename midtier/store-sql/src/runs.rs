//! Reads runs as people see them.

use std::collections::BTreeMap;

use leat_midtier::store::{OutputRecord, PageOf, Papers, RunDetail, RunFilter, RunSummary};
use leat_scheduler::model::{HostId, Placement, RunId, RunState};
use sqlx::any::AnyRow;
use sqlx::{AnyConnection, AssertSqlSafe};

use crate::columns::{Columns, plain};
use crate::error::Result;
use crate::observe::run_record;
use crate::placements;
use crate::{checkpoints, statement};

const COLUMNS: &str = "id, process, bundle, user_name, group_name, priority, submitted, attempts_max, parts, asks, seed, \
                       retry_of, state, since, reason, waits, generation, attempts, attempts_fruitful, cancel_requested, pause_requested, started, ended, \
                       revision, traceparent, checkpoint_every";
/// How many runs a page has at most.
const PAGE_MAX: u32 = 1000;

/// All of one run.
pub(crate) async fn one(tx: &mut AnyConnection, id: &RunId) -> Result<Option<RunDetail>> {
    let sql = format!("SELECT {COLUMNS} FROM runs WHERE id = $1");
    let row = sqlx::query(AssertSqlSafe(sql)).bind(id.as_str()).fetch_optional(&mut *tx).await?;
    let Some(row) = row else { return Ok(None) };
    let summary = summaries(tx, std::slice::from_ref(&row)).await?.remove(0);
    let ended = summary.ended.is_some();
    Ok(Some(RunDetail {
        bundle: row.digest("bundle")?,
        seed: row.int("seed")?.cast_unsigned(),
        checkpoint_every: row.span_of_time("checkpoint_every")?,
        retry_of: row.text_maybe("retry_of")?.map(|_| row.run_id("retry_of")).transpose()?,
        papers: papers(tx, id, ended).await?,
        // What some parts have published is the run's only once all have ended well.
        outputs: if summary.record.state == RunState::Succeeded { outputs(tx, id).await? } else { Vec::new() },
        checkpoint: checkpoints::newest(tx, id).await?,
        summary,
    }))
}

/// A page of runs, the latest first.
pub(crate) async fn page(tx: &mut AnyConnection, filter: &RunFilter) -> Result<PageOf<RunSummary>> {
    let limit = if filter.limit == 0 { PAGE_MAX } else { filter.limit.min(PAGE_MAX) };
    let mut rows = Vec::new();
    if filter.states.is_empty() {
        rows = of_filter(tx, filter, None, limit).await?;
    }
    // State by state, since each comes in order from its index; of several together all would have to be sorted.
    for state in RunState::ALL.into_iter().filter(|state| filter.states.contains(state)) {
        rows.extend(of_filter(tx, filter, Some(state), limit).await?);
    }
    let mut rows = rows.into_iter().map(|row| Ok((row.text("id")?, row))).collect::<Result<Vec<_>>>()?;
    rows.sort_by(|(one, _), (other, _)| other.cmp(one));
    let more = rows.len() > limit as usize;
    let rows: Vec<AnyRow> = rows.into_iter().take(limit as usize).map(|(_, row)| row).collect();
    Ok(PageOf { items: summaries(tx, &rows).await?, more })
}

/// The latest runs of a filter that are in a state, one more than asked for: that one tells whether there are more.
async fn of_filter(
    tx: &mut AnyConnection,
    filter: &RunFilter,
    state: Option<RunState>,
    limit: u32,
) -> Result<Vec<AnyRow>> {
    let conditions = [
        ("state =", state.map(RunState::name)),
        ("user_name =", filter.user.as_deref()),
        ("process =", filter.process.as_deref()),
        ("id <", filter.before.as_ref().map(RunId::as_str)),
    ];
    let (mut sql, mut texts) = (format!("SELECT {COLUMNS} FROM runs WHERE 1 = 1"), Vec::new());
    for (column, text) in conditions {
        if let Some(text) = text {
            texts.push(text);
            sql.push_str(&format!(" AND {column} ${}", texts.len()));
        }
    }
    if let Some(groups) = &filter.groups {
        sql.push_str(&of_groups(texts.len() + 1, groups.len()));
        texts.extend(groups.iter().map(String::as_str));
    }
    sql.push_str(&format!(" ORDER BY id DESC LIMIT ${}", texts.len() + 1));
    let mut query = sqlx::query(AssertSqlSafe(sql));
    for text in texts {
        query = query.bind(plain(text));
    }
    Ok(query.bind(i64::from(limit) + 1).fetch_all(tx).await?)
}

/// ` AND group_name IN ($3, $4)`, from this parameter on. Of one group the rows come in order from their index.
pub(crate) fn of_groups(from: usize, groups: usize) -> String {
    match groups {
        0 => " AND 1 = 0".to_owned(),
        1 => format!(" AND group_name = ${from}"),
        more => format!(" AND group_name IN {}", statement::list(from, more)),
    }
}

/// The runs that are on a host, in the order of their names.
pub(crate) async fn on_host(tx: &mut AnyConnection, host: &HostId) -> Result<Vec<RunSummary>> {
    let sql = format!(
        "SELECT {COLUMNS} FROM runs WHERE id IN (SELECT run FROM placements WHERE ended = 0 AND host = $1) ORDER BY id"
    );
    let rows = sqlx::query(AssertSqlSafe(sql)).bind(host.as_str()).fetch_all(&mut *tx).await?;
    summaries(tx, &rows).await
}

/// How many runs are in each state.
pub(crate) async fn counts(tx: &mut AnyConnection) -> Result<BTreeMap<String, u64>> {
    let rows = sqlx::query("SELECT state, count(*) AS runs FROM runs GROUP BY state").fetch_all(tx).await?;
    rows.iter().map(|row| Ok((row.text("state")?, row.count("runs")?))).collect()
}

async fn summaries(tx: &mut AnyConnection, rows: &[AnyRow]) -> Result<Vec<RunSummary>> {
    let mut placed = Vec::new();
    for row in rows {
        if row.run_state("state")?.is_placed() {
            placed.push(row.run_id("id")?);
        }
    }
    let placed: Vec<&RunId> = placed.iter().collect();
    let mut live: BTreeMap<RunId, Vec<Placement>> = BTreeMap::new();
    for (run, placements) in placements::of_latest(tx, &placed).await? {
        let placements = placements.into_iter().filter(|placement| !placement.ended);
        live.insert(run, placements.map(|one| Placement { part: one.part, host: one.host }).collect());
    }
    rows.iter()
        .map(|row| {
            Ok(RunSummary {
                record: run_record(row, &mut live)?,
                process: row.text("process")?,
                started: row.moment_maybe("started")?,
                ended: row.moment_maybe("ended")?,
                reason: row.text("reason")?,
                waits: row.text_maybe("waits")?,
            })
        })
        .collect()
}

/// What the hosts of a run say of it, in the order of their names.
async fn papers(tx: &mut AnyConnection, run: &RunId, ended: bool) -> Result<Vec<Papers>> {
    let sql = "SELECT status_json, report_json FROM share_papers WHERE run = $1 ORDER BY host";
    let rows = sqlx::query(sql).bind(run.as_str()).fetch_all(tx).await?;
    let papers = rows.iter().map(|row| {
        Ok(Papers {
            status_json: row.text_maybe("status_json")?,
            report_json: row.text_maybe("report_json")?.filter(|_| ended),
        })
    });
    papers.collect()
}

async fn outputs(tx: &mut AnyConnection, run: &RunId) -> Result<Vec<OutputRecord>> {
    let sql = "SELECT path, digest, bytes FROM outputs WHERE run = $1 ORDER BY path";
    let rows = sqlx::query(sql).bind(run.as_str()).fetch_all(tx).await?;
    rows.iter()
        .map(|row| {
            Ok(OutputRecord { path: row.text("path")?, digest: row.digest("digest")?, bytes: row.count("bytes")? })
        })
        .collect()
}
