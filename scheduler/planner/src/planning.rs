//! The planner itself: goes through the line of runs once, gives each the best hosts that are left, and then decides
//! which hosts are on. Called by whoever has a snapshot; knows neither where it comes from nor who carries a plan out.

mod fit;
mod fleet;
mod groups;
mod hash;
mod line;
mod needs;
mod observed;
mod power;
mod reserve;
mod why;

use crate::outcome::{Failure, Outcome, Placement, Recovery, Refusal, Seated};
use crate::policy::Policy;
use crate::report::{Ahead, FailedRun, Impossible, Reason, Refused, Waiting};
use crate::resources::Resources;
use crate::snapshot::{Host, PowerState, Run, Snapshot};
use crate::time::Time;

use fit::{Fit, fit};
use fleet::{Fleet, Readiness};
use groups::Groups;
use line::{Entry, Line, level};
use needs::{ClassNumber, Classes, Needs};
use observed::{HostNumber, Observed};
use why::{Shapes, Verdict};

/// Decides what every run and every host of the snapshot does next.
///
/// It never fails and never panics: what makes no sense (an edge to a part that is not there, a run without parts) is
/// passed over or refused with a reason. 100,000 runs on 10,000 hosts take well under a second.
pub fn plan(snapshot: &Snapshot, policy: &Policy) -> Outcome {
    let observed = Observed::of(snapshot, &policy.power);
    let mut outcome = Outcome::default();
    let again = recover(&observed, policy, &mut outcome);
    let mut planning = Planning::of(snapshot, policy, &observed, outcome);
    let mut line = planning.line(snapshot.waiting.iter().chain(again));
    while let Some(entry) = line.next(planning.groups.shares()) {
        planning.look_at(entry);
    }
    let Planning { fleet, mut outcome, .. } = planning;
    power::decide(&observed, &fleet, snapshot.now, &policy.power, &mut outcome.plan);
    outcome
}

/// Ends the placements of runs that lost a host, and answers the runs that are begun again.
fn recover<'a>(observed: &Observed<'a>, policy: &Policy, outcome: &mut Outcome) -> Vec<&'a Run> {
    let mut again = Vec::new();
    for lost in &observed.lost {
        let (run, host) = (&lost.placed.run, lost.host.clone());
        let (id, generation) = (run.id.clone(), run.generation);
        if run.attempt >= policy.attempts_max {
            let reason = FailedRun::NoAttemptsLeft { attempts: run.attempt, lost: host };
            outcome.plan.fail.push(Failure { run: id, generation, reason });
        } else {
            outcome.plan.recover.push(Recovery { run: id, generation, lost: host });
            again.push(run);
        }
    }
    again
}

/// A plan in the making.
struct Planning<'a> {
    now: Time,
    policy: &'a Policy,
    observed: &'a Observed<'a>,
    fleet: Fleet<'a>,
    needs: Needs<'a>,
    classes: Classes<'a>,
    shapes: Shapes,
    groups: Groups<'a>,
    reservations_left: usize,
    /// The level of the run that was looked at last, and how many were waiting when it began.
    level: Option<(u64, usize)>,
    outcome: Outcome,
}

