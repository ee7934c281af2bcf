//! The input ports of one node, and the queues that end there.
//!
//! Called by the writers of those queues ([`Inputs::try_push`], [`Inputs::push`]) and by the one thread of the node
//! ([`InputReader`]). One lock guards all ports of a node, because its reader waits for any of them; it is held for a
//! few pointers at a time, never while a batch is written, read or converted.
//!
//! A port has one queue, or several that are merged in it; each end of a queue holds a bounded number of bytes. A full one
//! makes its writer wait, with one exception: where the reader waits for *another* queue, waiting for this one might be
//! waiting in a circle (two branches of one queue that meet again), so it overflows to disk; and so do all where the reader
//! waits for what comes through none of them ([`Inputs::away`]). That leaves no circle: a writer waits only for a reader that is at work or
//! waits further down, and the last of them writes a file.

mod cut;
mod part;
mod reader;
mod spill;

pub(crate) use cut::{KeptSlot, Taking};
pub use reader::{Delivery, InputReader};

use std::collections::VecDeque;
use std::path::PathBuf;
use std::sync::{Arc, Condvar, Mutex, MutexGuard, OnceLock, PoisonError};

use arrow_array::RecordBatch;
use arrow_schema::SchemaRef;

use crate::step::{Condition, Stopped};
use crate::stop::{Sleeper, StopSignal};
use cut::EndCuts;
use spill::{SpillError, SpillWriter, Spilled};

/// How much may wait, and where.
#[derive(Clone, Debug)]
pub struct InputLimits {
    /// Bytes of batches that may wait in memory at one end of a queue. A single larger batch is let in where nothing else waits.
    pub queue_bytes: usize,
    /// Bytes of batches that may wait on disk at one end of a queue.
    pub spill_bytes_max: u64,
    /// Where they wait: the run's directory.
    pub spill_directory: PathBuf,
}

/// A queue where it ends at a port, for messages and conversion.
#[derive(Clone, Debug)]
pub struct QueueEnd {
    /// The queue's name.
    pub name: String,
    /// Its columns.
    pub schema: SchemaRef,
    /// The port; one that merges queues has several of them.
    pub port: usize,
    /// Delivered to its end before the ports that are not `first`.
    pub first: bool,
}

/// The input ports of one node.
pub struct Inputs {
    node: String,
    queues: Vec<QueueEnd>,
    limits: InputLimits,
    stop: StopSignal,
    /// By end: which of the queue's records its reader takes.
    conditions: Vec<OnceLock<Arc<dyn Condition>>>,
    state: Mutex<State>,
    /// The reader's wait: a batch or the end has come of the queue it wants.
    arrived: Condvar,
    /// The writers' wait: a queue has room, or its reader began to wait for something else.
    room: Condvar,
    /// The writers' ends of the spill files; each is used by its queue's one writer alone.
    spills: Vec<Mutex<Option<SpillWriter>>>,
}

struct State {
    ends: Vec<Waiting>,
    /// The end of the queue whose batch the reader sleeps for.
    awaited: Option<usize>,
    /// Threads of the reader that wait for something that comes through no port.
    away: usize,
    /// Writers that sleep.
    writers_waiting: usize,
    reader_gone: bool,
    /// Its part in checkpoints, where the run takes any.
    cuts: Option<EndCuts>,
    /// It has none, but passes their barriers on: its reader is given each at its place.
    passes_barriers: bool,
}

#[derive(Default)]
struct Waiting {
    slots: VecDeque<Slot>,
    bytes: usize,
    bytes_peak: usize,
    spilled_bytes: usize,
    spilled_bytes_total: u64,
    end: End,
}

#[derive(Clone, Debug)]
enum Slot {
    Memory(RecordBatch, usize),
    Disk(Spilled, usize),
    /// Of a checkpoint; takes no room.
    Barrier(u64),
}

/// What has become of a queue's writer.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum End {
    /// It may send more.
    #[default]
    Open,
    /// It has sent everything.
    Whole,
    /// It was ended before it had.
    CutShort,
}

