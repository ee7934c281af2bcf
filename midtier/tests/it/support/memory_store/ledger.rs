//! The scheduler's side of the store in memory: decisions become true here.

use async_trait::async_trait;
use leat_scheduler::ledger::{Committed, Decision, Epoch, Leadership, Ledger, LedgerError, Observation};
use leat_scheduler::model::{Cause, Moment, PowerState, RunState};

use super::MemoryStore;
use super::state::State;

fn of_scheduler(reason: &str) -> Cause {
    Cause { actor: "scheduler".to_owned(), reason: reason.to_owned() }
}

impl State {
    fn is_stale(&self, decision: &Decision) -> bool {
        match decision {
            Decision::Place { run, revision, .. }
            | Decision::Recover { run, revision, .. }
            | Decision::Fail { run, revision, .. }
            | Decision::Cancel { run, revision } => {
                self.runs.get(run).is_none_or(|held| held.detail.summary.record.revision != *revision)
            }
            Decision::Waits { run, .. } => !self.runs.contains_key(run),
            Decision::Power { host, revision, .. } => {
                self.hosts.get(host).is_none_or(|host| host.revision != *revision)
            }
        }
    }

    fn decide(&mut self, decision: &Decision, now: Moment) {
        match decision {
            Decision::Place { run, generation, placements, .. } => {
                let record = &mut self.runs.get_mut(run).unwrap().detail.summary.record;
                (record.generation, record.attempts) = (*generation, record.attempts + 1);
                record.placements.clone_from(placements);
                self.turn(run, RunState::Starting, of_scheduler("placed"), now);
            }
            Decision::Recover { run, reason, .. } => {
                self.runs.get_mut(run).unwrap().ends.clear();
                self.turn(run, RunState::Recovering, of_scheduler(reason), now);
            }
            Decision::Fail { run, reason, .. } => self.turn(run, RunState::Failed, of_scheduler(reason), now),
            Decision::Cancel { run, .. } => self.turn(run, RunState::Cancelled, of_scheduler("cancelled"), now),
            Decision::Waits { run, reason } => {
                self.runs.get_mut(run).unwrap().detail.summary.waits = Some(reason.clone());
            }
            Decision::Power { host, state, failures, reason, .. } => {
                let record = self.hosts.get_mut(host).unwrap();
                (record.state, record.failures, record.since) = (*state, *failures, now);
                (record.reason, record.revision) = (reason.clone(), record.revision + 1);
                if *state == PowerState::Starting {
                    record.power_requested = None;
                }
                self.host_event(host, state.name(), of_scheduler(reason), now);
            }
        }
    }
}

#[async_trait]
impl Ledger for MemoryStore {
    async fn observe(&self) -> Result<Observation, LedgerError> {
        let state = self.state();
        let live = || state.runs.values().filter(|held| !held.detail.summary.record.state.is_end());
        let runs = live().map(|held| held.detail.summary.record.clone()).collect();
        let faulty = live().filter(|held| !held.faults.is_empty());
        let faults = faulty.map(|held| (held.detail.summary.record.id.clone(), held.faults.clone())).collect();
        Ok(Observation { hosts: state.hosts.values().cloned().collect(), runs, faults })
    }

    async fn commit(&self, epoch: Epoch, now: Moment, decisions: &[Decision]) -> Result<Committed, LedgerError> {
        let mut state = self.state();
        if state.lead.as_ref().is_none_or(|lead| lead.epoch != epoch) {
            return Ok(Committed::Deposed);
        }
        let mut done = Vec::new();
        for decision in decisions {
            let is_stale = state.is_stale(decision);
            if !is_stale {
                state.decide(decision, now);
            }
            done.push(!is_stale);
        }
        Ok(Committed::Done(done))
    }

    async fn leadership(&self) -> Result<Leadership, LedgerError> {
        let nobody = Leadership { epoch: Epoch(0), holder: String::new(), beat: 0 };
        Ok(self.state().lead.clone().unwrap_or(nobody))
    }

    async fn take_lead(&self, holder: &str, seen: &Leadership) -> Result<Option<Epoch>, LedgerError> {
        if self.leadership().await? != *seen {
            return Ok(None);
        }
        let epoch = Epoch(seen.epoch.0 + 1);
        self.state().lead = Some(Leadership { epoch, holder: holder.to_owned(), beat: 0 });
        Ok(Some(epoch))
    }

    async fn keep_lead(&self, epoch: Epoch) -> Result<bool, LedgerError> {
        let mut state = self.state();
        let lead = state.lead.as_mut().filter(|lead| lead.epoch == epoch);
        Ok(lead.map(|lead| lead.beat += 1).is_some())
    }
}
