//! What must hold of every plan, worked out from the snapshot alone and in another way than the planner does. Each rule
//! panics where it is broken.

use std::collections::{BTreeMap, BTreeSet};

use leat_planner::id::{GroupId, HostId, RunId};
use leat_planner::{Arrangement, Host, Outcome, Placement, Policy, PowerState, Resources, Run, Snapshot};

/// A snapshot with what the planner made of it.
pub(crate) struct Planned<'a> {
    pub(crate) snapshot: &'a Snapshot,
    pub(crate) policy: &'a Policy,
    pub(crate) outcome: &'a Outcome,
}

impl<'a> Planned<'a> {
    /// All rules that one plan can be held against.
    pub(crate) fn keeps_every_rule(&self) {
        self.never_gives_more_than_there_is();
        self.keeps_to_constraints();
        self.places_whole_runs();
        self.never_makes_two_live_generations();
        self.never_switches_off_what_works();
        self.accounts_for_every_run();
        self.keeps_quotas();
    }

    pub(crate) fn never_gives_more_than_there_is(&self) {
        let mut used = self.used();
        for placement in &self.outcome.plan.place {
            let request = &self.run(&placement.run).request;
            for (part, seated) in request.parts.iter().zip(&placement.parts) {
                let sum = used.entry(&seated.host).or_default();
                *sum = sum.plus(part.resources);
                let capacity = self.host(&seated.host).capacity;
                assert!(sum.fits_in(&capacity), "{} is given {sum} and has {capacity}", seated.host);
            }
        }
    }

    pub(crate) fn keeps_to_constraints(&self) {
        for placement in &self.outcome.plan.place {
            let request = &self.run(&placement.run).request;
            let hosts: BTreeSet<&HostId> = placement.parts.iter().map(|seated| &seated.host).collect();
            if request.arrangement == Arrangement::Spread {
                assert_eq!(hosts.len(), request.parts.len(), "{} is not spread", placement.run);
            }
            for (part, seated) in request.parts.iter().zip(&placement.parts) {
                let (host, asked) = (self.host(&seated.host), &part.constraints);
                assert!(
                    asked.regions.is_empty() || asked.regions.contains(&host.region),
                    "{} left home",
                    placement.run
                );
                assert!(asked.labels.iter().all(|label| host.labels.contains(label)), "{} misses a label", host.id);
                assert!(asked.architecture.as_ref().is_none_or(|architecture| *architecture == host.architecture));
                assert!(!asked.not_on.contains(&host.id), "{} is where it must not be", placement.run);
            }
        }
    }

    pub(crate) fn places_whole_runs(&self) {
        for placement in &self.outcome.plan.place {
            let asked: Vec<_> = self.run(&placement.run).request.parts.iter().map(|part| &part.name).collect();
            let seated: Vec<_> = placement.parts.iter().map(|seated| &seated.part).collect();
            assert_eq!(asked, seated, "{} is not placed whole", placement.run);
            for seated in &placement.parts {
                let host = self.host(&seated.host);
                let undrained = self.outcome.plan.undrain.contains(&host.id);
                let is_up =
                    host.power.state == PowerState::Ready || (host.power.state == PowerState::Draining && undrained);
                assert!(is_up && !host.cordoned, "{} gets work and is {:?}", host.id, host.power.state);
                assert!(host.lease_until.is_some_and(|until| until > self.snapshot.now), "{} has no lease", host.id);
            }
        }
    }

    pub(crate) fn never_makes_two_live_generations(&self) {
        let plan = &self.outcome.plan;
        let mut placed = BTreeSet::new();
        for Placement { run, generation, attempt, .. } in &plan.place {
            assert!(placed.insert(run), "{run} is placed twice");
            let before = self.run(run);
            assert!(*generation > before.generation && *attempt == before.attempt + 1, "{run} is not fenced off");
            let stands = self.snapshot.placed.iter().any(|placed| placed.run.id == *run);
            assert!(!stands || plan.recover.iter().any(|recovery| recovery.run == *run), "{run} has a place already");
            let live = self.snapshot.hosts.iter().filter(|host| !self.is_gone(host));
            for host in live {
                assert!(host.holds.iter().all(|holding| holding.run != *run), "{run} may still be on {}", host.id);
            }
        }
    }

    pub(crate) fn never_switches_off_what_works(&self) {
        let plan = &self.outcome.plan;
        let used = self.used();
        let given: BTreeSet<&HostId> =
            plan.place.iter().flat_map(|placement| &placement.parts).map(|seated| &seated.host).collect();
        for host in &plan.power_off {
            assert!(!used.contains_key(host) && !given.contains(host), "{host} works and is switched off");
        }
        for host in &plan.drain {
            let is_cordoned = self.host(host).cordoned;
            assert!(is_cordoned || !used.contains_key(host), "{host} works and is drained");
            assert!(!given.contains(host), "{host} gets work and is drained");
        }
        for host in &plan.power_on {
            let host = self.host(host);
            assert!(host.power.state == PowerState::Off && !host.cordoned, "{} cannot be switched on", host.id);
        }
        let starting = self.snapshot.hosts.iter().filter(|host| host.power.state == PowerState::Starting).count();
        let overdue = plan.mark_failed.len();
        let allowed = self.policy.power.starting_max.saturating_sub(starting.saturating_sub(overdue));
        assert!(plan.power_on.len() <= allowed, "{} hosts are switched on, {allowed} may be", plan.power_on.len());
        let failed = plan.mark_failed.iter().map(|failed| &failed.host);
        let lists = [&plan.power_on, &plan.drain, &plan.undrain, &plan.power_off];
        let mut moved = BTreeSet::new();
        for host in lists.into_iter().flatten().chain(failed) {
            assert!(moved.insert(host), "two things are done to {host}");
        }
    }

