//! The reading end while its way holds: takes what is delivered, acknowledges and says what is done.

use std::collections::VecDeque;

use futures::StreamExt;
use lapin::message::Delivery;
use lapin::options::{
    BasicAckOptions, BasicConsumeOptions, BasicPublishOptions, BasicQosOptions, ConfirmSelectOptions,
};
use lapin::types::FieldTable;
use lapin::{BasicProperties, Channel, Confirmation, Consumer};
use leat_flow::transport::TransportError;

use super::Shared;
use super::inbox::Verdict;
use crate::ends::{Common, End, ROUTING_KEY, Trouble};
use crate::link::Way;
use crate::message::{Credit, Header};

/// Messages that the broker delivers before they are acknowledged, whatever their bytes, which the sender's window bounds:
/// the client keeps a record of each.
const PREFETCH_MESSAGES: u16 = 8192;

/// What is said along the way need not survive the broker, since it is said again; the last is not.
const IN_MEMORY: u8 = 1;
const ON_DISK: u8 = 2;

/// The channels of a session, and what comes.
struct Open {
    publishing: Way,
    consuming: Way,
    batches: Consumer,
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
        // Side by side: a broker that takes nothing that is said must go on delivering, since this is what frees it.
        tokio::select! {
            trouble = self.take(open.batches, &open.consuming.channel) => trouble,
            trouble = self.say(&open.publishing.channel) => trouble,
            trouble = self.common.watch([&open.publishing, &open.consuming]) => trouble,
            closed = self.common.closed() => closed,
        }
    }

    fn fail(&self, error: TransportError) {
        self.lock().fail(error);
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
        let bounded = consuming.channel.basic_qos(PREFETCH_MESSAGES, BasicQosOptions::default()).await;
        bounded.map_err(|error| common.trouble(&error))?;
        let options = BasicConsumeOptions { exclusive: true, ..BasicConsumeOptions::default() };
        let name = common.names.batches.as_str();
        let batches = consuming.channel.basic_consume(name.into(), "".into(), options, FieldTable::default()).await;
        // Refused where the broker has not noticed yet that the receiver before this one is gone.
        let batches = batches.map_err(|error| Trouble::Broken(error.to_string()))?;
        Ok(Open { publishing, consuming, batches })
    }

    /// Takes what is delivered, and acknowledges what is done.
    async fn take(&self, mut batches: Consumer, channel: &Channel) -> Trouble {
        // By number and delivery tag, in the order of delivery.
        let mut kept: VecDeque<(u64, u64)> = VecDeque::new();
        loop {
            tokio::select! {
                delivery = batches.next() => match delivery {
                    Some(Ok(delivery)) => {
                        if let Err(trouble) = self.take_one(delivery, channel, &mut kept).await {
                            return trouble;
                        }
                    }
                    Some(Err(error)) => return Trouble::Broken(error.to_string()),
                    None => return Trouble::Broken("the broker ended the consumption of batches".to_owned()),
                },
                () = self.acknowledge.notified() => {
                    let below = self.lock().done_below();
                    let done = std::iter::from_fn(|| kept.pop_front_if(|(sequence, _)| *sequence < below)).last();
                    if let Some((_, tag)) = done
                        && let Err(error) = channel.basic_ack(tag, BasicAckOptions { multiple: true }).await
                    {
                        return self.common.trouble(&error);
                    }
                }
            }
        }
    }

    async fn take_one(
        &self,
        delivery: Delivery,
        channel: &Channel,
        kept: &mut VecDeque<(u64, u64)>,
    ) -> Result<(), Trouble> {
        let tag = delivery.delivery_tag;
        let Some(header) = Header::decode(&delivery.data) else {
            let reason = "a message came that no sender of this version of Leat writes".to_owned();
            return Err(Trouble::Fatal(TransportError::Unfit { edge: self.common.edge.clone(), reason }));
        };
        self.common.gets_through();
        let verdict = self.lock().take(header, delivery.data).map_err(Trouble::Fatal)?;
        match verdict {
            Verdict::Keep => {
                kept.push_back((header.sequence, tag));
                self.changed.notify_all();
                Ok(())
            }
            Verdict::Drop => {
                self.say.notify_one();
                let acknowledged = channel.basic_ack(tag, BasicAckOptions::default()).await;
                acknowledged.map_err(|error| self.common.trouble(&error))
            }
        }
    }

    /// Says what is done whenever it is due.
    async fn say(&self, channel: &Channel) -> Trouble {
        loop {
            let due = self.lock().due();
            let Some((credit, is_last)) = due else {
                self.say.notified().await;
                continue;
            };
            match self.say_one(channel, credit, is_last).await {
                Ok(Confirmation::Nack(_)) => {
                    return Trouble::Broken("the broker could not keep what is done".to_owned());
                }
                Ok(Confirmation::Ack(Some(_))) => {
                    return Trouble::Fatal(TransportError::Removed { edge: self.common.edge.clone() });
                }
                Ok(Confirmation::Ack(None) | Confirmation::NotRequested) => {
                    self.lock().said(credit);
                    self.changed.notify_all();
                    self.common.gets_through();
                }
                Err(error) => return self.common.trouble(&error),
            }
        }
    }

    async fn say_one(&self, channel: &Channel, credit: Credit, is_last: bool) -> Result<Confirmation, lapin::Error> {
        let name = self.common.names.credits.as_str();
        let options = BasicPublishOptions { mandatory: true, ..BasicPublishOptions::default() };
        let properties = BasicProperties::default().with_delivery_mode(if is_last { ON_DISK } else { IN_MEMORY });
        channel.basic_publish(name.into(), ROUTING_KEY.into(), options, &credit.encode(), properties).await?.await
    }
}
