//! How fast queues between hosts are, beside a bare loop over the same client: `throughput URL [ROUNDS]`.
//!
//! Called by `cargo xtask bench`, which prints what it prints. Both loops have a publisher and a consumer in this process,
//! on two connections, and let 16 MiB be on their way. The bare one publishes the same bytes again and again, without confirms, and its consumer
//! acknowledges sixteen messages at a time and looks at none; so it is what there is to be had. They take turns.

#![allow(clippy::print_stdout, clippy::print_stderr, reason = "it talks to the terminal")]
#![allow(clippy::unwrap_used, reason = "a benchmark that panics has failed")]

use std::sync::Arc;
use std::time::{Duration, Instant};

use arrow_array::{ArrayRef, Float64Array, Int64Array, RecordBatch, StringArray};
use futures::StreamExt;
use lapin::options::{BasicAckOptions, BasicConsumeOptions, BasicPublishOptions, QueueDeclareOptions};
use lapin::types::FieldTable;
use lapin::{BasicProperties, Connection, ConnectionProperties};
use leat_flow::stop::StopSignal;
use leat_flow::transport::{Edge, Received, Transport};
use leat_rabbitmq::{Compression, RabbitConfig, RabbitTransport};
use tokio::sync::Semaphore;

/// What each loop carries in a round.
const BYTES: usize = 512 << 20;
/// What both let be on their way.
const WINDOW_BYTES: usize = 16 << 20;
/// Messages that the bare loop acknowledges at a time.
const ACKNOWLEDGED_MESSAGES: u64 = 16;
/// Bytes of a record: two numbers, a text and where it ends.
const RECORD_BYTES: usize = 100;
/// Rows of a batch: 100 kB, what a node emits, and a megabyte.
const ROWS: [usize; 3] = [1000, 4096, 10_000];

fn main() {
    let mut arguments = std::env::args().skip(1);
    let url = arguments.next().expect("throughput URL [ROUNDS]");
    let rounds = arguments.next().map_or(5, |rounds| rounds.parse().expect("the number of rounds is a number"));
    println!("| message | bare lapin | transport | of the bare loop | records/s | with LZ4 |");
    println!("| --- | --- | --- | --- | --- | --- |");
    for rows in ROWS {
        let batch = batch(rows);
        let (mut bare_walls, mut walls, mut compressed_walls) = (Vec::new(), Vec::new(), Vec::new());
        let messages = BYTES / (rows * RECORD_BYTES);
        for round in 0..=rounds {
            let bare_wall = bare(&url, rows * RECORD_BYTES, messages);
            let wall = transport(&url, &batch, messages, Compression::Off);
            let compressed_wall = transport(&url, &batch, messages, Compression::Lz4);
            let is_warm_up = round == 0;
            if !is_warm_up {
                bare_walls.push(bare_wall);
                walls.push(wall);
                compressed_walls.push(compressed_wall);
            }
        }
        // Of each round: a busy minute of the machine hits both halves of it alike.
        let shares = bare_walls.iter().zip(&walls).map(|(bare, wall)| bare.as_secs_f64() / wall.as_secs_f64());
        let share = median(shares.collect());
        let [bare, wall, compressed] = [bare_walls, walls, compressed_walls].map(median);
        let speed = |wall: Duration| (messages * rows * RECORD_BYTES) as f64 / wall.as_secs_f64() / 1e6;
        let records = (messages * rows) as f64 / wall.as_secs_f64() / 1e6;
        println!(
            "| {} kB, {rows} records | {:.0} MB/s | {:.0} MB/s | {:.0} % | {records:.2} million | {:.0} MB/s |",
            rows * RECORD_BYTES / 1000,
            speed(bare),
            speed(wall),
            100.0 * share,
            speed(compressed),
        );
    }
}

fn median<T: PartialOrd + Copy>(mut values: Vec<T>) -> T {
    values.sort_by(|a, b| a.partial_cmp(b).unwrap());
    values[values.len() / 2]
}

