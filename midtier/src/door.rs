//! What a connection passes before HTTP is spoken on it: with TLS, the handshake. Whoever comes without it is told so, in the words of
//! their protocol as far as that goes.
//!
//! Called by the service's loop alone. A handshake that is slow holds a place among handshakes, and none among connections.

mod crowd;

use std::io;
use std::net::IpAddr;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};
use std::time::Duration;

use leat_tls::{AcceptError, Acceptor, ClientIdentity, ServerStream};
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt, ReadBuf};
use tokio::net::TcpStream;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio::time::timeout;

use self::crowd::{Crowd, Turn};
use crate::problem::Code;

/// How many connections may be at their handshake at the same time; more wait to be accepted. Each holds some 40 KiB.
const HANDSHAKES_MAX: usize = 1_024;
/// How many of them may come from one address; more are sent away. One that is soon done with takes some milliseconds, so that many hosts behind
/// one address find room.
const HANDSHAKES_OF_ONE_MAX: usize = 256;
/// Of four connections that there may be so many may come from one address: others always find room.
const CONNECTIONS_OF_ONE_QUARTERS: usize = 3;
/// How long a handshake may take, and how long whoever came without TLS has to read why nothing comes of it.
const HANDSHAKE_PATIENCE: Duration = Duration::from_secs(10);
/// How much is read, and thrown away, of whoever came without TLS: an answer to somebody who still sends is often lost.
const LEFTOVER_BYTES_MAX: u64 = 64 << 10;

const SPEAKS_TLS: &str = "this port speaks TLS alone: write https:// in the place of http://";

/// How HTTP/2 begins where nobody asked for it before.
const PREFACE: &[u8] = b"PRI * HTTP/2.0";
/// RFC 9113: settings of which there are none, and the type and the reason of the last frame of a connection.
const NO_SETTINGS: [u8; 9] = [0, 0, 0, 4, 0, 0, 0, 0, 0];
const GO_AWAY: u8 = 7;
const INADEQUATE_SECURITY: u8 = 12;

/// Where connections come in.
pub(crate) struct Door {
    tls: Option<Arc<Acceptor>>,
    connections: Arc<Semaphore>,
    handshakes: Arc<Semaphore>,
    /// Who is at their handshake.
    crowd: Arc<Crowd>,
    /// Who has a connection.
    inside: Arc<Crowd>,
}

/// A place for somebody who is about to come, free again when it is dropped.
pub(crate) struct Place {
    _held: OwnedSemaphorePermit,
    /// Among those of their address, once they are inside.
    _inside: Option<Turn>,
}

/// A connection that HTTP may be spoken on.
pub(crate) struct Passed {
    pub(crate) stream: Stream,
    /// What whoever has come is called by the certificate they have shown.
    pub(crate) client: Option<ClientIdentity>,
    /// Their place among connections.
    pub(crate) place: Place,
}

impl Door {
    /// A door with or without TLS, to a room for so many connections.
    pub(crate) fn new(tls: Option<Arc<Acceptor>>, connections_max: usize) -> Self {
        let (connections, handshakes) = (Semaphore::new(connections_max), Semaphore::new(HANDSHAKES_MAX));
        Door {
            tls,
            connections: Arc::new(connections),
            handshakes: Arc::new(handshakes),
            crowd: Crowd::new(HANDSHAKES_OF_ONE_MAX),
            inside: Crowd::new((connections_max / 4 * CONNECTIONS_OF_ONE_QUARTERS).max(1)),
        }
    }

    /// Waits until there is room for one more. Nobody is accepted before.
    pub(crate) async fn place(&self) -> Option<Place> {
        let room = if self.tls.is_some() { &self.handshakes } else { &self.connections };
        Arc::clone(room).acquire_owned().await.ok().map(|held| Place { _held: held, _inside: None })
    }

    /// The turn of somebody who has connected from there; nothing where so many others of that address are not done yet.
    pub(crate) fn turn(&self, from: IpAddr) -> Option<Turn> {
        let turn = self.crowd.turn(from);
        if turn.is_none() {
            tracing::debug!(peer = %from, "sent somebody away: others of that address are at their handshakes");
        }
        turn
    }

    /// A turn among the connections of that address; nothing where it has as many as one may have.
    fn inside(&self, turn: &Turn) -> Option<Turn> {
        let inside = self.inside.turn(turn.of());
        if inside.is_none() {
            tracing::debug!(peer = %turn.of(), "sent somebody away: their address has as many connections as one may have");
        }
        inside
    }

