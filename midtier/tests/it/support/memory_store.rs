//! A store in memory, for tests of the API: small, and faithful to what the port promises. The product's stores are tested by
//! their own contract suite.

mod accounts;
mod auditing;
mod grants;
mod ledger;
mod logins;
mod resting;
mod state;

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Mutex, MutexGuard};

use async_trait::async_trait;
use leat_bundle::Digest;
use leat_midtier::store::{
    Assigned, BundleRecord, CheckpointRecord, End, EndKind, Enlistment, Event, EventKind, LogPiece, NewRun,
    NoCheckpoints, ObjectVersion, PageOf, ProcessFilter, ProcessRecord, Pruning, RunDetail, RunFilter, RunNews,
    RunSummary, Store, StoreError, Submitted, Taken, Wished,
};
use leat_scheduler::model::{Cause, HostId, HostRecord, Moment, PowerRequest, PowerState, RunId, RunState};

use state::{Held, State, by_host, new_detail};

#[derive(Default)]
pub(crate) struct MemoryStore(Mutex<State>);

impl MemoryStore {
    /// As if its server were gone, or came back.
    pub(crate) fn set_away(&self, is_away: bool) {
        self.state().is_away = is_away;
    }

    /// A run as it was submitted.
    pub(crate) fn submitted(&self, run: &RunId) -> NewRun {
        self.state().runs[run].submission.clone()
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.0.lock().unwrap()
    }

    fn reached(&self) -> Result<MutexGuard<'_, State>, StoreError> {
        let state = self.state();
        if state.is_away { Err(StoreError::Unavailable("postgres://secret@db".to_owned())) } else { Ok(state) }
    }
}

#[async_trait]
impl Store for MemoryStore {
    async fn put_bundle(&self, bundle: &BundleRecord) -> Result<(), StoreError> {
        self.reached()?.bundles.entry(bundle.digest).or_insert_with(|| bundle.clone());
        Ok(())
    }

    async fn bundle(&self, digest: Digest) -> Result<Option<BundleRecord>, StoreError> {
        Ok(self.reached()?.bundles.get(&digest).cloned())
    }

    async fn note_process(&self, process: &ProcessRecord) -> Result<(), StoreError> {
        let mut state = self.reached()?;
        let noted = state.processes.entry((process.process.clone(), process.group.clone()));
        let noted = noted.or_insert_with(|| process.clone());
        if noted.created < process.created {
            *noted = process.clone();
        }
        Ok(())
    }

    async fn processes(&self, filter: &ProcessFilter) -> Result<PageOf<ProcessRecord>, StoreError> {
        let state = self.reached()?;
        let is_in = |(place, process): &(&(String, String), &ProcessRecord)| {
            filter.groups.as_ref().is_none_or(|groups| groups.contains(&process.group))
                && filter.process.as_ref().is_none_or(|name| *name == process.process)
                && filter.after.as_ref().is_none_or(|after| *place > after)
        };
        let limit = if filter.limit == 0 { 1_000 } else { filter.limit as usize };
        let found = state.processes.iter().filter(is_in).map(|(_, process)| process.clone());
        let mut items: Vec<ProcessRecord> = found.take(limit + 1).collect();
        let more = items.len() > limit;
        items.truncate(limit);
        Ok(PageOf { items, more })
    }

    async fn submit(&self, run: &NewRun) -> Result<Submitted, StoreError> {
        let mut state = self.reached()?;
        let same_key = |held: &&Held| {
            held.submission.user == run.user
                && run.idempotency_key.is_some()
                && held.submission.idempotency_key == run.idempotency_key
        };
        if let Some(held) = state.runs.values().find(same_key) {
            let id = held.submission.id.clone();
            let NewRun { submitted, span, .. } = held.submission;
            let same = NewRun { id: id.clone(), submitted, span, ..run.clone() } == held.submission;
            return Ok(if same { Submitted::Known(id) } else { Submitted::KeyInUse(id) });
        }
        let held = Held {
            detail: new_detail(run),
            submission: run.clone(),
            ends: Vec::new(),
            faults: BTreeSet::new(),
            checkpoint: None,
            none: None,
            deaths_json: None,
            said: Vec::new(),
        };
        state.runs.insert(run.id.clone(), held);
        let cause = Cause { actor: run.user.clone(), reason: String::new() };
        state.tell(run.submitted, EventKind::Submitted { run: run.id.clone() }, cause);
        Ok(Submitted::New)
    }

