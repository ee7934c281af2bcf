//! Hosts that are kept free for a run that has waited long: without it a run that needs most of a host would wait for
//! ever behind a stream of small ones that each fit at once.
//!
//! The host that lacks the least is chosen, so that the next plan chooses it again: what is kept free only gets freer.

use crate::resources::Resources;
use crate::snapshot::Arrangement;

use super::fleet::{Fleet, Readiness};
use super::needs::{Class, NeedNumber, Needs};
use super::observed::HostNumber;

/// What a run waits for on the host that is kept free for it.
pub(super) struct Reserved {
    /// The host; the first by number of those that lack something.
    pub(super) host: HostNumber,
    /// What it lacks.
    pub(super) missing: Resources,
}

/// What some part lacks on a host: the least is the best.
#[derive(PartialEq, Eq, PartialOrd, Ord)]
struct Lack {
    /// In millionths of the host's capacity.
    share: u64,
    readiness: Readiness,
    host: HostNumber,
}

/// Keeps hosts free for a run of a class, but for those that are off: they are found when the others have room. `None`
/// where it would not help, or hosts that take work could not take the run even if they were empty.
pub(super) fn reserve(class: &Class<'_>, needs: &Needs<'_>, fleet: &mut Fleet<'_>) -> Option<Reserved> {
    let whole = class.whole.and_then(|need| choose(&[need], class, needs, fleet));
    let by_size = class.orders.last()?;
    let wanted: Vec<NeedNumber> = by_size.iter().map(|part| class.parts[*part]).collect();
    let chosen = whole.or_else(|| choose(&wanted, class, needs, fleet))?;
    let lacks = |(host, promised): &(HostNumber, Resources)| {
        let missing = promised.minus(fleet.seat(*host).free);
        (missing != Resources::ZERO).then_some(Reserved { host: *host, missing })
    };
    // Where nothing is missing, keeping hosts free would not help.
    let reserved = chosen.iter().filter_map(lacks).min_by_key(|reserved| reserved.host)?;
    for (host, _) in &chosen {
        if fleet.readiness(*host) < Some(Readiness::Off) {
            fleet.keep_free(*host);
        }
    }
    Some(reserved)
}

/// Hosts for these needs, with what each of them is to have room for.
fn choose(
    wanted: &[NeedNumber],
    class: &Class<'_>,
    needs: &Needs<'_>,
    fleet: &Fleet<'_>,
) -> Option<Vec<(HostNumber, Resources)>> {
    let must_spread = class.request.arrangement == Arrangement::Spread;
    let mut chosen: Vec<(HostNumber, Resources)> = Vec::new();
    for &need in wanted {
        let room = needs.get(need).resources;
        let promised = |host: HostNumber| chosen.iter().find(|(other, _)| *other == host).map(|(_, amount)| *amount);
        let candidates = fleet.seats().iter().enumerate().filter_map(|(host, seat)| {
            let readiness = fleet.readiness(host)?;
            let before = promised(host);
            let together = room.plus(before.unwrap_or_default());
            let takes = needs.allows(need, host) && together.fits_in(&seat.host.capacity);
            let may = takes && !(must_spread && before.is_some());
            may.then(|| Lack { share: together.minus(seat.free).share_of(seat.host.capacity), readiness, host })
        });
        let host = candidates.min()?.host;
        match chosen.iter_mut().find(|(other, _)| *other == host) {
            Some((_, amount)) => *amount = amount.plus(room),
            None => chosen.push((host, room)),
        }
    }
    Some(chosen)
}
