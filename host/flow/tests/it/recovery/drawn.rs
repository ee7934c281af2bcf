//! Processes drawn from seeds: sources, nodes with one to three inputs of every kind, and sinks; some wait for signals and facts of
//! those that come before them.

use std::path::Path;
use std::sync::Arc;

use leat_flow::step::{Outlet, Source, Step};
use leat_stream::node_info::ValueType;
use leat_stream::plan::{AwaitedSignal, Fact, FactSource, FactUse, FactWay, NodeKind, OnError, Parallel};

use super::actors::{Churn, ChurningQuery, Counter, FactsOfStep, Gate};
use crate::process::{Actor, Process, Taken, numbers};

/// SplitMix64.
pub(super) struct Chance(pub(super) u64);

impl Chance {
    pub(super) fn number(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    pub(super) fn below(&mut self, bound: u64) -> u64 {
        self.number() % bound
    }

    pub(super) fn once_in(&mut self, times: u64) -> bool {
        self.below(times) == 0
    }
}

/// A process being drawn.
struct Drawing {
    process: Process,
    chance: Chance,
    /// What is waited for; nothing where nobody waits.
    waits: Option<Chance>,
    gate: Arc<Gate>,
    /// Queues that nobody reads yet.
    open: Vec<usize>,
}

/// The process of a seed: every other one has waits.
pub(super) fn process(seed: u64, (directory, gate): (&Path, &Arc<Gate>), taken: &Taken) -> Process {
    let mut chance = Chance(seed);
    let process = Process::new(directory, [1, 600, 4_000, 1 << 20][chance.below(4) as usize]);
    let waits = (seed % 2 == 1).then_some(Chance(!seed));
    let mut drawing = Drawing { process, chance, waits, gate: Arc::clone(gate), open: Vec::new() };
    for number in 0..=drawing.chance.below(3) {
        drawing.source(&format!("source{number}"));
    }
    for number in 0..1 + drawing.chance.below(6) {
        drawing.node(&format!("node{number}"));
    }
    if drawing.waits.is_some() {
        let late = drawing.source("late");
        drawing.wait(late);
        drawing.node("after");
    }
    let Drawing { open, .. } = &mut drawing;
    open.sort_unstable();
    open.dedup();
    for queue in open.clone() {
        let name = format!("sink{queue}");
        let sink = drawing.process.node(&name, &[(queue, false)], &[], taken.sink(&name));
        drawing.wait(sink);
    }
    drawing.process
}

impl Drawing {
    fn queue(&mut self) -> usize {
        let name = format!("q{}", self.process.plan.queues.len());
        self.process.numbers(&name)
    }

    fn source(&mut self, name: &str) -> usize {
        let out = self.queue();
        let (seed, batches) = (self.chance.number(), self.chance.below(120));
        let source = Counter { gate: Arc::clone(&self.gate), seed, next: 0, batches };
        self.open.push(out);
        self.process.node(name, &[], &[Some(out)], Actor::Source(Box::new(source)))
    }

    fn node(&mut self, name: &str) {
        let Drawing { chance, open, .. } = self;
        let count = 1 + chance.below(3.min(open.len() as u64)) as usize;
        let inputs: Vec<(usize, bool)> = (0..count)
            .map(|_| {
                let at = chance.below(open.len() as u64) as usize;
                // Some queues have several readers.
                let read = if chance.once_in(4) { open[at] } else { open.swap_remove(at) };
                if open.is_empty() {
                    open.push(read);
                }
                (read, chance.once_in(3))
            })
            .collect();
        let out = self.queue();
        self.open.push(out);
        let node =
            if self.chance.once_in(4) { self.query(name, (&inputs, out)) } else { self.step(name, (&inputs, out)) };
        self.wait(node);
    }

    fn query(&mut self, name: &str, (inputs, out): (&[(usize, bool)], usize)) -> usize {
        let inputs: Vec<(usize, bool)> = inputs.iter().map(|(queue, _)| (*queue, false)).collect();
        let count = inputs.len();
        let make = move |ports| -> Box<dyn Source> {
            Box::new(ChurningQuery { ports, count, next: 0, built: false, state: 0 })
        };
        self.process.node(name, &inputs, &[Some(out)], Actor::Query(Box::new(make)))
    }

