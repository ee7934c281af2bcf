//! One connection to the broker, opened when it is asked for and again when it has broken. Knows no edge.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use futures::StreamExt;
use lapin::uri::AMQPUri;
use lapin::{Channel, Connection, ConnectionProperties, ConnectionStatus, Error, Event};
use tokio::task::JoinHandle;

use crate::secured::Secured;

/// How long opening a connection and a channel may take. It is tried again by whoever asked.
const CONNECT_PATIENCE: Duration = Duration::from_secs(10);
/// Seconds after which a silent connection counts as broken, where the URL does not say otherwise.
const HEARTBEAT_SECONDS: u16 = 10;

/// A connection for one purpose. The broker stops reading from a connection that publishes when its memory or disk is full,
/// so acknowledgements, which are the way out of that, need one of their own.
pub(crate) struct Link {
    purpose: &'static str,
    uri: AMQPUri,
    /// Where it is to be encrypted.
    secured: Option<Secured>,
    open: tokio::sync::Mutex<Option<Open>>,
    status: Arc<Mutex<LinkStatus>>,
}

struct Open {
    connection: Connection,
    watch: JoinHandle<()>,
}

/// A channel, and whether it still leads anywhere.
pub(crate) struct Way {
    pub(crate) channel: Channel,
    connection: ConnectionStatus,
}

/// How a connection is.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct LinkStatus {
    /// Whether it is open, as far as is known.
    pub connected: bool,
    /// Why the broker takes nothing from it at the moment: its memory or disk is full.
    pub blocked: Option<String>,
    /// How often it was opened.
    pub connections: u64,
}

impl Link {
    /// A connection that is not open yet.
    pub(crate) fn new(purpose: &'static str, mut uri: AMQPUri, secured: Option<Secured>) -> Self {
        uri.query.heartbeat.get_or_insert(HEARTBEAT_SECONDS);
        Link { purpose, uri, secured, open: tokio::sync::Mutex::new(None), status: Arc::default() }
    }

    /// A channel on it; opens the connection where it is not open. It is tried once, for so long.
    pub(crate) async fn channel(&self) -> Result<Way, Error> {
        let mut open = self.open.lock().await;
        let opened = tokio::time::timeout(CONNECT_PATIENCE, self.channel_on(&mut open)).await;
        opened.unwrap_or_else(|_| {
            *open = None;
            let reason = format!("the broker does not answer within {} s", CONNECT_PATIENCE.as_secs());
            Err(std::io::Error::new(std::io::ErrorKind::TimedOut, reason).into())
        })
    }

    async fn channel_on(&self, open: &mut Option<Open>) -> Result<Way, Error> {
        if let Some(open) = open.as_ref().filter(|open| open.connection.status().connected()) {
            return open.way().await;
        }
        // Its watch ends with it.
        *open = None;
        self.status().connected = false;
        let connection = self.connect().await?;
        {
            let mut status = self.status();
            status.connected = true;
            status.blocked = None;
            status.connections += 1;
        }
        let watch = tokio::spawn(watch(connection.events_listener(), self.purpose, Arc::clone(&self.status)));
        open.insert(Open { connection, watch }).way().await
    }

    /// How it is.
    pub(crate) fn status(&self) -> std::sync::MutexGuard<'_, LinkStatus> {
        self.status.lock().unwrap_or_else(PoisonError::into_inner)
    }

    async fn connect(&self) -> Result<Connection, Error> {
        let name = format!("leat {}", self.purpose);
        let properties = ConnectionProperties::default().with_connection_name(name.into());
        match &self.secured {
            Some(secured) => secured.connect(self.uri.clone(), properties).await,
            None => Connection::connect_uri(self.uri.clone(), properties).await,
        }
    }
}

impl Open {
    async fn way(&self) -> Result<Way, Error> {
        let channel = self.connection.create_channel().await?;
        Ok(Way { channel, connection: self.connection.status().clone() })
    }
}

impl Way {
    /// Whether it does. Where a connection breaks in the moment in which something is asked of it, the client may leave that
    /// without an answer for ever, so this has to be looked at too.
    pub(crate) fn holds(&self) -> bool {
        self.connection.connected() && self.channel.status().connected()
    }
}

impl Drop for Open {
    fn drop(&mut self) {
        self.watch.abort();
    }
}

/// Notes what the broker says about a connection.
async fn watch(events: impl futures::Stream<Item = Event>, purpose: &'static str, status: Arc<Mutex<LinkStatus>>) {
    let mut events = std::pin::pin!(events);
    while let Some(event) = events.next().await {
        let mut status = status.lock().unwrap_or_else(PoisonError::into_inner);
        match event {
            Event::ConnectionBlocked(reason) => {
                tracing::warn!(
                    link.purpose = purpose,
                    reason,
                    "the broker takes nothing more: its memory or disk is full"
                );
                status.blocked = Some(reason);
            }
            Event::ConnectionUnblocked => {
                tracing::info!(link.purpose = purpose, "the broker takes messages again");
                status.blocked = None;
            }
            Event::Error(error) => {
                tracing::warn!(link.purpose = purpose, reason = %error, "the connection to the broker broke");
                status.connected = false;
                status.blocked = None;
            }
            _ => {}
        }
    }
}
