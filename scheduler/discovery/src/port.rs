//! The ports: what midtiers, hosts and the command line ask of a directory of services.

use std::collections::BTreeMap;
use std::time::Duration;

use async_trait::async_trait;

use crate::{DiscoveryError, Health, Service, ServiceKind};

/// As of when something was seen, in the directory's own count. Worth something only to the directory that gave it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Seen(pub u64);

/// What was seen, and as of when.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Look<T> {
    /// What there is.
    pub value: T,
    /// What the next look is asked with, to hear of what comes after.
    pub seen: Seen,
}

/// A directory of services. Calls may be dropped at any `await` and made again.
#[async_trait]
pub trait Discovery: Send + Sync {
    /// Which directory this is, for people: `consul at http://127.0.0.1:8500`.
    fn place(&self) -> String;

    /// How often a service has to be announced again, that it counts as living; nothing where it needs not be.
    fn announce_every(&self) -> Option<Duration>;

    /// Announces a service, or says again that it lives and how it is. Whoever falls silent is not found after a while, and forgotten after
    /// a longer one.
    async fn announce(&self, service: &Service, health: &Health) -> Result<(), DiscoveryError>;

    /// Takes a service out of the directory; one that is not there is no error.
    async fn withdraw(&self, service: &Service) -> Result<(), DiscoveryError>;

    /// The services of a kind that are well, in the order of their names. With `seen` it answers when there may be others than at that look,
    /// or after a time of the directory's own choice; so callers compare. Where nothing can ever change it does not answer.
    async fn find(&self, kind: ServiceKind, seen: Option<Seen>) -> Result<Look<Vec<Service>>, DiscoveryError>;

    /// The settings that may change while everything runs, by their names below the directory's place for them: `scheduling/idle_timeout`.
    /// `seen` is as for [`Discovery::find`].
    async fn settings(&self, seen: Option<Seen>) -> Result<Look<BTreeMap<String, String>>, DiscoveryError>;

    /// Tries once to take a lock, so that others see `holder` as the one who has it. Nothing where another has it, or had it so lately that
    /// it may not know yet that it lost it.
    ///
    /// A lock of a directory says who means to be the one. That nobody else acts is for the store to say, which takes what is done together
    /// with who does it.
    async fn lock(&self, lock: &str, holder: &str) -> Result<Option<Box<dyn Lock>>, DiscoveryError>;
}

/// A lock that is held. It is held as long as somebody waits for [`Lock::lost`]; dropped, others have it after a while.
#[async_trait]
pub trait Lock: Send {
    /// Keeps it; answers why it is lost the moment it is, or may be. May be dropped and called again within a third of the lock's life.
    async fn lost(&mut self) -> String;

    /// Gives it back: others may have it at once.
    async fn release(self: Box<Self>) -> Result<(), DiscoveryError>;
}
