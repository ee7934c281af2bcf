//! A whole world from a seed: its fleet, its runs, what goes wrong, and what must hold at every step.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::sync::Arc;
use std::time::Duration;

use leat_planner::id::{Generation, GroupId, Label, PartName, Region, RunId};
use leat_planner::{
    Arrangement, ByteSize, Constraints, Cost, Host, Outcome, Part, Policy, Power, PowerState, Priority, Request,
    Resources, Run, Time, plan,
};

use super::chance::Chance;
use super::machine::{Machine, Real};
use super::network::{Message, Network};
use super::store::{End, State, Store};
use crate::rules::Planned;
use crate::worlds;

/// From one step to the next.
const STEP: Duration = Duration::from_secs(5);
/// Things go wrong and runs are submitted until then; afterwards everything must come to its end.
const TROUBLE: Duration = Duration::from_secs(40 * 60);
/// All is over by then, failed hosts included.
const END: Duration = Duration::from_secs(150 * 60);
/// A run that has no place by then is refused.
const WAIT_MAX: Duration = Duration::from_secs(90 * 60);
/// How long a machine may be on without work: its minimum and the idle time, or what an orphan waits; a lease, a drain
/// and lost requests; and a stop that hangs some times, with the back-off between.
const IDLE_MAX: Duration = Duration::from_secs(35 * 60);

pub(super) struct World {
    now: Time,
    chance: Chance,
    policy: Policy,
    store: Store,
    machines: Vec<Machine>,
    network: Network,
    /// How long each run executes.
    seconds: BTreeMap<RunId, u64>,
    /// Runs that are yet to be submitted.
    coming: Vec<Run>,
    /// What a leader has planned and not yet committed, with the revision it read and when it will.
    pending: Option<(Time, u64, Outcome)>,
    /// There is no leader until then.
    leaderless_until: Time,
    ended: Ended,
}

/// How it went.
#[derive(Default, Debug, PartialEq, Eq)]
pub(super) struct Ended {
    pub(super) succeeded: usize,
    pub(super) failed: usize,
    pub(super) refused: usize,
    pub(super) recovered: usize,
    pub(super) hosts_failed: usize,
    /// Plans that were made of an older revision, and not committed.
    pub(super) conflicts: usize,
    /// Every plan that was committed, in words.
    pub(super) plans: String,
}

impl Ended {
    pub(super) fn add(&mut self, other: &Ended) {
        self.succeeded += other.succeeded;
        self.failed += other.failed;
        self.refused += other.refused;
        self.recovered += other.recovered;
        self.hosts_failed += other.hosts_failed;
        self.conflicts += other.conflicts;
    }
}

impl World {
    pub(super) fn of(seed: u64) -> World {
        let mut chance = Chance::of(seed);
        let hosts: Vec<Host> = (0..chance.number(3..7)).map(|number| host(number, &mut chance)).collect();
        let mut coming: Vec<Run> = (0..chance.number(5..16)).map(|number| run(number, &mut chance)).collect();
        coming.sort_by_key(|run| run.submitted);
        let seconds = coming.iter().map(|run| (run.id.clone(), chance.number(20..900))).collect();
        let mut policy = Policy { attempts_max: 6, queue_timeout: WAIT_MAX, ..Policy::default() };
        policy.power.starting_max = chance.number(1..5) as usize;
        World {
            now: Time::default(),
            chance,
            policy,
            machines: hosts.iter().map(|_| Machine::off()).collect(),
            store: Store::of(hosts),
            network: Network::default(),
            seconds,
            coming,
            pending: None,
            leaderless_until: Time::default(),
            ended: Ended::default(),
        }
    }

