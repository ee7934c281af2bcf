//! A client's side of connections that carry neither HTTP nor gRPC: a stream that is encrypted, or why there is none.

use std::io;
use std::sync::Arc;

use rustls::pki_types::ServerName;
use rustls::{CertificateError, Error};
use tokio::net::TcpStream;
use tokio_rustls::TlsConnector;

use crate::trust::Trust;

/// A connection that is encrypted, to a server that has shown who it is.
pub type ClientStream = tokio_rustls::client::TlsStream<TcpStream>;

/// Why a connection came to nothing. Waiting mends the last alone.
#[derive(Debug, thiserror::Error)]
pub enum ConnectError {
    /// The server's certificate comes from nobody who is trusted.
    #[error("its certificate was issued by nobody who is trusted here")]
    Untrusted,
    /// The server's certificate is somebody else's.
    #[error("its certificate is for {}", .0.join(", "))]
    OtherName(Vec<String>),
    /// The server answers without TLS.
    #[error("it speaks no TLS")]
    Plain,
    /// It left, its certificate has ended, or no agreement was found.
    #[error("{0}")]
    Failed(#[from] io::Error),
}

impl Trust {
    /// Agrees with a server that was connected to, which must have a certificate for `name`: a name of DNS, or an address. It waits for as
    /// long as the server takes: the caller has to end that.
    ///
    /// # Errors
    /// Where the server is not believed, speaks no TLS, or nothing was agreed upon.
    pub async fn connect(&self, name: &str, stream: TcpStream) -> Result<ClientStream, ConnectError> {
        let name = ServerName::try_from(name.to_owned())
            .map_err(|_| io::Error::new(io::ErrorKind::InvalidInput, format!("no certificate can be for `{name}`")))?;
        let connected = TlsConnector::from(Arc::new(self.http())).connect(name, stream).await;
        connected.map_err(judged)
    }
}

/// What an error of a handshake means.
fn judged(error: io::Error) -> ConnectError {
    match error.get_ref().and_then(|inner| inner.downcast_ref::<Error>()) {
        Some(Error::InvalidCertificate(CertificateError::UnknownIssuer)) => ConnectError::Untrusted,
        Some(Error::InvalidCertificate(CertificateError::NotValidForNameContext { presented, .. })) => {
            // They come as `DnsName("localhost")`.
            let plain = |name: &String| name.split('"').nth(1).unwrap_or(name).to_owned();
            ConnectError::OtherName(presented.iter().map(plain).collect())
        }
        Some(Error::InvalidMessage(_)) => ConnectError::Plain,
        _ => ConnectError::Failed(error),
    }
}
