//! The trace of chosen records: what each node saw of them and what it made of them, followed from queue to queue.
//!
//! Used by [`Node`](crate::node::Node) where a run is traced, and not there otherwise. A record is known by its queue and
//! its row there; a node that sends rows says which rows of the batch in its hands they were made of, as far as that is
//! known, and what was made of a followed record is followed too. The number of followed records is bounded.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use arrow_array::RecordBatch;

use crate::record::{record_values, value_is};

/// How many records are followed at most.
pub const TRACED_MAX: usize = 1_000;

/// How many rows are followed of what a node sends at once, where it is not known which of them come from a followed
/// record.
const ROWS_OF_A_BATCH_MAX: usize = 10;

/// Which records of the inputs are followed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Selection {
    /// The first so many of each input.
    Rows(u64),
    /// Those with one of these values in a column, of every input that has it.
    Values {
        /// The column.
        column: String,
        /// As people write them.
        values: Vec<String>,
    },
}

/// A record, by where it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct RecordId {
    /// The queue, by its place in the plan.
    pub queue: usize,
    /// Its row there, from 1.
    pub row: u64,
}

/// What happened to a followed record.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TraceEvent {
    /// Which node, by its place in the plan.
    pub node: usize,
    /// What the node did.
    pub did: Did,
    /// The record; nothing where it went to a port that is bound to no queue.
    pub record: Option<RecordId>,
    /// The records it was made of, as far as they are followed.
    pub from: Vec<RecordId>,
    /// How sure that is.
    pub link: Option<Link>,
    /// Its values, as people read them.
    pub values: Vec<(String, String)>,
    /// Why it was refused.
    pub reason: Option<String>,
}

/// What a node does with a record.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Did {
    /// An input read it.
    Read,
    /// A component or query got it.
    Saw,
    /// A component or query sent it.
    Sent,
    /// A component refused it.
    Rejected,
    /// An output wrote it.
    Wrote,
}

/// What is known of where a record comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Link {
    /// It was made of these records.
    Row,
    /// It was made while a batch with these records was in hand.
    Batch,
    /// It was made after the node had seen followed records.
    Node,
}

/// Where a trace is written.
pub trait TraceLog: Send {
    /// Takes one event. What a node sends is told before anybody sees it.
    fn event(&mut self, event: &TraceEvent);
    /// No more records are followed.
    fn full(&mut self);
}

/// Where the rows of a batch come from that is being sent.
#[derive(Clone, Debug)]
pub(crate) struct Lineage {
    link: Link,
    /// By row of the batch: the followed records.
    rows: Vec<(usize, Vec<RecordId>)>,
}

/// The trace of one run.
pub struct Trace {
    selection: Selection,
    followed: Mutex<Followed>,
    /// By node: whether it has seen a followed record.
    touched: Vec<AtomicBool>,
    log: Mutex<Box<dyn TraceLog>>,
}

#[derive(Default)]
struct Followed {
    by_queue: BTreeMap<usize, BTreeSet<u64>>,
    count: usize,
}

impl Trace {
    /// A trace of so many nodes.
    pub fn new(selection: Selection, nodes: usize, log: Box<dyn TraceLog>) -> Arc<Self> {
        let touched = (0..nodes).map(|_| AtomicBool::new(false)).collect();
        Arc::new(Trace { selection, followed: Mutex::default(), touched, log: Mutex::new(log) })
    }

    /// Looks at what an input read, and follows what is chosen.
    pub(crate) fn read(&self, node: usize, queue: Option<usize>, rows_before: u64, batch: &RecordBatch) {
        for row in self.chosen(batch, rows_before) {
            let record = queue.map(|queue| RecordId { queue, row: rows_before + row as u64 + 1 });
            if self.follow(record) {
                let values = record_values(batch, row);
                let (from, did) = (Vec::new(), Did::Read);
                self.log(&TraceEvent { node, did, record, from, link: None, values, reason: None });
            }
        }
    }

    /// Tells of the followed records among those that a node got; `id` is where a row of the batch is in its queue.
    pub(crate) fn got(&self, node: usize, did: Did, batch: &RecordBatch, id: impl Fn(usize) -> RecordId) {
        for (row, record) in self.followed_among(batch.num_rows(), id) {
            self.touched[node].store(true, Ordering::Relaxed);
            let values = record_values(batch, row);
            let event =
                TraceEvent { node, did, record: Some(record), from: Vec::new(), link: None, values, reason: None };
            self.log(&event);
        }
    }

