//! What the two ends of an edge have in common: the queues, the supervisor that opens them anew, and how the client's
//! errors become decisions.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use lapin::options::{ExchangeDeclareOptions, QueueBindOptions, QueueDeclareOptions};
use lapin::protocol::{AMQPErrorKind, AMQPHardError, AMQPSoftError};
use lapin::types::{AMQPValue, FieldTable};
use lapin::{Channel, ErrorKind, ExchangeKind};
use leat_flow::transport::{Edge, TransportError};
use tokio::sync::Notify;

use crate::config::RabbitConfig;
use crate::link::{Link, Way};
use crate::names::QueueNames;
use crate::outage::{Next, Outage};
use crate::secured::unproven;

/// What a receiver has said and its sender has not read counts all that was said before, so a few are enough.
const CREDITS_MAX: i32 = 16;
/// What messages are published with: an exchange leads to one queue, so there is nothing to choose.
pub(crate) const ROUTING_KEY: &str = "";
/// How long opening an end may take, with its queues, before it is tried again.
const OPEN_PATIENCE: Duration = Duration::from_secs(20);
/// How often it is looked whether the way still holds, and whether the broker takes anything.
const WATCH_PAUSE: Duration = Duration::from_millis(250);

/// The broker, as the ends of edges share it.
pub(crate) struct Broker {
    pub(crate) config: RabbitConfig,
    /// For everything that is published.
    pub(crate) publishing: Link,
    /// For everything that is consumed and acknowledged.
    pub(crate) consuming: Link,
}

/// Why a session of an end was over.
pub(crate) enum Trouble {
    /// The way broke: it is opened anew.
    Broken(String),
    /// The edge is of no use any more.
    Fatal(TransportError),
    /// Nobody uses this end any more.
    Closed,
}

/// What every end has.
pub(crate) struct Common {
    pub(crate) edge: Edge,
    pub(crate) names: QueueNames,
    pub(crate) broker: Arc<Broker>,
    /// One thing at a time waits for it.
    closed: Notify,
    outage: Mutex<Outage>,
    was_open: AtomicBool,
}

/// An end of an edge, for its supervisor.
pub(crate) trait End: Send + Sync + 'static {
    /// What every end has.
    fn common(&self) -> &Common;
    /// Opens the way and uses it for as long as it holds.
    fn session(&self) -> impl Future<Output = Trouble> + Send;
    /// The edge is of no use any more.
    fn fail(&self, error: TransportError);
}

impl Common {
    /// The end of an edge, before it is opened.
    pub(crate) fn new(edge: &Edge, broker: &Arc<Broker>) -> Self {
        Common {
            edge: edge.clone(),
            names: QueueNames::of(edge),
            broker: Arc::clone(broker),
            closed: Notify::new(),
            outage: Mutex::default(),
            was_open: AtomicBool::new(false),
        }
    }

    /// Nobody uses this end any more.
    pub(crate) fn close(&self) {
        self.closed.notify_one();
    }

    /// Waits until nobody uses this end any more.
    pub(crate) async fn closed(&self) -> Trouble {
        self.closed.notified().await;
        Trouble::Closed
    }

    /// Opens an end, in bounded time, for as long as somebody uses it.
    pub(crate) async fn open<T>(&self, opening: impl Future<Output = Result<T, Trouble>>) -> Result<T, Trouble> {
        tokio::select! {
            opened = tokio::time::timeout(OPEN_PATIENCE, opening) => opened.unwrap_or_else(|_| {
                Err(Trouble::Broken(format!("the broker does not answer within {} s", OPEN_PATIENCE.as_secs())))
            }),
            closed = self.closed() => Err(closed),
        }
    }

    /// Something got through.
    pub(crate) fn gets_through(&self) {
        self.outage().over();
    }

    /// The way is open.
    pub(crate) fn connected(&self) {
        self.was_open.store(true, Ordering::Relaxed);
        self.outage().connected(Instant::now());
    }

    /// Ends once the way is broken, or once the broker has taken nothing for longer than the patience and nothing else got
    /// through.
    pub(crate) async fn watch(&self, ways: [&Way; 2]) -> Trouble {
        let mut was_blocked = false;
        loop {
            tokio::time::sleep(WATCH_PAUSE).await;
            if !ways.into_iter().all(Way::holds) {
                return Trouble::Broken("the connection to the broker broke".to_owned());
            }
            let Some(reason) = self.broker.publishing.status().blocked.clone() else {
                if std::mem::take(&mut was_blocked) {
                    self.gets_through();
                }
                continue;
            };
            was_blocked = true;
            let waited = self.outage().goes_on(Instant::now());
            if waited >= self.broker.config.patience {
                let reason = format!(
                    "the broker takes nothing because of its {reason}; give it more, or take away from what it keeps"
                );
                return Trouble::Fatal(TransportError::Unreachable { edge: self.edge.clone(), waited, reason });
            }
        }
    }

