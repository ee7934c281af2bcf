//! Reads hosts and runs as the scheduler sees them.

use std::collections::BTreeMap;

use leat_scheduler::ledger::Observation;
use leat_scheduler::model::{Constraints, Generation, HostRecord, Part, Placement, RunId, RunRecord};
use sqlx::AnyConnection;
use sqlx::any::AnyRow;

use crate::columns::{Columns, corrupt};
use crate::error::Result;
use crate::host_row::{boot_time, power_requested};
use crate::json::{ConstraintsJson, PartJson, merged};
use crate::placements;

/// Every host, and every run that has not ended.
pub(crate) async fn observe(tx: &mut AnyConnection) -> Result<Observation> {
    let hosts = hosts(tx).await?;
    let mut live = placements::all_live(tx).await?;
    // `live = 1` stands in the text, so that SQLite sees that the index of such runs serves.
    let sql = "SELECT id, group_name, user_name, priority, submitted, state, since, generation, attempts, attempts_max, \
               attempts_fruitful, parts, asks, cancel_requested, pause_requested, revision, traceparent FROM runs WHERE live = 1 ORDER BY id";
    let rows = sqlx::query(sql).fetch_all(&mut *tx).await?;
    let runs = rows.iter().map(|row| run_record(row, &mut live)).collect::<Result<_>>()?;
    Ok(Observation { hosts, runs, faults: placements::faults(tx).await? })
}

/// A run, with what lives of its placements.
pub(crate) fn run_record(row: &AnyRow, live: &mut BTreeMap<RunId, Vec<Placement>>) -> Result<RunRecord> {
    let id = row.run_id("id")?;
    let parts: Vec<PartJson> = row.json("parts")?;
    let priority = row.int("priority")?;
    Ok(RunRecord {
        placements: live.remove(&id).unwrap_or_default(),
        id,
        group: row.text("group_name")?,
        user: row.text("user_name")?,
        priority: i32::try_from(priority).map_err(|_| corrupt("priority", &priority))?,
        submitted: row.moment("submitted")?,
        state: row.run_state("state")?,
        since: row.moment("since")?,
        generation: Generation(row.count("generation")?),
        attempts: row.small_count("attempts")?,
        attempts_max: row.small_count("attempts_max")?,
        attempts_fruitful: row.small_count("attempts_fruitful")?,
        parts: parts.into_iter().map(Part::from).collect(),
        constraints: Constraints::from(row.json::<ConstraintsJson>("asks")?),
        cancel_requested: row.truth("cancel_requested")?,
        pause_requested: row.truth("pause_requested")?,
        span: row.span("traceparent")?,
        revision: row.count("revision")?,
    })
}

/// Every host, in the order of their names.
pub(crate) async fn hosts(tx: &mut AnyConnection) -> Result<Vec<HostRecord>> {
    let sql = "SELECT id, declared, said, state, since, reason, failures, beat, idle_since, up_since, boot_time, \
               keep_on_until, drain_requested, power_requested, revision FROM hosts ORDER BY id";
    sqlx::query(sql).fetch_all(tx).await?.iter().map(host_record).collect()
}

fn host_record(row: &AnyRow) -> Result<HostRecord> {
    let machine = merged(row.json_maybe("declared")?, row.json_maybe("said")?);
    Ok(HostRecord {
        id: row.host_id("id")?,
        labels: machine.labels,
        region: machine.region,
        architecture: machine.architecture,
        capacity: machine.capacity.into(),
        power: machine.power,
        cost_per_hour: machine.cost_per_hour,
        state: row.power_state("state")?,
        since: row.moment("since")?,
        reason: row.text("reason")?,
        failures: row.small_count("failures")?,
        beat: row.count("beat")?,
        idle_since: row.moment_maybe("idle_since")?,
        up_since: row.moment_maybe("up_since")?,
        boot_time: boot_time(row)?,
        keep_on_until: row.moment_maybe("keep_on_until")?,
        drain_requested: row.truth("drain_requested")?,
        power_requested: power_requested(row)?,
        revision: row.count("revision")?,
    })
}
