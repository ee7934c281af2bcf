//! Where spans go, as the configuration files of midtiers and hosts say it.

use std::path::PathBuf;

use serde::{Deserialize, Serialize};

/// What the table `[telemetry]` may say.
#[derive(Clone, Debug, Default, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct TelemetrySettings {
    /// A collector: `https://collector:4317`.
    #[serde(default)]
    pub(crate) otlp: Option<String>,
    /// Who issued the certificate of a collector with TLS. Where it is left out, `OTEL_EXPORTER_OTLP_CERTIFICATE` counts, then whom the program
    /// trusts elsewhere, then whom the system trusts.
    #[serde(default)]
    pub(crate) ca_file: Option<PathBuf>,
    /// What spans name this program.
    #[serde(default)]
    pub(crate) service_name: Option<String>,
}
