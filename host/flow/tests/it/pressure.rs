//! What a slow reader does to a fast writer.

use std::sync::atomic::Ordering;
use std::sync::mpsc;
use std::time::{Duration, Instant};

use leat_flow::meter::Activity;
use leat_flow::run::NodeEnd;
use leat_flow::size::batch_bytes;

use crate::process::{Process, Taken, Watch, batch, count_to, pass};

const QUEUE_BYTES: usize = 20_000;

/// Waits, within bounds, until a condition holds.
pub(crate) fn wait_until(what: &str, mut holds: impl FnMut() -> bool) {
    let deadline = Instant::now() + Duration::from_secs(20);
    while !holds() {
        assert!(Instant::now() < deadline, "{what}: waited in vain");
        std::thread::yield_now();
    }
}

pub(crate) fn waits_for_output(watch: &Watch) -> bool {
    watch.node.meter().activity() == Activity::WaitingForOutput
}

#[test]
fn a_slow_reader_makes_its_writer_wait_and_memory_stays_flat() {
    let directory = tempfile::tempdir().unwrap();
    let mut process = Process::new(directory.path(), QUEUE_BYTES);
    let taken = Taken::default();
    let (release, gate) = mpsc::channel::<()>();
    let [q, r] = ["q", "r"].map(|name| process.numbers(name));
    process.node("source", &[], &[Some(q)], count_to(100_000, 100));
    process.node("pass", &[(q, false)], &[Some(r)], pass());
    let sink = taken.sink_after("sink", move || gate.recv().unwrap_or_default());
    process.node("sink", &[(r, false)], &[], sink);
    let ran = process.run(|watches, _| {
        let [source, pass, sink] = watches else { panic!("three nodes") };
        wait_until("the writers wait", || waits_for_output(source) && waits_for_output(pass));
        let sent = source.node.meter().outputs[0].rows.load(Ordering::Relaxed);
        let room = 2 * QUEUE_BYTES / batch_bytes(&batch(0..100));
        assert!(sent as usize <= 100 * (room + 3), "{sent} rows are on their way");
        for _ in 0..20 {
            release.send(()).unwrap();
        }
        wait_until("the sink takes what it may", || sink.node.meter().inputs[0].batches.load(Ordering::Relaxed) == 20);
        wait_until("the writers wait again", || waits_for_output(source) && waits_for_output(pass));
        drop(release);
        wait_until("all is over", || sink.node.meter().activity() == Activity::Ended);
        for watch in [pass, sink] {
            let fill = watch.inputs.fill(0);
            assert!(fill.bytes_peak > QUEUE_BYTES / 2, "{} bytes", fill.bytes_peak);
            assert!(fill.bytes_peak <= QUEUE_BYTES, "{} bytes", fill.bytes_peak);
            assert_eq!(fill.spilled_bytes_total, 0);
        }
        assert!(source.node.meter().output_wait() > Duration::ZERO);
    });
    assert!(ran.ends.iter().all(|end| *end == NodeEnd::Whole));
    assert_eq!(taken.numbers("sink"), (0..100_000).collect::<Vec<i64>>());
}

#[test]
fn a_batch_larger_than_the_queue_goes_through_alone() {
    let directory = tempfile::tempdir().unwrap();
    let mut process = Process::new(directory.path(), 10);
    let taken = Taken::default();
    let q = process.numbers("q");
    process.node("source", &[], &[Some(q)], count_to(5_000, 1_000));
    process.node("sink", &[(q, false)], &[], taken.sink("sink"));
    let mut peak = 0;
    let ran = process.run(|watches, _| {
        wait_until("all is over", || watches[1].node.meter().activity() == Activity::Ended);
        peak = watches[1].inputs.fill(0).bytes_peak;
    });
    assert_eq!(ran.stop.failure(), None);
    assert_eq!(peak, batch_bytes(&batch(0..1_000)));
    assert_eq!(taken.numbers("sink").len(), 5_000);
}

#[test]
fn a_queue_that_fills_the_disk_fails_the_run_and_names_itself() {
    let directory = tempfile::tempdir().unwrap();
    let mut process = Process::new(directory.path(), 2_000);
    process.limits.spill_bytes_max = 5_000;
    let taken = Taken::default();
    let [q, never, met] = ["q", "never", "met"].map(|name| process.numbers(name));
    let drop_all = crate::process::step(|_, _, _| Ok(()));
    process.node("source", &[], &[Some(q)], count_to(100_000, 100));
    process.node("filter", &[(q, false)], &[Some(never)], drop_all);
    process.node("meet", &[(q, false), (never, false)], &[Some(met)], pass());
    process.node("sink", &[(met, false)], &[], taken.sink("sink"));
    let ran = process.run(|_, _| {});
    let failure = ran.stop.failure().unwrap();
    assert_eq!(
        failure.reason,
        "queue `q` must wait on disk, because its reader `meet` waits for something else first, but cannot: \
         more than 5000 bytes would lie there"
    );
}
