//! One round of the scheduler, without its I/O: what was observed becomes a snapshot, the planner's outcome becomes
//! decisions.

mod elsewhere;
mod snapshot;

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use leat_planner::{Outcome, Plan, Policy, plan};

use crate::ledger::{Decision, Observation};
use crate::liveness::Liveness;
use crate::model::{Generation, HostId, HostRecord, Moment, Placement, PowerRequest, PowerState, RunId, RunRecord};
use snapshot::snapshot_of;

/// What a round is decided on.
pub(crate) struct Round<'a> {
    pub(crate) observation: &'a Observation,
    pub(crate) liveness: &'a Liveness,
    pub(crate) policy: &'a Policy,
    /// The hosts that can be switched on and off.
    pub(crate) switchable: &'a BTreeSet<HostId>,
    /// The hosts that were seen to have no power.
    pub(crate) seen_off: &'a [HostId],
    /// The wall clock.
    pub(crate) now: Moment,
    /// A clock that never jumps, the one of `liveness`.
    pub(crate) elapsed: Duration,
}

/// What is to be done, in the order in which it is to be done; each run and each host at most once, so that no
/// decision is made on what another of the same round changes. What is left undone is for the next round, which
/// follows at once.
pub(crate) fn decide(round: &Round<'_>) -> Vec<Decision> {
    let mut decisions = Decisions::new(round);
    decisions.wishes();
    let outcome = plan(&snapshot_of(round), round.policy);
    decisions.of_plan(&outcome.plan);
    decisions.reasons(&outcome);
    decisions.made
}

struct Decisions<'a> {
    round: &'a Round<'a>,
    runs: BTreeMap<&'a str, &'a RunRecord>,
    hosts: BTreeMap<&'a str, &'a HostRecord>,
    /// The runs and the hosts that something was decided on.
    touched_runs: BTreeSet<&'a str>,
    touched_hosts: BTreeSet<&'a str>,
    made: Vec<Decision>,
}

impl<'a> Decisions<'a> {
    fn new(round: &'a Round<'a>) -> Self {
        let Observation { hosts, runs, .. } = round.observation;
        Decisions {
            round,
            runs: runs.iter().map(|run| (run.id.as_str(), run)).collect(),
            hosts: hosts.iter().map(|host| (host.id.as_str(), host)).collect(),
            touched_runs: BTreeSet::new(),
            touched_hosts: BTreeSet::new(),
            made: Vec::new(),
        }
    }

    /// What people want and adapters have seen, which needs no planning.
    fn wishes(&mut self) {
        let waiting = self.round.observation.runs.iter().filter(|run| run.cancel_requested && run.state.is_waiting());
        for run in waiting {
            self.run(run.id.as_str(), |run| Decision::Cancel { run: run.id.clone(), revision: run.revision });
        }
        for host in &self.round.observation.hosts {
            let seen_off = self.round.seen_off.contains(&host.id);
            if seen_off && host.state == PowerState::Stopping {
                self.power(host.id.as_str(), PowerState::Off, host.failures, "switched off".to_owned());
            }
            // There is nothing to wait for: it cannot come back by itself, and may be switched on for who needs it.
            if seen_off && host.may_be_used_once_off() {
                self.power(host.id.as_str(), PowerState::Off, host.failures, "it has gone off by itself".to_owned());
            }
            let wished_on = host.power_requested == Some(PowerRequest::On);
            let is_down = matches!(host.state, PowerState::Off | PowerState::Failed);
            if wished_on && is_down && self.round.switchable.contains(&host.id) {
                self.power(host.id.as_str(), PowerState::Starting, host.failures, "an operator wants it on".to_owned());
            }
        }
    }