/// The end of a queue at one moment.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Fill {
    /// Bytes waiting in memory.
    pub bytes: usize,
    /// The most that ever did.
    pub bytes_peak: usize,
    /// Bytes waiting on disk.
    pub spilled_bytes: usize,
    /// Bytes that ever went through the disk.
    pub spilled_bytes_total: u64,
}

/// Whether a batch went in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Pushed {
    /// It did.
    Done,
    /// There is no room just now: [`Inputs::push`] waits for it.
    Full,
}

/// Why a batch cannot go in.
#[derive(Debug, thiserror::Error)]
pub enum PushError {
    /// The run is being ended, or the reader is gone.
    #[error("stopped")]
    Stopped(Stopped),
    /// It had to go to disk and could not.
    #[error("{0}")]
    Spill(String),
}

impl Inputs {
    /// The ends of queues at the node called `node`, and their one reader.
    pub fn new(node: &str, queues: Vec<QueueEnd>, limits: InputLimits, stop: &StopSignal) -> (Arc<Self>, InputReader) {
        let inputs = Arc::new(Inputs {
            node: node.to_owned(),
            state: Mutex::new(State {
                ends: queues.iter().map(|_| Waiting::default()).collect(),
                awaited: None,
                away: 0,
                writers_waiting: 0,
                reader_gone: false,
                cuts: None,
                passes_barriers: false,
            }),
            conditions: queues.iter().map(|_| OnceLock::new()).collect(),
            spills: queues.iter().map(|_| Mutex::new(None)).collect(),
            queues,
            limits,
            stop: stop.clone(),
            arrived: Condvar::new(),
            room: Condvar::new(),
        });
        let as_sleeper: Arc<dyn Sleeper> = Arc::clone(&inputs) as Arc<dyn Sleeper>;
        stop.register(Arc::downgrade(&as_sleeper));
        let reader = InputReader::new(Arc::clone(&inputs));
        (inputs, reader)
    }

    /// Lets the reader of an end see only the records that meet a condition. Set once, before the reader reads.
    pub fn keep_only(&self, at: usize, condition: Arc<dyn Condition>) {
        let _ = self.conditions[at].set(condition);
    }

    /// Puts in a batch of `bytes` bytes if that needs no waiting.
    pub fn try_push(&self, at: usize, batch: &RecordBatch, bytes: usize) -> Result<Pushed, PushError> {
        let mut state = self.lock();
        self.check_open(&state)?;
        if !state.ends[at].has_room(bytes, self.limits.queue_bytes) {
            return Ok(Pushed::Full);
        }
        self.put(&mut state, at, Slot::Memory(batch.clone(), bytes));
        Ok(Pushed::Done)
    }

    /// Puts in a batch, waiting for room; where the reader waits for something else, on disk.
    pub fn push(&self, at: usize, batch: &RecordBatch, bytes: usize) -> Result<(), PushError> {
        let mut state = self.lock();
        loop {
            self.check_open(&state)?;
            if state.ends[at].has_room(bytes, self.limits.queue_bytes) {
                self.put(&mut state, at, Slot::Memory(batch.clone(), bytes));
                return Ok(());
            }
            let hurries = state.cuts.as_ref().is_some_and(|cuts| cuts.hurries(at));
            if state.away > 0 || state.awaited.is_some_and(|awaited| awaited != at) || hurries {
                break;
            }
            state.writers_waiting += 1;
            state = self.room.wait(state).unwrap_or_else(PoisonError::into_inner);
            state.writers_waiting -= 1;
        }
        let caught_up = state.ends[at].spilled_bytes == 0;
        drop(state);
        let slot = self.spill(at, batch, bytes, caught_up).map_err(|error| self.spill_failure(at, &error))?;
        self.put(&mut self.lock(), at, slot);
        Ok(())
    }

