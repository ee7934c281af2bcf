//! A user for one run: what it may do at the broker, and what RabbitMQ itself refuses it.

use std::io::{Read, Write};
use std::net::TcpStream;

use lapin::options::{
    BasicConsumeOptions, BasicPublishOptions, ConfirmSelectOptions, ExchangeDeclareOptions, QueueBindOptions,
    QueueDeclareOptions, QueueDeleteOptions, QueuePurgeOptions,
};
use lapin::types::FieldTable;
use lapin::{BasicProperties, Channel, Connection, ConnectionProperties};
use leat_flow::stop::StopSignal;
use leat_flow::transport::{Edge, Received, Transport, TransportError};
use leat_rabbitmq::{RabbitConfig, RabbitTransport, names_of_run};

use crate::broker::{api_url, fresh_run, url};
use crate::contract::{number_schema, numbers, within_patience};

fn edge(run: &str) -> Edge {
    Edge { run: run.to_owned(), generation: 1, queue: "trades".to_owned(), partition: 0 }
}

fn queue(run: &str) -> String {
    format!("leat.{run}.1.trades.0")
}

/// A user of RabbitMQ that may touch what a run has there, until it is dropped.
struct RunUser {
    name: String,
}

impl RunUser {
    fn of(run: &str) -> RunUser {
        let pattern = names_of_run(run).replace('\\', "\\\\");
        let rights = format!(r#"{{"configure":"{pattern}","write":"{pattern}","read":"{pattern}"}}"#);
        let name = fresh_run();
        manage("PUT", &format!("users/{name}"), r#"{"password":"of-a-test","tags":""}"#);
        manage("PUT", &format!("permissions/%2F/{name}"), &rights);
        RunUser { name }
    }

    fn url(&self) -> String {
        let url = url();
        let (_, rest) = url.rsplit_once('@').expect("the URL has a user");
        format!("amqp://{}:of-a-test@{rest}", self.name)
    }

    fn transport(&self) -> RabbitTransport {
        RabbitTransport::new(RabbitConfig::new(&self.url())).unwrap()
    }
}

impl Drop for RunUser {
    fn drop(&mut self) {
        manage("DELETE", &format!("users/{}", self.name), "");
    }
}

/// Has RabbitMQ's management do something.
fn manage(method: &str, path: &str, body: &str) {
    let url = api_url();
    let (user, address) = url.strip_prefix("http://").and_then(|rest| rest.split_once('@')).expect("a URL with a user");
    let address = address.trim_end_matches('/');
    let request = format!(
        "{method} /api/{path} HTTP/1.1\r\nHost: {address}\r\nAuthorization: Basic {}\r\nContent-Type: application/json\r\n\
         Content-Length: {}\r\nConnection: close\r\n\r\n{body}",
        base64(user.as_bytes()),
        body.len(),
    );
    let mut stream = TcpStream::connect(address).unwrap();
    stream.write_all(request.as_bytes()).unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).unwrap();
    assert!(answer.starts_with("HTTP/1.1 2"), "{method} {path}: {answer}");
}

fn base64(bytes: &[u8]) -> String {
    const SIGNS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let mut text = String::new();
    for three in bytes.chunks(3) {
        let bits = (0..3).fold(0_usize, |bits, place| bits << 8 | usize::from(three.get(place).copied().unwrap_or(0)));
        for place in 0..4 {
            text.push(if place <= three.len() { SIGNS[bits >> (18 - 6 * place) & 63] as char } else { '=' });
        }
    }
    text
}

/// Sends one batch over an edge, all of the way.
fn carry(sends: &RabbitTransport, receives: &RabbitTransport, edge: &Edge) {
    let (stop, schema) = (StopSignal::new(), number_schema());
    let mut sender = sends.open_sender(edge, &schema, &stop).unwrap();
    let mut receiver = receives.open_receiver(edge, &schema, &stop).unwrap();
    sender.send(&numbers(0)).unwrap();
    let Received::Batch { sequence, .. } = receiver.receive().unwrap() else { panic!("a batch was to come") };
    receiver.done(sequence).unwrap();
    let sending = std::thread::spawn(move || sender.finish());
    let Received::End { sequence } = receiver.receive().unwrap() else { panic!("the end was to come") };
    receiver.done(sequence).unwrap();
    sending.join().unwrap().unwrap();
}

#[test]
fn a_runs_user_carries_its_edges_and_nothing_of_them_is_left() {
    within_patience(|| {
        let run = fresh_run();
        let users = [RunUser::of(&run), RunUser::of(&run)];
        let [sends, receives] = users.each_ref().map(RunUser::transport);
        carry(&sends, &receives, &edge(&run));
        let there = |name: &str| {
            at_broker(&url(), async |channel| {
                let options = ExchangeDeclareOptions { passive: true, ..ExchangeDeclareOptions::default() };
                channel.exchange_declare(name.into(), lapin::ExchangeKind::Direct, options, FieldTable::default()).await
            })
        };
        let names = [queue(&run), format!("{}.credits", queue(&run))];
        assert!(names.iter().all(|name| there(name).is_ok()));
        sends.remove(&[edge(&run)]).unwrap();
        assert!(names.iter().all(|name| there(name).unwrap_err().contains("NOT_FOUND")));
    });
}

#[test]
fn a_runs_user_is_refused_the_edges_of_another_run() {
    within_patience(|| {
        let (mine, other) = (fresh_run(), fresh_run());
        let (user, admin) = (RunUser::of(&mine), RabbitTransport::new(RabbitConfig::new(&url())).unwrap());
        let (stop, schema) = (StopSignal::new(), number_schema());
        let _owner = admin.open_sender(&edge(&other), &schema, &stop).unwrap();
        let refused = |error: TransportError| {
            assert!(
                matches!(&error, TransportError::Refused { .. }) && error.to_string().contains("ACCESS_REFUSED"),
                "{error}"
            );
        };
        let transport = user.transport();
        refused(
            transport.open_sender(&edge(&other), &schema, &stop).and_then(|mut sender| sender.finish()).unwrap_err(),
        );
        let received =
            transport.open_receiver(&edge(&other), &schema, &stop).and_then(|mut end| end.receive().map(drop));
        refused(received.unwrap_err());
        refused(transport.remove(&[edge(&other)]).unwrap_err());
        admin.remove(&[edge(&other)]).unwrap();
    });
}

/// What the broker says to something on a channel of its own.
fn at_broker<T>(url: &str, act: impl AsyncFnOnce(&Channel) -> lapin::Result<T>) -> Result<T, String> {
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build().unwrap();
    runtime.block_on(async {
        let connection = Connection::connect(url, ConnectionProperties::default()).await.unwrap();
        let channel = connection.create_channel().await.unwrap();
        channel.confirm_select(ConfirmSelectOptions::default()).await.unwrap();
        act(&channel).await.map_err(|error| error.to_string())
    })
}

#[test]
fn whoever_has_a_runs_user_gets_at_another_runs_queues_in_no_way() {
    within_patience(|| {
        let (mine, other) = (fresh_run(), fresh_run());
        let (user, admin) = (RunUser::of(&mine), RabbitTransport::new(RabbitConfig::new(&url())).unwrap());
        let (stop, schema) = (StopSignal::new(), number_schema());
        let mut owner = admin.open_sender(&edge(&other), &schema, &stop).unwrap();
        // From when it is there, and what it holds is worth something.
        owner.send(&numbers(0)).unwrap();
        let (own, others, none) = (queue(&mine), queue(&other), FieldTable::default);
        let declare = QueueDeclareOptions::default();
        at_broker(&user.url(), async |channel| channel.queue_declare(own.as_str().into(), declare, none()).await)
            .unwrap();
        let direct = ExchangeDeclareOptions::default();
        let made = async |channel: &Channel| {
            channel.exchange_declare(own.as_str().into(), lapin::ExchangeKind::Direct, direct, none()).await
        };
        at_broker(&user.url(), made).unwrap();
        let bind = async |channel: &Channel, queue: &str, exchange: &str| {
            channel.queue_bind(queue.into(), exchange.into(), "".into(), QueueBindOptions::default(), none()).await
        };
        let publish = async |channel: &Channel, exchange: &str, key: &str| {
            let (options, properties) = (BasicPublishOptions::default(), BasicProperties::default());
            channel.basic_publish(exchange.into(), key.into(), options, b"x", properties).await?.await.map(drop)
        };
        let url = user.url();
        let tried = [
            ("own", at_broker(&url, async |channel| bind(channel, &own, &own).await)),
            ("own", at_broker(&url, async |channel| publish(channel, &own, "").await)),
            ("sends by name", at_broker(&url, async |channel| publish(channel, "", &others).await)),
            ("sends to its exchange", at_broker(&url, async |channel| publish(channel, &others, "").await)),
            ("has its own lead there", at_broker(&url, async |channel| bind(channel, &others, &own).await)),
            ("listens", at_broker(&url, async |channel| bind(channel, &own, &others).await)),
            (
                "takes",
                at_broker(&url, async |channel| {
                    let options = BasicConsumeOptions::default();
                    channel.basic_consume(others.as_str().into(), "".into(), options, none()).await.map(drop)
                }),
            ),
            (
                "throws away",
                at_broker(&url, async |channel| {
                    channel.queue_purge(others.as_str().into(), QueuePurgeOptions::default()).await.map(drop)
                }),
            ),
            (
                "removes",
                at_broker(&url, async |channel| {
                    channel.queue_delete(others.as_str().into(), QueueDeleteOptions::default()).await.map(drop)
                }),
            ),
            (
                "makes one like it",
                at_broker(&url, async |channel| {
                    channel.queue_declare(format!("{others}.x").into(), declare, none()).await.map(drop)
                }),
            ),
        ];
        for (what, came) in tried {
            match came {
                Ok(()) => assert_eq!(what, "own"),
                Err(error) => assert!(what != "own" && error.contains("ACCESS_REFUSED"), "{what}: {error}"),
            }
        }
        at_broker(&url, async |channel| channel.queue_delete(own.as_str().into(), QueueDeleteOptions::default()).await)
            .unwrap();
        admin.remove(&[edge(&other)]).unwrap();
    });
}

#[test]
fn an_edge_whose_user_is_taken_away_ends_and_another_attempt_may_get_through() {
    within_patience(|| {
        let run = fresh_run();
        let (user, admin) = (RunUser::of(&run), RabbitTransport::new(RabbitConfig::new(&url())).unwrap());
        let transport = user.transport();
        let mut receiver = transport.open_receiver(&edge(&run), &number_schema(), &StopSignal::new()).unwrap();
        let mut sender = admin.open_sender(&edge(&run), &number_schema(), &StopSignal::new()).unwrap();
        sender.send(&numbers(0)).unwrap();
        assert!(matches!(receiver.receive(), Ok(Received::Batch { .. })));
        drop(user);
        let error = receiver.receive().map(drop).unwrap_err();
        assert!(error.is_retryable() && error.to_string().contains("ACCESS_REFUSED"), "{error}");
        admin.remove(&[edge(&run)]).unwrap();
    });
}