    fn step(&mut self, name: &str, (inputs, out): (&[(usize, bool)], usize)) -> usize {
        let (is_keyed, is_merged) = (self.chance.once_in(3), self.chance.once_in(2));
        let (facts, uses) = self.facts_of_step(is_keyed);
        let make = move |instance: usize, outlet: Box<dyn Outlet>| -> Box<dyn Step> {
            Box::new(Churn { outlet, state: instance as u64, seen: 0, facts: facts.clone() })
        };
        let at = self.process.node(name, inputs, &[Some(out)], Actor::Steps(Box::new(make)));
        let planned = &mut self.process.plan.nodes[at];
        planned.on_error = OnError::Skip;
        planned.facts = uses;
        if is_merged {
            let others: Vec<_> = planned.inputs.drain(1..).flat_map(|port| port.queues).collect();
            planned.inputs[0].queues.extend(others);
        }
        if is_keyed {
            planned.inputs.iter_mut().flat_map(|port| &mut port.queues).for_each(|end| end.keys = vec![0]);
            if let NodeKind::Component(component) = &mut planned.kind {
                component.parallel = Parallel { threads: 1 + self.chance.below(3) as usize, by: vec!["n".to_owned()] };
            }
        }
        at
    }

    /// The facts that a step reads and sets: it reads one that is set before it, and sets one of its own.
    fn facts_of_step(&mut self, is_keyed: bool) -> (FactsOfStep, Vec<FactUse>) {
        let (mut facts, mut uses) = (FactsOfStep::default(), Vec::new());
        let Some(waits) = &mut self.waits else { return (facts, uses) };
        let known = self.process.plan.facts.len();
        if known > 0 && waits.once_in(2) {
            let fact = waits.below(known as u64) as usize;
            let way = if waits.once_in(2) { FactWay::Get } else { FactWay::Wait };
            uses.push(FactUse { name: format!("fact{fact}"), fact, way });
            facts.reads = Some(format!("fact{fact}"));
        }
        if !is_keyed && waits.once_in(2) {
            let (name, source) = (format!("fact{known}"), FactSource::SetBy(self.process.plan.nodes.len()));
            self.process.plan.facts.push(Fact { name: name.clone(), value_type: ValueType::Int64, source });
            uses.push(FactUse { name: name.clone(), fact: known, way: FactWay::Set });
            facts.sets = Some((name, waits.below(12)));
        }
        (facts, uses)
    }

    /// A node may wait for the end of nodes that come before it, or for a fact before it starts.
    fn wait(&mut self, node: usize) {
        let Some(waits) = &mut self.waits else { return };
        let plan = &mut self.process.plan;
        if waits.once_in(3) {
            let fired_by = (0..1 + waits.below(2)).map(|_| waits.below(node as u64) as usize).collect();
            plan.nodes[node].awaits = vec![AwaitedSignal { name: "done".to_owned(), fired_by }];
        }
        let is_component = plan.nodes[node].kind.component().is_some();
        if !is_component && !plan.facts.is_empty() && waits.once_in(3) {
            let fact = waits.below(plan.facts.len() as u64) as usize;
            plan.nodes[node].facts = vec![FactUse { name: format!("fact{fact}"), fact, way: FactWay::Get }];
        }
    }
}

/// What the sinks have, by name.
pub(super) fn outputs(seed: u64, taken: &Taken) -> Vec<(String, Vec<Vec<i64>>)> {
    let spills = tempfile::tempdir().unwrap();
    let names =
        process(seed, (spills.path(), &Arc::default()), &Taken::default()).plan.nodes.into_iter().map(|node| node.name);
    let names = names.filter(|name| name.starts_with("sink"));
    names.map(|name| (name.clone(), taken.batches(&name).iter().map(numbers).collect())).collect()
}