    async fn run(&self, id: &RunId) -> Result<Option<RunDetail>, StoreError> {
        Ok(self.reached()?.runs.get(id).map(|held| held.detail.clone()))
    }

    async fn runs(&self, filter: &RunFilter) -> Result<PageOf<RunSummary>, StoreError> {
        let state = self.reached()?;
        let is_in = |summary: &&RunSummary| {
            let record = &summary.record;
            (filter.states.is_empty() || filter.states.contains(&record.state))
                && filter.user.as_ref().is_none_or(|user| *user == record.user)
                && filter.groups.as_ref().is_none_or(|groups| groups.contains(&record.group))
                && filter.process.as_ref().is_none_or(|process| *process == summary.process)
                && filter.before.as_ref().is_none_or(|before| record.id < *before)
        };
        let found = state.runs.values().rev().map(|held| &held.detail.summary).filter(is_in);
        let limit = if filter.limit == 0 { 1_000 } else { filter.limit as usize };
        let mut items: Vec<RunSummary> = found.take(limit + 1).cloned().collect();
        let more = items.len() > limit;
        items.truncate(limit);
        Ok(PageOf { items, more })
    }

    async fn run_counts(&self) -> Result<BTreeMap<String, u64>, StoreError> {
        let mut counts = BTreeMap::new();
        for held in self.reached()?.runs.values() {
            *counts.entry(held.detail.summary.record.state.name().to_owned()).or_default() += 1;
        }
        Ok(counts)
    }

    async fn cancel(&self, id: &RunId, cause: &Cause, now: Moment) -> Result<Wished, StoreError> {
        let mut state = self.reached()?;
        let Some(held) = state.runs.get_mut(id) else {
            return Ok(Wished::Unknown);
        };
        let record = &mut held.detail.summary.record;
        if record.state.is_end() || record.cancel_requested {
            return Ok(Wished::Unchanged);
        }
        (record.cancel_requested, record.revision) = (true, record.revision + 1);
        let waits = record.state.is_waiting();
        state.tell(now, EventKind::CancelRequested { run: id.clone() }, cause.clone());
        if waits {
            state.turn(id, RunState::Cancelled, cause.clone(), now);
        }
        Ok(Wished::Done)
    }

    async fn pause(&self, id: &RunId, rests: bool, cause: &Cause, now: Moment) -> Result<Wished, StoreError> {
        Ok(self.reached()?.pause(id, rests, cause, now))
    }

    async fn events(&self, run: Option<&RunId>, after: u64, limit: u32) -> Result<Vec<Event>, StoreError> {
        let state = self.reached()?;
        let is_of = |event: &&Event| {
            let of = match &event.kind {
                EventKind::Submitted { run }
                | EventKind::Run { run, .. }
                | EventKind::CancelRequested { run }
                | EventKind::PauseRequested { run } => Some(run),
                EventKind::Host { .. } => None,
            };
            event.number > after && (run.is_none() || run == of)
        };
        Ok(state.events.iter().filter(is_of).take(limit as usize).cloned().collect())
    }

    async fn last_event(&self) -> Result<u64, StoreError> {
        Ok(self.reached()?.events.len() as u64)
    }

    async fn append_log(&self, piece: &LogPiece, bytes_max: u64) -> Result<bool, StoreError> {
        let mut state = self.reached()?;
        let of_run = state.logs.iter().filter(|((run, ..), _)| *run == piece.run);
        let bytes: u64 = of_run.map(|(_, text)| text.len() as u64).sum();
        let log = state.logs.entry((piece.run.clone(), piece.generation, piece.node.clone())).or_default();
        let fits = bytes + piece.text.len() as u64 <= bytes_max && log.len() as u64 == piece.offset;
        if fits {
            log.extend_from_slice(&piece.text);
        }
        Ok(fits)
    }

    async fn logged_nodes(&self, run: &RunId) -> Result<Vec<String>, StoreError> {
        let state = self.reached()?;
        let generation = state.runs.get(run).map(|held| held.detail.summary.record.generation);
        let keys = state.logs.keys().filter(|(of, attempt, _)| of == run && Some(*attempt) == generation);
        Ok(keys.map(|(.., node)| node.clone()).collect())
    }

