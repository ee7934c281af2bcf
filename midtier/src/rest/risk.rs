//! Risk objects: scenario sets, simulations, matrices, control tables and studies, in versions.

use std::sync::Arc;

use axum::body::Bytes;
use axum::extract::{Request, State};
use axum::http::{HeaderMap, Method, StatusCode};
use axum::response::Response;
use leat_bundle::{Content, Digest};
use leat_objects::{Faults, Kind, Object as RiskObject, Reference, TEXT_BYTES_MAX};
use serde::Deserialize;
use utoipa::IntoParams;

use super::content::{Wanted, outgoing, place};
use super::dto::{Object, Objects};
use super::extract::{Asks, InPath, InQuery, json, whole};
use super::problem::{Answer, Code, Problem};
use crate::app::App;
use crate::store::ObjectVersion;

/// Where the content comes from.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub(super) struct Source {
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
    let items = app.store.objects().await?.iter().map(Object::from).collect();
    Ok(json(StatusCode::OK, &Objects { items }))
}

/// Keeps a version of a risk object
///
/// The name is that of its file in a playpen's `risk/`: `base.scenarios.csv`. All but simulations are checked here.
#[utoipa::path(put, path = "/api/v1/risk/{name}", tag = "risk",
    params(("name" = String, Path, description = "The file's name.",
        pattern = r"^[A-Za-z0-9_][A-Za-z0-9_-]*\.(scenarios|simulation|matrix|table|study)\.(csv|parquet|toml)$"), Source),
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
    InQuery(source): InQuery<Source>,
    request: Request,
) -> Answer {
    let reference = of_file(&file)?;
    let content = match source.digest {
        Some(digest) => uploaded(&app, &reference, &digest).await?,
        None => sent(&app, &reference, &file, request).await?,
    };
    let name = reference.to_string();
    let before = app.store.object_versions(&name).await?;
    let Content { digest, bytes } = content;
    let object = ObjectVersion { name, version: 0, file, digest, bytes, user: caller.user, created: app.now() };
    let kept = app.store.put_object(&object).await?;
    if before.iter().any(|known| known.version == kept.version) {
        return Ok(json(StatusCode::OK, &Object::from(&kept)));
    }
    tracing::info!(object = kept.name, version = kept.version, user = kept.user, "keeps a risk object");
    Ok(json(StatusCode::CREATED, &Object::from(&kept)))
}

/// The object that a file's name stands for.
fn of_file(file: &str) -> Answer<Reference> {
    let refused = |why: String| Problem::invalid(format!("{file:?} is no file's name of a risk object: {why}"));
    let shape = "expected a name, a kind and a format, as base.scenarios.csv";
    let (stem, suffix) = file.rsplit_once('.').ok_or_else(|| refused(shape.to_owned()))?;
    let reference: Reference = stem.parse().map_err(refused)?;
    // The formats that a playpen's folder takes.
    let formats = match reference.kind {
        Kind::Simulation => &["csv", "parquet"][..],
        Kind::Study => &["toml"],
        Kind::ScenarioSet | Kind::Matrix | Kind::ControlTable => &["csv"],
    };
    if !formats.contains(&suffix) {
        return Err(refused(format!("a {} is written as {}", reference.kind.name(), formats.join(" or "))));
    }
    Ok(reference)
}

async fn uploaded(app: &App, reference: &Reference, digest: &str) -> Answer<Content> {
    if reference.kind != Kind::Simulation {
        return Err(Problem::invalid(format!("only a simulation may be put by its digest, and {reference} is none")));
    }
    let digest: Digest = digest.parse().map_err(|error| Problem::invalid(format!("digest: {error}")))?;
    let found = app.blobs.read(digest, 0).await?;
    let (bytes, _) = found.ok_or_else(|| Problem::missing(vec![digest]))?;
    Ok(Content { digest, bytes })
}

async fn sent(app: &App, reference: &Reference, file: &str, request: Request) -> Answer<Content> {
    let (parts, body) = request.into_parts();
    let _place = place(app).await?;
    let in_memory = app.objects.acquire().await;
    let _in_memory = in_memory.map_err(|_| Problem::new(Code::Busy, "too many risk objects are being taken"))?;
    let bytes = whole(app, &parts.headers, body, TEXT_BYTES_MAX).await?;
    let (kind, file, checked) = (reference.kind, file.to_owned(), bytes.clone());
    let digest = tokio::task::spawn_blocking(move || sound(kind, &file, &checked).map(|()| Digest::of(&checked))).await;
    let digest = digest.map_err(|error| Problem::new(Code::Internal, error.to_string()))??;
    let content = Content { digest, bytes: bytes.len() as u64 };
    app.blobs.write(digest, content.bytes, Box::pin(std::io::Cursor::new(bytes))).await?;
    Ok(content)
}

/// Checks what is read whole by a run. A simulation is read in parts, by the host that has it.
fn sound(kind: Kind, file: &str, bytes: &Bytes) -> Answer<()> {
    let faulty = |why: String| Problem::new(Code::FaultyObject, why);
    if kind == Kind::Simulation {
        return Ok(());
    }
    let text = str::from_utf8(bytes).map_err(|error| faulty(format!("{file}: {error}")))?;
    let told = |faults: Faults| {
        let told: Vec<String> = faults.kept().iter().map(|fault| fault.in_file(file)).collect();
        let more = if faults.more() > 0 { format!("; and {} more", faults.more()) } else { String::new() };
        faulty(told.join("; ") + &more)
    };
    RiskObject::read(kind, text).map(drop).map_err(told)
}

/// Every version of a risk object, the latest first
#[utoipa::path(get, path = "/api/v1/risk/{name}", tag = "risk",
    params(("name" = String, Path, description = "Its name and kind: `base.scenarios`.")),
    responses(
        (status = 200, description = "Its versions.", body = Objects),
        (status = 404, description = "There is no such risk object."),
    ))]
pub(super) async fn versions(State(app): State<Arc<App>>, InPath(name): InPath<String>) -> Answer {
    let items = found(&app, &name).await?.iter().map(Object::from).collect();
    Ok(json(StatusCode::OK, &Objects { items }))
}

async fn found(app: &App, name: &str) -> Answer<Vec<ObjectVersion>> {
    let unknown = || Problem::not_found("risk object", name);
    let reference: Reference = name.parse().map_err(|_| unknown())?;
    let versions = app.store.object_versions(&reference.to_string()).await?;
    if versions.is_empty() { Err(unknown()) } else { Ok(versions) }
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
    let versions = found(&app, &name).await?;
    let wanted = |version: &&ObjectVersion| which.version.is_none_or(|wanted| wanted == version.version);
    let version = versions.iter().find(wanted).ok_or_else(|| Problem::not_found("version of", &name))?;
    let media_type = "application/octet-stream";
    outgoing(&app, Wanted { digest: version.digest, method: &method, headers: &headers, what: "content", media_type })
        .await
}