    pub(super) fn run(mut self) -> Ended {
        while self.now.since(Time::default()) < END {
            self.now = self.now.after(STEP);
            self.submit();
            self.go_wrong();
            self.machines.iter_mut().for_each(|machine| machine.pass(self.now));
            self.talk();
            self.lead();
            self.observe_power();
            self.check();
        }
        for (run, state) in self.store.runs.values() {
            match state {
                State::Ended(End::Succeeded) => self.ended.succeeded += 1,
                State::Ended(End::Failed) => self.ended.failed += 1,
                State::Ended(End::Refused) => self.ended.refused += 1,
                _ => {
                    let outcome = plan(&self.store.snapshot(self.now), &self.policy);
                    panic!("{} has not ended: {state:?}\n{}{outcome}", run.id, self.ended.plans)
                }
            }
        }
        for (host, machine) in self.store.hosts.iter().zip(&self.machines) {
            assert_eq!(machine.real, Real::Off, "{} is on at the end\n{}", host.id, self.ended.plans);
        }
        self.ended
    }

    fn is_trouble(&self) -> bool {
        self.now.since(Time::default()) < TROUBLE
    }

    fn submit(&mut self) {
        while self.coming.first().is_some_and(|run| run.submitted <= self.now) {
            let run = self.coming.remove(0);
            self.store.submit(run);
        }
    }

    /// Crashes and cuts, for a while.
    fn go_wrong(&mut self) {
        if !self.is_trouble() {
            return;
        }
        for machine in &mut self.machines {
            if machine.real == Real::Up && self.chance.in_thousand(3) {
                machine.crash(self.now);
            }
            if self.chance.in_thousand(3) {
                machine.cut_off_until = self.now.after(Duration::from_secs(self.chance.number(10..300)));
            }
        }
        if self.chance.in_thousand(10) {
            // The next leader plans from the store; what the last one had in mind may still reach it.
            self.leaderless_until = self.now.after(Duration::from_secs(self.chance.number(5..40)));
        }
    }

    fn talk(&mut self) {
        self.network.trouble = self.is_trouble();
        for number in 0..self.machines.len() {
            if let Some(heartbeat) = self.machines[number].heartbeat(self.now) {
                self.network.send(number, heartbeat, self.now, &mut self.chance);
            }
            for message in self.store.to_tell(number, |run| self.seconds[run]) {
                self.network.send(number, message, self.now, &mut self.chance);
            }
        }
        for (number, message) in self.network.arrived(self.now) {
            if self.machines[number].cut_off_until > self.now {
                continue;
            }
            match message {
                Message::Heartbeat(heartbeat) => {
                    if let Some(lease) = self.store.hear(number, &heartbeat, self.now) {
                        self.network.send(number, lease, self.now, &mut self.chance);
                    }
                }
                message => self.machines[number].hear(message, self.now),
            }
        }
    }

    /// Plans, and commits what was planned: at once, or later by a leader that is slow or was one once.
    fn lead(&mut self) {
        if let Some((_, revision, outcome)) = self.pending.take_if(|(when, ..)| *when <= self.now) {
            self.commit(&outcome, revision);
        }
        if self.leaderless_until > self.now {
            return;
        }
        let snapshot = self.store.snapshot(self.now);
        let outcome = plan(&snapshot, &self.policy);
        Planned { snapshot: &snapshot, policy: &self.policy, outcome: &outcome }.keeps_every_rule();
        if self.is_trouble() && self.pending.is_none() && self.chance.in_thousand(100) {
            let when = self.now.after(Duration::from_secs(self.chance.number(0..60)));
            self.pending = Some((when, self.store.revision, outcome));
        } else {
            self.commit(&outcome, self.store.revision);
        }
    }

    fn commit(&mut self, outcome: &Outcome, revision: u64) {
        let plan = &outcome.plan;
        if *plan == leat_planner::Plan::default() {
            return;
        }
        if !self.store.commit(plan, &self.policy.power, revision, self.now) {
            self.ended.conflicts += 1;
            return;
        }
        self.ended.recovered += plan.recover.len();
        self.ended.hosts_failed += plan.mark_failed.len();
        // Writing into a string cannot fail.
        let _ = write!(self.ended.plans, "{} s:\n{plan}", self.now.as_micros() / 1_000_000);
    }

