//! What only a broker can do wrong: lose what it held, take nothing, refuse, and bring what is not ours.

use std::sync::Arc;
use std::time::Duration;

use leat_flow::step::Stopped;
use leat_flow::stop::StopSignal;
use leat_flow::transport::{Edge, EdgeReceiver, EdgeSender, Received, Transport, TransportError};
use leat_rabbitmq::{RabbitConfig, RabbitTransport};

use crate::broker::{Stranger, fresh_run, url};
use crate::contract::{Rig, number_schema, numbers, within_patience};
use crate::rig::Broken;

fn edge(run: &str, generation: u64) -> Edge {
    Edge { run: run.to_owned(), generation, queue: "trades".to_owned(), partition: 0 }
}

fn batches_queue(edge: &Edge) -> String {
    format!("leat.{}.{}.trades.0", edge.run, edge.generation)
}

fn ends(transport: &dyn Transport, edge: &Edge) -> (Box<dyn EdgeSender>, Box<dyn EdgeReceiver>) {
    let (stop, schema) = (StopSignal::new(), number_schema());
    (transport.open_sender(edge, &schema, &stop).unwrap(), transport.open_receiver(edge, &schema, &stop).unwrap())
}

/// Receives so many batches that begin with `from`, and is done with each.
fn take(receiver: &mut dyn EdgeReceiver, batches: std::ops::Range<u64>) {
    for number in batches {
        match receiver.receive().unwrap() {
            Received::Batch { sequence, batch } => {
                assert_eq!(batch, numbers(number));
                receiver.done(sequence).unwrap();
            }
            other => panic!("batch {number} was to come: {other:?}"),
        }
    }
}

fn take_end(receiver: &mut dyn EdgeReceiver) {
    let Received::End { sequence } = receiver.receive().unwrap() else {
        panic!("a batch came, and the end was to come");
    };
    receiver.done(sequence).unwrap();
}

/// Waits until a condition is met; [`within_patience`] ends a test where it never is.
fn until(condition: impl Fn() -> bool) {
    while !condition() {
        std::thread::yield_now();
    }
}

#[test]
fn a_broker_that_loses_all_it_held_is_made_good_by_the_sender() {
    within_patience(|| {
        let (rig, stranger) = (Broken::new(), Stranger::new());
        let edge = edge(&rig.run(), 1);
        let transport = rig.transport();
        let mut sender = transport.open_sender(&edge, &number_schema(), &StopSignal::new()).unwrap();
        (0..5).for_each(|number| sender.send(&numbers(number)).unwrap());
        until(|| stranger.waiting(&batches_queue(&edge)) == Some(5));
        assert_eq!(stranger.purge(&batches_queue(&edge)), 5);
        rig.cut();
        let mut receiver = rig.transport().open_receiver(&edge, &number_schema(), &StopSignal::new()).unwrap();
        let sending = std::thread::spawn(move || sender.finish());
        take(&mut *receiver, 0..5);
        take_end(&mut *receiver);
        sending.join().unwrap().unwrap();
    });
}

#[test]
fn a_broker_that_loses_batches_and_not_its_connections_is_an_error() {
    within_patience(|| {
        let (rig, stranger) = (Broken::new(), Stranger::new());
        let edge = edge(&rig.run(), 1);
        let transport = rig.transport();
        let mut sender = transport.open_sender(&edge, &number_schema(), &StopSignal::new()).unwrap();
        (0..3).for_each(|number| sender.send(&numbers(number)).unwrap());
        until(|| stranger.waiting(&batches_queue(&edge)) == Some(3));
        stranger.purge(&batches_queue(&edge));
        sender.send(&numbers(3)).unwrap();
        let mut receiver = transport.open_receiver(&edge, &number_schema(), &StopSignal::new()).unwrap();
        let error = receiver.receive().unwrap_err();
        assert_eq!(error, TransportError::Lost { edge, expected: 0, found: 3 });
        assert!(error.is_retryable());
    });
}

#[test]
fn what_an_older_generation_puts_into_the_queue_is_dropped() {
    within_patience(|| {
        let (rig, stranger) = (Broken::new(), Stranger::new());
        let new = edge(&rig.run(), 2);
        let transport = rig.transport();
        let (mut sender, mut receiver) = ends(&*transport, &new);
        // A header as the older generation's sender writes it: format, kind, generation 1, number 0.
        let mut message = [0; 64];
        message[..8].copy_from_slice(b"leat\0\0\0\x01");
        message[16] = 1;
        assert!(stranger.publish(&batches_queue(&new), &message));
        let sending = std::thread::spawn(move || {
            (0..3).try_for_each(|n| sender.send(&numbers(n))).and_then(|()| sender.finish())
        });
        take(&mut *receiver, 0..3);
        take_end(&mut *receiver);
        sending.join().unwrap().unwrap();
    });
}

#[test]
fn a_message_of_somebody_else_is_an_error() {
    within_patience(|| {
        let (rig, stranger) = (Broken::new(), Stranger::new());
        let edge = edge(&rig.run(), 1);
        let transport = rig.transport();
        let (_sender, mut receiver) = ends(&*transport, &edge);
        assert!(stranger.publish(&batches_queue(&edge), b"hello"));
        let error = receiver.receive().unwrap_err();
        assert!(matches!(error, TransportError::Unfit { .. }) && !error.is_retryable(), "{error}");
    });
}

