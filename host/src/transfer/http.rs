//! The client that contents go through, made anew where the certificates are that it shows and trusts.

use std::sync::Arc;
use std::time::Duration;

use leat_tls::{ClientConfig, Renewed, Trust};
use reqwest::Client;

/// How long a connection may take to come about, and how long one may be silent.
const CONNECT_PATIENCE: Duration = Duration::from_secs(5);
const SILENCE_MAX: Duration = Duration::from_secs(30);

/// The client for the next request, whichever certificates there are by then.
pub(super) struct Http(Renewed<Client, reqwest::Error>);

impl Http {
    /// # Errors
    /// Where no client can be made.
    pub(super) fn new(trust: Arc<Trust>) -> Result<Self, reqwest::Error> {
        Renewed::new(trust, client).map(Http)
    }

    /// The client for the next request. What is under way goes on with the one that it began with.
    pub(super) fn client(&self) -> Client {
        self.0.get()
    }
}

fn client(tls: ClientConfig) -> Result<Client, reqwest::Error> {
    // A proxy is a word of the environment, which nobody below the command line reads.
    let builder = Client::builder().no_proxy().connect_timeout(CONNECT_PATIENCE).read_timeout(SILENCE_MAX);
    builder.tls_backend_preconfigured(tls).build()
}
