//! Risk objects over gRPC: put in versions, found, read back.

use leat_bundle::Digest;
use leat_wire::api_v1::get_object_response::Part as Got;
use leat_wire::api_v1::put_request::Part;
use leat_wire::api_v1::{
    GetObjectRequest, ListObjectsRequest, PutHeader, PutRequest, PutResponse, RiskObject, VersionsRequest, put_header,
};
use tonic::{Code, Status};

use crate::support::{ADA, BOB, Calls, Server, refusal, rest};

const TABLE: &[u8] = b"key,lgd\nretail,0.4\n";
const OTHER: &[u8] = b"key,lgd\nretail,0.5\n";
const PIECE: usize = 1 << 20;

fn header(file: &str, source: Option<put_header::Source>) -> PutRequest {
    PutRequest { part: Some(Part::Header(PutHeader { file: file.to_owned(), source })) }
}

fn content(bytes: &[u8]) -> PutRequest {
    PutRequest { part: Some(Part::Content(bytes.to_vec().into())) }
}

fn announced(file: &str, bytes: usize) -> PutRequest {
    header(file, Some(put_header::Source::Bytes(bytes as u64)))
}

async fn send(calls: &Calls, messages: Vec<PutRequest>) -> Result<PutResponse, Status> {
    calls.risk().put(tokio_stream::iter(messages)).await.map(tonic::Response::into_inner)
}

async fn put(calls: &Calls, file: &str, bytes: &[u8]) -> Result<PutResponse, Status> {
    let pieces = bytes.chunks(PIECE).map(content);
    send(calls, std::iter::once(announced(file, bytes.len())).chain(pieces).collect()).await
}

async fn get(calls: &Calls, name: &str, version: Option<u64>, offset: u64) -> Result<(RiskObject, Vec<u8>), Status> {
    let asked = GetObjectRequest { name: name.to_owned(), version, offset };
    let mut parts = rest(calls.risk().get(asked).await?.into_inner()).await.into_iter().map(|part| part.part.unwrap());
    let Some(Got::Object(object)) = parts.next() else { panic!("the object comes first") };
    let content = parts.flat_map(|part| match part {
        Got::Content(content) => content.to_vec(),
        Got::Object(object) => panic!("the object comes once: {object:?}"),
    });
    Ok((object, content.collect()))
}

#[tokio::test]
async fn each_content_of_an_object_is_a_version() {
    let server = Server::start().await;
    let (ada, bob) = (server.calls(ADA).await, server.calls(BOB).await);
    let first = put(&ada, "lgd.table.csv", TABLE).await.unwrap();
    let object = first.object.unwrap();
    assert_eq!((first.is_new, object.name.as_str(), object.version), (true, "lgd.table", 1));
    assert_eq!((object.digest, object.user.as_str(), object.bytes), (Digest::of(TABLE).to_string(), "ada", 19));
    assert_eq!(put(&bob, "lgd.table.csv", OTHER).await.unwrap().object.unwrap().version, 2);
    let again = put(&ada, "lgd.table.csv", TABLE).await.unwrap();
    assert_eq!((again.is_new, again.object.unwrap().version), (false, 1));
    let listed = ada.risk().list(ListObjectsRequest {}).await.unwrap().into_inner().objects;
    assert_eq!(listed.iter().map(|object| object.version).collect::<Vec<_>>(), [2]);
    let asked = VersionsRequest { name: "lgd.table".to_owned() };
    let versions = ada.risk().versions(asked).await.unwrap().into_inner().objects;
    assert_eq!(versions.iter().map(|object| object.version).collect::<Vec<_>>(), [2, 1]);
    let (object, content) = get(&ada, "lgd.table", None, 0).await.unwrap();
    assert_eq!((object.version, content.as_slice()), (2, OTHER));
    assert_eq!(get(&ada, "lgd.table", Some(1), 0).await.unwrap().1, TABLE);
    // What was put here is there for REST, and the other way round.
    assert_eq!(server.api(ADA).get("/risk/lgd.table/content").await.body, OTHER);
}

#[tokio::test]
async fn a_content_goes_on_where_it_was_left() {
    let server = Server::start().await;
    let ada = server.calls(ADA).await;
    let paths: Vec<u8> = (0..3 * PIECE + 5).map(|place| u8::try_from(place % 251).unwrap()).collect();
    put(&ada, "paths.simulation.parquet", &paths).await.unwrap();
    assert_eq!(get(&ada, "paths.simulation", None, 0).await.unwrap().1, paths);
    assert_eq!(get(&ada, "paths.simulation", None, 2_000_000).await.unwrap().1, paths[2_000_000..]);
    assert_eq!(get(&ada, "paths.simulation", None, paths.len() as u64).await.unwrap().1, b"");
    let beyond = get(&ada, "paths.simulation", None, paths.len() as u64 + 1).await.unwrap_err();
    assert_eq!(refusal(&beyond), (Code::OutOfRange, "range-not-satisfiable"));
}

