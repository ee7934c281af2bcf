//! Certificates, as the configuration files of midtiers and hosts name them.

use std::path::PathBuf;

use serde::Deserialize;

/// What the table `[tls]` of a midtier may say. Without it everything goes as plain text.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct MidtierTls {
    /// The midtier's certificate, with those behind it.
    pub(crate) certificate: PathBuf,
    /// Its key; nobody but its owner may read it.
    pub(crate) key: PathBuf,
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
}
