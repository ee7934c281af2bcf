//! The transport over TLS: the contract once more, and brokers that are not whom the host trusts.

use std::time::Duration;

use leat_certificates::Authority;
use leat_flow::stop::StopSignal;
use leat_flow::transport::{Received, Transport, TransportError};
use leat_rabbitmq::{BrokerTls, RabbitConfig, RabbitTransport};

use crate::broker::{address, authorities, fresh_run, tls_url, url};
use crate::contract::{Rig, contract, edge, number_schema, numbers, within_patience};
use crate::rig::Broken;

contract!(Broken::secured());

/// What is said of a broker at this URL by a host that trusts these authorities, and wants a certificate of this name. Were it
/// tried again, it would be for a minute.
fn refusal(url: &str, name: &str, authorities: String) -> String {
    let config = RabbitConfig {
        tls: Some(BrokerTls { name: name.to_owned(), authorities }),
        patience: Duration::from_secs(3600),
        queue_expiry: Duration::from_secs(7200),
        ..RabbitConfig::new(url)
    };
    let transport = RabbitTransport::new(config).unwrap();
    let edge = edge(&fresh_run(), 1);
    let refused = transport.open_sender(&edge, &number_schema(), &StopSignal::new()).err().unwrap();
    assert!(matches!(refused, TransportError::Refused { .. }), "{refused:?}");
    assert!(!refused.to_string().contains("guest"), "{refused}");
    let removed = transport.remove(&[edge]).unwrap_err();
    assert_eq!(removed.to_string(), refused.to_string(), "nobody speaks to it for anything");
    refused.to_string()
}

#[test]
fn a_broker_whose_certificate_nobody_trusted_has_issued_is_spoken_to_by_nobody() {
    within_patience(|| {
        let said = refusal(&tls_url(), "localhost", Authority::new("other").pem());
        let broker = format!("the broker {} was issued by nobody whom this host trusts", address(&tls_url()));
        assert!(said.contains(&broker) && said.contains("ca_file"), "{said}");
    });
}

#[test]
fn a_broker_that_shows_a_certificate_of_another_name_is_spoken_to_by_nobody() {
    within_patience(|| {
        for name in ["mq.internal", "127.0.0.1"] {
            let said = refusal(&tls_url(), name, authorities());
            assert!(said.contains(" is for localhost"), "{said}");
            assert!(said.contains(&format!("and not for {name}: write a name that it has")), "{said}");
        }
    });
}

#[test]
fn a_broker_without_tls_where_tls_was_asked_for_is_told_nothing() {
    within_patience(|| {
        let said = refusal(&url().replace("amqp://", "amqps://"), "localhost", authorities());
        assert!(said.contains("speaks no TLS at this port") && said.contains("5671"), "{said}");
    });
}

#[test]
fn a_host_that_trusts_nobody_says_so_before_it_connects() {
    let refusal = |tls| RabbitTransport::new(RabbitConfig { tls, ..RabbitConfig::new("amqps://mq.internal") }).err();
    let said = refusal(None).unwrap().to_string();
    assert!(said.contains("name one as ca_file in [tls]"), "{said}");
    let nobody = BrokerTls { name: "mq.internal".to_owned(), authorities: String::new() };
    let said = refusal(Some(nobody)).unwrap().to_string();
    assert!(said.contains("the list of authorities for the broker holds no certificate"), "{said}");
}

/// What a host sends is seen by who passes it on, unless it is encrypted.
#[test]
fn nothing_of_a_batch_and_no_password_is_seen_on_the_way() {
    within_patience(|| {
        for (rig, seen) in [(Broken::new(), true), (Broken::secured(), false)] {
            let (transport, edge, stop) = (rig.transport(), edge(&rig.run(), 1), StopSignal::new());
            let mut sender = transport.open_sender(&edge, &number_schema(), &stop).unwrap();
            let mut receiver = transport.open_receiver(&edge, &number_schema(), &stop).unwrap();
            sender.send(&numbers(7)).unwrap();
            let Received::Batch { batch, .. } = receiver.receive().unwrap() else { panic!("a batch was sent") };
            assert_eq!(batch, numbers(7));
            // A login as `PLAIN` has zeros before the user and the password; batches are Arrow's, with columns as they are in memory.
            let column = [500i64.to_le_bytes(), 501i64.to_le_bytes()].concat();
            for text in [b"\0guest\0guest".as_slice(), edge.run.as_bytes(), &column] {
                assert_eq!(rig.proxy.has_seen(text), seen, "{text:?}");
            }
        }
    });
}
