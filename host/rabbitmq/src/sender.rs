//! The writing end of an edge: what is sent is kept until the receiver is done with it.

mod outbox;
mod session;

use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};

use arrow_array::RecordBatch;
use arrow_schema::SchemaRef;
use leat_flow::step::Stopped;
use leat_flow::stop::{Sleeper, StopSignal};
use leat_flow::transport::{Edge, EdgeSender, TransportError};
use tokio::sync::Notify;

use crate::codec::Encoder;
use crate::ends::{Broker, Common, supervise};
use crate::transport::Engine;
use outbox::Outbox;

/// The writing end, as its caller has it.
pub(crate) struct RabbitSender {
    shared: Arc<Shared>,
    encoder: Encoder,
    stop: StopSignal,
    // Keeps the threads of the supervisor.
    _engine: Arc<Engine>,
}

/// The writing end, as its caller's thread and its supervisor share it.
struct Shared {
    common: Common,
    outbox: Mutex<Outbox>,
    /// The caller's wait: there is room, or an end of it.
    changed: Condvar,
    /// The supervisor's wait: there is more to publish.
    more: Notify,
}

impl RabbitSender {
    /// Opens the writing end; blocks until the way there is open.
    pub(crate) fn open(
        engine: &Arc<Engine>,
        broker: &Arc<Broker>,
        edge: &Edge,
        schema: &SchemaRef,
        stop: &StopSignal,
    ) -> Result<Self, TransportError> {
        let config = &broker.config;
        let encoder = Encoder::new(schema, edge.generation, config.message_bytes_max, config.compression);
        let encoder =
            encoder.map_err(|error| TransportError::Unfit { edge: edge.clone(), reason: error.to_string() })?;
        let shared = Arc::new(Shared {
            common: Common::new(edge, broker),
            outbox: Mutex::new(Outbox::new(config.window_bytes)),
            changed: Condvar::new(),
            more: Notify::new(),
        });
        let sleeper: Arc<dyn Sleeper> = Arc::clone(&shared) as Arc<dyn Sleeper>;
        stop.register(Arc::downgrade(&sleeper));
        engine.spawn(supervise(Arc::clone(&shared)));
        let sender = RabbitSender { shared, encoder, stop: stop.clone(), _engine: Arc::clone(engine) };
        sender.wait(|outbox| outbox.is_open().then_some(()))?;
        Ok(sender)
    }

    /// Has messages published, once there is room for them.
    fn post(&self, messages: &mut Vec<(u64, Vec<u8>)>) -> Result<(), TransportError> {
        self.wait(|outbox| outbox.put(messages).then_some(()))?;
        self.shared.more.notify_one();
        Ok(())
    }

    /// Sleeps until `look` answers, the edge is of no use any more or the run is ended.
    fn wait<T>(&self, mut look: impl FnMut(&mut Outbox) -> Option<T>) -> Result<T, TransportError> {
        let mut outbox = self.shared.lock();
        loop {
            if self.stop.is_set() {
                return Err(TransportError::Stopped(Stopped::Cancelled));
            }
            outbox.check()?;
            if let Some(found) = look(&mut outbox) {
                return Ok(found);
            }
            outbox = self.shared.changed.wait(outbox).unwrap_or_else(PoisonError::into_inner);
        }
    }
}

impl EdgeSender for RabbitSender {
    fn send(&mut self, batch: &RecordBatch) -> Result<(), TransportError> {
        // On the caller's thread: the edges of a run are encoded side by side.
        let buffer = self.shared.lock().spare();
        let mut messages = self.encoder.batch(batch, buffer).map_err(|error| {
            let edge = self.shared.common.edge.clone();
            TransportError::Unfit { edge, reason: error.to_string() }
        })?;
        self.post(&mut messages)
    }

    fn barrier(&mut self, number: u64) -> Result<(), TransportError> {
        let mut barrier = vec![self.encoder.barrier(number)];
        self.post(&mut barrier)
    }

    fn finish(&mut self) -> Result<(), TransportError> {
        let mut end = vec![self.encoder.end()];
        self.post(&mut end)?;
        self.wait(|outbox| outbox.is_empty().then_some(()))
    }
}

impl Drop for RabbitSender {
    fn drop(&mut self) {
        self.shared.common.close();
    }
}

impl Shared {
    fn lock(&self) -> MutexGuard<'_, Outbox> {
        self.outbox.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Sleeper for Shared {
    fn wake(&self) {
        // Taking the lock makes sure that no thread is between looking at the signal and falling asleep.
        drop(self.lock());
        self.changed.notify_all();
    }
}
