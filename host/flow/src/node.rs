//! One node's place in the dataflow: what it sends, refuses and counts, and how far it is.
//!
//! Made by [`Dataflow`](crate::dataflow::Dataflow); used by the loop of the node's thread, by the step or source through
//! [`NodeOutlet`], and read by whoever reports on the run.

mod outlet;

pub use outlet::NodeOutlet;

use std::collections::BTreeMap;
use std::sync::atomic::Ordering;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use arrow_array::RecordBatch;
use leat_stream::plan::{AwaitedSignal, OnError};

use crate::fanout::QueueWriter;
use crate::inputs::PushError;
use crate::meter::NodeMeter;
use crate::record::record_text;
use crate::rejects::{REJECTS_KEPT_MAX, RefusedRows, RefusedTexts, RejectedRecord, clip};
use crate::signals::Signals;
use crate::size::batch_bytes;
use crate::step::{BATCH_ROWS, Level, StepError, Stopped};
use crate::stop::{Failure, StopSignal};

/// How many counters a node may have; those beyond are not kept.
const COUNTERS_MAX: usize = 1000;

/// What to do about a refused record, for the error that ends a run because of one.
const REJECT_HINT: &str = "mend the record, or let the run go on: on_error=skip counts such records and leaves them out, \
                           on_error=queue(NAME) sends them with the reason to a queue";

/// Where a node's log goes.
pub trait NodeLog: Send {
    /// Writes one entry.
    fn log(&mut self, level: Level, message: &str, fields: &[(String, String)]);
}

/// One node of a running process.
pub struct Node {
    index: usize,
    name: String,
    on_error: OnError,
    meter: NodeMeter,
    stop: StopSignal,
    input_names: Vec<String>,
    outputs: Vec<Option<QueueWriter>>,
    rejects: Option<QueueWriter>,
    awaits: Vec<AwaitedSignal>,
    is_awaited: bool,
    signals: Arc<Signals>,
    hand: Mutex<Hand>,
    tally: Mutex<Tally>,
    log: Mutex<Box<dyn NodeLog>>,
}

/// What makes a node.
pub(crate) struct NodeParts {
    pub(crate) index: usize,
    pub(crate) name: String,
    pub(crate) on_error: OnError,
    pub(crate) meter: NodeMeter,
    pub(crate) stop: StopSignal,
    pub(crate) input_names: Vec<String>,
    pub(crate) outputs: Vec<Option<QueueWriter>>,
    pub(crate) rejects: Option<QueueWriter>,
    pub(crate) awaits: Vec<AwaitedSignal>,
    /// Nodes wait for a signal of this one.
    pub(crate) is_awaited: bool,
    pub(crate) signals: Arc<Signals>,
    pub(crate) log: Box<dyn NodeLog>,
}

/// What the node is at work on.
#[derive(Default)]
struct Hand {
    batch: Option<InHand>,
    refused_rows: RefusedRows,
    refused_texts: RefusedTexts,
}

struct InHand {
    /// Which of the queues that end here.
    end: usize,
    /// With all columns of its queue.
    batch: RecordBatch,
    /// Which batch of the queue, from 1.
    number: u64,
    /// Rows of the queue before it.
    rows_before: u64,
}

#[derive(Default)]
struct Tally {
    rejected: Vec<RejectedRecord>,
    counters: BTreeMap<String, u64>,
}

impl Node {
    pub(crate) fn new(parts: NodeParts) -> Self {
        Node {
            index: parts.index,
            name: parts.name,
            on_error: parts.on_error,
            meter: parts.meter,
            stop: parts.stop,
            input_names: parts.input_names,
            outputs: parts.outputs,
            rejects: parts.rejects,
            awaits: parts.awaits,
            is_awaited: parts.is_awaited,
            signals: parts.signals,
            hand: Mutex::default(),
            tally: Mutex::default(),
            log: Mutex::new(parts.log),
        }
    }

