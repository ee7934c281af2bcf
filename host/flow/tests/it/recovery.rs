//! Runs that are ended at any moment and begun again from their last checkpoint end with the same bytes as if nothing had
//! been: real threads, the protocol's own code, a store in a directory, and processes drawn from seeds.

use std::io;
use std::path::Path;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::mpsc::channel;
use std::sync::{Arc, Condvar, Mutex};
use std::time::Duration;

use arrow_array::RecordBatch;
use leat_checkpoint::coordinator::Settings;
use leat_checkpoint::id::Generation;
use leat_checkpoint::store::CheckpointStore;
use leat_checkpoint::store::directory::DirectoryStore;
use leat_checkpoint::store::disk::{Disk, LocalDisk};
use leat_flow::clerk::{Clerk, restored, roles};
use leat_flow::cuts::{Checkpoints, Restored};
use leat_flow::step::{Outlet, Pull, Source, Step, StepError};
use leat_stream::plan::{NodeKind, Parallel};

use crate::process::{Actor, Process, Taken, batch, numbers};

/// SplitMix64.
struct Chance(u64);

impl Chance {
    fn number(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    fn below(&mut self, bound: u64) -> u64 {
        self.number() % bound
    }

    fn once_in(&mut self, times: u64) -> bool {
        self.below(times) == 0
    }
}

/// Lets sources go on by so many batches at a time, so that they are not at their end before anybody has asked them for a
/// checkpoint.
#[derive(Default)]
struct Gate {
    open_to: Mutex<u64>,
    opened: Condvar,
}

impl Gate {
    fn open_to(&self, batch: u64) {
        *self.open_to.lock().unwrap() = batch;
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

/// A disk that syncs nothing: what is tried here is no loss of power.
struct Unsynced(LocalDisk);

impl Disk for Unsynced {
    fn create_folder(&self, path: &Path) -> io::Result<()> {
        self.0.create_folder(path)
    }

    fn write(&self, path: &Path, bytes: &[u8]) -> io::Result<()> {
        self.0.write(path, bytes)
    }

    fn sync_file(&self, _path: &Path) -> io::Result<()> {
        Ok(())
    }

    fn sync_folder(&self, _path: &Path) -> io::Result<()> {
        Ok(())
    }

    fn rename(&self, from: &Path, to: &Path) -> io::Result<()> {
        self.0.rename(from, to)
    }

    fn read(&self, path: &Path, bytes_max: u64) -> io::Result<Vec<u8>> {
        self.0.read(path, bytes_max)
    }

    fn names(&self, path: &Path) -> io::Result<Vec<String>> {
        self.0.names(path)
    }

    fn file_bytes(&self, path: &Path) -> io::Result<u64> {
        self.0.file_bytes(path)
    }

    fn remove_file(&self, path: &Path) -> io::Result<()> {
        self.0.remove_file(path)
    }

    fn remove_folder(&self, path: &Path) -> io::Result<()> {
        self.0.remove_folder(path)
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
fn process(seed: u64, (directory, gate): (&Path, &Arc<Gate>), taken: &Taken) -> Process {
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

/// What an attempt came to.
#[derive(Debug, PartialEq)]
enum Ended {
    Well,
    Killed,
}

/// Runs one attempt, which is ended once its clerk has heard so much.
fn attempt(seed: u64, generation: Generation, root: &Path, (taken, kill_at): (&Taken, u64)) -> (Ended, u64) {
    let store: Arc<dyn CheckpointStore> = Arc::new(DirectoryStore::new(Unsynced(LocalDisk), root.to_owned()));
    let base = store.take_over(generation).unwrap();
    let spills = tempfile::tempdir().unwrap();
    let gate = Arc::new(Gate::default());
    let mut process = process(seed, (spills.path(), &gate), taken);
    let nodes = restored((generation, &*store), &base, &process.plan).unwrap();
    for (node, planned) in process.plan.nodes.iter().enumerate().filter(|(_, it)| it.name.starts_with("sink")) {
        taken.cut_back(&planned.name, nodes.get(node).and_then(|it: &Restored| it.position.as_deref()));
    }
    let at_end = process.plan.nodes.iter().enumerate();
    let at_end = at_end.map(|(node, _)| nodes.get(node).filter(|it| it.finished).and_then(|it| it.position.clone()));
    let at_end = at_end.collect();
    let (news, heard) = channel();
    process.checkpoints = Some(Checkpoints {
        news,
        kept_bytes_max: 1 << 30,
        reread_bytes_max: 1 << 30,
        restored: nodes,
        in_hand: None,
        poison: Vec::new(),
    });
    let roles = roles(&process.plan);
    let ended = Mutex::new(Ended::Killed);
    let taken_checkpoints = AtomicU64::new(0);
    let ran = process.run(|watches, stop| {
        let nodes = watches.iter().map(|watch| Arc::clone(&watch.node)).collect();
        let settings = Settings {
            interval: Duration::from_secs(1),
            patience: Duration::from_secs(3600),
            ask_again: Duration::from_secs(3600),
            kept: 1,
        };
        let mut clerk = Clerk::new((generation, store), (&base, at_end), (nodes, roles), settings);
        let (mut seconds, mut told, mut batches, mut chance) = (0, 0, 1, Chance(seed ^ kill_at));
        while !clerk.tally().may_publish {
            // The time is the number of looks: a checkpoint follows the other.
            seconds += 1;
            clerk.tick(Duration::from_secs(seconds));
            if stop.failure().is_some() {
                break;
            }
            let Ok(news) = heard.recv_timeout(Duration::from_micros(200)) else {
                batches += chance.below(4);
                gate.open_to(batches);
                continue;
            };
            told += 1;
            if told == kill_at {
                stop.cancel();
                break;
            }
            clerk.hear(news);
        }
        taken_checkpoints.store(clerk.tally().taken, Ordering::Relaxed);
        if clerk.tally().may_publish {
            *ended.lock().unwrap() = Ended::Well;
        }
        gate.open_to(u64::MAX);
    });
    assert_eq!(ran.stop.failure(), None, "seed {seed}");
    (ended.into_inner().unwrap(), taken_checkpoints.into_inner())
}

/// What the sinks have, by name.
fn outputs(seed: u64, taken: &Taken) -> Vec<(String, Vec<Vec<i64>>)> {
    let spills = tempfile::tempdir().unwrap();
    let names =
        process(seed, (spills.path(), &Arc::default()), &Taken::default()).plan.nodes.into_iter().map(|node| node.name);
    let names = names.filter(|name| name.starts_with("sink"));
    names.map(|name| (name.clone(), taken.batches(&name).iter().map(numbers).collect())).collect()
}

#[test]
fn a_run_that_is_ended_anywhere_and_begun_again_ends_with_the_same_batches() {
    let mut restored_from_checkpoints = 0;
    for seed in 0..60 {
        let undisturbed = Taken::default();
        let spills = tempfile::tempdir().unwrap();
        let gate = Arc::new(Gate::default());
        gate.open_to(u64::MAX);
        let ran = process(seed, (spills.path(), &gate), &undisturbed).run(|_, _| {});
        assert_eq!(ran.stop.failure(), None, "seed {seed}");

        let (root, taken, mut chance) = (tempfile::tempdir().unwrap(), Taken::default(), Chance(!seed));
        for generation in 1.. {
            let kill_at = if generation < 6 { 1 + chance.below(200) } else { u64::MAX };
            let (ended, checkpoints) = attempt(seed, Generation(generation), root.path(), (&taken, kill_at));
            if ended == Ended::Well {
                break;
            }
            restored_from_checkpoints += u64::from(checkpoints > 0);
        }
        assert_eq!(outputs(seed, &taken), outputs(seed, &undisturbed), "seed {seed}");
    }
    assert!(restored_from_checkpoints > 60, "the test tries what it is to try: {restored_from_checkpoints}");
}
