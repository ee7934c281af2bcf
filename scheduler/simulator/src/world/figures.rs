//! What is counted of a world that has come to its end.

use std::collections::BTreeMap;
use std::time::Duration;

use leat_planner::id::GroupId;

use super::runs::{End, Simulated};
use super::{Mode, START, World};
use crate::report::{FleetFigures, HostFigures, RunFigures, Told, Waits};

/// Microseconds of an hour, in thousandths of a processor.
const CPU_HOUR: f64 = 3.6e12;

impl World<'_> {
    /// How it went, with hosts counted until `end`.
    pub(crate) fn figures(&self, end: leat_planner::Time) -> FleetFigures {
        let mut groups: BTreeMap<&GroupId, Vec<&Simulated>> = BTreeMap::new();
        for run in &self.runs {
            groups.entry(&run.run.group).or_default().push(run);
        }
        FleetFigures {
            all: figures(self.runs.iter()),
            groups: groups.into_iter().map(|(id, runs)| (id.clone(), figures(runs.into_iter()))).collect(),
            hosts: self.hosts_until(end),
            refusals: told(&self.refusals),
            failures: told(&self.failures),
            plans: self.count.plans,
        }
    }

    #[expect(clippy::cast_precision_loss, reason = "shown with a few digits")]
    fn hosts_until(&self, end: leat_planner::Time) -> HostFigures {
        let mut figures = HostFigures {
            boots: self.count.boots,
            boot_failures: self.count.boot_failures,
            losses: self.count.losses,
            cpu_hours: self.count.cpu_millis_micros as f64 / CPU_HOUR,
            ..HostFigures::default()
        };
        for (machine, given) in self.machines.iter().zip(&self.given) {
            // Who pays for a host always pays for it while it is down, too.
            let on = match self.mode {
                Mode::AlwaysOn => end.since(START),
                Mode::OnDemand => machine.on_until(end),
            };
            figures.on += on;
            figures.busy += machine.busy();
            figures.cost += on.as_secs_f64() / 3_600.0 * (given.cost_per_hour.0 as f64 / 1e6);
            figures.cpu_hours_on += on.as_micros() as f64 * given.capacity.cpu_millis as f64 / CPU_HOUR;
        }
        figures
    }
}

fn figures<'a>(runs: impl Iterator<Item = &'a Simulated>) -> RunFigures {
    let mut figures = RunFigures::default();
    let mut waited: Vec<Duration> = Vec::new();
    for run in runs {
        figures.runs += 1;
        match run.end() {
            Some(End::Done) => figures.ended += 1,
            Some(End::Refused) => figures.refused += 1,
            Some(End::Failed) => figures.failed += 1,
            None => {}
        }
        figures.begun_again += usize::try_from(run.run.attempt.saturating_sub(1)).unwrap_or(usize::MAX);
        waited.extend(run.started.map(|started| started.since(run.run.submitted)));
    }
    figures.waited = Waits::of(waited);
    figures
}

/// Reasons, the most frequent first.
fn told(reasons: &BTreeMap<String, usize>) -> Vec<Told> {
    let mut told: Vec<Told> =
        reasons.iter().map(|(reason, runs)| Told { reason: reason.clone(), runs: *runs }).collect();
    told.sort_by(|a, b| b.runs.cmp(&a.runs).then_with(|| a.reason.cmp(&b.reason)));
    told
}
