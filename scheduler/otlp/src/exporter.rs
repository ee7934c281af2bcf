//! Sends what waits in the queue, in batches, for as long as the program lives.

use std::sync::Arc;
use std::time::Duration;

use leat_spans::{Span, Spans};
use leat_tls::Trust;
use opentelemetry::{InstrumentationScope, KeyValue};
use opentelemetry_sdk::Resource;
use opentelemetry_sdk::trace::SpanExporter;
use tokio::sync::mpsc::Receiver;
use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;

use crate::convert;
use crate::queue::{Entrance, WAITING_MAX, queue};
use crate::way::Way;

/// How many spans go into one message: well below the 4 MiB that collectors take.
const BATCH_MAX: usize = 512;
/// How long a span waits for others to go with it.
const GATHER: Duration = Duration::from_millis(500);

/// Where spans go, and whose they are.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Config {
    /// The collector: `https://collector:4317`, or `http://` without TLS.
    pub endpoint: String,
    /// `service.name`: `leat-midtier`.
    pub service_name: String,
    /// `service.version`.
    pub service_version: String,
    /// `service.instance.id`: tells several of one service apart.
    pub service_instance: String,
}

/// Why there is no exporter.
#[derive(Debug, thiserror::Error)]
pub enum OtlpError {
    /// The collector's address is none that is served.
    #[error(
        "{0:?} is no address of a collector; write it as https://HOST:PORT, or http://HOST:PORT without TLS; OTLP is spoken by gRPC"
    )]
    Endpoint(String),
}

/// A way to a collector, which is used until [`Exporter::end`] or until the runtime ends.
pub struct Exporter {
    entrance: Arc<Entrance>,
    closing: CancellationToken,
    sending: JoinHandle<()>,
}

impl Exporter {
    /// Begins to send what it is given, in a task of the runtime that this is called in. Connects with the first spans; a collector with TLS
    /// must be one that `trust` vouches for, and connections are made anew once that has something new.
    ///
    /// # Errors
    /// Where the collector's address cannot be one. Whether somebody is there is seen later, and harms nobody.
    pub fn start(config: Config, trust: Arc<Trust>) -> Result<Self, OtlpError> {
        let version = config.service_version.clone();
        let attributes = [
            KeyValue::new("service.name", config.service_name),
            KeyValue::new("service.version", config.service_version),
            KeyValue::new("service.instance.id", config.service_instance),
        ];
        let resource = Resource::builder_empty().with_attributes(attributes).build();
        let way = Way::new(&config.endpoint, trust, resource).ok_or(OtlpError::Endpoint(config.endpoint))?;
        let scope = InstrumentationScope::builder("leat").with_version(version).build();
        let (entrance, receiver) = queue(WAITING_MAX);
        let (entrance, closing) = (Arc::new(entrance), CancellationToken::new());
        let sender = Sender { way, scope, entrance: Arc::clone(&entrance) };
        let sending = tokio::spawn(sender.run(receiver, closing.clone()));
        Ok(Exporter { entrance, closing, sending })
    }

    /// What takes spans.
    pub fn spans(&self) -> Arc<dyn Spans> {
        Arc::clone(&self.entrance) as Arc<dyn Spans>
    }

    /// Sends what waits, but for no longer than this; then nothing is taken any more. Answers how many spans never arrived
    /// of all that were given.
    pub async fn end(mut self, patience: Duration) -> u64 {
        self.closing.cancel();
        if tokio::time::timeout(patience, &mut self.sending).await.is_err() {
            self.sending.abort();
        }
        self.entrance.missing()
    }
}

struct Sender {
    way: Way,
    scope: InstrumentationScope,
    entrance: Arc<Entrance>,
}

impl Sender {
    async fn run(mut self, mut waiting: Receiver<Span>, closing: CancellationToken) {
        let mut batch = Vec::with_capacity(BATCH_MAX);
        loop {
            let first = closing.run_until_cancelled(waiting.recv_many(&mut batch, BATCH_MAX)).await;
            if first.is_some() {
                self.gather(&mut waiting, &mut batch, &closing).await;
            }
            if closing.is_cancelled() {
                waiting.close();
            }
            if batch.is_empty() && waiting.recv_many(&mut batch, BATCH_MAX).await == 0 {
                return;
            }
            let arrived = self.send(std::mem::take(&mut batch)).await;
            // Whoever ends waits for a collector that answers, and for no other.
            if closing.is_cancelled() && !arrived {
                return;
            }
        }
    }

    /// Waits a moment for more to go with what is there.
    async fn gather(&self, waiting: &mut Receiver<Span>, batch: &mut Vec<Span>, closing: &CancellationToken) {
        let more = async {
            while batch.len() < BATCH_MAX {
                let room = BATCH_MAX - batch.len();
                if waiting.recv_many(batch, room).await == 0 {
                    return;
                }
            }
        };
        // Both ways to end leave what was gathered in the batch.
        let _ = tokio::time::timeout(GATHER, closing.run_until_cancelled(more)).await;
    }

    /// Answers whether they arrived.
    async fn send(&mut self, batch: Vec<Span>) -> bool {
        let count = batch.len();
        let batch = batch.into_iter().map(|span| convert::span(span, &self.scope)).collect();
        let sent = match self.way.open().await {
            Ok(exporter) => exporter.export(batch).await.map_err(|error| error.to_string()),
            Err(error) => Err(error),
        };
        match sent {
            Ok(()) => {
                self.entrance.arrived(count);
                true
            }
            Err(error) => {
                let why = format!("the collector {} does not take them: {error}", self.way.endpoint());
                self.entrance.lost.add(count, &why);
                false
            }
        }
    }
}
