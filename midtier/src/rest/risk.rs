//! Risk objects: scenario sets, simulations, matrices, control tables and studies, in versions.

use std::sync::Arc;

use axum::extract::{Request, State};
use axum::http::{HeaderMap, Method, StatusCode};
use axum::response::Response;
use leat_objects::TEXT_BYTES_MAX;
use serde::Deserialize;
use utoipa::IntoParams;

use super::content::{Wanted, outgoing};
use super::dto::{Object, Objects};
use super::extract::{Asks, InPath, InQuery, json, whole};
use super::problem::Answer;
use crate::api::risk::{self, Source};
use crate::app::App;
use crate::audit::deed::Became;

/// Where the content comes from.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub(super) struct Origin {
    /// SHA-256 of a simulation that was uploaded as a content already: for those that are larger than 64 MiB. The body is
    /// not read then.
    #[param(pattern = "^[0-9a-f]{64}$")]
    digest: Option<String>,
}

/// Which version.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub(super) struct Which {
    /// From 1. The default is the latest.
    #[param(minimum = 1)]
    version: Option<u64>,
}

/// Every risk object, each in its latest version
#[utoipa::path(get, path = "/api/v1/risk", tag = "risk",
    responses((status = 200, description = "In the order of their names.", body = Objects)))]
pub(super) async fn list(State(app): State<Arc<App>>) -> Answer {
    let items = risk::list(&app).await?.iter().map(Object::from).collect();
    Ok(json(StatusCode::OK, &Objects { items }))
}

/// Keeps a version of a risk object
///
/// The name is that of its file in a playpen's `risk/`: `base.scenarios.csv`. All but simulations are checked here.
#[utoipa::path(put, path = "/api/v1/risk/{name}", tag = "risk",
    params(("name" = String, Path, description = "The file's name.",
        pattern = r"^[A-Za-z0-9_][A-Za-z0-9_-]*\.(scenarios|simulation|matrix|table|study)\.(csv|parquet|toml)$"), Origin),
    request_body(content = Vec<u8>, content_type = "application/octet-stream", description = "At most 64 MiB."),
    responses(
        (status = 201, description = "A new version.", body = Object),
        (status = 200, description = "There is a version with this content already.", body = Object),
        (status = 404, description = "The path is no text."),
        (status = 409, description = "The content of this digest is not here yet (`missing-contents`)."),
        (status = 413, description = "More than 64 MiB."),
        (status = 422, description = "No file's name of a risk object, or its content is not sound (`faulty-object`)."),
        (status = 507, description = "There is no room."),
    ))]
pub(super) async fn put(
    State(app): State<Arc<App>>,
    Asks(caller): Asks,
    InPath(file): InPath<String>,
    InQuery(origin): InQuery<Origin>,
    request: Request,
) -> Answer {
    let (parts, body) = request.into_parts();
    let bytes = whole(&app, &parts.headers, body, TEXT_BYTES_MAX);
    let source = origin.digest.map_or(Source::Sent(bytes), Source::Uploaded);
    let kept = risk::put(&app, caller, file, source).await?;
    let status = if kept.is_new { StatusCode::CREATED } else { StatusCode::OK };
    let mut response = json(status, &Object::from(&kept.object));
    response.extensions_mut().insert(Became::version(&kept.object));
    Ok(response)
}

/// Every version of a risk object, the latest first
#[utoipa::path(get, path = "/api/v1/risk/{name}", tag = "risk",
    params(("name" = String, Path, description = "Its name and kind: `base.scenarios`.")),
    responses(
        (status = 200, description = "Its versions.", body = Objects),
        (status = 404, description = "There is no such risk object."),
    ))]
pub(super) async fn versions(State(app): State<Arc<App>>, InPath(name): InPath<String>) -> Answer {
    let items = risk::versions(&app, &name).await?.iter().map(Object::from).collect();
    Ok(json(StatusCode::OK, &Objects { items }))
}

/// The content of a risk object
#[utoipa::path(get, path = "/api/v1/risk/{name}/content", tag = "risk",
    params(
        ("name" = String, Path, description = "Its name and kind: `base.scenarios`."),
        Which,
        ("Range" = Option<String>, Header, description = "`bytes=N-` or `bytes=N-M`."),
    ),
    responses(
        (status = 200, description = "All of it.", body = Vec<u8>, content_type = "application/octet-stream"),
        (status = 206, description = "From the range's begin on.", body = Vec<u8>, content_type = "application/octet-stream"),
        (status = 404, description = "There is no such risk object, or version of it."),
        (status = 416, description = "It ends before the range begins; `Content-Range` says where."),
    ))]
pub(super) async fn content(
    State(app): State<Arc<App>>,
    InPath(name): InPath<String>,
    InQuery(which): InQuery<Which>,
    method: Method,
    headers: HeaderMap,
) -> Answer<Response> {
    let version = risk::version(&app, &name, which.version).await?;
    let media_type = "application/octet-stream";
    let wanted = Wanted { digest: version.digest, method: &method, headers: &headers, what: "content", media_type };
    let mut response = outgoing(&app, wanted).await?;
    response.extensions_mut().insert(Became::version(&version));
    Ok(response)
}
