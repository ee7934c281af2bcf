//! Runs that are divided: shares of drawn processes, with edges between them, whose checkpoints are ordered at any moment, joined,
//! and gone on from by shares that divide the run in another way.

use std::collections::{BTreeMap, HashMap};
use std::path::Path;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::mpsc::{Receiver, channel};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use leat_checkpoint::coordinator::{Begins, Settings};
use leat_checkpoint::id::{CheckpointId, Generation};
use leat_checkpoint::snapshot::{Completion, PartName, PartRecord};
use leat_checkpoint::store::directory::DirectoryStore;
use leat_checkpoint::store::disk::LocalDisk;
use leat_checkpoint::store::{CheckpointStore, StoreError};
use leat_flow::clerk::{Clerk, Members, restored};
use leat_flow::cuts::{Checkpoints, CutNews, Restored};
use leat_flow::stop::StopSignal;
use leat_flow::transport::in_process::InProcessTransport;
use leat_stream::plan::ShareOf;

use super::actors::Gate;
use super::disk::Unsynced;
use super::drawn::{Chance, outputs, process};
use crate::process::{Process, Taken, Watch};

/// What all shares of a run have brought together, as a midtier has it.
#[derive(Default)]
struct Collected {
    /// Whole checkpoints, by share.
    records: BTreeMap<usize, Vec<Completion>>,
    /// By digest.
    contents: HashMap<String, Vec<u8>>,
}

impl Collected {
    /// The newest checkpoint that all shares have.
    fn newest(&self, shares: usize, nodes: u32) -> Option<Completion> {
        let of = |share: usize| self.records.get(&share).map_or(&[][..], Vec::as_slice);
        let mut numbers: Vec<u64> = (0..shares).flat_map(of).map(|record| record.id.number).collect();
        numbers.sort_unstable();
        numbers.into_iter().rev().find_map(|number| {
            let holds = |share: usize| of(share).iter().find(|record| record.holds_for(number)).cloned();
            let records: Vec<Completion> = (0..shares).map(holds).collect::<Option<_>>()?;
            Some(Completion::joined(&records, nodes).unwrap())
        })
    }
}

/// The directory of a share, of which every whole checkpoint is brought away at once.
struct Shipping {
    store: DirectoryStore<Unsynced>,
    share: usize,
    collected: Arc<Mutex<Collected>>,
}

impl CheckpointStore for Shipping {
    fn put(&self, id: CheckpointId, share: u32, name: PartName, bytes: &[u8]) -> Result<PartRecord, StoreError> {
        self.store.put(id, share, name, bytes)
    }

    fn complete(&self, completion: &Completion) -> Result<(), StoreError> {
        self.store.complete(completion)?;
        let mut collected = self.collected.lock().unwrap();
        for part in completion.parts() {
            collected.contents.insert(part.digest.to_string(), self.store.read(completion.id, part)?);
        }
        collected.records.entry(self.share).or_default().push(completion.clone());
        Ok(())
    }

    fn take_over(&self, generation: Generation) -> Result<Completion, StoreError> {
        self.store.take_over(generation)
    }

    fn read(&self, id: CheckpointId, part: &PartRecord) -> Result<Vec<u8>, StoreError> {
        self.store.read(id, part)
    }

    fn keep_only(&self, generation: Generation, keep: &[u64]) -> Result<(), StoreError> {
        self.store.keep_only(generation, keep)
    }

    fn bytes(&self) -> Result<u64, StoreError> {
        self.store.bytes()
    }
}

/// Lays a checkpoint into an empty directory, as what an earlier generation has left.
fn lay(store: &dyn CheckpointStore, base: &Completion, contents: &HashMap<String, Vec<u8>>) {
    store.take_over(base.id.generation).unwrap();
    for part in base.parts() {
        store.put(base.id, part.share, part.name, &contents[&part.digest.to_string()]).unwrap();
    }
    store.complete(base).unwrap();
}

/// What the shares of an attempt have in common.
struct Attempt {
    seed: u64,
    generation: Generation,
    base: Option<Completion>,
    shares: Vec<ShareOf>,
    begins: Begins,
    taken: Taken,
    gate: Arc<Gate>,
    transport: InProcessTransport,
    collected: Arc<Mutex<Collected>>,
    /// How far sources may go.
    batches: AtomicU64,
    /// What was ordered last, and by share what has got there.
    number: AtomicU64,
    ordered: Vec<AtomicU64>,
    /// News heard by all shares, and when all are killed.
    told: AtomicU64,
    kill_at: u64,
    killed: AtomicBool,
    /// Shares that have recorded their end and may still have something to send.
    ended: Mutex<Vec<StopSignal>>,
}

