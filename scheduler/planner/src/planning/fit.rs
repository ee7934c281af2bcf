//! Where a run goes: on one host if one takes it whole, else part by part, and sooner before later. Takes the room it
//! finds; knows nothing of whose turn it is.

use crate::snapshot::Arrangement;

use super::fleet::{Fleet, Readiness};
use super::needs::{Class, NeedNumber, Needs};
use super::observed::HostNumber;

/// Hosts for a run, with their room taken.
pub(super) struct Fit {
    /// The host of each part.
    pub(super) hosts: Vec<HostNumber>,
    /// Before the room was taken, how ready the least ready of them was.
    pub(super) readiness: Readiness,
    /// That host; the first by number where there are several.
    pub(super) slowest: HostNumber,
}

/// Finds hosts for a run of a class and takes the room; `None` leaves the fleet as it was.
pub(super) fn fit(class: &mut Class<'_>, needs: &mut Needs<'_>, fleet: &mut Fleet<'_>) -> Option<Fit> {
    let hosts = Readiness::ALL.into_iter().find_map(|tier| {
        if tier == Readiness::Off && fleet.starts_left() == 0 {
            return None;
        }
        let whole = class.whole.and_then(|need| needs.first(need, tier, fleet));
        if let Some(host) = whole {
            fleet.take(host, class.total);
            return Some(vec![host; class.parts.len()]);
        }
        split(class, tier, needs, fleet)
    })?;
    let readiness_of = |host: HostNumber| fleet.readiness(host).unwrap_or(Readiness::Ready);
    let readiness = hosts.iter().map(|host| readiness_of(*host)).max()?;
    let slowest = hosts.iter().copied().filter(|host| readiness_of(*host) == readiness).min()?;
    for host in &hosts {
        fleet.claim(*host);
    }
    Some(Fit { hosts, readiness, slowest })
}

/// Hosts for each part by itself, none of them less ready than `worst`.
fn split(
    class: &mut Class<'_>,
    worst: Readiness,
    needs: &mut Needs<'_>,
    fleet: &mut Fleet<'_>,
) -> Option<Vec<HostNumber>> {
    if class.parts.len() < 2 {
        return None;
    }
    // What failed once fails again until a host comes into one of these tiers.
    let length = Readiness::ALL.into_iter().filter(|tier| *tier <= worst).map(|tier| fleet.length(tier)).sum();
    if class.failed_at[worst as usize] == Some(length) {
        return None;
    }
    for order in &class.orders {
        let hosts = vec![None; class.parts.len()];
        let mut attempt = Attempt { class, worst, needs, fleet, hosts, begin_at: Vec::new() };
        if attempt.seat_all(order) {
            let Attempt { hosts, begin_at, .. } = attempt;
            for (need, tier, place) in begin_at {
                needs.begin_at(need, tier, place);
            }
            return Some(hosts.into_iter().flatten().collect());
        }
        attempt.give_back();
    }
    class.failed_at[worst as usize] = Some(length);
    None
}

/// A run that is being taken apart.
struct Attempt<'a, 'f> {
    class: &'a Class<'a>,
    worst: Readiness,
    needs: &'a Needs<'a>,
    fleet: &'a mut Fleet<'f>,
    /// The host of each part that has one.
    hosts: Vec<Option<HostNumber>>,
    /// Where searches have ended: it holds only once all parts have a host.
    begin_at: Vec<(NeedNumber, Readiness, usize)>,
}

/// How good a host that has a part already is for another one: the least is the best.
#[derive(PartialEq, Eq, PartialOrd, Ord)]
struct Beside {
    /// Queues to parts that have a host, which would go over the network.
    edges_outside: usize,
    host: HostNumber,
}

impl Attempt<'_, '_> {
    /// Finds a host for one part after the other, and takes the room.
    fn seat_all(&mut self, order: &[usize]) -> bool {
        order.iter().all(|&part| {
            let Some(host) = self.beside(part).or_else(|| self.further(part)) else { return false };
            self.fleet.take(host, self.class.request.parts[part].resources);
            self.hosts[part] = Some(host);
            true
        })
    }

    fn give_back(self) {
        for (part, host) in self.class.request.parts.iter().zip(self.hosts) {
            if let Some(host) = host {
                self.fleet.give_back(host, part.resources);
            }
        }
    }

    /// The best of the hosts that the run is on already.
    fn beside(&self, part: usize) -> Option<HostNumber> {
        if self.class.request.arrangement == Arrangement::Spread {
            return None;
        }
        let need = self.class.parts[part];
        let needed = self.needs.get(need).resources;
        let neighbours = &self.class.neighbours[part];
        let placed = self.hosts.iter().flatten();
        let takes = |host: HostNumber| needed.fits_in(&self.fleet.seat(host).free) && self.needs.allows(need, host);
        let candidates = placed.filter(|host| takes(**host)).map(|&host| {
            let is_outside = |neighbour: &&usize| self.hosts[**neighbour].is_some_and(|other| other != host);
            Beside { edges_outside: neighbours.iter().filter(is_outside).count(), host }
        });
        candidates.min().map(|best| best.host)
    }

    /// The best of the hosts that the run is not on.
    fn further(&mut self, part: usize) -> Option<HostNumber> {
        let need = self.class.parts[part];
        let worst = self.worst;
        let may_start = self.to_start() < self.fleet.starts_left();
        let tiers = Readiness::ALL.into_iter().filter(|tier| *tier <= worst && (*tier < Readiness::Off || may_start));
        tiers.into_iter().find_map(|tier| self.further_in(need, tier))
    }

    fn further_in(&mut self, need: NeedNumber, tier: Readiness) -> Option<HostNumber> {
        let searched = self.begin_at.iter().rev().find(|(n, t, _)| (*n, *t) == (need, tier));
        let from = searched.map_or(self.needs.from(need, tier), |(.., place)| *place);
        let needed = self.needs.get(need).resources;
        let search = |from| self.fleet.first_with_room(tier, from, &needed, |host| self.needs.allows(need, host));
        let first = search(from);
        // Hosts that the run is on already are passed over, but the next run may take them.
        let mut found = first;
        while let Some(place) = found {
            let host = self.fleet.host_at(tier, place);
            if !self.hosts.contains(&Some(host)) {
                break;
            }
            found = search(place + 1);
        }
        self.begin_at.push((need, tier, first.unwrap_or(self.fleet.length(tier))));
        found.map(|place| self.fleet.host_at(tier, place))
    }

    /// How many hosts would be switched on for the parts that have one.
    fn to_start(&self) -> usize {
        let is_off = |host: &HostNumber| self.fleet.readiness(*host) == Some(Readiness::Off);
        let mut hosts: Vec<HostNumber> = self.hosts.iter().copied().flatten().filter(is_off).collect();
        hosts.sort_unstable();
        hosts.dedup();
        hosts.len()
    }
}
