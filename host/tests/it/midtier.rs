//! A pretended midtier: the session over gRPC and contents over HTTP, on one port, from a world that it shares.

use std::io;
use std::net::TcpListener;
use std::pin::Pin;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::task::{Context, Poll};

use axum::Router;
use axum::body::{Body, to_bytes};
use axum::extract::{Path, Request, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::middleware::{self, Next};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use leat_bundle::Digest;
use leat_wire::host_v1::hosts_server::{Hosts, HostsServer};
use leat_wire::host_v1::{BrokerAnswer, Orders, Report, SecretsAnswer, SecretsRequest};
use serde_json::{Value, json};
use tokio::runtime::Runtime;
use tokio::sync::mpsc;
use tokio_stream::Stream;
use tokio_stream::wrappers::ReceiverStream;
use tonic::service::Routes;
use tonic::{Status, Streaming};

use crate::world::{TOKEN, World};

const UPLOAD_OFFSET: &str = "upload-offset";
const UPLOAD_LENGTH: &str = "upload-length";

static NUMBERS: AtomicUsize = AtomicUsize::new(0);

/// A midtier that answers until it is dropped; with it go all its connections.
pub(crate) struct Midtier {
    pub(crate) number: usize,
    pub(crate) url: String,
    runtime: Option<Runtime>,
}

impl Midtier {
    pub(crate) fn start(world: &World) -> Self {
        let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build().unwrap();
        let number = NUMBERS.fetch_add(1, Ordering::SeqCst);
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        listener.set_nonblocking(true).unwrap();
        let session = HostsServer::new(Session { number, world: world.clone() });
        let contents = Router::new()
            .route("/api/v1/bundles/{digest}", get(get_bundle))
            .route("/api/v1/blobs/missing", post(missing))
            .route("/api/v1/blobs/{digest}", get(get_blob).put(put_blob).head(head_blob).patch(patch_blob))
            .with_state(world.clone());
        let service = Routes::new(session).into_axum_router().merge(contents).layer(middleware::from_fn(require_token));
        runtime.spawn(async move {
            let listener = tokio::net::TcpListener::from_std(listener).unwrap();
            axum::serve(listener, service).await.unwrap();
        });
        Midtier { number, url, runtime: Some(runtime) }
    }
}

impl Drop for Midtier {
    fn drop(&mut self) {
        if let Some(runtime) = self.runtime.take() {
            runtime.shutdown_background();
        }
    }
}

async fn require_token(request: Request, next: Next) -> Response {
    let bearer = request.headers().get(header::AUTHORIZATION).and_then(|value| value.to_str().ok());
    if bearer == Some(&format!("Bearer {TOKEN}")) {
        return next.run(request).await;
    }
    if request.uri().path().starts_with("/api/") {
        return StatusCode::UNAUTHORIZED.into_response();
    }
    Status::unauthenticated("the token is unknown").into_http::<Body>().into_response()
}

struct Session {
    number: usize,
    world: World,
}

#[tonic::async_trait]
impl Hosts for Session {
    type SessionStream = ReceiverStream<Result<Orders, Status>>;

    async fn session(
        &self,
        request: tonic::Request<Streaming<Report>>,
    ) -> Result<tonic::Response<Self::SessionStream>, Status> {
        let (world, midtier) = (self.world.clone(), self.number);
        let mut reports = request.into_inner();
        // A midtier knows who is there by the first report, and answers the call after it.
        let first = reports.message().await?.ok_or_else(|| Status::invalid_argument("no report"))?;
        if first.machine.is_none() || first.number != 1 {
            return Err(Status::invalid_argument("the first report has number 1 and says what the host is"));
        }
        let (answers, stream) = mpsc::channel(16);
        tokio::spawn(async move {
            let mut ordered = world.ordered.subscribe();
            let mut last = first.number;
            world.take(midtier, first);
            loop {
                if !world.kept().habits.mute {
                    let orders = orders(&world, last);
                    if answers.send(Ok(orders)).await.is_err() {
                        return;
                    }
                }
                tokio::select! {
                    report = reports.message() => {
                        let report = match report {
                            Ok(Some(report)) => report,
                            Ok(None) | Err(_) => return,
                        };
                        if report.farewell {
                            return world.take_leave();
                        }
                        assert_eq!(report.number, last + 1);
                        last = report.number;
                        world.take(midtier, report);
                    }
                    _ = ordered.changed() => {}
                }
            }
        });
        Ok(tonic::Response::new(ReceiverStream::new(stream)))
    }

    async fn grant_secrets(&self, _: tonic::Request<SecretsRequest>) -> Result<tonic::Response<SecretsAnswer>, Status> {
        Err(Status::unimplemented("no run of these tests needs secrets"))
    }

    async fn grant_broker(&self, _: tonic::Request<SecretsRequest>) -> Result<tonic::Response<BrokerAnswer>, Status> {
        Err(Status::unimplemented("no run of these tests is divided"))
    }
}

fn orders(world: &World, answers: u64) -> Orders {
    let kept = world.kept();
    let lease_ms = u32::try_from(kept.lease.as_millis()).unwrap();
    Orders { answers, lease_ms, runs: kept.runs.clone() }
}

async fn get_bundle(State(world): State<World>, Path(digest): Path<String>) -> Response {
    let mut kept = world.kept();
    kept.requests.push(format!("GET bundles/{digest}"));
    match kept.bundles.get(&digest.parse::<Digest>().unwrap()) {
        Some(manifest) => manifest.clone().into_response(),
        None => StatusCode::NOT_FOUND.into_response(),
    }
}

async fn missing(State(world): State<World>, axum::Json(asked): axum::Json<Value>) -> Response {
    let kept = world.kept();
    let digests = asked["contents"].as_array().unwrap().iter().map(|content| content["digest"].as_str().unwrap());
    let missing: Vec<&str> = digests.filter(|digest| !kept.blobs.contains_key(&digest.parse().unwrap())).collect();
    axum::Json(json!({ "missing": missing })).into_response()
}

async fn get_blob(State(world): State<World>, Path(digest): Path<String>, headers: HeaderMap) -> Response {
    let mut kept = world.kept();
    let range = headers.get(header::RANGE).and_then(|range| range.to_str().ok()).unwrap_or_default().to_owned();
    kept.requests.push(format!("GET blobs/{digest} {range}").trim().to_owned());
    let digest: Digest = digest.parse().unwrap();
    let Some(mut content) = kept.blobs.get(&digest).cloned() else {
        return StatusCode::NOT_FOUND.into_response();
    };
    if kept.habits.lies.contains(&digest) {
        content.fill(b'!');
    }
    if let Some(length) = kept.habits.breaks_after.remove(&digest) {
        let whole = content.len();
        content.truncate(length);
        let body = Body::from_stream(BreaksOff { content: Some(content), waited: false });
        return ([(header::CONTENT_LENGTH, whole.to_string())], body).into_response();
    }
    let from = range.strip_prefix("bytes=").and_then(|range| range.strip_suffix('-'));
    let Some(from) = from.filter(|_| !kept.habits.ignores_ranges) else { return content.into_response() };
    let from: usize = from.parse().unwrap();
    let range = format!("bytes {from}-{}/{}", content.len() - 1, content.len());
    (StatusCode::PARTIAL_CONTENT, [(header::CONTENT_RANGE, range)], content.split_off(from)).into_response()
}

async fn put_blob(State(world): State<World>, Path(digest): Path<String>, request: Request) -> Response {
    let content = to_bytes(request.into_body(), 1 << 20).await.unwrap().to_vec();
    let mut kept = world.kept();
    kept.requests.push(format!("PUT blobs/{digest}"));
    let digest: Digest = digest.parse().unwrap();
    if kept.habits.refuses_uploads > 0 {
        kept.habits.refuses_uploads -= 1;
        return (StatusCode::SERVICE_UNAVAILABLE, "no room just now").into_response();
    }
    if Digest::of(&content) != digest {
        return StatusCode::BAD_REQUEST.into_response();
    }
    kept.blobs.insert(digest, content);
    StatusCode::CREATED.into_response()
}

async fn head_blob(State(world): State<World>, Path(digest): Path<String>) -> Response {
    let kept = world.kept();
    let digest: Digest = digest.parse().unwrap();
    if kept.blobs.contains_key(&digest) {
        return StatusCode::OK.into_response();
    }
    if kept.habits.knows_no_pieces {
        return StatusCode::NOT_FOUND.into_response();
    }
    match kept.begun.get(&digest) {
        Some((length, bytes)) => {
            let headers = [(UPLOAD_OFFSET, bytes.len().to_string()), (UPLOAD_LENGTH, length.to_string())];
            (StatusCode::NOT_FOUND, headers).into_response()
        }
        None => (StatusCode::NOT_FOUND, [(UPLOAD_OFFSET, "0")]).into_response(),
    }
}

async fn patch_blob(
    State(world): State<World>,
    Path(name): Path<String>,
    headers: HeaderMap,
    request: Request,
) -> Response {
    let number = |header: &str| headers[header].to_str().unwrap().parse::<usize>().unwrap();
    let (offset, length) = (number(UPLOAD_OFFSET), number(UPLOAD_LENGTH));
    let mut piece = to_bytes(request.into_body(), 1 << 20).await.unwrap().to_vec();
    let mut kept = world.kept();
    kept.requests.push(format!("PATCH blobs/{name} {offset}"));
    let digest: Digest = name.parse().unwrap();
    if kept.habits.begins_nothing {
        return StatusCode::INSUFFICIENT_STORAGE.into_response();
    }
    let breaks_after = kept.habits.breaks_uploads_after.pop_front();
    let begun = kept.begun.entry(digest).or_insert((length, Vec::new()));
    if begun.1.len() != offset {
        return (StatusCode::CONFLICT, [(UPLOAD_OFFSET, begun.1.len().to_string())]).into_response();
    }
    piece.truncate(breaks_after.unwrap_or(usize::MAX));
    begun.1.extend_from_slice(&piece);
    let (at, content) = (begun.1.len(), begun.1.clone());
    if breaks_after.is_some() {
        return StatusCode::SERVICE_UNAVAILABLE.into_response();
    }
    if at < length {
        return (StatusCode::NO_CONTENT, [(UPLOAD_OFFSET, at.to_string())]).into_response();
    }
    kept.begun.remove(&digest);
    if Digest::of(&content) != digest {
        return StatusCode::UNPROCESSABLE_ENTITY.into_response();
    }
    kept.blobs.insert(digest, content);
    StatusCode::CREATED.into_response()
}

/// The beginning of a content, which is on its way before the connection breaks.
struct BreaksOff {
    content: Option<Vec<u8>>,
    waited: bool,
}

impl Stream for BreaksOff {
    type Item = io::Result<Vec<u8>>;

    fn poll_next(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        if let Some(content) = self.content.take() {
            return Poll::Ready(Some(Ok(content)));
        }
        if !self.waited {
            // What was given is sent while this waits.
            self.waited = true;
            context.waker().wake_by_ref();
            return Poll::Pending;
        }
        Poll::Ready(Some(Err(io::Error::other("broken"))))
    }
}
