//! Edges whose two ends are in one process: batches wait in memory and are shared by reference.
//!
//! What runs spread over workers in one process use, and the reference for every other adapter.

use std::collections::{HashMap, VecDeque};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};

use arrow_array::RecordBatch;
use arrow_schema::SchemaRef;

use super::{Edge, EdgeReceiver, EdgeSender, Received, Transport, TransportError};
use crate::size::batch_bytes;
use crate::step::Stopped;
use crate::stop::{Sleeper, StopSignal};

/// Edges in memory. Clones share them.
#[derive(Clone)]
pub struct InProcessTransport {
    edges: Arc<Mutex<HashMap<Edge, Arc<Lane>>>>,
    window_bytes: usize,
}

/// One edge.
struct Lane {
    edge: Edge,
    window_bytes: usize,
    state: Mutex<LaneState>,
    changed: Condvar,
}

#[derive(Default)]
struct LaneState {
    /// Sent and not done, the oldest first.
    waiting: VecDeque<Waiting>,
    /// How many of those the receiver was given.
    given: usize,
    /// Bytes of all of them.
    bytes: usize,
    /// The number of the first of them.
    first: u64,
    unread: bool,
    removed: bool,
    has_sender: bool,
    has_receiver: bool,
    /// What the receiver expects to find: [`RecordBatch`]es of this schema.
    schema: Option<SchemaRef>,
}

enum Waiting {
    Batch(RecordBatch, usize),
    /// Takes no room.
    Barrier(u64),
    End,
}

impl InProcessTransport {
    /// A transport without an edge. At most `window_bytes` bytes of batches are sent and not done on each; a larger batch is let in
    /// where nothing else waits.
    pub fn new(window_bytes: usize) -> Self {
        InProcessTransport { edges: Arc::default(), window_bytes }
    }

    fn lane(&self, edge: &Edge, schema: &SchemaRef, stop: &StopSignal) -> Result<Arc<Lane>, TransportError> {
        let mut edges = self.edges.lock().unwrap_or_else(PoisonError::into_inner);
        let lane = edges.entry(edge.clone()).or_insert_with(|| {
            Arc::new(Lane {
                edge: edge.clone(),
                window_bytes: self.window_bytes,
                state: Mutex::default(),
                changed: Condvar::new(),
            })
        });
        let lane = Arc::clone(lane);
        drop(edges);
        let mut state = lane.lock();
        let known = state.schema.get_or_insert_with(|| Arc::clone(schema));
        if known != schema {
            let reason = "its two ends were opened with different schemas".to_owned();
            return Err(TransportError::Unfit { edge: edge.clone(), reason });
        }
        drop(state);
        let sleeper: Arc<dyn Sleeper> = Arc::clone(&lane) as Arc<dyn Sleeper>;
        stop.register(Arc::downgrade(&sleeper));
        Ok(lane)
    }
}

impl Transport for InProcessTransport {
    fn open_sender(
        &self,
        edge: &Edge,
        schema: &SchemaRef,
        stop: &StopSignal,
    ) -> Result<Box<dyn EdgeSender>, TransportError> {
        let lane = self.lane(edge, schema, stop)?;
        let taken = std::mem::replace(&mut lane.lock().has_sender, true);
        lane.refuse_second(taken, "sender")?;
        Ok(Box::new(LaneSender { lane, schema: Arc::clone(schema), stop: stop.clone() }))
    }

    fn open_receiver(
        &self,
        edge: &Edge,
        schema: &SchemaRef,
        stop: &StopSignal,
    ) -> Result<Box<dyn EdgeReceiver>, TransportError> {
        let lane = self.lane(edge, schema, stop)?;
        let taken = std::mem::replace(&mut lane.lock().has_receiver, true);
        lane.refuse_second(taken, "receiver")?;
        Ok(Box::new(LaneReceiver { lane, next: 0, stop: stop.clone() }))
    }

    fn remove(&self, edges: &[Edge]) -> Result<(), TransportError> {
        let mut all = self.edges.lock().unwrap_or_else(PoisonError::into_inner);
        for lane in edges.iter().filter_map(|edge| all.remove(edge)) {
            let mut state = lane.lock();
            state.removed = true;
            state.waiting.clear();
            drop(state);
            lane.changed.notify_all();
        }
        Ok(())
    }
}

