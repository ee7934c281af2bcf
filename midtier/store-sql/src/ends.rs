//! How runs go on and end, by the word of their hosts.

use leat_midtier::store::{End, EndKind, EventKind, OutputRecord, RunNews, Taken};
use leat_scheduler::model::{Cause, HostId, Moment, RunId, RunState};
use sqlx::{AnyConnection, AssertSqlSafe};

use crate::columns::{plain, signed};
use crate::error::Result;
use crate::host_row;
use crate::placements::{self, PlacementRow};
use crate::run_row::{self, RunRow};
use crate::statement;
use crate::transaction::Writing;

/// How many columns an output has.
const OUTPUT_COLUMNS: usize = 4;

fn actor(host: &HostId) -> String {
    format!("host {host}")
}

/// Keeps the status of a run that is at work already, which nearly every word of a host is: no state changes, so nothing
/// needs to be locked. Answers whether it was that.
pub(crate) async fn keep_status(tx: &mut AnyConnection, host: &HostId, news: &RunNews) -> Result<bool> {
    let sql = "INSERT INTO share_papers (run, host, status_json) \
               SELECT r.id, p.host, CAST($1 AS TEXT) FROM runs r \
               JOIN placements p ON p.run = r.id AND p.generation = r.generation \
               WHERE r.id = $2 AND r.state = 'running' AND r.generation = $3 AND p.host = $4 AND p.ended = 0 LIMIT 1 \
               ON CONFLICT (run, host) DO UPDATE SET status_json = COALESCE(excluded.status_json, share_papers.status_json)";
    let kept = sqlx::query(sql)
        .bind(news.status_json.as_deref().map(plain))
        .bind(news.run.as_str())
        .bind(signed(news.generation.0))
        .bind(host.as_str())
        .execute(tx)
        .await?;
    Ok(kept.rows_affected() == 1)
}

/// Takes in what [`keep_status`] did not: a run that begins to work, or a word that is refused.
pub(crate) async fn news(tx: &mut Writing, host: &HostId, news: &RunNews, now: Moment) -> Result<Taken> {
    let Some((mut run, parts)) = given(tx, host, &news.run, news.generation.0).await? else {
        return Ok(Taken::Refused);
    };
    if !run.state.is_placed() || !parts.iter().any(|part| part.host == *host && !part.ended) {
        return Ok(Taken::Refused);
    }
    if run.state == RunState::Starting && news.status_json.is_some() {
        run.turn(RunState::Running, now, "")?;
        note(tx, &run, &parts, &actor(host), now);
        run_row::save(tx, std::slice::from_ref(&run)).await?;
    }
    keep_status(tx, host, news).await?;
    Ok(Taken::Yes)
}

/// A host's share of a run has ended.
pub(crate) async fn ended(tx: &mut Writing, host: &HostId, end: &End, now: Moment) -> Result<Taken> {
    let Some((mut run, mut parts)) = given(tx, host, &end.run, end.generation.0).await? else {
        return Ok(Taken::Refused);
    };
    if parts.iter().all(|part| part.host != *host || part.ended) {
        // Said twice: hosts say it until it was answered.
        return Ok(if parts.iter().any(|part| part.host == *host) { Taken::Yes } else { Taken::Refused });
    }
    placements::end(tx, &run.id, host, end.kind, &end.reason).await?;
    for part in parts.iter_mut().filter(|part| part.host == *host && !part.ended) {
        part.ended = true;
        part.outcome = Some(end.kind);
        part.reason.clone_from(&end.reason);
    }
    keep_outputs(tx, end).await?;
    keep_report(tx, host, end).await?;
    keep_deaths(tx, end).await?;
    if end.taught {
        run.attempts_fruitful = run.attempts;
    }
    if let Some((next, reason)) = outcome(&run, &parts) {
        run.turn(next, now, &reason)?;
        note(tx, &run, &parts, &actor(host), now);
    } else {
        // Its other hosts go on, or are to stop: what is decided on it is to be decided anew.
        run.revision += 1;
    }
    run_row::save(tx, std::slice::from_ref(&run)).await?;
    free(tx, host, now).await?;
    Ok(Taken::Yes)
}

/// What an agent held is lost with it: another that speaks for the host now would begin the same attempt once more, while other hosts of
/// it, and checkpoints, are further already.
pub(crate) async fn lost_with_agent(tx: &mut Writing, host: &HostId, now: Moment) -> Result<()> {
    for run in placements::on(tx, host).await? {
        let Some(row) = run_row::find(tx, &run).await? else { continue };
        let end = End {
            run,
            generation: row.generation,
            kind: EndKind::HostFault,
            reason: format!("the agent of host {host} was started again, and what it had of the run is lost"),
            report_json: None,
            outputs: Vec::new(),
            deaths_json: None,
            taught: false,
        };
        ended(tx, host, &end, now).await?;
    }
    Ok(())
}