    /// Asks machines for what the store says, and sees what they are; both may fail.
    fn observe_power(&mut self) {
        let trouble = self.is_trouble();
        for (number, machine) in self.machines.iter_mut().enumerate() {
            if trouble && self.chance.in_thousand(200) {
                continue;
            }
            match self.store.hosts[number].power.state {
                PowerState::Starting => machine.switch_on(self.now, trouble, &mut self.chance),
                PowerState::Stopping => machine.switch_off(self.now, trouble, &mut self.chance),
                _ => {}
            }
            if machine.real == Real::Off {
                self.store.observe_off(number, self.now);
            }
        }
    }

    /// What machines really do, against what was promised.
    fn check(&self) {
        let mut live: BTreeMap<&RunId, Generation> = BTreeMap::new();
        for (host, machine) in self.store.hosts.iter().zip(&self.machines) {
            let mut used = Resources::ZERO;
            for (id, worker) in &machine.workers {
                used = used.plus(worker.resources);
                let other = *live.entry(id).or_insert(worker.generation);
                assert_eq!(other, worker.generation, "{id} lives twice\n{}", self.ended.plans);
                let request = &self.store.runs[id].0.request;
                let allowed = request.parts.iter().any(|part| part.constraints.regions.contains(&host.region));
                assert!(allowed, "{id} executes in {}", host.region);
            }
            assert!(used.fits_in(&host.capacity), "{} executes {used}\n{}", host.id, self.ended.plans);
            let idle = self.now.since(machine.idle_since);
            assert!(
                idle < IDLE_MAX,
                "{} is on without work: {host:?}\n{}{}",
                host.id,
                self.ended.plans,
                plan(&self.store.snapshot(self.now), &self.policy)
            );
        }
    }
}

fn host(number: u64, chance: &mut Chance) -> Host {
    let cores = [4, 8, 16][chance.number(0..3) as usize];
    Host {
        region: Region::new(["eu", "us"][(number % 2) as usize]),
        labels: if chance.in_thousand(300) { BTreeSet::from([Label::new("gpu")]) } else { BTreeSet::new() },
        power: Power { state: PowerState::Off, since: Time::default(), failures: 0 },
        cost_per_hour: Cost(cores),
        lease_until: None,
        ..worlds::ready(&format!("c{number}"), Resources::new(cores * 1000, ByteSize::from_gib(cores * 4)))
    }
}

fn run(number: u64, chance: &mut Chance) -> Run {
    let regions = match chance.number(0..3) {
        0 => vec!["eu"],
        1 => vec!["us"],
        _ => vec!["eu", "us"],
    };
    let constraints = Constraints {
        regions: regions.into_iter().map(Region::new).collect(),
        labels: if chance.in_thousand(100) { BTreeSet::from([Label::new("gpu")]) } else { BTreeSet::new() },
        architecture: None,
        not_on: BTreeSet::new(),
    };
    let part = |name: u64, chance: &mut Chance| Part {
        name: PartName::new(format!("p{name}")),
        resources: Resources::new(chance.number(1..6) * 1000, ByteSize::from_gib(chance.number(1..12))),
        constraints: constraints.clone(),
    };
    let parts = (0..chance.number(1..4)).map(|name| part(name, chance)).collect();
    let arrangement = if chance.in_thousand(200) { Arrangement::Spread } else { Arrangement::Pack };
    Run {
        priority: Priority(chance.number(0..4) as u8),
        submitted: Time::default().after(Duration::from_secs(chance.number(0..TROUBLE.as_secs()))),
        request: Arc::new(Request { parts, edges: Vec::new(), arrangement }),
        ..worlds::run(RunId::new(format!("r{number}")), GroupId::new(format!("desk-{}", number % 3)))
    }
}
