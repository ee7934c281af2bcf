//! How services find each other, as the configuration files of midtiers and hosts say it.

use std::path::PathBuf;

use serde::Deserialize;

/// What the table `[discovery]` may say. Without it everybody is where the configuration says.
#[derive(Clone, Debug, Deserialize)]
#[serde(tag = "kind", rename_all = "kebab-case", deny_unknown_fields)]
pub(crate) enum DiscoverySettings {
    /// A Consul, best the agent of this machine.
    Consul {
        /// Where its HTTP API is.
        #[serde(default = "address_default")]
        address: String,
        /// A file with an ACL token on its first line; nobody but its owner may read it.
        #[serde(default)]
        token_file: Option<PathBuf>,
        /// Who issued the certificate of a Consul that speaks TLS; where it is left out, whom the system trusts.
        #[serde(default)]
        ca_file: Option<PathBuf>,
        /// Default: that of the agent.
        #[serde(default)]
        datacenter: Option<String>,
        /// What the names of services and keys begin with: one for each installation.
        #[serde(default = "prefix_default")]
        prefix: String,
        /// Where others reach a midtier, as `http://m1.internal:7700`; default: where it listens. Hosts are reached by nobody.
        #[serde(default)]
        announce: Option<String>,
    },
}

fn address_default() -> String {
    "http://127.0.0.1:8500".to_owned()
}

fn prefix_default() -> String {
    "leat".to_owned()
}