    /// Lets somebody through who has connected, or tells them why not.
    pub(crate) async fn pass(&self, stream: TcpStream, (place, turn): (Place, Turn)) -> Option<Passed> {
        // Small answers must not wait for the acknowledgement of the one before.
        let _ = stream.set_nodelay(true);
        let Some(tls) = &self.tls else {
            let place = Place { _inside: Some(self.inside(&turn)?), ..place };
            return Some(Passed { stream: Stream::Plain(stream), client: None, place });
        };
        let peer = stream.peer_addr().ok();
        match timeout(HANDSHAKE_PATIENCE, tls.accept(stream)).await {
            Ok(Ok(arrival)) => {
                let inside = self.inside(&turn)?;
                // Where there is no room for long, they go: their place among handshakes is for the next.
                let room = timeout(HANDSHAKE_PATIENCE, Arc::clone(&self.connections).acquire_owned());
                let place = Place { _held: room.await.ok()?.ok()?, _inside: Some(inside) };
                Some(Passed { stream: Stream::Tls(arrival.stream), client: arrival.client, place })
            }
            Ok(Err(AcceptError::Plain(stream))) => {
                let _ = timeout(HANDSHAKE_PATIENCE, send_off(stream)).await;
                None
            }
            Ok(Err(AcceptError::Failed(error))) => {
                tracing::debug!(peer = ?peer, %error, "a handshake failed");
                None
            }
            Err(_) => None,
        }
    }
}

/// Tells somebody who speaks plain HTTP that nobody here does.
async fn send_off(mut stream: TcpStream) -> io::Result<()> {
    let mut begun = [0; PREFACE.len()];
    let seen = stream.peek(&mut begun).await?;
    let answer = if PREFACE.starts_with(&begun[..seen]) { go_away() } else { bad_request().into_bytes() };
    stream.write_all(&answer).await?;
    stream.shutdown().await?;
    tokio::io::copy(&mut stream.take(LEFTOVER_BYTES_MAX), &mut tokio::io::sink()).await.map(drop)
}

fn bad_request() -> String {
    let code = Code::MalformedRequest;
    let body = serde_json::json!({
        "type": format!("urn:leat:problem:{}", code.text()),
        "title": code.title(),
        "status": code.status().as_u16(),
        "detail": SPEAKS_TLS,
        "code": code.text(),
    });
    let body = body.to_string();
    format!(
        "HTTP/1.1 400 Bad Request\r\ncontent-type: application/problem+json\r\ncontent-length: {}\r\nconnection: close\r\n\r\n{body}",
        body.len()
    )
}

fn go_away() -> Vec<u8> {
    let said = SPEAKS_TLS.as_bytes();
    let length = u8::try_from(8 + said.len()).expect("the sentence is short");
    let head = [0, 0, length, GO_AWAY, 0, 0, 0, 0, 0];
    let reason = [0, 0, 0, 0, 0, 0, 0, INADEQUATE_SECURITY];
    [&NO_SETTINGS, &head, &reason[..], said].concat()
}

/// What is read and written, encrypted or not.
pub(crate) enum Stream {
    Plain(TcpStream),
    Tls(Box<ServerStream>),
}

macro_rules! either {
    ($stream:expr, $inner:ident => $does:expr) => {
        match $stream.get_mut() {
            Stream::Plain($inner) => {
                let $inner = Pin::new($inner);
                $does
            }
            Stream::Tls($inner) => {
                let $inner = Pin::new(&mut **$inner);
                $does
            }
        }
    };
}

impl AsyncRead for Stream {
    fn poll_read(self: Pin<&mut Self>, context: &mut Context<'_>, into: &mut ReadBuf<'_>) -> Poll<io::Result<()>> {
        either!(self, inner => inner.poll_read(context, into))
    }
}

impl AsyncWrite for Stream {
    fn poll_write(self: Pin<&mut Self>, context: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        either!(self, inner => inner.poll_write(context, bytes))
    }

    fn poll_flush(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        either!(self, inner => inner.poll_flush(context))
    }

    fn poll_shutdown(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        either!(self, inner => inner.poll_shutdown(context))
    }

    fn poll_write_vectored(
        self: Pin<&mut Self>,
        context: &mut Context<'_>,
        pieces: &[io::IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        either!(self, inner => inner.poll_write_vectored(context, pieces))
    }

    fn is_write_vectored(&self) -> bool {
        match self {
            Stream::Plain(stream) => stream.is_write_vectored(),
            Stream::Tls(stream) => stream.is_write_vectored(),
        }
    }
}
