//! Who leads: one scheduler decides at a time, and another takes over when it falls silent.
//!
//! The ledger holds the number of the leadership, the epoch, and takes decisions of the latest alone; so a leader that was
//! paused and comes back can do no harm. Who watches counts the silence on its own clock.

use std::sync::Arc;
use std::time::Duration;

use tokio::time::Instant;

use crate::ledger::{Epoch, Leadership, Ledger, LedgerError};

/// How much of its patience a leader lets go by before it says again that it lives.
const KEEP_SHARE: u32 = 4;

/// This process's part in the question who leads.
pub(crate) struct Candidate {
    name: String,
    patience: Duration,
    ledger: Arc<dyn Ledger>,
    standing: Standing,
}

enum Standing {
    /// Somebody else leads, or nobody does: the leadership as it was last seen, and since when it is the same.
    Follows(Option<(Leadership, Instant)>),
    /// This process does.
    Leads { epoch: Epoch, kept: Instant },
}

impl Candidate {
    pub(crate) fn new(name: String, patience: Duration, ledger: Arc<dyn Ledger>) -> Self {
        Candidate { name, patience, ledger, standing: Standing::Follows(None) }
    }

    /// The epoch, where this process leads now. To be called at least every quarter of the patience.
    pub(crate) async fn lead(&mut self) -> Result<Option<Epoch>, LedgerError> {
        let now = Instant::now();
        match &mut self.standing {
            Standing::Leads { epoch, kept } => {
                let epoch = *epoch;
                if now.duration_since(*kept) < self.patience / KEEP_SHARE {
                    return Ok(Some(epoch));
                }
                if self.ledger.keep_lead(epoch).await? {
                    *kept = now;
                    return Ok(Some(epoch));
                }
                self.depose();
                Ok(None)
            }
            Standing::Follows(seen) => {
                let current = self.ledger.leadership().await?;
                let silent_since = match seen {
                    Some((before, since)) if *before == current => *since,
                    _ => {
                        *seen = Some((current.clone(), now));
                        now
                    }
                };
                // An epoch of 0 says that nobody ever led: there is nobody to be patient with. Neither is there with
                // this process's own earlier life.
                let nobody = current.epoch == Epoch(0) || current.holder.is_empty() || current.holder == self.name;
                if !nobody && now.duration_since(silent_since) < self.patience {
                    return Ok(None);
                }
                let taken = self.ledger.take_lead(&self.name, &current).await?;
                if let Some(epoch) = taken {
                    tracing::info!(leader.name = self.name, leader.epoch = epoch.0, "leads the scheduling now");
                    self.standing = Standing::Leads { epoch, kept: now };
                }
                Ok(taken)
            }
        }
    }

    /// Somebody else leads now.
    pub(crate) fn depose(&mut self) {
        if let Standing::Leads { epoch, .. } = self.standing {
            tracing::warn!(leader.name = self.name, leader.epoch = epoch.0, "another scheduler leads now");
        }
        self.standing = Standing::Follows(None);
    }

    /// How long may go by until the next call of [`Candidate::lead`].
    pub(crate) fn interval(&self) -> Duration {
        self.patience / (2 * KEEP_SHARE)
    }
}
