//! The port `Ledger`, by the functions that do it.

use async_trait::async_trait;
use leat_scheduler::ledger::{Committed, Decision, Epoch, Leadership, Ledger, LedgerError, Observation};
use leat_scheduler::model::Moment;

use crate::connect::SqlStore;
use crate::error::SqlError;
use crate::transaction::changing;
use crate::{commit, lead, observe};

#[async_trait]
impl Ledger for SqlStore {
    async fn observe(&self) -> Result<Observation, LedgerError> {
        Ok(observe::observe(&mut *self.read().await?).await?)
    }

    async fn commit(&self, epoch: Epoch, now: Moment, decisions: &[Decision]) -> Result<Committed, LedgerError> {
        Ok(changing!(self, tx => commit::commit(&mut tx, epoch, now, decisions).await)?)
    }

    async fn leadership(&self) -> Result<Leadership, LedgerError> {
        Ok(lead::leadership(&mut *self.readers.acquire().await.map_err(SqlError::from)?).await?)
    }

    async fn take_lead(&self, holder: &str, seen: &Leadership) -> Result<Option<Epoch>, LedgerError> {
        // In turn with commits, so that none of the old leader's comes after this.
        Ok(changing!(self, tx => lead::take(&mut tx, holder, seen).await)?)
    }

    async fn keep_lead(&self, epoch: Epoch) -> Result<bool, LedgerError> {
        Ok(lead::keep(&mut *self.writers.acquire().await.map_err(SqlError::from)?, epoch).await?)
    }
}
