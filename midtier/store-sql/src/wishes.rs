//! What people wish of runs and hosts. A wish of a run that waits is done at once; the others are the scheduler's and the
//! hosts' to fulfil.

use leat_midtier::store::{EventKind, Wished};
use leat_scheduler::model::{Cause, HostId, Moment, PowerRequest, PowerState, RunId, RunState};

use crate::checkpoints;
use crate::error::Result;
use crate::host_row::{self, HostRow};
use crate::placements;
use crate::run_row;
use crate::transaction::Writing;

pub(crate) async fn cancel(tx: &mut Writing, id: &RunId, cause: &Cause, now: Moment) -> Result<Wished> {
    let Some(mut run) = run_row::find(tx, id).await? else { return Ok(Wished::Unknown) };
    if run.state.is_end() || run.cancel_requested {
        return Ok(Wished::Unchanged);
    }
    run.cancel_requested = true;
    if !run.state.is_placed() {
        run.turn(RunState::Cancelled, now, &cause.reason)?;
        let kind = EventKind::Run { run: id.clone(), state: run.state, generation: run.generation, hosts: Vec::new() };
        tx.note(now, kind, cause.clone());
    } else {
        run.reason.clone_from(&cause.reason);
        run.revision += 1;
        tx.note(now, EventKind::CancelRequested { run: id.clone() }, cause.clone());
    }
    run_row::save(tx, &[run]).await?;
    Ok(Wished::Done)
}

/// A run is to rest, or to go on. One that is at work takes a checkpoint and is stopped then.
pub(crate) async fn pause(tx: &mut Writing, id: &RunId, rests: bool, cause: &Cause, now: Moment) -> Result<Wished> {
    let Some(mut run) = run_row::find(tx, id).await? else { return Ok(Wished::Unknown) };
    if run.state.is_end() || run.cancel_requested || run.pause_requested == rests {
        return Ok(Wished::Unchanged);
    }
    run.pause_requested = rests;
    let next = match (run.state, rests) {
        (state, true) if state.is_waiting() => Some(RunState::Paused),
        (RunState::Paused, false) if run.attempts == 0 => Some(RunState::Queued),
        (RunState::Paused, false) => Some(RunState::Recovering),
        _ => None,
    };
    if let Some(next) = next {
        run.turn(next, now, &cause.reason)?;
        let kind = EventKind::Run { run: id.clone(), state: run.state, generation: run.generation, hosts: Vec::new() };
        tx.note(now, kind, cause.clone());
    } else {
        run.reason.clone_from(&cause.reason);
        run.revision += 1;
        if rests {
            checkpoints::want(tx, &mut run).await?;
            tx.note(now, EventKind::PauseRequested { run: id.clone() }, cause.clone());
        }
    }
    run_row::save(tx, &[run]).await?;
    Ok(Wished::Done)
}

/// What is at work on a host that is to be left takes a checkpoint, to be gone on from elsewhere.
async fn leave(tx: &mut Writing, host: &HostId) -> Result<()> {
    for id in placements::on(tx, host).await? {
        if let Some(mut run) = run_row::find(tx, &id).await? {
            checkpoints::want(tx, &mut run).await?;
            run_row::save(tx, &[run]).await?;
        }
    }
    Ok(())
}

/// A wish of a host: changes it and says what it was, or leaves it as it is.
async fn wish(
    tx: &mut Writing,
    id: &HostId,
    cause: &Cause,
    now: Moment,
    change: impl FnOnce(&mut HostRow) -> Option<&'static str> + Send,
) -> Result<Wished> {
    let Some(mut host) = host_row::find(tx, id).await? else { return Ok(Wished::Unknown) };
    let Some(what) = change(&mut host) else { return Ok(Wished::Unchanged) };
    host.revision += 1;
    tx.note(now, EventKind::Host { host: id.clone(), what: what.to_owned() }, cause.clone());
    host_row::save(tx, &[host]).await?;
    Ok(Wished::Done)
}

pub(crate) async fn drain(tx: &mut Writing, id: &HostId, drain: bool, cause: &Cause, now: Moment) -> Result<Wished> {
    if drain {
        leave(tx, id).await?;
    }
    wish(tx, id, cause, now, |host| {
        if host.drain_requested == drain {
            return None;
        }
        host.drain_requested = drain;
        Some(if drain { "drain requested" } else { "drain taken back" })
    })
    .await
}

pub(crate) async fn power(
    tx: &mut Writing,
    id: &HostId,
    wish_of: PowerRequest,
    cause: &Cause,
    now: Moment,
) -> Result<Wished> {
    if wish_of == PowerRequest::Off {
        leave(tx, id).await?;
    }
    wish(tx, id, cause, now, |host| {
        // A host that is already on its way there needs no wish; one the other way is taken back.
        let stands = match wish_of {
            PowerRequest::On => matches!(host.state, PowerState::Ready | PowerState::Starting),
            PowerRequest::Off => matches!(host.state, PowerState::Off | PowerState::Stopping),
        };
        let wanted = (!stands).then_some(wish_of);
        if host.power_requested == wanted {
            return None;
        }
        host.power_requested = wanted;
        Some(match wish_of {
            PowerRequest::On => "power on requested",
            PowerRequest::Off => "power off requested",
        })
    })
    .await
}

pub(crate) async fn keep_on(
    tx: &mut Writing,
    id: &HostId,
    until: Option<Moment>,
    cause: &Cause,
    now: Moment,
) -> Result<Wished> {
    wish(tx, id, cause, now, |host| {
        if host.keep_on_until == until {
            return None;
        }
        host.keep_on_until = until;
        Some(if until.is_some() { "kept on" } else { "kept on no longer" })
    })
    .await
}
