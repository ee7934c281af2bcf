//! The reading end of an edge: takes each message once, and says what is done.

mod inbox;
mod session;

use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};

use arrow_schema::SchemaRef;
use leat_flow::step::Stopped;
use leat_flow::stop::{Sleeper, StopSignal};
use leat_flow::transport::{Edge, EdgeReceiver, Received, TransportError};
use tokio::sync::Notify;

use crate::codec::Decoder;
use crate::ends::{Broker, Common, supervise};
use crate::message::Kind;
use crate::transport::Engine;
use inbox::Inbox;

/// The reading end, as its caller has it.
pub(crate) struct RabbitReceiver {
    shared: Arc<Shared>,
    decoder: Decoder,
    stop: StopSignal,
    /// The number of the end, once it was received.
    end: Option<u64>,
    // Keeps the threads of the supervisor.
    _engine: Arc<Engine>,
}

/// The reading end, as its caller's thread and its supervisor share it.
struct Shared {
    common: Common,
    inbox: Mutex<Inbox>,
    /// The caller's wait: something came, or what it said has reached the broker.
    changed: Condvar,
    /// The supervisor's waits: there is something to acknowledge, and something to say.
    acknowledge: Notify,
    say: Notify,
}

impl RabbitReceiver {
    /// Opens the reading end; blocks until the way there is open.
    pub(crate) fn open(
        engine: &Arc<Engine>,
        broker: &Arc<Broker>,
        edge: &Edge,
        schema: &SchemaRef,
        stop: &StopSignal,
    ) -> Result<Self, TransportError> {
        let shared = Arc::new(Shared {
            common: Common::new(edge, broker),
            inbox: Mutex::new(Inbox::new(edge, broker.config.window_bytes)),
            changed: Condvar::new(),
            acknowledge: Notify::new(),
            say: Notify::new(),
        });
        let sleeper: Arc<dyn Sleeper> = Arc::clone(&shared) as Arc<dyn Sleeper>;
        stop.register(Arc::downgrade(&sleeper));
        engine.spawn(supervise(Arc::clone(&shared)));
        let decoder = Decoder::new(schema);
        let receiver = RabbitReceiver { shared, decoder, stop: stop.clone(), end: None, _engine: Arc::clone(engine) };
        receiver.wait(|inbox| inbox.is_open().then_some(()))?;
        Ok(receiver)
    }

    /// Sleeps until `look` answers, the edge is of no use any more or the run is ended.
    fn wait<T>(&self, mut look: impl FnMut(&mut Inbox) -> Option<T>) -> Result<T, TransportError> {
        let mut inbox = self.shared.lock();
        loop {
            if self.stop.is_set() {
                return Err(TransportError::Stopped(Stopped::Cancelled));
            }
            if let Some(found) = look(&mut inbox) {
                return Ok(found);
            }
            // Only now: what had come before it failed is whole and in order.
            inbox.check()?;
            inbox = self.shared.changed.wait(inbox).unwrap_or_else(PoisonError::into_inner);
        }
    }
}

impl RabbitReceiver {
    /// Sleeps until the last word is with the broker. A sender that has heard it removes the edge, which may be seen here
    /// before the broker's answer is.
    fn wait_until_said(&self) -> Result<(), TransportError> {
        match self.wait(|inbox| inbox.is_said().then_some(())) {
            Err(TransportError::Removed { .. }) => Ok(()),
            said => said,
        }
    }
}

impl EdgeReceiver for RabbitReceiver {
    fn receive(&mut self) -> Result<Received, TransportError> {
        loop {
            let (header, message, is_last) = self.wait(Inbox::pop)?;
            if is_last {
                // The sender may wait for room that was made already.
                self.shared.tell();
            }
            let sequence = header.sequence;
            match header.kind {
                Kind::End => {
                    self.end = Some(sequence);
                    return Ok(Received::End { sequence });
                }
                Kind::Barrier => return Ok(Received::Barrier { sequence, number: header.rows }),
                Kind::Batch | Kind::Part => {}
            }
            // On the caller's thread: the edges of a run are decoded side by side.
            let decoded = self.decoder.batch(&header, message);
            let decoded =
                decoded.map_err(|reason| TransportError::Unfit { edge: self.shared.common.edge.clone(), reason })?;
            if let Some(batch) = decoded {
                return Ok(Received::Batch { sequence, batch });
            }
        }
    }

    fn done(&mut self, sequence: u64) -> Result<(), TransportError> {
        let is_due = {
            let mut inbox = self.shared.lock();
            inbox.done(sequence);
            inbox.due().is_some()
        };
        if is_due {
            self.shared.tell();
        }
        if self.end != Some(sequence) {
            return Ok(());
        }
        // Nobody may be there to say it again later.
        self.wait_until_said()
    }

    fn unread(&mut self) -> Result<(), TransportError> {
        self.shared.lock().unread();
        self.shared.tell();
        self.wait_until_said()
    }
}

impl Drop for RabbitReceiver {
    fn drop(&mut self) {
        self.shared.common.close();
    }
}

impl Shared {
    /// Has the supervisor acknowledge what is done and say so.
    fn tell(&self) {
        self.acknowledge.notify_one();
        self.say.notify_one();
    }

    fn lock(&self) -> MutexGuard<'_, Inbox> {
        self.inbox.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Sleeper for Shared {
    fn wake(&self) {
        // Taking the lock makes sure that no thread is between looking at the signal and falling asleep.
        drop(self.lock());
        self.changed.notify_all();
    }
}
