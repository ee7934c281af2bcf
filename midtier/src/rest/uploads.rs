//! Contents that come in pieces and go on where they broke off: the IETF's draft "Resumable Uploads for HTTP", with a
//! content's digest as the name of its upload.
//!
//! What differs from the draft: nobody creates an upload, since its name is known; its length is said with every piece; and it
//! is complete when it has that length, whatever a request says of it.

use std::sync::Arc;

use axum::body::Body;
use axum::extract::State;
use axum::http::{HeaderMap, HeaderName, HeaderValue, StatusCode, header};
use axum::response::IntoResponse;

use super::content::{incoming, place};
use super::extract::{InPath, digest, require_length};
use super::problem::{Answer, Code, Problem};
use crate::app::App;
use crate::blobs::{Begun, BlobError, Piece, Taken};
use crate::problem::SoFar;

const UPLOAD_OFFSET: HeaderName = HeaderName::from_static("upload-offset");
const UPLOAD_LENGTH: HeaderName = HeaderName::from_static("upload-length");
const UPLOAD_COMPLETE: HeaderName = HeaderName::from_static("upload-complete");
/// Truth and untruth, as structured fields have them (RFC 9651).
const TRUE: &str = "?1";
const FALSE: &str = "?0";

/// Says of a content that it is there.
pub(super) const COMPLETE: (HeaderName, &str) = (UPLOAD_COMPLETE, TRUE);

impl SoFar {
    /// Of one that was begun, or was not.
    pub(super) fn of(begun: Option<Begun>) -> Self {
        SoFar { offset: begun.map_or(0, |begun| begun.bytes), length: begun.map(|begun| begun.length) }
    }

    /// The headers that say so.
    pub(super) fn headers(self) -> impl Iterator<Item = (HeaderName, String)> {
        let always = [
            (UPLOAD_OFFSET, self.offset.to_string()),
            (UPLOAD_COMPLETE, FALSE.to_owned()),
            (header::CACHE_CONTROL, "no-store".to_owned()),
        ];
        always.into_iter().chain(self.length.map(|length| (UPLOAD_LENGTH, length.to_string())))
    }
}

/// Takes a piece of a content
///
/// The first, or one that goes on at `Upload-Offset`, which must be where what is here ends: `HEAD` says where that is, and so does
/// the refusal. Whatever comes is kept, also of a request that breaks off. Once all `Upload-Length` bytes are here, the
/// content is kept if it is what its digest says, and thrown away if it is not. A content that nobody goes on with is
/// thrown away after a time. As in the IETF's draft "Resumable Uploads for HTTP".
#[utoipa::path(patch, path = "/api/v1/blobs/{digest}", tag = "contents",
    params(
        ("digest" = String, Path, pattern = "^[0-9a-f]{64}$", description = "SHA-256 of the whole content."),
        ("Upload-Offset" = u64, Header, description = "Where in the content the body begins, bytes."),
        ("Upload-Length" = u64, Header, description = "How many bytes the whole content has."),
    ),
    request_body(content = Vec<u8>, content_type = "application/partial-upload"),
    responses(
        (status = 201, description = "All of it has come, and it is kept now."),
        (status = 200, description = "It was here already."),
        (status = 204, description = "There is more of it: `Upload-Offset` says where it goes on."),
        (status = 400, description = "It broke off, or its headers cannot be read."),
        (status = 404, description = "The path holds no digest."),
        (status = 409, description = "It goes on elsewhere (`mismatching-upload-offset`): `Upload-Offset` says where."),
        (status = 413, description = "It is larger than may be, or than it was said to be."),
        (status = 422, description = "It is not what its digest says (`digest-mismatch`): nothing of it is kept."),
        (status = 507, description = "There is no room, or too much is begun (`too-many-uploads`): `PUT` may work."),
    ))]
pub(super) async fn patch(
    State(app): State<Arc<App>>,
    InPath(name): InPath<String>,
    headers: HeaderMap,
    body: Body,
) -> Answer {
    let piece = Piece {
        digest: digest(&name, "content")?,
        offset: number(&headers, &UPLOAD_OFFSET)?,
        length: number(&headers, &UPLOAD_LENGTH)?,
    };
    let bytes_max = app.config.blob_bytes_max;
    if piece.length > bytes_max {
        return Err(BlobError::TooLarge { bytes_max }.into());
    }
    if piece.offset > piece.length {
        let detail = format!("Upload-Offset is {}, behind the end at Upload-Length: {}", piece.offset, piece.length);
        return Err(Problem::new(Code::MalformedRequest, detail));
    }
    require_length(&headers, piece.length - piece.offset)?;
    let permit = place(&app).await?;
    if app.blobs.read(piece.digest, 0).await?.is_some() {
        // As for PUT: answered while it still sends, a client would see a broken connection.
        let _ = tokio::io::copy(&mut incoming(&app, body), &mut tokio::io::sink()).await;
        return Ok((StatusCode::OK, [COMPLETE]).into_response());
    }
    // Where the connection breaks, this request is dropped; what has come of it is still to be kept.
    let taking = app.tasks.spawn({
        let app = app.clone();
        async move {
            let _permit = permit;
            app.blobs.go_on(piece, &app.config.uploads, incoming(&app, body)).await
        }
    });
    match taking.await.map_err(|error| Problem::new(Code::Internal, error.to_string()))?? {
        Taken::Whole(_) => Ok((StatusCode::CREATED, [COMPLETE]).into_response()),
        Taken::Begun(at) => {
            let mut response = StatusCode::NO_CONTENT.into_response();
            for (name, value) in SoFar::of(Some(at)).headers() {
                if let Ok(value) = HeaderValue::try_from(value) {
                    response.headers_mut().insert(name, value);
                }
            }
            Ok(response)
        }
    }
}

/// A header that is one whole number, and stands there once.
fn number(headers: &HeaderMap, name: &HeaderName) -> Answer<u64> {
    let mut given = headers.get_all(name).iter();
    let text = given.next().and_then(|value| value.to_str().ok()).filter(|_| given.next().is_none());
    let digits = text.filter(|text| text.bytes().all(|byte| byte.is_ascii_digit()));
    digits.and_then(|digits| digits.parse().ok()).ok_or_else(|| {
        let shown: String = text.unwrap_or("nothing that can be read").chars().take(80).collect();
        Problem::new(Code::MalformedRequest, format!("{name} must be a number of bytes, once; it is {shown:?}"))
    })
}
