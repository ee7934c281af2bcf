//! The audit log: who did what.

use std::io::Error;
use std::sync::Arc;

use axum::body::Body;
use axum::extract::State;
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde::{Deserialize, Serialize};
use tokio_stream::StreamExt;
use utoipa::{IntoParams, ToSchema};

use super::extract::{Asks, InQuery, json};
use super::problem::Answer;
use crate::api::audit::{self, Verified};
use crate::app::App;
use crate::audit::line::{Line, Place};

/// Which rows.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub(super) struct Filter {
    /// Of this user.
    #[param(min_length = 1, max_length = 200)]
    who: Option<String>,
    /// Of this action; `run.*` for all that begin so.
    #[param(min_length = 1, max_length = 200, example = "run.cancel")]
    action: Option<String>,
    /// On this: a kind and a name.
    #[param(min_length = 1, max_length = 200, example = "host c1")]
    on: Option<String>,
    /// With this outcome.
    #[param(pattern = "^(allowed|done|refused|failed|unknown)$", example = "refused")]
    outcome: Option<String>,
    /// Not before this time.
    #[param(format = DateTime)]
    from: Option<String>,
    /// Before this time.
    #[param(format = DateTime)]
    to: Option<String>,
    /// At most so many, from 1 to 1000. Default 100.
    #[param(minimum = 1, maximum = 1000)]
    limit: Option<u32>,
    /// `next` of the page before.
    #[param(minimum = 0)]
    cursor: Option<u64>,
}

/// Where an export begins.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub(super) struct Behind {
    /// Behind this row: what an earlier export ended with. Default: the whole log.
    #[param(minimum = 0)]
    after: Option<u64>,
}

/// What is known of the log from elsewhere.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub(super) struct Known {
    /// A place that was noted earlier, as NUMBER:HASH: a log that was written anew as a whole has another hash there.
    #[param(pattern = "^[0-9]{1,18}:[0-9a-f]{64}$")]
    noted: Option<String>,
}

/// A page of rows.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct AuditPage {
    /// The latest first.
    items: Vec<Line>,
    /// Where the next page begins; nothing on the last.
    next: Option<u64>,
}

/// What was found by following the log.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct AuditCheck {
    /// Whether nothing was found to be wrong.
    is_sound: bool,
    /// How many rows were in order, up to what is wrong.
    rows: u64,
    /// The last row that was forgotten, since its time was over.
    anchor: Place,
    /// The last row that was written. Noted elsewhere, it tells a log that was written anew.
    head: Place,
    /// What is wrong first, if anything.
    fault: Option<AuditFault>,
}

/// What is wrong with the log.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct AuditFault {
    /// The row that it was found at.
    number: u64,
    /// What it is, for a person.
    what: String,
}

/// Rows of the audit log, the latest first
#[utoipa::path(get, path = "/api/v1/audit", tag = "audit", params(Filter),
    responses(
        (status = 200, description = "A page of them.", body = AuditPage),
        (status = 422, description = "An outcome, time or limit that there is not."),
    ))]
pub(super) async fn list(State(app): State<Arc<App>>, InQuery(asked): InQuery<Filter>) -> Answer {
    let Filter { who, action, on, outcome, from, to, limit, cursor } = asked;
    let page = audit::page(&app, audit::Asked { who, action, on, outcome, from, to, limit, cursor }).await?;
    let next = page.items.last().filter(|_| page.more).map(|last| last.number);
    let items = page.items.iter().map(Line::from).collect();
    Ok(json(StatusCode::OK, &AuditPage { items, next }))
}

/// The whole audit log
///
/// Lines of JSON: first `anchor`, the place it begins behind, then each row, at last `head`, the row that was the last when this began.
/// `leat audit verify --file` checks it without any server. A body that breaks off has no `head`.
#[utoipa::path(get, path = "/api/v1/audit/export", tag = "audit", params(Behind),
    responses(
        (status = 200, description = "The oldest first.", body = String, content_type = "application/x-ndjson"),
        (status = 422, description = "There is no such row."),
    ))]
pub(super) async fn export(State(app): State<Arc<App>>, Asks(caller): Asks, InQuery(asked): InQuery<Behind>) -> Answer {
    let told = audit::exported(&app, caller, asked.after).await?;
    // HTTP tells a break by the end that is missing; why stands in the log.
    let body = Body::from_stream(told.map(|piece| {
        piece.map_err(|problem| {
            tracing::warn!("an export of the audit log breaks off: {}", problem.detail());
            Error::other(problem.told().to_owned())
        })
    }));
    let response: Response = ([(header::CONTENT_TYPE, "application/x-ndjson")], body).into_response();
    Ok(response)
}

/// Whether the audit log is sound
///
/// Follows the whole log: a row that was changed, taken out, put in or moved is found, and so is an end that was cut off.
#[utoipa::path(get, path = "/api/v1/audit/verify", tag = "audit", params(Known),
    responses(
        (status = 200, description = "What was found.", body = AuditCheck),
        (status = 422, description = "What was noted is no place in a log."),
    ))]
pub(super) async fn verify(State(app): State<Arc<App>>, InQuery(known): InQuery<Known>) -> Answer {
    let Verified { rows, anchor, head, fault } = audit::verified(&app, known.noted.as_deref()).await?;
    let fault = fault.map(|fault| AuditFault { number: fault.number(), what: fault.to_string() });
    let found = AuditCheck { is_sound: fault.is_none(), rows, anchor: anchor.into(), head: head.into(), fault };
    Ok(json(StatusCode::OK, &found))
}
