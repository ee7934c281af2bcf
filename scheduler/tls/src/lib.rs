//! Transport security: certificates, whom to trust, and both anew without a restart. Alone sees rustls.
//!
//! Whoever opens or accepts connections is handed what they need from here, and names no type of rustls: a value that an HTTP client is
//! built with, or a stream.

use std::sync::Arc;

use rustls::crypto::{CryptoProvider, ring};
use rustls::{ClientConfig, RootCertStore};

/// What a client of plain-text servers is built with: it trusts no certificate at all.
///
/// An HTTP client wants to be told whom to trust even where it speaks to nobody over TLS, and fails to be built without that:
/// `reqwest::Client::builder().tls_backend_preconfigured(trusting_nobody())`. A server with TLS is refused by it, whoever signed its certificate.
pub fn trusting_nobody() -> ClientConfig {
    client_of(RootCertStore::empty())
}

fn client_of(roots: RootCertStore) -> ClientConfig {
    ClientConfig::builder_with_provider(provider())
        .with_safe_default_protocol_versions()
        .expect("ring has cipher suites of both versions of TLS")
        .with_root_certificates(roots)
        .with_no_client_auth()
}

/// What encrypts, named wherever a configuration is made: there is no global one.
fn provider() -> Arc<CryptoProvider> {
    Arc::new(ring::default_provider())
}
