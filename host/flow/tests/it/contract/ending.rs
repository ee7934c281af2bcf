//! How edges end: whole, stopped, unread, or removed because a newer generation has taken over.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, mpsc};

use leat_flow::step::Stopped;
use leat_flow::transport::TransportError;

use super::{Ends, Rig, edge, ends, next_batch, next_end, numbers, send_all};

pub(crate) fn the_end_comes_last_and_lets_its_sender_go(rig: &dyn Rig) {
    let Ends { mut sender, mut receiver, .. } = ends(rig, &edge(&rig.run(), 1));
    let gone = Arc::new(AtomicBool::new(false));
    let goes = Arc::clone(&gone);
    let sending = std::thread::spawn(move || {
        (0..3).try_for_each(|number| sender.send(&numbers(number))).unwrap();
        sender.finish().unwrap();
        goes.store(true, Ordering::SeqCst);
    });
    for number in 0..3 {
        assert_eq!(next_batch(&mut *receiver).1, numbers(number));
    }
    let end = next_end(&mut *receiver);
    assert!(!gone.load(Ordering::SeqCst), "the sender went before the receiver was done");
    receiver.done(end).unwrap();
    sending.join().unwrap();
}

pub(crate) fn an_edge_without_a_batch_has_an_end(rig: &dyn Rig) {
    let Ends { sender, mut receiver, .. } = ends(rig, &edge(&rig.run(), 1));
    let (_, sending) = send_all(sender, 0);
    let end = next_end(&mut *receiver);
    receiver.done(end).unwrap();
    sending.join().unwrap().unwrap();
}

pub(crate) fn an_older_generation_reaches_nobody(rig: &dyn Rig) {
    let run = rig.run();
    let (old, new) = (edge(&run, 1), edge(&run, 2));
    let Ends { sender: mut old_sender, receiver: old_receiver, .. } = ends(rig, &old);
    old_sender.send(&numbers(900)).unwrap();
    drop(old_receiver);
    rig.transport().remove(std::slice::from_ref(&old)).unwrap();
    let Ends { sender, mut receiver, .. } = ends(rig, &new);
    // It does not know yet that it is of the past.
    let sending = std::thread::spawn(move || {
        loop {
            if let Err(error) = old_sender.send(&numbers(901)) {
                return error;
            }
        }
    });
    let (_, new_sending) = send_all(sender, 5);
    for number in 0..5 {
        assert_eq!(next_batch(&mut *receiver).1, numbers(number));
    }
    let end = next_end(&mut *receiver);
    receiver.done(end).unwrap();
    new_sending.join().unwrap().unwrap();
    assert_eq!(sending.join().unwrap(), TransportError::Removed { edge: old });
}

pub(crate) fn a_removed_edge_ends_both_its_ends(rig: &dyn Rig) {
    let edge = edge(&rig.run(), 1);
    let Ends { mut sender, mut receiver, .. } = ends(rig, &edge);
    sender.send(&numbers(0)).unwrap();
    next_batch(&mut *receiver);
    let finishing = std::thread::spawn(move || sender.finish());
    let receiving = std::thread::spawn(move || {
        loop {
            // What had come before it was removed may still be given.
            if let Err(error) = receiver.receive() {
                return error;
            }
        }
    });
    let (transport, edges) = (rig.transport(), [edge.clone()]);
    transport.remove(&edges).unwrap();
    let gone = TransportError::Removed { edge };
    assert_eq!(finishing.join().unwrap(), Err(gone.clone()));
    assert_eq!(receiving.join().unwrap(), gone);
    transport.remove(&edges).unwrap();
}

pub(crate) fn a_stopped_run_ends_a_sender_that_waits_for_room(rig: &dyn Rig) {
    let Ends { mut sender, stop, .. } = ends(rig, &edge(&rig.run(), 1));
    let (enough, filled) = mpsc::channel();
    let sending = std::thread::spawn(move || {
        for number in 0.. {
            if number == 5 {
                enough.send(()).unwrap();
            }
            if let Err(error) = sender.send(&numbers(number)) {
                return error;
            }
        }
        unreachable!("nobody receives")
    });
    filled.recv().unwrap();
    stop.cancel();
    assert_eq!(sending.join().unwrap(), TransportError::Stopped(Stopped::Cancelled));
}

pub(crate) fn a_stopped_run_ends_a_sender_that_waits_for_the_end(rig: &dyn Rig) {
    let Ends { mut sender, stop, receiver } = ends(rig, &edge(&rig.run(), 1));
    let sending = std::thread::spawn(move || sender.finish());
    stop.cancel();
    assert_eq!(sending.join().unwrap(), Err(TransportError::Stopped(Stopped::Cancelled)));
    drop(receiver);
}

pub(crate) fn a_stopped_run_ends_a_receiver_that_waits(rig: &dyn Rig) {
    let Ends { sender, mut receiver, stop } = ends(rig, &edge(&rig.run(), 1));
    let receiving = std::thread::spawn(move || receiver.receive());
    stop.cancel();
    assert_eq!(receiving.join().unwrap(), Err(TransportError::Stopped(Stopped::Cancelled)));
    drop(sender);
}

pub(crate) fn what_nobody_reads_need_not_be_sent(rig: &dyn Rig) {
    let Ends { sender, mut receiver, .. } = ends(rig, &edge(&rig.run(), 1));
    let (_, sending) = send_all(sender, 1000);
    let (sequence, _) = next_batch(&mut *receiver);
    receiver.done(sequence).unwrap();
    receiver.unread().unwrap();
    assert_eq!(sending.join().unwrap(), Err(TransportError::Stopped(Stopped::Unread)));
}

pub(crate) fn nobody_reads_a_barrier_where_nobody_reads_batches(rig: &dyn Rig) {
    let Ends { mut sender, mut receiver, .. } = ends(rig, &edge(&rig.run(), 1));
    receiver.unread().unwrap();
    // Its sender hears of it sooner or later.
    let error = (0..).find_map(|number| sender.barrier(number).err()).unwrap();
    assert_eq!(error, TransportError::Stopped(Stopped::Unread));
}
