//! The ports between the dataflow and what runs in it: components ([`Step`]), files ([`Source`], [`Sink`]), and the
//! side of the dataflow that they talk to ([`Outlet`]).

mod position;

use std::path::PathBuf;

use arrow_array::RecordBatch;
use leat_bundle::Digest;
use leat_stream::node_info::{Value, ValueType};

pub use position::SinkPosition;

/// A node with input ports, called by its thread alone: `open`, then `process` and `end_of_input` for each port, then
/// `finish`. It was given its [`Outlet`] when it was made.
pub trait Step: Send {
    /// Once, before anything else.
    fn open(&mut self) -> Result<(), StepError>;
    /// One batch of an input port; its columns are those of the plan's `InputPort::columns`, in that order, already
    /// converted to their types there.
    fn process(&mut self, port: usize, batch: &RecordBatch) -> Result<(), StepError>;
    /// No more batches on this port.
    fn end_of_input(&mut self, port: usize) -> Result<(), StepError>;
    /// After the end of every port.
    fn finish(&mut self) -> Result<(), StepError>;
    /// Its state between two calls, for a checkpoint.
    ///
    /// # Errors
    /// Where it has a state and cannot give it: then there is no checkpoint, and the run goes on. The reason is for a person.
    fn snapshot(&mut self) -> Result<Vec<u8>, StepError> {
        Err(StepError::Failed("it cannot give its state".to_owned()))
    }
    /// Takes up a state that [`snapshot`](Step::snapshot) gave, once, after `open` and before anything else.
    ///
    /// # Errors
    /// Where the state is not one of its own.
    fn restore(&mut self, state: &[u8]) -> Result<(), StepError> {
        let _ = state;
        Err(StepError::Failed("it cannot take up a state".to_owned()))
    }
}

/// Where batches come from.
pub trait Source: Send {
    /// The next batch, or nothing at the end. Batches hold at most [`BATCH_ROWS`] rows; where they are cut depends on
    /// the input alone, never on timing.
    fn next(&mut self, outlet: &mut dyn Outlet) -> Result<Option<RecordBatch>, StepError>;
    /// Where it is between two calls of [`next`](Source::next), for a checkpoint: from there a source that is opened anew on
    /// the same input gives the same batches, the same refused records and the same lines in messages. Small, and read by
    /// the same version of Leat alone.
    ///
    /// # Errors
    /// Where it cannot say: then there is no checkpoint, and the run goes on. The reason is for a person.
    fn position(&mut self) -> Result<Vec<u8>, StepError> {
        Err(StepError::Failed("it cannot say where it is".to_owned()))
    }
    /// Goes to a [`position`](Source::position), once, before the first batch is wanted.
    ///
    /// # Errors
    /// Where the input is not the one that the position is of.
    fn resume(&mut self, position: &[u8]) -> Result<(), StepError> {
        let _ = position;
        Err(StepError::Failed("it cannot go to a position".to_owned()))
    }
}

/// The ports of a node that decides itself which of them it reads next: a query.
pub trait Pull: Send + Sync {
    /// The next batch of a port, its columns as the plan's `InputPort` has them; waits for it. Nothing at the port's end.
    ///
    /// # Errors
    /// Once the run is being ended.
    fn pull(&self, port: usize) -> Result<Option<RecordBatch>, StepError>;
}

/// Which records go on (`where=`).
pub trait Condition: Send + Sync {
    /// The records of a batch that do, in their order.
    ///
    /// # Errors
    /// Where it cannot be said of one.
    fn keep(&self, batch: &RecordBatch) -> Result<RecordBatch, StepError>;
}

/// Where batches go to.
pub trait Sink: Send {
    /// Takes one batch.
    fn write(&mut self, batch: &RecordBatch) -> Result<(), StepError>;
    /// Makes what was written so far visible to who looks at the partial output, as far as the bytes of the file do not come to
    /// depend on when it is called: packed text is written in larger pieces.
    fn flush(&mut self) -> Result<(), StepError>;
    /// Hands on what was written so far and says where it is, for a checkpoint: a sink that is made anew from this
    /// position goes on behind what was written before it, and ends with the same bytes as if nothing had been. Does not wait
    /// for the disk: that is left to who keeps the position, and the sink goes on. From now on a sink that is dropped leaves
    /// what it wrote, since a checkpoint may need it.
    ///
    /// # Errors
    /// Where it cannot: then there is no checkpoint, and the run goes on. The reason is for a person.
    fn position(&mut self) -> Result<SinkPosition, StepError> {
        Err(StepError::Failed("it cannot say where it is".to_owned()))
    }
    /// Completes what was written, its last byte included, without publishing it: called once, after the last batch, so
    /// that nothing is published where one output cannot be completed. Nothing is written after it.
    fn prepare(&mut self) -> Result<(), StepError> {
        self.flush()
    }
    /// Publishes everything under its final names, one for each file; called once every sink of the run is prepared.
    /// Dropping a sink without this removes what it wrote.
    fn finish(self: Box<Self>) -> Result<Vec<Published>, StepError>;
}

