//! Transport security: certificates, whom to trust, and both anew without a restart. Alone sees rustls.
//!
//! Whoever opens or accepts connections is handed what they need from here, and names no type of rustls: a server has an [`Acceptor`],
//! which makes streams of connections and says who is at their other end; a client has a [`Trust`], which HTTP and gRPC clients are built
//! with, and which makes streams for those who speak something else. Where certificates come from is the port [`Certificates`]; [`Files`] serves it. [`keep_fresh`] looks there again and again, and
//! takes over what is new if it is whole. Whether something may go as plain text is decided by [`PlainText`], and
//! files with keys, tokens and passwords are read by [`read_guarded`].
//!
//! TLS 1.3 and 1.2, with ring. Called by the midtier, hosts, the exporter of spans and the command line. It reads no clock and no
//! configuration.

mod acceptor;
mod certificates;
mod connect;
mod error;
mod files;
mod guarded;
mod identity;
mod kept;
mod material;
mod plain;
mod renewed;
mod trust;
mod validity;

use std::sync::Arc;

use rustls::crypto::{CryptoProvider, ring};

pub use acceptor::{AcceptError, Acceptor, Arrival, ServerStream};
pub use certificates::{Certificates, Own, Papers, Pem};
pub use connect::{ClientStream, ConnectError};
pub use error::{TlsError, with_sources};
pub use files::Files;
pub use guarded::{GuardedError, read_guarded};
pub use identity::ClientIdentity;
pub use kept::{LOOK_EVERY, Refresh, Standing, WARN_AHEAD, keep_fresh};
pub use plain::{PlainText, PlainTextRefused, is_this_machine, require};
pub use renewed::Renewed;
pub use rustls::ClientConfig;
pub use rustls::pki_types::TrustAnchor;
pub use trust::{Trust, trusting_nobody};

/// What encrypts, named wherever a configuration is made: there is no global one.
fn provider() -> Arc<CryptoProvider> {
    Arc::new(ring::default_provider())
}
