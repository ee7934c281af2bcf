//! A host as it really is, beside what the planner is told of it: its power, its work, and how long it had either.

use std::collections::BTreeSet;
use std::time::Duration;

use leat_planner::{Resources, Time};

#[derive(Default)]
pub(super) struct Machine {
    /// Which of its boots this is.
    pub(super) boot: u32,
    /// Since when it has power.
    on_since: Option<Time>,
    on: Duration,
    busy_since: Option<Time>,
    busy: Duration,
    /// The runs that it was given and that have not ended.
    pub(super) runs: BTreeSet<usize>,
    /// What they need.
    pub(super) used: Resources,
    /// It has fallen silent, and does nothing any more.
    pub(super) is_lost: bool,
}

impl Machine {
    pub(super) fn is_on(&self) -> bool {
        self.on_since.is_some()
    }

    pub(super) fn switch_on(&mut self, now: Time) {
        self.boot += 1;
        self.is_lost = false;
        self.on_since.get_or_insert(now);
    }

    pub(super) fn power_is_off(&mut self, now: Time) {
        if let Some(since) = self.on_since.take() {
            self.on += now.since(since);
        }
    }

    pub(super) fn take(&mut self, run: usize, needs: Resources, now: Time) {
        self.runs.insert(run);
        self.used = self.used.plus(needs);
        self.busy_since.get_or_insert(now);
    }

    pub(super) fn drop(&mut self, run: usize, needs: Resources, now: Time) {
        if self.runs.remove(&run) {
            self.used = self.used.minus(needs);
        }
        if self.runs.is_empty()
            && let Some(since) = self.busy_since.take()
        {
            self.busy += now.since(since);
        }
    }

    /// How long it has been on until `end`, at which it may still be.
    pub(super) fn on_until(&self, end: Time) -> Duration {
        self.on + self.on_since.map_or(Duration::ZERO, |since| end.since(since))
    }

    /// How long it had work; all of it is over.
    pub(super) fn busy(&self) -> Duration {
        self.busy
    }
}
