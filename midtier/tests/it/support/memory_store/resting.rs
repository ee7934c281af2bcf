//! Runs in the store in memory that rest, what they leave, and what their hosts are told.

use std::collections::BTreeMap;

use leat_midtier::store::{
    Assigned, CheckpointRecord, CheckpointSummary, Division, EventKind, NoCheckpoints, Taken, Wished,
};
use leat_scheduler::model::{Cause, HostId, Moment, Resources, RunId, RunRecord, RunState};

use super::state::{Held, State};

impl Held {
    /// What this host of it is to hold.
    pub(super) fn assigned(&self, host: &HostId) -> Assigned {
        let record = &self.detail.summary.record;
        Assigned {
            run: record.id.clone(),
            generation: record.generation,
            bundle: self.detail.bundle,
            started: record.submitted,
            seed: self.detail.seed,
            stop: record.cancel_requested || (record.pause_requested && self.none.is_some()),
            checkpoint_wanted: u64::from(record.pause_requested),
            needs: record.parts.first().map_or(Resources::default(), |part| part.needs),
            division: division(record, host),
            checkpoint_every: self.detail.checkpoint_every,
            checkpoint: self
                .checkpoint
                .iter()
                .filter(|left| left.generation < record.generation)
                .map(|left| left.digest)
                .collect(),
            deaths_json: self.deaths_json.clone(),
            span: record.span,
        }
    }
}

/// Who has what of a run that is on several hosts.
fn division(record: &RunRecord, host: &HostId) -> Option<Division> {
    let mut shares: BTreeMap<HostId, Vec<String>> = BTreeMap::new();
    for placement in &record.placements {
        shares.entry(placement.host.clone()).or_default().push(placement.part.clone());
    }
    let mine = shares.keys().position(|with| with == host).filter(|_| shares.len() > 1)?;
    Some(Division { shares: shares.into_iter().collect(), mine, parts: record.parts.len() })
}

impl State {
    pub(super) fn pause(&mut self, id: &RunId, rests: bool, cause: &Cause, now: Moment) -> Wished {
        let Some(held) = self.runs.get_mut(id) else {
            return Wished::Unknown;
        };
        let record = &mut held.detail.summary.record;
        if record.state.is_end() || record.pause_requested == rests {
            return Wished::Unchanged;
        }
        (record.pause_requested, record.revision) = (rests, record.revision + 1);
        let now_is = record.state;
        if !rests && now_is == RunState::Paused {
            self.turn(id, RunState::Queued, cause.clone(), now);
        } else if now_is.is_waiting() {
            self.turn(id, RunState::Paused, cause.clone(), now);
        } else if rests {
            self.tell(now, EventKind::PauseRequested { run: id.clone() }, cause.clone());
        }
        Wished::Done
    }

    pub(super) fn keep_checkpoint(&mut self, host: &HostId, checkpoint: &CheckpointRecord, now: Moment) -> Taken {
        let Some(held) = self.held(host, &checkpoint.run, checkpoint.generation) else {
            return Taken::Refused;
        };
        held.checkpoint = Some(checkpoint.clone());
        let CheckpointRecord { generation, number, list, .. } = checkpoint;
        let kept = CheckpointSummary { generation: *generation, number: *number, bytes: list.bytes(), kept: now };
        held.detail.checkpoint = Some(kept);
        held.detail.summary.record.attempts_fruitful = held.detail.summary.record.attempts;
        Taken::Yes
    }

    pub(super) fn no_checkpoints(&mut self, host: &HostId, none: &NoCheckpoints) -> Taken {
        let Some(held) = self.held(host, &none.run, none.generation) else {
            return Taken::Refused;
        };
        held.none.clone_from(&none.why);
        Taken::Yes
    }
}
