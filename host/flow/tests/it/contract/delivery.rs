//! What comes out of an edge: the batches that went in, whole, once, in order, and boundedly many at a time.

use std::sync::Arc;
use std::sync::atomic::Ordering;

use arrow_array::{
    ArrayRef, BinaryArray, BooleanArray, Decimal128Array, Float64Array, Int64Array, RecordBatch, StringArray,
};
use leat_flow::size::batch_bytes;
use leat_flow::stop::StopSignal;
use leat_flow::transport::{Edge, EdgeSender, TransportError};

use super::{
    Ends, Rig, WINDOW_BYTES, edge, ends, next_barrier, next_batch, next_end, number_schema, numbers, send_all, until,
};

pub(crate) fn batches_of_every_type_arrive_whole_once_and_in_order(rig: &dyn Rig) {
    let batch = |rows: i64| {
        let number = |n: i64| (n % 3 != 0).then_some(n);
        let columns: Vec<(&str, ArrayRef, bool)> = vec![
            ("n", Arc::new(Int64Array::from_iter((0..rows).map(number))), true),
            ("x", Arc::new(Float64Array::from_iter_values((0..rows).map(|n| n as f64 / 7.0))), false),
            ("b", Arc::new(BooleanArray::from_iter((0..rows).map(|n| number(n).map(|n| n % 2 == 0)))), true),
            ("d", Arc::new(Decimal128Array::from_iter_values((0..rows).map(i128::from))), false),
            (
                "t",
                Arc::new(StringArray::from_iter((0..rows).map(|n| number(n).map(|n| "é".repeat(n as usize % 9))))),
                true,
            ),
            ("y", Arc::new(BinaryArray::from_iter_values((0..rows).map(|n| n.to_le_bytes()))), false),
        ];
        RecordBatch::try_from_iter_with_nullable(columns).unwrap()
    };
    // Slices too: an adapter must send their rows, and not the buffers that they are cut from.
    let batches: Vec<RecordBatch> = (0..60).map(|n| batch(n * 20 + 5).slice(n as usize % 5, n as usize * 11)).collect();
    let (stop, schema, edge) = (StopSignal::new(), batches[0].schema(), edge(&rig.run(), 1));
    let mut sender = rig.transport().open_sender(&edge, &schema, &stop).unwrap();
    let mut receiver = rig.transport().open_receiver(&edge, &schema, &stop).unwrap();
    std::thread::scope(|scope| {
        let sending =
            scope.spawn(|| batches.iter().try_for_each(|batch| sender.send(batch)).and_then(|()| sender.finish()));
        let mut last = None;
        for expected in &batches {
            let (sequence, batch) = next_batch(&mut *receiver);
            assert_eq!(&batch, expected);
            assert!(last < Some(sequence), "{sequence} came after {last:?}");
            last = Some(sequence);
            receiver.done(sequence).unwrap();
        }
        let end = next_end(&mut *receiver);
        receiver.done(end).unwrap();
        sending.join().unwrap().unwrap();
    });
}

pub(crate) fn a_sender_is_never_further_ahead_than_its_window(rig: &dyn Rig) {
    let Ends { sender, mut receiver, .. } = ends(rig, &edge(&rig.run(), 1));
    let window = (WINDOW_BYTES / batch_bytes(&numbers(0))) as u64;
    let batches = window * 20;
    let (sent, sending) = send_all(sender, batches);
    until(|| sent.load(Ordering::SeqCst) >= window / 2);
    let mut undone = Vec::new();
    for number in 0..batches {
        // Two may be under way that the counter does not know: one let in and not counted, one that is waiting.
        let (ahead, done) = (sent.load(Ordering::SeqCst), number - undone.len() as u64);
        assert!(ahead <= done + window + 2, "{ahead} sent, {done} done, {window} fit");
        let (sequence, batch) = next_batch(&mut *receiver);
        assert_eq!(batch, numbers(number));
        undone.push(sequence);
        // As far behind as may be without the sender having to wait for ever.
        if undone.len() as u64 >= window / 2 {
            receiver.done(undone.pop().unwrap()).unwrap();
            undone.clear();
        }
    }
    let end = next_end(&mut *receiver);
    receiver.done(end).unwrap();
    sending.join().unwrap().unwrap();
}

