//! The connection to a collector: opened with the first spans, encrypted where its address says so, and opened anew once other authorities are
//! trusted.

use std::sync::Arc;
use std::time::Duration;

use leat_tls::{Trust, with_sources};
use opentelemetry_otlp::{SpanExporter as OtlpExporter, WithExportConfig, WithTonicConfig};
use opentelemetry_sdk::Resource;
use opentelemetry_sdk::trace::SpanExporter;
use tonic::transport::{ClientTlsConfig, Endpoint};

/// How long a collector may take to be connected to, and then for a message.
const ANSWER_PATIENCE: Duration = Duration::from_secs(5);

/// A way to a collector.
pub(crate) struct Way {
    endpoint: Endpoint,
    has_tls: bool,
    trust: Arc<Trust>,
    resource: Resource,
    opened: Option<Opened>,
}

struct Opened {
    exporter: OtlpExporter,
    /// How often something new had been trusted by then.
    changes: u64,
}

impl Way {
    /// To a collector of this address; nothing where it cannot be one.
    pub(crate) fn new(address: &str, trust: Arc<Trust>, resource: Resource) -> Option<Way> {
        let has_tls = address.starts_with("https://");
        let is_served = has_tls || address.starts_with("http://");
        let endpoint = Endpoint::from_shared(address.to_owned()).ok().filter(|_| is_served)?;
        let endpoint = endpoint.connect_timeout(ANSWER_PATIENCE).timeout(ANSWER_PATIENCE);
        Some(Way { endpoint, has_tls, trust, resource, opened: None })
    }

    /// Where it leads.
    pub(crate) fn endpoint(&self) -> String {
        self.endpoint.uri().to_string()
    }

    /// What sends. A connection that breaks later opens itself again.
    ///
    /// # Errors
    /// Why nothing can be sent now: nobody answers there, or nobody who is trusted.
    pub(crate) async fn open(&mut self) -> Result<&OtlpExporter, String> {
        let changes = self.trust.standing().changes;
        let opened = match self.opened.take().filter(|opened| opened.changes == changes) {
            Some(opened) => opened,
            None => Opened { exporter: self.connect().await?, changes },
        };
        Ok(&self.opened.insert(opened).exporter)
    }

    async fn connect(&self) -> Result<OtlpExporter, String> {
        let mut endpoint = self.endpoint.clone();
        if self.has_tls {
            let tls = ClientTlsConfig::new().trust_anchors(self.trust.anchors());
            endpoint = endpoint.tls_config(tls).map_err(|error| with_sources(&error))?;
        }
        let channel = endpoint.connect().await.map_err(|error| with_sources(&error))?;
        let builder = OtlpExporter::builder().with_tonic().with_channel(channel).with_timeout(ANSWER_PATIENCE);
        let mut exporter = builder.build().map_err(|error| with_sources(&error))?;
        exporter.set_resource(&self.resource);
        Ok(exporter)
    }
}
