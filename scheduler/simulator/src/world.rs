//! The world of a simulation: its time, its hosts and its runs, and what becomes of the planner's plans.

mod chance;
mod events;
mod figures;
mod hosts;
mod lines;
mod machine;
mod observe;
mod runs;

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::time::Duration;

use leat_planner::id::{GroupId, HostId};
use leat_planner::report::Reason;
use leat_planner::{Outcome, Policy, PowerState, Resources, Snapshot, Time, plan};

use crate::fleet::{Fleet, FleetHost};
use crate::report::SimulationReport;
use crate::trace::Trace;
use events::{Event, Events};
use lines::Lines;
use machine::Machine;
use runs::Simulated;

/// When the first run is submitted. Hosts that were off have been so for long enough to be switched on.
const START: Time = Time::from_micros(86_400_000_000);
/// How many plans may follow each other at one moment; what is left then is decided a second later.
const ROUNDS_AT_ONCE_MAX: usize = 64;
/// How often the planner is asked while runs wait and nothing happens: their age counts, too.
const LOOK_INTERVAL: Duration = Duration::from_secs(60);

/// Plays a trace on a fleet whose hosts are on when they are needed, and on the same fleet when it is always on.
///
/// It never fails: what cannot be placed is refused, as the scheduler would refuse it. 100,000 runs on 1,000 hosts take
/// seconds where the hosts keep up with them, and minutes where tens of thousands of runs of many groups and needs wait.
pub fn simulate(trace: &Trace, fleet: &Fleet, policy: &Policy) -> SimulationReport {
    let on_demand = World::of(trace, fleet, policy, Mode::OnDemand).play();
    let always_on = World::of(trace, fleet, policy, Mode::AlwaysOn).play();
    // Both are paid for until both are done.
    let end = on_demand.now.max(always_on.now);
    SimulationReport::of(trace, fleet, end.since(START), [on_demand.figures(end), always_on.figures(end)])
}

/// When hosts are on.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Mode {
    /// When the planner says so.
    OnDemand,
    /// From beginning to end.
    AlwaysOn,
}

struct World<'a> {
    mode: Mode,
    fleet: &'a Fleet,
    policy: &'a Policy,
    now: Time,
    events: Events,
    /// What the planner is told. Its hosts are kept, in the order of their ids, and numbered by it.
    snapshot: Snapshot,
    numbers: HashMap<HostId, usize>,
    /// What the file says of each host.
    given: Vec<&'a FleetHost>,
    machines: Vec<Machine>,
    /// Silent hosts whose runs have not been taken from them yet.
    silent: BTreeSet<usize>,
    runs: Vec<Simulated>,
    lines: Lines,
    /// How many runs have been submitted.
    submitted: usize,
    /// How many of those have not ended.
    alive: usize,
    /// What runs have on hosts that are not silent, by group.
    used: BTreeMap<GroupId, Resources>,
    /// What is free on all hosts, on or off.
    free: Resources,
    /// Whether the planner is going to be asked again, because runs wait.
    is_look_coming: bool,
    count: Count,
    /// Why runs were refused, and why they failed, each with how many.
    refusals: BTreeMap<String, usize>,
    failures: BTreeMap<String, usize>,
}

/// What is counted.
#[derive(Clone, Copy, Default)]
struct Count {
    plans: u64,
    boots: u64,
    boot_failures: u64,
    losses: u64,
    /// Processor time that runs had, in thousandths of a processor for a microsecond.
    cpu_millis_micros: u128,
}

impl World<'_> {
    /// Plays to the end: every run has ended, and every host is off that goes off.
    fn play(mut self) -> Self {
        while let Some(is_changed) = self.advance() {
            if is_changed {
                self.lead();
            }
        }
        self
    }

    /// Goes to the next moment at which something happens, and lets all of it happen. Answers whether the planner's answer
    /// may have changed by that; nothing where all is over.
    fn advance(&mut self) -> Option<bool> {
        self.now = self.next().filter(|_| !self.is_over())?;
        let mut is_changed = self.submit();
        while let Some(event) = self.events.due(self.now) {
            is_changed |= self.happen(event);
        }
        Some(is_changed)
    }

    fn next(&self) -> Option<Time> {
        let submission = self.runs.get(self.submitted).map(|run| run.run.submitted);
        [submission, self.events.next()].into_iter().flatten().min()
    }

    fn is_over(&self) -> bool {
        let is_down = |number: usize| self.stays_on(number) || self.power(number) == PowerState::Off;
        self.submitted == self.runs.len() && self.alive == 0 && (0..self.machines.len()).all(is_down)
    }

    /// Answers whether the planner's answer may have changed.
    fn happen(&mut self, event: Event) -> bool {
        match event {
            Event::RunEnds { run, generation } => self.run_ends(run, generation),
            Event::RunLook { run } => self.run_look(run),
            Event::HostUp { host, boot } => self.host_up(host, boot),
            Event::HostOff { host, boot } => self.host_off(host, boot),
            Event::HostLost { host, boot } => self.host_lost(host, boot),
            Event::HostLook { host } => self.host_look(host),
            Event::Look => {
                self.is_look_coming = false;
                true
            }
        }
    }

    /// Plans and commits until nothing is left to decide now, as the scheduler does.
    fn lead(&mut self) {
        let mut is_more = true;
        for _ in 0..ROUNDS_AT_ONCE_MAX {
            let is_cut = self.observe();
            let outcome = plan(&self.snapshot, self.policy);
            self.count.plans += 1;
            is_more = self.commit(&outcome, is_cut);
            if !is_more {
                break;
            }
        }
        let waits_beside_work = !self.lines.is_empty() && !self.used.is_empty();
        if is_more {
            self.events.push(self.now.after(Duration::from_secs(1)), Event::Look);
        } else if waits_beside_work && !self.is_look_coming {
            self.is_look_coming = true;
            self.events.push(self.now.after(LOOK_INTERVAL), Event::Look);
        }
    }

    /// Makes a plan true. Answers whether the next one may find more to do.
    fn commit(&mut self, outcome: &Outcome, is_cut: bool) -> bool {
        let plan = &outcome.plan;
        for recovery in &plan.recover {
            self.begin_again(&recovery.run);
        }
        for failure in &plan.fail {
            self.fail(&failure.run, failure.reason.to_string());
        }
        for refusal in &plan.refuse {
            self.refuse(&refusal.run, refusal.reason.to_string());
        }
        for placement in &plan.place {
            self.place(placement);
        }
        self.commit_power(plan);
        for waiting in &outcome.report.waiting {
            if let Reason::Impossible { refused_in, .. } = waiting.reason {
                self.foresee_refusal(&waiting.run, refused_in);
            }
        }
        let is_shifted = !(plan.recover.is_empty() && plan.drain.is_empty() && plan.mark_failed.is_empty());
        is_shifted || is_cut && !(plan.place.is_empty() && plan.refuse.is_empty())
    }
}

#[cfg(test)]
mod tests;