    /// The queue's writer sends no more. `whole`: it has sent everything; otherwise it was ended before, and the reader
    /// must not take what there is for all there was.
    pub fn close(&self, at: usize, whole: bool) {
        let mut state = self.lock();
        let end = &mut state.ends[at].end;
        if *end == End::Open {
            *end = if whole { End::Whole } else { End::CutShort };
            if whole && let Some(cuts) = &mut state.cuts {
                cuts.end(at);
            }
        }
        self.arrived.notify_all();
    }

    /// Runs a wait of the node for something that comes through no port. Meanwhile full ports overflow to disk, so that
    /// their writers, which may have to come to their end first, go on.
    pub fn away<T>(&self, wait: impl FnOnce() -> T) -> T {
        self.lock().away += 1;
        self.room.notify_all();
        let outcome = wait();
        self.lock().away -= 1;
        outcome
    }

    /// The end of a queue at this moment.
    pub fn fill(&self, at: usize) -> Fill {
        let state = self.lock();
        let waiting = &state.ends[at];
        Fill {
            bytes: waiting.bytes,
            bytes_peak: waiting.bytes_peak,
            spilled_bytes: waiting.spilled_bytes,
            spilled_bytes_total: waiting.spilled_bytes_total,
        }
    }

    /// The queues that end here, by port and then in the order written: the numbers of the ends.
    pub fn queues(&self) -> &[QueueEnd] {
        &self.queues
    }

    /// Bytes that may wait in memory at each end.
    pub fn queue_bytes(&self) -> usize {
        self.limits.queue_bytes
    }

    fn check_open(&self, state: &State) -> Result<(), PushError> {
        if self.stop.is_set() {
            return Err(PushError::Stopped(Stopped::Cancelled));
        }
        if state.reader_gone {
            return Err(PushError::Stopped(Stopped::Unread));
        }
        Ok(())
    }

    fn put(&self, state: &mut State, at: usize, slot: Slot) {
        if state.reader_gone {
            return;
        }
        let to = &mut state.ends[at];
        match slot {
            Slot::Memory(_, bytes) => {
                to.bytes += bytes;
                to.bytes_peak = to.bytes_peak.max(to.bytes);
            }
            Slot::Disk(_, bytes) => {
                to.spilled_bytes += bytes;
                to.spilled_bytes_total += bytes as u64;
            }
            Slot::Barrier(_) => {}
        }
        if let (Some(cuts), Slot::Memory(_, bytes) | Slot::Disk(_, bytes)) = (&mut state.cuts, &slot) {
            cuts.batch(at, &slot, *bytes);
        }
        let to = &mut state.ends[at];
        to.slots.push_back(slot);
        if state.awaited == Some(at) {
            self.arrived.notify_one();
        }
    }

    /// Writes a batch to the end's spill file; to a new one where the reader has `caught_up` with the old one.
    fn spill(&self, at: usize, batch: &RecordBatch, bytes: usize, caught_up: bool) -> Result<Slot, SpillError> {
        let mut spill = self.spills[at].lock().unwrap_or_else(PoisonError::into_inner);
        if caught_up || spill.is_none() {
            let limits = &self.limits;
            let fresh = SpillWriter::new(&limits.spill_directory, &batch.schema(), limits.spill_bytes_max)?;
            *spill = Some(fresh);
        }
        let writer = spill.as_mut().expect("a spill file was made above");
        Ok(Slot::Disk(writer.write(batch, bytes)?, bytes))
    }

    fn spill_failure(&self, at: usize, error: &SpillError) -> PushError {
        PushError::Spill(format!(
            "queue `{}` must wait on disk, because its reader `{}` waits for something else first, but cannot: {error}",
            self.queues[at].name, self.node
        ))
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Waiting {
    fn has_room(&self, bytes: usize, queue_bytes: usize) -> bool {
        self.bytes == 0 || self.bytes + bytes <= queue_bytes
    }
}

impl Sleeper for Inputs {
    fn wake(&self) {
        // Taking the lock makes sure that no thread is between looking at the signal and falling asleep.
        drop(self.lock());
        self.arrived.notify_all();
        self.room.notify_all();
    }
}
