//! What the snapshot means: which hosts take work, which are gone, what is in use, and which runs are lost.
//! Decides nothing that a policy could choose.

use crate::id::{HostId, RunId};
use crate::policy::PowerPolicy;
use crate::report::Away;
use crate::resources::Resources;
use crate::snapshot::{Holding, Host, PlacedRun, PowerState, Run, Snapshot};
use crate::time::Time;

use super::fleet::Readiness;
use super::hash::Map;

/// A host by its number: hosts are numbered in the order of their ids, so the number breaks ties as the id would.
pub(super) type HostNumber = usize;

/// The snapshot with its meaning.
pub(super) struct Observed<'a> {
    /// The hosts by number.
    pub(super) hosts: Vec<Seen<'a>>,
    /// Runs whose placement includes a host that is gone, by their ids.
    pub(super) lost: Vec<Lost<'a>>,
    /// Of the runs that have no place, where they may be executing still: the first host by number.
    held: Map<&'a RunId, Option<HostNumber>>,
    /// The runs whose placement stands.
    pub(super) standing: Vec<&'a PlacedRun>,
}

/// A host with what it means.
pub(super) struct Seen<'a> {
    /// The host.
    pub(super) host: &'a Host,
    /// Its lease has ended, and the time of grace too: nothing executes there any more.
    pub(super) is_gone: bool,
    /// Whether it is coming up and may still do so in time.
    pub(super) is_starting: bool,
    /// Whether it may get work.
    pub(super) standing: Standing,
    /// What is in use, by whatever may be executing there.
    pub(super) used: Resources,
    /// Whether anything may be executing there.
    pub(super) is_busy: bool,
    /// What it holds, by run and generation.
    holds: Vec<&'a Holding>,
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
        let numbers: Map<&HostId, HostNumber> = sorted.iter().enumerate().map(|(n, host)| (&host.id, n)).collect();
        let mut observed = Observed {
            hosts: sorted.into_iter().map(|host| Seen::of(host, snapshot.now, policy)).collect(),
            lost: Vec::new(),
            held: snapshot.waiting.iter().map(|run| (&run.id, None)).collect(),
            standing: Vec::new(),
        };
        let mut hosts = Vec::new();
        for placed in &snapshot.placed {
            hosts.clear();
            hosts.extend(placed.hosts.iter().map(|host| numbers.get(host).copied()));
            observed.count_placed(placed, &hosts);
        }
        observed.lost.sort_unstable_by(|a, b| a.placed.run.id.cmp(&b.placed.run.id));
        observed.find_older_generations();
        observed
    }

    /// The first host by id where a run that has no place may be executing still.
    pub(super) fn held_by(&self, run: &RunId) -> Option<HostNumber> {
        self.held.get(run).copied().flatten()
    }

    /// Counts a placement where hosts do not list it: one that was committed counts before anybody has heard of it.
    fn count_placed(&mut self, placed: &'a PlacedRun, hosts: &[Option<HostNumber>]) {
        let run = &placed.run;
        let is_gone = |host: &Option<HostNumber>| host.is_none_or(|host| self.hosts[host].is_gone);
        let gone = placed.hosts.iter().zip(hosts).filter(|(_, number)| is_gone(number));
        if let Some(host) = gone.map(|(host, _)| host).min() {
            self.held.insert(&run.id, None);
            self.lost.push(Lost { placed, host });
            return;
        }
        self.standing.push(placed);
        for (part, host) in run.request.parts.iter().zip(hosts.iter().flatten()) {
            let seen = &mut self.hosts[*host];
            if !seen.lists(run) {
                seen.used = seen.used.plus(part.resources);
                seen.is_busy = true;
            }
            // Only where a snapshot lists a run twice: it has a place, so it gets no other.
            note(&mut self.held, &run.id, *host);
        }
    }

    /// Finds out which of the runs without a place hosts may be executing still.
    fn find_older_generations(&mut self) {
        for (number, seen) in self.hosts.iter().enumerate().filter(|(_, seen)| !seen.is_gone) {
            for holding in &seen.holds {
                note(&mut self.held, &holding.run, number);
            }
        }
    }
}

/// Notes where a run may be executing, if it is one of those that this matters for.
fn note(held: &mut Map<&RunId, Option<HostNumber>>, run: &RunId, host: HostNumber) {
    if let Some(first) = held.get_mut(run) {
        *first = Some(first.map_or(host, |first| first.min(host)));
    }
}

impl<'a> Seen<'a> {
    fn of(host: &'a Host, now: Time, policy: &PowerPolicy) -> Seen<'a> {
        let is_gone = host.lease_until.is_none_or(|until| until.after(policy.lease_grace) <= now);
        let mut holds: Vec<&Holding> = if is_gone { Vec::new() } else { host.holds.iter().collect() };
        holds.sort_unstable_by(|a, b| (&a.run, a.generation).cmp(&(&b.run, b.generation)));
        let in_state = now.since(host.power.since);
        Seen {
            host,
            is_gone,
            is_starting: host.power.state == PowerState::Starting && in_state < policy.boot_timeout,
            standing: standing(host, now, policy),
            used: holds.iter().fold(Resources::ZERO, |sum, holding| sum.plus(holding.resources)),
            is_busy: !holds.is_empty(),
            holds,
        }
    }

    /// Whether the host lists the present generation of a run among what it holds.
    fn lists(&self, run: &Run) -> bool {
        let wanted = (&run.id, run.generation);
        self.holds.binary_search_by(|holding| (&holding.run, holding.generation).cmp(&wanted)).is_ok()
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
