//! Processes drawn from seeds: sources that go on as a gate lets them, nodes of every kind whose output depends on all that they
//! ever saw, and sinks in memory.

use std::path::Path;
use std::sync::{Arc, Condvar, Mutex};

use arrow_array::RecordBatch;
use leat_flow::step::{Outlet, Pull, Source, Step, StepError};
use leat_stream::plan::{NodeKind, Parallel};

use crate::process::{Actor, Process, Taken, batch, numbers};

/// SplitMix64.
pub(crate) struct Chance(pub(crate) u64);

impl Chance {
    pub(crate) fn number(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    pub(crate) fn below(&mut self, bound: u64) -> u64 {
        self.number() % bound
    }

    pub(crate) fn once_in(&mut self, times: u64) -> bool {
        self.below(times) == 0
    }
}

/// Lets sources go on by so many batches at a time, so that they are not at their end before anybody has asked them for a
/// checkpoint.
#[derive(Default)]
pub(crate) struct Gate {
    open_to: Mutex<u64>,
    opened: Condvar,
}

impl Gate {
    pub(crate) fn open_to(&self, batch: u64) {
        let mut open_to = self.open_to.lock().unwrap();
        *open_to = batch.max(*open_to);
        drop(open_to);
        self.opened.notify_all();
    }

    fn pass(&self, batch: u64) {
        drop(self.opened.wait_while(self.open_to.lock().unwrap(), |open_to| *open_to < batch).unwrap());
    }
}

/// A source whose batches depend on their number alone.
struct Counter {
    gate: Arc<Gate>,
    seed: u64,
    next: u64,
    batches: u64,
}

impl Source for Counter {
    fn next(&mut self, _outlet: &mut dyn Outlet) -> Result<Option<RecordBatch>, StepError> {
        if self.next == self.batches {
            return Ok(None);
        }
        self.gate.pass(self.next);
        let mut chance = Chance(self.seed ^ self.next.wrapping_mul(0x1234_5678_9abc_def1));
        self.next += 1;
        let rows = chance.below(40) + 1;
        Ok(Some(batch((0..rows).map(|_| (chance.number() >> 40) as i64))))
    }

    fn position(&mut self) -> Result<Vec<u8>, StepError> {
        Ok(self.next.to_le_bytes().to_vec())
    }

    fn resume(&mut self, position: &[u8]) -> Result<(), StepError> {
        self.next = u64::from_le_bytes(position.try_into().unwrap());
        Ok(())
    }
}

/// What a number becomes that depends on every number before it.
fn churn(state: &mut u64, number: i64, port: usize) -> i64 {
    *state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(number as u64 ^ (port as u64 + 1) << 50);
    (*state >> 40) as i64
}

/// A step that sends what depends on all it ever saw, in the order in which it saw it; some batches twice, others not.
struct Churn {
    outlet: Box<dyn Outlet>,
    state: u64,
}

impl Step for Churn {
    fn open(&mut self) -> Result<(), StepError> {
        Ok(())
    }

    fn process(&mut self, port: usize, seen: &RecordBatch) -> Result<(), StepError> {
        let sent: Vec<i64> = numbers(seen).into_iter().map(|number| churn(&mut self.state, number, port)).collect();
        (0..self.state % 3).try_for_each(|_| self.outlet.emit(0, batch(sent.clone()))).map_err(StepError::Stopped)
    }

    fn end_of_input(&mut self, port: usize) -> Result<(), StepError> {
        let sent = churn(&mut self.state, -1, port);
        self.outlet.emit(0, batch([sent])).map_err(StepError::Stopped)
    }

    fn finish(&mut self) -> Result<(), StepError> {
        self.outlet.emit(0, batch([-(self.state as i64 >> 30)])).map_err(StepError::Stopped)
    }

    fn snapshot(&mut self) -> Result<Vec<u8>, StepError> {
        Ok(self.state.to_le_bytes().to_vec())
    }

