//! A machine with its agent: power that may not obey, a lease that it keeps to, and work that it fences off.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use leat_planner::id::{Generation, RunId};
use leat_planner::{Resources, Time};

use super::chance::Chance;
use super::network::{Heartbeat, Message};

/// An agent without work that has had no lease for this long switches its host off.
const ORPHAN_TIMEOUT: Duration = Duration::from_secs(600);

/// How a machine really stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Real {
    Off,
    /// Up at this moment; `None` never comes up.
    Booting(Option<Time>),
    Up,
    /// Off at this moment; `None` hangs.
    Stopping(Option<Time>),
}

#[derive(Debug)]
pub(super) struct Worker {
    pub(super) generation: Generation,
    pub(super) resources: Resources,
    ends: Time,
}

#[derive(Debug)]
pub(super) struct Machine {
    pub(super) real: Real,
    /// What really executes.
    pub(super) workers: BTreeMap<RunId, Worker>,
    /// Since when it is on without work.
    pub(super) idle_since: Time,
    /// Messages to and from it are lost until then.
    pub(super) cut_off_until: Time,
    /// Counts what it forgot everything at: boots, and leases that ended.
    session: u64,
    lease_until: Option<Time>,
    without_lease_since: Time,
    fences: BTreeMap<RunId, Generation>,
    done: BTreeSet<(RunId, Generation)>,
}

impl Machine {
    pub(super) fn off() -> Machine {
        Machine {
            real: Real::Off,
            workers: BTreeMap::new(),
            idle_since: Time::default(),
            cut_off_until: Time::default(),
            session: 0,
            lease_until: None,
            without_lease_since: Time::default(),
            fences: BTreeMap::new(),
            done: BTreeSet::new(),
        }
    }

    /// Power is asked for, which may be heard twice.
    pub(super) fn switch_on(&mut self, now: Time, trouble: bool, chance: &mut Chance) {
        if self.real == Real::Off {
            let seconds = match chance.number(0..10) {
                0 if trouble => None,
                1 if trouble => Some(chance.number(200..500)),
                _ => Some(chance.number(20..90)),
            };
            self.real = Real::Booting(seconds.map(|seconds| now.after(Duration::from_secs(seconds))));
            self.idle_since = now;
        }
    }

    /// Likewise; a boot that hangs ends here.
    pub(super) fn switch_off(&mut self, now: Time, trouble: bool, chance: &mut Chance) {
        match self.real {
            Real::Off | Real::Stopping(Some(_)) => {}
            _ => {
                self.forget(now);
                let hangs = trouble && chance.in_thousand(100);
                self.real = Real::Stopping((!hangs).then(|| now.after(Duration::from_secs(chance.number(2..20)))));
            }
        }
    }

    /// Power fails.
    pub(super) fn crash(&mut self, now: Time) {
        self.forget(now);
        self.real = Real::Off;
    }

    /// A new session: nothing executes, and dispatches of the one before are refused.
    fn forget(&mut self, now: Time) {
        self.workers.clear();
        self.fences.clear();
        self.done.clear();
        self.lease_until = None;
        self.without_lease_since = now;
        self.session += 1;
    }

    /// What happens by itself as time passes.
    pub(super) fn pass(&mut self, now: Time) {
        match self.real {
            Real::Booting(Some(up)) if up <= now => {
                self.forget(now);
                self.real = Real::Up;
            }
            Real::Stopping(Some(off)) if off <= now => self.real = Real::Off,
            Real::Up if self.lease_until.is_some_and(|until| until <= now) => self.forget(now),
            Real::Up if self.lease_until.is_none() && now.since(self.without_lease_since) >= ORPHAN_TIMEOUT => {
                self.real = Real::Off;
            }
            _ => {}
        }
        let ended: Vec<RunId> =
            self.workers.iter().filter(|(_, worker)| worker.ends <= now).map(|(run, _)| run.clone()).collect();
        for run in ended {
            if let Some(worker) = self.workers.remove(&run) {
                self.done.insert((run.clone(), worker.generation));
                self.fence(&run, worker.generation);
            }
        }
        if !self.workers.is_empty() || self.real == Real::Off {
            self.idle_since = now;
        }
    }

    /// What its agent says of itself, if it is up.
    pub(super) fn heartbeat(&self, now: Time) -> Option<Message> {
        (self.real == Real::Up).then(|| {
            let over = self.fences.iter().map(|(run, generation)| (run.clone(), *generation)).collect();
            let done = self.done.iter().cloned().collect();
            Message::Heartbeat(Heartbeat { session: self.session, sent: now, done, over })
        })
    }

    pub(super) fn hear(&mut self, message: Message, now: Time) {
        if self.real != Real::Up {
            return;
        }
        match message {
            Message::Lease { session, until } if session == self.session && until > now => {
                self.lease_until = Some(self.lease_until.map_or(until, |before| before.max(until)));
                self.without_lease_since = now;
            }
            Message::Fence { run, generation } => self.fence(&run, generation),
            Message::Dispatch { run, generation, session, resources, seconds } => {
                let is_fenced = self.fences.get(&run).is_some_and(|fence| *fence >= generation);
                let has_lease = self.lease_until.is_some_and(|until| until > now);
                let is_known = self.workers.get(&run).is_some_and(|worker| worker.generation >= generation);
                if session == self.session && has_lease && !is_fenced && !is_known {
                    self.fence(&run, Generation::new(generation.number() - 1));
                    let ends = now.after(Duration::from_secs(seconds));
                    self.workers.insert(run, Worker { generation, resources, ends });
                }
            }
            Message::Lease { .. } | Message::Heartbeat(_) => {}
        }
    }

    fn fence(&mut self, run: &RunId, generation: Generation) {
        if self.workers.get(run).is_some_and(|worker| worker.generation <= generation) {
            self.workers.remove(run);
        }
        let fence = self.fences.entry(run.clone()).or_insert(generation);
        *fence = generation.max(*fence);
    }
}
