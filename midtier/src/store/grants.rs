//! The part of the store that remembers grants of secrets and of users of the broker: which are out, for whom, and until when; so that whichever midtier lives
//! revokes them. What a grant is worth is never here.

use async_trait::async_trait;
use leat_scheduler::model::{Generation, HostId, Moment, RunId};
use leat_secrets::GrantId;

use super::{StoreError, Taken};

/// What a grant is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum GrantKind {
    /// The secrets of an attempt.
    Secrets,
    /// Its user of the broker.
    BrokerUser,
}

/// A grant that is out.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct GrantRecord {
    /// What it is renewed and revoked by.
    pub id: GrantId,
    /// What it is for.
    pub kind: GrantKind,
    /// Whose run it is for.
    pub run: RunId,
    /// Which attempt.
    pub generation: Generation,
    /// Which host has it.
    pub host: HostId,
    /// When it is to be renewed.
    pub renew_at: Moment,
}

/// The grants that are out. One of an attempt on a host takes the place of the one before it of its kind, which is over then.
#[async_trait]
pub trait Grants: Send + Sync {
    /// Notes a grant that was made, and that its run does not wait for it any more. Refused where the host does not hold the attempt: then
    /// nothing was noted.
    async fn keep_grant(&self, grant: &GrantRecord) -> Result<Taken, StoreError>;
    /// At most so many grants that are over, the oldest first: their host does not hold that attempt any more, or has a later grant for it.
    async fn grants_over(&self, limit: u32) -> Result<Vec<GrantRecord>, StoreError>;
    /// At most so many grants that are not over and are to be renewed by now, the most urgent first.
    async fn grants_due(&self, now: Moment, limit: u32) -> Result<Vec<GrantRecord>, StoreError>;
    /// A grant was renewed, and is to be again at this time.
    async fn grant_renewed(&self, grant: &GrantId, renew_at: Moment) -> Result<(), StoreError>;
    /// A grant was revoked. Answers whether it was there: of several who revoke one, a single one is told so.
    async fn forget_grant(&self, grant: &GrantId) -> Result<bool, StoreError>;
    /// Says why an attempt that was placed does not begin yet, for whoever looks at its run. Changes nothing else.
    async fn begins_later(&self, run: &RunId, generation: Generation, why: &str) -> Result<(), StoreError>;
}
