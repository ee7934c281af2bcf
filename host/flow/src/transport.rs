//! The port between the dataflow and what carries a queue from a worker on one host to a worker on another.
//!
//! Called by the worker for the queues whose writer and reader are on two hosts. It speaks of edges and batches; what
//! lies between the hosts is the adapter's: [`in_process`] where both ends are in one process, `leat-rabbitmq` between
//! hosts. Everything in it blocks, because the data path is threads; whatever blocks ends when the run is stopped.
//!
//! What every adapter promises, and `host/flow/tests/it/contract.rs` tries:
//!
//! - Batches arrive whole, once and in the order in which they were sent, or the receiver gets an error: never a gap, a
//!   double or another generation's batch. Barriers of checkpoints keep their place among them.
//! - At most a bounded number of bytes is sent and not yet [`done`](EdgeReceiver::done); a sender that is further ahead waits.
//! - What was received and is not done comes again, to the same receiver where the adapter lost its connection, or to one
//!   that is opened in its place. So a receiver says `done` once it has handed the batch over, and not after long work.
//! - A sender that has [`finish`](EdgeSender::finish)ed may go: the receiver is done with everything.

pub mod in_process;

use std::fmt;
use std::time::Duration;

use arrow_array::RecordBatch;
use arrow_schema::SchemaRef;

use crate::step::Stopped;
use crate::stop::StopSignal;

/// One queue on its way from one writer to one reader, in one attempt of a run.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Edge {
    /// The run's id.
    pub run: String,
    /// The run's attempt, from 1; a recovered run has a higher one. What an older one sent is never delivered.
    pub generation: u64,
    /// The queue's name in the process.
    pub queue: String,
    /// Which of the queue's readers this is, from 0.
    pub partition: u32,
}

/// Carries batches between the workers of a run.
pub trait Transport: Send + Sync {
    /// Opens the writing end of an edge, for batches of one schema. Blocks until the way there is open; the other end need
    /// not be there yet. There is one sender of an edge.
    ///
    /// # Errors
    /// Where the way there cannot be opened in time, or is refused.
    fn open_sender(
        &self,
        edge: &Edge,
        schema: &SchemaRef,
        stop: &StopSignal,
    ) -> Result<Box<dyn EdgeSender>, TransportError>;

    /// Opens the reading end of an edge. Blocks until the way there is open; the other end need not be there yet. There
    /// is one receiver of an edge; another may be opened after the first is dropped, as long as it had nothing done.
    ///
    /// # Errors
    /// Where the way there cannot be opened in time, or is refused.
    fn open_receiver(
        &self,
        edge: &Edge,
        schema: &SchemaRef,
        stop: &StopSignal,
    ) -> Result<Box<dyn EdgeReceiver>, TransportError>;

    /// Removes edges and everything on its way in them: those of a run that has ended, or of the generation before the
    /// one that begins. Whoever still sends or receives there gets [`TransportError::Removed`]. An edge that is not there
    /// is no error.
    ///
    /// # Errors
    /// Where it cannot be done in time; it can be asked for again.
    fn remove(&self, edges: &[Edge]) -> Result<(), TransportError>;
}

/// The writing end of an edge.
pub trait EdgeSender: Send {
    /// Sends a batch; blocks while as many bytes as the edge may hold are sent and not done. It keeps what is sent until
    /// it is done, and sends it again where it was lost on the way.
    ///
    /// # Errors
    /// [`TransportError::Stopped`] with `Unread` once the receiver wants no more; after any error the edge is of no use.
    fn send(&mut self, batch: &RecordBatch) -> Result<(), TransportError>;

    /// Sends the barrier of a checkpoint behind all batches that were sent. It comes out between the same two, and is kept and sent
    /// again as they are.
    ///
    /// # Errors
    /// As [`EdgeSender::send`].
    fn barrier(&mut self, number: u64) -> Result<(), TransportError>;

    /// There are no more batches. Blocks until the receiver is done with all there were.
    ///
    /// # Errors
    /// As [`EdgeSender::send`].
    fn finish(&mut self) -> Result<(), TransportError>;
}

/// The reading end of an edge.
pub trait EdgeReceiver: Send {
    /// The next batch or barrier, or the end; waits for it.
    ///
    /// # Errors
    /// [`TransportError::Stopped`] once the run is being ended; after any error the edge is of no use.
    fn receive(&mut self) -> Result<Received, TransportError>;