    async fn log(&self, run: &RunId, node: &str, offset: u64, limit: u32) -> Result<Vec<u8>, StoreError> {
        let state = self.reached()?;
        let generation = state.runs.get(run).map(|held| held.detail.summary.record.generation).unwrap_or_default();
        let log = state.logs.get(&(run.clone(), generation, node.to_owned()));
        let rest = log.and_then(|log| log.get(usize::try_from(offset).unwrap_or(usize::MAX)..)).unwrap_or_default();
        Ok(rest[..rest.len().min(limit as usize)].to_vec())
    }

    async fn enlist(&self, host: &Enlistment, now: Moment) -> Result<(), StoreError> {
        let mut state = self.reached()?;
        let id = host.host.id.clone();
        let new = HostRecord { state: PowerState::Off, ..host.host.clone() };
        let record = state.hosts.entry(id.clone()).or_insert(new);
        let (power_state, beat) = (record.state, record.beat);
        let up = if power_state.is_up() { power_state } else { PowerState::Ready };
        let since = if power_state == up { record.since } else { now };
        *record = HostRecord { state: up, since, beat: beat + 1, up_since: Some(now), ..host.host.clone() };
        state.incarnations.insert(id.clone(), host.incarnation.clone());
        state.host_event(&id, up.name(), by_host(&id, "its agent is here"), now);
        Ok(())
    }

    async fn incarnation(&self, host: &HostId) -> Result<Option<(String, u64)>, StoreError> {
        let state = self.reached()?;
        let incarnation = state.incarnations.get(host).cloned();
        Ok(incarnation.map(|incarnation| (incarnation, state.hosts[host].beat)))
    }

    async fn beat(&self, host: &HostId, incarnation: &str) -> Result<Taken, StoreError> {
        let mut state = self.reached()?;
        if state.incarnations.get(host).map(String::as_str) != Some(incarnation) {
            return Ok(Taken::Refused);
        }
        state.hosts.get_mut(host).unwrap().beat += 1;
        Ok(Taken::Yes)
    }

    async fn farewell(&self, host: &HostId, incarnation: &str, now: Moment) -> Result<Taken, StoreError> {
        if self.beat(host, incarnation).await? == Taken::Refused {
            return Ok(Taken::Refused);
        }
        let mut state = self.reached()?;
        state.incarnations.remove(host);
        let record = state.hosts.get_mut(host).unwrap();
        (record.state, record.since) = (PowerState::Off, now);
        state.host_event(host, "off", by_host(host, "its agent has ended"), now);
        Ok(Taken::Yes)
    }

    async fn assigned(&self, host: &HostId) -> Result<Vec<Assigned>, StoreError> {
        let state = self.reached()?;
        let here = |held: &&Held| {
            let placed = held.detail.summary.record.placements.iter().any(|placement| placement.host == *host);
            placed && !held.ends.iter().any(|(ended, _)| ended == host)
        };
        Ok(state.runs.values().filter(here).map(|held| held.assigned(host)).collect())
    }

    async fn run_news(&self, host: &HostId, news: &RunNews, now: Moment) -> Result<Taken, StoreError> {
        let mut state = self.reached()?;
        let Some(held) = state.held(host, &news.run, news.generation) else {
            return Ok(Taken::Refused);
        };
        let begins = news.status_json.is_some() && held.detail.summary.record.state == RunState::Starting;
        if news.status_json.is_some() {
            held.papers(host).status_json.clone_from(&news.status_json);
        }
        if begins {
            state.turn(&news.run, RunState::Running, by_host(host, ""), now);
        }
        Ok(Taken::Yes)
    }