#[test]
fn a_broker_that_takes_nothing_for_a_while_is_waited_for_and_told() {
    within_patience(|| {
        let rig = Broken::new();
        let edge = edge(&rig.run(), 1);
        let transport = RabbitTransport::new(rig.config()).unwrap();
        let (mut sender, mut receiver) = ends(&transport, &edge);
        rig.proxy.block(true);
        until(|| transport.status().publishing.blocked.as_deref() == Some("low on memory"));
        let sending = std::thread::spawn(move || {
            (0..30).try_for_each(|n| sender.send(&numbers(n))).and_then(|()| sender.finish())
        });
        rig.proxy.block(false);
        take(&mut *receiver, 0..30);
        take_end(&mut *receiver);
        sending.join().unwrap().unwrap();
        assert_eq!(transport.status().publishing.blocked, None);
        assert_eq!(transport.status().publishing.connections, 1);
    });
}

#[test]
fn a_broker_that_takes_nothing_for_longer_than_the_patience_is_given_up() {
    within_patience(|| {
        let rig = Broken::new();
        let edge = edge(&rig.run(), 1);
        let transport =
            RabbitTransport::new(RabbitConfig { patience: Duration::from_secs(1), ..rig.config() }).unwrap();
        let (mut sender, _receiver) = ends(&transport, &edge);
        rig.proxy.block(true);
        let error = (0..).find_map(|number| sender.send(&numbers(number)).err()).unwrap();
        let TransportError::Unreachable { reason, .. } = &error else {
            panic!("{error}");
        };
        assert!(reason.contains("low on memory") && error.is_retryable(), "{error}");
        rig.proxy.block(false);
    });
}

#[test]
fn a_broker_that_nobody_reaches_is_given_up_after_the_patience() {
    within_patience(|| {
        // Nobody listens there.
        let mut config = RabbitConfig::new("amqp://guest:guest@127.0.0.1:1/%2f");
        config.patience = Duration::from_millis(300);
        let transport = RabbitTransport::new(config).unwrap();
        let edge = edge(&fresh_run(), 1);
        let opened = transport.open_sender(&edge, &number_schema(), &StopSignal::new());
        let error = opened.err().unwrap();
        assert!(matches!(error, TransportError::Unreachable { .. }), "{error}");
        let error = transport.remove(&[edge]).unwrap_err();
        assert!(matches!(error, TransportError::Unreachable { .. }), "{error}");
    });
}

#[test]
fn a_run_that_is_stopped_waits_for_no_broker() {
    within_patience(|| {
        let transport = RabbitTransport::new(RabbitConfig::new("amqp://guest:guest@127.0.0.1:1/%2f")).unwrap();
        let stop = StopSignal::new();
        let stopping = stop.clone();
        let opening = std::thread::spawn(move || {
            transport.open_receiver(&edge(&fresh_run(), 1), &number_schema(), &stopping).err()
        });
        stop.cancel();
        assert_eq!(opening.join().unwrap(), Some(TransportError::Stopped(Stopped::Cancelled)));
    });
}

#[test]
fn a_wrong_password_and_a_missing_virtual_host_are_refused_at_once() {
    within_patience(|| {
        let url = url();
        let (_, rest) = url.rsplit_once('@').unwrap();
        let wrong = [format!("amqp://guest:wrong@{rest}"), url.replace("%2f", "no-such-host")];
        for url in wrong {
            let transport = RabbitTransport::new(RabbitConfig::new(&url)).unwrap();
            let opened = transport.open_sender(&edge(&fresh_run(), 1), &number_schema(), &StopSignal::new());
            let error = opened.err().unwrap();
            assert!(matches!(error, TransportError::Refused { .. }) && !error.is_retryable(), "{error}");
        }
    });
}

#[test]
fn queues_that_nobody_removes_expire() {
    within_patience(|| {
        let (patience, queue_expiry) = (Duration::from_millis(500), Duration::from_secs(1));
        let config = RabbitConfig { patience, queue_expiry, ..RabbitConfig::new(&url()) };
        let (transport, stranger, edge) =
            (RabbitTransport::new(config).unwrap(), Stranger::new(), edge(&fresh_run(), 1));
        let ends = ends(&transport, &edge);
        assert_eq!(stranger.waiting(&batches_queue(&edge)), Some(0));
        drop(ends);
        until(|| !stranger.publish(&batches_queue(&edge), b""));
        until(|| !stranger.publish(&format!("{}.credits", batches_queue(&edge)), b""));
    });
}

#[test]
fn removing_takes_both_queues() {
    within_patience(|| {
        let (rig, stranger) = (Broken::new(), Stranger::new());
        let edge = edge(&rig.run(), 1);
        let transport: Arc<dyn Transport> = rig.transport();
        drop(ends(&*transport, &edge));
        let queues = [batches_queue(&edge), format!("{}.credits", batches_queue(&edge))];
        assert!(queues.iter().all(|queue| stranger.waiting(queue).is_some()));
        transport.remove(&[edge]).unwrap();
        assert!(queues.iter().all(|queue| stranger.waiting(queue).is_none()));
    });
}
