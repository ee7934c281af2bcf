//! The hosts as a ranking to be walked: what is free on each, and which is the better one.
//!
//! Hosts that may get work stand in four tiers by readiness, each ranked once by [`Score`]. A run takes the first host
//! of the first tier that has room. Within one plan rooms only get smaller and a tier only grows at its end, so where a
//! search for some need has ended, the next one for the same need may begin: each need walks each tier once, however
//! many runs have it. Blocks of hosts carry the most that is free in them, so that full ones are passed over whole.

mod tier;

use crate::resources::Resources;
use crate::snapshot::{Cost, Host};

use super::observed::{HostNumber, Observed, Standing};
use tier::Tier;

/// How soon work can start on a host; the earlier, the better.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub(super) enum Readiness {
    /// At once.
    Ready,
    /// At once, if it need not go off after all.
    Draining,
    /// When it is up.
    Starting,
    /// When it has been switched on and is up.
    Off,
}

impl Readiness {
    /// All of them, best first.
    pub(super) const ALL: [Readiness; 4] = [Readiness::Ready, Readiness::Draining, Readiness::Starting, Readiness::Off];
}

/// How good a host is for new work: the least is the best. The order of the fields is the policy.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
struct Score {
    readiness: Readiness,
    /// One that failed lately may fail again.
    failures: u32,
    /// Work goes beside other work, so that idle hosts stay idle and go off.
    is_idle: bool,
    cost_per_hour: Cost,
    /// Of hosts in use the fullest, so that others fall empty. In millionths of its capacity.
    free_share: u64,
    /// Breaks ties as the host's id would.
    host: HostNumber,
}

/// The hosts, with what this plan has made of them so far.
pub(super) struct Fleet<'a> {
    seats: Vec<Seat<'a>>,
    tiers: [Tier; 4],
    starting: usize,
    starting_max: usize,
}

/// A host with what is free on it.
pub(super) struct Seat<'a> {
    /// The host.
    pub(super) host: &'a Host,
    /// What is free.
    pub(super) free: Resources,
    /// Whether it was given or promised to a run by this plan, so that it must not go off.
    pub(super) is_claimed: bool,
    /// Where it stands in the ranking; `None` takes no work.
    place: Option<(Readiness, usize)>,
}

impl<'a> Fleet<'a> {
    /// Ranks the hosts.
    pub(super) fn of(observed: &Observed<'a>, starting_max: usize) -> Fleet<'a> {
        let seats = observed.hosts.iter().map(|seen| Seat {
            host: seen.host,
            free: seen.host.capacity.minus(seen.used),
            is_claimed: false,
            place: None,
        });
        let starting = observed.hosts.iter().filter(|seen| seen.is_starting).count();
        let mut fleet = Fleet { seats: seats.collect(), tiers: Default::default(), starting, starting_max };
        let mut scores: Vec<Score> = Vec::new();
        for (host, seen) in observed.hosts.iter().enumerate() {
            let Standing::Takes(readiness) = seen.standing else { continue };
            // Its capacity was lowered under what it holds: not even a run that needs nothing goes there.
            if !seen.used.fits_in(&seen.host.capacity) {
                continue;
            }
            scores.push(Score {
                readiness,
                failures: seen.host.power.failures,
                is_idle: !seen.is_busy,
                cost_per_hour: seen.host.cost_per_hour,
                free_share: fleet.seats[host].free.share_of(seen.host.capacity),
                host,
            });
        }
        scores.sort_unstable();
        for score in scores {
            fleet.append(score.host, score.readiness);
        }
        fleet
    }

    /// A host by its number.
    pub(super) fn seat(&self, host: HostNumber) -> &Seat<'a> {
        &self.seats[host]
    }

    /// Every host, by number.
    pub(super) fn seats(&self) -> &[Seat<'a>] {
        &self.seats
    }

    /// How ready a host is; `None` if it takes no work.
    pub(super) fn readiness(&self, host: HostNumber) -> Option<Readiness> {
        self.seats[host].place.map(|(readiness, _)| readiness)
    }

    /// How many places the ranking of a tier has had; grows when hosts come into it.
    pub(super) fn length(&self, tier: Readiness) -> usize {
        self.tiers[tier as usize].order.len()
    }

    /// How many hosts are starting, with those that this plan switches on.
    pub(super) fn starting(&self) -> usize {
        self.starting
    }

    /// How many more hosts may be switched on.
    pub(super) fn starts_left(&self) -> usize {
        self.starting_max.saturating_sub(self.starting)
    }

    /// The first place of a tier, from `from` on, whose host has room and is allowed.
    pub(super) fn first_with_room(
        &self,
        tier: Readiness,
        from: usize,
        needed: &Resources,
        allowed: impl Fn(HostNumber) -> bool,
    ) -> Option<usize> {
        self.tiers[tier as usize].first(from, needed, |place, host| {
            let seat = &self.seats[host];
            seat.place == Some((tier, place)) && needed.fits_in(&seat.free) && allowed(host)
        })
    }

    /// The host at a place that [`Fleet::first_with_room`] found.
    pub(super) fn host_at(&self, tier: Readiness, place: usize) -> HostNumber {
        self.tiers[tier as usize].order[place]
    }

    /// Takes room on a host, which must have it.
    pub(super) fn take(&mut self, host: HostNumber, amount: Resources) {
        self.seats[host].free = self.seats[host].free.minus(amount);
        self.refresh(host);
    }

    /// Gives back what was taken.
    pub(super) fn give_back(&mut self, host: HostNumber, amount: Resources) {
        self.seats[host].free = self.seats[host].free.plus(amount);
        self.refresh(host);
    }

    /// A run is to be on this host: one that was draining stays, one that was off starts.
    pub(super) fn claim(&mut self, host: HostNumber) {
        self.seats[host].is_claimed = true;
        match self.readiness(host) {
            Some(Readiness::Draining) => self.append(host, Readiness::Ready),
            Some(Readiness::Off) => {
                self.append(host, Readiness::Starting);
                self.starting += 1;
            }
            Some(Readiness::Ready | Readiness::Starting) | None => {}
        }
    }

    /// Nothing more goes on this host in this plan, and it must not go off.
    pub(super) fn keep_free(&mut self, host: HostNumber) {
        self.seats[host].is_claimed = true;
        if let Some((tier, place)) = self.seats[host].place.take() {
            self.tiers[tier as usize].refresh(place, |place, host| room(&self.seats, tier, place, host));
        }
    }

    /// Puts a host at the end of a tier, and out of the one it was in.
    fn append(&mut self, host: HostNumber, readiness: Readiness) {
        let before = self.seats[host].place;
        let place = self.tiers[readiness as usize].push(host, self.seats[host].free);
        self.seats[host].place = Some((readiness, place));
        if let Some((tier, place)) = before {
            self.tiers[tier as usize].refresh(place, |place, host| room(&self.seats, tier, place, host));
        }
    }

    fn refresh(&mut self, host: HostNumber) {
        if let Some((tier, place)) = self.seats[host].place {
            self.tiers[tier as usize].refresh(place, |place, host| room(&self.seats, tier, place, host));
        }
    }
}

/// What is free at a place: nothing if its host has left it.
fn room(seats: &[Seat<'_>], tier: Readiness, place: usize, host: HostNumber) -> Resources {
    let is_there = seats[host].place == Some((tier, place));
    if is_there { seats[host].free } else { Resources::ZERO }
}