/// Target number of rows in a batch: large enough that the call into a component costs nothing a row, small enough for
/// the second-level cache (docs/performance.md).
pub const BATCH_ROWS: usize = 4096;

/// A file that a sink has published.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Published {
    /// The final name.
    pub path: PathBuf,
    /// Records that were written to it.
    pub rows: u64,
    /// Its size.
    pub bytes: u64,
    /// Of all its bytes.
    pub digest: Digest,
}

/// The side of the dataflow that a step or source talks to.
pub trait Outlet: Send {
    /// Sends a batch to an output port; blocks while its queues are full.
    fn emit(&mut self, port: usize, batch: RecordBatch) -> Result<(), Stopped>;
    /// Whether the run is traced: then [`Outlet::emit_from`] should be called where it is known what records are made of.
    fn is_traced(&self) -> bool {
        false
    }
    /// [`Outlet::emit`], with the row of the batch in hand that each row was made of.
    fn emit_from(&mut self, port: usize, batch: RecordBatch, rows: &[u32]) -> Result<(), Stopped> {
        let _ = rows;
        self.emit(port, batch)
    }
    /// Refuses rows of the batch in hand; by the node's `on_error` the run fails, they are counted, or they go to a queue.
    fn reject(&mut self, rejected: Rejected<'_>) -> Result<(), Stopped>;
    /// Writes to the node's log.
    fn log(&mut self, level: Level, message: &str, fields: &[(String, String)]);
    /// Adds to a counter of the node.
    fn count(&mut self, name: &str, increment: u64);
    /// How far the node says it is.
    fn progress(&mut self, done: u64, total: Option<u64>);
    /// The value of a fact, by the name that the node has for it; waits until it is set. An outlet outside of processes
    /// has no facts.
    fn fact(&mut self, name: &str) -> Result<Value, FactProblem> {
        let _ = name;
        Err(FactProblem::Undeclared)
    }
    /// Sets a fact, by the name that the node has for it.
    fn set_fact(&mut self, name: &str, value: Value) -> Result<(), FactProblem> {
        let _ = (name, value);
        Err(FactProblem::Undeclared)
    }
}

/// Why a fact was not set or read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FactProblem {
    /// The node's statement names no such fact, or not for that.
    Undeclared,
    /// It has this type.
    OtherType(ValueType),
    /// It is set already.
    SetAlready,
    /// A float that is not finite, or a text longer than [`FACT_TEXT_BYTES_MAX`](crate::facts::FACT_TEXT_BYTES_MAX).
    Unfit,
    /// The dataflow is being ended.
    Stopped(Stopped),
}

/// Rows that a node or source cannot take.
pub enum Rejected<'a> {
    /// Rows of the batch that `process` was called with, by number.
    Rows {
        /// Which rows, each below the batch's number of rows.
        rows: &'a [u32],
        /// Why, for a person.
        reason: &'a str,
    },
    /// A record of a source that never became a row.
    Record {
        /// The file.
        file: &'a str,
        /// The line its record starts on, from 1.
        line: u64,
        /// The record's text (the first [`REJECTED_TEXT_BYTES_MAX`] bytes).
        text: &'a str,
        /// The whole error message as it would stand if the run failed of it.
        reason: &'a str,
    },
}

/// How much of a rejected record is kept.
pub const REJECTED_TEXT_BYTES_MAX: usize = 4096;

/// How much a log line matters.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Level {
    /// For who debugs the node.
    Debug,
    /// Worth knowing.
    Info,
    /// Something is not as it should be.
    Warn,
    /// A person should look.
    Error,
}

/// Why the dataflow takes no more.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stopped {
    /// The run is being ended.
    Cancelled,
    /// Nobody reads this output any more.
    Unread,
}

/// Why a step, source or sink cannot go on.
#[derive(Debug, thiserror::Error)]
pub enum StepError {
    /// The guest or the data says so: `on_error` has been asked already, or there is nothing to ask. Read by a person.
    #[error("{0}")]
    Failed(String),
    /// The component trapped or broke a limit.
    #[error("{message}")]
    Broken {
        /// What happened, with the limit and its value.
        message: String,
        /// The guest's frames, innermost first, where there are any.
        backtrace: Vec<String>,
    },
    /// The whole batch in hand is refused by the guest before anything of it was emitted; `on_error` decides.
    #[error("{0}")]
    BatchRefused(String),
    /// The dataflow stopped it; no fault of its own.
    #[error("stopped")]
    Stopped(Stopped),
}
