//! How services find each other, as the configuration files of midtiers and hosts say it, and `servers.toml` for commands.

use std::path::PathBuf;

use serde::{Deserialize, Serialize};

/// What the table `[discovery]` may say. Without it everybody is where the configuration says.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "kebab-case", deny_unknown_fields)]
pub(crate) enum DiscoverySettings {
    /// A Consul, best the agent of this machine.
    Consul {
        /// Where its HTTP API is.
        #[serde(default = "address_default")]
        address: String,
        /// A file with an ACL token on its first line; nobody but its owner may read it.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        token_file: Option<PathBuf>,
        /// Who issued the certificate of a Consul that speaks TLS; where it is left out, whom the system trusts.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        ca_file: Option<PathBuf>,
        /// Default: that of the agent.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        datacenter: Option<String>,
        /// What the names of services and keys begin with: one for each installation.
        #[serde(default = "prefix_default")]
        prefix: String,
        /// Where others reach a midtier, as `http://m1.internal:7700`; default: where it listens. Hosts are reached by nobody.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        announce: Option<String>,
    },
}

impl DiscoverySettings {
    /// A Consul at this address, the rest as it is by default.
    pub(crate) fn at(address: &str, token_file: Option<PathBuf>, ca_file: Option<PathBuf>) -> Self {
        let (address, prefix) = (address.to_owned(), prefix_default());
        DiscoverySettings::Consul { address, token_file, ca_file, datacenter: None, prefix, announce: None }
    }

    /// Refuses an address to be announced where nobody asks.
    pub(crate) fn require_silent(&self, who: &str) -> Result<(), String> {
        let DiscoverySettings::Consul { announce, .. } = self;
        match announce {
            Some(_) => {
                Err(format!("discovery.announce: nobody asks {who}; it stands in the configuration of a midtier"))
            }
            None => Ok(()),
        }
    }
}

fn address_default() -> String {
    "http://127.0.0.1:8500".to_owned()
}

fn prefix_default() -> String {
    "leat".to_owned()
}
