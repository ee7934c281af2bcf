//! What a simulation answers: figures, as data, as text for people and as JSON for programs.

mod json;
mod text;

use std::time::Duration;

use leat_planner::id::GroupId;

use crate::fleet::Fleet;
use crate::trace::Trace;

/// How a trace went on a fleet that is on when it is needed, beside the same on one that is always on.
#[derive(Clone, Debug, PartialEq)]
pub struct SimulationReport {
    /// How many hosts there are.
    pub hosts: usize,
    /// How many of them are never switched off either way.
    pub unswitched: usize,
    /// From the first submission until all is over on both fleets. Hosts are counted for so long.
    pub span: Duration,
    /// How many runs of the file are not among those that were played.
    pub passed_over: usize,
    /// With hosts that go on and off by the policy.
    pub on_demand: FleetFigures,
    /// With hosts that are never off.
    pub always_on: FleetFigures,
}

/// How it went on one fleet.
#[derive(Clone, Debug, PartialEq)]
pub struct FleetFigures {
    /// Of all runs.
    pub all: RunFigures,
    /// Of the runs of each group, by its name.
    pub groups: Vec<(GroupId, RunFigures)>,
    /// Of the hosts.
    pub hosts: HostFigures,
    /// Why runs were refused, the most frequent first.
    pub refusals: Vec<Told>,
    /// Why runs failed, the most frequent first.
    pub failures: Vec<Told>,
    /// How often the planner was asked.
    pub plans: u64,
}

/// What became of runs.
#[derive(Clone, Debug, PartialEq, Eq, Default)]
pub struct RunFigures {
    /// How many there are. Each is one of the next three.
    pub runs: usize,
    /// Those that did their work.
    pub ended: usize,
    /// Those that never had a place.
    pub refused: usize,
    /// Those that lost their last attempt with a host.
    pub failed: usize,
    /// How often one was begun again after its host was lost.
    pub begun_again: usize,
    /// How long they waited from submission to their first place, of those that had one.
    pub waited: Waits,
}

/// How long runs waited. A share of them waited as long as this, or less.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub struct Waits {
    /// Half of them.
    pub p50: Duration,
    /// 95 of 100.
    pub p95: Duration,
    /// 99 of 100.
    pub p99: Duration,
    /// All of them.
    pub max: Duration,
}

/// What the hosts did and cost.
#[derive(Clone, Copy, Debug, PartialEq, Default)]
pub struct HostFigures {
    /// How long hosts were on, all together, booting and going off included.
    pub on: Duration,
    /// How long they had work, all together.
    pub busy: Duration,
    /// What their hours cost, in the unit of the fleet file.
    pub cost: f64,
    /// How often one was switched on.
    pub boots: u64,
    /// How often it did not come up.
    pub boot_failures: u64,
    /// How often one was lost.
    pub losses: u64,
    /// Processor hours that runs had, lost attempts included.
    pub cpu_hours: f64,
    /// Processor hours that were on.
    pub cpu_hours_on: f64,
}

/// A reason with how many runs had it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Told {
    /// In the planner's words.
    pub reason: String,
    /// How many runs.
    pub runs: usize,
}

impl SimulationReport {
    pub(crate) fn of(trace: &Trace, fleet: &Fleet, span: Duration, figures: [FleetFigures; 2]) -> SimulationReport {
        let [on_demand, always_on] = figures;
        SimulationReport {
            hosts: fleet.hosts.len(),
            unswitched: fleet.hosts.iter().filter(|host| !host.is_switched).count(),
            span,
            passed_over: trace.passed_over(),
            on_demand,
            always_on,
        }
    }

    /// Host hours that are saved by switching hosts off.
    pub fn saved(&self) -> Duration {
        self.always_on.hosts.on.saturating_sub(self.on_demand.hosts.on)
    }
}

impl HostFigures {
    /// Which share of the processor time that was on had work, from 0 to 1.
    pub fn utilisation(&self) -> f64 {
        if self.cpu_hours_on > 0.0 { self.cpu_hours / self.cpu_hours_on } else { 0.0 }
    }
}

impl Waits {
    /// Of these waits, by the nearest rank.
    pub(crate) fn of(mut waited: Vec<Duration>) -> Waits {
        waited.sort_unstable();
        let at = |percent: usize| {
            let rank = (waited.len() * percent).div_ceil(100);
            waited.get(rank.saturating_sub(1)).copied().unwrap_or_default()
        };
        Waits { p50: at(50), p95: at(95), p99: at(99), max: at(100) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn percentiles_are_those_of_the_nearest_rank() {
        let seconds = |from: u64, to: u64| (from..=to).map(Duration::from_secs).rev().collect();
        let of = |waits: Waits| [waits.p50, waits.p95, waits.p99, waits.max].map(|wait| wait.as_secs());
        assert_eq!(of(Waits::of(seconds(1, 100))), [50, 95, 99, 100]);
        assert_eq!(of(Waits::of(seconds(7, 7))), [7; 4]);
        assert_eq!(of(Waits::of(Vec::new())), [0; 4]);
    }
}
