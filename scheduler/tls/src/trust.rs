//! A client's side: whom it trusts, and what it shows. HTTP and gRPC clients are built with what comes from here.

use std::fmt;
use std::sync::Arc;
use std::time::{SystemTime, UNIX_EPOCH};

use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use rustls::client::Resumption;
use rustls::pki_types::{CertificateDer, TrustAnchor};
use rustls::sign::{CertifiedKey, SingleCertAndKey};
use rustls::{ClientConfig, RootCertStore};

use crate::certificates::{Certificates, Own, Papers, Pem};
use crate::error::TlsError;
use crate::kept::{Kept, Refresh, Standing};
use crate::material::Material;
use crate::provider;

/// What a client of plain-text servers is built with: it trusts no certificate at all.
///
/// An HTTP client wants to be told whom to trust even where it speaks to nobody over TLS, and fails to be built without that:
/// `reqwest::Client::builder().tls_backend_preconfigured(trusting_nobody())`. A server with TLS is refused by it, whoever signed its
/// certificate.
pub fn trusting_nobody() -> ClientConfig {
    config(RootCertStore::empty(), None)
}

/// Whom a client trusts, and the certificate that it shows where it is asked for one.
pub struct Trust(Option<Kept<Client>>);

struct Client {
    config: ClientConfig,
    anchors: Vec<TrustAnchor<'static>>,
    /// The system's, where it is trusted.
    system: Vec<CertificateDer<'static>>,
}

/// Authorities that were handed over, and stay what they are.
struct Given(Papers);

impl Certificates for Given {
    fn read(&self) -> Result<Papers, TlsError> {
        Ok(self.0.clone())
    }
}

impl Trust {
    /// For those who speak to nobody over TLS.
    pub fn nobody() -> Self {
        Trust(None)
    }

    /// Trusts the authorities of this source alone; where it names none, those that the system trusts.
    ///
    /// # Errors
    /// Where what is there cannot be used, or the system trusts nobody.
    pub fn new(source: Box<dyn Certificates>, now: SystemTime) -> Result<Self, TlsError> {
        Ok(Trust(Some(Kept::new(source, client, now)?)))
    }

    /// Trusts these authorities alone, for good, and shows nothing: for whoever was handed what [`Trust::authorities`] says.
    ///
    /// # Errors
    /// Where it is no list of authorities.
    pub fn of_authorities(authorities: Pem) -> Result<Self, TlsError> {
        let papers = Papers { own: None, authorities: Some(authorities) };
        // What ends is a certificate of one's own, and there is none.
        Trust::new(Box::new(Given(papers)), UNIX_EPOCH)
    }

    /// Whom it trusts at the moment, as PEM, for a process that can look up nothing itself; nothing where that is nobody.
    pub fn authorities(&self) -> Option<String> {
        let kept = self.0.as_ref()?;
        Some(match kept.papers().authorities {
            Some(pem) => String::from_utf8_lossy(&pem.text).into_owned(),
            None => kept.value().system.iter().map(pem).collect(),
        })
    }

    /// What an HTTP client is built with, for connections from now on: `reqwest`'s `tls_backend_preconfigured`. It offers no protocol of
    /// its own choice, so HTTP/1.1 is spoken.
    pub fn http(&self) -> ClientConfig {
        self.0.as_ref().map_or_else(trusting_nobody, |kept| kept.value().config.clone())
    }

    /// What a gRPC client is told to trust: tonic's `trust_anchors`.
    pub fn anchors(&self) -> Vec<TrustAnchor<'static>> {
        self.0.as_ref().map(|kept| kept.value().anchors.clone()).unwrap_or_default()
    }

    /// The own certificate and its key as PEM, for a gRPC client's `identity`.
    pub fn own_pem(&self) -> Option<Own> {
        self.0.as_ref()?.papers().own
    }

    /// How the own certificate is, and how often something new was taken over: a client that was built before is then one of the past.
    pub fn standing(&self) -> Standing {
        self.0.as_ref().map(Kept::standing).unwrap_or_default()
    }
}

impl Refresh for Trust {
    fn refresh(&self, now: SystemTime) {
        if let Some(kept) = &self.0 {
            kept.refresh(now);
        }
    }
}

impl fmt::Debug for Trust {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(if self.0.is_some() { "Trust(…)" } else { "Trust(nobody)" })
    }
}

fn client(material: Material) -> Result<Client, TlsError> {
    let (roots, system) = match material.roots {
        Some(roots) => (roots, Vec::new()),
        None => of_the_system()?,
    };
    let anchors = roots.roots.clone();
    Ok(Client { config: config(roots, material.own), anchors, system })
}

fn of_the_system() -> Result<(RootCertStore, Vec<CertificateDer<'static>>), TlsError> {
    let found = rustls_native_certs::load_native_certs();
    let (mut roots, mut certificates) = (RootCertStore::empty(), Vec::new());
    for certificate in found.certs {
        // Some lists hold a few of old forms; whoever was issued something by those is not trusted.
        if roots.add(certificate.clone()).is_ok() {
            certificates.push(certificate);
        }
    }
    if !certificates.is_empty() {
        return Ok((roots, certificates));
    }
    let reason = found.errors.first().map_or_else(|| "nothing was found".to_owned(), ToString::to_string);
    Err(TlsError::NoSystem { reason })
}

fn pem(certificate: &CertificateDer<'_>) -> String {
    format!("-----BEGIN CERTIFICATE-----\n{}\n-----END CERTIFICATE-----\n", BASE64_STANDARD.encode(certificate))
}

fn config(roots: RootCertStore, own: Option<Arc<CertifiedKey>>) -> ClientConfig {
    let builder = ClientConfig::builder_with_provider(provider())
        .with_safe_default_protocol_versions()
        .expect("ring has cipher suites of both versions of TLS")
        .with_root_certificates(roots);
    let mut config = match own {
        Some(own) => builder.with_client_cert_resolver(Arc::new(SingleCertAndKey::from(own))),
        None => builder.with_no_client_auth(),
    };
    // Each connection shows and sees certificates: none goes on with what was believed of an earlier one.
    config.resumption = Resumption::disabled();
    config
}

#[cfg(test)]
mod tests {
    use rustls::pki_types::pem::PemObject;

    use super::*;

    #[test]
    fn a_certificate_of_the_systems_is_written_as_it_is_read_again() {
        let written = leat_certificates::Authority::new("ca").pem();
        let certificate = CertificateDer::from_pem_slice(written.as_bytes()).unwrap();
        let text = [pem(&certificate), pem(&certificate)].concat();
        let read: Result<Vec<_>, _> = CertificateDer::pem_slice_iter(text.as_bytes()).collect();
        assert_eq!(read.unwrap(), [certificate.clone(), certificate]);
    }
}