    /// What was received up to this sequence number has been handed over and need not come again; also makes room for the
    /// sender. The end must be done too: that is what its sender waits for.
    ///
    /// # Errors
    /// As [`EdgeReceiver::receive`].
    fn done(&mut self, sequence: u64) -> Result<(), TransportError>;

    /// Nobody reads this edge any more: its sender need not send the rest.
    ///
    /// # Errors
    /// As [`EdgeReceiver::receive`].
    fn unread(&mut self) -> Result<(), TransportError>;
}

/// What comes out of an edge.
#[derive(Clone, Debug, PartialEq)]
pub enum Received {
    /// A batch.
    Batch {
        /// Its number on the edge; numbers rise, not always by one.
        sequence: u64,
        /// Its rows.
        batch: RecordBatch,
    },
    /// The barrier of a checkpoint.
    Barrier {
        /// Its number on the edge, as those of batches.
        sequence: u64,
        /// Which checkpoint.
        number: u64,
    },
    /// There are no more batches.
    End {
        /// Its number on the edge.
        sequence: u64,
    },
}

/// Why an edge carries no more. Each variant is a decision of the caller's.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum TransportError {
    /// The run is being ended, or nobody reads any more; no fault.
    #[error("stopped")]
    Stopped(Stopped),
    /// Nothing has got through for as long as may be.
    #[error("{edge} is cut: nothing has got through for {} s: {reason}", .waited.as_secs())]
    Unreachable {
        /// Which edge.
        edge: Edge,
        /// For how long.
        waited: Duration,
        /// What was seen last.
        reason: String,
    },
    /// Batches are missing: what lay between the hosts was lost, and its sender no longer has it.
    #[error("{edge} has lost what was on its way: number {expected} was to come, {found} came")]
    Lost {
        /// Which edge.
        edge: Edge,
        /// The number that was to come.
        expected: u64,
        /// The number that came.
        found: u64,
    },
    /// The edge is gone: a newer generation of the run, or the run's end, has removed it.
    #[error("{edge} is gone: a newer generation of the run has taken over, or the run has ended")]
    Removed {
        /// Which edge.
        edge: Edge,
    },
    /// It will not be had without somebody changing something: credentials, permissions, limits of the service.
    #[error("{edge} is refused: {reason}")]
    Refused {
        /// Which edge.
        edge: Edge,
        /// By whom and why, and the way out where there is one to name.
        reason: String,
    },
    /// What was given or came is not what the edge carries: another schema, or bytes that are no batch.
    #[error("{edge} carries something else: {reason}")]
    Unfit {
        /// Which edge.
        edge: Edge,
        /// What is wrong.
        reason: String,
    },
}

impl TransportError {
    /// Whether a new generation of the run may get through without anybody changing anything.
    pub fn is_retryable(&self) -> bool {
        match self {
            TransportError::Unreachable { .. } | TransportError::Lost { .. } | TransportError::Removed { .. } => true,
            TransportError::Stopped(_) | TransportError::Refused { .. } | TransportError::Unfit { .. } => false,
        }
    }
}

impl fmt::Display for Edge {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Edge { run, generation, queue, partition } = self;
        write!(f, "queue `{queue}` to reader {partition} of run {run}, generation {generation},")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn edge() -> Edge {
        Edge { run: "r7".to_owned(), generation: 2, queue: "trades".to_owned(), partition: 0 }
    }

    #[test]
    fn an_error_names_the_edge_and_what_was_missed() {
        let error = TransportError::Lost { edge: edge(), expected: 3, found: 5 };
        assert_eq!(
            error.to_string(),
            "queue `trades` to reader 0 of run r7, generation 2, has lost what was on its way: number 3 was to come, 5 came"
        );
    }

    #[test]
    fn what_another_attempt_may_get_over_is_retryable() {
        let waited = Duration::from_secs(60);
        assert!(TransportError::Unreachable { edge: edge(), waited, reason: "reset".to_owned() }.is_retryable());
        assert!(TransportError::Lost { edge: edge(), expected: 3, found: 5 }.is_retryable());
        assert!(!TransportError::Refused { edge: edge(), reason: "password".to_owned() }.is_retryable());
        assert!(!TransportError::Stopped(Stopped::Cancelled).is_retryable());
    }
}
