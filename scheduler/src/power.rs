//! The port `Power`: what switches hosts on and off.

use async_trait::async_trait;

use crate::model::HostId;

/// What an adapter sees of a host, without asking its agent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Observed {
    /// It has power.
    On,
    /// It has none.
    Off,
    /// That cannot be told.
    Unknown,
}

/// Why a host could not be switched or looked at. Nothing follows from it at once: whoever asked asks again, until the
/// deadline of the host's state is over.
#[derive(Debug, thiserror::Error)]
pub enum PowerError {
    /// The adapter knows no such host: its configuration must be mended.
    #[error("the power adapter knows no host {0}")]
    UnknownHost(HostId),
    /// It did not work.
    #[error("{0}")]
    Failed(String),
}

/// Switches hosts on and off. Every call may come again and again for the same host, and must then do no more than once;
/// an `Ok` says that the wish was passed on and no more. Calls may take long; they are given a deadline from outside and may be dropped
/// at any `await`.
#[async_trait]
pub trait Power: Send + Sync {
    /// Wishes it on.
    async fn switch_on(&self, host: &HostId) -> Result<(), PowerError>;
    /// Wishes it off.
    async fn switch_off(&self, host: &HostId) -> Result<(), PowerError>;
    /// Looks at it.
    async fn observe(&self, host: &HostId) -> Result<Observed, PowerError>;
}
