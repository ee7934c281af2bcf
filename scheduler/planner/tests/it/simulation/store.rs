//! The control side's memory: hosts and runs as they are known, and what follows from messages and plans. A leader
//! keeps nothing else, so that any other goes on where it left off.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use leat_planner::id::{HostId, RunId};
use leat_planner::{Holding, Host, PlacedRun, Plan, Power, PowerPolicy, PowerState, Resources, Run, Snapshot, Time};

use super::network::{Heartbeat, Message};

/// How long a lease is that a heartbeat asks for.
pub(super) const LEASE: Duration = Duration::from_secs(30);

/// How a run has ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum End {
    Succeeded,
    Failed,
    Refused,
}

#[derive(Clone, Debug)]
pub(super) enum State {
    Waiting,
    /// The host of each part, and the hosts that have reported theirs done.
    Placed(Vec<HostId>, BTreeSet<HostId>),
    Ended(End),
}

#[derive(Default)]
pub(super) struct Store {
    pub(super) hosts: Vec<Host>,
    /// The session of each host that its holdings belong to.
    sessions: Vec<u64>,
    pub(super) runs: BTreeMap<RunId, (Run, State)>,
    /// Changes with everything that is written.
    pub(super) revision: u64,
}

impl Store {
    pub(super) fn of(hosts: Vec<Host>) -> Store {
        Store { sessions: vec![0; hosts.len()], hosts, ..Store::default() }
    }

    pub(super) fn submit(&mut self, run: Run) {
        self.revision += 1;
        self.runs.insert(run.id.clone(), (run, State::Waiting));
    }

    pub(super) fn snapshot(&self, now: Time) -> Snapshot {
        let mut snapshot = Snapshot { now, hosts: self.hosts.clone(), ..Snapshot::default() };
        for (run, state) in self.runs.values() {
            match state {
                State::Waiting => snapshot.waiting.push(run.clone()),
                State::Placed(hosts, _) => {
                    snapshot.placed.push(PlacedRun { run: run.clone(), hosts: hosts.clone() });
                }
                State::Ended(_) => {}
            }
        }
        snapshot
    }

    /// Writes a whole plan, or nothing if the store has changed since it was read.
    pub(super) fn commit(&mut self, plan: &Plan, policy: &PowerPolicy, revision: u64, now: Time) -> bool {
        if revision != self.revision {
            return false;
        }
        self.revision += 1;
        for recovery in &plan.recover {
            self.set(&recovery.run, State::Waiting);
        }
        for failure in &plan.fail {
            self.set(&failure.run, State::Ended(End::Failed));
        }
        for refusal in &plan.refuse {
            self.set(&refusal.run, State::Ended(End::Refused));
        }
        for placement in &plan.place {
            let hosts: Vec<HostId> = placement.parts.iter().map(|seated| seated.host.clone()).collect();
            let (run, state) = self.runs.get_mut(&placement.run).unwrap();
            (run.generation, run.attempt) = (placement.generation, placement.attempt);
            for host in hosts.iter().collect::<BTreeSet<_>>() {
                let resources = share(run, &hosts, host);
                let holding = Holding { run: run.id.clone(), generation: run.generation, resources };
                let host = self.hosts.iter_mut().find(|known| known.id == *host).unwrap();
                host.holds.push(holding);
                host.idle_since = None;
            }
            *state = State::Placed(hosts, BTreeSet::new());
        }
        self.commit_power(plan, policy, now);
        true
    }

    fn commit_power(&mut self, plan: &Plan, policy: &PowerPolicy, now: Time) {
        let moves = [
            (&plan.power_on, PowerState::Starting),
            (&plan.drain, PowerState::Draining),
            (&plan.undrain, PowerState::Ready),
            (&plan.power_off, PowerState::Stopping),
        ];
        for (hosts, state) in moves {
            for host in self.hosts.iter_mut().filter(|host| hosts.contains(&host.id)) {
                let up_for = host.up_since.map(|up| now.since(up));
                host.power = Power { state, since: now, failures: policy.still_counted(host.power.failures, up_for) };
                if state == PowerState::Stopping {
                    (host.lease_until, host.up_since) = (None, None);
                }
            }
        }
        for failed in &plan.mark_failed {
            let host = self.hosts.iter_mut().find(|host| host.id == failed.host).unwrap();
            let up_for = host.up_since.map(|up| now.since(up));
            let failures = policy.still_counted(host.power.failures, up_for) + 1;
            host.power = Power { state: PowerState::Failed, since: now, failures };
            // Its lease has ended, or it never had one: nothing executes there.
            host.holds.clear();
            (host.lease_until, host.up_since) = (None, None);
        }
    }

