//! The table of events.

use leat_midtier::store::{Event, EventKind};
use leat_scheduler::model::{Cause, Generation, HostId, RunId};
use sqlx::any::AnyRow;
use sqlx::{AnyConnection, AssertSqlSafe};

use crate::columns::{Columns, corrupt, plain, signed};
use crate::error::Result;
use crate::json;
use crate::statement;
use crate::transaction::Noted;

/// How many columns an event has.
const COLUMNS: usize = 10;
/// How many events one call answers at most.
const EVENTS_MAX: u32 = 10_000;

/// An event's kind in its columns.
#[derive(Default)]
struct Kind<'a> {
    kind: &'static str,
    run: Option<&'a RunId>,
    host: Option<&'a HostId>,
    what: &'a str,
    generation: Generation,
    hosts: &'a [HostId],
}

impl<'a> Kind<'a> {
    fn of(kind: &'a EventKind) -> Self {
        match kind {
            EventKind::Submitted { run } => Kind { kind: "submitted", run: Some(run), ..Kind::default() },
            EventKind::CancelRequested { run } => Kind { kind: "cancel requested", run: Some(run), ..Kind::default() },
            EventKind::PauseRequested { run } => Kind { kind: "pause requested", run: Some(run), ..Kind::default() },
            EventKind::Run { run, state, generation, hosts } => Kind {
                kind: "run",
                run: Some(run),
                what: state.name(),
                generation: *generation,
                hosts,
                ..Kind::default()
            },
            EventKind::Host { host, what } => Kind { kind: "host", host: Some(host), what, ..Kind::default() },
        }
    }
}

/// Writes events with the numbers that follow `last`.
pub(crate) async fn insert(tx: &mut AnyConnection, last: u64, events: &[Noted]) -> Result<()> {
    let mut number = signed(last);
    for piece in statement::pieces(events) {
        let sql = format!(
            "INSERT INTO events (number, at, kind, run, host, what, generation, hosts, actor, reason) VALUES {}",
            statement::rows(piece.len(), COLUMNS)
        );
        let mut query = sqlx::query(AssertSqlSafe(sql));
        for event in piece {
            number += 1;
            let kind = Kind::of(&event.kind);
            query = query
                .bind(number)
                .bind(event.at.0)
                .bind(kind.kind)
                .bind(kind.run.map(RunId::as_str))
                .bind(kind.host.map(HostId::as_str))
                .bind(kind.what)
                .bind(signed(kind.generation.0))
                .bind(json::hosts(kind.hosts))
                .bind(plain(&event.cause.actor))
                .bind(plain(&event.cause.reason));
        }
        query.execute(&mut *tx).await?;
    }
    Ok(())
}

/// At most `limit` events after number `after`, of one run or of all.
pub(crate) async fn list(tx: &mut AnyConnection, run: Option<&RunId>, after: u64, limit: u32) -> Result<Vec<Event>> {
    let of_run = if run.is_some() { "AND run = $3" } else { "" };
    let sql = format!(
        "SELECT number, at, kind, run, host, what, generation, hosts, actor, reason FROM events \
         WHERE number > $1 {of_run} ORDER BY number LIMIT $2"
    );
    let mut query = sqlx::query(AssertSqlSafe(sql)).bind(signed(after)).bind(i64::from(limit.min(EVENTS_MAX)));
    if let Some(run) = run {
        query = query.bind(run.as_str());
    }
    query.fetch_all(tx).await?.iter().map(event).collect()
}

/// The number of the last event.
pub(crate) async fn last(tx: &mut AnyConnection) -> Result<u64> {
    sqlx::query("SELECT last_event FROM counters WHERE one = 1").fetch_one(tx).await?.count("last_event")
}

fn event(row: &AnyRow) -> Result<Event> {
    let kind = match row.text("kind")?.as_str() {
        "submitted" => EventKind::Submitted { run: row.run_id("run")? },
        "cancel requested" => EventKind::CancelRequested { run: row.run_id("run")? },
        "pause requested" => EventKind::PauseRequested { run: row.run_id("run")? },
        "run" => {
            let hosts: Vec<String> = row.json("hosts")?;
            let hosts: std::result::Result<_, _> = hosts.iter().map(|name| HostId::parse(name)).collect();
            EventKind::Run {
                run: row.run_id("run")?,
                state: row.run_state("what")?,
                generation: Generation(row.count("generation")?),
                hosts: hosts.map_err(|error| corrupt("hosts", &error))?,
            }
        }
        "host" => EventKind::Host { host: row.host_id("host")?, what: row.text("what")? },
        other => return Err(corrupt("kind", &other)),
    };
    let cause = Cause { actor: row.text("actor")?, reason: row.text("reason")? };
    Ok(Event { number: row.count("number")?, at: row.moment("at")?, kind, cause })
}