    fn of_plan(&mut self, plan: &Plan) {
        for lost in &plan.recover {
            let reason = format!("host {} was lost", lost.lost);
            self.run(lost.run.as_str(), |run| recovery(run, reason));
        }
        for failure in &plan.fail {
            self.run(failure.run.as_str(), |run| failed(run, failure.reason.to_string()));
        }
        for refusal in &plan.refuse {
            self.run(refusal.run.as_str(), |run| failed(run, refusal.reason.to_string()));
        }
        // A host that goes off in this round was free of everything that stays.
        for seated in &plan.place {
            let seats: Option<Vec<Placement>> = seated
                .parts
                .iter()
                .map(|seat| {
                    let host = self.hosts.get(seat.host.as_str())?.id.clone();
                    Some(Placement { part: seat.part.as_str().to_owned(), host })
                })
                .collect();
            let Some(placements) = seats else { continue };
            let generation = Generation(seated.generation.number());
            self.run(seated.run.as_str(), |run| Decision::Place {
                run: run.id.clone(),
                revision: run.revision,
                generation,
                placements,
            });
        }
        self.power_of_plan(plan);
    }

    fn power_of_plan(&mut self, plan: &Plan) {
        let idle = "nothing runs there";
        let lists = [
            (&plan.undrain, PowerState::Ready, "runs wait"),
            (&plan.power_on, PowerState::Starting, "runs wait"),
            (&plan.drain, PowerState::Draining, idle),
            (&plan.power_off, PowerState::Stopping, idle),
        ];
        for failed in &plan.mark_failed {
            let failures = self.failures(failed.host.as_str()).saturating_add(1);
            self.power(failed.host.as_str(), PowerState::Failed, failures, failed.trouble.to_string());
        }
        for (hosts, state, reason) in lists {
            for id in hosts {
                self.power(id.as_str(), state, self.failures(id.as_str()), reason.to_owned());
            }
        }
    }

    /// The failures of a host that are not forgotten.
    fn failures(&self, id: &str) -> u32 {
        let Some(host) = self.hosts.get(id) else { return 0 };
        let up_for = host.up_since.filter(|_| host.state.is_up()).map(|up| self.round.now.since(up));
        self.round.policy.power.still_counted(host.failures, up_for)
    }

    fn reasons(&mut self, outcome: &Outcome) {
        for waiting in &outcome.report.waiting {
            let Some(run) = self.runs.get(waiting.run.as_str()) else { continue };
            if !self.touched_runs.contains(run.id.as_str()) {
                self.made.push(Decision::Waits { run: run.id.clone(), reason: waiting.reason.to_string() });
            }
        }
    }

    fn run(&mut self, id: &str, decision: impl FnOnce(&RunRecord) -> Decision) {
        if let Some(run) = self.runs.get(id).copied()
            && self.touched_runs.insert(run.id.as_str())
        {
            self.made.push(decision(run));
        }
    }

    fn power(&mut self, id: &str, state: PowerState, failures: u32, reason: String) {
        if let Some(host) = self.hosts.get(id).copied()
            && self.touched_hosts.insert(host.id.as_str())
        {
            let (host, revision) = (host.id.clone(), host.revision);
            self.made.push(Decision::Power { host, revision, state, failures, reason });
        }
    }
}

/// A run whose host is lost: begun again, unless nobody wants it any more or it has no attempt left.
fn recovery(run: &RunRecord, reason: String) -> Decision {
    if run.cancel_requested {
        return Decision::Cancel { run: run.id.clone(), revision: run.revision };
    }
    let in_vain = run.attempts_in_vain();
    if in_vain >= run.attempts_max {
        let place = match run.attempts_fruitful {
            0 => format!("in attempt {} of {}", run.attempts, run.attempts_max),
            _ => format!("in attempt {}, and the last {in_vain} got no further than those before them", run.attempts),
        };
        return failed(run, format!("{reason} {place}"));
    }
    Decision::Recover { run: run.id.clone(), revision: run.revision, reason }
}

fn failed(run: &RunRecord, reason: String) -> Decision {
    // Whose end somebody asked for has not failed when it ends.
    if run.cancel_requested {
        return Decision::Cancel { run: run.id.clone(), revision: run.revision };
    }
    Decision::Fail { run: run.id.clone(), revision: run.revision, reason }
}

/// The run that a decision is about, if it is about one.
pub(crate) fn run_of(decision: &Decision) -> Option<&RunId> {
    match decision {
        Decision::Place { run, .. }
        | Decision::Recover { run, .. }
        | Decision::Fail { run, .. }
        | Decision::Cancel { run, .. }
        | Decision::Waits { run, .. } => Some(run),
        Decision::Power { .. } => None,
    }
}

#[cfg(test)]
mod tests;