#[tokio::test]
async fn what_there_is_not_is_not_found() {
    let server = Server::start().await;
    let ada = server.calls(ADA).await;
    put(&ada, "lgd.table.csv", TABLE).await.unwrap();
    for (name, version) in [("none.table", None), ("lgd", None), ("../lgd.table", None), ("lgd.table", Some(2))] {
        assert_eq!(refusal(&get(&ada, name, version, 0).await.unwrap_err()), (Code::NotFound, "not-found"), "{name}");
    }
    let refused = ada.risk().versions(VersionsRequest { name: "none.table".to_owned() }).await.unwrap_err();
    assert_eq!(refusal(&refused), (Code::NotFound, "not-found"));
}

#[tokio::test]
async fn an_object_that_rest_would_refuse_is_refused_alike() {
    let server = Server::start().await;
    let ada = server.calls(ADA).await;
    let faulty = put(&ada, "a.matrix.csv", b"a,b\nc").await.unwrap_err();
    assert_eq!(refusal(&faulty), (Code::InvalidArgument, "faulty-object"));
    let detail = server.api(ADA).put("/risk/a.matrix.csv", b"a,b\nc").await.refused(422, "faulty-object");
    assert_eq!(faulty.message(), detail);
    for file in ["lgd", "lgd.csv", "lgd.table.toml", "../lgd.table.csv", ""] {
        let refused = put(&ada, file, TABLE).await.unwrap_err();
        assert_eq!(refusal(&refused), (Code::InvalidArgument, "invalid-request"), "{file:?}");
    }
}

#[tokio::test]
async fn a_content_that_is_not_what_was_announced_leaves_nothing() {
    let server = Server::start().await;
    let ada = server.calls(ADA).await;
    let lgd = "lgd.table.csv";
    let invalid = (Code::InvalidArgument, "invalid-request");
    let cases = [
        (vec![announced(lgd, 19), content(&TABLE[..10])], (Code::Aborted, "broken-off")),
        (vec![announced(lgd, 10), content(TABLE)], (Code::Aborted, "broken-off")),
        (vec![announced(lgd, (64 << 20) + 1)], (Code::OutOfRange, "body-too-large")),
        (vec![header(lgd, None), content(TABLE)], invalid),
        (vec![content(TABLE)], invalid),
        (vec![announced(lgd, 19), announced(lgd, 19)], invalid),
        (vec![PutRequest { part: None }], invalid),
        (Vec::new(), invalid),
    ];
    for (messages, expected) in cases {
        let said = format!("{:.200}", format!("{messages:?}"));
        assert_eq!(refusal(&send(&ada, messages).await.unwrap_err()), expected, "{said}");
    }
    assert!(ada.risk().list(ListObjectsRequest {}).await.unwrap().into_inner().objects.is_empty());
}

#[tokio::test]
async fn bytes_without_end_are_cut_off() {
    let server = Server::start().await;
    let ada = server.calls(ADA).await;
    let piece = content(&vec![b'x'; PIECE]);
    let messages = std::iter::once(announced("lgd.table.csv", 10)).chain(std::iter::repeat(piece));
    let refused = ada.risk().put(tokio_stream::iter(messages)).await.unwrap_err();
    assert_eq!(refusal(&refused), (Code::OutOfRange, "body-too-large"), "{refused:?}");
}

#[tokio::test]
async fn a_large_simulation_is_put_by_its_digest() {
    let server = Server::start().await;
    let ada = server.calls(ADA).await;
    let digest = server.api(ADA).blob(b"PAR1...").await;
    let by = |file: &str, digest: &str| vec![header(file, Some(put_header::Source::Digest(digest.to_owned())))];
    let kept = send(&ada, by("paths.simulation.parquet", &digest)).await.unwrap().object.unwrap();
    assert_eq!((kept.name.as_str(), kept.bytes), ("paths.simulation", 7));
    let gone = Digest::of(b"gone").to_string();
    let refused = send(&ada, by("paths.simulation.parquet", &gone)).await.unwrap_err();
    assert_eq!(refusal(&refused), (Code::FailedPrecondition, "missing-contents"));
    for (file, digest) in [("lgd.table.csv", digest.as_str()), ("paths.simulation.parquet", "x")] {
        let refused = send(&ada, by(file, digest)).await.unwrap_err();
        assert_eq!(refusal(&refused), (Code::InvalidArgument, "invalid-request"), "{file}");
    }
}
