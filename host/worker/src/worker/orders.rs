//! What the supervisor asks of a worker that runs, on its standard input.

use std::io::{BufRead, Read};
use std::thread;

use leat_flow::stop::StopSignal;

use crate::wire::STOP;

/// How long a line may be.
const LINE_BYTES_MAX: u64 = 1 << 10;

/// Listens on a thread of its own, which ends with `input` or the process. At the end of `input` the supervisor is gone:
/// the run is stopped, and then `orphaned` is called.
pub(super) fn listen(
    mut input: impl BufRead + Send + 'static,
    stop: StopSignal,
    orphaned: impl FnOnce() + Send + 'static,
) {
    let listening = stop.clone();
    let listen = move || {
        let mut line = String::new();
        loop {
            line.clear();
            match input.by_ref().take(LINE_BYTES_MAX).read_line(&mut line) {
                Ok(0) | Err(_) => break,
                Ok(_) if line.trim_end() == STOP => listening.cancel(),
                Ok(_) => {}
            }
        }
        listening.cancel();
        orphaned();
    };
    let thread = thread::Builder::new().name("orders".to_owned()).stack_size(64 << 10);
    if thread.spawn(listen).is_err() {
        // Without it nobody could stop the run.
        stop.cancel();
    }
}
