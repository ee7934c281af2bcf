//! Hosts: looked at, and what operators want of them.

use std::sync::Arc;
use std::time::Duration;

use axum::extract::State;
use axum::http::StatusCode;
use leat_scheduler::model::{HostId, HostRecord, PowerRequest};

use super::dto::{Drain, Host, HostWithRuns, Hosts, KeepOn, PowerWish, RunShort};
use super::extract::{Asks, InBody, InPath, host_id, json};
use super::problem::{Answer, Problem};
use crate::app::App;
use crate::audit::deed::Became;
use crate::identity::Caller;
use crate::store::Wished;

/// How long a host may be kept on at most: a year.
const KEEP_ON_SECONDS_MAX: u64 = 31_536_000;

/// Every host
#[utoipa::path(get, path = "/api/v1/hosts", tag = "hosts",
    responses((status = 200, description = "In the order of their names.", body = Hosts)))]
pub(super) async fn list(State(app): State<Arc<App>>) -> Answer {
    let items = app.store.hosts().await?.iter().map(Host::from).collect();
    Ok(json(StatusCode::OK, &Hosts { items }))
}

/// A host, and the runs on it that the caller may see
#[utoipa::path(get, path = "/api/v1/hosts/{id}", tag = "hosts", params(("id" = String, Path, description = "The host.")),
    responses(
        (status = 200, description = "The host.", body = HostWithRuns),
        (status = 404, description = "There is no such host."),
    ))]
pub(super) async fn get(State(app): State<Arc<App>>, Asks(caller): Asks, InPath(name): InPath<String>) -> Answer {
    shown(&app, &caller, &host_id(&name)?).await
}

async fn shown(app: &App, caller: &Caller, id: &HostId) -> Answer {
    let host = found(app, id).await?;
    let runs = app.store.runs_on(id).await?;
    let runs = runs.iter().filter(|run| caller.sees(&run.record.group)).map(RunShort::from).collect();
    Ok(json(StatusCode::OK, &HostWithRuns { host: Host::from(&host), runs }))
}

async fn found(app: &App, id: &HostId) -> Answer<HostRecord> {
    let hosts = app.store.hosts().await?;
    hosts.into_iter().find(|host| host.id == *id).ok_or_else(|| Problem::not_found("host", id.as_str()))
}

async fn wished(app: &App, caller: &Caller, id: &HostId, (wished, note): (Wished, String)) -> Answer {
    match wished {
        Wished::Done => {
            tracing::info!(host.id = %id, user = caller.user, "someone wants something of a host");
            app.wake.ring();
        }
        Wished::Unchanged => {}
        Wished::Unknown => return Err(Problem::not_found("host", id.as_str())),
    }
    let mut response = shown(app, caller, id).await?;
    response.extensions_mut().insert(Became { on: None, note });
    Ok(response)
}

/// Asks that a host take no new runs, or takes that back
#[utoipa::path(post, path = "/api/v1/hosts/{id}/drain", tag = "hosts", request_body = Drain,
    params(("id" = String, Path, description = "The host.")),
    responses(
        (status = 200, description = "The host as it is now.", body = HostWithRuns),
        (status = 404, description = "There is no such host."),
        (status = 413, description = "More than 1 MiB."),
        (status = 415, description = "Not `application/json`."),
        (status = 422, description = "JSON of another shape."),
    ))]
pub(super) async fn drain(
    State(app): State<Arc<App>>,
    Asks(caller): Asks,
    InPath(name): InPath<String>,
    InBody(wish): InBody<Drain>,
) -> Answer {
    let id = host_id(&name)?;
    let cause = App::cause(&caller, if wish.drain { "drained by hand" } else { "no longer drained by hand" });
    let done = app.store.drain(&id, wish.drain, &cause, app.now()).await?;
    let note = if wish.drain { "takes no new runs" } else { "takes runs again" };
    wished(&app, &caller, &id, (done, note.to_owned())).await
}

/// Asks that a host be switched on or off
#[utoipa::path(post, path = "/api/v1/hosts/{id}/power", tag = "hosts", request_body = PowerWish,
    params(("id" = String, Path, description = "The host.")),
    responses(
        (status = 200, description = "The host as it is now.", body = HostWithRuns),
        (status = 404, description = "There is no such host."),
        (status = 413, description = "More than 1 MiB."),
        (status = 415, description = "Not `application/json`."),
        (status = 422, description = "JSON of another shape."),
    ))]
pub(super) async fn power(
    State(app): State<Arc<App>>,
    Asks(caller): Asks,
    InPath(name): InPath<String>,
    InBody(wish): InBody<PowerWish>,
) -> Answer {
    let id = host_id(&name)?;
    let power: PowerRequest = wish.power.into();
    let done = app.store.power(&id, power, &App::cause(&caller, "by hand"), app.now()).await?;
    let note = if power == PowerRequest::On { "on" } else { "off" };
    wished(&app, &caller, &id, (done, note.to_owned())).await
}

/// Keeps a host on, or lets it go off again
#[utoipa::path(post, path = "/api/v1/hosts/{id}/keep-on", tag = "hosts", request_body = KeepOn,
    params(("id" = String, Path, description = "The host.")),
    responses(
        (status = 200, description = "The host as it is now.", body = HostWithRuns),
        (status = 404, description = "There is no such host."),
        (status = 413, description = "More than 1 MiB."),
        (status = 415, description = "Not `application/json`."),
        (status = 422, description = "Longer than a year, or JSON of another shape."),
    ))]
pub(super) async fn keep_on(
    State(app): State<Arc<App>>,
    Asks(caller): Asks,
    InPath(name): InPath<String>,
    InBody(wish): InBody<KeepOn>,
) -> Answer {
    let id = host_id(&name)?;
    if wish.seconds.is_some_and(|seconds| seconds > KEEP_ON_SECONDS_MAX) {
        return Err(Problem::invalid(format!("seconds must be at most {KEEP_ON_SECONDS_MAX}, which is a year")));
    }
    let now = app.now();
    let until = wish.seconds.map(|seconds| now.after(Duration::from_secs(seconds)));
    let done = app.store.keep_on(&id, until, &App::cause(&caller, "by hand"), now).await?;
    let note = wish.seconds.map_or_else(|| "no longer".to_owned(), |seconds| format!("for {seconds} s"));
    wished(&app, &caller, &id, (done, note)).await
}
