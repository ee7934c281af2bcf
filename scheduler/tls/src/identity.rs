//! Who is at the other end, as their certificate says. That it was issued by somebody who is trusted has been seen before.

use rustls::pki_types::CertificateDer;
use webpki::EndEntityCert;

/// What names a host in a certificate, as a URI among its alternative names.
const HOST: &str = "leat://host/";

/// Whoever has shown a certificate.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ClientIdentity {
    hosts: Vec<String>,
}

impl ClientIdentity {
    /// Reads what a certificate calls its owner: `leat://host/NAME`; where it holds no such name, its names for DNS, but for those with
    /// a star. Its subject counts for nothing.
    pub(crate) fn of(certificate: &CertificateDer<'_>) -> Option<Self> {
        let certificate = EndEntityCert::try_from(certificate).ok()?;
        let of_uri = |uri: &str| uri.strip_prefix(HOST).map(str::to_owned);
        let mut hosts: Vec<String> = certificate.valid_uri_names().filter_map(of_uri).collect();
        if hosts.is_empty() {
            hosts = certificate.valid_dns_names().filter(|name| !name.contains('*')).map(str::to_owned).collect();
        }
        Some(ClientIdentity { hosts })
    }

    /// Whether they are the host of this name.
    pub fn is_host(&self, name: &str) -> bool {
        self.hosts.iter().any(|host| host == name)
    }

    /// The hosts that they may speak for, as the certificate has them; for messages.
    pub fn hosts(&self) -> &[String] {
        &self.hosts
    }
}