    pub(crate) fn accounts_for_every_run(&self) {
        let plan = &self.outcome.plan;
        let lost: BTreeSet<&RunId> = self
            .snapshot
            .placed
            .iter()
            .filter(|p| {
                p.hosts.iter().any(|host| {
                    self.snapshot.hosts.iter().find(|known| known.id == *host).is_none_or(|host| self.is_gone(host))
                })
            })
            .map(|placed| &placed.run.id)
            .collect();
        let ended: BTreeSet<&RunId> =
            plan.recover.iter().map(|r| &r.run).chain(plan.fail.iter().map(|f| &f.run)).collect();
        assert_eq!(lost, ended, "the runs that lost a host are those that are recovered or fail");
        let mut told: Vec<&RunId> = plan.place.iter().map(|placement| &placement.run).collect();
        told.extend(plan.refuse.iter().map(|refusal| &refusal.run));
        told.extend(self.outcome.report.waiting.iter().map(|waiting| &waiting.run));
        told.sort();
        let waiting = self.snapshot.waiting.iter().map(|run| &run.id);
        let mut asked: Vec<&RunId> = waiting.chain(plan.recover.iter().map(|recovery| &recovery.run)).collect();
        asked.sort();
        assert_eq!(told, asked, "every run without a place has one, is refused, or is told why it waits");
        for waiting in &self.outcome.report.waiting {
            assert!(waiting.reason.to_string().len() > 10, "{} has no reason in words", waiting.run);
        }
    }

    pub(crate) fn keeps_quotas(&self) {
        let ended: BTreeSet<&RunId> = self.outcome.plan.recover.iter().map(|recovery| &recovery.run).collect();
        let failed: BTreeSet<&RunId> = self.outcome.plan.fail.iter().map(|failure| &failure.run).collect();
        let mut used: BTreeMap<&GroupId, Resources> = BTreeMap::new();
        let standing = self.snapshot.placed.iter().map(|placed| &placed.run);
        for run in standing.filter(|run| !ended.contains(&run.id) && !failed.contains(&run.id)) {
            let sum = used.entry(&run.group).or_default();
            *sum = sum.plus(run.request.total());
        }
        for placement in &self.outcome.plan.place {
            let run = self.run(&placement.run);
            let sum = used.entry(&run.group).or_default();
            *sum = sum.plus(run.request.total());
            let quota = self.policy.groups.get(&run.group).and_then(|group| group.quota);
            assert!(quota.is_none_or(|quota| sum.fits_in(&quota)), "{} has {sum}", run.group);
        }
    }

    /// What is in use on each host that is in use.
    fn used(&self) -> BTreeMap<&'a HostId, Resources> {
        let mut generations: BTreeMap<(&HostId, &RunId, u64), Resources> = BTreeMap::new();
        for host in self.snapshot.hosts.iter().filter(|host| !self.is_gone(host)) {
            for holding in &host.holds {
                generations.insert((&host.id, &holding.run, holding.generation.number()), holding.resources);
            }
        }
        let listed: BTreeSet<_> = generations.keys().copied().collect();
        let ended: BTreeSet<&RunId> = self.outcome.plan.recover.iter().map(|recovery| &recovery.run).collect();
        let failed: BTreeSet<&RunId> = self.outcome.plan.fail.iter().map(|failure| &failure.run).collect();
        for placed in &self.snapshot.placed {
            let run = &placed.run;
            if ended.contains(&run.id) || failed.contains(&run.id) {
                continue;
            }
            for (part, host) in run.request.parts.iter().zip(&placed.hosts) {
                let key = (host, &run.id, run.generation.number());
                if !listed.contains(&key) {
                    let sum = generations.entry(key).or_default();
                    *sum = sum.plus(part.resources);
                }
            }
        }
        let mut used: BTreeMap<&HostId, Resources> = BTreeMap::new();
        for ((host, ..), amount) in generations {
            let sum = used.entry(host).or_default();
            *sum = sum.plus(amount);
        }
        used
    }

    fn is_gone(&self, host: &Host) -> bool {
        let grace = self.policy.power.lease_grace;
        host.lease_until.is_none_or(|until| until.after(grace) <= self.snapshot.now)
    }

    fn host(&self, id: &HostId) -> &'a Host {
        self.snapshot.hosts.iter().find(|host| host.id == *id).unwrap()
    }

    fn run(&self, id: &RunId) -> &'a Run {
        let placed = self.snapshot.placed.iter().map(|placed| &placed.run);
        self.snapshot.waiting.iter().chain(placed).find(|run| run.id == *id).unwrap()
    }
}
