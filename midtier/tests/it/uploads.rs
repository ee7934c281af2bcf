//! Contents that come in pieces: cut off, gone on with, refused, forgotten.

use std::time::Duration;

use leat_bundle::Digest;
use leat_midtier::Config;
use leat_midtier::blobs::{BegunLimits, Blobs};
use reqwest::{Body, Method};
use serde_json::json;
use tokio::io::AsyncWriteExt;
use tokio::net::TcpStream;

use crate::support::{ADA, Answered, Api, BOB, Server, token_of, until};

/// Bytes that are the same nowhere in a piece and the next.
fn long(bytes: usize) -> Vec<u8> {
    (0..bytes).map(|n| (n % 251) as u8 ^ (n >> 13) as u8).collect()
}

fn path(content: &[u8]) -> String {
    format!("/blobs/{}", Digest::of(content))
}

/// Sends bytes as those of a content, which is said to have this length.
async fn patch(api: &Api, content: &[u8], (offset, length): (usize, usize), bytes: &[u8]) -> Answered {
    let request = api.request(Method::PATCH, &path(content)).header("upload-offset", offset);
    api.send(request.header("upload-length", length).body(bytes.to_vec())).await
}

/// Sends a content from one byte to another.
async fn piece(api: &Api, content: &[u8], from: usize, to: usize) -> Answered {
    patch(api, content, (from, content.len()), &content[from..to]).await
}

async fn head(api: &Api, content: &[u8]) -> Answered {
    api.send(api.request(Method::HEAD, &path(content))).await
}

/// Where a content goes on that is not there.
async fn offset(api: &Api, content: &[u8]) -> usize {
    let answer = head(api, content).await;
    assert_eq!((answer.status, answer.header("upload-complete"), answer.body.len()), (404, "?0", 0));
    assert_eq!(answer.header("cache-control"), "no-store");
    answer.header("upload-offset").parse().unwrap()
}

fn mismatch(answer: &Answered, offset: usize) {
    answer.refused(409, "mismatching-upload-offset");
    assert_eq!(
        (answer.json()["expected_offset"].clone(), answer.header("upload-offset")),
        (json!(offset), &*offset.to_string())
    );
}

/// Sends the head of a request and a part of its body, and is gone.
async fn cut(server: &Server, content: &[u8], from: usize, to: usize) {
    let mut wire = TcpStream::connect(server.address).await.unwrap();
    let (digest, length, rest) = (Digest::of(content), content.len(), content.len() - from);
    let text = format!(
        "PATCH /api/v1/blobs/{digest} HTTP/1.1\r\nhost: x\r\nauthorization: Bearer {ADA}\r\nupload-offset: {from}\r\n\
         upload-length: {length}\r\ncontent-length: {rest}\r\n\r\n"
    );
    wire.write_all(text.as_bytes()).await.unwrap();
    wire.write_all(&content[from..to]).await.unwrap();
    wire.shutdown().await.unwrap();
}

#[tokio::test]
async fn a_content_that_was_cut_off_goes_on_where_it_was_cut() {
    let server = Server::start().await;
    let api = server.api(ADA);
    let content = long(5_000_000);
    assert_eq!(offset(&api, &content).await, 0);
    let cuts = [(0, 1_000_000), (1_000_000, 1_000_001), (1_000_001, 4_500_000)];
    for (from, to) in cuts {
        cut(&server, &content, from, to).await;
        until("what came is kept", async || (offset(&api, &content).await == to).then_some(())).await;
        api.get(&path(&content)).await.refused(404, "not-found");
    }
    assert_eq!(head(&api, &content).await.header("upload-length"), "5000000");
    let answer = piece(&api, &content, 4_500_000, 5_000_000).await;
    assert_eq!((answer.status, answer.header("upload-complete")), (201, "?1"));
    let answer = head(&api, &content).await;
    assert_eq!(
        (answer.status, answer.header("upload-complete"), answer.header("content-length")),
        (200, "?1", "5000000")
    );
    assert!(api.get(&path(&content)).await.body == content);
}

