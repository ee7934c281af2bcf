//! Runs: found, looked at, ended.

use std::sync::Arc;

use axum::extract::State;
use axum::http::StatusCode;
use leat_scheduler::model::{RunId, RunState};
use serde::Deserialize;
use utoipa::IntoParams;

use super::dto::{Run, RunPage, RunShort};
use super::extract::{Asks, InPath, InQuery, json, plain, run_id};
use super::problem::{Answer, Code, Problem};
use crate::app::App;
use crate::identity::{Caller, Role};
use crate::store::{RunDetail, RunFilter, Wished};

/// How many runs a page has, where the request does not say, and at most.
const PAGE_DEFAULT: u32 = 100;
const PAGE_MAX: u32 = 1_000;

/// Which runs.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub(super) struct Filter {
    /// In one of these states: `queued,running`.
    #[param(
        pattern = "^(queued|starting|running|recovering|succeeded|failed|cancelled)(,(queued|starting|running|recovering|succeeded|failed|cancelled))*$",
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
    let filter = filter(&caller, asked)?;
    let Some(filter) = filter else {
        return Ok(json(StatusCode::OK, &RunPage { items: Vec::new(), next: None }));
    };
    let page = app.store.runs(&filter).await?;
    let next = page.items.last().filter(|_| page.more).map(|last| last.record.id.to_string());
    let items = page.items.iter().map(RunShort::from).collect();
    Ok(json(StatusCode::OK, &RunPage { items, next }))
}

/// What to ask the store for; nothing where the caller may see none of it.
fn filter(caller: &Caller, asked: Filter) -> Answer<Option<RunFilter>> {
    for (what, text) in [("user", &asked.user), ("group", &asked.group), ("process", &asked.process)] {
        text.as_deref().map_or(Ok(()), |text| plain(what, text))?;
    }
    let names: Vec<&str> = asked.state.iter().flat_map(|names| names.split(',')).collect();
    let of_name = |name: &&str| {
        let known = RunState::ALL.map(RunState::name).join(", ");
        RunState::of_name(name).ok_or_else(|| Problem::invalid(format!("there is no state {name:?}: {known}")))
    };
    let states = names.iter().map(of_name).collect::<Answer<Vec<_>>>()?;
    let limit = asked.limit.unwrap_or(PAGE_DEFAULT);
    if !(1..=PAGE_MAX).contains(&limit) {
        return Err(Problem::invalid(format!("limit must be from 1 to {PAGE_MAX}")));
    }
    let before = asked.cursor.as_deref().map(RunId::parse).transpose();
    let before = before.map_err(|_| Problem::invalid("cursor is none that a page has given as next"))?;
    let group = match (&caller.role, asked.group) {
        (Role::Admin, group) => group,
        (_, Some(group)) if group != caller.group => return Ok(None),
        _ => Some(caller.group.clone()),
    };
    Ok(Some(RunFilter { states, user: asked.user, group, process: asked.process, before, limit }))
}

/// A run that the caller may see.
pub(super) async fn seen(app: &App, caller: &Caller, name: &str) -> Answer<RunDetail> {
    let run = app.store.run(&run_id(name)?).await?;
    run.filter(|run| caller.sees(&run.summary.record.group)).ok_or_else(|| Problem::not_found("run", name))
}

/// All of a run
#[utoipa::path(get, path = "/api/v1/runs/{id}", tag = "runs", params(("id" = String, Path, description = "The run.")),
    responses(
        (status = 200, description = "The run.", body = Run),
        (status = 404, description = "There is no such run, or the caller may not see it."),
    ))]
pub(super) async fn get(State(app): State<Arc<App>>, Asks(caller): Asks, InPath(name): InPath<String>) -> Answer {
    Ok(json(StatusCode::OK, &Run::from(&seen(&app, &caller, &name).await?)))
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
    let run = seen(&app, &caller, &name).await?.summary.record.id;
    let cause = App::cause(&caller, "cancelled");
    match app.store.cancel(&run, &cause, app.now()).await? {
        Wished::Done => {
            tracing::info!(run.id = %run, user = caller.user, "someone wants a run to end");
            app.wake.ring();
        }
        Wished::Unchanged => {}
        Wished::Unknown => return Err(Problem::not_found("run", &name)),
    }
    let now = app.store.run(&run).await?.ok_or_else(|| Problem::new(Code::NotFound, "the run is gone"))?;
    Ok(json(StatusCode::OK, &Run::from(&now)))
}
