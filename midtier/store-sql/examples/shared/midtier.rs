//! A midtier on a database of the caller's, and requests to it as bytes on a connection: what measurements of it have in common.

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Instant;

use leat_midtier::holdings::NoHoldings;
use leat_midtier::identity::StaticTokens;
use leat_midtier::recheck::{Question, Recheck, Refusal, Remade};
use leat_midtier::{Deps, Midtier};
use leat_scheduler::clock::Clock;
use leat_scheduler::model::Moment;
use leat_scheduler::wake::Wake;
use leat_spans::Recorder;
use leat_store_sql::{Config, Database, SqlBlobs, SqlStore};
use tokio::io::{AsyncBufReadExt, AsyncReadExt, AsyncWriteExt, BufReader};
use tokio::net::{TcpListener, TcpStream};
use tokio_util::sync::CancellationToken;

/// A clock that begins at a time of its own, and goes as the machine's does.
struct Since(Instant);

impl Clock for Since {
    fn now(&self) -> Moment {
        Moment(1_767_323_045_000_000).after(self.0.elapsed())
    }
}

/// Nothing is checked again here.
struct Nothing;

impl Recheck for Nothing {
    fn recheck(&self, _: Question) -> Result<Remade, Refusal> {
        Err(Refusal::Unreadable("nothing is checked again here".to_owned()))
    }
}

/// The database that the command line names, and what it is called.
pub(crate) async fn database() -> (&'static str, Arc<SqlStore>) {
    let address = std::env::args().nth(1).expect("a file, or a URL of PostgreSQL");
    let (kind, database) = match address.starts_with("postgres") {
        true => ("PostgreSQL", Database::Postgres { url: address }),
        false => ("SQLite", Database::Sqlite { path: address.into() }),
    };
    (kind, Arc::new(SqlStore::connect(&Config::new(database)).await.unwrap()))
}

/// What a midtier on it is made of.
pub(crate) fn deps(store: &Arc<SqlStore>, tokens: StaticTokens) -> Deps {
    let clock: Arc<dyn Clock> = Arc::new(Since(Instant::now()));
    Deps {
        store: store.clone(),
        blobs: Arc::new(SqlBlobs::new(store, clock.clone())),
        accounts: store.clone(),
        logins: leat_midtier::logins::Logins::default(),
        login_store: store.clone(),
        tokens,
        recheck: Arc::new(Nothing),
        secrets: None,
        broker_users: None,
        holdings: Arc::new(NoHoldings),
        clock,
        wake: Wake::default(),
        recorder: Recorder::default(),
        tls: None,
    }
}

/// Serves it on a port of its own until `shutdown`.
pub(crate) async fn serve(midtier: Midtier, shutdown: &CancellationToken) -> SocketAddr {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    drop(tokio::spawn(midtier.serve(listener, shutdown.clone())));
    address
}

/// A connection that sends what it is given at once.
pub(crate) async fn connected(address: SocketAddr) -> BufReader<TcpStream> {
    let stream = TcpStream::connect(address).await.unwrap();
    stream.set_nodelay(true).unwrap();
    BufReader::new(stream)
}

/// Posts a document; answers the one that comes back.
///
/// # Panics
/// Where nothing was created.
pub(crate) async fn create(connection: &mut BufReader<TcpStream>, path: &str, token: &str, body: &str) -> Vec<u8> {
    let request = format!(
        "POST {path} HTTP/1.1\r\nhost: x\r\nauthorization: Bearer {token}\r\ncontent-type: application/json\r\n\
         content-length: {}\r\n\r\n{body}",
        body.len()
    );
    connection.get_mut().write_all(request.as_bytes()).await.unwrap();
    let (mut line, mut length, mut is_created) = (String::new(), 0, false);
    while connection.read_line(&mut line).await.unwrap() > 2 {
        is_created |= line.starts_with("HTTP/1.1 201");
        if let Some(value) = line.to_ascii_lowercase().strip_prefix("content-length:") {
            length = value.trim().parse().unwrap();
        }
        line.clear();
    }
    let mut answer = vec![0; length];
    connection.read_exact(&mut answer).await.unwrap();
    assert!(is_created, "{}", String::from_utf8_lossy(&answer));
    answer
}