/// Records of a hundred bytes that compress as market data does: some digits of their own, much that is alike.
fn batch(rows: usize) -> RecordBatch {
    let rows = rows as u64;
    let noise = |n: u64| (n ^ 0x9e37_79b9).wrapping_mul(0x9e37_79b9_7f4a_7c15);
    let ids: ArrayRef = Arc::new(Int64Array::from_iter_values((0..rows).map(u64::cast_signed)));
    let values: ArrayRef = Arc::new(Float64Array::from_iter_values((0..rows).map(|n| noise(n) as f64 / 7.0)));
    let text = |n: u64| {
        format!("{:016x} EUR/USD option on a counterparty in region {:02}, rated AA {:>7}", noise(n), n % 40, n)
    };
    let texts: ArrayRef = Arc::new(StringArray::from_iter_values((0..rows).map(text)));
    assert_eq!(text(rows).len() + 4 + 8 + 8, RECORD_BYTES);
    RecordBatch::try_from_iter([("id", ids), ("value", values), ("text", texts)]).unwrap()
}

/// Batches through an edge, from the first that is sent until the receiver has the end.
fn transport(url: &str, batch: &RecordBatch, batches: usize, compression: Compression) -> Duration {
    let config = RabbitConfig { window_bytes: WINDOW_BYTES, compression, ..RabbitConfig::new(url) };
    let (sending, receiving) = (RabbitTransport::new(config.clone()).unwrap(), RabbitTransport::new(config).unwrap());
    let edge = Edge {
        run: format!("throughput-{}", std::process::id()),
        generation: 1,
        queue: "records".to_owned(),
        partition: 0,
    };
    let (stop, schema) = (StopSignal::new(), batch.schema());
    let mut sender = sending.open_sender(&edge, &schema, &stop).unwrap();
    let mut receiver = receiving.open_receiver(&edge, &schema, &stop).unwrap();
    let begun = Instant::now();
    let rows = std::thread::scope(|scope| {
        scope.spawn(|| {
            (0..batches).for_each(|_| sender.send(batch).unwrap());
            sender.finish().unwrap();
        });
        let mut rows = 0;
        loop {
            match receiver.receive().unwrap() {
                Received::Batch { sequence, batch } => {
                    rows += batch.num_rows();
                    receiver.done(sequence).unwrap();
                }
                Received::Barrier { .. } => unreachable!("none is sent"),
                Received::End { sequence } => {
                    receiver.done(sequence).unwrap();
                    return rows;
                }
            }
        }
    });
    let wall = begun.elapsed();
    assert_eq!(rows, batches * batch.num_rows());
    sending.remove(&[edge]).unwrap();
    wall
}

/// Messages through a queue, with nothing between them and the client.
fn bare(url: &str, bytes: usize, messages: usize) -> Duration {
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap();
    runtime.block_on(async {
        let connect = || Connection::connect(url, ConnectionProperties::default());
        let (publishing, consuming) = (connect().await.unwrap(), connect().await.unwrap());
        let (publisher, consumer) =
            (publishing.create_channel().await.unwrap(), consuming.create_channel().await.unwrap());
        let queue = format!("leat-bare-{}", std::process::id());
        let options = QueueDeclareOptions { exclusive: false, auto_delete: true, ..QueueDeclareOptions::durable() };
        consumer.queue_declare(queue.as_str().into(), options, FieldTable::default()).await.unwrap();
        let options = BasicConsumeOptions::default();
        let consumed = consumer.basic_consume(queue.as_str().into(), "".into(), options, FieldTable::default());
        let mut deliveries = consumed.await.unwrap();
        let room = Arc::new(Semaphore::new(WINDOW_BYTES / bytes));
        let has_room = Arc::clone(&room);
        let begun = Instant::now();
        let publish = tokio::spawn(async move {
            let payload = vec![7; bytes];
            for _ in 0..messages {
                has_room.acquire().await.unwrap().forget();
                let (options, properties) = (BasicPublishOptions::default(), BasicProperties::default());
                let published =
                    publisher.basic_publish("".into(), queue.as_str().into(), options, &payload, properties);
                drop(published.await.unwrap());
            }
        });
        for number in 1..=messages as u64 {
            let delivery = deliveries.next().await.unwrap().unwrap();
            if number.is_multiple_of(ACKNOWLEDGED_MESSAGES) || number == messages as u64 {
                delivery.ack(BasicAckOptions { multiple: true }).await.unwrap();
            }
            room.add_permits(1);
        }
        let wall = begun.elapsed();
        publish.await.unwrap();
        wall
    })
}