    /// Its name in the process.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Its meter.
    pub fn meter(&self) -> &NodeMeter {
        &self.meter
    }

    /// The first records it refused, at most [`REJECTS_KEPT_MAX`].
    pub fn rejected(&self) -> Vec<RejectedRecord> {
        lock(&self.tally).rejected.clone()
    }

    /// What it counted.
    pub fn counters(&self) -> BTreeMap<String, u64> {
        lock(&self.tally).counters.clone()
    }

    /// The signals that it waits for and that are not there yet.
    pub fn signals_awaited(&self) -> Vec<&str> {
        let missing = self.awaits.iter().filter(|signal| !self.signals.finished(&signal.fired_by));
        missing.map(|signal| signal.name.as_str()).collect()
    }

    pub(crate) fn is_awaited(&self) -> bool {
        self.is_awaited
    }

    /// Waits for its signals before it starts.
    pub(crate) fn await_signals(&self) -> Result<(), StepError> {
        if self.awaits.is_empty() {
            return Ok(());
        }
        let mut awaits = self.awaits.iter();
        let wait = || awaits.try_for_each(|signal| self.signals.wait(&signal.fired_by));
        self.meter.wait_for_signals(wait).map_err(StepError::Stopped)
    }

    /// Ends the run for a failure of this node.
    pub fn fail(&self, reason: String, backtrace: Vec<String>, hint: Option<&str>) {
        self.stop.fail(Failure { node: Some(self.index), reason, backtrace, hint: hint.map(str::to_owned) });
    }

    pub(crate) fn stop(&self) -> &StopSignal {
        &self.stop
    }

    /// Takes a batch in hand; answers its number, from 1.
    pub(crate) fn take_in_hand(&self, end: usize, batch: RecordBatch) -> u64 {
        let meter = &self.meter.inputs[end];
        let rows_before = meter.rows.load(Ordering::Relaxed);
        let number = meter.batches.load(Ordering::Relaxed) + 1;
        meter.add(batch.num_rows(), batch_bytes(&batch));
        lock(&self.hand).batch = Some(InHand { end, batch, number, rows_before });
        number
    }

    /// Lets the batch in hand go and does with the rows refused of it what `on_error` says. `refused`: the step refused
    /// the whole batch.
    pub(crate) fn settle(&self, refused: Option<&str>) -> Result<(), StepError> {
        let mut hand = lock(&self.hand);
        let Some(in_hand) = hand.batch.take() else { return Ok(()) };
        let mut rows = std::mem::take(&mut hand.refused_rows);
        drop(hand);
        if let Some(reason) = refused {
            if self.on_error == OnError::Fail {
                let rows = in_hand.batch.num_rows() as u64;
                let (from, to) = (in_hand.rows_before + 1, in_hand.rows_before + rows);
                let (number, queue) = (in_hand.number, self.input_name(in_hand.end));
                let reason = format!("batch {number} of queue `{queue}` (rows {from} to {to}) was refused: {reason}");
                self.fail(reason, Vec::new(), Some(REJECT_HINT));
                return Err(StepError::Stopped(Stopped::Cancelled));
            }
            rows.add_rest(in_hand.batch.num_rows(), reason);
        }
        if rows.is_empty() {
            return Ok(());
        }
        self.meter.rejected.fetch_add(rows.len() as u64, Ordering::Relaxed);
        for (row, reason) in rows.iter() {
            let kept = self.keep(|| RejectedRecord {
                place: self.place(&in_hand, row),
                reason: format!("{reason} [{}]", record_text(&in_hand.batch, row as usize)),
            });
            if !kept {
                break;
            }
        }
        let Some(queue) = &self.rejects else { return Ok(()) };
        let batch = rows.batch(&in_hand.batch, queue.schema());
        let batch = batch.map_err(|error| StepError::Failed(format!("cannot gather the refused rows: {error}")))?;
        self.send(queue, self.outputs.len(), batch).map_err(StepError::Stopped)
    }

