//! What the supervisor asks of a worker that runs, on its standard input.

use std::io::{BufRead, Read};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::thread;

use leat_flow::stop::StopSignal;

use crate::wire::Order;

/// How long a line may be.
const LINE_BYTES_MAX: u64 = 1 << 10;

/// What a worker was asked so far. Clones tell of the same.
#[derive(Clone)]
pub(super) struct Orders {
    /// The run is to be stopped.
    pub(super) stop: StopSignal,
    checkpoint: Arc<AtomicU64>,
}

impl Orders {
    /// Nothing was asked yet.
    pub(super) fn new() -> Self {
        Orders { stop: StopSignal::new(), checkpoint: Arc::default() }
    }

    /// The highest number of a checkpoint that was ordered; 0 where none was.
    pub(super) fn checkpoint(&self) -> u64 {
        self.checkpoint.load(Ordering::Relaxed)
    }
}

/// Listens on a thread of its own, which ends with `input` or the process. At the end of `input` the supervisor is gone:
/// the run is stopped, and then `orphaned` is called.
pub(super) fn listen(
    mut input: impl BufRead + Send + 'static,
    orders: Orders,
    orphaned: impl FnOnce() + Send + 'static,
) {
    let stop = orders.stop.clone();
    let listen = move || {
        let mut line = String::new();
        loop {
            line.clear();
            match input.by_ref().take(LINE_BYTES_MAX).read_line(&mut line) {
                Ok(0) | Err(_) => break,
                Ok(_) => match Order::read(&line) {
                    Some(Order::Stop) => orders.stop.cancel(),
                    Some(Order::Checkpoint(number)) => {
                        orders.checkpoint.fetch_max(number, Ordering::Relaxed);
                    }
                    None => {}
                },
            }
        }
        orders.stop.cancel();
        orphaned();
    };
    let thread = thread::Builder::new().name("orders".to_owned()).stack_size(64 << 10);
    if thread.spawn(listen).is_err() {
        // Without it nobody could stop the run.
        stop.cancel();
    }
}
