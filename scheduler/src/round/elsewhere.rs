//! Hosts that a run stays away from, since an attempt of it ended there by the host's own fault: a full disk, an agent
//! that was started again. The planner takes the best host first, so without this the run would go where it just was.

use std::collections::BTreeSet;
use std::time::Duration;

use leat_planner::{Constraints, Host, PowerState, id};

use super::Round;
use super::snapshot::{host, resources};
use crate::model::{HostId, Part, RunRecord};

/// How long a run waits for another host rather than go where it failed: the others may be taken for hours, and most
/// faults of hosts pass.
const PATIENCE: Duration = Duration::from_secs(5 * 60);

/// What is known of other hosts in a round.
pub(super) struct Elsewhere<'a> {
    round: &'a Round<'a>,
    /// Those that work may be sent to, by name, as if they were empty; none where no run needs to know.
    usable: Vec<(&'a HostId, Host)>,
}

impl<'a> Elsewhere<'a> {
    /// Looks around in this round.
    pub(super) fn of(round: &'a Round<'a>) -> Self {
        let is_asked_for = !round.observation.faults.is_empty();
        let hosts = round.observation.hosts.iter().filter(|_| is_asked_for);
        let empty = hosts.map(|record| (&record.id, host(record, round, Vec::new())));
        let usable = empty.filter(|(id, host)| !host.cordoned && can_be_had(host, round.switchable.contains(*id)));
        Elsewhere { round, usable: usable.collect() }
    }

    /// The hosts that a run is not to be on now: those that failed it, while others are there that can take it.
    pub(super) fn avoided(&self, run: &RunRecord, constraints: &Constraints) -> BTreeSet<id::HostId> {
        let waits = run.state.is_waiting() && self.round.now.since(run.since) < PATIENCE;
        let faulty = self.round.observation.faults.get(&run.id).filter(|_| waits);
        let avoided = faulty.filter(|faulty| self.can_do_without(run, constraints, faulty));
        avoided.into_iter().flatten().map(|host| id::HostId::new(host.as_str())).collect()
    }

    fn can_do_without(&self, run: &RunRecord, constraints: &Constraints, faulty: &BTreeSet<HostId>) -> bool {
        let others = || self.usable.iter().filter(|(id, host)| !faulty.contains(*id) && constraints.allow(host));
        let hosts = if run.constraints.spread { run.parts.len() } else { 1 };
        let have_room =
            |part: &Part| others().filter(|(_, host)| resources(part.needs).fits_in(&host.capacity)).count();
        run.parts.iter().all(|part| have_room(part) >= hosts)
    }
}

fn can_be_had(host: &Host, is_switchable: bool) -> bool {
    match host.power.state {
        PowerState::Failed => false,
        PowerState::Off | PowerState::Stopping => is_switchable,
        PowerState::Starting | PowerState::Ready | PowerState::Draining => true,
    }
}
