//! What decisions do to the runs and hosts they are about. Pure: no database is asked.

use std::collections::{BTreeMap, BTreeSet};

use leat_midtier::store::{EndKind, EventKind};
use leat_scheduler::ledger::Decision;
use leat_scheduler::model::{Cause, Generation, HostId, Moment, Placement, PowerState, RunId, RunState};

use crate::error::Result;
use crate::host_row::HostRow;
use crate::placements::PlacementRow;
use crate::run_row::RunRow;

/// Runs and hosts as they are, and what has become of them so far.
pub(super) struct Round {
    now: Moment,
    runs: BTreeMap<RunId, RunRow>,
    hosts: BTreeMap<HostId, HostRow>,
    /// Placements of the latest attempts, as they were before.
    parts: BTreeMap<RunId, Vec<PlacementRow>>,
    changed_runs: BTreeSet<RunId>,
    changed_hosts: BTreeSet<HostId>,
    /// New attempts.
    pub(super) placed: Vec<(RunId, Generation, Vec<Placement>)>,
    /// Runs whose placements are taken away.
    pub(super) removed: BTreeSet<RunId>,
    /// Hosts that lose a part of a run.
    pub(super) freed: BTreeSet<HostId>,
    pub(super) events: Vec<Happened>,
}

/// An event, without its time.
pub(super) struct Happened {
    pub(super) kind: EventKind,
    pub(super) cause: Cause,
}

fn scheduler(reason: &str) -> Cause {
    Cause { actor: "scheduler".to_owned(), reason: reason.to_owned() }
}

impl Round {
    pub(super) fn new(
        now: Moment,
        runs: BTreeMap<RunId, RunRow>,
        hosts: BTreeMap<HostId, HostRow>,
        parts: BTreeMap<RunId, Vec<PlacementRow>>,
    ) -> Self {
        Round {
            now,
            runs,
            hosts,
            parts,
            changed_runs: BTreeSet::new(),
            changed_hosts: BTreeSet::new(),
            placed: Vec::new(),
            removed: BTreeSet::new(),
            freed: BTreeSet::new(),
            events: Vec::new(),
        }
    }

    /// Does what was decided, unless what it was decided on has changed. Answers whether it was done.
    pub(super) fn decide(&mut self, decision: &Decision) -> Result<bool> {
        match decision {
            Decision::Place { run, revision, generation, placements } => {
                self.place(run, *revision, (*generation, placements))
            }
            Decision::Recover { run, revision, reason } => {
                let Some(row) = self.at_revision(run, *revision).filter(|row| row.state.is_placed()) else {
                    return Ok(false);
                };
                let (next, reason) = self.after_loss(&row, reason);
                self.leave(row, next, &reason)
            }
            Decision::Fail { run, revision, reason } => match self.at_revision(run, *revision) {
                Some(row) if !row.state.is_end() => self.leave(row, RunState::Failed, reason),
                _ => Ok(false),
            },
            Decision::Cancel { run, revision } => match self.at_revision(run, *revision) {
                Some(row) if !row.state.is_end() && row.cancel_requested => {
                    let reason = row.reason.clone();
                    self.leave(row, RunState::Cancelled, &reason)
                }
                _ => Ok(false),
            },
            Decision::Waits { run, reason } => Ok(self.waits(run, reason)),
            Decision::Power { host, revision, state, failures, reason } => {
                Ok(self.power(host, *revision, (*state, *failures), reason))
            }
        }
    }

    /// Says what became of the hosts that lost a part, knowing which of them have others.
    pub(super) fn settle(&mut self, busy: &BTreeSet<HostId>) {
        for id in self.freed.iter().filter(|id| !busy.contains(id)) {
            if let Some(host) = self.hosts.get_mut(id) {
                host.is_idle(self.now);
                self.changed_hosts.insert(id.clone());
            }
        }
    }

    /// Whether a run that was placed now had an attempt before.
    pub(super) fn is_again(&self, run: &RunId) -> bool {
        self.runs.get(run).is_some_and(|row| row.attempts > 1)
    }

    pub(super) fn changed_runs(&self) -> Vec<RunRow> {
        self.changed_runs.iter().filter_map(|id| self.runs.get(id).cloned()).collect()
    }

    pub(super) fn changed_hosts(&self) -> Vec<HostRow> {
        self.changed_hosts.iter().filter_map(|id| self.hosts.get(id).cloned()).collect()
    }