impl Attempt {
    fn process(&self, directory: &Path, mine: usize) -> Process {
        let process = process(self.seed, (directory, &self.gate), &self.taken);
        process.share((&self.shares, mine), &self.transport)
    }

    /// What a share goes on from is laid into its directory: what it needs, or all there is.
    fn store(&self, root: &Path, mine: usize, members: &Members) -> Arc<dyn CheckpointStore> {
        let store = DirectoryStore::new(Unsynced(LocalDisk), root.to_owned());
        if let Some(base) = &self.base {
            let own = base.of_nodes(&members.numbers());
            let laid = if self.seed.is_multiple_of(4) { &own } else { base };
            lay(&store, laid, &self.collected.lock().unwrap().contents);
        }
        Arc::new(Shipping { store, share: mine, collected: Arc::clone(&self.collected) })
    }

    /// Runs one share. Answers whether it has recorded its end.
    fn run(&self, mine: usize) -> bool {
        let directory = tempfile::tempdir().unwrap();
        let mut process = self.process(directory.path(), mine);
        let members = Members::of(&process.plan);
        let root = tempfile::tempdir().unwrap();
        let store = self.store(root.path(), mine, &members);
        let base = store.take_over(self.generation).unwrap();
        let nodes: Vec<Restored> = restored((self.generation, &*store), &base, &process.plan).unwrap();
        for (node, planned) in process.plan.nodes.iter().enumerate().filter(|(_, it)| it.name.starts_with("sink")) {
            self.taken.cut_back(&planned.name, nodes.get(node).and_then(|it| it.position.as_deref()));
        }
        let at_end = nodes.iter().map(Restored::at_end).collect();
        let (news, heard) = channel();
        process.checkpoints = Some(Checkpoints {
            news,
            kept_bytes_max: 1 << 30,
            reread_bytes_max: 1 << 30,
            restored: nodes,
            in_hand: None,
            poison: Vec::new(),
        });
        let well = AtomicBool::new(false);
        let ran = process.run(|watches, stop| {
            let settings = Settings {
                begins: self.begins,
                patience: Duration::from_secs(3600),
                ask_again: Duration::from_secs(3600),
                kept: 1,
            };
            let nodes = watches.iter().map(|Watch { node, .. }| Arc::clone(node)).collect();
            let clerk = Clerk::new((self.generation, store), (&base, at_end), (nodes, members), settings);
            well.store(self.keep(mine, clerk, (&heard, stop)), Ordering::Relaxed);
        });
        assert_eq!(ran.stop.failure(), None, "seed {}", self.seed);
        well.into_inner()
    }

    /// Keeps the checkpoints of a share until it has recorded its end or is killed.
    fn keep(&self, mine: usize, mut clerk: Clerk, (heard, stop): (&Receiver<CutNews>, &StopSignal)) -> bool {
        let mut chance = Chance(self.seed ^ self.kill_at ^ (mine as u64) << 40);
        let mut seconds = 0;
        while !clerk.tally().may_publish {
            seconds += 1;
            clerk.tick(Duration::from_secs(seconds));
            if self.killed.load(Ordering::SeqCst) && chance.once_in(3) {
                self.end_all(stop);
                return false;
            }
            if stop.failure().is_some() {
                self.killed.store(true, Ordering::SeqCst);
                self.end_all(stop);
                return false;
            }
            // It may hear of a checkpoint long after its barrier, or never.
            if chance.once_in(4) {
                match self.ordered[mine].load(Ordering::Relaxed) {
                    0 => {}
                    number => clerk.begin(number),
                }
            }
            match heard.recv_timeout(Duration::from_micros(200)) {
                Ok(news) => {
                    if self.told.fetch_add(1, Ordering::Relaxed) + 1 == self.kill_at {
                        self.killed.store(true, Ordering::SeqCst);
                    }
                    clerk.hear(news);
                }
                Err(_) => self.go_on(&mut chance),
            }
        }
        self.ended.lock().unwrap().push(stop.clone());
        if self.killed.load(Ordering::SeqCst) {
            stop.cancel();
        }
        true
    }

    /// A share is killed, and those with it that nobody keeps any more.
    fn end_all(&self, stop: &StopSignal) {
        stop.cancel();
        self.gate.open_to(u64::MAX);
        self.ended.lock().unwrap().iter().for_each(StopSignal::cancel);
    }

