//! How every refusal is told: RFC 9457, with a stable `code` that programs may rely on.

use std::time::Duration;

use axum::body::Body;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use leat_bundle::Digest;
use serde::Serialize;
use utoipa::ToSchema;

use super::uploads::SoFar;
use crate::blobs::BlobError;
use crate::store::StoreError;

/// What a handler answers.
pub(crate) type Answer<T = Response> = Result<T, Problem>;

macro_rules! codes {
    ($($(#[doc = $doc:literal])* $code:ident = $status:ident, $title:literal;)*) => {
        /// What went wrong, for programs. A code keeps its meaning.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, ToSchema)]
        #[serde(rename_all = "kebab-case")]
        pub(crate) enum Code {
            $($(#[doc = $doc])* $code,)*
        }

        impl Code {
            fn status(self) -> StatusCode {
                match self { $(Code::$code => StatusCode::$status,)* }
            }

            fn title(self) -> &'static str {
                match self { $(Code::$code => $title,)* }
            }
        }
    };
}

codes! {
    MalformedRequest = BAD_REQUEST, "The request cannot be read";
    UnknownParameter = BAD_REQUEST, "The query holds a parameter that there is not";
    BrokenOff = BAD_REQUEST, "The body broke off";
    Unauthenticated = UNAUTHORIZED, "A valid token is needed";
    Forbidden = FORBIDDEN, "The caller's role may not do this";
    NotFound = NOT_FOUND, "There is no such thing";
    NoReport = NOT_FOUND, "The run has no report yet";
    MethodNotAllowed = METHOD_NOT_ALLOWED, "There is no such method here";
    IdempotencyKeyInUse = CONFLICT, "The idempotency key stands for another submission";
    MissingContents = CONFLICT, "Contents of the bundle are not here yet";
    MismatchingUploadOffset = CONFLICT, "The content goes on at another byte";
    RunNotEnded = CONFLICT, "The run has not ended yet";
    BodyTooLarge = PAYLOAD_TOO_LARGE, "The body is too large";
    UnsupportedMediaType = UNSUPPORTED_MEDIA_TYPE, "The body is of another type than is read here";
    RangeNotSatisfiable = RANGE_NOT_SATISFIABLE, "The content ends before the range begins";
    InvalidRequest = UNPROCESSABLE_ENTITY, "The request asks for what cannot be";
    DigestMismatch = UNPROCESSABLE_ENTITY, "The content is not what its digest promises";
    InvalidManifest = UNPROCESSABLE_ENTITY, "The manifest is not sound";
    ManifestNotCanonical = UNPROCESSABLE_ENTITY, "The manifest is not written as Leat writes it";
    FaultyObject = UNPROCESSABLE_ENTITY, "The risk object is not sound";
    UnknownBundle = UNPROCESSABLE_ENTITY, "There is no such bundle";
    UnknownRegion = UNPROCESSABLE_ENTITY, "No host stands in the region";
    NoSuchHost = UNPROCESSABLE_ENTITY, "No host is as the run asks for";
    ImpossibleResources = UNPROCESSABLE_ENTITY, "No host is that large";
    RateLimited = TOO_MANY_REQUESTS, "The caller asks too often";
    Internal = INTERNAL_SERVER_ERROR, "The service is at fault";
    Busy = SERVICE_UNAVAILABLE, "The service has too much to do";
    TimedOut = SERVICE_UNAVAILABLE, "The answer took too long";
    Unavailable = SERVICE_UNAVAILABLE, "What the service stands on cannot be reached";
    Full = INSUFFICIENT_STORAGE, "There is no room left";
    TooManyUploads = INSUFFICIENT_STORAGE, "Too many contents are begun and not whole";
}

/// A refusal. It becomes a document once the gate has given it the request's id.
#[derive(Clone, Debug)]
pub(crate) struct Problem {
    pub(crate) code: Code,
    detail: String,
    missing: Option<Vec<Digest>>,
    retry_after: Option<Duration>,
    allow: Option<String>,
    content_bytes: Option<u64>,
    /// Boxed, since few have one.
    upload: Option<Box<SoFar>>,
}

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
    pub(crate) fn new(code: Code, detail: impl Into<String>) -> Self {
        Problem {
            code,
            detail: detail.into(),
            missing: None,
            retry_after: None,
            allow: None,
            content_bytes: None,
            upload: None,
        }
    }

    /// There is no such thing, or the caller may not see it.
    pub(crate) fn not_found(what: &str, name: &str) -> Self {
        let name: String = name.chars().take(200).collect();
        Problem::new(Code::NotFound, format!("there is no {what} {name:?}"))
    }

    /// The request asks for what cannot be.
    pub(crate) fn invalid(detail: impl Into<String>) -> Self {
        Problem::new(Code::InvalidRequest, detail)
    }

    pub(crate) fn missing(digests: Vec<Digest>) -> Self {
        let detail = format!("{} contents of the bundle are not here yet: upload them first", digests.len());
        Problem { missing: Some(digests), ..Problem::new(Code::MissingContents, detail) }
    }

    pub(crate) fn retry_after(self, time: Duration) -> Self {
        Problem { retry_after: Some(time), ..self }
    }

    /// With the methods that there are.
    pub(crate) fn allow(self, methods: &[&str]) -> Self {
        Problem { allow: Some(methods.join(", ")), ..self }
    }

    /// With the size that the content has.
    pub(crate) fn content_bytes(self, bytes: u64) -> Self {
        Problem { content_bytes: Some(bytes), ..self }
    }

    /// With how far the content has come.
    pub(crate) fn upload(self, so_far: SoFar) -> Self {
        Problem { upload: Some(Box::new(so_far)), ..self }
    }

    /// The answer.
    pub(crate) fn render(self, request: &str) -> Response {
        let status = self.code.status();
        if status.is_server_error() {
            tracing::warn!(request.id = request, code = ?self.code, "a request failed: {}", self.detail);
        }
        // What is wrong inside is for the log, not for whoever asks.
        let detail = match self.code {
            Code::Internal => "see the service's log for this request".to_owned(),
            _ => self.detail,
        };
        let code = serde_json::to_value(self.code).unwrap_or_default();
        let mismatch = self.upload.as_ref().filter(|_| self.code == Code::MismatchingUploadOffset);
        let document = ProblemDocument {
            r#type: format!("urn:leat:problem:{}", code.as_str().unwrap_or_default()),
            title: self.code.title(),
            status: status.as_u16(),
            detail,
            code: self.code,
            request: request.to_owned(),
            missing: self.missing,
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
        if let Some(time) = self.retry_after {
            put(header::RETRY_AFTER, time.as_secs_f64().ceil().max(1.0).to_string());
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

/// How long a caller should wait before trying again what may work later.
const AGAIN: Duration = Duration::from_secs(1);
/// How long it should wait where others must come to an end with something first.
const LATER: Duration = Duration::from_secs(60);

impl From<StoreError> for Problem {
    fn from(error: StoreError) -> Self {
        match error {
            // The words of store and contents may hold addresses and paths: they are for the log.
            StoreError::Unavailable(_) => {
                Problem::new(Code::Unavailable, "the store cannot be reached").retry_after(AGAIN).noting(&error)
            }
            StoreError::Full(_) => Problem::new(Code::Full, "the store is full").noting(&error),
            StoreError::Corrupt(_) => Problem::new(Code::Internal, error.to_string()),
        }
    }
}

impl From<BlobError> for Problem {
    fn from(error: BlobError) -> Self {
        match error {
            BlobError::OtherDigest { .. } => Problem::new(Code::DigestMismatch, error.to_string()),
            BlobError::TooLarge { .. } => Problem::new(Code::BodyTooLarge, error.to_string()),
            BlobError::BrokenOff(_) => Problem::new(Code::BrokenOff, error.to_string()),
            BlobError::OtherOffset { expected } => {
                let so_far = SoFar { offset: expected, length: None };
                Problem::new(Code::MismatchingUploadOffset, error.to_string()).upload(so_far)
            }
            BlobError::TooManyBegun(_) => {
                let detail = format!("{error}: send it whole with PUT, or come again later");
                Problem::new(Code::TooManyUploads, detail).retry_after(LATER)
            }
            BlobError::Full(_) => Problem::new(Code::Full, "there is no room for the content").noting(&error),
            BlobError::Unavailable(_) => {
                Problem::new(Code::Unavailable, "the contents cannot be reached").retry_after(AGAIN).noting(&error)
            }
        }
    }
}

impl Problem {
    /// Logs what the caller is not told.
    fn noting(self, error: &impl std::error::Error) -> Self {
        tracing::warn!(%error, "cannot serve a request");
        self
    }
}
