//! Two sides that meet over a socket of this machine.

use std::io;
use std::net::SocketAddr;
use std::sync::Arc;

use leat_certificates::Authority;
use leat_tls::{AcceptError, Acceptor, ClientIdentity, Trust, trusting_nobody};
use rustls::ClientConfig;
use rustls::pki_types::ServerName;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio_rustls::TlsConnector;

use crate::{acceptor, server_files, trust};

/// A server that listens.
pub(crate) struct Way {
    pub(crate) server: Arc<Acceptor>,
    listener: TcpListener,
    address: SocketAddr,
}

impl Way {
    pub(crate) async fn to(server: Acceptor) -> Self {
        let listener = TcpListener::bind(("127.0.0.1", 0)).await.unwrap();
        let address = listener.local_addr().unwrap();
        Way { server: Arc::new(server), listener, address }
    }

    /// What the client sees: an answer of one word, or why there is none.
    pub(crate) async fn meet(&self, client: &Trust) -> io::Result<()> {
        shown_to(self, client).await.map(drop)
    }

    pub(crate) async fn both(
        &self,
        config: ClientConfig,
        name: &str,
    ) -> (Result<Option<ClientIdentity>, AcceptError>, io::Result<()>) {
        let name = ServerName::try_from(name.to_owned()).unwrap();
        let serving = async {
            let (stream, _) = self.listener.accept().await.unwrap();
            let mut arrival = self.server.accept(stream).await?;
            arrival.stream.write_all(b"hello").await?;
            arrival.stream.shutdown().await?;
            Ok(arrival.client)
        };
        let asking = async {
            let stream = TcpStream::connect(self.address).await?;
            let mut stream = TlsConnector::from(Arc::new(config)).connect(name, stream).await?;
            let mut said = String::new();
            stream.read_to_string(&mut said).await?;
            assert_eq!(said, "hello");
            Ok(())
        };
        tokio::join!(serving, asking)
    }
}

/// Whom the server has seen, where the client has got its answer.
pub(crate) async fn shown_to(way: &Way, client: &Trust) -> io::Result<Option<ClientIdentity>> {
    let (served, asked) = way.both(client.http(), "localhost").await;
    asked?;
    served.map_err(io::Error::other)
}

#[tokio::test]
async fn a_server_is_believed_that_has_a_certificate_of_its_name_from_whom_the_client_trusts() {
    let directory = tempfile::tempdir().unwrap();
    let (authority, other) = (Authority::new("ca"), Authority::new("other"));
    let files = server_files(directory.path(), &authority.server(&["leat.example", "127.0.0.1"]), None);
    let way = Way::to(acceptor(files).unwrap()).await;
    let client = trust(directory.path(), &authority, None);
    for name in ["leat.example", "127.0.0.1"] {
        let (served, asked) = way.both(client.http(), name).await;
        asked.unwrap();
        assert_eq!(served.unwrap(), None);
    }
    let (_, wrong_name) = way.both(client.http(), "other.example").await;
    let said = wrong_name.unwrap_err().to_string();
    assert!(said.contains("not valid for name \"other.example\""), "{said}");
    let (_, wrong_authority) = way.both(trust(directory.path(), &other, None).http(), "leat.example").await;
    assert!(wrong_authority.unwrap_err().to_string().contains("UnknownIssuer"));
    let (_, nobody) = way.both(trusting_nobody(), "leat.example").await;
    assert!(nobody.unwrap_err().to_string().contains("UnknownIssuer"));
}

#[tokio::test]
async fn a_client_is_who_its_certificate_says() {
    let directory = tempfile::tempdir().unwrap();
    let (authority, hosts) = (Authority::new("ca"), Authority::new("hosts"));
    let files = server_files(directory.path(), &authority.server(&["localhost"]), Some(&hosts));
    let way = Way::to(acceptor(files).unwrap()).await;
    let seen = async |own: Option<_>| shown_to(&way, &trust(directory.path(), &authority, own.as_ref())).await;
    assert_eq!(seen(None).await.unwrap(), None, "people show none");
    let host = seen(Some(hosts.host("c1"))).await.unwrap().unwrap();
    assert!(host.is_host("c1") && !host.is_host("c2") && !host.is_host("C1") && !host.is_host(""));
    let by_dns = seen(Some(hosts.server(&["c2", "*.example"]))).await.unwrap().unwrap();
    assert!(by_dns.is_host("c2") && !by_dns.is_host("*.example") && !by_dns.is_host("a.example"));
    assert!(seen(Some(authority.host("c1"))).await.is_err(), "an authority that is not trusted with hosts");
    assert!(seen(Some(hosts.ended(&["c1"], 2001))).await.is_err());
}

#[tokio::test]
async fn a_connection_without_tls_is_handed_back_untouched() {
    let directory = tempfile::tempdir().unwrap();
    let files = server_files(directory.path(), &Authority::new("ca").server(&["localhost"]), None);
    let way = Way::to(acceptor(files).unwrap()).await;
    let mut client = TcpStream::connect(way.address).await.unwrap();
    client.write_all(b"GET / HTTP/1.1\r\n\r\n").await.unwrap();
    let (stream, _) = way.listener.accept().await.unwrap();
    let Err(AcceptError::Plain(mut stream)) = way.server.accept(stream).await else { panic!("it is no TLS") };
    let mut first = [0; 5];
    stream.read_exact(&mut first).await.unwrap();
    assert_eq!(&first, b"GET /");
    drop(TcpStream::connect(way.address).await.unwrap());
    let (stream, _) = way.listener.accept().await.unwrap();
    assert!(matches!(way.server.accept(stream).await, Err(AcceptError::Failed(_))), "who leaves at once");
}
