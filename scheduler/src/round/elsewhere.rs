//! Hosts that a run stays away from, since an attempt of it ended there by the host's own fault: a full disk, an agent
//! that was started again. The planner takes the best host first, so without this the run would go where it just was.

use std::collections::BTreeSet;
use std::time::Duration;

use leat_planner::id;

use super::Round;
use crate::model::{HostId, HostRecord, PowerRequest, PowerState, Resources, RunRecord};

/// How long a run waits for another host rather than go where it failed: the others may be taken for hours, and most
/// faults of hosts pass.
const PATIENCE: Duration = Duration::from_secs(5 * 60);

/// What is known of other hosts in a round.
pub(super) struct Elsewhere<'a>(&'a Round<'a>);

impl<'a> Elsewhere<'a> {
    /// Looks around in this round.
    pub(super) fn of(round: &'a Round<'a>) -> Self {
        Elsewhere(round)
    }

    /// The hosts that a run is not to be on now: those that failed it, while others are there that can take it.
    pub(super) fn avoided(&self, run: &RunRecord) -> BTreeSet<id::HostId> {
        let round = self.0;
        let waits = run.state.is_waiting() && round.now.since(run.since) < PATIENCE;
        let faulty = round.observation.faults.get(&run.id).filter(|_| waits);
        let avoided = faulty.filter(|faulty| self.can_do_without(run, faulty));
        avoided.into_iter().flatten().map(|host| id::HostId::new(host.as_str())).collect()
    }

    fn can_do_without(&self, run: &RunRecord, faulty: &BTreeSet<HostId>) -> bool {
        let round = self.0;
        let others: Vec<&HostRecord> =
            round.observation.hosts.iter().filter(|host| !faulty.contains(&host.id)).collect();
        let usable =
            |needs: Resources| others.iter().filter(|host| self.takes_work(host) && fits(run, needs, host)).count();
        let hosts = if run.constraints.spread { run.parts.len() } else { 1 };
        run.parts.iter().all(|part| usable(part.needs) >= hosts)
    }

    fn takes_work(&self, host: &HostRecord) -> bool {
        let is_wanted = !host.drain_requested && host.power_requested != Some(PowerRequest::Off);
        let can_be_had = match host.state {
            PowerState::Failed => false,
            PowerState::Off | PowerState::Stopping => self.0.switchable.contains(&host.id),
            PowerState::Starting | PowerState::Ready | PowerState::Draining => true,
        };
        is_wanted && can_be_had
    }
}

/// Whether an empty host of this kind has room for a part that needs so much.
fn fits(run: &RunRecord, needs: Resources, host: &HostRecord) -> bool {
    let asks = &run.constraints;
    let has_room = needs.cpu_millis <= host.capacity.cpu_millis && needs.memory_bytes <= host.capacity.memory_bytes;
    has_room
        && asks.region.as_ref().is_none_or(|region| host.region.as_ref() == Some(region))
        && asks.architecture.as_ref().is_none_or(|architecture| *architecture == host.architecture)
        && asks.labels.iter().all(|(key, value)| host.labels.get(key) == Some(value))
}
