//! What a node has counted by the place of a cut, and what it begins with where its run goes on.
//!
//! A node of several threads has no moment at which all of them are at the cut: what came in, and what its instances counted, is noted by each
//! instance as it gives its state; what went out and was refused, by who passes the barrier on, since all of it goes out in one order.

use std::collections::BTreeMap;
use std::sync::atomic::Ordering;

use leat_stream::plan::FactWay;

use super::{COUNTERS_MAX, Node, lock};
use crate::cuts::{Count, Counted};
use crate::meter::PortMeter;

/// What one instance of a node has counted, or several together.
#[derive(Clone, Default)]
pub(super) struct OfInstance {
    /// By end of a queue.
    inputs: Vec<Count>,
    counters: BTreeMap<String, u64>,
    /// It is opened once more than in the undisturbed run, and what it counts meanwhile is counted already.
    muted: bool,
}

impl OfInstance {
    pub(super) fn add_input(&mut self, end: usize, count: Count) {
        if self.inputs.len() <= end {
            self.inputs.resize(end + 1, Count::default());
        }
        self.inputs[end] = self.inputs[end].plus(count);
    }

    pub(super) fn add_counter(&mut self, name: &str, increment: u64) {
        if self.muted {
            return;
        }
        if let Some(counter) = self.counters.get_mut(name) {
            *counter = counter.saturating_add(increment);
        } else if self.counters.len() < COUNTERS_MAX {
            self.counters.insert(name.to_owned(), increment);
        }
    }

    fn add(&mut self, other: &OfInstance) {
        other.inputs.iter().enumerate().for_each(|(end, count)| self.add_input(end, *count));
        other.counters.iter().for_each(|(name, increment)| self.add_counter(name, *increment));
    }
}

impl Node {
    /// What it counted.
    pub fn counters(&self) -> BTreeMap<String, u64> {
        self.of_instances().counters
    }

    /// Begins with what it had counted before the run was begun again.
    pub(super) fn resume_counts(&self, counted: Counted) {
        let Counted { begun, inputs, outputs, rejected, first_rejected, counters, facts: _ } = counted;
        let resume = |meters: &[PortMeter], counts: &[Count]| {
            meters.iter().zip(counts).for_each(|(meter, count)| meter.resume(*count));
        };
        resume(&self.meter.inputs, &inputs);
        resume(&self.meter.outputs, &outputs);
        self.meter.rejected.store(rejected, Ordering::Relaxed);
        lock(&self.tally).rejected = first_rejected;
        if let Some(instance) = self.of_instance.first() {
            *lock(instance) = OfInstance { inputs, counters, muted: false };
        }
        if begun {
            *lock(&self.begun) = true;
            let reopened = self.of_instance.iter().filter(|_| self.crew.is_some());
            reopened.for_each(|instance| lock(instance).muted = true);
        }
    }

    /// An instance is open.
    pub(super) fn count_from_here(&self, instance: usize) {
        lock(&self.of_instance[instance]).muted = false;
    }

    /// An instance gives its state for a checkpoint: so much it has counted before.
    pub(super) fn note_instance(&self, instance: usize, number: u64) {
        let noted = lock(&self.of_instance[instance]).clone();
        lock(&self.noted).entry(number).or_default().add(&noted);
    }

    /// What it has counted so far. Called where nothing is counted meanwhile, or at its end.
    pub(super) fn counted(&self) -> Counted {
        let counts = |meters: &[PortMeter]| meters.iter().map(PortMeter::count).collect();
        let used = self.fact_uses.iter().filter_map(|used| Some((used.fact, self.facts.value(used.fact)?)));
        Counted {
            begun: true,
            inputs: counts(&self.meter.inputs),
            outputs: counts(&self.meter.outputs),
            rejected: self.meter.rejected.load(Ordering::Relaxed),
            first_rejected: self.rejected(),
            counters: self.counters(),
            facts: used.collect(),
        }
    }

    /// What it has counted by the cut whose barrier it passes on now.
    pub(super) fn counted_by(&self, number: u64) -> Counted {
        let mut counted = self.counted();
        if self.crew.is_some() {
            let mut all = lock(&self.noted);
            let later = all.split_off(&(number + 1));
            let OfInstance { mut inputs, counters, .. } = all.remove(&number).unwrap_or_default();
            *all = later;
            inputs.resize(self.meter.inputs.len(), Count::default());
            (counted.inputs, counted.counters) = (inputs, counters);
        }
        counted
    }

    /// Whether it waits for anything before it starts.
    pub(super) fn waits_to_start(&self) -> bool {
        !self.awaits.is_empty() || self.fact_uses.iter().any(|used| used.way == FactWay::Get)
    }

    fn of_instances(&self) -> OfInstance {
        let mut whole = OfInstance::default();
        self.of_instance.iter().for_each(|instance| whole.add(&lock(instance)));
        whole
    }
}
