//! What nodes have logged.

use std::convert::Infallible;
use std::sync::Arc;

use axum::body::{Body, Bytes};
use axum::extract::State;
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde::{Deserialize, Serialize};
use tokio_stream::StreamExt;
use utoipa::{IntoParams, ToSchema};

use super::extract::{Asks, InPath, InQuery, json};
use super::problem::Answer;
use crate::api::logs::{self, Place, Said};
use crate::app::App;

/// The logs of a run.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct Logs {
    items: Vec<Log>,
}

/// A node's log.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct Log {
    /// The node's name.
    node: String,
}

/// Which part of a log.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub(super) struct Piece {
    /// From this byte on. Default 0.
    offset: Option<u64>,
    /// Go on as the log grows, until the run has ended. Default `false`.
    follow: Option<bool>,
}

/// Which nodes have logged, in the run's latest attempt
#[utoipa::path(get, path = "/api/v1/runs/{id}/logs", tag = "logs", params(("id" = String, Path, description = "The run.")),
    responses(
        (status = 200, description = "In the order of their names.", body = Logs),
        (status = 404, description = "There is no such run, or the caller may not see it."),
    ))]
pub(super) async fn list(State(app): State<Arc<App>>, Asks(caller): Asks, InPath(name): InPath<String>) -> Answer {
    let items = logs::nodes(&app, &caller, &name).await?.into_iter().map(|node| Log { node }).collect();
    Ok(json(StatusCode::OK, &Logs { items }))
}

/// What a node has logged, in the run's latest attempt
///
/// Followed, the log goes on until the run has ended. Where the run begins another attempt meanwhile, a line says so
/// (`--- attempt 2 ---`), and the log begins anew.
#[utoipa::path(get, path = "/api/v1/runs/{id}/logs/{node}", tag = "logs",
    params(("id" = String, Path, description = "The run."), ("node" = String, Path, description = "The node."), Piece),
    responses(
        (status = 200, description = "Its text.", body = String, content_type = "text/plain"),
        (status = 404, description = "There is no such run, or the node has not logged."),
    ))]
pub(super) async fn get(
    State(app): State<Arc<App>>,
    Asks(caller): Asks,
    InPath((name, node)): InPath<(String, String)>,
    InQuery(piece): InQuery<Piece>,
) -> Answer {
    let place = Place { offset: piece.offset.unwrap_or(0), follow: piece.follow.unwrap_or(false) };
    let told = logs::read(&app, &caller, (&name, &node), place).await?;
    // A body that ends tells nothing of why; that stands in the log.
    let text = told.filter_map(Result::ok).map(|said| match said {
        Said::Attempt(generation) => Ok(format!("--- attempt {generation} ---\n").into()),
        Said::Text { text, .. } => Ok::<Bytes, Infallible>(text),
    });
    let kind = [(header::CONTENT_TYPE, "text/plain; charset=utf-8")];
    let response: Response = (kind, Body::from_stream(text)).into_response();
    Ok(response)
}
