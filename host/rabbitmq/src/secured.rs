//! Connections to a broker over TLS: the client's own way of opening streams, but for what opens them. Without a feature that it is
//! built without, the client takes `amqps` and speaks plain text all the same; so it is handed streams that are encrypted already, and is
//! never told of `amqps`.

use std::io::{self, Read, Write};
use std::net::SocketAddr;
use std::os::fd::{AsFd, AsRawFd};
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, ready};
use std::time::{Duration, Instant};

use async_rs::traits::Reactor;
use async_rs::util::RuntimeParts;
use async_rs::{Runtime, Tokio};
use futures::Stream;
use lapin::uri::{AMQPScheme, AMQPUri};
use lapin::{Connect, Connection, ConnectionProperties, Error, ErrorKind};
use leat_tls::{ClientStream, ConnectError, Pem, Trust};
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::net::TcpStream;

use crate::config::BrokerTls;

/// What connections to a broker are opened with.
#[derive(Clone, Debug)]
pub(crate) struct Secured {
    trust: Arc<Trust>,
    /// What the broker's certificate must name.
    name: Arc<str>,
}

/// The broker is not who it is to be, and trying again does not make it so.
#[derive(Debug, thiserror::Error)]
#[error("{0}")]
pub(crate) struct Unproven(String);

impl Secured {
    /// Whoever these authorities vouch for is believed, if their certificate has this name.
    ///
    /// # Errors
    /// In words, where there is no list of authorities.
    pub(crate) fn new(tls: &BrokerTls) -> Result<Self, String> {
        let text = tls.authorities.clone().into_bytes().into();
        let authorities = Pem { place: "the list of authorities for the broker".to_owned(), text };
        let trust = Trust::of_authorities(authorities).map_err(|error| error.to_string())?;
        Ok(Secured { trust: Arc::new(trust), name: tls.name.as_str().into() })
    }

    /// Opens a connection.
    pub(crate) async fn connect(
        &self,
        mut uri: AMQPUri,
        properties: ConnectionProperties,
    ) -> Result<Connection, Error> {
        uri.scheme = AMQPScheme::AMQP;
        let broker = format!("{}:{}", self.name, uri.authority.port);
        let tokio = Tokio::current();
        let reactor = Encrypting { tokio: tokio.clone(), secured: self.clone(), broker };
        let runtime = Runtime::new(RuntimeParts::new(tokio, reactor));
        uri.connect_with_config(properties, lapin::tcp::OwnedTLSConfig::default(), runtime).await
    }
}

/// Why the broker is not believed, where that is what an error says.
pub(crate) fn unproven(error: &Error) -> Option<&Unproven> {
    match error.kind() {
        ErrorKind::IOError(error) => error.get_ref()?.downcast_ref(),
        _ => None,
    }
}

/// Tokio's reactor, but for connections: they are encrypted before anybody has them.
#[derive(Clone, Debug)]
struct Encrypting {
    tokio: Tokio,
    secured: Secured,
    /// For messages: the broker's name and port.
    broker: String,
}

impl Reactor for Encrypting {
    type TcpStream = Encrypted;
    type Sleep = <Tokio as Reactor>::Sleep;

    fn register<H: Read + Write + AsFd + AsRawFd + Send + 'static>(
        &self,
        socket: H,
    ) -> io::Result<impl futures::io::AsyncRead + futures::io::AsyncWrite + Send + Unpin + 'static> {
        self.tokio.register(socket)
    }

    fn sleep(&self, duration: Duration) -> Self::Sleep {
        self.tokio.sleep(duration)
    }

    fn interval(&self, duration: Duration) -> impl Stream<Item = Instant> + Send + 'static {
        self.tokio.interval(duration)
    }

    fn tcp_connect_addr(
        &self,
        address: SocketAddr,
    ) -> impl Future<Output = io::Result<Self::TcpStream>> + Send + 'static {
        let Encrypting { secured: Secured { trust, name }, broker, .. } = self.clone();
        async move {
            let stream = TcpStream::connect(address).await?;
            stream.set_nodelay(true)?;
            trust.connect(&name, stream).await.map(Encrypted).map_err(|error| told(error, &broker, &name))
        }
    }
}

fn told(error: ConnectError, broker: &str, name: &str) -> io::Error {
    let unproven = |reason| io::Error::new(io::ErrorKind::PermissionDenied, Unproven(reason));
    match error {
        ConnectError::Untrusted => unproven(format!(
            "the certificate of the broker {broker} was issued by nobody whom this host trusts: name who did as ca_file in its [tls]"
        )),
        ConnectError::OtherName(names) => unproven(format!(
            "the certificate of the broker {broker} is for {}, and not for {name}: write a name that it has into the broker's URL, or have it \
             issued for this one",
            names.join(", ")
        )),
        ConnectError::Plain => unproven(format!(
            "the broker {broker} speaks no TLS at this port: write the one where it does into its URL, which is 5671 unless it was told another"
        )),
        ConnectError::Failed(error) => io::Error::new(error.kind(), format!("the broker {broker}: {error}")),
    }
}

/// An encrypted stream, as the client wants streams to be.
struct Encrypted(ClientStream);

impl futures::io::AsyncRead for Encrypted {
    fn poll_read(mut self: Pin<&mut Self>, cx: &mut Context<'_>, bytes: &mut [u8]) -> Poll<io::Result<usize>> {
        let mut buffer = ReadBuf::new(bytes);
        ready!(Pin::new(&mut self.0).poll_read(cx, &mut buffer))?;
        Poll::Ready(Ok(buffer.filled().len()))
    }
}

impl futures::io::AsyncWrite for Encrypted {
    fn poll_write(mut self: Pin<&mut Self>, cx: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.0).poll_write(cx, bytes)
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        pieces: &[io::IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.0).poll_write_vectored(cx, pieces)
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.0).poll_flush(cx)
    }

    fn poll_close(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.0).poll_shutdown(cx)
    }
}
