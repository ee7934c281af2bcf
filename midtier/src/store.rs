//! The port `Store`: everything the midtier remembers, but for the contents of files.

mod accounts;
mod audit;
mod grants;
mod logins;
mod records;
mod words;

use std::collections::BTreeMap;

use async_trait::async_trait;
use leat_bundle::Digest;
use leat_scheduler::ledger::Ledger;
use leat_scheduler::model::{Cause, HostId, HostRecord, Moment, PowerRequest, RunId};

pub use accounts::{
    ACCOUNTS_MAX, AccountChange, AccountKind, AccountRecord, Accounts, GRANTS_MAX, Holder, Made, PageFilter, ROLES_MAX,
    RoleGrant, RoleRecord, Standing, TokenRecord,
};
pub use audit::{AUDIT_PRUNED_AT_ONCE, AuditFilter, AuditStore, AuditStretch};
pub use grants::{GrantKind, GrantRecord, Grants};
pub use logins::{Identified, Identity, LoginRecord, Logins};
pub use records::{
    BundleRecord, CheckpointSummary, Event, EventKind, NewRun, ObjectVersion, OutputRecord, PageOf, Papers,
    ProcessFilter, ProcessRecord, Pruning, RunDetail, RunFilter, RunSummary,
};
pub use words::{Assigned, CheckpointRecord, Division, End, EndKind, Enlistment, LogPiece, NoCheckpoints, RunNews};

/// What goes wrong between the midtier and its store. The variants are what the caller can do about it.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// It cannot be reached, or is too busy: later it may work.
    #[error("the store cannot be reached: {0}")]
    Unavailable(String),
    /// It has no room left.
    #[error("the store is full: {0}")]
    Full(String),
    /// What it holds cannot be: a person must look.
    #[error("the store holds what cannot be: {0}")]
    Corrupt(String),
}

impl StoreError {
    /// Whether the same may work later.
    pub fn is_retryable(&self) -> bool {
        matches!(self, StoreError::Unavailable(_))
    }
}

/// What became of a submission.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Submitted {
    /// The run is new.
    New,
    /// The same user gave this idempotency key with the same submission before, or this very run was submitted before: that
    /// run.
    Known(RunId),
    /// The same user gave this idempotency key with another submission before, or a run of this name is another: that run.
    KeyInUse(RunId),
}

/// What became of a wish that somebody has of a run or host.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Wished {
    /// It stands.
    Done,
    /// It stood already, or the run has ended already: nothing was changed.
    Unchanged,
    /// There is no such run or host.
    Unknown,
}

/// What became of an agent's word.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Taken {
    /// It was taken in.
    Yes,
    /// It speaks for a run it was not given, for an older attempt, or for a host that is another agent's: nothing was
    /// changed.
    Refused,
}

/// Everything the midtier remembers. Every call is atomic. Whatever changes the state of a run or host is written down as an
/// [`Event`] in the same transaction; so is every [`Decision`](leat_scheduler::ledger::Decision) that is committed.
#[async_trait]
pub trait Store: Ledger + AuditStore + Grants {
    // --- bundles -----------------------------------------------------------------------------------------------------

    /// Keeps a bundle. One that is kept already stays as it is.
    async fn put_bundle(&self, bundle: &BundleRecord) -> Result<(), StoreError>;
    /// The bundle of this digest.
    async fn bundle(&self, digest: Digest) -> Result<Option<BundleRecord>, StoreError>;

    /// Notes the bundle that a group runs a process by, unless one that was uploaded later is noted.
    async fn note_process(&self, process: &ProcessRecord) -> Result<(), StoreError>;
    /// The processes that were noted, in the order of their names and then of the groups'.
    async fn processes(&self, filter: &ProcessFilter) -> Result<PageOf<ProcessRecord>, StoreError>;

    // --- runs --------------------------------------------------------------------------------------------------------

    /// Takes in a run, as `queued`.
    async fn submit(&self, run: &NewRun) -> Result<Submitted, StoreError>;
    /// All of one run.
    async fn run(&self, id: &RunId) -> Result<Option<RunDetail>, StoreError>;
    /// Runs, the latest first.
    async fn runs(&self, filter: &RunFilter) -> Result<PageOf<RunSummary>, StoreError>;
    /// How many runs are in each state, by its name.
    async fn run_counts(&self) -> Result<BTreeMap<String, u64>, StoreError>;
    /// Asks that a run end. One that is waiting ends at once; one that is placed when its hosts have stopped it.
    async fn cancel(&self, id: &RunId, cause: &Cause, now: Moment) -> Result<Wished, StoreError>;

    /// Asks that a run rest, or that one that rests, or is to, go on. One that is waiting rests at once; one that is placed when it
    /// has left a checkpoint that was begun after this, or can leave none, and its hosts have stopped it.
    async fn pause(&self, id: &RunId, rests: bool, cause: &Cause, now: Moment) -> Result<Wished, StoreError>;

    // --- events and logs ---------------------------------------------------------------------------------------------

    /// At most `limit` events after number `after`, the oldest first; of one run, or all.
    async fn events(&self, run: Option<&RunId>, after: u64, limit: u32) -> Result<Vec<Event>, StoreError>;
    /// The number of the last event; 0 where there is none.
    async fn last_event(&self) -> Result<u64, StoreError>;
    /// Keeps a piece of a node's log, up to `bytes_max` of all logs of the run's attempt together; what is there already
    /// stays. Pieces may overlap and leave gaps, which are shown where the log is read and may be filled later. Answers
    /// whether all of the piece is there now: not where there was no room for it, and not where its host was never given
    /// the run's latest attempt.
    async fn append_log(&self, piece: &LogPiece, bytes_max: u64) -> Result<bool, StoreError>;
    /// The nodes of a run's latest attempt that have logged, in the order of their names.
    async fn logged_nodes(&self, run: &RunId) -> Result<Vec<String>, StoreError>;
    /// At most `limit` bytes of what a node logged in the run's latest attempt, from `offset` on.
    async fn log(&self, run: &RunId, node: &str, offset: u64, limit: u32) -> Result<Vec<u8>, StoreError>;

