//! Where spans go, as the configuration files of midtiers and hosts say it.

use serde::{Deserialize, Serialize};

/// What the table `[telemetry]` may say.
#[derive(Clone, Debug, Default, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct TelemetrySettings {
    /// A collector: `http://collector:4317`.
    #[serde(default)]
    pub(crate) otlp: Option<String>,
    /// What spans name this program.
    #[serde(default)]
    pub(crate) service_name: Option<String>,
}