#[tokio::test]
async fn a_content_comes_in_pieces_and_is_new_once() {
    let server = Server::start().await;
    let api = server.api(&token_of("c1"));
    let content = long(1_000);
    let first = piece(&api, &content, 0, 300).await;
    assert_eq!((first.status, first.header("upload-offset"), first.header("upload-complete")), (204, "300", "?0"));
    assert_eq!(piece(&api, &content, 300, 300).await.status, 204, "an empty piece is none");
    let answers = [(300, 1_000), (0, 1_000), (999, 1_000), (1_000, 1_000)];
    let mut statuses = Vec::new();
    for (from, to) in answers {
        statuses.push(piece(&api, &content, from, to).await.status);
    }
    assert_eq!(statuses, [201, 200, 200, 200]);
    assert_eq!(piece(&api, b"", 0, 0).await.status, 201, "one without bytes is whole at once");
    assert_eq!(api.put(&path(&content), &content).await.status, 200);
}

#[tokio::test]
async fn a_piece_that_begins_elsewhere_is_told_where_it_goes_on() {
    let server = Server::start().await;
    let api = server.api(ADA);
    let content = long(1_000);
    mismatch(&piece(&api, &content, 10, 20).await, 0);
    piece(&api, &content, 0, 300).await;
    for from in [0, 299, 301, 1_000] {
        mismatch(&piece(&api, &content, from, 1_000).await, 300);
    }
    mismatch(&patch(&api, &content, (300, 999), b"x").await, 0);
    assert_eq!(offset(&api, &content).await, 300);
    assert_eq!(api.put(&path(&content), &content).await.status, 201, "one sent whole waits for no pieces");
    assert_eq!(piece(&api, &content, 300, 1_000).await.status, 200);
}

#[tokio::test]
async fn two_who_send_the_same_at_once_are_told_where_the_other_is() {
    let server = Server::start().await;
    let other = server.another(Config::default()).await;
    let content = long(6_000_000);
    let send_all = async |api: Api, step: usize| {
        let (mut at, mut pieces) = (0, 0);
        loop {
            pieces += 1;
            assert!(pieces < 10_000, "somebody goes on with every piece");
            let answer = piece(&api, &content, at, content.len().min(at + step)).await;
            at = match answer.status {
                200 | 201 => return,
                204 | 409 => answer.header("upload-offset").parse().unwrap(),
                _ => panic!("{answer:?}"),
            };
        }
    };
    tokio::join!(
        send_all(server.api(ADA), 400_000),
        send_all(other.api(BOB), 700_000),
        send_all(other.api(ADA), 900_001)
    );
    assert!(server.api(ADA).get(&path(&content)).await.body == content);
}

#[tokio::test]
async fn a_content_that_is_not_what_its_digest_says_is_thrown_away() {
    let server = Server::start().await;
    let api = server.api(ADA);
    let content = long(1_000);
    patch(&api, &content, (0, 1_000), &[7; 300]).await;
    piece(&api, &content, 300, 1_000).await.refused(422, "digest-mismatch");
    assert_eq!(offset(&api, &content).await, 0);
    assert_eq!(piece(&api, &content, 0, 1_000).await.status, 201);
}

#[tokio::test]
async fn what_is_too_large_is_refused_before_it_is_taken() {
    let server = Server::with(Config { blob_bytes_max: 1_000, ..Config::default() }).await;
    let api = server.api(ADA);
    let (content, larger) = (long(1_000), long(1_001));
    piece(&api, &larger, 0, 1).await.refused(413, "body-too-large");
    patch(&api, &content, (0, usize::MAX), b"x").await.refused(413, "body-too-large");
    piece(&api, &content, 0, 500).await;
    patch(&api, &content, (500, 1_000), &[7; 501]).await.refused(413, "body-too-large");
    // One that does not say how large it is.
    let pieces = [Ok::<_, std::io::Error>(vec![7; 300]), Ok(vec![7; 201])];
    let request =
        api.request(Method::PATCH, &path(&content)).header("upload-offset", 500).header("upload-length", 1_000);
    let request = request.body(Body::wrap_stream(tokio_stream::iter(pieces)));
    api.send(request).await.refused(413, "body-too-large");
    assert_eq!(offset(&api, &content).await, 500);
    assert_eq!(piece(&api, &content, 500, 1_000).await.status, 201);
}

