//! The directory adapter: on a disk that loses power at every step, with an older generation that acts in between, and on a
//! real one.

use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex};

use leat_checkpoint::id::{CheckpointId, Generation};
use leat_checkpoint::snapshot::{Completion, NodeRecord, Part, PartName, PartRecord, RECORD_VERSION};
use leat_checkpoint::store::directory::DirectoryStore;
use leat_checkpoint::store::disk::{Disk, LocalDisk};
use leat_checkpoint::store::{CheckpointStore, StoreError};

use crate::simulation::chance::Chance;
use crate::simulation::disk::MemoryDisk;

const ROOT: &str = "/run";

fn memory() -> (MemoryDisk, DirectoryStore<MemoryDisk>) {
    let disk = MemoryDisk::default();
    disk.create_folder(Path::new(ROOT)).unwrap();
    disk.sync_folder(Path::new("/")).unwrap();
    (disk.clone(), DirectoryStore::new(disk, PathBuf::from(ROOT)))
}

fn id(generation: u64, number: u64) -> CheckpointId {
    CheckpointId { generation: Generation(generation), number }
}

/// What node 0 and 1 leave in a checkpoint.
fn content(id: CheckpointId, node: u32) -> Vec<u8> {
    format!("{id}, node {node}").repeat(3).into_bytes()
}

fn take(store: &impl CheckpointStore, id: CheckpointId) -> Result<(), StoreError> {
    let parts = [0, 1].map(|node| store.put(id, 0, PartName { node, part: Part::Flow }, &content(id, node)));
    let mut nodes = Vec::new();
    for part in parts {
        let part: PartRecord = part?;
        nodes.push(NodeRecord { node: part.name.node, finished: false, parts: vec![part] });
    }
    store.complete(&Completion { version: RECORD_VERSION, id, last: false, nodes })
}

/// What a generation begins from, having read all of it.
fn recover(store: &impl CheckpointStore, generation: u64) -> CheckpointId {
    let base = store.take_over(Generation(generation)).unwrap();
    for part in base.parts() {
        let bytes = store.read(id(generation, 0), part).unwrap();
        assert_eq!(bytes, content(base.id, part.name.node));
    }
    base.id
}

#[test]
fn whenever_power_is_lost_the_newest_whole_checkpoint_is_what_is_restored() {
    let script = |store: &DirectoryStore<MemoryDisk>, whole: &mut u64| -> Result<(), StoreError> {
        store.take_over(Generation(1))?;
        for number in 1..=3 {
            take(store, id(1, number))?;
            *whole = number;
            store.keep_only(Generation(1), &[number])?;
        }
        Ok(())
    };
    let (disk, store) = memory();
    script(&store, &mut 0).unwrap();
    let steps = disk.operations();
    assert!(steps > 50, "there are {steps} steps");
    for step in 0..steps {
        for seed in 0..12 {
            let (disk, store) = memory();
            disk.die_after(Some(step));
            let mut whole = 0;
            let _ = script(&store, &mut whole);
            disk.lose_power(&mut Chance::new(step << 8 | seed));
            let found = recover(&store, 2);
            let found = if found.generation == Generation(1) { found.number } else { 0 };
            assert!(
                found == whole || found == whole + 1,
                "step {step}, seed {seed}: {found} is restored, {whole} was whole"
            );
        }
    }
}

#[test]
fn whenever_power_is_lost_while_a_generation_takes_over_the_next_one_begins_from_the_same() {
    for step in 0.. {
        let mut ended = false;
        for seed in 0..12 {
            let (disk, store) = memory();
            store.take_over(Generation(1)).unwrap();
            take(&store, id(1, 1)).unwrap();
            take(&store, id(1, 2)).unwrap();
            disk.die_after(Some(step));
            ended = store.take_over(Generation(2)).is_ok();
            disk.lose_power(&mut Chance::new(step << 8 | seed));
            assert_eq!(recover(&store, 3), id(1, 2), "step {step}, seed {seed}");
        }
        if ended {
            return;
        }
    }
}

/// A newer generation takes over before any one step of what an older one does. What the newer one has begun from stays as it
/// is, is what a still newer one begins from, and the older one's record counts only if it was found.
#[test]
fn an_older_generation_that_slept_between_two_steps_changes_nothing_that_was_taken_over() {
    for step in 0.. {
        let (disk, store) = memory();
        store.take_over(Generation(1)).unwrap();
        take(&store, id(1, 1)).unwrap();
        let newer = store.clone();
        let taken = Arc::new(Mutex::new(None));
        let takes = Arc::clone(&taken);
        disk.interrupt(step, move || *takes.lock().unwrap() = Some(recover(&newer, 2)));
        let recorded = take(&store, id(1, 2));
        let _ = store.keep_only(Generation(1), &[2]);
        let Some(base) = *taken.lock().unwrap() else { return };
        assert!(recorded.is_err() || base == id(1, 2), "step {step}: a record that nobody found was taken for whole");
        assert_eq!(recover(&store, 3), base, "step {step}");
    }
}

#[test]
fn a_generation_begins_once_and_none_after_a_newer_one() {
    let (_, store) = memory();
    assert!(store.take_over(Generation(2)).unwrap().is_beginning());
    for older in [1, 2] {
        assert!(matches!(store.take_over(Generation(older)), Err(StoreError::Superseded { .. })));
    }
    assert!(matches!(take(&store, id(1, 1)), Err(StoreError::Superseded { .. })));
}

#[test]
fn damage_is_named_and_the_checkpoint_before_is_taken() {
    let (disk, store) = memory();
    store.take_over(Generation(1)).unwrap();
    take(&store, id(1, 1)).unwrap();
    take(&store, id(1, 2)).unwrap();
    disk.write(Path::new("/run/g00000001/c00000002/node-1-flow"), b"rotten").unwrap();
    assert_eq!(recover(&store, 2), id(1, 1));
    disk.write(Path::new("/run/g00000002/c00000000/node-0-flow"), b"rotten").unwrap();
    let part = PartRecord {
        name: PartName { node: 0, part: Part::Flow },
        share: 0,
        bytes: 100,
        digest: leat_bundle::Digest::of(b"sound"),
    };
    let error = store.read(id(2, 0), &part).unwrap_err();
    assert_eq!(error.to_string(), "/run/g00000002/c00000000/node-0-flow is damaged: its digest is another");
    assert!(!error.is_retryable());
}

#[test]
fn on_a_real_disk_checkpoints_are_taken_over_measured_and_removed() {
    let folder = tempfile::tempdir().unwrap();
    let store = DirectoryStore::new(LocalDisk, folder.path().to_owned());
    assert!(store.take_over(Generation(1)).unwrap().is_beginning());
    for number in 1..=3 {
        take(&store, id(1, number)).unwrap();
    }
    let three = store.bytes().unwrap();
    store.keep_only(Generation(1), &[2, 3]).unwrap();
    assert!(store.bytes().unwrap() < three);
    assert_eq!(recover(&store, 4), id(1, 3));
    take(&store, id(4, 1)).unwrap();
    store.keep_only(Generation(4), &[1]).unwrap();
    let left: Vec<String> = LocalDisk.names(folder.path()).unwrap();
    assert_eq!(left, ["g00000004"]);
    assert_eq!(LocalDisk.names(&folder.path().join("g00000004")).unwrap(), ["c00000001"]);
}
