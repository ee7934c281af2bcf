//! What a run leaves behind: its report, and the files it has published.

use std::sync::Arc;

use axum::extract::State;
use axum::http::{HeaderMap, Method, StatusCode, header};
use axum::response::{IntoResponse, Response};

use super::content::{Wanted, outgoing};
use super::dto::{Output, Outputs};
use super::extract::{Asks, InPath, json};
use super::problem::{Answer, Problem};
use crate::access::Permission;
use crate::api::runs::{report as report_of, seen_for};
use crate::app::App;

/// A run's `report.json`, once it has ended
#[utoipa::path(get, path = "/api/v1/runs/{id}/report", tag = "outputs", params(("id" = String, Path, description = "The run.")),
    responses(
        (status = 200, description = "As the worker has written it; where hosts shared the run, theirs joined into one.", body = Object),
        (status = 404, description = "There is no such run, or it has no report (yet) (`no-report`)."),
    ))]
pub(super) async fn report(State(app): State<Arc<App>>, Asks(caller): Asks, InPath(name): InPath<String>) -> Answer {
    let report = report_of(&app, &caller, &name).await?;
    Ok(([(header::CONTENT_TYPE, "application/json")], report).into_response())
}

/// What a run has published
#[utoipa::path(get, path = "/api/v1/runs/{id}/outputs", tag = "outputs", params(("id" = String, Path, description = "The run.")),
    responses(
        (status = 200, description = "In the order of the paths.", body = Outputs),
        (status = 404, description = "There is no such run, or the caller may not see it."),
    ))]
pub(super) async fn list(State(app): State<Arc<App>>, Asks(caller): Asks, InPath(name): InPath<String>) -> Answer {
    let run = seen_for(&app, &caller, &name, Permission::OutputsRead).await?;
    let items = run.outputs.iter().map(Output::from).collect();
    Ok(json(StatusCode::OK, &Outputs { items }))
}

/// A file that a run has published
///
/// The path may have several steps. With `Range: bytes=N-` the rest of one that was taken in part.
#[utoipa::path(get, path = "/api/v1/runs/{id}/outputs/{*path}", tag = "outputs",
    params(
        ("id" = String, Path, description = "The run."),
        ("path" = String, Path, description = "Relative to the run's output directory."),
        ("Range" = Option<String>, Header, description = "`bytes=N-` or `bytes=N-M`."),
    ),
    responses(
        (status = 200, description = "All of it.", body = Vec<u8>, content_type = "application/octet-stream"),
        (status = 206, description = "From the range's begin on.", body = Vec<u8>, content_type = "application/octet-stream"),
        (status = 404, description = "There is no such run or file."),
        (status = 416, description = "It ends before the range begins; `Content-Range` says where."),
    ))]
pub(super) async fn get(
    State(app): State<Arc<App>>,
    Asks(caller): Asks,
    InPath((name, path)): InPath<(String, String)>,
    method: Method,
    headers: HeaderMap,
) -> Answer<Response> {
    let run = seen_for(&app, &caller, &name, Permission::OutputsRead).await?;
    let output = run.outputs.iter().find(|output| output.path == path);
    let digest = output.ok_or_else(|| Problem::not_found("output", &path))?.digest;
    // What a node wrote is shown as a file, never run as a page.
    let media_type = "application/octet-stream";
    outgoing(&app, Wanted { digest, method: &method, headers: &headers, what: "content", media_type }).await
}
