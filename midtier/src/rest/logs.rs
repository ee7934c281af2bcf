//! What nodes have logged.

use std::convert::Infallible;
use std::sync::Arc;

use axum::body::{Body, Bytes};
use axum::extract::State;
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use leat_scheduler::model::{Generation, RunId};
use serde::{Deserialize, Serialize};
use tokio::sync::mpsc;
use tokio::time::timeout;
use tokio_stream::wrappers::ReceiverStream;
use utoipa::{IntoParams, ToSchema};

use super::extract::{Asks, InPath, InQuery, json, plain};
use super::problem::{Answer, Code, Problem};
use super::runs::seen;
use crate::app::{App, POLL};
use crate::store::StoreError;

/// How much of a log is read at once, bytes, and how many such pieces wait for a slow reader.
const PIECE_BYTES: u32 = 64 << 10;
const PIECES_MAX: usize = 2;

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
    let run = seen(&app, &caller, &name).await?.summary.record.id;
    let items = app.store.logged_nodes(&run).await?.into_iter().map(|node| Log { node }).collect();
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
    let record = seen(&app, &caller, &name).await?.summary.record;
    let follow = piece.follow.unwrap_or(false) && !record.state.is_end();
    plain("a node's name", &node).map_err(|_| Problem::not_found("log of the node", &node))?;
    if !follow && !app.store.logged_nodes(&record.id).await?.contains(&node) {
        return Err(Problem::not_found("log of the node", &node));
    }
    let busy = |_| Problem::new(Code::Busy, "too many streams are open").retry_after(app.config.lease);
    let permit = app.streams.clone().try_acquire_owned().map_err(busy)?;
    // Stores count with signed numbers; no log is as long.
    let offset = piece.offset.unwrap_or(0).min(i64::MAX as u64);
    let reader = Reader { run: record.id, node, generation: record.generation, offset, follow };
    let (sender, receiver) = mpsc::channel(PIECES_MAX);
    let tasks = app.tasks.clone();
    tasks.spawn(async move {
        let _permit = permit;
        let closing = app.closing.clone();
        let read = closing.run_until_cancelled(reader.read(&app, &sender)).await;
        if let Some(Err(error)) = read {
            tracing::warn!(%error, "a log breaks off");
        }
    });
    let kind = [(header::CONTENT_TYPE, "text/plain; charset=utf-8")];
    let response: Response = (kind, Body::from_stream(ReceiverStream::new(receiver))).into_response();
    Ok(response)
}

/// Where someone is in a log.
struct Reader {
    run: RunId,
    node: String,
    generation: Generation,
    offset: u64,
    follow: bool,
}

type Sender = mpsc::Sender<Result<Bytes, Infallible>>;

impl Reader {
    /// Reads to the end of the log, or follows it to the end of the run.
    async fn read(mut self, app: &App, sender: &Sender) -> Result<(), StoreError> {
        let mut bell = app.wake.listen();
        loop {
            let Some(before) = app.store.run(&self.run).await? else {
                return Ok(());
            };
            let record = before.summary.record;
            if record.generation != self.generation {
                let said = format!("--- attempt {} ---\n", record.generation);
                // The first attempt is no news to whoever followed a run that waited.
                if self.generation != Generation(0) && !send(app, sender, said.into()).await {
                    return Ok(());
                }
                (self.generation, self.offset) = (record.generation, 0);
            }
            let text = app.store.log(&self.run, &self.node, self.offset, PIECE_BYTES).await?;
            let is_all = text.is_empty();
            if !is_all {
                // The text may be of an attempt that began after `record` was read; then its offset means nothing.
                let after = app.store.run(&self.run).await?;
                if after.is_some_and(|after| after.summary.record.generation != self.generation) {
                    continue;
                }
                self.offset += text.len() as u64;
                if !send(app, sender, text.into()).await {
                    return Ok(());
                }
                continue;
            }
            if record.state.is_end() || !self.follow {
                return Ok(());
            }
            tokio::select! {
                () = bell.wait(POLL) => {}
                () = sender.closed() => return Ok(()),
            }
        }
    }
}

/// Answers whether it was taken: whoever takes nothing for too long loses the stream.
async fn send(app: &App, sender: &Sender, text: Bytes) -> bool {
    matches!(timeout(app.config.idle_timeout, sender.send(Ok(text))).await, Ok(Ok(())))
}
