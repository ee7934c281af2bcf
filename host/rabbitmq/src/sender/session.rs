//! The writing end while its way holds: publishes what is kept from the first on, and reads what is done.

use std::sync::{Arc, PoisonError};

use futures::stream::FuturesUnordered;
use futures::{FutureExt, StreamExt};
use lapin::options::{BasicAckOptions, BasicConsumeOptions, BasicPublishOptions, ConfirmSelectOptions};
use lapin::types::FieldTable;
use lapin::{BasicProperties, Channel, Confirmation, Consumer};
use leat_flow::transport::TransportError;

use super::Shared;
use crate::ends::{Common, End, ROUTING_KEY, Trouble};
use crate::link::Way;
use crate::message::Credit;

/// A message need not survive the broker: its sender does.
const IN_MEMORY: u8 = 1;

/// The channels of a session, and what the receiver says.
struct Open {
    publishing: Way,
    consuming: Way,
    credits: Consumer,
}

impl End for Shared {
    fn common(&self) -> &Common {
        &self.common
    }

    async fn session(&self) -> Trouble {
        let open = match self.common.open(self.open()).await {
            Ok(open) => open,
            Err(trouble) => return trouble,
        };
        self.lock().opened();
        self.changed.notify_all();
        self.common.connected();
        tokio::select! {
            trouble = self.publish(&open.publishing.channel) => trouble,
            trouble = self.read_credits(open.credits) => trouble,
            trouble = self.common.watch([&open.publishing, &open.consuming]) => trouble,
            closed = self.common.closed() => closed,
        }
    }

    fn fail(&self, error: TransportError) {
        self.outbox.lock().unwrap_or_else(PoisonError::into_inner).fail(error);
        self.changed.notify_all();
    }
}

impl Shared {
    async fn open(&self) -> Result<Open, Trouble> {
        let (common, broker) = (&self.common, &self.common.broker);
        let opened = self.lock().is_open();
        let publishing = broker.publishing.channel().await.map_err(|error| common.trouble(&error))?;
        let confirms = publishing.channel.confirm_select(ConfirmSelectOptions::default()).await;
        confirms.map_err(|error| common.trouble(&error))?;
        common.declare(&publishing.channel, opened).await?;
        let consuming = broker.consuming.channel().await.map_err(|error| common.trouble(&error))?;
        let options = BasicConsumeOptions { exclusive: true, ..BasicConsumeOptions::default() };
        let name = common.names.credits.as_str();
        let consumer = consuming.channel.basic_consume(name.into(), "".into(), options, FieldTable::default()).await;
        // Refused where the broker has not noticed yet that the connection before this one is gone.
        let credits = consumer.map_err(|error| Trouble::Broken(error.to_string()))?;
        Ok(Open { publishing, consuming, credits })
    }

    /// Publishes from the first message that is kept, which a channel before this one may have published already.
    async fn publish(&self, channel: &Channel) -> Trouble {
        let mut next = 0;
        let mut confirms = FuturesUnordered::new();
        loop {
            let message = self.lock().from(next);
            let confirmed = match message {
                Some((sequence, message)) => {
                    next = sequence + 1;
                    confirms.push(self.publish_one(channel, message));
                    // Its first poll puts it behind the one before; to wait for each to be written would leave the
                    // connection idle in between. The window bounds how many are under way.
                    confirms.next().now_or_never().flatten()
                }
                None => tokio::select! {
                    () = self.more.notified() => None,
                    confirmed = confirms.next(), if !confirms.is_empty() => confirmed,
                },
            };
            if let Some(trouble) = confirmed.and_then(|confirmed| self.judge(confirmed)) {
                return trouble;
            }
        }
    }

    async fn publish_one(&self, channel: &Channel, message: Arc<Vec<u8>>) -> Result<Confirmation, lapin::Error> {
        let name = self.common.names.batches.as_str();
        // Returned where the queue is gone, which nobody would notice otherwise.
        let options = BasicPublishOptions { mandatory: true, ..BasicPublishOptions::default() };
        let properties = BasicProperties::default().with_delivery_mode(IN_MEMORY);
        let published = channel.basic_publish(name.into(), ROUTING_KEY.into(), options, &message, properties).await?;
        // Not kept here until it is confirmed: its buffer is used again once it is done.
        drop(message);
        published.await
    }

    fn judge(&self, confirmed: Result<Confirmation, lapin::Error>) -> Option<Trouble> {
        match confirmed {
            Ok(Confirmation::Ack(None) | Confirmation::NotRequested) => {
                self.common.gets_through();
                None
            }
            Ok(Confirmation::Ack(Some(_))) => {
                Some(Trouble::Fatal(TransportError::Removed { edge: self.common.edge.clone() }))
            }
            Ok(Confirmation::Nack(_)) => Some(Trouble::Broken("the broker could not keep a batch".to_owned())),
            Err(error) => Some(self.common.trouble(&error)),
        }
    }

    async fn read_credits(&self, mut credits: Consumer) -> Trouble {
        while let Some(delivery) = credits.next().await {
            let delivery = match delivery {
                Ok(delivery) => delivery,
                Err(error) => return Trouble::Broken(error.to_string()),
            };
            let credit = Credit::decode(&delivery.data);
            if let Some(credit) = credit.filter(|credit| credit.generation == self.common.edge.generation) {
                let mut outbox = self.lock();
                outbox.done(credit.done);
                if credit.unread {
                    outbox.unread();
                }
                drop(outbox);
                self.changed.notify_all();
                self.common.gets_through();
            }
            if let Err(error) = delivery.ack(BasicAckOptions::default()).await {
                return Trouble::Broken(error.to_string());
            }
        }
        Trouble::Broken("the broker ended the consumption of what is done".to_owned())
    }
}
