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

#[cfg(test)]
mod tests {
    use leat_certificates::Authority;
    use leat_fuzzing::{Fuzz, Shape};
    use rustls::pki_types::pem::PemObject;

    use super::*;
    use crate::validity::not_after;

    #[test]
    fn fuzzed_certificates_name_a_host_or_nobody() {
        // Its key is another one each time, and so are the cases: a failure keeps its input.
        let authority = Authority::new("fuzzed");
        let der = |pem: &str| CertificateDer::from_pem_slice(pem.as_bytes()).unwrap().to_vec();
        let good = [der(&authority.host("c1").certificate), der(&authority.server(&["m1.internal"]).certificate)];
        Fuzz::new("certificates", Shape::Bytes, good).words(["leat://host/", "*.", "\u{17}\u{d}", "\0"]).run(|bytes| {
            let ends = not_after(bytes);
            let identity = ClientIdentity::of(&CertificateDer::from(bytes));
            identity.is_some_and(|identity| !identity.is_host("") || ends.is_none())
        });
    }
}
