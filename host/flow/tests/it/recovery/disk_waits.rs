//! What sinks wrote is made durable by whoever keeps the checkpoint: no node waits for it, and where it cannot be, one checkpoint is
//! refused and the run goes on.

use std::fs::File;
use std::io;
use std::os::fd::OwnedFd;
use std::path::Path;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::mpsc::{Receiver, channel};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use arrow_array::RecordBatch;
use leat_checkpoint::coordinator::{Begins, Settings};
use leat_checkpoint::id::Generation;
use leat_checkpoint::snapshot::Part;
use leat_checkpoint::store::CheckpointStore;
use leat_checkpoint::store::directory::DirectoryStore;
use leat_checkpoint::store::disk::LocalDisk;
use leat_flow::clerk::{Clerk, Members};
use leat_flow::cuts::{Checkpoints, CutNews};
use leat_flow::run::NodeEnd;
use leat_flow::step::{Published, Sink, SinkPosition, StepError};

use super::actors::{Counter, Gate};
use super::disk::Unsynced;
use super::nodes_of;
use crate::process::{Actor, Process, Taken};

/// How many batches the source has.
const BATCHES: u64 = 60;

/// How long news may be in coming.
const PATIENCE: Duration = Duration::from_secs(60);

/// What a sink writes to.
struct Disk {
    /// May be another one after a while.
    file: Mutex<File>,
    /// How often it was to make it durable.
    asked: AtomicU64,
}

/// A sink that needs a disk to be durable.
struct OnDisk {
    taken: Box<dyn Sink>,
    disk: Arc<Disk>,
}

impl Sink for OnDisk {
    fn write(&mut self, batch: &RecordBatch) -> Result<(), StepError> {
        self.taken.write(batch)
    }

    fn flush(&mut self) -> Result<(), StepError> {
        self.taken.flush()
    }

    fn position(&mut self) -> Result<SinkPosition, StepError> {
        let (position, disk) = (self.taken.position()?, Arc::clone(&self.disk));
        Ok(SinkPosition::once(move || {
            disk.asked.fetch_add(1, Ordering::SeqCst);
            let durable = disk.file.lock().unwrap().sync_data();
            durable.map_err(|error| StepError::Failed(format!("values.csv: {error}")))?;
            position.into_bytes()
        }))
    }

    fn finish(self: Box<Self>) -> Result<Vec<Published>, StepError> {
        self.taken.finish()
    }
}

/// A file that the system has no way to make durable, which it says.
fn pipe() -> File {
    let (_reader, writer) = io::pipe().unwrap();
    File::from(OwnedFd::from(writer))
}

/// A source behind a gate and a sink on a file, with a queue between them that has room for one batch.
fn process(
    directory: &Path,
    (gate, taken): (&Arc<Gate>, &Taken),
    file: File,
) -> (Process, Arc<Disk>, Receiver<CutNews>) {
    let mut process = Process::new(directory, 1);
    let queue = process.numbers("q");
    let source = Counter { gate: Arc::clone(gate), seed: 5, next: 0, batches: BATCHES };
    process.node("source", &[], &[Some(queue)], Actor::Source(Box::new(source)));
    let Actor::Sink(sink) = taken.sink("sink") else { unreachable!("it is one") };
    let disk = Arc::new(Disk { file: Mutex::new(file), asked: AtomicU64::new(0) });
    let sink = OnDisk { taken: sink, disk: Arc::clone(&disk) };
    process.node("sink", &[(queue, false)], &[], Actor::Sink(Box::new(sink)));
    let (news, heard) = channel();
    process.checkpoints = Some(Checkpoints {
        news,
        kept_bytes_max: 1 << 30,
        reread_bytes_max: 1 << 30,
        restored: Vec::new(),
        in_hand: None,
        poison: Vec::new(),
    });
    (process, disk, heard)
}

#[test]
fn a_run_goes_on_to_its_end_while_a_position_of_its_sink_waits_to_be_made_durable() {
    let (directory, gate, taken) = (tempfile::tempdir().unwrap(), Arc::new(Gate::default()), Taken::default());
    let (process, disk, heard) = process(directory.path(), (&gate, &taken), tempfile::tempfile().unwrap());
    let ran = process.run(|watches, _| {
        let nodes = nodes_of(watches);
        nodes[0].take_part(1);
        gate.open_to(u64::MAX);
        let mut position = None;
        loop {
            match heard.recv_timeout(PATIENCE).unwrap() {
                CutNews::Part { node: 1, number: 1, part: Part::Position, content } => position = Some(content),
                CutNews::Finished { node: 1, .. } => break,
                _ => {}
            }
        }
        assert_eq!(taken.batches("sink").len() as u64, BATCHES);
        // For its place at the end alone.
        assert_eq!(disk.asked.load(Ordering::SeqCst), 1);
        let position = position.unwrap().into_bytes().unwrap();
        assert!(u64::from_le_bytes(position.try_into().unwrap()) < BATCHES);
    });
    assert_eq!((ran.stop.failure(), ran.ends), (None, vec![NodeEnd::Whole; 2]));
}

#[test]
fn a_checkpoint_is_refused_where_what_a_sink_wrote_cannot_be_made_durable_and_the_run_goes_on_to_the_next() {
    let (directory, gate, taken) = (tempfile::tempdir().unwrap(), Arc::new(Gate::default()), Taken::default());
    let (process, disk, heard) = process(directory.path(), (&gate, &taken), pipe());
    let root = tempfile::tempdir().unwrap();
    let store: Arc<dyn CheckpointStore> = Arc::new(DirectoryStore::new(Unsynced(LocalDisk), root.path().to_owned()));
    let generation = Generation(1);
    let base = store.take_over(generation).unwrap();
    let members = Members::of(&process.plan);
    let ran = process.run(|watches, stop| {
        let settings = Settings {
            begins: Begins::Every(Duration::from_secs(1)),
            patience: Duration::from_secs(3600),
            ask_again: Duration::from_secs(3600),
            kept: 1,
        };
        let mut clerk = Clerk::new((generation, store), (&base, Vec::new()), (nodes_of(watches), members), settings);
        let (mut seconds, mut opened, mut refused) = (0, 0, None);
        while !clerk.tally().may_publish && stop.failure().is_none() {
            seconds += 1;
            clerk.tick(Duration::from_secs(seconds));
            let news = heard.recv_timeout(Duration::from_micros(200)).ok();
            let is_quiet = news.is_none();
            news.into_iter().for_each(|news| clerk.hear(news));
            let tally = clerk.tally();
            if refused.is_none() && tally.failed.is_some() {
                assert_eq!(tally.taken, 0);
                refused = tally.failed;
                *disk.file.lock().unwrap() = tempfile::tempfile().unwrap();
            }
            // As slowly as it takes: the source is not to come to its end before.
            if tally.taken > 0 {
                gate.open_to(u64::MAX);
            } else if is_quiet && taken.batches("sink").len() as u64 > opened {
                opened += 1;
                gate.open_to(opened);
            }
        }
        gate.open_to(u64::MAX);
        assert_eq!(refused.unwrap(), "node `sink`: values.csv: Invalid argument (os error 22)");
        assert_eq!(clerk.tally().failed, None);
    });
    assert_eq!((ran.stop.failure(), ran.ends), (None, vec![NodeEnd::Whole; 2]));
    assert_eq!(taken.batches("sink").len() as u64, BATCHES);
}
