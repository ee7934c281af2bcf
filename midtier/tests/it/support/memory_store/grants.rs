//! Grants of secrets in the store in memory.

use async_trait::async_trait;
use leat_midtier::store::{GrantRecord, Grants, StoreError, Taken};
use leat_scheduler::model::{Generation, Moment, RunId, RunState};
use leat_secrets::GrantId;

use super::MemoryStore;
use super::state::State;

impl State {
    /// Whether a grant's host still holds its attempt, and has no later grant for it.
    fn holds(&mut self, place: usize) -> bool {
        let grant = self.grants[place].clone();
        let same = |other: &GrantRecord| {
            (other.kind, &other.run, other.generation, &other.host)
                == (grant.kind, &grant.run, grant.generation, &grant.host)
        };
        let is_last = !self.grants[place + 1..].iter().any(same);
        is_last && self.held(&grant.host, &grant.run, grant.generation).is_some()
    }

    fn grants_where(&mut self, limit: u32, is_asked: impl Fn(&GrantRecord, bool) -> bool) -> Vec<GrantRecord> {
        let all = (0..self.grants.len()).map(|place| (self.holds(place), self.grants[place].clone()));
        let all: Vec<(bool, GrantRecord)> = all.collect();
        let asked = all.into_iter().filter(|(holds, grant)| is_asked(grant, *holds)).map(|(_, grant)| grant);
        asked.take(limit as usize).collect()
    }
}

#[async_trait]
impl Grants for MemoryStore {
    async fn keep_grant(&self, grant: &GrantRecord) -> Result<Taken, StoreError> {
        let mut state = self.reached()?;
        let Some(held) = state.held(&grant.host, &grant.run, grant.generation) else { return Ok(Taken::Refused) };
        held.detail.summary.waits = None;
        state.grants.push(grant.clone());
        Ok(Taken::Yes)
    }

    async fn grants_over(&self, limit: u32) -> Result<Vec<GrantRecord>, StoreError> {
        Ok(self.reached()?.grants_where(limit, |_, holds| !holds))
    }

    async fn grants_due(&self, now: Moment, limit: u32) -> Result<Vec<GrantRecord>, StoreError> {
        Ok(self.reached()?.grants_where(limit, |grant, holds| holds && grant.renew_at <= now))
    }

    async fn grant_renewed(&self, grant: &GrantId, renew_at: Moment) -> Result<(), StoreError> {
        let mut state = self.reached()?;
        let found = state.grants.iter_mut().filter(|kept| kept.id == *grant);
        found.for_each(|kept| kept.renew_at = renew_at);
        Ok(())
    }

    async fn forget_grant(&self, grant: &GrantId) -> Result<bool, StoreError> {
        let mut state = self.reached()?;
        let before = state.grants.len();
        state.grants.retain(|kept| kept.id != *grant);
        Ok(state.grants.len() < before)
    }

    async fn begins_later(&self, run: &RunId, generation: Generation, why: &str) -> Result<(), StoreError> {
        let mut state = self.reached()?;
        let Some(held) = state.runs.get_mut(run) else { return Ok(()) };
        let summary = &mut held.detail.summary;
        if summary.record.generation == generation && summary.record.state == RunState::Starting {
            summary.waits = Some(why.to_owned());
        }
        Ok(())
    }
}
