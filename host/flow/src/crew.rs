//! How the threads of one node share its records, and how what they send gets back into one order.
//!
//! Used by the loop of each of a node's threads ([`run`](crate::run)) and by [`Node`](crate::node::Node), which holds back
//! what is not due. Everything a node is to do is a task with a number, its *turn*: the opening of each instance, then
//! batch by batch in the order of delivery (with keys: partition by partition within a batch), then the ends of input and
//! the finishes, instance by instance. Turns depend on the batches alone. What a task sends goes out when all tasks of
//! earlier turns are done, so the readers of a node see the same whatever the number of its threads.
//!
//! No thread waits in a circle: each does its tasks in the order of their turns, so the task whose turn it is, if it was
//! handed out, is the one its thread is at or comes to next, and it never waits for another. Nobody reads further ahead
//! than [`AHEAD_PER_THREAD`] batches, or while more than the bytes of a queue are held back.

mod keys;

use std::collections::{BTreeMap, VecDeque};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};

use arrow_array::{RecordBatch, UInt32Array};

use crate::inputs::{Delivery, InputReader};
use crate::step::{StepError, Stopped};
use crate::stop::{Sleeper, StopSignal};
use crate::trace::Lineage;

/// How many batches may be handed out per thread beyond the one whose turn it is: enough that a slow batch does not make
/// the other threads wait at once.
const AHEAD_PER_THREAD: u64 = 4;

/// The threads of one node.
pub(crate) struct Crew {
    threads: usize,
    instances: usize,
    /// By end of a queue: the columns that say which instance gets a record; nothing where batches are dealt out whole.
    keys: Option<Vec<Vec<usize>>>,
    /// Bytes that may be held back before nobody reads on.
    held_bytes_max: usize,
    stop: StopSignal,
    state: Mutex<State>,
    /// Every wait here: for a task, for the turn.
    changed: Condvar,
}

struct State {
    /// Away while a thread waits for a batch.
    reader: Option<InputReader>,
    /// Tasks handed out, by thread.
    tasks: Vec<VecDeque<Task>>,
    /// The number of the next task.
    next: u64,
    /// The task whose results go out.
    turn: u64,
    /// Results of finished tasks whose turn has not come.
    held: BTreeMap<u64, Held>,
    held_bytes: usize,
    /// Every task is handed out.
    complete: bool,
    /// Nobody reads what the node sends any more.
    unread: bool,
    threads_left: usize,
    /// No thread has left before its time.
    whole: bool,
}

/// Something that a thread is to do.
pub(crate) struct Task {
    pub(crate) turn: u64,
    pub(crate) instance: usize,
    pub(crate) work: Work,
}

/// What there is to do.
pub(crate) enum Work {
    Open,
    Batch(Portion),
    EndOfInput {
        port: usize,
    },
    /// Gives its state for a checkpoint; the last instance passes the barrier on.
    Snapshot {
        number: u64,
        last: bool,
    },
    Finish,
}

/// A batch of an input port, or the rows of one that an instance gets.
pub(crate) struct Portion {
    pub(crate) port: usize,
    /// Which of the queues that end at the node.
    pub(crate) end: usize,
    /// With all columns of its queue.
    pub(crate) batch: RecordBatch,
    /// Which batch of the queue, from 1.
    pub(crate) number: u64,
    /// Rows of the queue before the batch it is of.
    pub(crate) rows_before: u64,
    /// Which rows of the batch these are; nothing: all of them.
    pub(crate) rows: Option<UInt32Array>,
}

/// What a task has sent, held back until its turn.
#[derive(Default)]
pub(crate) struct Held {
    /// By output port, with where their rows come from, as far as that is followed.
    pub(crate) batches: Vec<(usize, RecordBatch, Option<Lineage>)>,
    /// Bytes of `batches`.
    pub(crate) bytes: usize,
    /// Records it refused.
    pub(crate) refused: Option<crate::node::Refused>,
    /// The barrier behind all of that.
    pub(crate) barrier: Option<u64>,
}

impl Portion {
    /// The number of one of its rows in the batch it is of, from 0.
    pub(crate) fn row(&self, row: u32) -> u64 {
        let of_rows = self.rows.as_ref().filter(|rows| (row as usize) < rows.len());
        u64::from(of_rows.map_or(row, |rows| rows.value(row as usize)))
    }
}

impl Crew {
    /// So many threads for so many instances, which read `reader`; `keys` by end of a queue.
    pub(crate) fn new(
        reader: InputReader,
        (threads, instances): (usize, usize),
        keys: Option<Vec<Vec<usize>>>,
        stop: &StopSignal,
    ) -> Arc<Self> {
        let mut tasks: Vec<VecDeque<Task>> = (0..threads).map(|_| VecDeque::new()).collect();
        for instance in 0..instances {
            tasks[instance % threads].push_back(Task { turn: instance as u64, instance, work: Work::Open });
        }
        let crew = Arc::new(Crew {
            threads,
            instances,
            keys,
            held_bytes_max: reader.inputs().queue_bytes(),
            stop: stop.clone(),
            state: Mutex::new(State {
                reader: Some(reader),
                tasks,
                next: instances as u64,
                turn: 0,
                held: BTreeMap::new(),
                held_bytes: 0,
                complete: false,
                unread: false,
                threads_left: threads,
                whole: true,
            }),
            changed: Condvar::new(),
        });
        let as_sleeper: Arc<dyn Sleeper> = Arc::clone(&crew) as Arc<dyn Sleeper>;
        stop.register(Arc::downgrade(&as_sleeper));
        crew
    }