    // --- hosts, as their agents speak -----------------------------------------------------------------------------------

    /// An agent has begun a session. A host that nobody declared is added. What is off, starting, stopping or failed
    /// becomes `ready`, since it is evidently up; `draining` stays. The agent's incarnation becomes the host's; what was on the host
    /// of an agent before it has ended by the host's fault, for an attempt that was begun is not begun once more.
    async fn enlist(&self, host: &Enlistment, now: Moment) -> Result<(), StoreError>;
    /// The incarnation of a host's agent, and its beat; nothing where none was enlisted.
    async fn incarnation(&self, host: &HostId) -> Result<Option<(String, u64)>, StoreError>;
    /// An agent lives.
    async fn beat(&self, host: &HostId, incarnation: &str) -> Result<Taken, StoreError>;
    /// An agent ends in good order: the host has no incarnation any more, and is off (or `failed` where it was not asked to).
    async fn farewell(&self, host: &HostId, incarnation: &str, now: Moment) -> Result<Taken, StoreError>;
    /// What a host is to hold.
    async fn assigned(&self, host: &HostId) -> Result<Vec<Assigned>, StoreError>;
    /// A run goes on. `starting` becomes `running` with the first status of its worker.
    async fn run_news(&self, host: &HostId, news: &RunNews, now: Moment) -> Result<Taken, StoreError>;
    /// A run has ended on a host. With the last of its hosts it ends as [`End::kind`] says: a fault of a host makes it
    /// `recovering` while it has attempts left, `stopped` makes it `cancelled` if that was asked for and else `recovering`.
    async fn run_ended(&self, host: &HostId, end: &End, now: Moment) -> Result<Taken, StoreError>;

    /// Keeps what a host's share of a run's latest attempt leaves for the next. Once all hosts of the attempt have left theirs
    /// of one number, the next attempt goes on from that, and what is older goes; with it the attempt was not in vain, whatever
    /// becomes of it ([`RunRecord::attempts_fruitful`](leat_scheduler::model::RunRecord::attempts_fruitful)). All its contents are
    /// among the blobs.
    async fn keep_checkpoint(
        &self,
        host: &HostId,
        checkpoint: &CheckpointRecord,
        now: Moment,
    ) -> Result<Taken, StoreError>;

    /// Has every run on several hosts take a checkpoint whose time has come: their workers begin none by themselves, for all must cut
    /// at one number. Answers how many.
    async fn order_checkpoints(&self, now: Moment) -> Result<u64, StoreError>;
    /// A host says why a run's latest attempt takes no checkpoints, or that it does after all.
    async fn no_checkpoints(&self, host: &HostId, none: &NoCheckpoints) -> Result<Taken, StoreError>;

    // --- hosts, as people see them --------------------------------------------------------------------------------------

    /// Makes the hosts that the configuration declares known, as `off`; those that are known take over labels, region,
    /// capacity, power and cost.
    async fn declare_hosts(&self, hosts: &[HostRecord]) -> Result<(), StoreError>;
    /// Every host, in the order of their names.
    async fn hosts(&self) -> Result<Vec<HostRecord>, StoreError>;
    /// The runs that are on a host.
    async fn runs_on(&self, host: &HostId) -> Result<Vec<RunSummary>, StoreError>;
    /// Asks that a host take no new runs, or takes that back. Runs that are on it take a checkpoint, and go on elsewhere once that is
    /// kept; those that take none go on to their end. So it is with hosts that are to be switched off.
    async fn drain(&self, host: &HostId, drain: bool, cause: &Cause, now: Moment) -> Result<Wished, StoreError>;
    /// Asks that a host be switched on or off.
    async fn power(&self, host: &HostId, wish: PowerRequest, cause: &Cause, now: Moment) -> Result<Wished, StoreError>;
    /// Keeps a host on until then; nothing lets it go off again.
    async fn keep_on(
        &self,
        host: &HostId,
        until: Option<Moment>,
        cause: &Cause,
        now: Moment,
    ) -> Result<Wished, StoreError>;

    // --- risk objects ----------------------------------------------------------------------------------------------------

    /// Keeps a version of a risk object. The same content again is the same version.
    async fn put_object(&self, object: &ObjectVersion) -> Result<ObjectVersion, StoreError>;
    /// The latest version of every risk object, in the order of their names.
    async fn objects(&self) -> Result<Vec<ObjectVersion>, StoreError>;
    /// Every version of one risk object, the latest first.
    async fn object_versions(&self, name: &str) -> Result<Vec<ObjectVersion>, StoreError>;

    // --- upkeep ----------------------------------------------------------------------------------------------------------

    /// Whether it can be read and written.
    async fn ping(&self) -> Result<(), StoreError>;
    /// Forgets what is past its time. Answers how many runs were forgotten.
    async fn prune(&self, pruning: &Pruning) -> Result<u64, StoreError>;
    /// Every content that something refers to: outputs of runs, bundles and their files, risk objects. The rest may go.
    async fn referred(&self) -> Result<Vec<Digest>, StoreError>;
}