    fn at_revision(&self, run: &RunId, revision: u64) -> Option<RunRow> {
        self.runs.get(run).filter(|row| row.revision == revision).cloned()
    }

    fn place(
        &mut self,
        run: &RunId,
        revision: u64,
        (generation, placements): (Generation, &[Placement]),
    ) -> Result<bool> {
        let waiting = self.at_revision(run, revision).filter(|row| row.state.is_waiting());
        let Some(mut row) = waiting.filter(|row| generation > row.generation) else { return Ok(false) };
        let parts: BTreeSet<&str> = placements.iter().map(|placement| placement.part.as_str()).collect();
        let takes_runs = |placement: &Placement| {
            let host = self.hosts.get(&placement.host);
            host.is_some_and(|host| host.state == PowerState::Ready && !host.drain_requested)
        };
        // A host may have been drained or lost since it was looked at.
        if placements.is_empty() || parts.len() != placements.len() || !placements.iter().all(takes_runs) {
            return Ok(false);
        }
        row.turn(RunState::Starting, self.now, "")?;
        row.generation = generation;
        row.attempts += 1;
        let hosts: BTreeSet<HostId> = placements.iter().map(|placement| placement.host.clone()).collect();
        for id in &hosts {
            if let Some(host) = self.hosts.get_mut(id) {
                host.is_busy();
                self.changed_hosts.insert(id.clone());
            }
        }
        self.placed.push((run.clone(), generation, placements.to_vec()));
        self.happened(&row, hosts.into_iter().collect(), "");
        self.keep(row);
        Ok(true)
    }

    /// What a run becomes that has lost a host: it does not begin again where one of its parts has failed by its own
    /// fault, or where somebody wants it to end.
    fn after_loss(&self, row: &RunRow, reason: &str) -> (RunState, String) {
        let parts = self.parts.get(&row.id).map(Vec::as_slice).unwrap_or_default();
        match parts.iter().find(|part| part.outcome == Some(EndKind::Failed)) {
            Some(failed) => (RunState::Failed, failed.reason.clone()),
            None if row.cancel_requested => (RunState::Cancelled, reason.to_owned()),
            None if row.pause_requested => (RunState::Paused, reason.to_owned()),
            None => (RunState::Recovering, reason.to_owned()),
        }
    }

    /// A run leaves its hosts, if it is on any.
    fn leave(&mut self, mut row: RunRow, next: RunState, reason: &str) -> Result<bool> {
        row.turn(next, self.now, reason)?;
        // A run that was placed by this very round has no parts here: decisions on it have an old revision.
        let live = self.parts.get(&row.id).into_iter().flatten().filter(|part| !part.ended);
        let freed: Vec<HostId> = live.map(|part| part.host.clone()).collect();
        if !freed.is_empty() {
            self.removed.insert(row.id.clone());
            self.freed.extend(freed);
        }
        self.happened(&row, Vec::new(), reason);
        self.keep(row);
        Ok(true)
    }

    fn waits(&mut self, run: &RunId, reason: &str) -> bool {
        let Some(row) = self.runs.get_mut(run).filter(|row| row.state.is_waiting()) else { return false };
        // Said again in every round: most of the time nothing has changed, and nothing is to be written.
        if row.waits.as_deref() != Some(reason) {
            row.waits = Some(reason.to_owned());
            self.changed_runs.insert(run.clone());
        }
        true
    }

    fn power(&mut self, host: &HostId, revision: u64, (state, failures): (PowerState, u32), reason: &str) -> bool {
        let Some(row) = self.hosts.get_mut(host).filter(|row| row.revision == revision) else { return false };
        row.turn(state, self.now, reason);
        if matches!(state, PowerState::Starting | PowerState::Draining | PowerState::Failed) {
            row.failures = failures;
        }
        self.changed_hosts.insert(host.clone());
        let kind = EventKind::Host { host: host.clone(), what: state.name().to_owned() };
        self.events.push(Happened { kind, cause: scheduler(reason) });
        true
    }

    fn happened(&mut self, row: &RunRow, hosts: Vec<HostId>, reason: &str) {
        let kind = EventKind::Run { run: row.id.clone(), state: row.state, generation: row.generation, hosts };
        self.events.push(Happened { kind, cause: scheduler(reason) });
    }

    fn keep(&mut self, row: RunRow) {
        self.changed_runs.insert(row.id.clone());
        self.runs.insert(row.id.clone(), row);
    }
}