#[tokio::test]
async fn headers_that_cannot_be_read_are_named() {
    let server = Server::start().await;
    let api = server.api(ADA);
    let content = long(10);
    let send = async |headers: &[(&str, &str)]| {
        let request = api.request(Method::PATCH, &path(&content)).body(content.clone());
        let request = headers.iter().fold(request, |request, (name, value)| request.header(*name, *value));
        api.send(request).await.refused(400, "malformed-request")
    };
    assert!(send(&[]).await.starts_with("upload-offset must be"));
    assert!(send(&[("upload-offset", "0")]).await.starts_with("upload-length must be"));
    for bad in ["", " ", "-1", "+1", "1.0", "0x1", "?0", "18446744073709551616", "1,1", "\u{ff}"] {
        assert!(
            send(&[("upload-length", "10"), ("upload-offset", bad)]).await.starts_with("upload-offset must be"),
            "{bad}"
        );
        assert!(
            send(&[("upload-length", bad), ("upload-offset", "0")]).await.starts_with("upload-length must be"),
            "{bad}"
        );
    }
    let twice = [("upload-length", "10"), ("upload-offset", "0"), ("upload-offset", "0")];
    assert!(send(&twice).await.starts_with("upload-offset must be"));
    assert!(send(&[("upload-length", "10"), ("upload-offset", "11")]).await.contains("behind the end"));
    assert_eq!(offset(&api, &content).await, 0);
    let nowhere = api.request(Method::PATCH, "/blobs/abc").header("upload-offset", "0").header("upload-length", "1");
    api.send(nowhere).await.refused(404, "not-found");
}

#[tokio::test]
async fn beginnings_are_bounded_and_a_whole_content_needs_none_of_their_room() {
    let uploads = BegunLimits { count_max: 2, bytes_max: 10_000 };
    let server = Server::with(Config { uploads, ..Config::default() }).await;
    let api = server.api(ADA);
    let (one, two, three, huge) = (long(1_001), long(1_002), long(1_003), long(9_500));
    assert_eq!(piece(&api, &one, 0, 10).await.status, 204);
    piece(&api, &huge, 0, 10).await.refused(507, "too-many-uploads");
    assert_eq!(piece(&api, &two, 0, 10).await.status, 204);
    let refused = piece(&api, &three, 0, 10).await;
    assert!(refused.refused(507, "too-many-uploads").contains("PUT"));
    assert_eq!(refused.header("retry-after"), "60");
    assert_eq!(api.put(&path(&three), &three).await.status, 201);
    assert_eq!(piece(&api, &one, 10, 1_001).await.status, 201);
    assert_eq!(piece(&api, &huge[..8_000], 0, 10).await.status, 204);
}

#[tokio::test]
async fn what_nobody_goes_on_with_is_forgotten() {
    let server = Server::start().await;
    let api = server.api(ADA);
    let (old, young) = (long(1_000), long(2_000));
    piece(&api, &old, 0, 300).await;
    piece(&api, &young, 0, 300).await;
    server.clock.turn(Duration::from_secs(7_200));
    piece(&api, &young, 300, 400).await;
    assert_eq!(server.blobs.forget_begun(Duration::from_secs(3_600)).await.unwrap(), 300);
    assert_eq!((offset(&api, &old).await, offset(&api, &young).await), (0, 400));
    mismatch(&piece(&api, &old, 300, 1_000).await, 0);
    assert_eq!(piece(&api, &old, 0, 1_000).await.status, 201);
}

#[tokio::test]
async fn a_sender_who_falls_silent_is_let_go_and_may_go_on() {
    let server = Server::with(Config { idle_timeout: Duration::from_millis(200), ..Config::default() }).await;
    let api = server.api(ADA);
    let content = long(1_000);
    let (sender, pieces) = tokio::sync::mpsc::channel::<Result<Vec<u8>, std::io::Error>>(1);
    sender.send(Ok(content[..300].to_vec())).await.unwrap();
    let request = api.request(Method::PATCH, &path(&content)).header("upload-offset", 0).header("upload-length", 1_000);
    let request = request.body(Body::wrap_stream(tokio_stream::wrappers::ReceiverStream::new(pieces)));
    api.send(request).await.refused(400, "broken-off");
    drop(sender);
    assert_eq!(piece(&api, &content, 300, 1_000).await.status, 201);
}