    /// Sees to it that the edge's queues are there: makes them where the edge is `opened` for the first time. Later they
    /// must be there, or else they were removed.
    pub(crate) async fn declare(&self, channel: &Channel, opened: bool) -> Result<(), Trouble> {
        let options = QueueDeclareOptions { durable: true, passive: opened, ..QueueDeclareOptions::default() };
        let both = [(&self.names.batches, None), (&self.names.credits, Some(CREDITS_MAX))];
        for (name, length_max) in both {
            let arguments = if opened { FieldTable::default() } else { self.arguments(length_max) };
            let declared = channel.queue_declare(name.as_str().into(), options, arguments).await;
            declared.map_err(|error| self.trouble(&error))?;
            if !opened {
                self.lead_to(channel, name).await.map_err(|error| self.trouble(&error))?;
            }
        }
        Ok(())
    }

    /// Makes the exchange that leads to a queue alone; it goes with the queue.
    async fn lead_to(&self, channel: &Channel, queue: &str) -> Result<(), lapin::Error> {
        let options = ExchangeDeclareOptions { durable: true, auto_delete: true, ..ExchangeDeclareOptions::default() };
        let none = FieldTable::default;
        channel.exchange_declare(queue.into(), ExchangeKind::Direct, options, none()).await?;
        let key = ROUTING_KEY.into();
        channel.queue_bind(queue.into(), queue.into(), key, QueueBindOptions::default(), none()).await
    }

    /// What the client's error means for this edge.
    pub(crate) fn trouble(&self, error: &lapin::Error) -> Trouble {
        let edge = || self.edge.clone();
        if let Some(reason) = unproven(error) {
            return Trouble::Fatal(TransportError::Refused { edge: edge(), reason: reason.to_string() });
        }
        let ErrorKind::ProtocolError(protocol) = error.kind() else {
            return Trouble::Broken(error.to_string());
        };
        match protocol.kind() {
            AMQPErrorKind::Soft(AMQPSoftError::NOTFOUND) => Trouble::Fatal(TransportError::Removed { edge: edge() }),
            // A user of the run's own that was taken away, or has ended: another attempt is given another.
            AMQPErrorKind::Soft(AMQPSoftError::ACCESSREFUSED) if self.was_open.load(Ordering::Relaxed) => {
                let said = protocol.get_message();
                let reason = format!("the broker says {said}, and has allowed it before: the user was taken away");
                let waited = self.outage().goes_on(Instant::now());
                Trouble::Fatal(TransportError::Unreachable { edge: edge(), waited, reason })
            }
            AMQPErrorKind::Soft(AMQPSoftError::ACCESSREFUSED | AMQPSoftError::PRECONDITIONFAILED)
            | AMQPErrorKind::Hard(AMQPHardError::NOTALLOWED) => {
                let reason = format!("the broker says {}", protocol.get_message());
                Trouble::Fatal(TransportError::Refused { edge: edge(), reason })
            }
            _ => Trouble::Broken(error.to_string()),
        }
    }

    fn arguments(&self, length_max: Option<i32>) -> FieldTable {
        let expiry = i64::try_from(self.broker.config.queue_expiry.as_millis()).unwrap_or(i64::MAX);
        let mut arguments = FieldTable::default();
        arguments.insert("x-queue-type".into(), AMQPValue::LongString("classic".into()));
        arguments.insert("x-expires".into(), AMQPValue::LongLongInt(expiry));
        if let Some(length_max) = length_max {
            arguments.insert("x-max-length".into(), AMQPValue::LongInt(length_max));
        }
        arguments
    }

    fn outage(&self) -> MutexGuard<'_, Outage> {
        self.outage.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Opens the way of an end again and again, until nobody uses it any more or it is of no use.
pub(crate) async fn supervise<E: End>(end: Arc<E>) {
    let common = end.common();
    let patience = common.broker.config.patience;
    loop {
        let reason = match end.session().await {
            Trouble::Closed => return,
            Trouble::Fatal(error) => return end.fail(error),
            Trouble::Broken(reason) => reason,
        };
        let next = common.outage().failed(Instant::now(), patience);
        match next {
            Next::GiveUp(waited) => {
                return end.fail(TransportError::Unreachable { edge: common.edge.clone(), waited, reason });
            }
            Next::Retry(pause) => {
                let Edge { run, generation, queue, .. } = &common.edge;
                tracing::warn!(
                    run.id = run,
                    run.generation = generation,
                    queue.name = queue,
                    reason,
                    "the way of a queue to another host broke, and is opened anew"
                );
                tokio::select! {
                    () = tokio::time::sleep(pause) => {}
                    _ = common.closed() => return,
                }
            }
        }
    }
}
