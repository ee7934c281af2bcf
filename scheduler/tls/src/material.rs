//! Papers as what rustls works with: taken apart, and seen to be whole and to belong together.

use std::sync::Arc;
use std::time::{SystemTime, UNIX_EPOCH};

use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use rustls::sign::CertifiedKey;
use rustls::{Error, InconsistentKeys, RootCertStore};

use crate::certificates::{Own, Papers, Pem};
use crate::error::TlsError;
use crate::provider;
use crate::validity::not_after;

/// How many certificates a file may hold: a list of all public authorities has less than two hundred.
const CERTIFICATES_MAX: usize = 1_000;

/// What papers are good for.
pub(crate) struct Material {
    pub(crate) own: Option<Arc<CertifiedKey>>,
    pub(crate) roots: Option<RootCertStore>,
    /// When the first certificate of the own chain ends, as seconds since 1970.
    pub(crate) ends: Option<i64>,
}

/// Takes papers apart.
///
/// # Errors
/// Where something is missing, broken, does not belong together or has ended.
pub(crate) fn material(papers: &Papers, now: SystemTime) -> Result<Material, TlsError> {
    let (own, ends) = match &papers.own {
        Some(own) => own_of(own, now)?,
        None => (None, None),
    };
    let roots = papers.authorities.as_ref().map(roots_of).transpose()?;
    Ok(Material { own, roots, ends })
}

fn own_of(own: &Own, now: SystemTime) -> Result<(Option<Arc<CertifiedKey>>, Option<i64>), TlsError> {
    let chain = certificates(&own.chain)?;
    let key = PrivateKeyDer::from_pem_slice(&own.key.text).map_err(|_| TlsError::Empty {
        place: own.key.place.clone(),
        wanted: "private key",
        label: "PRIVATE KEY",
    })?;
    let ends = chain.iter().filter_map(|certificate| not_after(certificate)).min();
    let place = || own.chain.place.clone();
    let key = CertifiedKey::from_der(chain, key, &provider()).map_err(|error| match error {
        Error::InconsistentKeys(InconsistentKeys::KeyMismatch) => {
            TlsError::Unlike { certificate: place(), key: own.key.place.clone() }
        }
        Error::InvalidCertificate(_) => TlsError::Broken { place: place(), reason: error.to_string() },
        error => TlsError::Broken { place: own.key.place.clone(), reason: error.to_string() },
    })?;
    match ends.map(|ends| ends - seconds(now)) {
        Some(left) if left <= 0 => Err(TlsError::Ended { place: place(), seconds: left.unsigned_abs() }),
        _ => Ok((Some(Arc::new(key)), ends)),
    }
}

fn roots_of(pem: &Pem) -> Result<RootCertStore, TlsError> {
    let mut roots = RootCertStore::empty();
    for certificate in certificates(pem)? {
        let broken = |error: Error| TlsError::Broken { place: pem.place.clone(), reason: error.to_string() };
        roots.add(certificate).map_err(broken)?;
    }
    Ok(roots)
}

/// At least one.
fn certificates(pem: &Pem) -> Result<Vec<CertificateDer<'static>>, TlsError> {
    let broken = |reason: String| TlsError::Broken { place: pem.place.clone(), reason };
    let read: Result<Vec<_>, _> = CertificateDer::pem_slice_iter(&pem.text).take(CERTIFICATES_MAX + 1).collect();
    let read = read.map_err(|error| broken(error.to_string()))?;
    match read.len() {
        0 => Err(TlsError::Empty { place: pem.place.clone(), wanted: "certificate", label: "CERTIFICATE" }),
        1..=CERTIFICATES_MAX => Ok(read),
        _ => Err(broken(format!("it holds more than {CERTIFICATES_MAX} certificates"))),
    }
}

/// Seconds since the beginning of 1970.
pub(crate) fn seconds(time: SystemTime) -> i64 {
    let since = time.duration_since(UNIX_EPOCH).unwrap_or_default();
    i64::try_from(since.as_secs()).unwrap_or(i64::MAX)
}
