//! Runs that are ended at any moment and begun again from their last checkpoint end with the same bytes as if nothing had
//! been: real threads, the protocol's own code, a store in a directory, and processes drawn from seeds.

mod actors;
mod disk;
mod disk_waits;
mod divided;
mod drawn;

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::sync::mpsc::channel;
use std::time::Duration;

use leat_checkpoint::coordinator::{Begins, Settings};
use leat_checkpoint::id::Generation;
use leat_checkpoint::store::CheckpointStore;
use leat_checkpoint::store::directory::DirectoryStore;
use leat_checkpoint::store::disk::LocalDisk;
use leat_flow::clerk::{Clerk, Members, restored};
use leat_flow::cuts::{Checkpoints, Restored};
use leat_flow::meter::PortMeter;
use leat_flow::node::Node;
use leat_flow::rejects::{Content, RejectedRecord};

use self::actors::Gate;
use self::disk::Unsynced;
use self::drawn::{Chance, outputs, process};
use crate::process::{Taken, Watch};

/// What an attempt came to.
struct Ended {
    /// What the nodes have counted by then, where all came to their end.
    counted: Option<Vec<Counts>>,
    /// The checkpoints it completed.
    checkpoints: u64,
}

/// What the report of a run has of a node, but for times and bytes.
#[derive(Debug, PartialEq)]
struct Counts {
    name: String,
    /// Rows and batches, by end of a queue.
    inputs: Vec<(u64, u64)>,
    /// By port.
    outputs: Vec<(u64, u64)>,
    rejected: u64,
    first_rejected: Vec<(RejectedRecord, Content)>,
    counters: BTreeMap<String, u64>,
}

impl Counts {
    fn of(node: &Arc<Node>) -> Self {
        let ports = |meters: &[PortMeter]| {
            let counts = |it: &PortMeter| (it.rows.load(Ordering::Relaxed), it.batches.load(Ordering::Relaxed));
            meters.iter().map(counts).collect()
        };
        Counts {
            name: node.name().to_owned(),
            inputs: ports(&node.meter().inputs),
            outputs: ports(&node.meter().outputs),
            rejected: node.meter().rejected.load(Ordering::Relaxed),
            first_rejected: node.rejected(),
            counters: node.counters(),
        }
    }
}

fn nodes_of(watches: &[Watch]) -> Vec<Arc<Node>> {
    watches.iter().map(|watch| Arc::clone(&watch.node)).collect()
}

/// Runs one attempt, which is ended once its clerk has heard so much.
fn attempt(seed: u64, generation: Generation, root: &Path, (taken, kill_at): (&Taken, u64)) -> Ended {
    let store: Arc<dyn CheckpointStore> = Arc::new(DirectoryStore::new(Unsynced(LocalDisk), root.to_owned()));
    let base = store.take_over(generation).unwrap();
    let spills = tempfile::tempdir().unwrap();
    let gate = Arc::new(Gate::default());
    let mut process = process(seed, (spills.path(), &gate), taken);
    let nodes = restored((generation, &*store), &base, &process.plan).unwrap();
    for (node, planned) in process.plan.nodes.iter().enumerate().filter(|(_, it)| it.name.starts_with("sink")) {
        taken.cut_back(&planned.name, nodes.get(node).and_then(|it: &Restored| it.position.as_deref()));
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
    let members = Members::of(&process.plan);
    let mut all = Vec::new();
    let (mut is_whole, mut checkpoints) = (false, 0);
    let ran = process.run(|watches, stop| {
        all = nodes_of(watches);
        let settings = Settings {
            begins: Begins::Every(Duration::from_secs(1)),
            patience: Duration::from_secs(3600),
            ask_again: Duration::from_secs(3600),
            kept: 1,
        };
        let mut clerk = Clerk::new((generation, store), (&base, at_end), (all.clone(), members), settings);
        let (mut seconds, mut told, mut batches, mut chance) = (0, 0, 1, Chance(seed ^ kill_at));
        while !clerk.tally().may_publish {
            // The time is the number of looks: a checkpoint follows the other.
            seconds += 1;
            clerk.tick(Duration::from_secs(seconds));
            if stop.failure().is_some() {
                break;
            }
            let news = heard.recv_timeout(Duration::from_micros(200));
            // Sources go on, too, where a node refuses one checkpoint after the other.
            if news.is_err() || seconds % 32 == 0 {
                batches += chance.below(4);
                gate.open_to(batches);
            }
            let Ok(news) = news else { continue };
            told += 1;
            if told == kill_at {
                stop.cancel();
                break;
            }
            clerk.hear(news);
        }
        (is_whole, checkpoints) = (clerk.tally().may_publish, clerk.tally().taken);
        gate.open_to(u64::MAX);
    });
    assert_eq!(ran.stop.failure(), None, "seed {seed}");
    Ended { counted: is_whole.then(|| all.iter().map(Counts::of).collect()), checkpoints }
}

#[test]
fn a_run_that_is_ended_anywhere_and_begun_again_ends_with_the_same_batches_facts_and_counts() {
    let mut restored_from_checkpoints = [0, 0];
    for seed in 0..60 {
        let (undisturbed, mut counted) = (Taken::default(), Vec::new());
        let spills = tempfile::tempdir().unwrap();
        let gate = Arc::new(Gate::default());
        gate.open_to(u64::MAX);
        let ran = process(seed, (spills.path(), &gate), &undisturbed).run(|watches, _| counted = nodes_of(watches));
        assert_eq!(ran.stop.failure(), None, "seed {seed}");
        let counted: Vec<Counts> = counted.iter().map(Counts::of).collect();

        let (root, taken, mut chance) = (tempfile::tempdir().unwrap(), Taken::default(), Chance(!seed));
        for generation in 1.. {
            let kill_at = if generation < 6 { 1 + chance.below(200) } else { u64::MAX };
            let ended = attempt(seed, Generation(generation), root.path(), (&taken, kill_at));
            if let Some(again) = ended.counted {
                assert_eq!(again, counted, "seed {seed}");
                break;
            }
            restored_from_checkpoints[(seed % 2) as usize] += u64::from(ended.checkpoints > 0);
        }
        assert_eq!(outputs(seed, &taken), outputs(seed, &undisturbed), "seed {seed}");
    }
    let tries_enough = restored_from_checkpoints.iter().all(|count| *count > 30);
    assert!(tries_enough, "the test tries what it is to try: {restored_from_checkpoints:?}");
}