impl Lane {
    fn lock(&self) -> MutexGuard<'_, LaneState> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn refuse_second(&self, taken: bool, which: &str) -> Result<(), TransportError> {
        if !taken {
            return Ok(());
        }
        Err(TransportError::Refused { edge: self.edge.clone(), reason: format!("it has a {which} already") })
    }

    /// Sleeps until `look` answers, the edge is removed or the run is ended.
    fn wait<T>(
        &self,
        stop: &StopSignal,
        mut look: impl FnMut(&mut LaneState) -> Option<Result<T, TransportError>>,
    ) -> Result<T, TransportError> {
        let mut state = self.lock();
        loop {
            if stop.is_set() {
                return Err(TransportError::Stopped(Stopped::Cancelled));
            }
            if state.removed {
                return Err(TransportError::Removed { edge: self.edge.clone() });
            }
            if let Some(found) = look(&mut state) {
                return found;
            }
            state = self.changed.wait(state).unwrap_or_else(PoisonError::into_inner);
        }
    }
}

impl Sleeper for Lane {
    fn wake(&self) {
        // Taking the lock makes sure that no thread is between looking at the signal and falling asleep.
        drop(self.lock());
        self.changed.notify_all();
    }
}

struct LaneSender {
    lane: Arc<Lane>,
    schema: SchemaRef,
    stop: StopSignal,
}

impl EdgeSender for LaneSender {
    fn send(&mut self, batch: &RecordBatch) -> Result<(), TransportError> {
        let lane = &*self.lane;
        if batch.schema_ref() != &self.schema {
            let reason = "a batch of another schema than the one it was opened with was to be sent".to_owned();
            return Err(TransportError::Unfit { edge: lane.edge.clone(), reason });
        }
        let bytes = batch_bytes(batch);
        lane.wait(&self.stop, |state| {
            if state.unread {
                return Some(Err(TransportError::Stopped(Stopped::Unread)));
            }
            (state.bytes == 0 || state.bytes + bytes <= lane.window_bytes).then(|| {
                state.bytes += bytes;
                state.waiting.push_back(Waiting::Batch(batch.clone(), bytes));
                Ok(())
            })
        })?;
        lane.changed.notify_all();
        Ok(())
    }

    fn barrier(&mut self, number: u64) -> Result<(), TransportError> {
        let lane = &*self.lane;
        lane.wait(&self.stop, |state| {
            if state.unread {
                return Some(Err(TransportError::Stopped(Stopped::Unread)));
            }
            state.waiting.push_back(Waiting::Barrier(number));
            Some(Ok(()))
        })?;
        lane.changed.notify_all();
        Ok(())
    }

    fn finish(&mut self) -> Result<(), TransportError> {
        let lane = &*self.lane;
        lane.lock().waiting.push_back(Waiting::End);
        lane.changed.notify_all();
        lane.wait(&self.stop, |state| match state.unread {
            true => Some(Err(TransportError::Stopped(Stopped::Unread))),
            false => state.waiting.is_empty().then_some(Ok(())),
        })
    }
}

struct LaneReceiver {
    lane: Arc<Lane>,
    /// The number of what comes next.
    next: u64,
    stop: StopSignal,
}

impl EdgeReceiver for LaneReceiver {
    fn receive(&mut self) -> Result<Received, TransportError> {
        let (lane, sequence) = (&*self.lane, self.next);
        let received = lane.wait(&self.stop, |state| {
            let waiting = state.waiting.get(state.given)?;
            let found = state.first + state.given as u64;
            if found != sequence {
                return Some(Err(TransportError::Lost { edge: lane.edge.clone(), expected: sequence, found }));
            }
            state.given += 1;
            Some(Ok(match waiting {
                Waiting::Batch(batch, _) => Received::Batch { sequence, batch: batch.clone() },
                Waiting::Barrier(number) => Received::Barrier { sequence, number: *number },
                Waiting::End => Received::End { sequence },
            }))
        })?;
        self.next += 1;
        Ok(received)
    }

    fn done(&mut self, sequence: u64) -> Result<(), TransportError> {
        let mut state = self.lane.lock();
        while state.given > 0 && state.first <= sequence {
            if let Some(Waiting::Batch(_, bytes)) = state.waiting.pop_front() {
                state.bytes -= bytes;
            }
            state.first += 1;
            state.given -= 1;
        }
        drop(state);
        self.lane.changed.notify_all();
        Ok(())
    }

    fn unread(&mut self) -> Result<(), TransportError> {
        let mut state = self.lane.lock();
        state.unread = true;
        state.waiting.clear();
        (state.given, state.bytes) = (0, 0);
        drop(state);
        self.lane.changed.notify_all();
        Ok(())
    }
}

impl Drop for LaneReceiver {
    fn drop(&mut self) {
        let mut state = self.lane.lock();
        state.has_receiver = false;
        // What was given and is not done is given to the next.
        state.given = 0;
    }
}
