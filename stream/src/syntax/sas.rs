//! The SAS statement. It is parsed whole so that files of VOR users read; the check explains why it cannot run.

use super::{Name, Number, Options, QueueRef};
use crate::source::Span;

/// `sas (queue -> (…) | (…) -> queue)* option*`
#[derive(Clone, Debug, PartialEq)]
pub struct Sas {
    /// The whole.
    pub span: Span,
    /// The word `sas`.
    pub keyword: Span,
    /// Queues to data sets and back, in the file's order.
    pub transfers: Vec<SasTransfer>,
    /// Its options.
    pub options: Options,
}

/// A queue that becomes a data set, or a data set that becomes a queue.
#[derive(Clone, Debug, PartialEq)]
pub struct SasTransfer {
    /// The whole.
    pub span: Span,
    /// Which way it goes.
    pub direction: TransferDirection,
    /// The queue.
    pub queue: QueueRef,
    /// What stands in the parentheses.
    pub dataset: Vec<DatasetOption>,
}

/// Which way records go between a queue and a data set.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TransferDirection {
    /// `queue -> (…)`
    IntoSas,
    /// `(…) -> queue`
    OutOfSas,
}

/// One entry in the parentheses of a transfer.
#[derive(Clone, Debug, PartialEq)]
pub enum DatasetOption {
    /// `ds=lib.member`
    Dataset {
        /// The whole.
        span: Span,
        /// Which.
        dataset: DatasetName,
    },
    /// `part=4`
    Partitioned {
        /// The whole.
        span: Span,
        /// Into how many parts.
        parts: Option<Number>,
    },
}

/// `library.member` or `member`.
#[derive(Clone, Debug, PartialEq)]
pub struct DatasetName {
    /// The whole.
    pub span: Span,
    /// Before the point.
    pub library: Option<Name>,
    /// After it.
    pub member: Name,
}
