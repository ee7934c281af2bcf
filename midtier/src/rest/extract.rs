//! How requests are read: each part of one with its own refusal.

use std::convert::Infallible;
use std::sync::Arc;

use axum::body::{Body, Bytes};
use axum::extract::{FromRequest, FromRequestParts, Path, Query, Request};
use axum::http::request::Parts;
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};
use leat_bundle::Digest;
use leat_scheduler::model::HostId;
use serde::Serialize;
use serde::de::DeserializeOwned;
use tokio_stream::StreamExt;

use super::problem::{Answer, Code, Problem};
use crate::api::contents::{self, broken_off, too_large};
use crate::api::whence::Whence;
use crate::app::App;
use crate::audit::telling::Telling;
use crate::identity::Caller;

/// How large a JSON body may be, bytes.
pub(crate) const JSON_BYTES_MAX: usize = 1 << 20;

/// Whoever asks; the gate has found out.
pub(crate) struct Asks(pub(crate) Caller);

impl FromRequestParts<Arc<App>> for Asks {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, _: &Arc<App>) -> Answer<Self> {
        let caller = parts.extensions.get::<Caller>().cloned();
        caller.map(Asks).ok_or_else(|| Problem::new(Code::Unauthenticated, "this needs a token"))
    }
}

/// What the row of this request is told with.
pub(crate) struct Tells(pub(crate) Telling);

impl FromRequestParts<Arc<App>> for Tells {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, _: &Arc<App>) -> Result<Self, Infallible> {
        Ok(Tells(parts.extensions.get::<Telling>().cloned().unwrap_or_default()))
    }
}

/// From where it comes; the gate has found out.
pub(crate) struct ComesFrom(pub(crate) Whence);

impl FromRequestParts<Arc<App>> for ComesFrom {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, _: &Arc<App>) -> Result<Self, Infallible> {
        Ok(ComesFrom(parts.extensions.get::<Whence>().copied().unwrap_or_default()))
    }
}

/// The variable parts of the path.
pub(crate) struct InPath<T>(pub(crate) T);

impl<T: DeserializeOwned + Send> FromRequestParts<Arc<App>> for InPath<T> {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, app: &Arc<App>) -> Answer<Self> {
        match Path::<T>::from_request_parts(parts, app).await {
            Ok(Path(value)) => Ok(InPath(value)),
            Err(_) => Err(Problem::not_found("path", parts.uri.path())),
        }
    }
}

/// The query.
pub(crate) struct InQuery<T>(pub(crate) T);

impl<T: DeserializeOwned> FromRequestParts<Arc<App>> for InQuery<T> {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, _: &Arc<App>) -> Answer<Self> {
        match Query::<T>::try_from_uri(&parts.uri) {
            Ok(Query(value)) => Ok(InQuery(value)),
            Err(refused) => Err(Problem::new(Code::MalformedRequest, refused.body_text())),
        }
    }
}

/// A body of JSON.
pub(crate) struct InBody<T>(pub(crate) T);

impl<T: DeserializeOwned> FromRequest<Arc<App>> for InBody<T> {
    type Rejection = Problem;

    async fn from_request(request: Request, app: &Arc<App>) -> Answer<Self> {
        if !is_json(request.headers()) {
            return Err(Problem::new(Code::UnsupportedMediaType, "the body must be application/json"));
        }
        let (parts, body) = request.into_parts();
        let bytes = whole(app, &parts.headers, body, JSON_BYTES_MAX).await?;
        serde_json::from_slice(&bytes).map(InBody).map_err(|error| {
            let code = if error.is_data() { Code::InvalidRequest } else { Code::MalformedRequest };
            Problem::new(code, format!("in the body, {error}"))
        })
    }
}

fn is_json(headers: &HeaderMap) -> bool {
    let given = headers.get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let kind = given.split(';').next().unwrap_or_default().trim();
    kind.eq_ignore_ascii_case("application/json")
}

/// How long the body says it is.
pub(crate) fn length(headers: &HeaderMap) -> Option<u64> {
    headers.get(header::CONTENT_LENGTH)?.to_str().ok()?.parse().ok()
}

/// Refuses a body that says it is larger than may be, before any of it is read.
pub(crate) fn require_length(headers: &HeaderMap, bytes_max: u64) -> Answer<()> {
    match length(headers) {
        Some(bytes) if bytes > bytes_max => Err(too_large(bytes_max)),
        _ => Ok(()),
    }
}

/// Reads a body to its end.
pub(crate) async fn whole(app: &App, headers: &HeaderMap, body: Body, bytes_max: usize) -> Answer<Bytes> {
    require_length(headers, bytes_max as u64)?;
    let broken = |error| broken_off(format!("the body broke off: {error}"));
    contents::whole(app, body.into_data_stream().map(|piece| piece.map_err(broken)), bytes_max).await
}

/// A host's name in a path.
pub(crate) fn host_id(text: &str) -> Answer<HostId> {
    HostId::parse(text).map_err(|_| Problem::not_found("host", text))
}

/// A digest in a path.
pub(crate) fn digest(text: &str, what: &str) -> Answer<Digest> {
    text.parse().map_err(|_| Problem::not_found(what, text))
}

/// An answer of JSON.
pub(crate) fn json<T: Serialize>(status: StatusCode, value: &T) -> Response {
    match serde_json::to_vec(value) {
        Ok(body) => (status, [(header::CONTENT_TYPE, "application/json")], body).into_response(),
        Err(error) => Problem::new(Code::Internal, error.to_string()).into_response(),
    }
}
