//! The port `Logins`: logins that have begun and are not over yet, and whose accounts the people of providers have.

use async_trait::async_trait;
use leat_bundle::Digest;
use leat_scheduler::model::Moment;

use super::{AccountRecord, Made, StoreError};

/// A login that has begun.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LoginRecord {
    /// SHA-256 of the secret that whoever goes on with it brings. The secret itself is kept nowhere.
    pub key: Digest,
    /// The provider's name.
    pub provider: String,
    /// What the midtier needs to go on: a text of its own, which the store does not read.
    pub held: String,
    /// It can be gone on with before then.
    pub expires: Moment,
}

/// Somebody, as a provider knows them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Identity {
    /// The provider's name.
    pub provider: String,
    /// What it knows them by, for ever.
    pub subject: String,
}

/// Whose account it is that somebody logs in to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Identified {
    /// Theirs: the account of this name.
    Theirs(String),
    /// Somebody else's, a program's, or one that does not wait for somebody of this provider: nothing was changed.
    NotTheirs,
    /// They have none, and there are as many accounts as there may be.
    TooMany,
}

/// Logins that have begun, and whose accounts the people of providers have. Every call is atomic.
#[async_trait]
pub trait Logins: Send + Sync {
    /// Keeps a login that has begun. `TooMany` where there are so many that are not past their time; one or two more may be kept by those who
    /// ask at the same time. Strangers can ask for it: nothing that changes runs or hosts may have to wait for it, nor for a login that is
    /// taken. Those that are past their time are forgotten by [`Store::prune`](super::Store::prune).
    async fn keep_login(&self, login: &LoginRecord, count_max: u64, now: Moment) -> Result<Made, StoreError>;
    /// A login that has begun and is not past its time.
    async fn login(&self, key: Digest, now: Moment) -> Result<Option<LoginRecord>, StoreError>;
    /// The same, which is gone with it: of several who ask at once, one is given it.
    async fn take_login(&self, key: Digest, now: Moment) -> Result<Option<LoginRecord>, StoreError>;
    /// Whose account somebody logs in to. Who is known has theirs, whatever it would be called by now, and is in these groups from now
    /// on. Who is new is given this one: it is made, or it is a person's that nobody has logged in to yet and that waits for who comes of this
    /// provider.
    async fn identify(&self, identity: &Identity, account: &AccountRecord) -> Result<Identified, StoreError>;
}
