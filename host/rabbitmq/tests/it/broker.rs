//! The broker that the tests talk to, and what is done to it behind the transport's back.

use std::collections::hash_map::RandomState;
use std::hash::{BuildHasher, Hasher};

use lapin::options::{BasicPublishOptions, ConfirmSelectOptions, QueueDeclareOptions, QueuePurgeOptions};
use lapin::types::FieldTable;
use lapin::{BasicProperties, Channel, Confirmation, Connection, ConnectionProperties};
use tokio::runtime::Runtime;

/// Its URL.
pub(crate) fn url() -> String {
    variable("LEAT_TEST_RABBITMQ_URL")
}

/// The URL of its management.
pub(crate) fn api_url() -> String {
    variable("LEAT_TEST_RABBITMQ_API_URL")
}

/// Its URL where it is spoken to over TLS: `localhost`, for which its certificate is.
pub(crate) fn tls_url() -> String {
    variable("LEAT_TEST_RABBITMQ_TLS_URL")
}

/// The authority that has issued its certificate, as PEM.
pub(crate) fn authorities() -> String {
    std::fs::read_to_string(variable("LEAT_TEST_RABBITMQ_CA_FILE")).unwrap()
}

/// The host and port of a URL.
pub(crate) fn address(url: &str) -> &str {
    let (_, address) = url.rsplit_once('@').expect("the URL has a user");
    address.split('/').next().unwrap_or_default()
}

#[expect(clippy::disallowed_methods, reason = "a test has no command line; this is where it learns of its services")]
fn variable(name: &str) -> String {
    std::env::var(name).unwrap_or_else(|_| {
        panic!(
            "{name} is not set: start the services with `cargo xtask services up`, then \
             `eval \"$(cargo xtask services env)\"`, or run all tests with `cargo xtask test`"
        )
    })
}

/// A run's id that nobody else has used.
pub(crate) fn fresh_run() -> String {
    format!("test-{:016x}", RandomState::new().build_hasher().finish())
}

/// Somebody else at the broker.
pub(crate) struct Stranger {
    runtime: Runtime,
    connection: Connection,
    channel: Channel,
}

impl Stranger {
    /// Connects.
    pub(crate) fn new() -> Self {
        let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build().unwrap();
        let (connection, channel) = runtime.block_on(async {
            let connection = Connection::connect(&url(), ConnectionProperties::default()).await.unwrap();
            let channel = connection.create_channel().await.unwrap();
            channel.confirm_select(ConfirmSelectOptions::default()).await.unwrap();
            (connection, channel)
        });
        Stranger { runtime, connection, channel }
    }

    /// Throws away what waits in a queue, as a broker does that is started again; answers how much it was.
    pub(crate) fn purge(&self, queue: &str) -> u32 {
        self.runtime.block_on(self.channel.queue_purge(queue.into(), QueuePurgeOptions::default())).unwrap()
    }

    /// Puts a message into a queue; answers whether there is one. Unlike asking for it, that does not keep it from expiring.
    pub(crate) fn publish(&self, queue: &str, message: &[u8]) -> bool {
        let options = BasicPublishOptions { mandatory: true, ..BasicPublishOptions::default() };
        let properties = BasicProperties::default();
        self.runtime.block_on(async {
            let published = self.channel.basic_publish("".into(), queue.into(), options, message, properties).await;
            published.unwrap().await.unwrap() == Confirmation::Ack(None)
        })
    }

    /// How many messages wait in a queue; nothing where there is none.
    pub(crate) fn waiting(&self, queue: &str) -> Option<u32> {
        self.runtime.block_on(async {
            // The broker closes the channel of whoever asks for a queue that is not there.
            let channel = self.connection.create_channel().await.unwrap();
            let options = QueueDeclareOptions { passive: true, ..QueueDeclareOptions::default() };
            let queue = channel.queue_declare(queue.into(), options, FieldTable::default()).await;
            queue.ok().map(|queue| queue.message_count())
        })
    }
}
