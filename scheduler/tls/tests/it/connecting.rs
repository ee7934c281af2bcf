//! Streams for those who speak neither HTTP nor gRPC, and what is said of servers that get none.

use leat_certificates::Authority;
use leat_tls::{ConnectError, Pem, Trust};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};

use crate::{acceptor, server_files, trust};

/// What comes of connecting to a server whose certificate of this authority is for `leat.example`.
async fn connected(authority: &Authority, client: &Trust, name: &str) -> Result<String, ConnectError> {
    let directory = tempfile::tempdir().unwrap();
    let files = server_files(directory.path(), &authority.server(&["leat.example"]), None);
    let (server, listener) = (acceptor(files).unwrap(), TcpListener::bind(("127.0.0.1", 0)).await.unwrap());
    let address = listener.local_addr().unwrap();
    let serving = async {
        let (stream, _) = listener.accept().await.unwrap();
        let Ok(mut arrival) = server.accept(stream).await else { return };
        arrival.stream.write_all(b"hello").await.unwrap();
        arrival.stream.shutdown().await.unwrap();
    };
    let asking = async {
        let mut stream = client.connect(name, TcpStream::connect(address).await.unwrap()).await?;
        let mut said = String::new();
        stream.read_to_string(&mut said).await?;
        Ok(said)
    };
    tokio::join!(serving, asking).1
}

#[tokio::test]
async fn whoever_was_handed_the_authorities_of_a_client_believes_whom_it_believes() {
    let directory = tempfile::tempdir().unwrap();
    let (authority, other) = (Authority::new("ca"), Authority::new("other"));
    let client = trust(directory.path(), &authority, None);
    let text = client.authorities().unwrap().into_bytes().into();
    let handed = Trust::of_authorities(Pem { place: "what was handed over".to_owned(), text }).unwrap();
    for client in [&client, &handed] {
        assert_eq!(connected(&authority, client, "leat.example").await.unwrap(), "hello");
        assert!(matches!(connected(&other, client, "leat.example").await, Err(ConnectError::Untrusted)));
        match connected(&authority, client, "other.example").await {
            Err(ConnectError::OtherName(names)) => assert_eq!(names, ["leat.example"]),
            connected => panic!("{connected:?}"),
        }
    }
    assert_eq!(Trust::nobody().authorities(), None);
    assert!(matches!(connected(&authority, &Trust::nobody(), "leat.example").await, Err(ConnectError::Untrusted)));
    let refused = connected(&authority, &client, "no name").await.unwrap_err().to_string();
    assert_eq!(refused, "no certificate can be for `no name`");
}

#[tokio::test]
async fn a_server_without_tls_is_told_from_one_that_leaves() {
    let listener = TcpListener::bind(("127.0.0.1", 0)).await.unwrap();
    let address = listener.local_addr().unwrap();
    let client = Trust::nobody();
    // RabbitMQ greets so whoever speaks something else.
    for (answer, is_plain) in [(&b"AMQP\0\0\x09\x01"[..], true), (b"", false)] {
        let serving = async {
            let (mut stream, _) = listener.accept().await.unwrap();
            stream.write_all(answer).await.unwrap();
            if is_plain {
                // It goes once the client has: what is left unread when it goes could take its answer along.
                let _ = stream.read_to_end(&mut Vec::new()).await;
            }
        };
        let asking = async { client.connect("localhost", TcpStream::connect(address).await.unwrap()).await };
        let refused = tokio::join!(serving, asking).1.err().unwrap();
        assert_eq!(matches!(refused, ConnectError::Plain), is_plain, "{refused}");
        assert_eq!(matches!(refused, ConnectError::Failed(_)), !is_plain, "{refused}");
    }
}
