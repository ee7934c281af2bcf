//! Runs that are ended at any moment and begun again from their last checkpoint end with the same bytes as if nothing had
//! been: real threads, the protocol's own code, a store in a directory, and processes drawn from seeds.

mod disk;
mod divided;
mod drawn;

use std::path::Path;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::mpsc::channel;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use leat_checkpoint::coordinator::{Begins, Settings};
use leat_checkpoint::id::Generation;
use leat_checkpoint::store::CheckpointStore;
use leat_checkpoint::store::directory::DirectoryStore;
use leat_checkpoint::store::disk::LocalDisk;
use leat_flow::clerk::{Clerk, Members, restored};
use leat_flow::cuts::{Checkpoints, Restored};

use self::disk::Unsynced;
use self::drawn::{Chance, Gate, outputs, process};
use crate::process::Taken;

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
    process.checkpoints =
        Some(Checkpoints { news, kept_bytes_max: 1 << 30, reread_bytes_max: 1 << 30, restored: nodes });
    let members = Members::of(&process.plan);
    let ended = Mutex::new(Ended::Killed);
    let taken_checkpoints = AtomicU64::new(0);
    let ran = process.run(|watches, stop| {
        let nodes = watches.iter().map(|watch| Arc::clone(&watch.node)).collect();
        let settings = Settings {
            begins: Begins::Every(Duration::from_secs(1)),
            patience: Duration::from_secs(3600),
            ask_again: Duration::from_secs(3600),
            kept: 1,
        };
        let mut clerk = Clerk::new((generation, store), (&base, at_end), (nodes, members), settings);
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
