//! How a refusal is told over gRPC: a status, and in its metadata the stable code that REST's documents have too.

use axum::body::Body;
use axum::http::{HeaderMap, Response};
use tonic::metadata::MetadataMap;
use tonic::{Code as Call, Status};

use crate::problem::{Code, Problem};

/// Where the stable code stands, and how many seconds to wait before the same may work.
const CODE: &str = "leat-code";
const RETRY_AFTER: &str = "retry-after";
/// How long a status's message may be, bytes: it travels in a header, where clients allow 8 KiB, and each byte may take three.
const MESSAGE_BYTES_MAX: usize = 2_000;

impl From<Problem> for Status {
    fn from(problem: Problem) -> Self {
        if problem.code.status().is_server_error() {
            tracing::warn!(code = ?problem.code, "a call failed: {}", problem.detail());
        }
        let mut metadata = MetadataMap::new();
        if let Ok(name) = problem.code.text().parse() {
            metadata.insert(CODE, name);
        }
        if let Some(seconds) = problem.retry_seconds().and_then(|seconds| seconds.to_string().parse().ok()) {
            metadata.insert(RETRY_AFTER, seconds);
        }
        Status::with_metadata(problem.code.call(), within(problem.told(), MESSAGE_BYTES_MAX), metadata)
    }
}

/// As much of a text as fits, cut between characters.
fn within(text: &str, bytes_max: usize) -> &str {
    &text[..text.floor_char_boundary(bytes_max)]
}

/// The refusal that is an answer's whole; nothing where it has gone well so far.
pub(super) fn refusal(headers: &HeaderMap) -> Option<Status> {
    Status::from_header_map(headers).filter(|status| status.code() != Call::Ok)
}

/// The code in front of what tonic itself refuses, which has none: a message that cannot be read or is too large.
pub(super) fn with_code(response: Response<Body>) -> Response<Body> {
    let Some(status) = refusal(response.headers()).filter(|_| !response.headers().contains_key(CODE)) else {
        return response;
    };
    let code = match status.code() {
        Call::OutOfRange | Call::ResourceExhausted => Code::BodyTooLarge,
        // What came was no protobuf, or of a compression that is not read here.
        Call::Internal | Call::InvalidArgument | Call::Unknown => Code::MalformedRequest,
        Call::Unimplemented => Code::UnsupportedMediaType,
        _ => return response,
    };
    Status::from(Problem::new(code, status.message())).into_http()
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    #[test]
    fn a_problem_has_its_code_and_its_time_in_the_metadata() {
        let problem = Problem::new(Code::RateLimited, "later").retry_after(Duration::from_millis(1_200));
        let status = Status::from(problem);
        let text = |name: &str| status.metadata().get(name).unwrap().to_str().unwrap().to_owned();
        assert_eq!((status.code(), status.message()), (Call::ResourceExhausted, "later"));
        assert_eq!((text(CODE), text(RETRY_AFTER)), ("rate-limited".to_owned(), "2".to_owned()));
    }

    #[test]
    fn what_is_wrong_inside_is_not_told() {
        let status = Status::from(Problem::new(Code::Internal, "postgres://secret@db"));
        assert_eq!((status.code(), status.message().contains("secret")), (Call::Internal, false));
    }

    #[test]
    fn a_long_message_is_cut_between_characters() {
        let status = Status::from(Problem::invalid("ü".repeat(MESSAGE_BYTES_MAX)));
        assert_eq!(status.message(), "ü".repeat(MESSAGE_BYTES_MAX / 2));
    }

    #[test]
    fn what_tonic_refuses_is_the_callers_fault() {
        for (of, code, name) in [
            (Call::Internal, Call::InvalidArgument, "malformed-request"),
            (Call::OutOfRange, Call::OutOfRange, "body-too-large"),
        ] {
            let response = with_code(Status::new(of, "what").into_http());
            let status = refusal(response.headers()).unwrap();
            assert_eq!((status.code(), response.headers()[CODE].to_str().unwrap()), (code, name));
        }
        let own = Status::from(Problem::new(Code::Internal, "x")).into_http();
        assert_eq!(refusal(with_code(own).headers()).unwrap().code(), Call::Internal);
    }
}