    fn set(&mut self, run: &RunId, state: State) {
        self.runs.get_mut(run).unwrap().1 = state;
    }

    /// A machine is seen to be off.
    pub(super) fn observe_off(&mut self, number: usize, now: Time) {
        let host = &mut self.hosts[number];
        if host.power.state == PowerState::Stopping {
            self.revision += 1;
            // One that goes off when asked has not failed, but whether it comes up is not known yet.
            host.power = Power { state: PowerState::Off, since: now, ..host.power };
            host.holds.clear();
        }
    }

    /// What follows from a heartbeat: the lease that it is answered with.
    pub(super) fn hear(&mut self, number: usize, heartbeat: &Heartbeat, now: Time) -> Option<Message> {
        let host = &mut self.hosts[number];
        let known = self.sessions[number];
        let is_new = heartbeat.session > known;
        let may_register = matches!(host.power.state, PowerState::Starting | PowerState::Failed);
        if heartbeat.session < known || host.power.state == PowerState::Stopping || host.power.state == PowerState::Off
        {
            return None;
        }
        if is_new && !may_register {
            // The session that its runs belong to is over: they are lost before it may have others.
            self.revision += u64::from(host.lease_until.is_some());
            host.lease_until = None;
            return None;
        }
        if is_new {
            self.revision += 1;
            self.sessions[number] = heartbeat.session;
            host.boot_time_seen = (host.power.state == PowerState::Starting).then(|| now.since(host.power.since));
            host.power = Power { state: PowerState::Ready, since: now, ..host.power };
            host.up_since = Some(now);
            host.holds.clear();
        } else if host.lease_until.is_none() {
            // An old message of a session that has ended.
            return None;
        }
        host.lease_until = Some(host.lease_until.map_or(now.after(LEASE), |before| before.max(now.after(LEASE))));
        self.note_ended(number, heartbeat, now);
        // From when it was sent, not from when it came: the machine's own lease never ends later than the one noted.
        Some(Message::Lease { session: heartbeat.session, until: heartbeat.sent.after(LEASE) })
    }

    fn note_ended(&mut self, number: usize, heartbeat: &Heartbeat, now: Time) {
        let host = &mut self.hosts[number];
        let before = host.holds.len();
        let is_over = |holding: &Holding| {
            heartbeat.over.iter().any(|(run, fence)| *run == holding.run && *fence >= holding.generation)
        };
        host.holds.retain(|holding| !is_over(holding));
        self.revision += u64::from(before != host.holds.len());
        if host.holds.is_empty() {
            host.idle_since.get_or_insert(now);
        }
        for (id, generation) in &heartbeat.done {
            let Some((run, state)) = self.runs.get_mut(id) else { continue };
            if let State::Placed(hosts, done) = state
                && run.generation == *generation
                && hosts.contains(&host.id)
            {
                done.insert(host.id.clone());
                if hosts.iter().all(|host| done.contains(host)) {
                    *state = State::Ended(End::Succeeded);
                    self.revision += 1;
                }
            }
        }
    }

    /// What a leader keeps telling a host until it is confirmed: work to execute, and work that is over.
    pub(super) fn to_tell(&self, number: usize, seconds: impl Fn(&RunId) -> u64) -> Vec<Message> {
        let tell = |holding: &Holding| {
            let (run, state) = &self.runs[&holding.run];
            let (run_id, generation) = (holding.run.clone(), holding.generation);
            match state {
                State::Placed(..) if run.generation == generation => Message::Dispatch {
                    session: self.sessions[number],
                    resources: holding.resources,
                    seconds: seconds(&run_id),
                    run: run_id,
                    generation,
                },
                _ => Message::Fence { run: run_id, generation },
            }
        };
        self.hosts[number].holds.iter().map(tell).collect()
    }
}

/// What a run takes of one of its hosts.
fn share(run: &Run, hosts: &[HostId], host: &HostId) -> Resources {
    let parts = run.request.parts.iter().zip(hosts).filter(|(_, on)| *on == host);
    parts.fold(Resources::ZERO, |sum, (part, _)| sum.plus(part.resources))
}
