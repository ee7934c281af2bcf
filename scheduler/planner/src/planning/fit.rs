//! Where a run goes: on one host if one takes it whole, else part by part, and sooner before later. Takes the room it
//! finds; knows nothing of whose turn it is.

mod attempt;

use super::fleet::{Fleet, Readiness};
use super::needs::{Class, Needs};
use super::observed::HostNumber;
use attempt::Attempt;

/// Choices between hosts that are gone back on for one run: enough for every arrangement of a few parts on a few hosts,
/// and less than a millisecond.
const RETURNS_MAX: usize = 100;

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
    // A tier without hosts adds nothing, and what failed once fails again until a host comes into one of these tiers.
    if fleet.length(worst) == 0 && worst != Readiness::Ready {
        return None;
    }
    let length = Readiness::ALL.into_iter().filter(|tier| *tier <= worst).map(|tier| fleet.length(tier)).sum();
    if class.failed_at[worst as usize] == Some(length) {
        return None;
    }
    for (number, order) in class.orders.iter().enumerate() {
        // Neighbours together where that goes straight on; else any arrangement.
        let is_last = number + 1 == class.orders.len();
        let returns_max = if is_last { RETURNS_MAX } else { 0 };
        if let Some(hosts) = Attempt::of(class, worst, needs, fleet, returns_max).seat_all(order) {
            return Some(hosts);
        }
    }
    class.failed_at[worst as usize] = Some(length);
    None
}
