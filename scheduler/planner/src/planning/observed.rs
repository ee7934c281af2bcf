//! What the snapshot means: which hosts take work, which are gone, what is in use, and which runs are lost.
//! Decides nothing that a policy could choose.

use std::collections::{HashMap, HashSet};

use crate::id::{Generation, HostId, RunId};
use crate::policy::PowerPolicy;
use crate::report::Away;
use crate::resources::Resources;
use crate::snapshot::{Host, PlacedRun, PowerState, Snapshot};
use crate::time::Time;

use super::fleet::Readiness;

/// A host by its number: hosts are numbered in the order of their ids, so the number breaks ties as the id would.
pub(super) type HostNumber = usize;

/// The snapshot with its meaning.
pub(super) struct Observed<'a> {
    /// The hosts by number.
    pub(super) hosts: Vec<Seen<'a>>,
    /// Runs whose placement includes a host that is gone, by their ids.
    pub(super) lost: Vec<Lost<'a>>,
    /// Where runs may be executing: one host of each, the first by number.
    pub(super) held: HashMap<&'a RunId, HostNumber>,
    /// The runs whose placement stands.
    pub(super) standing: Vec<&'a PlacedRun>,
}

/// A host with what it means.
pub(super) struct Seen<'a> {
    /// The host.
    pub(super) host: &'a Host,
    /// Its lease has ended, and the time of grace too: nothing executes there any more.
    pub(super) is_gone: bool,
    /// Whether it may get work.
    pub(super) standing: Standing,
    /// What is in use, by whatever may be executing there.
    pub(super) used: Resources,
    /// Whether anything may be executing there.
    pub(super) is_busy: bool,
}

/// Whether a host may get work.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Standing {
    /// It may, once it is ready.
    Takes(Readiness),
    /// It may not now.
    Away(Away),
}

/// A placed run with the host it lost.
pub(super) struct Lost<'a> {
    /// The run and its placement.
    pub(super) placed: &'a PlacedRun,
    /// The first by id of its hosts that are gone.
    pub(super) host: &'a HostId,
}

impl<'a> Observed<'a> {
    pub(super) fn of(snapshot: &'a Snapshot, policy: &PowerPolicy) -> Observed<'a> {
        let mut sorted: Vec<&Host> = snapshot.hosts.iter().collect();
        sorted.sort_unstable_by(|a, b| a.id.cmp(&b.id));
        let numbers: HashMap<&HostId, HostNumber> = sorted.iter().enumerate().map(|(n, host)| (&host.id, n)).collect();
        let mut observed = Observed {
            hosts: sorted.into_iter().map(|host| Seen::of(host, snapshot.now, policy)).collect(),
            lost: Vec::new(),
            held: HashMap::new(),
            standing: Vec::new(),
        };
        let listed = observed.count_holdings();
        for placed in &snapshot.placed {
            observed.count_placed(placed, &numbers, &listed);
        }
        observed.lost.sort_unstable_by(|a, b| a.placed.run.id.cmp(&b.placed.run.id));
        observed
    }

    /// Adds up what hosts hold, and answers which generations were counted where.
    fn count_holdings(&mut self) -> HashSet<(HostNumber, &'a RunId, Generation)> {
        let mut listed = HashSet::new();
        for (number, seen) in self.hosts.iter_mut().enumerate().filter(|(_, seen)| !seen.is_gone) {
            for holding in &seen.host.holds {
                seen.used = seen.used.plus(holding.resources);
                seen.is_busy = true;
                self.held.entry(&holding.run).or_insert(number);
                listed.insert((number, &holding.run, holding.generation));
            }
        }
        listed
    }

    /// Counts a placement that hosts do not list: one that was committed counts before anybody has heard of it.
    fn count_placed(
        &mut self,
        placed: &'a PlacedRun,
        numbers: &HashMap<&'a HostId, HostNumber>,
        listed: &HashSet<(HostNumber, &'a RunId, Generation)>,
    ) {
        let run = &placed.run;
        let is_gone = |host: &HostId| numbers.get(host).is_none_or(|number| self.hosts[*number].is_gone);
        if let Some(host) = placed.hosts.iter().filter(|host| is_gone(host)).min() {
            self.lost.push(Lost { placed, host });
            return;
        }
        self.standing.push(placed);
        for (part, host) in run.request.parts.iter().zip(&placed.hosts) {
            let Some(&number) = numbers.get(host) else { continue };
            let first = self.held.entry(&run.id).or_insert(number);
            *first = number.min(*first);
            if !listed.contains(&(number, &run.id, run.generation)) {
                let seen = &mut self.hosts[number];
                seen.used = seen.used.plus(part.resources);
                seen.is_busy = true;
            }
        }
    }
}

impl<'a> Seen<'a> {
    fn of(host: &'a Host, now: Time, policy: &PowerPolicy) -> Seen<'a> {
        let is_gone = host.lease_until.is_none_or(|until| until.after(policy.lease_grace) <= now);
        Seen { host, is_gone, standing: standing(host, now, policy), used: Resources::ZERO, is_busy: false }
    }
}

fn standing(host: &Host, now: Time, policy: &PowerPolicy) -> Standing {
    let power = host.power;
    let in_state = now.since(power.since);
    let has_lease = host.lease_until.is_some_and(|until| until > now);
    let rest = policy.rest_after(power.failures);
    match power.state {
        _ if host.cordoned => Standing::Away(Away::Cordoned),
        PowerState::Off => match policy.minimum_off.saturating_sub(in_state) {
            more if more.is_zero() => Standing::Takes(Readiness::Off),
            more => Standing::Away(Away::Resting { more }),
        },
        // It is marked failed by this plan; what it rests is what one failure more makes it rest.
        PowerState::Starting if in_state >= policy.boot_timeout => {
            let failures = power.failures.saturating_add(1);
            Standing::Away(Away::Failed { more: policy.rest_after(failures), failures })
        }
        PowerState::Starting => Standing::Takes(Readiness::Starting),
        PowerState::Ready if has_lease => Standing::Takes(Readiness::Ready),
        PowerState::Draining if has_lease => Standing::Takes(Readiness::Draining),
        PowerState::Ready | PowerState::Draining => Standing::Away(Away::Silent),
        PowerState::Stopping => Standing::Away(Away::Stopping),
        PowerState::Failed => {
            Standing::Away(Away::Failed { more: rest.saturating_sub(in_state), failures: power.failures })
        }
    }
}
