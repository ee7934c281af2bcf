//! A run that is being taken apart: its parts get hosts one after the other, the best first, and where a part finds none
//! the choices before it are gone back on, for a while.

use crate::snapshot::Arrangement;

use super::{Class, Fleet, HostNumber, Needs, Readiness};
use crate::planning::needs::NeedNumber;

/// Hosts beside those that the run is on already which are tried for one part.
const HOSTS_TRIED: usize = 4;
/// An attempt, with the room that it has taken so far.
pub(super) struct Attempt<'a, 'n, 'f> {
    class: &'a Class<'a>,
    /// No host is less ready.
    worst: Readiness,
    needs: &'a mut Needs<'n>,
    fleet: &'a mut Fleet<'f>,
    /// The host of each part that has one.
    hosts: Vec<Option<HostNumber>>,
    /// Where searches have ended: it holds only for what is taken now, and for good once all parts have a host.
    begin_at: Vec<(NeedNumber, Readiness, usize)>,
    /// How many more choices may be gone back on.
    returns_left: usize,
}

/// How good a host that has a part already is for another one: the least is the best.
#[derive(PartialEq, Eq, PartialOrd, Ord)]
struct Beside {
    /// Queues to parts that have a host, which would go over the network.
    edges_outside: usize,
    host: HostNumber,
}

impl<'a, 'n, 'f> Attempt<'a, 'n, 'f> {
    pub(super) fn of(
        class: &'a Class<'a>,
        worst: Readiness,
        needs: &'a mut Needs<'n>,
        fleet: &'a mut Fleet<'f>,
        returns_max: usize,
    ) -> Attempt<'a, 'n, 'f> {
        let hosts = vec![None; class.parts.len()];
        Attempt { class, worst, needs, fleet, hosts, begin_at: Vec::new(), returns_left: returns_max }
    }

    /// Hosts for all parts, looked for in this order; `None` has given back what it took.
    pub(super) fn seat_all(mut self, order: &[usize]) -> Option<Vec<HostNumber>> {
        if !self.seat(order) {
            return None;
        }
        for (need, tier, place) in self.begin_at {
            self.needs.begin_at(need, tier, place);
        }
        Some(self.hosts.into_iter().flatten().collect())
    }

    /// Takes room for these parts, or leaves everything as it was.
    fn seat(&mut self, parts: &[usize]) -> bool {
        let Some((&part, rest)) = parts.split_first() else { return true };
        let before = self.begin_at.len();
        for host in self.beside(part) {
            if self.seat_on(host, part, rest) {
                return true;
            }
            self.begin_at.truncate(before);
            if !self.may_go_back() {
                return false;
            }
        }
        let mut tried = Vec::new();
        while tried.len() < HOSTS_TRIED
            && let Some(host) = self.further(part, &tried)
        {
            if self.seat_on(host, part, rest) {
                return true;
            }
            self.begin_at.truncate(before);
            if !self.may_go_back() {
                return false;
            }
            tried.push(host);
        }
        self.begin_at.truncate(before);
        false
    }

    fn may_go_back(&mut self) -> bool {
        let may = self.returns_left > 0;
        self.returns_left = self.returns_left.saturating_sub(1);
        may
    }

    fn seat_on(&mut self, host: HostNumber, part: usize, rest: &[usize]) -> bool {
        let room = self.class.request.parts[part].resources;
        self.fleet.take(host, room);
        self.hosts[part] = Some(host);
        let seated = self.seat(rest);
        if !seated {
            self.fleet.give_back(host, room);
            self.hosts[part] = None;
        }
        seated
    }

    /// The hosts that the run is on already and that take another part, the best first.
    fn beside(&self, part: usize) -> impl Iterator<Item = HostNumber> + use<> {
        let need = self.class.parts[part];
        let needed = self.needs.get(need).resources;
        let neighbours = &self.class.neighbours[part];
        let may = self.class.request.arrangement == Arrangement::Pack;
        let placed = self.hosts.iter().flatten().filter(|_| may);
        let takes = |host: HostNumber| needed.fits_in(&self.fleet.seat(host).free) && self.needs.allows(need, host);
        let candidates = placed.filter(|host| takes(**host)).map(|&host| {
            let is_outside = |neighbour: &&usize| self.hosts[**neighbour].is_some_and(|other| other != host);
            Beside { edges_outside: neighbours.iter().filter(is_outside).count(), host }
        });
        let mut candidates: Vec<Beside> = candidates.collect();
        candidates.sort_unstable();
        candidates.dedup();
        candidates.into_iter().map(|beside| beside.host)
    }

    /// The best of the hosts that the run is not on, and that were not tried.
    fn further(&mut self, part: usize, tried: &[HostNumber]) -> Option<HostNumber> {
        let need = self.class.parts[part];
        let worst = self.worst;
        let may_start = self.to_start() < self.fleet.starts_left();
        let mut tiers =
            Readiness::ALL.into_iter().filter(|tier| *tier <= worst && (*tier < Readiness::Off || may_start));
        tiers.find_map(|tier| self.further_in(need, tier, tried))
    }

    fn further_in(&mut self, need: NeedNumber, tier: Readiness, tried: &[HostNumber]) -> Option<HostNumber> {
        let searched = self.begin_at.iter().rev().find(|(n, t, _)| (*n, *t) == (need, tier));
        let from = searched.map_or(self.needs.from(need, tier), |(.., place)| *place);
        let needed = self.needs.get(need).resources;
        let search = |from| self.fleet.first_with_room(tier, from, &needed, |host| self.needs.allows(need, host));
        let first = search(from);
        // Hosts that the run is on already are passed over, but the next run may take them.
        let mut found = first;
        while let Some(place) = found {
            let host = self.fleet.host_at(tier, place);
            if !self.hosts.contains(&Some(host)) && !tried.contains(&host) {
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
