//! Queues between hosts over RabbitMQ: the port `Transport` of `leat-flow`, over lapin.
//!
//! The worker makes one [`RabbitTransport`] of a [`RabbitConfig`] and opens the edges of its run on it. Everything blocks,
//! as the port says; the client's asynchronous code runs on threads of the transport's own and sees no batch, only bytes.
//!
//! # How an edge travels
//!
//! An edge has two queues at the broker: one for its batches, and one in which its receiver says what is done. Each has an exchange of its own
//! name, which leads to it and ends with it: through the broker's default exchange whoever may use it could send to every queue, and so a user for
//! one run ([`names_of_run`]) may not. Each batch
//! is one message (several where it is larger than [`RabbitConfig::message_bytes_max`]): a header of 64 bytes with generation and
//! sequence number, then Arrow's IPC format. The sender keeps every message until the receiver has said that it is done, and
//! is never further ahead than [`RabbitConfig::window_bytes`]: this bounds its memory, the broker's and the receiver's at once, and
//! makes the broker's memory dispensable. Whatever is lost between the two (a connection, a broker that is started
//! again) is published again by its sender, and what arrives twice is dropped by its sequence number.
//!
//! # Over TLS
//!
//! Where the URL begins with `amqps://`, every connection is, the first and those in its place: what [`BrokerTls`] says must be shown, and
//! a broker that is another is refused at once, since waiting makes it no better.
//!
//! # When something breaks
//!
//! Each end has a supervisor of its own, which opens channels anew, with back-off, until [`RabbitConfig::patience`] is over;
//! lapin's automatic recovery stays off. A queue that is gone when an end comes back was removed, and the end with it. A
//! broker that takes nothing because its memory or disk is full is told by [`RabbitTransport::status`] and in the log, and
//! counts as one that cannot be reached.

mod address;
mod codec;
mod config;
mod ends;
mod link;
mod message;
mod names;
mod outage;
mod receiver;
mod secured;
mod sender;
mod transport;

pub use address::{host_of, port_of, virtual_host_of, with_address};
pub use config::{BrokerTls, Compression, RabbitConfig};
pub use link::LinkStatus;
pub use names::names_of_run;
pub use transport::{RabbitError, RabbitTransport, Status};