/// The run and the parts of its latest attempt, if that is the one the host speaks of, and the host has or had some of it.
async fn given(
    tx: &mut AnyConnection,
    host: &HostId,
    id: &RunId,
    generation: u64,
) -> Result<Option<(RunRow, Vec<PlacementRow>)>> {
    let Some(run) = run_row::find(tx, id).await?.filter(|run| run.generation.0 == generation) else {
        return Ok(None);
    };
    let parts = placements::of_latest(tx, &[id]).await?.remove(id).unwrap_or_default();
    // One that was taken away from the host has no outcome; what it still says of it is of no account.
    let has = parts.iter().any(|part| part.host == *host && (!part.ended || part.outcome.is_some()));
    Ok(has.then_some((run, parts)))
}

/// What a run becomes once all its parts have ended.
fn outcome(run: &RunRow, parts: &[PlacementRow]) -> Option<(RunState, String)> {
    if parts.iter().any(|part| !part.ended) {
        return None;
    }
    let first = |kind| parts.iter().find(|part| part.outcome == Some(kind));
    if let Some(failed) = first(EndKind::Failed) {
        return Some((RunState::Failed, failed.reason.clone()));
    }
    let Some(lost) = first(EndKind::HostFault).or_else(|| first(EndKind::Stopped)) else {
        return Some((RunState::Succeeded, String::new()));
    };
    let next = if run.cancel_requested {
        RunState::Cancelled
    } else if run.pause_requested {
        return Some((RunState::Paused, paused(run)));
    } else if lost.outcome == Some(EndKind::HostFault)
        && run.attempts.saturating_sub(run.attempts_fruitful) >= run.attempts_max
    {
        RunState::Failed
    } else {
        RunState::Recovering
    };
    Some((next, lost.reason.clone()))
}

/// Why a run rests: who wanted it to said so, and what it will go on from.
pub(crate) fn paused(run: &RunRow) -> String {
    match &run.no_checkpoints {
        Some(why) => {
            format!("{}; it will begin again from its beginning, since no checkpoint could be taken: {why}", run.reason)
        }
        None => run.reason.clone(),
    }
}

fn note(tx: &mut Writing, run: &RunRow, parts: &[PlacementRow], actor: &str, now: Moment) {
    let mut hosts: Vec<HostId> = parts.iter().filter(|part| !part.ended).map(|part| part.host.clone()).collect();
    hosts.sort();
    hosts.dedup();
    let kind = EventKind::Run { run: run.id.clone(), state: run.state, generation: run.generation, hosts };
    tx.note(now, kind, Cause { actor: actor.to_owned(), reason: run.reason.clone() });
}

async fn keep_outputs(tx: &mut AnyConnection, end: &End) -> Result<()> {
    if end.kind != EndKind::Succeeded {
        return Ok(());
    }
    for piece in statement::pieces(&end.outputs) {
        let sql = format!(
            "INSERT INTO outputs (run, path, digest, bytes) VALUES {} \
             ON CONFLICT (run, path) DO UPDATE SET digest = excluded.digest, bytes = excluded.bytes",
            statement::rows(piece.len(), OUTPUT_COLUMNS)
        );
        let mut query = sqlx::query(AssertSqlSafe(sql));
        for OutputRecord { path, digest, bytes } in piece {
            query = query.bind(end.run.as_str()).bind(plain(path)).bind(digest.to_string()).bind(signed(*bytes));
        }
        query.execute(&mut *tx).await?;
    }
    Ok(())
}

/// Keeps what a host reports of its share.
async fn keep_report(tx: &mut AnyConnection, host: &HostId, end: &End) -> Result<()> {
    let Some(report) = &end.report_json else { return Ok(()) };
    let sql = "INSERT INTO share_papers (run, host, report_json) VALUES ($1, $2, $3) \
               ON CONFLICT (run, host) DO UPDATE SET report_json = excluded.report_json";
    sqlx::query(sql).bind(end.run.as_str()).bind(host.as_str()).bind(plain(report)).execute(tx).await?;
    Ok(())
}

/// Keeps how workers of the run have died. Where two hosts of an attempt say so, the later word stands: the other's is found out again.
async fn keep_deaths(tx: &mut AnyConnection, end: &End) -> Result<()> {
    let Some(deaths) = &end.deaths_json else { return Ok(()) };
    let sql = "UPDATE runs SET deaths_json = $1 WHERE id = $2";
    sqlx::query(sql).bind(plain(deaths)).bind(end.run.as_str()).execute(tx).await?;
    Ok(())
}

/// Looks whether a host that lost a part has others.
async fn free(tx: &mut AnyConnection, id: &HostId, now: Moment) -> Result<()> {
    if placements::busy(tx, &[id]).await?.contains(id) {
        return Ok(());
    }
    if let Some(mut host) = host_row::find(tx, id).await? {
        host.is_idle(now);
        host_row::save(tx, &[host]).await?;
    }
    Ok(())
}
