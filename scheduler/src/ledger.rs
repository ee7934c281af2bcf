//! The port `Ledger`: the state that the scheduler decides on, and where its decisions become true.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use async_trait::async_trait;

use crate::model::{Generation, HostId, HostRecord, Moment, Placement, PowerState, RunId, RunRecord};

/// Everything that decisions are made on, read at one moment.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Observation {
    /// Every host.
    pub hosts: Vec<HostRecord>,
    /// Every run that has not ended.
    pub runs: Vec<RunRecord>,
    /// Where earlier attempts of such runs ended by the fault of the host: such a run goes elsewhere where it can.
    pub faults: BTreeMap<RunId, BTreeSet<HostId>>,
}

/// The number of a leadership: greater than that of every earlier leader. A ledger takes decisions of the latest alone.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Epoch(pub u64);

/// Who leads, as the ledger has it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Leadership {
    /// The number of the present leadership; 0 where nobody ever led.
    pub epoch: Epoch,
    /// Who leads.
    pub holder: String,
    /// Counted up by the leader while it lives.
    pub beat: u64,
}

/// One thing that the scheduler decided. Each names the revision of what it was decided on; where that has changed
/// meanwhile, the ledger leaves the decision out, and the next round decides anew.
#[derive(Clone, Debug, PartialEq)]
pub enum Decision {
    /// A waiting run becomes `starting` on these hosts, as an attempt of its own. Left out, too, where one of them is not
    /// ready any more or is to be drained.
    Place {
        /// The run.
        run: RunId,
        /// Its [`RunRecord::revision`].
        revision: u64,
        /// The attempt's: greater than the run's.
        generation: Generation,
        /// Every part of it.
        placements: Vec<Placement>,
    },
    /// A placed run has lost a host: it becomes `recovering`, its placements are removed. It ends instead where a part of
    /// it has failed by its own fault (`failed`), or where someone wants it to end (`cancelled`).
    Recover {
        /// The run.
        run: RunId,
        /// Its [`RunRecord::revision`].
        revision: u64,
        /// For a person: `host c7 has not reported for 12 s`.
        reason: String,
    },
    /// A run ends as `failed`: it can never be placed, or has no attempt left.
    Fail {
        /// The run.
        run: RunId,
        /// Its [`RunRecord::revision`].
        revision: u64,
        /// For a person.
        reason: String,
    },
    /// A run that someone cancelled and that no live host holds ends as `cancelled`.
    Cancel {
        /// The run.
        run: RunId,
        /// Its [`RunRecord::revision`].
        revision: u64,
    },
    /// Why a run waits, for whoever asks. Changes nothing else.
    Waits {
        /// The run.
        run: RunId,
        /// For a person.
        reason: String,
    },
    /// A host changes its power state.
    Power {
        /// The host.
        host: HostId,
        /// Its [`HostRecord::revision`].
        revision: u64,
        /// What it becomes. `Starting`, `Draining` and `Failed` set [`HostRecord::failures`] as given.
        state: PowerState,
        /// How often in a row it has not come up, with this change.
        failures: u32,
        /// For a person.
        reason: String,
    },
}

/// What became of decisions.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Committed {
    /// Each was done or, where what it was decided on has changed, left out: whether it was done, in their order.
    Done(Vec<bool>),
    /// Nothing was done: someone else leads.
    Deposed,
}

/// What goes wrong between the scheduler and its state.
#[derive(Debug, thiserror::Error)]
pub enum LedgerError {
    /// The store cannot be reached, or is busy: later it may work.
    #[error("the store cannot be reached: {0}")]
    Unavailable(String),
    /// What the store holds cannot be: a person must look.
    #[error("the store holds what cannot be: {0}")]
    Corrupt(String),
}

impl LedgerError {
    /// Whether the same may work later.
    pub fn is_retryable(&self) -> bool {
        matches!(self, LedgerError::Unavailable(_))
    }
}

/// The state that the scheduler decides on. Implemented by stores; everything in it is atomic.
#[async_trait]
pub trait Ledger: Send + Sync {
    /// Reads all that decisions are made on.
    async fn observe(&self) -> Result<Observation, LedgerError>;

    /// Makes decisions true, in one transaction, if `epoch` is still that of the leader.
    async fn commit(&self, epoch: Epoch, now: Moment, decisions: &[Decision]) -> Result<Committed, LedgerError>;

    /// Who leads.
    async fn leadership(&self) -> Result<Leadership, LedgerError>;

    /// Takes over: `holder` leads with the next epoch, if the leadership is still as `seen`. Answers nothing where someone
    /// was quicker, or the old leader lives.
    async fn take_lead(&self, holder: &str, seen: &Leadership) -> Result<Option<Epoch>, LedgerError>;

    /// Says that the leader lives. Answers whether it still leads.
    async fn keep_lead(&self, epoch: Epoch) -> Result<bool, LedgerError>;
}

/// How long a leader may be silent before another takes over, by the other's clock.
pub const LEADER_PATIENCE_DEFAULT: Duration = Duration::from_secs(5);
