//! Where spans wait until they are sent: bounded, and nobody waits to put one in.

use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};

use leat_spans::{Span, Spans};
use tokio::sync::mpsc::{self, Receiver, Sender};

/// How many spans may wait. A run of a hundred nodes has about as many; each takes about half a KiB.
pub(crate) const WAITING_MAX: usize = 8_192;

/// The side of the queue that spans are put in at.
pub(crate) struct Entrance {
    sender: Sender<Span>,
    pub(crate) lost: Lost,
    given: AtomicU64,
    arrived: AtomicU64,
}

/// A queue, and its end.
pub(crate) fn queue(waiting_max: usize) -> (Entrance, Receiver<Span>) {
    let (sender, receiver) = mpsc::channel(waiting_max);
    let entrance = Entrance { sender, lost: Lost::default(), given: AtomicU64::new(0), arrived: AtomicU64::new(0) };
    (entrance, receiver)
}

impl Spans for Entrance {
    fn take(&self, span: Span) {
        if self.sender.is_closed() {
            return;
        }
        self.given.fetch_add(1, Ordering::Relaxed);
        if self.sender.try_send(span).is_err() {
            self.lost.add(1, "there are more of them than the collector takes");
        }
    }
}

impl Entrance {
    /// So many have arrived.
    pub(crate) fn arrived(&self, spans: usize) {
        self.arrived.fetch_add(spans as u64, Ordering::Relaxed);
        self.lost.arrived();
    }

    /// How many were given and have not arrived: lost, or waiting.
    pub(crate) fn missing(&self) -> u64 {
        self.given.load(Ordering::Relaxed).saturating_sub(self.arrived.load(Ordering::Relaxed))
    }
}

/// Spans that never arrived.
#[derive(Default)]
pub(crate) struct Lost {
    count: AtomicU64,
    is_said: AtomicBool,
}

impl Lost {
    /// So many are lost. That is said where it was not said since the last ones that arrived: a collector that is away for
    /// a week is one line.
    pub(crate) fn add(&self, spans: usize, why: &str) {
        self.count.fetch_add(spans as u64, Ordering::Relaxed);
        if !self.is_said.swap(true, Ordering::Relaxed) {
            tracing::warn!("spans are lost, and nothing else: {why}");
        }
    }

    /// Spans arrive (again).
    fn arrived(&self) {
        if self.is_said.swap(false, Ordering::Relaxed) {
            tracing::info!(spans.lost = self.count(), "spans arrive at the collector again");
        }
    }

    /// How many were lost so far.
    pub(crate) fn count(&self) -> u64 {
        self.count.load(Ordering::Relaxed)
    }
}

#[cfg(test)]
mod tests {
    use std::sync::{Arc, Mutex};

    use leat_spans::{Kind, Recorder};

    use super::*;

    /// Keeps a span, for a queue that is looked at.
    #[derive(Default)]
    struct Kept(Mutex<Vec<Span>>);

    impl Spans for Kept {
        fn take(&self, span: Span) {
            self.0.lock().unwrap().push(span);
        }
    }

    #[test]
    fn what_there_is_no_room_for_is_dropped_and_counted() {
        let kept = Arc::<Kept>::default();
        Recorder::new(|| 1, kept.clone()).begin("x", Kind::Internal, None).end();
        let span = kept.0.lock().unwrap().remove(0);
        let (entrance, mut receiver) = queue(2);
        for _ in 0..5 {
            entrance.take(span.clone());
        }
        assert_eq!(entrance.lost.count(), 3);
        assert!(receiver.try_recv().is_ok());
        entrance.take(span);
        assert_eq!(entrance.lost.count(), 3, "there was room again");
    }
}
