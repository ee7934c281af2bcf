//! Bundles: processes made ready to run anywhere.

use std::sync::Arc;

use axum::body::Body;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};
use leat_bundle::{Digest, MANIFEST_BYTES_MAX, Manifest};

use super::dto::Bundle;
use super::extract::{Asks, InPath, digest, json, whole};
use super::problem::{Answer, Code, Problem};
use crate::api::checks::plain;
use crate::api::submit::require_needs;
use crate::app::App;
use crate::audit::deed::Became;
use crate::store::BundleRecord;

/// Keeps a bundle
///
/// The body is its manifest, byte for byte as Leat writes it: the bundle's digest is of these bytes. All contents must have
/// been uploaded before.
#[utoipa::path(post, path = "/api/v1/bundles", tag = "bundles",
    request_body(content = Object, content_type = "application/json", description = "The manifest, at most 16 MiB."),
    responses(
        (status = 201, description = "It is kept now.", body = Bundle),
        (status = 200, description = "It was here already.", body = Bundle),
        (status = 409, description = "Contents are not here yet (`missing-contents`); `missing` names them."),
        (status = 413, description = "More than 16 MiB."),
        (status = 422, description = "No sound manifest (`invalid-manifest`, `manifest-not-canonical`)."),
        (status = 507, description = "There is no room."),
    ))]
pub(super) async fn put(State(app): State<Arc<App>>, Asks(caller): Asks, headers: HeaderMap, body: Body) -> Answer {
    let bytes = whole(&app, &headers, body, MANIFEST_BYTES_MAX).await?;
    // A manifest of 16 MiB takes a while to read.
    let read = tokio::task::spawn_blocking(move || read(&bytes)).await;
    let (digest, manifest) = read.map_err(|error| Problem::new(Code::Internal, error.to_string()))??;
    if let Some(known) = app.store.bundle(digest).await? {
        return Ok(kept(StatusCode::OK, &known));
    }
    let missing = app.blobs.missing(&manifest.contents()).await?;
    if !missing.is_empty() {
        return Err(Problem::missing(missing));
    }
    let bundle = BundleRecord { digest, manifest, user: caller.user, created: app.now() };
    app.store.put_bundle(&bundle).await?;
    tracing::info!(bundle.digest = %digest, process = bundle.manifest.process, user = bundle.user, "keeps a bundle");
    Ok(kept(StatusCode::CREATED, &bundle))
}

fn kept(status: StatusCode, bundle: &BundleRecord) -> Response {
    let mut response = json(status, &Bundle::from(bundle));
    let (on, note) = (Some(format!("bundle {}", bundle.digest)), format!("process {}", bundle.manifest.process));
    response.extensions_mut().insert(Became { on, note });
    response
}

fn read(bytes: &[u8]) -> Answer<(Digest, Manifest)> {
    let invalid = |what: String| Problem::new(Code::InvalidManifest, what);
    let manifest = Manifest::parse(bytes).map_err(|error| invalid(error.to_string()))?;
    if manifest.to_bytes() != bytes {
        let detail = "the same manifest as Leat writes it has other bytes: no spaces, and the fields in their order";
        return Err(Problem::new(Code::ManifestNotCanonical, detail));
    }
    let texts = [("the process's name", &manifest.process), ("leat_version", &manifest.leat_version)];
    for (what, text) in texts {
        plain(what, text)?;
    }
    require_needs(manifest.needs.cpu_millis, manifest.needs.memory_bytes)?;
    Ok((Digest::of(bytes), manifest))
}

/// A bundle's manifest
#[utoipa::path(get, path = "/api/v1/bundles/{digest}", tag = "bundles",
    params(("digest" = String, Path, description = "SHA-256 of the manifest.")),
    responses(
        (status = 200, description = "Byte for byte as it was uploaded.", body = Object),
        (status = 404, description = "It is not here."),
    ))]
pub(super) async fn get(State(app): State<Arc<App>>, InPath(name): InPath<String>) -> Answer<Response> {
    let digest = digest(&name, "bundle")?;
    let bundle = app.store.bundle(digest).await?.ok_or_else(|| Problem::not_found("bundle", &name))?;
    let headers = [(header::CONTENT_TYPE, "application/json".to_owned()), (header::ETAG, format!("\"{digest}\""))];
    Ok((headers, bundle.manifest.to_bytes()).into_response())
}
