//! What TLS costs between two ends on this machine, beside plain TCP: small questions with small answers, bulk, and new connections
//! with and without a certificate of the client's.
//!
//! `cargo run --release -p leat-tls --example secured`. Both ends share the processors, so a network in between looks better.

#![allow(clippy::unwrap_used, clippy::print_stdout, reason = "a measurement that fails has nothing to say")]

use std::sync::Arc;
use std::time::{Duration, Instant, UNIX_EPOCH};

use leat_certificates::{Authority, Issued};
use leat_tls::{Acceptor, Files, Trust};
use rustls::pki_types::ServerName;
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio_rustls::TlsConnector;

const QUESTIONS: u32 = 20_000;
const QUESTION_BYTES: usize = 300;
const BULK_BYTES: u64 = 2 << 30;
const PIECE_BYTES: usize = 64 << 10;
const CONNECTIONS: u32 = 500;
/// Each figure is the best of so many: what else the machine does makes one worse, never better.
const TIMES: usize = 5;

/// A stream, encrypted or not.
trait Stream: AsyncRead + AsyncWrite + Unpin + Send {}
impl<T: AsyncRead + AsyncWrite + Unpin + Send> Stream for T {}

/// Both ends of a connection to be.
struct Ends {
    server: Option<Arc<Acceptor>>,
    client: Option<TlsConnector>,
    listener: TcpListener,
}

impl Ends {
    async fn plain() -> Self {
        Ends { server: None, client: None, listener: TcpListener::bind(("127.0.0.1", 0)).await.unwrap() }
    }

    /// With TLS; the client shows this, if anything.
    async fn encrypted(authority: &Authority, shows: Option<&Issued>) -> Self {
        let directory = tempfile::tempdir().unwrap();
        let ca = Some(authority.write(directory.path(), "ca"));
        let own = Some(authority.server(&["localhost"]).write(directory.path(), "server"));
        let asked = if shows.is_some() { ca.clone() } else { None };
        let server = Acceptor::new(Box::new(Files { own, authorities: asked }), UNIX_EPOCH).unwrap();
        let own = shows.map(|issued| issued.write(directory.path(), "client"));
        let trust = Trust::new(Box::new(Files { own, authorities: ca }), UNIX_EPOCH).unwrap();
        let client = TlsConnector::from(Arc::new(trust.http()));
        Ends { server: Some(Arc::new(server)), client: Some(client), ..Ends::plain().await }
    }

    async fn meet(&self) -> (Box<dyn Stream>, Box<dyn Stream>) {
        let address = self.listener.local_addr().unwrap();
        let serving = async {
            let (stream, _) = self.listener.accept().await.unwrap();
            stream.set_nodelay(true).unwrap();
            match &self.server {
                Some(server) => Box::new(server.accept(stream).await.unwrap().stream) as Box<dyn Stream>,
                None => Box::new(stream),
            }
        };
        let asking = async {
            let stream = TcpStream::connect(address).await.unwrap();
            stream.set_nodelay(true).unwrap();
            match &self.client {
                Some(client) => {
                    let name = ServerName::try_from("localhost").unwrap();
                    Box::new(client.connect(name, stream).await.unwrap()) as Box<dyn Stream>
                }
                None => Box::new(stream),
            }
        };
        tokio::join!(serving, asking)
    }
}

/// Questions and answers, one after another, on one connection.
async fn questions(ends: &Ends) -> Duration {
    let (mut server, mut client) = ends.meet().await;
    let answering = tokio::spawn(async move {
        let mut asked = [0; QUESTION_BYTES];
        for _ in 0..QUESTIONS {
            server.read_exact(&mut asked).await.unwrap();
            server.write_all(&asked).await.unwrap();
            server.flush().await.unwrap();
        }
    });
    let began = Instant::now();
    let mut said = [7; QUESTION_BYTES];
    for _ in 0..QUESTIONS {
        client.write_all(&said).await.unwrap();
        client.flush().await.unwrap();
        client.read_exact(&mut said).await.unwrap();
    }
    let took = began.elapsed();
    answering.await.unwrap();
    took
}

async fn bulk(ends: &Ends) -> Duration {
    let (mut server, mut client) = ends.meet().await;
    let began = Instant::now();
    let sending = tokio::spawn(async move {
        let piece = vec![7; PIECE_BYTES];
        for _ in 0..BULK_BYTES / PIECE_BYTES as u64 {
            server.write_all(&piece).await.unwrap();
        }
        server.shutdown().await.unwrap();
    });
    let mut into = vec![0; PIECE_BYTES];
    let mut bytes = 0;
    while let Ok(read @ 1..) = client.read(&mut into).await {
        bytes += read as u64;
    }
    assert_eq!(bytes, BULK_BYTES);
    sending.await.unwrap();
    began.elapsed()
}

async fn connections(ends: &Ends) -> Duration {
    let began = Instant::now();
    for _ in 0..CONNECTIONS {
        drop(ends.meet().await);
    }
    began.elapsed()
}

/// The best of several, in turns with the others.
async fn best<F: AsyncFn(&Ends) -> Duration>(ends: &[(&str, Ends)], what: F, told: impl Fn(f64) -> String) {
    let mut best = vec![Duration::MAX; ends.len()];
    for _ in 0..TIMES {
        for (best, (_, ends)) in best.iter_mut().zip(ends) {
            *best = what(ends).await.min(*best);
        }
    }
    for (best, (name, _)) in best.iter().zip(ends) {
        println!("  {name:<34}{}", told(best.as_secs_f64()));
    }
}

#[tokio::main(flavor = "multi_thread", worker_threads = 2)]
async fn main() {
    let authority = Authority::new("bench");
    let host = authority.host("c1");
    let ends = [
        ("plain text", Ends::plain().await),
        ("TLS", Ends::encrypted(&authority, None).await),
        ("TLS, certificate of the client", Ends::encrypted(&authority, Some(&host)).await),
    ];
    println!("questions of {QUESTION_BYTES} bytes, one after another");
    best(&ends, questions, |took| format!("{:>9.0} a second", f64::from(QUESTIONS) / took)).await;
    println!("bulk, {} MiB", BULK_BYTES >> 20);
    best(&ends, bulk, |took| format!("{:>9.0} MiB/s", (BULK_BYTES >> 20) as f64 / took)).await;
    println!("new connections, one after another");
    best(&ends, connections, |took| format!("{:>9.0} a second", f64::from(CONNECTIONS) / took)).await;
}
