//! The part of the store that keeps the audit log. A trait of its own: rows are added and, when their time is over, forgotten from the
//! front, and nothing else ever happens to them.

use async_trait::async_trait;
use leat_scheduler::model::Moment;

use super::{PageOf, StoreError};
use crate::audit::{Entry, Link, Outcome, Row};

/// How many rows one call forgets at most.
pub const AUDIT_PRUNED_AT_ONCE: u64 = 1_000;

/// Keeps the audit log, one chain for all midtiers.
#[async_trait]
pub trait AuditStore: Send + Sync {
    /// Writes entries behind the last row, all or none, each as it is [kept](Entry::kept). Answers the new head.
    async fn append_audit(&self, entries: &[Entry]) -> Result<Link, StoreError>;
    /// Rows, the latest first.
    async fn audit_page(&self, filter: &AuditFilter) -> Result<PageOf<Row>, StoreError>;
    /// At most `limit` rows behind this number, the oldest first, and both ends, all of one moment. A row that cannot be read is
    /// told as one that no hash is over.
    async fn audit_stretch(&self, after: u64, limit: u32) -> Result<AuditStretch, StoreError>;
    /// Forgets rows from the front up to the first that is not older than this; the last row always stays. Answers how many, at most
    /// [`AUDIT_PRUNED_AT_ONCE`]. Where one of them was changed it forgets none, and answers that what it holds cannot be.
    async fn prune_audit(&self, before: Moment) -> Result<u64, StoreError>;
}

/// A piece of the log, and where it begins and ends as a whole.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AuditStretch {
    /// The last row that was forgotten.
    pub anchor: Link,
    /// The last row that was written.
    pub head: Link,
    /// A row that stands where none can: at the anchor's number or before it.
    pub buried: Option<u64>,
    /// The piece.
    pub rows: Vec<Row>,
}

/// Which rows a list is of. The default is all of them.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct AuditFilter {
    /// Of this user.
    pub who: Option<String>,
    /// Of this action; all that begin so for `run.*`.
    pub action: Option<String>,
    /// On this: `run 0199…`.
    pub on: Option<String>,
    /// With this outcome.
    pub outcome: Option<Outcome>,
    /// Not before this.
    pub since: Option<Moment>,
    /// Before this.
    pub until: Option<Moment>,
    /// Only rows before this one: the last of the page before.
    pub before: Option<u64>,
    /// At most so many; 0 for the store's own limit of 1,000.
    pub limit: u32,
}
