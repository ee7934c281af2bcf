//! What changes of a host, but for its beat, which changes without a transaction that locks.

use std::collections::BTreeMap;
use std::time::Duration;

use leat_scheduler::model::{HostId, Moment, PowerRequest, PowerState};
use sqlx::any::AnyRow;
use sqlx::{AnyConnection, AssertSqlSafe};

use crate::columns::{Columns, corrupt, plain, signed};
use crate::error::Result;
use crate::statement;

const COLUMNS: &str = "id, state, since, reason, failures, incarnation, idle_since, up_since, boot_time, keep_on_until, \
                       drain_requested, power_requested, revision";
/// How many columns [`save`] sets, with the host's name.
const SAVED: usize = 13;

/// What of a host may change.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct HostRow {
    pub(crate) id: HostId,
    pub(crate) state: PowerState,
    pub(crate) since: Moment,
    pub(crate) reason: String,
    pub(crate) failures: u32,
    pub(crate) incarnation: Option<String>,
    pub(crate) idle_since: Option<Moment>,
    pub(crate) up_since: Option<Moment>,
    pub(crate) boot_time: Option<Duration>,
    pub(crate) keep_on_until: Option<Moment>,
    pub(crate) drain_requested: bool,
    pub(crate) power_requested: Option<PowerRequest>,
    pub(crate) revision: u64,
}

impl HostRow {
    /// The host's state becomes `next`, and what follows from it.
    pub(crate) fn turn(&mut self, next: PowerState, now: Moment, reason: &str) {
        if next.is_up() && !self.state.is_up() {
            if self.state == PowerState::Starting {
                self.boot_time = Some(now.since(self.since));
            }
            self.up_since = Some(now);
            // It was idle before it was up, too; what counts for switching it off is how long it was up for nothing.
            self.idle_since = self.idle_since.map(|_| now);
        }
        if matches!(next, PowerState::Off | PowerState::Starting | PowerState::Stopping) {
            self.up_since = None;
        }
        if matches!(next, PowerState::Off | PowerState::Starting | PowerState::Failed) {
            // An agent that is up all the same is refused from here on, and says anew that it is.
            self.incarnation = None;
        }
        let begun = match next {
            PowerState::Starting | PowerState::Ready => Some(PowerRequest::On),
            PowerState::Draining | PowerState::Stopping | PowerState::Off => Some(PowerRequest::Off),
            PowerState::Failed => None,
        };
        if begun.is_some() && self.power_requested == begun {
            self.power_requested = None;
        }
        self.state = next;
        self.since = now;
        reason.clone_into(&mut self.reason);
        self.revision += 1;
    }

    /// It has a run.
    pub(crate) fn is_busy(&mut self) {
        if self.idle_since.take().is_some() {
            self.revision += 1;
        }
    }

    /// It has no run any more.
    pub(crate) fn is_idle(&mut self, now: Moment) {
        if self.idle_since.is_none() {
            self.idle_since = Some(now);
            self.revision += 1;
        }
    }

    fn of(row: &AnyRow) -> Result<Self> {
        Ok(HostRow {
            id: row.host_id("id")?,
            state: row.power_state("state")?,
            since: row.moment("since")?,
            reason: row.text("reason")?,
            failures: row.small_count("failures")?,
            incarnation: row.text_maybe("incarnation")?,
            idle_since: row.moment_maybe("idle_since")?,
            up_since: row.moment_maybe("up_since")?,
            boot_time: boot_time(row)?,
            keep_on_until: row.moment_maybe("keep_on_until")?,
            drain_requested: row.truth("drain_requested")?,
            power_requested: power_requested(row)?,
            revision: row.count("revision")?,
        })
    }
}

/// The column `boot_time`.
pub(crate) fn boot_time(row: &AnyRow) -> Result<Option<Duration>> {
    Ok(row.int_maybe("boot_time")?.map(|micros| Duration::from_micros(micros.unsigned_abs())))
}

/// The column `power_requested`.
pub(crate) fn power_requested(row: &AnyRow) -> Result<Option<PowerRequest>> {
    match row.text_maybe("power_requested")?.as_deref() {
        None => Ok(None),
        Some("on") => Ok(Some(PowerRequest::On)),
        Some("off") => Ok(Some(PowerRequest::Off)),
        Some(other) => Err(corrupt("power_requested", &other)),
    }
}

/// A wish in its column and in events.
pub(crate) fn request_name(request: PowerRequest) -> &'static str {
    match request {
        PowerRequest::On => "on",
        PowerRequest::Off => "off",
    }
}

/// One host.
pub(crate) async fn find(tx: &mut AnyConnection, id: &HostId) -> Result<Option<HostRow>> {
    Ok(find_all(tx, std::slice::from_ref(&id)).await?.remove(id))
}

/// Those of these hosts that there are.
pub(crate) async fn find_all(tx: &mut AnyConnection, ids: &[&HostId]) -> Result<BTreeMap<HostId, HostRow>> {
    let mut found = BTreeMap::new();
    for piece in statement::pieces(ids) {
        let sql = format!("SELECT {COLUMNS} FROM hosts WHERE id IN {}", statement::list(1, piece.len()));
        let mut query = sqlx::query(AssertSqlSafe(sql));
        for id in piece {
            query = query.bind(id.as_str());
        }
        for row in query.fetch_all(&mut *tx).await? {
            let row = HostRow::of(&row)?;
            found.insert(row.id.clone(), row);
        }
    }
    Ok(found)
}

/// Writes hosts back.
pub(crate) async fn save(tx: &mut AnyConnection, hosts: &[HostRow]) -> Result<()> {
    for piece in statement::pieces(hosts) {
        let sql = format!(
            "UPDATE hosts SET state = v.column2, since = v.column3, reason = v.column4, failures = v.column5, \
             incarnation = v.column6, idle_since = v.column7, up_since = v.column8, boot_time = v.column9, \
             keep_on_until = v.column10, drain_requested = v.column11, power_requested = v.column12, \
             revision = v.column13 FROM (VALUES {}) AS v WHERE hosts.id = v.column1",
            statement::rows(piece.len(), SAVED)
        );
        let mut query = sqlx::query(AssertSqlSafe(sql));
        for host in piece {
            query = query
                .bind(host.id.as_str())
                .bind(host.state.name())
                .bind(host.since.0)
                .bind(plain(&host.reason))
                .bind(i64::from(host.failures))
                .bind(host.incarnation.as_deref().map(plain))
                .bind(host.idle_since.map(|at| at.0))
                .bind(host.up_since.map(|at| at.0))
                .bind(host.boot_time.map(|time| i64::try_from(time.as_micros()).unwrap_or(i64::MAX)))
                .bind(host.keep_on_until.map(|at| at.0))
                .bind(i64::from(host.drain_requested))
                .bind(host.power_requested.map(request_name))
                .bind(signed(host.revision));
        }
        query.execute(&mut *tx).await?;
    }
    Ok(())
}
