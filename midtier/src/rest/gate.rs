//! What every request passes on its way in and out: the table of permissions, the rate, the time limit; the id, the
//! problem's document, the count.

use std::pin::Pin;
use std::sync::{Arc, Mutex, PoisonError};
use std::task::{Context, Poll};
use std::time::Duration;

use axum::body::{Body, BodyDataStream, Bytes};
use axum::extract::{MatchedPath, Request, State};
use axum::http::{HeaderName, HeaderValue, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use tokio::time::{Instant, timeout};
use tokio_stream::{Stream, StreamExt};

use super::problem::{Answer, Code, Problem};
use crate::api::admission;
use crate::api::certified::require_certificate;
use crate::api::whence::Whence;
use crate::app::App;
use crate::audit::deed::{self, Asked, Deed};
use crate::permissions::{CALLBACK, Endpoint, Pace, endpoint, methods};
use crate::spans::{self, Belongs};

const REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");
/// How much of a body that nobody wanted is still read, bytes, and for how long. A client that is answered while it sends
/// would often see a broken connection instead of the answer.
const LEFTOVER_BYTES_MAX: usize = 4 << 20;
const LEFTOVER_TIME_MAX: Duration = Duration::from_secs(2);

/// Lets a request through to its handler, or refuses it.
pub(crate) async fn pass(State(app): State<Arc<App>>, request: Request, next: Next) -> Response {
    let began = Instant::now();
    let id = app.names.next(app.now()).simple().to_string();
    let path = request.extensions().get::<MatchedPath>().map(|path| path.as_str().to_owned());
    let endpoint = path.as_deref().and_then(|path| endpoint(request.method().as_str(), path));
    let span = spans::of_request(&app.recorder, request.method(), endpoint, request.headers());
    let (mut request, leftover) = watched(request);
    request.extensions_mut().insert(Belongs(span.context()));
    let answered = match (endpoint, &path) {
        (Some(endpoint), _) => admitted(&app, (endpoint, &id), request, next).await,
        (None, Some(path)) => {
            let allowed = methods(path);
            let detail = format!("{} is not among the methods here: {}", request.method(), allowed.join(", "));
            Err(Problem::new(Code::MethodNotAllowed, detail).allow(&allowed))
        }
        (None, None) => Ok(next.run(request).await),
    };
    let mut response = answered.unwrap_or_else(IntoResponse::into_response);
    leftover.read().await;
    if let Some(problem) = response.extensions_mut().remove::<Problem>() {
        response = problem.render(&id);
    }
    if let Ok(id) = HeaderValue::try_from(id) {
        response.headers_mut().insert(REQUEST_ID, id);
    }
    response.headers_mut().insert(header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    let route = endpoint.map_or(("-", "-"), |endpoint| (endpoint.method, endpoint.path));
    spans::answered(span, response.status());
    app.metrics.request(route, response.status().as_u16(), began.elapsed());
    response
}

/// What is served where no path fits.
pub(crate) async fn unknown(request: Request) -> Response {
    let kind = request.headers().get(header::CONTENT_TYPE).map(HeaderValue::as_bytes).unwrap_or_default();
    if kind.starts_with(b"application/grpc") {
        return tonic::Status::unimplemented("there is no such service").into_http::<Body>();
    }
    Problem::not_found("path", request.uri().path()).into_response()
}

async fn admitted(
    app: &Arc<App>,
    (endpoint, id): (&'static Endpoint, &str),
    mut request: Request,
    next: Next,
) -> Answer {
    let whence = Whence::of(&app.config.audit.proxies, request.extensions(), request.headers());
    let (caller, allowed) = admission::admitted(app, endpoint, request.headers(), whence).await;
    let allowed = allowed.and_then(|()| require_certificate(app, caller.as_ref(), request.extensions()));
    let (method, path) = (request.method(), request.uri().path());
    let asked = Asked { endpoint, id, caller: caller.as_ref(), whence, method, path };
    if let Err(problem) = allowed {
        deed::refused(app, &asked, &problem).await;
        return Err(problem);
    }
    let act = Deed::begin(app, &asked);
    request.extensions_mut().insert(whence);
    if let Some(act) = &act {
        request.extensions_mut().insert(act.telling());
    }
    Deed::around(act, async {
        require_query(app, endpoint, &request)?;
        if let Some(caller) = caller {
            request.extensions_mut().insert(caller);
        }
        let running = next.run(request);
        if endpoint.pace == Pace::Transfer {
            return Ok(running.await);
        }
        timeout(app.config.request_timeout, running).await.map_err(|_| admission::late(app))
    })
    .await
}

/// A parameter that is misspelled must not be taken as not given.
fn require_query(app: &App, endpoint: &Endpoint, request: &Request) -> Answer<()> {
    if endpoint.path == CALLBACK {
        return Ok(());
    }
    let query = request.uri().query().unwrap_or_default();
    let known = app.queries.get(&(endpoint.method, endpoint.path.to_owned()));
    for name in query.split('&').filter(|pair| !pair.is_empty()).map(|pair| pair.split('=').next().unwrap_or_default())
    {
        if !known.is_some_and(|known| known.contains(name)) {
            let names: Vec<_> = known.into_iter().flatten().map(String::as_str).collect();
            let known = if names.is_empty() { "none".to_owned() } else { names.join(", ") };
            let name: String = name.chars().take(80).collect();
            return Err(Problem::new(
                Code::UnknownParameter,
                format!("there is no parameter {name:?} here; known: {known}"),
            ));
        }
    }
    Ok(())
}

/// A request whose body can still be read here after its handler has let go of it.
fn watched(request: Request) -> (Request, Leftover) {
    let (parts, body) = request.into_parts();
    let leftover = Leftover(Arc::new(Mutex::new(body.into_data_stream())));
    (Request::from_parts(parts, Body::from_stream(leftover.clone())), leftover)
}

#[derive(Clone)]
struct Leftover(Arc<Mutex<BodyDataStream>>);

impl Stream for Leftover {
    type Item = Result<Bytes, axum::Error>;

    fn poll_next(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        let mut body = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        Pin::new(&mut *body).poll_next(context)
    }
}

impl Leftover {
    async fn read(mut self) {
        let reading = async {
            let mut bytes = 0;
            while let Some(Ok(piece)) = self.next().await {
                bytes += piece.len();
                if bytes > LEFTOVER_BYTES_MAX {
                    break;
                }
            }
        };
        let _ = timeout(LEFTOVER_TIME_MAX, reading).await;
    }
}
