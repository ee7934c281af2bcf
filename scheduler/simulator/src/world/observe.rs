//! How a world begins, and what the planner is told of it.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::sync::Arc;

use leat_planner::id::{Generation, HostId, PartName, RunId, UserId};
use leat_planner::{
    Arrangement, Constraints, Holding, Host, Part, PlacedRun, Policy, Power, PowerState, Priority, Request, Resources,
    Run, Snapshot, Time,
};

use super::events::Events;
use super::lines::Lines;
use super::machine::Machine;
use super::runs::Simulated;
use super::{Count, Mode, START, World};
use crate::fleet::{Fleet, FleetHost};
use crate::trace::Trace;

/// For ever.
pub(super) const EVER: Time = Time::from_micros(u64::MAX);

impl<'a> World<'a> {
    pub(super) fn of(trace: &Trace, fleet: &'a Fleet, policy: &'a Policy, mode: Mode) -> World<'a> {
        let mut given: Vec<&FleetHost> = fleet.hosts.iter().collect();
        given.sort_by(|a, b| a.id.cmp(&b.id));
        let (lines, places) = Lines::of(trace.runs());
        let runs = Simulated::all(trace, &lines, places);
        let mut world = World {
            mode,
            fleet,
            policy,
            now: START,
            events: Events::default(),
            snapshot: Snapshot { hosts: given.iter().map(|host| off(host)).collect(), ..Snapshot::default() },
            numbers: given
                .iter()
                .enumerate()
                .map(|(number, host)| (host.id.clone(), number))
                .collect::<HashMap<_, _>>(),
            machines: given.iter().map(|_| Machine::default()).collect(),
            silent: BTreeSet::new(),
            free: given.iter().fold(Resources::ZERO, |sum, host| sum.plus(host.capacity)),
            given,
            runs,
            lines,
            submitted: 0,
            alive: 0,
            used: BTreeMap::new(),
            is_look_coming: false,
            count: Count::default(),
            refusals: BTreeMap::new(),
            failures: BTreeMap::new(),
        };
        for number in (0..world.machines.len()).filter(|number| world.stays_on(*number)).collect::<Vec<_>>() {
            world.is_on_from_the_start(number);
        }
        world
    }

    /// Whether a host is never switched off.
    pub(super) fn stays_on(&self, number: usize) -> bool {
        self.mode == Mode::AlwaysOn || !self.given[number].is_switched
    }

    pub(super) fn power(&self, number: usize) -> PowerState {
        self.snapshot.hosts[number].power.state
    }

    /// The number of a host that the planner has named.
    pub(super) fn number(&self, host: &HostId) -> usize {
        self.numbers[host]
    }

    /// Puts together what the planner is told. Answers whether runs were left out.
    ///
    /// Of runs at work it needs to know what each host has left and what each group has; which run has it matters only
    /// where a host is lost. So all the work of a host is one holding, all that of a group one run, and only the runs
    /// of silent hosts are told one by one: the plan is the same, and is made in a fraction of the time.
    pub(super) fn observe(&mut self) -> bool {
        let shown = self.lines.shown(self.free, self.policy.reservations_max.saturating_add(1));
        let (snapshot, runs) = (&mut self.snapshot, &self.runs);
        snapshot.now = self.now;
        snapshot.waiting.clear();
        snapshot.waiting.extend(shown.runs.iter().map(|run| runs[*run].run.clone()));
        snapshot.placed.clear();
        snapshot.placed.extend(self.used.iter().map(|(group, used)| {
            let part = Part { name: PartName::new(""), resources: *used, constraints: Constraints::default() };
            let request = Request { parts: vec![part], edges: Vec::new(), arrangement: Arrangement::Pack };
            let run = Run {
                id: RunId::new(format!("all of {group}")),
                group: group.clone(),
                user: UserId::new(""),
                priority: Priority(0),
                submitted: START,
                attempt: 1,
                generation: Generation::NONE,
                request: Arc::new(request),
            };
            // Where is told by what the hosts hold.
            PlacedRun { run, hosts: Vec::new() }
        }));
        for number in &self.silent {
            let hosts = || vec![self.given[*number].id.clone()];
            let lost = self.machines[*number].runs.iter();
            snapshot.placed.extend(lost.map(|run| PlacedRun { run: runs[*run].run.clone(), hosts: hosts() }));
        }
        shown.is_cut
    }

    /// Writes down what a host holds, after that has changed.
    pub(super) fn note_work(&mut self, number: usize) {
        let (host, machine) = (&mut self.snapshot.hosts[number], &self.machines[number]);
        host.holds.clear();
        if machine.is_lost {
            let held = machine.runs.iter().map(|run| &self.runs[*run].run);
            host.holds.extend(held.map(|run| Holding {
                run: run.id.clone(),
                generation: run.generation,
                resources: run.request.total(),
            }));
        } else if !machine.runs.is_empty() {
            let (run, generation) = (RunId::new("all"), Generation::NONE);
            host.holds.push(Holding { run, generation, resources: machine.used });
        }
        host.idle_since = if machine.runs.is_empty() { host.idle_since.or(Some(self.now)) } else { None };
    }
}

/// A host that was never on.
fn off(host: &FleetHost) -> Host {
    Host {
        id: host.id.clone(),
        region: host.region.clone(),
        architecture: host.architecture.clone(),
        labels: host.labels.clone(),
        capacity: host.capacity,
        holds: Vec::new(),
        power: Power { state: PowerState::Off, since: Time::default(), failures: 0 },
        lease_until: None,
        idle_since: None,
        up_since: None,
        boot_time_seen: None,
        cost_per_hour: host.cost_per_hour,
        keep_on_until: None,
        cordoned: false,
    }
}
