//! The port of users of the broker: one for each attempt of a run on each host, which may touch the queues of that run alone. What makes them is an
//! adapter, which the command line wires; they are renewed and revoked at the store of secrets, as its grants are.

use std::time::Duration;

use async_trait::async_trait;
use leat_scheduler::model::RunId;
use leat_secrets::{GrantId, SecretError};

use crate::config::Broker;

/// Who makes users of the broker.
#[async_trait]
pub trait BrokerUsers: Send + Sync {
    /// Has a user made that may touch the queues of this run and nothing else, and that is gone after `life` unless it is renewed. `name` is of
    /// letters, digits, `_`, `-` and `.`, at most 120 of them, and other for each user. Dropped before it answers, it may leave a user that nobody
    /// knows, for as long as that.
    ///
    /// # Errors
    /// Where the store cannot be reached, or does not make one.
    async fn make(&self, run: &RunId, name: &str, life: Duration) -> Result<BrokerUser, SecretError>;
}

/// A user of the broker.
#[derive(Debug)]
pub struct BrokerUser {
    /// What it is renewed and revoked by, at the store of secrets.
    pub grant: GrantId,
    /// The broker, as this user.
    pub url: Broker,
}
