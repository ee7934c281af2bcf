//! `leat host`'s configuration. The commented reference is `deploy/host.toml`.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::time::Duration;

use serde::{Deserialize, Serialize};

use super::{DiscoverySettings, HostTls, SecretsSettings, TelemetrySettings};
use crate::units::{Cpus, Size, Span};

/// What the file may say.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct HostSettings {
    pub(crate) name: String,
    /// May be left out where `discovery` finds them.
    #[serde(default)]
    pub(crate) midtiers: Vec<String>,
    #[serde(default)]
    pub(crate) discovery: Option<DiscoverySettings>,
    /// The host's token would go over the network as plain text: it must be said that this is wanted, here and with --plain-text.
    #[serde(default)]
    pub(crate) plain_text_outside_this_machine: bool,
    #[serde(default)]
    pub(crate) tls: HostTls,
    /// Who the host is at the store that issues its certificate. What runs need comes by the midtier.
    #[serde(default)]
    pub(crate) secrets: Option<SecretsSettings>,
    pub(crate) token_file: PathBuf,
    pub(crate) directory: PathBuf,
    #[serde(default)]
    pub(crate) region: Option<String>,
    #[serde(default)]
    pub(crate) labels: BTreeMap<String, String>,
    /// What runs may have; all of the machine's processors where it is left out.
    #[serde(default)]
    pub(crate) cpus: Option<Cpus>,
    /// What runs may have; three quarters of the machine's memory where it is left out.
    #[serde(default)]
    pub(crate) memory: Option<Size>,
    #[serde(default = "cache_default")]
    pub(crate) cache: Size,
    /// Where compiled components are kept; in `directory` where it is left out.
    #[serde(default)]
    pub(crate) engine_cache: Option<PathBuf>,
    #[serde(default = "orphan_timeout_default")]
    pub(crate) orphan_timeout: Span,
    /// What an orphan runs to power itself off; where there is none it just ends.
    #[serde(default)]
    pub(crate) orphan_command: Vec<String>,
    #[serde(default = "keep_runs_default")]
    pub(crate) keep_runs: Span,
    #[serde(default)]
    pub(crate) telemetry: TelemetrySettings,
}

fn cache_default() -> Size {
    Size(20 << 30)
}

fn orphan_timeout_default() -> Span {
    Span(Duration::from_secs(15 * 60))
}

fn keep_runs_default() -> Span {
    Span(Duration::ZERO)
}

/// The file as `leat serve` writes it for each of its hosts.
#[derive(Debug, Serialize)]
pub(crate) struct LocalHost {
    pub(crate) name: String,
    pub(crate) midtiers: Vec<String>,
    pub(crate) token_file: PathBuf,
    pub(crate) directory: PathBuf,
    pub(crate) engine_cache: PathBuf,
    pub(crate) cpus: f64,
    pub(crate) memory: String,
    pub(crate) plain_text_outside_this_machine: bool,
    pub(crate) telemetry: TelemetrySettings,
}