    /// Tells of a followed record that a node refused.
    pub(crate) fn rejected(&self, node: usize, (batch, row): (&RecordBatch, usize), record: RecordId, reason: &str) {
        if self.is_followed(record) {
            let values = record_values(batch, row);
            let (did, record, reason) = (Did::Rejected, Some(record), Some(reason.to_owned()));
            self.log(&TraceEvent { node, did, record, from: Vec::new(), link: None, values, reason });
        }
    }

    /// The lineage of rows that were each made of a record.
    pub(crate) fn of_rows(&self, records: impl Iterator<Item = RecordId>) -> Option<Lineage> {
        let rows = records.enumerate().filter(|(_, record)| self.is_followed(*record));
        let rows: Vec<_> = rows.map(|(row, record)| (row, vec![record])).collect();
        (!rows.is_empty()).then_some(Lineage { link: Link::Row, rows })
    }

    /// The lineage of rows that were made while a batch was in hand: where followed records are in it, the first rows.
    pub(crate) fn of_batch(&self, rows: usize, in_hand: usize, id: impl Fn(usize) -> RecordId) -> Option<Lineage> {
        let from: Vec<RecordId> = self.followed_among(in_hand, id).into_iter().map(|(_, record)| record).collect();
        let first = (0..rows.min(ROWS_OF_A_BATCH_MAX)).map(|row| (row, from.clone())).collect();
        (!from.is_empty()).then_some(Lineage { link: Link::Batch, rows: first })
    }

    /// The lineage of rows that a node made when it had no batch in hand.
    pub(crate) fn of_node(&self, node: usize, rows: usize) -> Option<Lineage> {
        let first = (0..rows.min(ROWS_OF_A_BATCH_MAX)).map(|row| (row, Vec::new())).collect();
        self.touched[node].load(Ordering::Relaxed).then_some(Lineage { link: Link::Node, rows: first })
    }

    /// Tells of what a node sends, and follows it. Called before anybody can see it.
    pub(crate) fn sent(
        &self,
        node: usize,
        (queue, rows_before): (Option<usize>, u64),
        batch: &RecordBatch,
        lineage: &Lineage,
    ) {
        for (row, from) in &lineage.rows {
            let record = queue.map(|queue| RecordId { queue, row: rows_before + *row as u64 + 1 });
            if self.follow(record) {
                let (from, values) = (from.clone(), record_values(batch, *row));
                let (did, link) = (Did::Sent, Some(lineage.link));
                self.log(&TraceEvent { node, did, record, from, link, values, reason: None });
            }
        }
    }

    fn chosen(&self, batch: &RecordBatch, rows_before: u64) -> Vec<usize> {
        match &self.selection {
            Selection::Rows(rows) => {
                let left = usize::try_from(rows.saturating_sub(rows_before)).unwrap_or(usize::MAX);
                (0..batch.num_rows().min(left)).collect()
            }
            Selection::Values { column, values } => {
                let Some(column) = batch.column_by_name(column) else { return Vec::new() };
                let wanted = |row: &usize| values.iter().any(|value| value_is(column.as_ref(), *row, value));
                (0..batch.num_rows()).filter(wanted).collect()
            }
        }
    }

    fn followed_among(&self, rows: usize, id: impl Fn(usize) -> RecordId) -> Vec<(usize, RecordId)> {
        let followed = self.followed();
        let known =
            |record: &RecordId| followed.by_queue.get(&record.queue).is_some_and(|rows| rows.contains(&record.row));
        if followed.by_queue.is_empty() {
            return Vec::new();
        }
        (0..rows).map(|row| (row, id(row))).filter(|(_, record)| known(record)).collect()
    }

    fn is_followed(&self, record: RecordId) -> bool {
        self.followed().by_queue.get(&record.queue).is_some_and(|rows| rows.contains(&record.row))
    }

    /// Follows one record more; answers whether there was room.
    fn follow(&self, record: Option<RecordId>) -> bool {
        let mut followed = self.followed();
        followed.count += 1;
        let room = followed.count <= TRACED_MAX;
        let first_left_out = followed.count == TRACED_MAX + 1;
        if let Some(record) = record.filter(|_| room) {
            followed.by_queue.entry(record.queue).or_default().insert(record.row);
        }
        drop(followed);
        if first_left_out {
            self.log.lock().unwrap_or_else(PoisonError::into_inner).full();
        }
        room
    }

    fn log(&self, event: &TraceEvent) {
        self.log.lock().unwrap_or_else(PoisonError::into_inner).event(event);
    }

    fn followed(&self) -> MutexGuard<'_, Followed> {
        self.followed.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
