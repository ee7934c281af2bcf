//! One node's place in the dataflow: what it sends, refuses and counts, and how far it is.
//!
//! Made by [`connect`](crate::dataflow::connect); used by the loops of the node's threads, by the step or source through
//! [`NodeOutlet`], and read by whoever reports on the run. What a thread sends out of its turn it holds back here; whose
//! turn it is, the [`Crew`] knows.

mod counting;
mod cutting;
mod outlet;
mod sending;
mod tracing;
mod waits;

pub use outlet::NodeOutlet;

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use leat_stream::plan::{AwaitedSignal, FactUse, OnError};

use crate::crew::{Crew, Held, Portion};
use crate::cuts::{Counted, NodeCuts};
use crate::facts::Facts;
use crate::fanout::QueueWriter;
use crate::inputs::Inputs;
use crate::meter::NodeMeter;
use crate::record::record_text;
use crate::rejects::{Content, REJECTS_KEPT_MAX, RefusedRows, RefusedTexts, RejectedRecord, clip, row_of};
use crate::signals::Signals;
use crate::step::Level;
use crate::stop::{Failure, StopSignal};
use crate::trace::Trace;
use crate::waiting::Awaited;
use counting::OfInstance;

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
    /// By queue end, the queues by their places in the plan.
    input_queues: Vec<usize>,
    outputs: Vec<Option<QueueWriter>>,
    rejects: Option<QueueWriter>,
    /// By output port, the queue of rejected records last.
    output_queues: Vec<Option<usize>>,
    trace: Option<Arc<Trace>>,
    inputs: Arc<Inputs>,
    awaits: Vec<AwaitedSignal>,
    is_awaited: bool,
    signals: Arc<Signals>,
    fact_uses: Vec<FactUse>,
    facts: Arc<Facts>,
    wait_max: Duration,
    /// By thread: what it waits for.
    waits: Vec<Mutex<Vec<Awaited>>>,
    names: Arc<Names>,
    crew: Option<Arc<Crew>>,
    /// By thread.
    hands: Vec<Mutex<Hand>>,
    tally: Mutex<Tally>,
    /// By instance: what it has counted.
    of_instance: Vec<Mutex<OfInstance>>,
    /// By checkpoint: what instances had counted that have given their states, until the barrier is passed on.
    noted: Mutex<BTreeMap<u64, OfInstance>>,
    /// It waits for no signal and no fact any more before it starts. Held while it takes part in a checkpoint without having started.
    begun: Mutex<bool>,
    log: Mutex<Box<dyn NodeLog>>,
    /// Its part in checkpoints, where the run takes any.
    cuts: Option<Arc<NodeCuts>>,
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
    /// By queue end, the queues by their places in the plan.
    pub(crate) input_queues: Vec<usize>,
    /// By output port, the queue of rejected records last.
    pub(crate) output_queues: Vec<Option<usize>>,
    pub(crate) trace: Option<Arc<Trace>>,
    /// The queues that end at it.
    pub(crate) inputs: Arc<Inputs>,
    pub(crate) awaits: Vec<AwaitedSignal>,
    /// Nodes wait for a signal of this one.
    pub(crate) is_awaited: bool,
    pub(crate) signals: Arc<Signals>,
    pub(crate) fact_uses: Vec<FactUse>,
    pub(crate) facts: Arc<Facts>,
    /// How long it waits for one signal or fact.
    pub(crate) wait_max: Duration,
    pub(crate) names: Arc<Names>,
    /// Its threads, where it is a component.
    pub(crate) crew: Option<Arc<Crew>>,
    pub(crate) log: Box<dyn NodeLog>,
    pub(crate) cuts: Option<Arc<NodeCuts>>,
    /// What it had counted before the run was begun again.
    pub(crate) counted: Option<Counted>,
}

/// What nodes call each other and their facts, by their places in the plan.
pub(crate) struct Names {
    pub(crate) nodes: Vec<String>,
    pub(crate) facts: Vec<String>,
}

/// What a thread of the node is at work on.
#[derive(Default)]
struct Hand {
    /// The turn of its task, where others may come before it.
    turn: Option<u64>,
    batch: Option<Portion>,
    refused_rows: RefusedRows,
    refused_texts: RefusedTexts,
    /// What it sends before its turn.
    held: Held,
}

/// Rows that a task has refused.
pub(crate) struct Refused {
    of: Portion,
    rows: RefusedRows,
}

#[derive(Default)]
struct Tally {
    /// Each with the record itself.
    rejected: Vec<(RejectedRecord, Content)>,
}

