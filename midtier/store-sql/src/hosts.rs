//! Hosts, as the configuration declares them and as their agents speak.

use leat_midtier::store::{Enlistment, EventKind, Taken};
use leat_scheduler::model::{Cause, HostId, HostRecord, Moment, PowerRequest, PowerState};
use sqlx::{AnyConnection, AssertSqlSafe};

use crate::columns::{Columns, plain};
use crate::ends;
use crate::error::Result;
use crate::host_row;
use crate::json::{self, MachineJson};
use crate::placements;
use crate::transaction::Writing;

/// Who says what a host is.
#[derive(Clone, Copy)]
enum Side {
    Configuration,
    Agent,
}

impl Side {
    fn column(self) -> &'static str {
        match self {
            Side::Configuration => "declared",
            Side::Agent => "said",
        }
    }
}

pub(crate) async fn declare(tx: &mut Writing, hosts: &[HostRecord]) -> Result<()> {
    for host in hosts {
        if add(tx, host, Side::Configuration, host.since).await? {
            let cause = Cause { actor: "configuration".to_owned(), reason: String::new() };
            tx.note(host.since, became(&host.id, PowerState::Off), cause);
        } else {
            describe(tx, host, Side::Configuration).await?;
        }
    }
    Ok(())
}

pub(crate) async fn enlist(tx: &mut Writing, enlistment: &Enlistment, now: Moment) -> Result<()> {
    let host = &enlistment.host;
    if !add(tx, host, Side::Agent, now).await? {
        describe(tx, host, Side::Agent).await?;
    }
    let Some(mut row) = host_row::find(tx, &host.id).await? else { return Ok(()) };
    // One that was told to go off does so, though its session broke meanwhile and it opens another.
    let goes_off = row.state == PowerState::Stopping && has_power(tx, &host.id).await?;
    if !row.state.is_up() && !goes_off {
        row.turn(PowerState::Ready, now, "");
        tx.note(now, became(&host.id, PowerState::Ready), by(&host.id, ""));
    }
    if !placements::busy(tx, &[&host.id]).await?.contains(&host.id) {
        row.is_idle(now);
    }
    let before = row.incarnation.replace(enlistment.incarnation.clone());
    let is_another = before.as_ref().is_some_and(|before| *before != enlistment.incarnation);
    if before.as_ref() != Some(&enlistment.incarnation) {
        row.revision += 1;
    }
    host_row::save(tx, &[row]).await?;
    live(tx, &host.id, &enlistment.incarnation).await?;
    if is_another {
        ends::lost_with_agent(tx, &host.id, now).await?;
    }
    Ok(())
}

pub(crate) async fn incarnation(tx: &mut AnyConnection, host: &HostId) -> Result<Option<(String, u64)>> {
    let sql = "SELECT incarnation, beat FROM hosts WHERE id = $1 AND incarnation IS NOT NULL";
    let row = sqlx::query(sql).bind(host.as_str()).fetch_optional(tx).await?;
    row.map(|row| Ok((row.text("incarnation")?, row.count("beat")?))).transpose()
}

/// Counts an agent's beat.
pub(crate) async fn live(tx: &mut AnyConnection, host: &HostId, incarnation: &str) -> Result<Taken> {
    let sql = "UPDATE hosts SET beat = beat + 1 WHERE id = $1 AND incarnation = $2";
    let beaten = sqlx::query(sql).bind(host.as_str()).bind(plain(incarnation)).execute(tx).await?;
    Ok(if beaten.rows_affected() == 1 { Taken::Yes } else { Taken::Refused })
}

pub(crate) async fn farewell(tx: &mut Writing, id: &HostId, incarnation: &str, now: Moment) -> Result<Taken> {
    let row = host_row::find(tx, id).await?;
    let Some(mut row) = row.filter(|row| row.incarnation.as_deref() == Some(incarnation)) else {
        return Ok(Taken::Refused);
    };
    let asked = matches!(row.state, PowerState::Stopping | PowerState::Draining)
        || row.power_requested == Some(PowerRequest::Off);
    // A host that Leat does not switch comes and goes as it likes.
    let (next, reason) = if asked || !has_power(tx, id).await? {
        (PowerState::Off, "")
    } else {
        row.failures = row.failures.saturating_add(1);
        (PowerState::Failed, "its agent ended without being asked to")
    };
    row.incarnation = None;
    row.turn(next, now, reason);
    tx.note(now, became(id, next), by(id, reason));
    host_row::save(tx, &[row]).await?;
    Ok(Taken::Yes)
}

fn became(host: &HostId, state: PowerState) -> EventKind {
    EventKind::Host { host: host.clone(), what: state.name().to_owned() }
}

fn by(host: &HostId, reason: &str) -> Cause {
    Cause { actor: format!("host {host}"), reason: reason.to_owned() }
}

/// Adds a host, as `off`, if there is none of this name. Answers whether it was added.
async fn add(tx: &mut AnyConnection, host: &HostRecord, side: Side, now: Moment) -> Result<bool> {
    let sql = format!(
        "INSERT INTO hosts (id, {}, state, since, reason, failures, beat, idle_since, drain_requested, revision) \
         VALUES ($1, $2, $3, $4, '', 0, 0, $4, 0, 1) ON CONFLICT (id) DO NOTHING",
        side.column()
    );
    let added = sqlx::query(AssertSqlSafe(sql))
        .bind(host.id.as_str())
        .bind(json::text(&MachineJson::from(host)))
        .bind(PowerState::Off.name())
        .bind(now.0)
        .execute(tx)
        .await?;
    Ok(added.rows_affected() == 1)
}

/// Writes down what one side says of a host, if it says something new.
async fn describe(tx: &mut AnyConnection, host: &HostRecord, side: Side) -> Result<()> {
    let column = side.column();
    let sql = format!(
        "UPDATE hosts SET {column} = $1, revision = revision + 1 WHERE id = $2 AND ({column} IS NULL OR {column} <> $1)"
    );
    let machine = json::text(&MachineJson::from(host));
    sqlx::query(AssertSqlSafe(sql)).bind(machine).bind(host.id.as_str()).execute(tx).await?;
    Ok(())
}

/// Whether Leat can switch a host.
async fn has_power(tx: &mut AnyConnection, id: &HostId) -> Result<bool> {
    let sql = "SELECT declared, said FROM hosts WHERE id = $1";
    let row = sqlx::query(sql).bind(id.as_str()).fetch_one(tx).await?;
    Ok(json::merged(row.json_maybe("declared")?, row.json_maybe("said")?).power.is_some())
}
