//! Runs: found, looked at, ended.

use std::sync::Arc;

use axum::extract::State;
use axum::http::StatusCode;
use leat_scheduler::model::RunState;
use serde::Deserialize;
use utoipa::IntoParams;

use super::dto::{Run, RunPage, RunShort};
use super::extract::{Asks, InPath, InQuery, json};
use super::problem::{Answer, Problem};
use crate::api::runs;
use crate::app::App;

/// Which runs.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub(super) struct Filter {
    /// In one of these states: `queued,running`.
    #[param(
        pattern = "^(queued|starting|running|recovering|paused|succeeded|failed|cancelled)(,(queued|starting|running|recovering|paused|succeeded|failed|cancelled))*$",
        example = "queued,running"
    )]
    state: Option<String>,
    /// Of this user.
    #[param(min_length = 1, max_length = 200)]
    user: Option<String>,
    /// Of this group.
    #[param(min_length = 1, max_length = 200)]
    group: Option<String>,
    /// Of this process.
    #[param(min_length = 1, max_length = 200)]
    process: Option<String>,
    /// At most so many, from 1 to 1000. Default 100.
    #[param(minimum = 1, maximum = 1000)]
    limit: Option<u32>,
    /// `next` of the page before.
    #[param(pattern = "^[A-Za-z0-9][A-Za-z0-9_.-]{0,63}$")]
    cursor: Option<String>,
}

/// Runs, the latest first
///
/// Those that the caller may see: an administrator all, others those of their group.
#[utoipa::path(get, path = "/api/v1/runs", tag = "runs", params(Filter),
    responses(
        (status = 200, description = "A page of them.", body = RunPage),
        (status = 422, description = "A state, limit or cursor that there is not."),
    ))]
pub(super) async fn list(State(app): State<Arc<App>>, Asks(caller): Asks, InQuery(asked): InQuery<Filter>) -> Answer {
    let page = runs::page(&app, &caller, asked.read()?).await?;
    let next = runs::next_cursor(&page);
    let items = page.items.iter().map(RunShort::from).collect();
    Ok(json(StatusCode::OK, &RunPage { items, next }))
}

impl Filter {
    fn read(self) -> Answer<runs::Asked> {
        let names: Vec<&str> = self.state.iter().flat_map(|names| names.split(',')).collect();
        let of_name = |name: &&str| {
            let known = RunState::ALL.map(RunState::name).join(", ");
            RunState::of_name(name).ok_or_else(|| Problem::invalid(format!("there is no state {name:?}: {known}")))
        };
        let states = names.iter().map(of_name).collect::<Answer<Vec<_>>>()?;
        let Filter { user, group, process, limit, cursor, .. } = self;
        Ok(runs::Asked { states, user, group, process, limit, cursor })
    }
}

/// All of a run
#[utoipa::path(get, path = "/api/v1/runs/{id}", tag = "runs", params(("id" = String, Path, description = "The run.")),
    responses(
        (status = 200, description = "The run.", body = Run),
        (status = 404, description = "There is no such run, or the caller may not see it."),
    ))]
pub(super) async fn get(State(app): State<Arc<App>>, Asks(caller): Asks, InPath(name): InPath<String>) -> Answer {
    Ok(json(StatusCode::OK, &Run::from(&runs::seen(&app, &caller, &name).await?)))
}

/// Asks that a run end
///
/// One that waits ends at once, one that is on hosts when they have stopped it. One that has ended stays as it is.
#[utoipa::path(post, path = "/api/v1/runs/{id}/cancel", tag = "runs",
    params(("id" = String, Path, description = "The run.")),
    responses(
        (status = 200, description = "The run as it is now.", body = Run),
        (status = 404, description = "There is no such run, or the caller may not see it."),
    ))]
pub(super) async fn cancel(State(app): State<Arc<App>>, Asks(caller): Asks, InPath(name): InPath<String>) -> Answer {
    Ok(json(StatusCode::OK, &Run::from(&runs::cancel(&app, &caller, &name).await?)))
}

/// Asks that a run rest
///
/// One that waits rests at once. One that is on hosts takes a checkpoint first, and is stopped then, so that nothing is lost; one that can
/// take none is stopped all the same, and its `why` says that it will begin again. It holds no host while it rests.
#[utoipa::path(post, path = "/api/v1/runs/{id}/pause", tag = "runs",
    params(("id" = String, Path, description = "The run.")),
    responses(
        (status = 200, description = "The run as it is now.", body = Run),
        (status = 404, description = "There is no such run, or the caller may not see it."),
    ))]
pub(super) async fn pause(State(app): State<Arc<App>>, Asks(caller): Asks, InPath(name): InPath<String>) -> Answer {
    Ok(json(StatusCode::OK, &Run::from(&runs::pause(&app, &caller, &name, true).await?)))
}

/// Asks that a run go on that rests
///
/// It waits for a host like any other, and goes on from its checkpoint. Takes back a `pause` that is still under way.
#[utoipa::path(post, path = "/api/v1/runs/{id}/resume", tag = "runs",
    params(("id" = String, Path, description = "The run.")),
    responses(
        (status = 200, description = "The run as it is now.", body = Run),
        (status = 404, description = "There is no such run, or the caller may not see it."),
    ))]
pub(super) async fn resume(State(app): State<Arc<App>>, Asks(caller): Asks, InPath(name): InPath<String>) -> Answer {
    Ok(json(StatusCode::OK, &Run::from(&runs::pause(&app, &caller, &name, false).await?)))
}
