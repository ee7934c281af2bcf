//! Processes: what there is to submit.

use std::sync::Arc;

use axum::extract::State;
use axum::http::StatusCode;
use serde::Deserialize;
use utoipa::IntoParams;

use super::dto::{Process, ProcessPage};
use super::extract::{Asks, InQuery, json};
use super::problem::Answer;
use crate::api::processes;
use crate::app::App;

/// Which processes.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub(super) struct Filter {
    /// Of this name.
    #[param(min_length = 1, max_length = 200)]
    process: Option<String>,
    /// At most so many, from 1 to 1000. Default 100.
    #[param(minimum = 1, maximum = 1000)]
    limit: Option<u32>,
    /// `next` of the page before.
    #[param(pattern = "^([0-9a-f]{2})+$")]
    cursor: Option<String>,
}

/// Processes, in the order of their names
///
/// Those that were submitted by whom the caller may see: an administrator all, others those of their group. Each comes with the
/// latest bundle that was uploaded for it, to be submitted as it is or with other parameters.
#[utoipa::path(get, path = "/api/v1/processes", tag = "processes", params(Filter),
    responses(
        (status = 200, description = "A page of them.", body = ProcessPage),
        (status = 422, description = "A name, limit or cursor that there is not."),
    ))]
pub(super) async fn list(State(app): State<Arc<App>>, Asks(caller): Asks, InQuery(asked): InQuery<Filter>) -> Answer {
    let Filter { process, limit, cursor } = asked;
    let page = processes::page(&app, &caller, processes::Asked { process, limit, cursor }).await?;
    let next = processes::next_cursor(&page);
    let items = page.items.iter().map(Process::from).collect();
    Ok(json(StatusCode::OK, &ProcessPage { items, next }))
}
