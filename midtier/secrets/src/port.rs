//! The ports: what the midtier asks of a store of secrets, and what a host does with a grant.

use std::time::Duration;

use async_trait::async_trait;

use crate::{Grant, GrantId, SecretError, SecretPath, SecretValue};

/// A store of secrets, as the midtier and the command line use it. Calls may be dropped at any `await` and made again; none of them holds
/// anything when it is dropped but what the store itself forgets in time.
#[async_trait]
pub trait Secrets: Send + Sync {
    /// The value at a path, for the caller itself.
    async fn read(&self, path: &SecretPath) -> Result<SecretValue, SecretError>;

    /// The right to read exactly these paths, once redeemed by one host, for `life` or what of it the store gives. `purpose` says whom
    /// it is for in the store's own records (`run 0198… on host-3, attempt 2`). Every path is looked at first: one that is missing or
    /// denied fails the grant here, and not later on the host.
    async fn grant(&self, purpose: &str, paths: &[SecretPath], life: Duration) -> Result<Grant, SecretError>;

    /// Has a grant hold for `life` from now, or what of it the store gives, which is the answer. [`SecretError::GrantOver`] says that
    /// there is nothing to renew: a new one must be made.
    async fn renew(&self, grant: &GrantId, life: Duration) -> Result<Duration, SecretError>;

    /// Ends a grant: nothing can be read with it, nor with what it was redeemed for. One that is over already is no error, so that whoever
    /// died between revoking and writing it down may do it again.
    async fn revoke(&self, grant: &GrantId) -> Result<(), SecretError>;

    /// Where hosts are told that it is, with their grants; nothing where it has no address and hands out the values themselves.
    fn address_for_hosts(&self) -> Option<&str>;

    /// Whether the store would serve now.
    async fn health(&self) -> Result<(), SecretError>;
}

/// A host's side of it: what a grant is turned into.
#[async_trait]
pub trait Redeem: Send + Sync {
    /// The values of these paths, in their order. The grant is used up by it, whatever comes of it.
    async fn redeem(&self, grant: Grant, paths: &[SecretPath]) -> Result<Vec<SecretValue>, SecretError>;
}