pub(crate) fn a_batch_larger_than_the_window_gets_through_alone(rig: &dyn Rig) {
    let edge = edge(&rig.run(), 1);
    let Ends { mut sender, mut receiver, .. } = ends(rig, &edge);
    let column: ArrayRef = Arc::new(Int64Array::from_iter_values(0..100_000));
    let large = RecordBatch::try_new(number_schema(), vec![column]).unwrap();
    assert!(batch_bytes(&large) > 10 * WINDOW_BYTES);
    let to_send = large.clone();
    let sending = std::thread::spawn(move || {
        sender.send(&to_send)?;
        sender.send(&numbers(1))?;
        sender.send(&to_send)?;
        sender.finish()
    });
    for expected in [large.clone(), numbers(1), large] {
        let (sequence, batch) = next_batch(&mut *receiver);
        assert_eq!(batch, expected);
        receiver.done(sequence).unwrap();
    }
    let end = next_end(&mut *receiver);
    receiver.done(end).unwrap();
    sending.join().unwrap().unwrap();
}

pub(crate) fn what_was_received_and_is_not_done_comes_again(rig: &dyn Rig) {
    let edge = edge(&rig.run(), 1);
    let Ends { sender, mut receiver, stop } = ends(rig, &edge);
    let (_, sending) = send_all(sender, 6);
    // Six fit into the window, since none is done before the end.
    let first: Vec<_> = (0..3).map(|_| next_batch(&mut *receiver)).collect();
    drop(receiver);
    let mut receiver = rig.transport().open_receiver(&edge, &number_schema(), &stop).unwrap();
    let again: Vec<_> = (0..3).map(|_| next_batch(&mut *receiver)).collect();
    assert_eq!(first, again);
    for number in 3..6 {
        assert_eq!(next_batch(&mut *receiver).1, numbers(number));
    }
    let end = next_end(&mut *receiver);
    receiver.done(end).unwrap();
    sending.join().unwrap().unwrap();
}

pub(crate) fn cut_connections_neither_lose_nor_double_nor_reorder(rig: &dyn Rig) {
    let Ends { sender, mut receiver, .. } = ends(rig, &edge(&rig.run(), 1));
    let (_, sending) = send_all(sender, 150);
    let mut undone = Vec::new();
    for number in 0..150 {
        let (sequence, batch) = next_batch(&mut *receiver);
        assert_eq!(batch, numbers(number));
        undone.push(sequence);
        if number % 30 == 17 {
            rig.cut();
        }
        // So that there is something to come again when it is cut.
        if undone.len() == 3 {
            undone.drain(..2).for_each(|sequence| receiver.done(sequence).unwrap());
        }
    }
    rig.cut();
    let end = next_end(&mut *receiver);
    receiver.done(end).unwrap();
    sending.join().unwrap().unwrap();
}

pub(crate) fn a_batch_of_another_schema_is_refused(rig: &dyn Rig) {
    let Ends { mut sender, .. } = ends(rig, &edge(&rig.run(), 1));
    let texts: ArrayRef = Arc::new(StringArray::from(vec!["a"]));
    let other = RecordBatch::try_from_iter([("t", texts)]).unwrap();
    let error = sender.send(&other).unwrap_err();
    assert!(matches!(error, TransportError::Unfit { .. }), "{error}");
}

pub(crate) fn edges_do_not_mix(rig: &dyn Rig) {
    let run = rig.run();
    let edges = [0, 1, 2].map(|partition| Edge { partition, ..edge(&run, 1) });
    let threads = edges.map(|edge| {
        let Ends { mut sender, mut receiver, .. } = ends(rig, &edge);
        let first = u64::from(edge.partition) * 100;
        let sending = std::thread::spawn(move || {
            (first..first + 20).try_for_each(|number| sender.send(&numbers(number)))?;
            sender.finish()
        });
        let receiving = std::thread::spawn(move || {
            for number in first..first + 20 {
                let (sequence, batch) = next_batch(&mut *receiver);
                assert_eq!(batch, numbers(number));
                receiver.done(sequence).unwrap();
            }
            let end = next_end(&mut *receiver);
            receiver.done(end).unwrap();
        });
        (sending, receiving)
    });
    for (sending, receiving) in threads {
        sending.join().unwrap().unwrap();
        receiving.join().unwrap();
    }
}

