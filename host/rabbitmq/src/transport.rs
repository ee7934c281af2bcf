//! The port `Transport`, over RabbitMQ.

use std::sync::Arc;
use std::time::{Duration, Instant};

use arrow_schema::SchemaRef;
use lapin::options::QueueDeleteOptions;
use lapin::uri::{AMQPScheme, AMQPUri};
use leat_flow::stop::StopSignal;
use leat_flow::transport::{Edge, EdgeReceiver, EdgeSender, Transport, TransportError};
use tokio::runtime::Runtime;

use crate::config::RabbitConfig;
use crate::ends::{Broker, Common, Trouble};
use crate::link::{Link, LinkStatus};
use crate::outage::{Next, Outage};
use crate::receiver::RabbitReceiver;
use crate::secured::Secured;
use crate::sender::RabbitSender;

/// Threads of the client. They move bytes; batches are encoded and decoded by their callers' threads.
const THREADS: usize = 2;

/// Carries the edges of runs between hosts over a RabbitMQ broker. It connects when the first edge is opened, and its
/// connections are closed when it and all ends that were opened on it are dropped.
pub struct RabbitTransport {
    engine: Arc<Engine>,
    broker: Arc<Broker>,
}

/// How the connections to the broker are.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Status {
    /// The one that everything is published on.
    pub publishing: LinkStatus,
    /// The one that everything is consumed and acknowledged on.
    pub consuming: LinkStatus,
}

/// Why a transport cannot be made.
#[derive(Debug, thiserror::Error)]
pub enum RabbitError {
    /// What was set does not fit together.
    #[error("{0}")]
    Config(String),
    /// The system gives it no threads.
    #[error("cannot start the threads of the connection to RabbitMQ: {0}")]
    Threads(#[from] std::io::Error),
}

/// The client's threads. Ends keep them alive; tasks on them do not, since the last to let go must not be one of them.
pub(crate) struct Engine {
    runtime: Option<Runtime>,
}

impl RabbitTransport {
    /// Checks the configuration and makes a transport. It does not connect yet.
    ///
    /// # Errors
    /// Where the URL is none, settings contradict each other, or it is to be TLS and nobody is believed.
    pub fn new(config: RabbitConfig) -> Result<Self, RabbitError> {
        let uri: AMQPUri = config.url.parse().map_err(|reason| {
            RabbitError::Config(format!(
                "the URL of RabbitMQ is not `amqp://user:password@host:port/virtual-host`, or with `amqps`: {reason}"
            ))
        })?;
        let secured = match uri.scheme {
            AMQPScheme::AMQP => None,
            AMQPScheme::AMQPS => Some(secured(&config)?),
        };
        if config.queue_expiry <= config.patience {
            let (expiry, patience) = (config.queue_expiry.as_secs(), config.patience.as_secs());
            let reason = format!(
                "queues would expire after {expiry} s, while an edge may be cut for {patience} s; let them live longer"
            );
            return Err(RabbitError::Config(reason));
        }
        let runtime = tokio::runtime::Builder::new_multi_thread()
            .worker_threads(THREADS)
            .thread_name("leat-rabbitmq")
            .enable_all()
            .build()?;
        let broker = Broker {
            config,
            publishing: Link::new("publishing", uri.clone(), secured.clone()),
            consuming: Link::new("consuming", uri, secured),
        };
        Ok(RabbitTransport { engine: Arc::new(Engine { runtime: Some(runtime) }), broker: Arc::new(broker) })
    }

    /// How the connections to the broker are at this moment.
    pub fn status(&self) -> Status {
        Status {
            publishing: self.broker.publishing.status().clone(),
            consuming: self.broker.consuming.status().clone(),
        }
    }

    /// Deletes the queues of an edge.
    async fn remove_edge(&self, edge: &Edge) -> Result<(), TransportError> {
        let (common, mut outage) = (Common::new(edge, &self.broker), Outage::default());
        loop {
            let reason = match common.open(self.delete(&common)).await {
                Ok(()) => return Ok(()),
                Err(Trouble::Fatal(error)) => return Err(error),
                Err(Trouble::Broken(reason)) => reason,
                Err(Trouble::Closed) => return Ok(()),
            };
            match outage.failed(Instant::now(), self.broker.config.patience) {
                Next::Retry(pause) => tokio::time::sleep(pause).await,
                Next::GiveUp(waited) => {
                    return Err(TransportError::Unreachable { edge: edge.clone(), waited, reason });
                }
            }
        }
    }

    async fn delete(&self, common: &Common) -> Result<(), Trouble> {
        // Nothing is published with it, so it is not in the way where the broker takes nothing.
        let way = self.broker.consuming.channel().await.map_err(|error| common.trouble(&error))?;
        for name in [&common.names.batches, &common.names.credits] {
            // Deleting what is not there is no error to RabbitMQ.
            let deleted = way.channel.queue_delete(name.as_str().into(), QueueDeleteOptions::default()).await;
            deleted.map_err(|error| common.trouble(&error))?;
        }
        Ok(())
    }
}

fn secured(config: &RabbitConfig) -> Result<Secured, RabbitError> {
    let nobody = "the broker is to be spoken to over TLS (`amqps://`), and no authority is trusted here that could vouch for it: name one \
                  as ca_file in [tls] of this host's configuration";
    let tls = config.tls.as_ref().ok_or_else(|| RabbitError::Config(nobody.to_owned()))?;
    Secured::new(tls).map_err(RabbitError::Config)
}

impl Transport for RabbitTransport {
    fn open_sender(
        &self,
        edge: &Edge,
        schema: &SchemaRef,
        stop: &StopSignal,
    ) -> Result<Box<dyn EdgeSender>, TransportError> {
        Ok(Box::new(RabbitSender::open(&self.engine, &self.broker, edge, schema, stop)?))
    }

    fn open_receiver(
        &self,
        edge: &Edge,
        schema: &SchemaRef,
        stop: &StopSignal,
    ) -> Result<Box<dyn EdgeReceiver>, TransportError> {
        Ok(Box::new(RabbitReceiver::open(&self.engine, &self.broker, edge, schema, stop)?))
    }

    fn remove(&self, edges: &[Edge]) -> Result<(), TransportError> {
        self.engine.block_on(async {
            for edge in edges {
                self.remove_edge(edge).await?;
            }
            Ok(())
        })
    }
}

impl Engine {
    /// Runs a task on the client's threads until it ends by itself, or they do.
    pub(crate) fn spawn(&self, task: impl Future<Output = ()> + Send + 'static) {
        self.runtime().spawn(task);
    }

    fn block_on<T>(&self, future: impl Future<Output = T>) -> T {
        self.runtime().block_on(future)
    }

    fn runtime(&self) -> &Runtime {
        self.runtime.as_ref().expect("it is taken when it is dropped")
    }
}

/// How long the client's threads may take to close what is open.
const CLOSE_PATIENCE: Duration = Duration::from_millis(500);

impl Drop for Engine {
    fn drop(&mut self) {
        if let Some(runtime) = self.runtime.take() {
            runtime.shutdown_timeout(CLOSE_PATIENCE);
        }
    }
}
