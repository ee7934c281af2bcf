//! Makes the scheduler's decisions true: reads what they are about, decides in memory, writes what has changed.

mod round;

use std::collections::BTreeSet;

use leat_scheduler::ledger::{Committed, Decision, Epoch};
use leat_scheduler::model::{HostId, Moment, RunId};
use sqlx::{AnyConnection, AssertSqlSafe};

use crate::error::Result;
use crate::host_row;
use crate::lead;
use crate::placements::{self, Placed};
use crate::run_row;
use crate::statement;
use crate::transaction::Writing;
use round::Round;

pub(crate) async fn commit(tx: &mut Writing, epoch: Epoch, now: Moment, decisions: &[Decision]) -> Result<Committed> {
    if lead::leadership(tx).await?.epoch != epoch {
        return Ok(Committed::Deposed);
    }
    let mut round = load(tx, now, decisions).await?;
    let done: Result<Vec<bool>> = decisions.iter().map(|decision| round.decide(decision)).collect();
    let done = done?;
    write(tx, round, now).await?;
    Ok(Committed::Done(done))
}

/// Reads every run and host that the decisions are about.
async fn load(tx: &mut AnyConnection, now: Moment, decisions: &[Decision]) -> Result<Round> {
    let (mut runs, mut hosts) = (BTreeSet::<&RunId>::new(), BTreeSet::<&HostId>::new());
    // Runs that may be on hosts now.
    let mut placed = BTreeSet::<&RunId>::new();
    for decision in decisions {
        match decision {
            Decision::Place { run, placements, .. } => {
                runs.insert(run);
                hosts.extend(placements.iter().map(|placement| &placement.host));
            }
            Decision::Recover { run, .. } | Decision::Fail { run, .. } | Decision::Cancel { run, .. } => {
                runs.insert(run);
                placed.insert(run);
            }
            Decision::Waits { run, .. } => {
                runs.insert(run);
            }
            Decision::Power { host, .. } => {
                hosts.insert(host);
            }
        }
    }
    let placed: Vec<&RunId> = placed.into_iter().collect();
    let parts = placements::of_latest(tx, &placed).await?;
    hosts.extend(parts.values().flatten().map(|part| &part.host));
    let runs: Vec<&RunId> = runs.into_iter().collect();
    let runs = run_row::find_all(tx, &runs).await?;
    let hosts: Vec<&HostId> = hosts.into_iter().collect();
    let hosts = host_row::find_all(tx, &hosts).await?;
    Ok(Round::new(now, runs, hosts, parts))
}

/// Writes what has changed.
async fn write(tx: &mut Writing, mut round: Round, now: Moment) -> Result<()> {
    let removed: Vec<&RunId> = round.removed.iter().collect();
    placements::remove(tx, &removed).await?;
    let placed: Vec<Placed<'_>> = round
        .placed
        .iter()
        .map(|(run, generation, placements)| Placed { run, generation: *generation, placements })
        .collect();
    placements::insert(tx, &placed).await?;
    let again: Vec<&RunId> = round.placed.iter().map(|(run, ..)| run).filter(|run| round.is_again(run)).collect();
    forget_papers(tx, &again).await?;
    let freed: Vec<&HostId> = round.freed.iter().collect();
    let busy = placements::busy(tx, &freed).await?;
    round.settle(&busy);
    run_row::save(tx, &round.changed_runs()).await?;
    host_row::save(tx, &round.changed_hosts()).await?;
    for event in round.events {
        tx.note(now, event.kind, event.cause);
    }
    Ok(())
}

/// What an attempt has said is of no account once the next one begins.
async fn forget_papers(tx: &mut AnyConnection, runs: &[&RunId]) -> Result<()> {
    for piece in statement::pieces(runs) {
        let list = statement::list(1, piece.len());
        for sql in [
            format!("UPDATE run_papers SET log_bytes = 0 WHERE run IN {list}"),
            format!("DELETE FROM share_papers WHERE run IN {list}"),
            format!("DELETE FROM log_pieces WHERE run IN {list}"),
            format!("DELETE FROM outputs WHERE run IN {list}"),
        ] {
            let mut query = sqlx::query(AssertSqlSafe(sql));
            for run in piece {
                query = query.bind(run.as_str());
            }
            query.execute(&mut *tx).await?;
        }
    }
    Ok(())
}
