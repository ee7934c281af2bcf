//! Certificates, as the configuration files of midtiers and hosts name them.

use std::net::IpAddr;
use std::path::PathBuf;
use std::time::Duration;

use leat_secrets_vault::CertificateRole;
use serde::Deserialize;

use crate::units::Span;

/// The shortest life of a certificate: what is issued is taken over within ten seconds, and the next is asked for with a third of it left.
const LIFE_MIN: Duration = Duration::from_secs(60);

/// What the table `[tls]` of a midtier may say. Without it everything goes as plain text.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct MidtierTls {
    /// The midtier's certificate, with those behind it.
    #[serde(default)]
    pub(crate) certificate: Option<PathBuf>,
    /// Its key; nobody but its owner may read it.
    #[serde(default)]
    pub(crate) key: Option<PathBuf>,
    /// What issues both, in their place.
    #[serde(default)]
    pub(crate) issuer: Option<IssuerSettings>,
    /// Who issues the certificates of hosts.
    #[serde(default)]
    pub(crate) client_ca: Option<PathBuf>,
    /// Whether a host's token counts only with its certificate. Default: where `client_ca` is named.
    #[serde(default)]
    pub(crate) hosts_need_certificates: Option<bool>,
}

/// What the table `[tls]` of a host may say.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(crate) struct HostTls {
    /// Whom the agent trusts, and nobody else; where it is left out, whom the system trusts.
    pub(crate) ca_file: Option<PathBuf>,
    /// The host's certificate, which names `leat://host/NAME`, with those behind it.
    pub(crate) certificate: Option<PathBuf>,
    /// Its key; nobody but its owner may read it.
    pub(crate) key: Option<PathBuf>,
    /// What issues both, in their place.
    pub(crate) issuer: Option<IssuerSettings>,
}

/// The PKI of the store that `[secrets]` names.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct IssuerSettings {
    /// Where the engine is mounted.
    mount: String,
    role: String,
    /// What others call the service: names for DNS, and addresses.
    #[serde(default)]
    names: Vec<String>,
    /// How long a certificate is good for; default: as the role says.
    #[serde(default)]
    life: Option<Span>,
}

impl IssuerSettings {
    /// What a midtier of this name asks for.
    pub(crate) fn of_midtier(&self, name: &str) -> Result<CertificateRole, String> {
        if self.names.is_empty() {
            return Err("tls.issuer: say as names what others call this midtier: names = [\"m1.internal\"]".to_owned());
        }
        self.role(name, Vec::new())
    }

    /// What a host of this name asks for.
    pub(crate) fn of_host(&self, name: &str) -> Result<CertificateRole, String> {
        self.role(name, vec![format!("leat://host/{name}")])
    }

    fn role(&self, name: &str, uris: Vec<String>) -> Result<CertificateRole, String> {
        let life = self.life.map(|Span(life)| life);
        if life.is_some_and(|life| life < LIFE_MIN) {
            return Err(format!("tls.issuer.life: it is {} s at least", LIFE_MIN.as_secs()));
        }
        let addresses: Vec<IpAddr> = self.names.iter().filter_map(|name| name.parse().ok()).collect();
        let is_name = |name: &&String| name.parse::<IpAddr>().is_err();
        let names: Vec<String> = self.names.iter().filter(is_name).cloned().collect();
        let common_name = names.first().map_or(name, String::as_str).to_owned();
        let (mount, role) = (self.mount.clone(), self.role.clone());
        Ok(CertificateRole { mount, role, common_name, names, addresses, uris, life })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn issuer(text: &str) -> IssuerSettings {
        toml::from_str(&format!("mount = \"pki\"\nrole = \"leat\"\n{text}")).unwrap()
    }

    #[test]
    fn a_certificate_is_asked_for_the_names_and_addresses_that_are_said() {
        let role = issuer("names = [\"10.0.0.7\", \"m1.internal\", \"::1\"]\nlife = \"24h\"").of_midtier("m1").unwrap();
        assert_eq!((role.names, role.common_name.as_str()), (vec!["m1.internal".to_owned()], "m1.internal"));
        assert_eq!((role.addresses.len(), role.uris.len(), role.life), (2, 0, Some(Duration::from_secs(86_400))));
        let host = issuer("").of_host("c1").unwrap();
        assert_eq!((host.common_name.as_str(), host.uris), ("c1", vec!["leat://host/c1".to_owned()]));
    }

    #[test]
    fn a_midtier_without_names_and_a_life_without_time_are_refused() {
        assert!(issuer("").of_midtier("m1").unwrap_err().contains("names"));
        let refused = issuer("names = [\"m1\"]\nlife = \"30s\"").of_midtier("m1").unwrap_err();
        assert!(refused.contains("60 s at least"), "{refused}");
    }
}