impl Node {
    pub(crate) fn new(parts: NodeParts) -> Self {
        let threads = parts.crew.as_ref().map_or(1, |crew| crew.threads());
        let instances = parts.meter.instances();
        let node = Node {
            index: parts.index,
            name: parts.name,
            on_error: parts.on_error,
            meter: parts.meter,
            stop: parts.stop,
            input_names: parts.input_names,
            outputs: parts.outputs,
            rejects: parts.rejects,
            input_queues: parts.input_queues,
            output_queues: parts.output_queues,
            trace: parts.trace,
            inputs: parts.inputs,
            awaits: parts.awaits,
            is_awaited: parts.is_awaited,
            signals: parts.signals,
            fact_uses: parts.fact_uses,
            facts: parts.facts,
            wait_max: parts.wait_max,
            waits: (0..threads).map(|_| Mutex::default()).collect(),
            names: parts.names,
            hands: (0..threads).map(|_| Mutex::default()).collect(),
            crew: parts.crew,
            tally: Mutex::default(),
            of_instance: (0..instances).map(|_| Mutex::default()).collect(),
            noted: Mutex::default(),
            begun: Mutex::new(false),
            log: Mutex::new(parts.log),
            cuts: parts.cuts,
        };
        *lock(&node.begun) = !node.waits_to_start();
        if let Some(counted) = parts.counted {
            node.resume_counts(counted);
        }
        node
    }

    /// Its name in the process.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// How many threads it has.
    pub fn threads(&self) -> usize {
        self.hands.len()
    }

    /// Its meter.
    pub fn meter(&self) -> &NodeMeter {
        &self.meter
    }

    /// The first records it refused, at most [`REJECTS_KEPT_MAX`], with what is kept of them.
    pub fn rejected(&self) -> Vec<(RejectedRecord, Content)> {
        lock(&self.tally).rejected.clone()
    }

    pub(crate) fn is_awaited(&self) -> bool {
        self.is_awaited
    }

    /// Ends the run for a failure of this node.
    pub fn fail(&self, reason: String, backtrace: Vec<String>, hint: Option<&str>) {
        self.stop.fail(Failure { node: Some(self.index), reason, backtrace, hint: hint.map(str::to_owned) });
    }

    /// How the run it belongs to is ended.
    pub fn stop(&self) -> &StopSignal {
        &self.stop
    }

    /// The threads of a component.
    pub(crate) fn crew(&self) -> Option<&Arc<Crew>> {
        self.crew.as_ref()
    }

    /// A thread of the node is at its end; with the last one the node is, and its readers learn whether they have seen
    /// everything.
    pub(crate) fn conclude(&self, thread: usize, whole: bool) {
        let last = self.crew.as_ref().is_none_or(|crew| crew.leave(whole));
        let ended_whole = last && whole && self.crew.as_ref().is_none_or(|crew| crew.whole());
        if last {
            for queue in self.outputs.iter().flatten().chain(&self.rejects) {
                queue.close(ended_whole);
            }
            if let Some(crew) = &self.crew {
                crew.close();
            }
        }
        self.meter.thread(thread).end(whole);
        if last {
            self.facts.abandon(self.index);
        }
        if ended_whole {
            self.signals.finish(self.index);
            if let Some(cuts) = &self.cuts {
                cuts.finished(self.counted());
            }
        }
    }

    /// Keeps a refused record for the report while there is room; answers whether there was.
    fn keep(&self, record: impl FnOnce() -> (RejectedRecord, Content)) -> bool {
        let mut tally = lock(&self.tally);
        let room = tally.rejected.len() < REJECTS_KEPT_MAX;
        if room {
            let (RejectedRecord { place, reason }, content) = record();
            let reason = clip(&reason).to_owned();
            tally.rejected.push((RejectedRecord { place, reason }, content));
        }
        room
    }

    /// Keeps a refused row.
    fn keep_row(&self, of: &Portion, row: u32, reason: &str) -> bool {
        self.keep(|| {
            let reason = format!("{reason} [{}]", record_text(&of.batch, row as usize));
            (RejectedRecord { place: self.place(of, row), reason }, row_of(of.end, &of.batch, row))
        })
    }

    /// Whether it goes on when it refuses records.
    pub fn goes_on(&self) -> bool {
        self.on_error != OnError::Fail
    }

    fn place(&self, of: &Portion, row: u32) -> String {
        format!("row {} of queue `{}`", of.rows_before + of.row(row) + 1, self.input_name(of.end))
    }

    fn batch_place(&self, of: &Portion) -> String {
        let (number, queue, rows) = (of.number, self.input_name(of.end), of.batch.num_rows());
        let last = u32::try_from(rows.saturating_sub(1)).unwrap_or(u32::MAX);
        let (from, to) = (of.rows_before + of.row(0) + 1, of.rows_before + of.row(last) + 1);
        match of.rows {
            None => format!("batch {number} of queue `{queue}` (rows {from} to {to})"),
            Some(_) => format!("the part of batch {number} of queue `{queue}` with {rows} rows from {from} to {to}"),
        }
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
