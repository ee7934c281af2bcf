//! Contents of files: which are missing, and one of them in and out.

use std::sync::Arc;

use axum::body::Body;
use axum::extract::State;
use axum::http::{HeaderMap, Method, StatusCode};
use axum::response::{AppendHeaders, IntoResponse, Response};
use leat_bundle::Content;

use super::content::{Wanted, incoming, outgoing, place};
use super::dto::{Contents, Missing};
use super::extract::{InBody, InPath, digest, json, require_length};
use super::problem::{Answer, Code};
use super::uploads::COMPLETE;
use crate::app::App;
use crate::problem::SoFar;

/// Which contents are not here yet
///
/// Before a bundle is made of them. A body of 1 MiB names about 9,000 contents; ask several times for more.
#[utoipa::path(post, path = "/api/v1/blobs/missing", tag = "contents", request_body = Contents,
    responses(
        (status = 200, description = "Those that are not.", body = Missing),
        (status = 413, description = "More than 1 MiB."),
        (status = 415, description = "Not `application/json`."),
        (status = 422, description = "JSON of another shape."),
    ))]
pub(super) async fn missing(State(app): State<Arc<App>>, InBody(asked): InBody<Contents>) -> Answer {
    let contents: Vec<Content> = asked.contents.into_iter().map(Content::from).collect();
    let missing = app.blobs.missing(&contents).await?;
    Ok(json(StatusCode::OK, &Missing { missing }))
}

/// Keeps a content
///
/// Sent whole, in one request. One that breaks off is sent again from its beginning; `PATCH` goes on instead.
#[utoipa::path(put, path = "/api/v1/blobs/{digest}", tag = "contents",
    params(("digest" = String, Path, pattern = "^[0-9a-f]{64}$", description = "SHA-256 of the content.")),
    request_body(content = Vec<u8>, content_type = "application/octet-stream"),
    responses(
        (status = 201, description = "It is kept now."),
        (status = 200, description = "It was here already."),
        (status = 404, description = "The path holds no digest."),
        (status = 413, description = "It is larger than may be."),
        (status = 422, description = "It is not what its digest says (`digest-mismatch`)."),
        (status = 507, description = "There is no room."),
    ))]
pub(super) async fn put(
    State(app): State<Arc<App>>,
    InPath(name): InPath<String>,
    headers: HeaderMap,
    body: Body,
) -> Answer {
    let digest = digest(&name, "content")?;
    require_length(&headers, app.config.blob_bytes_max)?;
    let _place = place(&app).await?;
    if app.blobs.read(digest, 0).await?.is_some() {
        // Answered while it still sends, a client would see a broken connection; what it sends is of no account.
        let _ = tokio::io::copy(&mut incoming(&app, body), &mut tokio::io::sink()).await;
        return Ok(StatusCode::OK.into_response());
    }
    app.blobs.write(digest, app.config.blob_bytes_max, incoming(&app, body)).await?;
    Ok(StatusCode::CREATED.into_response())
}

/// A content
///
/// With `Range: bytes=N-` the rest of one that was taken in part. `ETag` is the digest: a content never changes. `HEAD` says of
/// one that is being uploaded how far it has come: 404 with `Upload-Offset`, the byte that `PATCH` goes on at,
/// `Upload-Complete: ?0`, and `Upload-Length` if it was begun.
#[utoipa::path(method(get, head), path = "/api/v1/blobs/{digest}", tag = "contents",
    params(
        ("digest" = String, Path, pattern = "^[0-9a-f]{64}$", description = "SHA-256 of the content."),
        ("Range" = Option<String>, Header, description = "`bytes=N-` or `bytes=N-M`."),
    ),
    responses(
        (status = 200, description = "All of it.", body = Vec<u8>, content_type = "application/octet-stream"),
        (status = 206, description = "From the range's begin on.", body = Vec<u8>, content_type = "application/octet-stream"),
        (status = 404, description = "It is not here."),
        (status = 416, description = "It ends before the range begins; `Content-Range` says where."),
    ))]
pub(super) async fn get(
    State(app): State<Arc<App>>,
    InPath(name): InPath<String>,
    method: Method,
    headers: HeaderMap,
) -> Answer<Response> {
    let digest = digest(&name, "content")?;
    let media_type = "application/octet-stream";
    let wanted = Wanted { digest, method: &method, headers: &headers, what: "content", media_type };
    match outgoing(&app, wanted).await {
        Err(problem) if method == Method::HEAD && problem.code == Code::NotFound => {
            let begun = app.blobs.begun(digest).await?;
            Err(problem.upload(SoFar::of(begun)))
        }
        Ok(response) if method == Method::HEAD => Ok((AppendHeaders([COMPLETE]), response).into_response()),
        answer => answer,
    }
}
