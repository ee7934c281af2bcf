//! A server's side: makes streams of connections, and says who is at the other end of each.

use std::fmt;
use std::io;
use std::sync::Arc;
use std::time::SystemTime;

use rustls::ServerConfig;
use rustls::server::{NoServerSessionStorage, WebPkiClientVerifier};
use rustls::sign::SingleCertAndKey;
use tokio::net::TcpStream;
use tokio_rustls::TlsAcceptor;

use crate::certificates::Certificates;
use crate::error::TlsError;
use crate::identity::ClientIdentity;
use crate::kept::{Kept, Refresh, Standing};
use crate::material::Material;
use crate::provider;

/// The protocols that are offered, the better one first.
const PROTOCOLS: [&[u8]; 2] = [b"h2", b"http/1.1"];

/// The first byte of a connection that speaks TLS: a record with a handshake.
const HANDSHAKE: u8 = 0x16;

/// A connection that is encrypted.
pub type ServerStream = tokio_rustls::server::TlsStream<TcpStream>;

/// Somebody who has come in.
#[derive(Debug)]
pub struct Arrival {
    /// What is read and written.
    pub stream: Box<ServerStream>,
    /// Who they are, if they have shown a certificate of an authority that is trusted.
    pub client: Option<ClientIdentity>,
}

/// Why a connection came to nothing.
#[derive(Debug, thiserror::Error)]
pub enum AcceptError {
    /// They speak no TLS. The connection is as it was: nothing of it is read.
    #[error("it begins without TLS")]
    Plain(TcpStream),
    /// They left, or no agreement was found.
    #[error("{0}")]
    Failed(#[from] io::Error),
}

/// Accepts connections with TLS.
pub struct Acceptor(Kept<ServerConfig>);

impl Acceptor {
    /// A server with the certificate of this source. Where the source names authorities, whoever shows a certificate of theirs is told
    /// of with the connection; one of somebody else's is refused, and none at all is fine.
    ///
    /// # Errors
    /// Where what is there cannot be used.
    pub fn new(source: Box<dyn Certificates>, now: SystemTime) -> Result<Self, TlsError> {
        Ok(Acceptor(Kept::new(source, server, now)?))
    }

    /// Agrees with whoever has connected. It waits for as long as they take: the caller has to end that.
    ///
    /// # Errors
    /// Where they speak no TLS, or nothing was agreed upon.
    pub async fn accept(&self, stream: TcpStream) -> Result<Arrival, AcceptError> {
        let mut first = [0];
        // Nothing to see is the end of the connection, which the handshake finds too.
        if stream.peek(&mut first).await? > 0 && first[0] != HANDSHAKE {
            return Err(AcceptError::Plain(stream));
        }
        let stream = TlsAcceptor::from(self.0.value()).accept(stream).await?;
        let shown = stream.get_ref().1.peer_certificates().and_then(|chain| chain.first());
        let client = shown.and_then(ClientIdentity::of);
        Ok(Arrival { stream: Box::new(stream), client })
    }

    /// How the certificate is.
    pub fn standing(&self) -> Standing {
        self.0.standing()
    }
}

impl Refresh for Acceptor {
    fn refresh(&self, now: SystemTime) {
        self.0.refresh(now);
    }
}

impl fmt::Debug for Acceptor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Acceptor(…)")
    }
}

fn server(material: Material) -> Result<ServerConfig, TlsError> {
    let own = material.own.ok_or(TlsError::Missing)?;
    let builder = ServerConfig::builder_with_provider(provider())
        .with_safe_default_protocol_versions()
        .expect("ring has cipher suites of both versions of TLS");
    let asks = material.roots.is_some();
    let builder = match material.roots {
        Some(roots) => {
            let verifier = WebPkiClientVerifier::builder_with_provider(Arc::new(roots), provider());
            let verifier = verifier.allow_unauthenticated().build();
            builder.with_client_cert_verifier(verifier.expect("a list of authorities that was read holds one at least"))
        }
        None => builder.with_no_client_auth(),
    };
    let mut config = builder.with_cert_resolver(Arc::new(SingleCertAndKey::from(own)));
    config.alpn_protocols = PROTOCOLS.map(<[u8]>::to_vec).to_vec();
    if asks {
        // A session that is resumed brings along who its client was: a certificate that has ended since would still count.
        config.session_storage = Arc::new(NoServerSessionStorage {});
        config.send_tls13_tickets = 0;
    }
    Ok(config)
}
