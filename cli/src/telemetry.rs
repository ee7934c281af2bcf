//! What Leat's own parts say on standard error: warnings and errors, of services also what changes. A worker's lines end
//! up as warnings in its run's report. And where spans go, if they go anywhere.

use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use leat_otlp::{Config, Exporter};
use leat_spans::Recorder;
use leat_tls::{PlainText, Refresh};
use tokio::task::JoinSet;
use tracing_subscriber::filter::LevelFilter;

use crate::clock::now;
use crate::config::Environment;
use crate::failure::Kind;
use crate::settings::TelemetrySettings;
use crate::transport;

/// How long a program that ends waits for its last spans to arrive.
const LAST_SPANS: Duration = Duration::from_secs(1);

/// Shows warnings and errors, one plain line each.
pub(crate) fn start_quiet() {
    tracing_subscriber::fmt()
        .with_writer(std::io::stderr)
        .with_max_level(LevelFilter::WARN)
        .without_time()
        .with_target(false)
        .with_ansi(false)
        .init();
}

/// Shows what changes too, each line with its time.
pub(crate) fn start_service() {
    tracing_subscriber::fmt()
        .with_writer(std::io::stderr)
        .with_max_level(LevelFilter::INFO)
        .with_target(false)
        .with_ansi(false)
        .init();
}

/// Where spans are to go, and how they may.
pub(crate) struct Wanted<'a> {
    /// What is said of them.
    pub(crate) settings: &'a TelemetrySettings,
    /// Whom the program trusts elsewhere: that counts where nothing is said of the collector.
    pub(crate) ca_file: Option<&'a Path>,
    /// Whether they may go as plain text beyond this machine.
    pub(crate) said: PlainText,
}

/// Where the spans of this program go.
pub(crate) struct Telemetry(Option<Sending>);

struct Sending {
    exporter: Exporter,
    /// Looks for other authorities, until it is dropped.
    _fresh: JoinSet<()>,
}

impl Telemetry {
    /// What settings say comes first, then the environment: off unless one of them names a collector. To be called
    /// within the runtime that is to send. `service` is the name where nobody gives one, `instance` tells several apart.
    pub(crate) fn start(
        wanted: &Wanted<'_>,
        environment: &Environment,
        service: &str,
        instance: &str,
    ) -> anyhow::Result<Self> {
        let settings = wanted.settings;
        let Some(endpoint) = settings.otlp.as_ref().or(environment.otlp_endpoint.as_ref()) else {
            return Ok(Telemetry(None));
        };
        let name = settings.service_name.as_ref().or(environment.otlp_service_name.as_ref());
        let config = Config {
            endpoint: endpoint.clone(),
            service_name: name.map_or_else(|| service.to_owned(), Clone::clone),
            service_version: env!("CARGO_PKG_VERSION").to_owned(),
            service_instance: instance.to_owned(),
        };
        let ca_file = settings.ca_file.as_deref().or(environment.otlp_certificate.as_deref()).or(wanted.ca_file);
        match sending(config, ca_file, wanted.said) {
            Ok(sending) => {
                tracing::info!(collector.url = endpoint, "spans go to a collector");
                Ok(Telemetry(Some(sending)))
            }
            Err(error) if settings.otlp.is_some() => Err(Kind::Configuration(format!("spans: {error}")).into()),
            // The environment speaks to every program: what it says may be meant for others.
            Err(error) => {
                tracing::warn!("spans go nowhere: {error}");
                Ok(Telemetry(None))
            }
        }
    }

    /// What makes spans; it records nothing where they go nowhere.
    pub(crate) fn recorder(&self) -> Recorder {
        let recorder = |sending: &Sending| Recorder::new(|| now().as_microsecond(), sending.exporter.spans());
        self.0.as_ref().map(recorder).unwrap_or_default()
    }

    /// Sends what is left, if somebody takes it soon.
    pub(crate) async fn end(self) {
        let Some(sending) = self.0 else { return };
        let lost = sending.exporter.end(LAST_SPANS).await;
        if lost > 0 {
            tracing::info!(spans.lost = lost, "not all spans arrived at the collector");
        }
    }
}

fn sending(config: Config, ca_file: Option<&Path>, said: PlainText) -> Result<Sending, String> {
    transport::require_collector(&config.endpoint, said)?;
    let trust = Arc::new(transport::of_collector(&config.endpoint, ca_file)?);
    let exporter = Exporter::start(config, Arc::clone(&trust)).map_err(|error| error.to_string())?;
    let mut fresh = JoinSet::new();
    fresh.spawn(transport::stay_fresh(Some(trust as Arc<dyn Refresh>)));
    Ok(Sending { exporter, _fresh: fresh })
}
