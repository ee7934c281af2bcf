//! What can be set about the way over RabbitMQ. Read by the command line, checked by [`RabbitTransport::new`](crate::RabbitTransport::new).

use std::fmt;
use std::time::Duration;

/// Settings of a [`RabbitTransport`](crate::RabbitTransport). Both ends of an edge should have the same.
#[derive(Clone, PartialEq, Eq)]
pub struct RabbitConfig {
    /// Where the broker is: `amqp://user:password@host:port/virtual-host`, or `amqps://…`.
    pub url: String,
    /// Whom to believe where the URL begins with `amqps://`, which needs it.
    pub tls: Option<BrokerTls>,
    /// Bytes of messages that an edge's sender has sent and its receiver is not done with. A single larger batch is sent
    /// where nothing else is on its way.
    pub window_bytes: usize,
    /// The size of the largest message; larger batches are split. It must be within the broker's own `max_message_size`.
    pub message_bytes_max: usize,
    /// How long nothing may get through before an edge is given up.
    pub patience: Duration,
    /// How long the broker keeps a queue that nobody uses, should nobody live to remove it. Longer than `patience`.
    pub queue_expiry: Duration,
    /// Whether batches are compressed.
    pub compression: Compression,
}

/// What a broker must show that is spoken to over TLS. It is shown no certificate: whoever speaks to it has a user and a password.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BrokerTls {
    /// What its certificate must name: the host of its URL, before an address took the place of it.
    pub name: String,
    /// Who may have issued it, as PEM.
    pub authorities: String,
}

/// Whether batches are compressed on their way.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Compression {
    /// They travel as they are. Quickest where the network carries more than about 400 MB/s.
    #[default]
    Off,
    /// With LZ4, as long as that saves an eighth; where it does not, it is tried with a batch now and then.
    Lz4,
}

impl RabbitConfig {
    /// The defaults, with the broker at `url`, nobody who is believed over TLS: 16 MiB under way on each edge, messages of at most 4 MiB, a minute of
    /// patience, an hour until a queue expires, no compression.
    pub fn new(url: &str) -> Self {
        RabbitConfig {
            url: url.to_owned(),
            tls: None,
            window_bytes: 16 << 20,
            message_bytes_max: 4 << 20,
            patience: Duration::from_secs(60),
            queue_expiry: Duration::from_secs(3600),
            compression: Compression::Off,
        }
    }
}

impl fmt::Debug for RabbitConfig {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // The URL holds a password.
        f.debug_struct("RabbitConfig")
            .field("url", &"…")
            .field("tls", &self.tls.as_ref().map(|tls| &tls.name))
            .field("window_bytes", &self.window_bytes)
            .field("message_bytes_max", &self.message_bytes_max)
            .field("patience", &self.patience)
            .field("queue_expiry", &self.queue_expiry)
            .field("compression", &self.compression)
            .finish()
    }
}
