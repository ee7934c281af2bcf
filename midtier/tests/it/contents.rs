//! Contents and bundles: uploaded, found, taken in part.

use leat_bundle::{Content, Digest, MANIFEST_BYTES_MAX};
use leat_midtier::Config;
use reqwest::{Body, Method};
use serde_json::json;

use crate::support::{ADA, Answered, Server, manifest, token_of};

async fn ranged(server: &Server, digest: &str, headers: &[(&str, &str)]) -> Answered {
    let api = server.api(ADA);
    let request = api.request(Method::GET, &format!("/blobs/{digest}"));
    api.send(headers.iter().fold(request, |request, (name, value)| request.header(*name, *value))).await
}

#[tokio::test]
async fn a_content_is_new_once() {
    let server = Server::start().await;
    let api = server.api(&token_of("c1"));
    let path = format!("/blobs/{}", Digest::of(b"abc"));
    let answers =
        [api.put(&path, b"abc").await.status, api.put(&path, b"abc").await.status, api.put(&path, b"").await.status];
    assert_eq!(answers, [201, 200, 200]);
    let answer = api.get(&path).await;
    assert_eq!((answer.status, answer.text().as_str()), (200, "abc"));
    assert_eq!(answer.header("etag"), format!("\"{}\"", Digest::of(b"abc")));
    let head = api.send(api.request(Method::HEAD, &path)).await;
    assert_eq!((head.status, head.header("content-length"), head.body.len()), (200, "3", 0));
}

#[tokio::test]
async fn a_content_that_is_not_what_its_digest_says_is_not_kept() {
    let server = Server::start().await;
    let api = server.api(ADA);
    let path = format!("/blobs/{}", Digest::of(b"abc"));
    api.put(&path, b"abd").await.refused(422, "digest-mismatch");
    api.get(&path).await.refused(404, "not-found");
    api.put("/blobs/abc", b"abc").await.refused(404, "not-found");
    let capital = Digest::of(b"abc").to_string().to_uppercase();
    api.put(&format!("/blobs/{capital}"), b"abc").await.refused(404, "not-found");
}

#[tokio::test]
async fn a_content_that_is_too_large_is_refused_whether_it_says_so_or_not() {
    let server = Server::with(Config { blob_bytes_max: 10, ..Config::default() }).await;
    let api = server.api(ADA);
    let content = vec![7; 4_000_000];
    let path = format!("/blobs/{}", Digest::of(&content));
    api.put(&path, &content).await.refused(413, "body-too-large");
    let pieces = content.chunks(65_536).map(|piece| Ok::<_, std::io::Error>(piece.to_vec())).collect::<Vec<_>>();
    let streamed = Body::wrap_stream(tokio_stream::iter(pieces));
    api.send(api.request(Method::PUT, &path).body(streamed)).await.refused(413, "body-too-large");
}

#[tokio::test]
async fn the_rest_of_a_content_is_taken_from_any_byte_on() {
    let server = Server::start().await;
    let content: Vec<u8> = (0..200_000_u32).map(|byte| (byte % 251) as u8).collect();
    let digest = server.api(ADA).blob(&content).await;
    for from in [0, 1, 65_536, 199_999] {
        let answer = ranged(&server, &digest, &[("range", &format!("bytes={from}-"))]).await;
        assert_eq!((answer.status, &answer.body[..]), (206, &content[from..]));
        assert_eq!(answer.header("content-range"), format!("bytes {from}-199999/200000"));
    }
    let piece = ranged(&server, &digest, &[("range", "bytes=10-19")]).await;
    assert_eq!((piece.status, &piece.body[..], piece.header("content-length")), (206, &content[10..20], "10"));
    let past = ranged(&server, &digest, &[("range", "bytes=200000-")]).await;
    past.refused(416, "range-not-satisfiable");
    assert_eq!(past.header("content-range"), "bytes */200000");
    let other = ranged(&server, &digest, &[("range", "bytes=10-"), ("if-range", "\"other\"")]).await;
    assert_eq!((other.status, other.body.len()), (200, 200_000));
}

#[tokio::test]
async fn missing_contents_are_named() {
    let server = Server::start().await;
    let api = server.api(ADA);
    let here = api.blob(b"here").await;
    let gone = Digest::of(b"gone").to_string();
    let asked = json!({ "contents": [{ "digest": here, "bytes": 4 }, { "digest": gone, "bytes": 4 }] });
    assert_eq!(api.post("/blobs/missing", &asked).await.of_status(200), json!({ "missing": [gone] }));
    let bad = json!({ "contents": [{ "digest": "abc", "bytes": 4 }] });
    assert!(api.post("/blobs/missing", &bad).await.refused(422, "invalid-request").contains("is no digest"));
}

