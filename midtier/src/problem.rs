//! Every refusal there is, whatever protocol it is told in: a stable code that programs may rely on, and words for a person.
//!
//! `rest/problem.rs` makes documents of them, `grpc/problem.rs` statuses.

use std::time::Duration;

use axum::http::StatusCode;
use leat_bundle::Digest;
use serde::Serialize;
use utoipa::ToSchema;

use crate::blobs::BlobError;
use crate::store::StoreError;

/// What is answered, or why it is not.
pub(crate) type Answer<T> = Result<T, Problem>;

macro_rules! codes {
    ($($(#[doc = $doc:literal])* $code:ident = $status:ident, $call:ident, $title:literal;)*) => {
        /// What went wrong, for programs. A code keeps its meaning.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, ToSchema)]
        #[serde(rename_all = "kebab-case")]
        pub(crate) enum Code {
            $($(#[doc = $doc])* $code,)*
        }

        impl Code {
            /// As HTTP has it.
            pub(crate) fn status(self) -> StatusCode {
                match self { $(Code::$code => StatusCode::$status,)* }
            }

            /// As gRPC has it.
            pub(crate) fn call(self) -> tonic::Code {
                match self { $(Code::$code => tonic::Code::$call,)* }
            }

            /// What it means, in a few words.
            pub(crate) fn title(self) -> &'static str {
                match self { $(Code::$code => $title,)* }
            }
        }
    };
}

codes! {
    MalformedRequest = BAD_REQUEST, InvalidArgument, "The request cannot be read";
    UnknownParameter = BAD_REQUEST, InvalidArgument, "The query holds a parameter that there is not";
    BrokenOff = BAD_REQUEST, Aborted, "The body broke off";
    Unauthenticated = UNAUTHORIZED, Unauthenticated, "A valid token is needed";
    Forbidden = FORBIDDEN, PermissionDenied, "The caller lacks the permission for this";
    SecretRefused = FORBIDDEN, PermissionDenied, "The group's runs may not be given the secret";
    LoginRefused = FORBIDDEN, PermissionDenied, "Whoever this is, they are not logged in";
    NotFound = NOT_FOUND, NotFound, "There is no such thing";
    NoReport = NOT_FOUND, FailedPrecondition, "The run has no report yet";
    MethodNotAllowed = METHOD_NOT_ALLOWED, Unimplemented, "There is no such method here";
    IdempotencyKeyInUse = CONFLICT, AlreadyExists, "The idempotency key stands for another submission";
    MissingContents = CONFLICT, FailedPrecondition, "Contents of the bundle are not here yet";
    MismatchingUploadOffset = CONFLICT, FailedPrecondition, "The content goes on at another byte";
    AlreadyThere = CONFLICT, AlreadyExists, "There is one of this name already";
    TooMany = CONFLICT, ResourceExhausted, "There are as many as there may be";
    RunNotEnded = CONFLICT, FailedPrecondition, "The run has not ended yet";
    BodyTooLarge = PAYLOAD_TOO_LARGE, OutOfRange, "The body is too large";
    UnsupportedMediaType = UNSUPPORTED_MEDIA_TYPE, Unimplemented, "The body is of another type than is read here";
    RangeNotSatisfiable = RANGE_NOT_SATISFIABLE, OutOfRange, "The content ends before the range begins";
    InvalidRequest = UNPROCESSABLE_ENTITY, InvalidArgument, "The request asks for what cannot be";
    DigestMismatch = UNPROCESSABLE_ENTITY, InvalidArgument, "The content is not what its digest promises";
    InvalidManifest = UNPROCESSABLE_ENTITY, InvalidArgument, "The manifest is not sound";
    ManifestNotCanonical = UNPROCESSABLE_ENTITY, InvalidArgument, "The manifest is not written as Leat writes it";
    FaultyObject = UNPROCESSABLE_ENTITY, InvalidArgument, "The risk object is not sound";
    UnknownBundle = UNPROCESSABLE_ENTITY, FailedPrecondition, "There is no such bundle";
    FixedBundle = UNPROCESSABLE_ENTITY, FailedPrecondition, "The bundle can be run only as it is";
    NoSuchParameter = UNPROCESSABLE_ENTITY, InvalidArgument, "The process takes no such parameter";
    ParameterType = UNPROCESSABLE_ENTITY, InvalidArgument, "The value is not of its parameter's type";
    FaultyProcess = UNPROCESSABLE_ENTITY, InvalidArgument, "The process is not sound with these values";
    NotInBundle = UNPROCESSABLE_ENTITY, FailedPrecondition, "The run would read what the bundle does not hold";
    NoSecretStore = UNPROCESSABLE_ENTITY, FailedPrecondition, "The installation keeps no secrets";
    UnknownRegion = UNPROCESSABLE_ENTITY, FailedPrecondition, "No host stands in the region";
    NoSuchHost = UNPROCESSABLE_ENTITY, FailedPrecondition, "No host is as the run asks for";
    ImpossibleResources = UNPROCESSABLE_ENTITY, FailedPrecondition, "No host is that large";
    RateLimited = TOO_MANY_REQUESTS, ResourceExhausted, "The caller asks too often";
    Internal = INTERNAL_SERVER_ERROR, Internal, "The service is at fault";
    ProviderGarbled = BAD_GATEWAY, Unavailable, "The login provider does not answer as it should";
    Busy = SERVICE_UNAVAILABLE, Unavailable, "The service has too much to do";
    TimedOut = SERVICE_UNAVAILABLE, DeadlineExceeded, "The answer took too long";
    Unavailable = SERVICE_UNAVAILABLE, Unavailable, "What the service stands on cannot be reached";
    SecretStoreUnreachable = SERVICE_UNAVAILABLE, Unavailable, "The store of secrets cannot be reached";
    AuditUnavailable = SERVICE_UNAVAILABLE, Unavailable, "The audit log cannot be written, and nothing is done without it";
    Full = INSUFFICIENT_STORAGE, ResourceExhausted, "There is no room left";
    TooManyUploads = INSUFFICIENT_STORAGE, ResourceExhausted, "Too many contents are begun and not whole";
}

/// A refusal.
#[derive(Clone, Debug)]
pub(crate) struct Problem {
    pub(crate) code: Code,
    /// What was wrong, for a person; [`Problem::told`] is what they are told.
    detail: String,
    /// Contents that must be uploaded first.
    pub(crate) missing: Option<Vec<Digest>>,
    /// How long to wait before the same may work.
    pub(crate) retry_after: Option<Duration>,
    /// The methods that there are.
    pub(crate) allow: Option<String>,
    /// The size that the content has.
    pub(crate) content_bytes: Option<u64>,
    /// How far the content has come. Boxed, since few have one.
    pub(crate) upload: Option<Box<SoFar>>,
}

/// How far a content has come that is not there.
#[derive(Clone, Copy, Debug)]
pub(crate) struct SoFar {
    /// Where it goes on.
    pub(crate) offset: u64,
    /// How long it will be, if that is to be told.
    pub(crate) length: Option<u64>,
}

impl Code {
    /// As programs know it: `not-found`.
    pub(crate) fn text(self) -> String {
        let name = serde_json::to_value(self).unwrap_or_default();
        name.as_str().unwrap_or_default().to_owned()
    }
}

impl Problem {
    /// Somebody asks too often, and is to wait so long.
    pub(crate) fn too_often(wait: Duration) -> Self {
        Problem::new(Code::RateLimited, format!("there is room for the next request in {wait:.1?}")).retry_after(wait)
    }

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

    /// How many seconds to wait before the same may work.
    pub(crate) fn retry_seconds(&self) -> Option<f64> {
        self.retry_after.map(|time| time.as_secs_f64().ceil().max(1.0))
    }

    /// What whoever asks is told. What is wrong inside is for the log.
    pub(crate) fn told(&self) -> &str {
        match self.code {
            Code::Internal => "see the service's log for this request",
            _ => &self.detail,
        }
    }

    /// What was wrong, for the log.
    pub(crate) fn detail(&self) -> &str {
        &self.detail
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