    /// Sends the records that a source has refused so far.
    pub(crate) fn settle_texts(&self) -> Result<(), Stopped> {
        let mut hand = lock(&self.hand);
        let texts = std::mem::take(&mut hand.refused_texts);
        drop(hand);
        let Some(queue) = self.rejects.as_ref().filter(|_| texts.len() > 0) else {
            return Ok(());
        };
        match texts.batch(queue.schema()) {
            Ok(batch) => self.send(queue, self.outputs.len(), batch),
            Err(error) => {
                self.fail(format!("cannot gather the refused records: {error}"), Vec::new(), None);
                Err(Stopped::Cancelled)
            }
        }
    }

    /// Sends a batch to an output port, cut where it has more than [`BATCH_ROWS`] rows.
    pub(crate) fn emit(&self, port: usize, batch: RecordBatch) -> Result<(), Stopped> {
        match self.outputs.get(port) {
            Some(Some(queue)) => self.send(queue, port, batch)?,
            Some(None) => self.meter.outputs[port].add(batch.num_rows(), batch_bytes(&batch)),
            None => {
                let ports = self.outputs.len();
                self.fail(format!("sent to output port {port} of {ports}"), Vec::new(), None);
                return Err(Stopped::Cancelled);
            }
        }
        let mut bound = self.outputs.iter().flatten().peekable();
        if bound.peek().is_some() && bound.all(QueueWriter::is_unread) {
            return Err(Stopped::Unread);
        }
        Ok(())
    }

    /// The node is at its end: its readers learn whether they have seen everything.
    pub(crate) fn conclude(&self, whole: bool) {
        for queue in self.outputs.iter().flatten().chain(&self.rejects) {
            queue.close(whole);
        }
        self.meter.end(whole);
        if whole {
            self.signals.finish(self.index);
        }
    }

    fn send(&self, queue: &QueueWriter, port: usize, batch: RecordBatch) -> Result<(), Stopped> {
        if batch.num_rows() == 0 {
            return if self.stop.is_set() { Err(Stopped::Cancelled) } else { Ok(()) };
        }
        let batch = queue.conform(batch).map_err(|error| {
            let reason = format!("what was sent does not fit queue `{}`: {error}", queue.name());
            self.fail(reason, Vec::new(), None);
            Stopped::Cancelled
        })?;
        for from in (0..batch.num_rows()).step_by(BATCH_ROWS) {
            let piece = batch.slice(from, BATCH_ROWS.min(batch.num_rows() - from));
            let bytes = batch_bytes(&piece);
            self.meter.outputs[port].add(piece.num_rows(), bytes);
            match queue.push(&self.meter, &piece, bytes) {
                Ok(()) => {}
                Err(PushError::Stopped(stopped)) => return Err(stopped),
                Err(PushError::Spill(reason)) => {
                    self.fail(reason, Vec::new(), None);
                    return Err(Stopped::Cancelled);
                }
            }
        }
        Ok(())
    }

    /// Keeps a refused record for the report while there is room; answers whether there was.
    fn keep(&self, record: impl FnOnce() -> RejectedRecord) -> bool {
        let mut tally = lock(&self.tally);
        let room = tally.rejected.len() < REJECTS_KEPT_MAX;
        if room {
            let RejectedRecord { place, reason } = record();
            let reason = clip(&reason).to_owned();
            tally.rejected.push(RejectedRecord { place, reason });
        }
        room
    }

    fn place(&self, in_hand: &InHand, row: u32) -> String {
        let number = in_hand.rows_before + u64::from(row) + 1;
        format!("row {number} of queue `{}`", self.input_name(in_hand.end))
    }

    fn input_name(&self, end: usize) -> &str {
        self.input_names.get(end).map_or("?", String::as_str)
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Drop for Node {
    fn drop(&mut self) {
        // A thread that came to no conclusion must not leave its readers waiting.
        for queue in self.outputs.iter().flatten().chain(&self.rejects) {
            queue.close(false);
        }
    }
}