    async fn run_ended(&self, host: &HostId, end: &End, now: Moment) -> Result<Taken, StoreError> {
        let mut state = self.reached()?;
        let Some(held) = state.held(host, &end.run, end.generation) else {
            return Ok(Taken::Refused);
        };
        held.ends.push((host.clone(), end.kind));
        if end.kind == EndKind::HostFault {
            held.faults.insert(host.clone());
        }
        held.deaths_json = end.deaths_json.clone().or(held.deaths_json.take());
        held.detail.outputs.extend(end.outputs.iter().cloned());
        if end.report_json.is_some() {
            held.papers(host).report_json.clone_from(&end.report_json);
        }
        let record = &held.detail.summary.record;
        let next = match end.kind {
            EndKind::Succeeded => RunState::Succeeded,
            EndKind::Failed => RunState::Failed,
            EndKind::Stopped if record.cancel_requested => RunState::Cancelled,
            EndKind::Stopped if record.pause_requested => RunState::Paused,
            EndKind::HostFault if record.attempts >= record.attempts_max => RunState::Failed,
            EndKind::Stopped | EndKind::HostFault => RunState::Recovering,
        };
        if record.placements.len() == held.ends.len() {
            held.ends.clear();
            state.turn(&end.run, next, by_host(host, &end.reason), now);
        }
        Ok(Taken::Yes)
    }

    async fn keep_checkpoint(
        &self,
        host: &HostId,
        checkpoint: &CheckpointRecord,
        now: Moment,
    ) -> Result<Taken, StoreError> {
        Ok(self.reached()?.keep_checkpoint(host, checkpoint, now))
    }

    async fn order_checkpoints(&self, _now: Moment) -> Result<u64, StoreError> {
        // No run here is on several hosts.
        Ok(0)
    }

    async fn no_checkpoints(&self, host: &HostId, none: &NoCheckpoints) -> Result<Taken, StoreError> {
        Ok(self.reached()?.no_checkpoints(host, none))
    }

    async fn declare_hosts(&self, hosts: &[HostRecord]) -> Result<(), StoreError> {
        let mut state = self.reached()?;
        for host in hosts {
            state.hosts.insert(host.id.clone(), HostRecord { state: PowerState::Off, ..host.clone() });
        }
        Ok(())
    }

    async fn hosts(&self) -> Result<Vec<HostRecord>, StoreError> {
        Ok(self.reached()?.hosts.values().cloned().collect())
    }

    async fn runs_on(&self, host: &HostId) -> Result<Vec<RunSummary>, StoreError> {
        let state = self.reached()?;
        let on = |summary: &&RunSummary| summary.record.placements.iter().any(|placement| placement.host == *host);
        Ok(state.runs.values().map(|held| &held.detail.summary).filter(on).cloned().collect())
    }

    async fn drain(&self, host: &HostId, drain: bool, cause: &Cause, now: Moment) -> Result<Wished, StoreError> {
        Ok(self.reached()?.wish(host, ("drain requested", cause, now), |record| record.drain_requested = drain))
    }

    async fn power(&self, host: &HostId, wish: PowerRequest, cause: &Cause, now: Moment) -> Result<Wished, StoreError> {
        Ok(self.reached()?.wish(host, ("power requested", cause, now), |record| record.power_requested = Some(wish)))
    }

    async fn keep_on(
        &self,
        host: &HostId,
        until: Option<Moment>,
        cause: &Cause,
        now: Moment,
    ) -> Result<Wished, StoreError> {
        Ok(self.reached()?.wish(host, ("kept on", cause, now), |record| record.keep_on_until = until))
    }

    async fn put_object(&self, object: &ObjectVersion) -> Result<ObjectVersion, StoreError> {
        let mut state = self.reached()?;
        let versions = state.objects.entry(object.name.clone()).or_default();
        if let Some(known) = versions.iter().find(|known| known.digest == object.digest) {
            return Ok(known.clone());
        }
        let kept = ObjectVersion { version: versions.len() as u64 + 1, ..object.clone() };
        versions.push(kept.clone());
        Ok(kept)
    }

    async fn objects(&self) -> Result<Vec<ObjectVersion>, StoreError> {
        Ok(self.reached()?.objects.values().filter_map(|versions| versions.last()).cloned().collect())
    }

    async fn object_versions(&self, name: &str) -> Result<Vec<ObjectVersion>, StoreError> {
        Ok(self
            .reached()?
            .objects
            .get(name)
            .map(|versions| versions.iter().rev().cloned().collect())
            .unwrap_or_default())
    }

    async fn ping(&self) -> Result<(), StoreError> {
        self.reached().map(drop)
    }

    async fn prune(&self, _: &Pruning) -> Result<u64, StoreError> {
        Ok(0)
    }

    async fn referred(&self) -> Result<Vec<Digest>, StoreError> {
        Ok(Vec::new())
    }
}