    /// The next task of a thread, which waits for it; nothing once all are handed out.
    pub(crate) fn take(&self, thread: usize) -> Result<Option<Task>, StepError> {
        let mut state = self.lock();
        loop {
            self.check_going(&state).map_err(StepError::Stopped)?;
            if let Some(task) = state.tasks[thread].pop_front() {
                return Ok(Some(task));
            }
            if state.complete {
                return Ok(None);
            }
            if self.may_read(&state)
                && let Some(mut reader) = state.reader.take()
            {
                drop(state);
                let delivery = reader.next(None);
                state = self.lock();
                state.reader = Some(reader);
                if self.threads > 1 {
                    self.changed.notify_all();
                }
                self.hand_out(&mut state, thread, delivery?)?;
            } else {
                state = self.wait(state);
            }
        }
    }

    /// Whether what a task sends may go out at once.
    pub(crate) fn is_turn(&self, turn: u64) -> bool {
        self.lock().turn == turn
    }

    /// Waits until what a task sends may go out.
    pub(crate) fn await_turn(&self, turn: u64) -> Result<(), Stopped> {
        let mut state = self.lock();
        loop {
            self.check_going(&state)?;
            if state.turn == turn {
                return Ok(());
            }
            state = self.wait(state);
        }
    }

    /// A task is done, of several threads. Answers what it has sent, where its turn has come: it is to be sent and then [`pass`](Crew::pass)
    /// called. Otherwise it is held back, and whoever has the turn will send it.
    pub(crate) fn done(&self, turn: u64, held: Held) -> Option<Held> {
        let mut state = self.lock();
        if state.turn == turn {
            return Some(held);
        }
        state.held_bytes += held.bytes;
        state.held.insert(turn, held);
        None
    }

    /// The turn goes to the next task. Answers what that has sent, where it is done already: it is to be sent, and then
    /// this called again.
    pub(crate) fn pass(&self) -> Option<Held> {
        let mut state = self.lock();
        state.turn += 1;
        let turn = state.turn;
        let next = state.held.remove(&turn);
        state.held_bytes -= next.as_ref().map_or(0, |held| held.bytes);
        if self.threads > 1 {
            self.changed.notify_all();
        }
        next
    }

    /// Nobody reads what the node sends any more: no thread needs to go on.
    pub(crate) fn unread(&self) {
        self.lock().unread = true;
        self.changed.notify_all();
    }

    /// Whether a task should go on though what it sends is held back.
    pub(crate) fn going(&self) -> Result<(), Stopped> {
        self.check_going(&self.lock())
    }

    /// A thread is at its end, having done everything (`whole`) or not. Answers whether it was the last.
    pub(crate) fn leave(&self, whole: bool) -> bool {
        let mut state = self.lock();
        state.whole &= whole;
        state.threads_left -= 1;
        state.threads_left == 0
    }

    /// Whether every thread that has left had done everything.
    pub(crate) fn whole(&self) -> bool {
        self.lock().whole
    }

    /// Tells the writers that nobody reads them.
    pub(crate) fn close(&self) {
        let reader = self.lock().reader.take();
        drop(reader);
    }

    /// How many threads there are.
    pub(crate) fn threads(&self) -> usize {
        self.threads
    }

    fn check_going(&self, state: &State) -> Result<(), Stopped> {
        if self.stop.is_set() {
            return Err(Stopped::Cancelled);
        }
        if state.unread { Err(Stopped::Unread) } else { Ok(()) }
    }

    fn may_read(&self, state: &State) -> bool {
        if self.threads == 1 {
            return true; // Nothing is held back where a thread does its tasks alone.
        }
        let portions = if self.keys.is_some() { self.instances as u64 } else { 1 };
        let ahead_max = AHEAD_PER_THREAD * self.threads as u64 * portions;
        state.next - state.turn <= ahead_max.max(self.instances as u64) && state.held_bytes <= self.held_bytes_max
    }

    fn hand_out(&self, state: &mut State, thread: usize, delivery: Delivery) -> Result<(), StepError> {
        match delivery {
            Delivery::Batch { port, end, batch, number, rows_before } => {
                let whole = Portion { port, end, batch, number, rows_before, rows: None };
                match &self.keys {
                    None => state.hand(thread, thread, Work::Batch(whole)),
                    Some(keys) => {
                        let portions = keys::split(&whole, &keys[end], self.instances)
                            .map_err(|error| StepError::Failed(format!("cannot split its input by key: {error}")))?;
                        for (instance, portion) in portions {
                            state.hand(instance % self.threads, instance, Work::Batch(portion));
                        }
                    }
                }
            }
            Delivery::EndOfInput { port } => {
                (0..self.instances)
                    .for_each(|instance| state.hand(instance % self.threads, instance, Work::EndOfInput { port }));
            }
            Delivery::Barrier { number } => {
                for instance in 0..self.instances {
                    let last = instance + 1 == self.instances;
                    state.hand(instance % self.threads, instance, Work::Snapshot { number, last });
                }
            }
            Delivery::Finished => {
                (0..self.instances).for_each(|instance| state.hand(instance % self.threads, instance, Work::Finish));
                state.complete = true;
            }
            Delivery::Idle => {}
        }
        Ok(())
    }

    fn wait<'a>(&self, state: MutexGuard<'a, State>) -> MutexGuard<'a, State> {
        self.changed.wait(state).unwrap_or_else(PoisonError::into_inner)
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl State {
    fn hand(&mut self, thread: usize, instance: usize, work: Work) {
        self.tasks[thread].push_back(Task { turn: self.next, instance, work });
        self.next += 1;
    }
}

impl Sleeper for Crew {
    fn wake(&self) {
        // Taking the lock makes sure that no thread is between looking at the signal and falling asleep.
        drop(self.lock());
        self.changed.notify_all();
    }
}