    fn restore(&mut self, state: &[u8]) -> Result<(), StepError> {
        self.state = u64::from_le_bytes(state.try_into().unwrap());
        Ok(())
    }
}

/// A query that reads its last port to the end first, as a join does, then the others by turns.
struct ChurningQuery {
    ports: Arc<dyn Pull>,
    count: usize,
    next: usize,
    built: bool,
    state: u64,
}

impl Source for ChurningQuery {
    fn next(&mut self, _outlet: &mut dyn Outlet) -> Result<Option<RecordBatch>, StepError> {
        while !self.built && self.count > 1 {
            match self.ports.pull(self.count - 1)? {
                Some(seen) => numbers(&seen).into_iter().for_each(|number| {
                    churn(&mut self.state, number, 9);
                }),
                None => self.built = true,
            }
        }
        let probes = self.count.max(2) - 1;
        let mut dry = 0;
        while dry < probes {
            let port = self.next % probes;
            self.next += 1;
            let Some(seen) = self.ports.pull(port)? else {
                dry += 1;
                continue;
            };
            dry = 0;
            let sent: Vec<i64> = numbers(&seen).into_iter().map(|it| churn(&mut self.state, it, port)).collect();
            if !self.state.is_multiple_of(3) {
                return Ok(Some(batch(sent)));
            }
        }
        Ok(None)
    }
}

/// A process of sources, nodes with one to three inputs of every kind, and sinks, drawn from a seed.
pub(crate) fn process(seed: u64, (directory, gate): (&Path, &Arc<Gate>), taken: &Taken) -> Process {
    let mut chance = Chance(seed);
    let mut process = Process::new(directory, [1, 600, 4_000, 1 << 20][chance.below(4) as usize]);
    let mut open = Vec::new();
    let queue = |process: &mut Process| {
        let name = format!("q{}", process.plan.queues.len());
        process.numbers(&name)
    };
    for number in 0..=chance.below(3) {
        let out = queue(&mut process);
        let source = Counter { gate: Arc::clone(gate), seed: chance.number(), next: 0, batches: chance.below(120) };
        process.node(&format!("source{number}"), &[], &[Some(out)], Actor::Source(Box::new(source)));
        open.push(out);
    }
    for number in 0..1 + chance.below(6) {
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
        let out = queue(&mut process);
        open.push(out);
        node(&mut process, &format!("node{number}"), (&inputs, out), &mut chance);
    }
    open.sort_unstable();
    open.dedup();
    for queue in open {
        let name = format!("sink{queue}");
        process.node(&name, &[(queue, false)], &[], taken.sink(&name));
    }
    process
}

fn node(process: &mut Process, name: &str, (inputs, out): (&[(usize, bool)], usize), chance: &mut Chance) {
    if chance.once_in(4) {
        let inputs: Vec<(usize, bool)> = inputs.iter().map(|(queue, _)| (*queue, false)).collect();
        let count = inputs.len();
        let make = move |ports| -> Box<dyn Source> {
            Box::new(ChurningQuery { ports, count, next: 0, built: false, state: 0 })
        };
        process.node(name, &inputs, &[Some(out)], Actor::Query(Box::new(make)));
        return;
    }
    let make = |instance: usize, outlet: Box<dyn Outlet>| -> Box<dyn Step> {
        Box::new(Churn { outlet, state: instance as u64 })
    };
    let at = process.node(name, inputs, &[Some(out)], Actor::Steps(Box::new(make)));
    let (is_keyed, is_merged) = (chance.once_in(3), chance.once_in(2));
    let planned = &mut process.plan.nodes[at];
    if is_merged {
        let others: Vec<_> = planned.inputs.drain(1..).flat_map(|port| port.queues).collect();
        planned.inputs[0].queues.extend(others);
    }
    if is_keyed {
        planned.inputs.iter_mut().flat_map(|port| &mut port.queues).for_each(|end| end.keys = vec![0]);
        if let NodeKind::Component(component) = &mut planned.kind {
            component.parallel = Parallel { threads: 1 + chance.below(3) as usize, by: vec!["n".to_owned()] };
        }
    }
}

/// What the sinks have, by name.
pub(crate) fn outputs(seed: u64, taken: &Taken) -> Vec<(String, Vec<Vec<i64>>)> {
    let spills = tempfile::tempdir().unwrap();
    let names =
        process(seed, (spills.path(), &Arc::default()), &Taken::default()).plan.nodes.into_iter().map(|node| node.name);
    let names = names.filter(|name| name.starts_with("sink"));
    names.map(|name| (name.clone(), taken.batches(&name).iter().map(numbers).collect())).collect()
}