impl<'a> Planning<'a> {
    fn of(snapshot: &'a Snapshot, policy: &'a Policy, observed: &'a Observed<'a>, outcome: Outcome) -> Planning<'a> {
        let capacity = observed.hosts.iter().fold(Resources::ZERO, |sum, seen| sum.plus(seen.host.capacity));
        let standing = observed.standing.iter().map(|placed| &placed.run);
        let others = snapshot.waiting.iter().chain(observed.lost.iter().map(|lost| &lost.placed.run));
        let needs = Needs::of(others.clone(), observed.hosts.iter().map(|seen| seen.host));
        let groups = Groups::of(standing, others, policy, capacity);
        Planning {
            now: snapshot.now,
            policy,
            observed,
            fleet: Fleet::of(observed, policy.power.starting_max),
            shapes: Shapes::of(observed, &needs),
            needs,
            classes: Classes::default(),
            groups,
            reservations_left: policy.reservations_max,
            level: None,
            outcome,
        }
    }

    fn line(&mut self, runs: impl Iterator<Item = &'a Run>) -> Line<'a> {
        let entries = runs.map(|run| Entry {
            run,
            class: self.classes.number(&run.request, &mut self.needs),
            group: self.groups.number(&run.group),
            level: level(run, self.now, self.policy.aging_step),
        });
        Line::of(entries.collect())
    }

    /// Places a run, refuses it, or says why it waits.
    fn look_at(&mut self, entry: &Entry<'a>) {
        if self.level.is_none_or(|(level, _)| level != entry.level) {
            self.level = Some((entry.level, self.outcome.report.waiting.len()));
        }
        let run = entry.run;
        let waited = self.now.since(run.submitted);
        if waited >= self.policy.queue_timeout {
            return self.refuse(run, Refused::WaitedTooLong { waited });
        }
        if let Some(host) = self.observed.held_by(&run.id) {
            return self.wait(run, Reason::PreviousAttempt { host: self.host(host).id.clone() });
        }
        if let Some(reason) = self.over_quota(entry) {
            return self.wait_or_refuse(run, reason);
        }
        let class = self.classes.get(entry.class);
        match fit(class, &mut self.needs, &mut self.fleet) {
            Some(fit) => {
                self.groups.charge(entry.group, class.total);
                self.seat(run, fit);
            }
            None => {
                let reason = self.why(entry);
                self.wait_or_refuse(run, reason);
            }
        }
    }

    /// A run has hosts: it is placed there if they are up, else it waits for the one that takes longest.
    fn seat(&mut self, run: &Run, fit: Fit) {
        let slowest = self.host(fit.slowest);
        let usual = slowest.boot_time_seen.unwrap_or(self.policy.power.boot_time_expected);
        if fit.readiness >= Readiness::Starting {
            let host = slowest.id.clone();
            let is_starting = slowest.power.state == PowerState::Starting;
            let since = self.now.since(slowest.power.since);
            return self.wait(
                run,
                if is_starting { Reason::Booting { host, since, usual } } else { Reason::SwitchedOn { host, usual } },
            );
        }
        let parts = run.request.parts.iter().zip(fit.hosts);
        let parts = parts.map(|(part, host)| Seated { part: part.name.clone(), host: self.host(host).id.clone() });
        let placement = Placement {
            run: run.id.clone(),
            generation: run.generation.next(),
            attempt: run.attempt.saturating_add(1),
            parts: parts.collect(),
        };
        self.outcome.plan.place.push(placement);
    }

    fn over_quota(&mut self, entry: &Entry<'a>) -> Option<Reason> {
        let group = self.groups.get(entry.group);
        let quota = group.quota?;
        let needed = self.classes.get(entry.class).total;
        let (id, used) = (group.id.clone(), group.used);
        if !needed.fits_in(&quota) {
            let why = Impossible::OverQuota { group: id, needed, quota };
            return Some(self.impossible(entry.run, why));
        }
        let is_over = !used.plus(needed).fits_in(&quota);
        is_over.then_some(Reason::Quota { group: id, quota, used, needed })
    }

    /// Why no host takes a run; one that has waited long has a host kept free.
    fn why(&mut self, entry: &Entry<'a>) -> Reason {
        let verdict = self.verdict(entry.class);
        let hosts = match verdict {
            Verdict::Impossible(why) => return self.impossible(entry.run, why),
            Verdict::Away(host, why) => return Reason::Away { host: self.host(host).id.clone(), why },
            Verdict::Full(hosts) => hosts,
        };
        let class = self.classes.get(entry.class);
        let parts = class.parts.len();
        if self.fleet.starts_left() == 0 && self.needs.any_in(&class.parts, Readiness::Off, &self.fleet) {
            return Reason::StartingLimit { starting: self.fleet.starting() };
        }
        let has_waited = self.now.since(entry.run.submitted) >= self.policy.reserve_after;
        if has_waited
            && self.reservations_left > 0
            && let Some(reserved) = reserve::reserve(class, &self.needs, &mut self.fleet)
        {
            self.reservations_left -= 1;
            let host = self.host(reserved.host).id.clone();
            return Reason::Reserved { host, missing: reserved.missing };
        }
        let higher = self.level.map_or(0, |(_, before)| before);
        Reason::Full { hosts, parts, ahead: Ahead { higher, all: self.outcome.report.waiting.len() } }
    }

    fn verdict(&mut self, class: ClassNumber) -> Verdict {
        let class = self.classes.get(class);
        class.verdict.clone().unwrap_or_else(|| {
            let verdict = self.shapes.judge(class, &self.needs);
            class.verdict.insert(verdict).clone()
        })
    }

    fn impossible(&self, run: &Run, why: Impossible) -> Reason {
        let refused_in = self.policy.refuse_after.saturating_sub(self.now.since(run.submitted));
        Reason::Impossible { why, refused_in }
    }

    fn wait_or_refuse(&mut self, run: &Run, reason: Reason) {
        match reason {
            Reason::Impossible { why, refused_in } if refused_in.is_zero() => {
                self.refuse(run, Refused::Impossible(why));
            }
            reason => self.wait(run, reason),
        }
    }

    fn wait(&mut self, run: &Run, reason: Reason) {
        self.outcome.report.waiting.push(Waiting { run: run.id.clone(), reason });
    }

    fn refuse(&mut self, run: &Run, reason: Refused) {
        self.outcome.plan.refuse.push(Refusal { run: run.id.clone(), reason });
    }

    fn host(&self, number: HostNumber) -> &'a Host {
        self.observed.hosts[number].host
    }
}
