//! What the store in memory holds, and how it changes.

use std::collections::{BTreeMap, BTreeSet};

use leat_bundle::Digest;
use leat_midtier::store::{
    BundleRecord, CheckpointRecord, EndKind, Event, EventKind, GrantRecord, NewRun, ObjectVersion, Papers,
    ProcessRecord, RunDetail, RunSummary, Wished,
};
use leat_scheduler::ledger::Leadership;
use leat_scheduler::model::{Cause, Generation, HostId, HostRecord, Moment, RunId, RunRecord, RunState};

use super::auditing::Audit;

#[derive(Default)]
pub(super) struct State {
    pub(super) bundles: BTreeMap<Digest, BundleRecord>,
    /// By their names and groups.
    pub(super) processes: BTreeMap<(String, String), ProcessRecord>,
    pub(super) runs: BTreeMap<RunId, Held>,
    pub(super) events: Vec<Event>,
    pub(super) logs: BTreeMap<(RunId, Generation, String), Vec<u8>>,
    pub(super) hosts: BTreeMap<HostId, HostRecord>,
    pub(super) incarnations: BTreeMap<HostId, String>,
    pub(super) objects: BTreeMap<String, Vec<ObjectVersion>>,
    /// Accounts, roles and tokens.
    pub(super) known: super::accounts::Known,
    /// Logins.
    pub(super) begun: super::logins::Begun,
    pub(super) lead: Option<Leadership>,
    pub(super) grants: Vec<GrantRecord>,
    pub(super) is_away: bool,
    pub(super) audit: Audit,
}

pub(super) struct Held {
    pub(super) detail: RunDetail,
    pub(super) submission: NewRun,
    /// Hosts of the latest attempt that have said how it ended.
    pub(super) ends: Vec<(HostId, EndKind)>,
    /// Hosts by whose fault attempts ended.
    pub(super) faults: BTreeSet<HostId>,
    /// What the run's next attempt goes on from.
    pub(super) checkpoint: Option<CheckpointRecord>,
    /// Why its latest attempt leaves nothing.
    pub(super) none: Option<String>,
    /// How workers of the run have died, as hosts count it.
    pub(super) deaths_json: Option<String>,
    /// Hosts of the latest attempt that have said something, in the order of `detail.papers`.
    pub(super) said: Vec<HostId>,
}

impl Held {
    /// What a host says.
    pub(super) fn papers(&mut self, host: &HostId) -> &mut Papers {
        let place = self.said.iter().position(|said| said == host).unwrap_or_else(|| {
            self.said.push(host.clone());
            self.detail.papers.push(Papers::default());
            self.said.len() - 1
        });
        &mut self.detail.papers[place]
    }
}

impl State {
    pub(super) fn tell(&mut self, at: Moment, kind: EventKind, cause: Cause) {
        let number = self.events.len() as u64 + 1;
        self.events.push(Event { number, at, kind, cause });
    }

    /// A run changes its state.
    pub(super) fn turn(&mut self, run: &RunId, state: RunState, cause: Cause, now: Moment) {
        let held = self.runs.get_mut(run).unwrap();
        let summary = &mut held.detail.summary;
        let record = &mut summary.record;
        record.state = record.state.to(state).unwrap();
        (record.since, record.revision) = (now, record.revision + 1);
        if !state.is_placed() {
            record.placements.clear();
        }
        if state == RunState::Running {
            summary.started.get_or_insert(now);
        }
        if state.is_end() {
            summary.ended = Some(now);
        }
        (summary.reason, summary.waits) = (cause.reason.clone(), None);
        let hosts = record.placements.iter().map(|placement| placement.host.clone()).collect();
        let kind = EventKind::Run { run: run.clone(), state, generation: record.generation, hosts };
        self.tell(now, kind, cause);
    }

    pub(super) fn host_event(&mut self, host: &HostId, what: &str, cause: Cause, now: Moment) {
        let kind = EventKind::Host { host: host.clone(), what: what.to_owned() };
        self.tell(now, kind, cause);
    }

    /// The run, if this host holds this attempt of it.
    pub(super) fn held(&mut self, host: &HostId, run: &RunId, generation: Generation) -> Option<&mut Held> {
        let held = self.runs.get_mut(run)?;
        let record = &held.detail.summary.record;
        let is_here = record.placements.iter().any(|placement| placement.host == *host);
        let is_open = !held.ends.iter().any(|(ended, _)| ended == host);
        (is_here && is_open && record.generation == generation).then_some(held)
    }

    pub(super) fn wish(
        &mut self,
        host: &HostId,
        (what, cause, now): (&str, &Cause, Moment),
        change: impl Fn(&mut HostRecord),
    ) -> Wished {
        let Some(record) = self.hosts.get_mut(host) else {
            return Wished::Unknown;
        };
        let before = record.clone();
        change(record);
        if *record == before {
            return Wished::Unchanged;
        }
        record.revision += 1;
        self.host_event(host, what, cause.clone(), now);
        Wished::Done
    }
}

pub(super) fn by_host(host: &HostId, reason: &str) -> Cause {
    Cause { actor: format!("host {host}"), reason: reason.to_owned() }
}

pub(super) fn new_detail(run: &NewRun) -> RunDetail {
    let record = RunRecord {
        id: run.id.clone(),
        group: run.group.clone(),
        user: run.user.clone(),
        priority: run.priority,
        submitted: run.submitted,
        state: RunState::Queued,
        since: run.submitted,
        generation: Generation(0),
        attempts: 0,
        attempts_max: run.attempts_max,
        attempts_fruitful: 0,
        parts: run.parts.clone(),
        constraints: run.constraints.clone(),
        placements: Vec::new(),
        cancel_requested: false,
        pause_requested: false,
        span: run.span,
        revision: 0,
    };
    let (reason, process) = (String::new(), run.process.clone());
    RunDetail {
        summary: RunSummary { record, process, started: None, ended: None, reason, waits: None },
        bundle: run.bundle,
        seed: run.seed,
        checkpoint_every: run.checkpoint_every,
        retry_of: run.retry_of.clone(),
        papers: Vec::new(),
        outputs: Vec::new(),
        checkpoint: None,
    }
}
