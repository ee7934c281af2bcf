//! What every adapter of the port `Transport` promises, as tests that are written once.
//!
//! Included by the integration tests of each crate that has an adapter, by path, because a crate of its own would have to
//! stand below and above `leat-flow`. An adapter brings a [`Rig`] and calls [`contract!`], which leaves no test out.

#[path = "contract/delivery.rs"]
pub(crate) mod delivery;
#[path = "contract/ending.rs"]
pub(crate) mod ending;

use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, mpsc};
use std::time::Duration;

use arrow_array::{ArrayRef, Int64Array, RecordBatch};
use arrow_schema::{DataType, Field, Schema, SchemaRef};
use leat_flow::stop::StopSignal;
use leat_flow::transport::{Edge, EdgeReceiver, EdgeSender, Received, Transport, TransportError};

/// How many bytes the transports of a rig let be on their way on each edge.
pub(crate) const WINDOW_BYTES: usize = 64 << 10;

/// How long a test may take before it counts as hung.
const PATIENCE: Duration = Duration::from_secs(90);

/// An adapter, ready to be tried.
pub(crate) trait Rig: Send + Sync + 'static {
    /// A transport, as another host has it: what is sent with one is received with another. Its window is [`WINDOW_BYTES`].
    fn transport(&self) -> Arc<dyn Transport>;
    /// Cuts all connections that there are at the moment. Nothing where an adapter has none.
    fn cut(&self);
    /// A run's id that nobody else uses.
    fn run(&self) -> String;
}

/// A test for each promise, on the rig that the expression makes.
macro_rules! contract {
    ($rig:expr) => {
        $crate::contract::contract!($rig;
            delivery {
                batches_of_every_type_arrive_whole_once_and_in_order
                a_sender_is_never_further_ahead_than_its_window
                a_batch_larger_than_the_window_gets_through_alone
                what_was_received_and_is_not_done_comes_again
                cut_connections_neither_lose_nor_double_nor_reorder
                a_batch_of_another_schema_is_refused
                edges_do_not_mix
                barriers_keep_their_place_among_batches
                a_barrier_that_is_not_done_comes_again_in_its_place
                cut_connections_neither_lose_nor_double_nor_reorder_barriers
            }
            ending {
                the_end_comes_last_and_lets_its_sender_go
                an_edge_without_a_batch_has_an_end
                an_older_generation_reaches_nobody
                a_removed_edge_ends_both_its_ends
                a_stopped_run_ends_a_sender_that_waits_for_room
                a_stopped_run_ends_a_sender_that_waits_for_the_end
                a_stopped_run_ends_a_receiver_that_waits
                what_nobody_reads_need_not_be_sent
                nobody_reads_a_barrier_where_nobody_reads_batches
            }
        );
    };
    ($rig:expr; $($part:ident { $($name:ident)+ })+) => {
        $($(#[test]
        fn $name() {
            $crate::contract::within_patience(|| $crate::contract::$part::$name(&$rig));
        })+)+
    };
}
pub(crate) use contract;

/// Runs a test on a thread of its own and fails where it hangs.
pub(crate) fn within_patience(test: impl FnOnce() + Send + 'static) {
    let (end, ended) = mpsc::channel();
    let thread = std::thread::spawn(move || {
        test();
        let _ = end.send(());
    });
    if ended.recv_timeout(PATIENCE) == Err(mpsc::RecvTimeoutError::Timeout) {
        panic!("it hangs");
    }
    if let Err(panic) = thread.join() {
        std::panic::resume_unwind(panic);
    }
}

/// An edge of a run that nobody else uses.
pub(crate) fn edge(run: &str, generation: u64) -> Edge {
    Edge { run: run.to_owned(), generation, queue: "trades of group/éù".to_owned(), partition: 0 }
}

/// The schema of [`numbers`].
pub(crate) fn number_schema() -> SchemaRef {
    Arc::new(Schema::new(vec![Field::new("n", DataType::Int64, false)]))
}

/// A batch of a thousand numbers, about 8 kB, that begins with `from`.
pub(crate) fn numbers(from: u64) -> RecordBatch {
    let from = i64::try_from(from).expect("a test counts to some thousand");
    let column: ArrayRef = Arc::new(Int64Array::from_iter_values(from..from + 1000));
    RecordBatch::try_new(number_schema(), vec![column]).unwrap()
}

struct Ends {
    sender: Box<dyn EdgeSender>,
    receiver: Box<dyn EdgeReceiver>,
    stop: StopSignal,
}

fn ends(rig: &dyn Rig, edge: &Edge) -> Ends {
    let (stop, schema) = (StopSignal::new(), number_schema());
    let sender = rig.transport().open_sender(edge, &schema, &stop).unwrap();
    let receiver = rig.transport().open_receiver(edge, &schema, &stop).unwrap();
    Ends { sender, receiver, stop }
}

/// Sends so many batches of numbers and the end, on a thread of its own, and counts what was sent.
fn send_all(
    mut sender: Box<dyn EdgeSender>,
    batches: u64,
) -> (Arc<AtomicU64>, std::thread::JoinHandle<Result<(), TransportError>>) {
    let sent = Arc::new(AtomicU64::new(0));
    let counter = Arc::clone(&sent);
    let thread = std::thread::spawn(move || {
        for number in 0..batches {
            sender.send(&numbers(number))?;
            counter.fetch_add(1, Ordering::SeqCst);
        }
        sender.finish()
    });
    (sent, thread)
}

fn next_batch(receiver: &mut dyn EdgeReceiver) -> (u64, RecordBatch) {
    match receiver.receive().unwrap() {
        Received::Batch { sequence, batch } => (sequence, batch),
        other => panic!("a batch was to come: {other:?}"),
    }
}

fn next_barrier(receiver: &mut dyn EdgeReceiver) -> (u64, u64) {
    match receiver.receive().unwrap() {
        Received::Barrier { sequence, number } => (sequence, number),
        other => panic!("a barrier was to come: {other:?}"),
    }
}

fn next_end(receiver: &mut dyn EdgeReceiver) -> u64 {
    match receiver.receive().unwrap() {
        Received::End { sequence } => sequence,
        other => panic!("the end was to come: {other:?}"),
    }
}

/// Waits until a condition is met. Where it never is, [`within_patience`] ends the test.
fn until(condition: impl Fn() -> bool) {
    while !condition() {
        std::thread::yield_now();
    }
}
