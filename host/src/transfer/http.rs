//! The client that contents go through, made anew where the certificates are that it shows and trusts.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use leat_tls::Trust;
use reqwest::Client;

/// How long a connection may take to come about, and how long one may be silent.
const CONNECT_PATIENCE: Duration = Duration::from_secs(5);
const SILENCE_MAX: Duration = Duration::from_secs(30);

/// A client, and how often the certificates had changed when it was made.
pub(super) struct Http {
    trust: Arc<Trust>,
    made: Mutex<(u64, Client)>,
}

impl Http {
    /// # Errors
    /// Where no client can be made.
    pub(super) fn new(trust: Arc<Trust>) -> Result<Self, reqwest::Error> {
        let made = Mutex::new((trust.standing().changes, client(&trust)?));
        Ok(Http { trust, made })
    }

    /// The client for the next request. What is under way goes on with the one that it began with.
    pub(super) fn client(&self) -> Client {
        let mut made = self.made.lock().unwrap_or_else(PoisonError::into_inner);
        let changes = self.trust.standing().changes;
        if made.0 != changes {
            match client(&self.trust) {
                Ok(client) => *made = (changes, client),
                Err(error) => tracing::warn!(%error, "no HTTP client could be made of the new certificates"),
            }
        }
        made.1.clone()
    }
}

fn client(trust: &Trust) -> Result<Client, reqwest::Error> {
    // A proxy is a word of the environment, which nobody below the command line reads.
    let builder = Client::builder().no_proxy().connect_timeout(CONNECT_PATIENCE).read_timeout(SILENCE_MAX);
    builder.tls_backend_preconfigured(trust.http()).build()
}
