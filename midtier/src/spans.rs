//! A span for each request and call, in the words of OpenTelemetry's semantic conventions, and the one that a run's belong to.
//!
//! Called by both gates. A request continues the trace that its `traceparent` names; one that is no context is as good as
//! none, and never a reason to refuse anything.

use axum::http::request::Parts;
use axum::http::{Extensions, HeaderMap, Method, StatusCode};
use leat_spans::{Kind, OpenSpan, Recorder, SpanContext};
use tonic::Code as Call;

use crate::permissions::Endpoint;

/// W3C's header. What goes with it for others, `tracestate`, is not passed on.
const TRACEPARENT: &str = "traceparent";

/// What a request belongs to, for its handler: its own span, or what it came with where spans are not recorded.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Belongs(pub(crate) Option<SpanContext>);

impl Belongs {
    /// What the gate has put there.
    pub(crate) fn of(extensions: &Extensions) -> Option<SpanContext> {
        extensions.get::<Belongs>().and_then(|belongs| belongs.0)
    }
}

impl<S: Sync> axum::extract::FromRequestParts<S> for Belongs {
    type Rejection = std::convert::Infallible;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Self::Rejection> {
        Ok(Belongs(Belongs::of(&parts.extensions)))
    }
}

/// The span of a REST request begins.
pub(crate) fn of_request(
    recorder: &Recorder,
    method: &Method,
    endpoint: Option<&Endpoint>,
    headers: &HeaderMap,
) -> OpenSpan {
    // A method of somebody's own invention would be a name of its own.
    let method = if endpoint.is_some() { method.as_str() } else { "HTTP" };
    let name = endpoint.map_or_else(|| method.to_owned(), |endpoint| format!("{method} {}", endpoint.path));
    let mut span = begin(recorder, name, endpoint, headers);
    span.set("http.request.method", method);
    span.set("url.scheme", "http");
    if let Some(endpoint) = endpoint {
        span.set("http.route", endpoint.path);
    }
    span
}

/// A REST request has its answer.
pub(crate) fn answered(mut span: OpenSpan, status: StatusCode) {
    span.set("http.response.status_code", u64::from(status.as_u16()));
    if status.is_server_error() {
        span.set("error.type", status.as_str());
        span.fail("");
    }
    span.end();
}

/// The span of a call of gRPC begins.
pub(crate) fn of_call(recorder: &Recorder, endpoint: &Endpoint, headers: &HeaderMap) -> OpenSpan {
    let name = endpoint.path.trim_start_matches('/');
    let mut span = begin(recorder, name.to_owned(), Some(endpoint), headers);
    span.set("rpc.system", "grpc");
    if let Some((service, method)) = name.split_once('/') {
        span.set("rpc.service", service);
        span.set("rpc.method", method);
    }
    span
}

/// A call has its answer, or the beginning of one.
pub(crate) fn called(mut span: OpenSpan, code: Call) {
    span.set("rpc.grpc.status_code", i32::from(code).unsigned_abs() as u64);
    let is_of_the_server = matches!(
        code,
        Call::Unknown
            | Call::DeadlineExceeded
            | Call::Unimplemented
            | Call::Internal
            | Call::Unavailable
            | Call::DataLoss
    );
    if is_of_the_server {
        span.fail("");
    }
    span.end();
}

/// What watches the service asks every few seconds, and is recorded only where it wants to be.
fn begin(recorder: &Recorder, name: String, endpoint: Option<&Endpoint>, headers: &HeaderMap) -> OpenSpan {
    let parent = traceparent(headers);
    let is_watching = endpoint.is_none_or(|endpoint| endpoint.demand.is_of_strangers());
    let off = Recorder::default();
    let recorder = if parent.is_none() && is_watching { &off } else { recorder };
    recorder.begin(name, Kind::Server, parent)
}

/// The context that a request came with. Two of them are none.
fn traceparent(headers: &HeaderMap) -> Option<SpanContext> {
    let mut values = headers.get_all(TRACEPARENT).iter();
    let value = values.next().filter(|_| values.next().is_none())?;
    SpanContext::parse(value.to_str().ok()?)
}
