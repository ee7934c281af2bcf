//! Settings: what is refused before anything is connected, and what changes nothing that comes out.

use std::time::Duration;

use leat_flow::stop::StopSignal;
use leat_flow::transport::{Received, Transport};
use leat_rabbitmq::{Compression, RabbitConfig, RabbitTransport};

use crate::contract::{Rig, edge, number_schema, numbers, within_patience};
use crate::rig::Broken;

#[test]
fn batches_in_parts_and_compressed_arrive_as_they_were() {
    within_patience(|| {
        let rig = Broken::new();
        for compression in [Compression::Off, Compression::Lz4] {
            let config = RabbitConfig { message_bytes_max: 1000, compression, ..rig.config() };
            let (transport, edge) = (RabbitTransport::new(config).unwrap(), edge(&rig.run(), 1));
            let (stop, schema) = (StopSignal::new(), number_schema());
            let mut sender = transport.open_sender(&edge, &schema, &stop).unwrap();
            let mut receiver = transport.open_receiver(&edge, &schema, &stop).unwrap();
            let sending = std::thread::spawn(move || {
                (0..40).try_for_each(|number| sender.send(&numbers(number)))?;
                sender.finish()
            });
            for number in 0..40 {
                let Received::Batch { sequence, batch } = receiver.receive().unwrap() else {
                    panic!("the end came before batch {number}");
                };
                assert_eq!(batch, numbers(number));
                receiver.done(sequence).unwrap();
                if number % 13 == 5 {
                    rig.cut();
                }
            }
            let Received::End { sequence } = receiver.receive().unwrap() else {
                panic!("a batch came, and the end was to come");
            };
            receiver.done(sequence).unwrap();
            sending.join().unwrap().unwrap();
        }
    });
}

#[test]
fn settings_that_cannot_work_are_refused_before_anything_is_connected() {
    let refusal = |config: RabbitConfig| RabbitTransport::new(config).err().unwrap().to_string();
    assert!(refusal(RabbitConfig::new("broker:5672")).starts_with("the URL of RabbitMQ is not"));
    let expires = RabbitConfig { queue_expiry: Duration::from_secs(60), ..RabbitConfig::new("amqp://broker") };
    assert!(refusal(expires).starts_with("queues would expire after 60 s"));
}

#[test]
fn a_password_is_not_printed() {
    let printed = format!("{:?}", RabbitConfig::new("amqp://leat:secret@broker"));
    assert!(!printed.contains("secret"), "{printed}");
}
