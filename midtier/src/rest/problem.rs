//! How a refusal is told over HTTP: RFC 9457, with its stable `code`.

use axum::body::Body;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use leat_bundle::Digest;
use serde::Serialize;
use utoipa::ToSchema;

pub(crate) use crate::problem::{Code, Problem};

/// What a handler answers. A problem becomes a document once the gate has given it the request's id.
pub(crate) type Answer<T = Response> = crate::problem::Answer<T>;

/// What went wrong with a request (RFC 9457).
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Problem)]
pub(crate) struct ProblemDocument {
    /// `urn:leat:problem:` and the code.
    r#type: String,
    /// What a code means, in a few words.
    title: &'static str,
    /// The HTTP status.
    status: u16,
    /// What was wrong with this request, for a person.
    detail: String,
    code: Code,
    /// Names the request in the service's log.
    request: String,
    /// With `missing-contents`: the digests of what must be uploaded first.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<Vec<String>>)]
    missing: Option<Vec<Digest>>,
    /// With `mismatching-upload-offset`: the byte that the content goes on at.
    #[serde(skip_serializing_if = "Option::is_none")]
    expected_offset: Option<u64>,
}

impl Problem {
    /// The answer.
    pub(crate) fn render(self, request: &str) -> Response {
        let status = self.code.status();
        if status.is_server_error() {
            tracing::warn!(request.id = request, code = ?self.code, "a request failed: {}", self.detail());
        }
        let mismatch = self.upload.as_ref().filter(|_| self.code == Code::MismatchingUploadOffset);
        let document = ProblemDocument {
            r#type: format!("urn:leat:problem:{}", self.code.text()),
            title: self.code.title(),
            status: status.as_u16(),
            detail: self.told().to_owned(),
            code: self.code,
            request: request.to_owned(),
            missing: self.missing.clone(),
            expected_offset: mismatch.map(|so_far| so_far.offset),
        };
        let body = serde_json::to_vec(&document).unwrap_or_default();
        let mut response = (status, [(header::CONTENT_TYPE, "application/problem+json")], body).into_response();
        let mut put = |name, value: String| {
            if let Ok(value) = HeaderValue::try_from(value) {
                response.headers_mut().insert(name, value);
            }
        };
        if status == StatusCode::UNAUTHORIZED {
            put(header::WWW_AUTHENTICATE, "Bearer".to_owned());
        }
        if let Some(seconds) = self.retry_seconds() {
            put(header::RETRY_AFTER, seconds.to_string());
        }
        if let Some(methods) = self.allow {
            put(header::ALLOW, methods);
        }
        if let Some(bytes) = self.content_bytes {
            put(header::CONTENT_RANGE, format!("bytes */{bytes}"));
        }
        for (name, value) in self.upload.iter().flat_map(|so_far| so_far.headers()) {
            put(name, value);
        }
        response
    }
}

impl IntoResponse for Problem {
    fn into_response(self) -> Response {
        let mut response = Response::new(Body::empty());
        *response.status_mut() = self.code.status();
        response.extensions_mut().insert(self);
        response
    }
}