#[tokio::test]
async fn transfers_beyond_the_limit_are_told_to_come_again() {
    let config =
        Config { transfers_max: 1, request_timeout: std::time::Duration::from_millis(200), ..Config::default() };
    let server = Server::with(config).await;
    let api = server.api(ADA);
    let (sender, receiver) = tokio::sync::mpsc::channel::<Result<Vec<u8>, std::io::Error>>(1);
    let body = Body::wrap_stream(tokio_stream::wrappers::ReceiverStream::new(receiver));
    let slow = api.request(Method::PUT, &format!("/blobs/{}", Digest::of(b"abc"))).body(body);
    let slow = tokio::spawn(slow.send());
    sender.send(Ok(b"a".to_vec())).await.unwrap();
    let other = format!("/blobs/{}", Digest::of(b"x"));
    crate::support::until("the slow one has its place", async || {
        let answer = api.get(&other).await;
        (answer.status == 503).then(|| answer.refused(503, "busy"))
    })
    .await;
    sender.send(Ok(b"bc".to_vec())).await.unwrap();
    drop(sender);
    assert_eq!(slow.await.unwrap().unwrap().status(), 201);
    api.get(&other).await.refused(404, "not-found");
}

#[tokio::test]
async fn a_sender_who_falls_silent_is_let_go() {
    let config = Config { idle_timeout: std::time::Duration::from_millis(200), ..Config::default() };
    let server = Server::with(config).await;
    let api = server.api(ADA);
    let (sender, receiver) = tokio::sync::mpsc::channel::<Result<Vec<u8>, std::io::Error>>(1);
    for path in [format!("/blobs/{}", Digest::of(b"abc")), "/bundles".to_owned(), "/risk/a.matrix.csv".to_owned()] {
        let (own, pieces) = tokio::sync::mpsc::channel::<Result<Vec<u8>, std::io::Error>>(1);
        let method = if path == "/bundles" { Method::POST } else { Method::PUT };
        let body = Body::wrap_stream(tokio_stream::wrappers::ReceiverStream::new(pieces));
        own.send(Ok(b"a".to_vec())).await.unwrap();
        let answer = api.send(api.request(method, &path).body(body)).await;
        answer.refused(400, "broken-off");
    }
    drop((sender, receiver));
}

#[tokio::test]
async fn a_bundle_reads_back_byte_for_byte() {
    let server = Server::start().await;
    let api = server.api(ADA);
    let digest = api.bundle("price").await;
    let bytes = manifest("price").to_bytes();
    assert_eq!(digest, Digest::of(&bytes).to_string());
    let answer = server.api(&token_of("c1")).get(&format!("/bundles/{digest}")).await;
    assert_eq!((answer.status, answer.body.clone()), (200, bytes.clone()));
    assert_eq!(answer.header("content-type"), "application/json");
    let again = api.send(api.request(Method::POST, "/bundles").body(bytes)).await.of_status(200);
    let expected = json!({ "cpu_millis": 1000, "memory_bytes": 1 << 30 });
    assert_eq!(
        (&again["process"], &again["files"], &again["bytes"], &again["needs"]),
        (&json!("price"), &json!(1), &json!(5), &expected)
    );
    api.get(&format!("/bundles/{}", Digest::of(b"none"))).await.refused(404, "not-found");
}

#[tokio::test]
async fn a_bundle_without_its_contents_names_what_is_missing() {
    let server = Server::start().await;
    let api = server.api(ADA);
    api.blob(b"{}").await;
    let answer = api.send(api.request(Method::POST, "/bundles").body(manifest("price").to_bytes())).await;
    answer.refused(409, "missing-contents");
    assert_eq!(answer.json()["missing"], json!([Digest::of(b"asm").to_string()]));
}

#[tokio::test]
async fn a_manifest_that_is_not_sound_is_refused() {
    let server = Server::start().await;
    let api = server.api(ADA);
    let send = async |bytes: Vec<u8>| api.send(api.request(Method::POST, "/bundles").body(bytes)).await;
    send(b"{}".to_vec()).await.refused(422, "invalid-manifest");
    let mut spaced = manifest("price").to_bytes();
    spaced.push(b' ');
    send(spaced).await.refused(422, "manifest-not-canonical");
    let mut changed = manifest("price");
    changed.plan = Content { bytes: 2, ..changed.plan };
    changed.process = "a\0b".to_owned();
    send(changed.to_bytes()).await.refused(422, "invalid-request");
    changed.process = "price".to_owned();
    changed.needs.memory_bytes = u64::MAX;
    send(changed.to_bytes()).await.refused(422, "invalid-request");
    send(vec![b'x'; MANIFEST_BYTES_MAX + 1]).await.refused(413, "body-too-large");
}
