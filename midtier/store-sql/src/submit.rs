//! Takes in runs.

use leat_bundle::Hasher;
use leat_midtier::store::{EventKind, NewRun, Submitted};
use leat_scheduler::model::{Cause, RunState};
use serde::Serialize;
use sqlx::AnyConnection;

use crate::columns::{Columns, plain};
use crate::error::Result;
use crate::json::{self, ConstraintsJson};
use crate::transaction::Writing;

/// What makes a submission the same one: everything but the run's name, the time and the span.
#[derive(Serialize)]
struct Submission<'a> {
    process: &'a str,
    bundle: String,
    group: &'a str,
    priority: i32,
    attempts_max: u32,
    parts: String,
    asks: ConstraintsJson,
    seed: u64,
    checkpoint_every_ms: Option<u128>,
    retry_of: Option<&'a str>,
}

/// A text that is the same for the same submission.
fn submission(run: &NewRun) -> String {
    let submission = Submission {
        process: &run.process,
        bundle: run.bundle.to_string(),
        group: &run.group,
        priority: run.priority,
        attempts_max: run.attempts_max,
        parts: json::parts(&run.parts),
        asks: (&run.constraints).into(),
        seed: run.seed,
        checkpoint_every_ms: run.checkpoint_every.map(|every| every.as_millis()),
        retry_of: run.retry_of.as_ref().map(|id| id.as_str()),
    };
    let mut hasher = Hasher::default();
    hasher.update(json::text(&submission).as_bytes());
    hasher.finish().to_string()
}

pub(crate) async fn submit(tx: &mut Writing, run: &NewRun) -> Result<Submitted> {
    let submission = submission(run);
    if let Some(known) = known(tx, run, &submission).await? {
        return Ok(known);
    }
    insert(tx, run, &submission).await?;
    sqlx::query("INSERT INTO run_papers (run, log_bytes) VALUES ($1, 0)")
        .bind(run.id.as_str())
        .execute(&mut **tx)
        .await?;
    let cause = Cause { actor: run.user.clone(), reason: String::new() };
    tx.note(run.submitted, EventKind::Submitted { run: run.id.clone() }, cause);
    Ok(Submitted::New)
}

/// The run that was submitted with this key; or with this name, by a caller that got no answer the first time.
async fn known(tx: &mut AnyConnection, run: &NewRun, submission: &str) -> Result<Option<Submitted>> {
    let sql = "SELECT id, submission, 0 AS place FROM runs WHERE user_name = $1 AND idempotency_key = $2 \
               UNION ALL SELECT id, submission, 1 AS place FROM runs WHERE id = $3 ORDER BY place LIMIT 1";
    let row = sqlx::query(sql)
        .bind(plain(&run.user))
        .bind(run.idempotency_key.as_deref().map(plain))
        .bind(run.id.as_str())
        .fetch_optional(tx)
        .await?;
    let Some(row) = row else { return Ok(None) };
    let id = row.run_id("id")?;
    Ok(Some(if row.text("submission")? == submission { Submitted::Known(id) } else { Submitted::KeyInUse(id) }))
}

async fn insert(tx: &mut AnyConnection, run: &NewRun, submission: &str) -> Result<()> {
    let sql = "INSERT INTO runs (id, process, bundle, user_name, group_name, priority, submitted, attempts_max, parts, \
               asks, seed, retry_of, idempotency_key, submission, state, live, since, reason, generation, attempts, \
               cancel_requested, revision, traceparent, checkpoint_every) \
               VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, 1, $7, '', 0, 0, 0, 1, $16, $17)";
    sqlx::query(sql)
        .bind(run.id.as_str())
        .bind(plain(&run.process))
        .bind(run.bundle.to_string())
        .bind(plain(&run.user))
        .bind(plain(&run.group))
        .bind(i64::from(run.priority))
        .bind(run.submitted.0)
        .bind(i64::from(run.attempts_max))
        .bind(json::parts(&run.parts))
        .bind(json::text(&ConstraintsJson::from(&run.constraints)))
        .bind(run.seed.cast_signed())
        .bind(run.retry_of.as_ref().map(|id| id.as_str()))
        .bind(run.idempotency_key.as_deref().map(plain))
        .bind(submission)
        .bind(RunState::Queued.name())
        .bind(run.span.map(|span| span.to_string()))
        .bind(run.checkpoint_every.map(|every| i64::try_from(every.as_millis()).unwrap_or(i64::MAX)))
        .execute(tx)
        .await?;
    Ok(())
}