    /// Time passes: sources go on, and now and then somebody orders a checkpoint of all shares, which some never hear of.
    fn go_on(&self, chance: &mut Chance) {
        let batches = self.batches.fetch_add(chance.below(3), Ordering::Relaxed);
        if !self.killed.load(Ordering::SeqCst) {
            self.gate.open_to(batches);
        }
        // As a rule the next one when the last is whole; sometimes it is given up.
        let patience = if self.is_whole(self.last_ordered()) { 3 } else { 150 };
        if self.begins == Begins::ByOrder && chance.once_in(patience) {
            let number = self.number.fetch_add(1 + chance.below(3), Ordering::Relaxed) + 3;
            for ordered in &self.ordered {
                if !chance.once_in(8) {
                    ordered.fetch_max(number, Ordering::Relaxed);
                }
            }
        }
    }

    fn last_ordered(&self) -> u64 {
        self.ordered.iter().map(|ordered| ordered.load(Ordering::Relaxed)).max().unwrap_or_default()
    }

    /// Whether all shares have brought the checkpoint of this number.
    fn is_whole(&self, number: u64) -> bool {
        let collected = self.collected.lock().unwrap();
        let has = |share| collected.records.get(&share).is_some_and(|all| all.iter().any(|it| it.holds_for(number)));
        number == 0 || (0..self.shares.len()).all(has)
    }
}

/// Each node in one of at most so many shares, of which none is empty.
fn divided(nodes: usize, shares_max: u64, chance: &mut Chance) -> Vec<ShareOf> {
    let mut shares: Vec<ShareOf> =
        (0..1 + chance.below(shares_max)).map(|host| ShareOf { host: format!("c{host}"), parts: Vec::new() }).collect();
    for node in 0..nodes {
        let at = chance.below(shares.len() as u64) as usize;
        shares[at].parts.push(node.to_string());
    }
    shares.retain(|share| !share.parts.is_empty());
    shares
}

#[derive(Default)]
struct Seen {
    restored: u64,
    /// Of those, so many with some of the shares at their end already.
    with_ended_shares: u64,
}

fn run_in_shares(seed: u64, seen: &mut Seen) {
    let undisturbed = Taken::default();
    let spills = tempfile::tempdir().unwrap();
    let gate = Arc::new(Gate::default());
    gate.open_to(u64::MAX);
    let whole = process(seed, (spills.path(), &gate), &undisturbed);
    let nodes = whole.plan.nodes.len();
    assert_eq!(whole.run(|_, _| {}).stop.failure(), None, "seed {seed}");

    let (taken, mut chance, mut base) = (Taken::default(), Chance(!seed), None);
    let collected = Arc::new(Mutex::new(Collected::default()));
    for generation in 1.. {
        let shares = divided(nodes, 4, &mut chance);
        let alone = shares.len() == 1 && chance.once_in(2);
        collected.lock().unwrap().records.clear();
        let attempt = Attempt {
            seed,
            generation: Generation(generation),
            base: base.clone(),
            begins: if alone { Begins::Every(Duration::from_secs(1)) } else { Begins::ByOrder },
            taken: taken.clone(),
            gate: Arc::default(),
            transport: InProcessTransport::new([1, 900, 1 << 20][chance.below(3) as usize]),
            collected: Arc::clone(&collected),
            batches: AtomicU64::new(1),
            number: AtomicU64::new(0),
            ordered: shares.iter().map(|_| AtomicU64::new(0)).collect(),
            told: AtomicU64::new(0),
            kill_at: if generation < 8 { 1 + chance.below(90) } else { u64::MAX },
            killed: AtomicBool::new(false),
            ended: Mutex::default(),
            shares,
        };
        let well = std::thread::scope(|scope| {
            let shares = 0..attempt.shares.len();
            let running: Vec<_> = shares
                .map(|mine| {
                    scope.spawn({
                        let attempt = &attempt;
                        move || attempt.run(mine)
                    })
                })
                .collect();
            running.into_iter().map(|share| share.join().unwrap()).collect::<Vec<bool>>()
        });
        if well.iter().all(|well| *well) {
            break;
        }
        if let Some(newest) = collected.lock().unwrap().newest(attempt.shares.len(), nodes as u32) {
            seen.restored += 1;
            seen.with_ended_shares += u64::from(well.contains(&true));
            base = Some(newest);
        }
    }
    assert_eq!(outputs(seed, &taken), outputs(seed, &undisturbed), "seed {seed}");
}

#[test]
fn a_divided_run_that_is_ended_anywhere_and_divided_anew_ends_with_the_same_batches() {
    let mut seen = Seen::default();
    // Those of odd seeds wait for facts and signals, which do not cross between hosts.
    (0..40).for_each(|seed| run_in_shares(2 * seed, &mut seen));
    let Seen { restored, with_ended_shares } = seen;
    assert!(restored > 20 && with_ended_shares > 2, "{restored} restored, {with_ended_shares} with ended shares");
}