/// Sends so many batches with a barrier behind every third, which has the batch's number, and the end.
fn send_with_barriers(
    mut sender: Box<dyn EdgeSender>,
    batches: u64,
) -> std::thread::JoinHandle<Result<(), TransportError>> {
    std::thread::spawn(move || {
        for number in 0..batches {
            sender.send(&numbers(number))?;
            if number % 3 == 2 {
                sender.barrier(number)?;
            }
        }
        sender.finish()
    })
}

pub(crate) fn barriers_keep_their_place_among_batches(rig: &dyn Rig) {
    let Ends { mut sender, mut receiver, .. } = ends(rig, &edge(&rig.run(), 1));
    // Two at once, one before everything and one right before the end.
    let sending = std::thread::spawn(move || {
        sender.barrier(1)?;
        sender.send(&numbers(0))?;
        sender.barrier(2)?;
        sender.barrier(u64::MAX)?;
        sender.send(&numbers(1))?;
        sender.barrier(7)?;
        sender.finish()
    });
    let mut sequences = Vec::new();
    for expected in [Some(1), None, Some(2), Some(u64::MAX), None, Some(7)] {
        let sequence = match expected {
            Some(expected) => {
                let (sequence, number) = next_barrier(&mut *receiver);
                assert_eq!(number, expected);
                sequence
            }
            None => next_batch(&mut *receiver).0,
        };
        receiver.done(sequence).unwrap();
        sequences.push(sequence);
    }
    assert!(sequences.is_sorted_by(|one, next| one < next), "{sequences:?}");
    let end = next_end(&mut *receiver);
    receiver.done(end).unwrap();
    sending.join().unwrap().unwrap();
}

pub(crate) fn a_barrier_that_is_not_done_comes_again_in_its_place(rig: &dyn Rig) {
    let edge = edge(&rig.run(), 1);
    let Ends { sender, mut receiver, stop } = ends(rig, &edge);
    let sending = send_with_barriers(sender, 6);
    for number in 0..3 {
        assert_eq!(next_batch(&mut *receiver).1, numbers(number));
    }
    let first = next_barrier(&mut *receiver);
    drop(receiver);
    let mut receiver = rig.transport().open_receiver(&edge, &number_schema(), &stop).unwrap();
    for number in 0..3 {
        assert_eq!(next_batch(&mut *receiver).1, numbers(number));
    }
    assert_eq!(next_barrier(&mut *receiver), first);
    for number in 3..6 {
        assert_eq!(next_batch(&mut *receiver).1, numbers(number));
    }
    assert_eq!(next_barrier(&mut *receiver).1, 5);
    let end = next_end(&mut *receiver);
    receiver.done(end).unwrap();
    sending.join().unwrap().unwrap();
}

pub(crate) fn cut_connections_neither_lose_nor_double_nor_reorder_barriers(rig: &dyn Rig) {
    let Ends { sender, mut receiver, .. } = ends(rig, &edge(&rig.run(), 1));
    let sending = send_with_barriers(sender, 90);
    let mut undone = Vec::new();
    for number in 0..90 {
        let (sequence, batch) = next_batch(&mut *receiver);
        assert_eq!(batch, numbers(number));
        undone.push(sequence);
        if number % 3 == 2 {
            let (sequence, barrier) = next_barrier(&mut *receiver);
            assert_eq!(barrier, number);
            undone.push(sequence);
        }
        if number % 30 == 17 {
            rig.cut();
        }
        // So that there is something to come again when it is cut.
        if undone.len() >= 4 {
            undone.drain(..3).for_each(|sequence| receiver.done(sequence).unwrap());
        }
    }
    let end = next_end(&mut *receiver);
    receiver.done(end).unwrap();
    sending.join().unwrap().unwrap();
}
