//! New runs: submitted, and repeated.

use std::sync::Arc;

use axum::extract::State;
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::Response;

use super::dto::{Run, Submission};
use super::extract::{Asks, InBody, InPath, json};
use super::problem::Answer;
use crate::api::submit::{self, Sent, TakenIn, key_of};
use crate::app::App;
use crate::audit::deed::Became;
use crate::spans::Belongs;

/// The header whose value makes doubled submissions one.
const KEY: &str = "idempotency-key";

/// Submits a run
///
/// With `parameters`, `facts` or `tags` the process is checked again, and the run is of a bundle that is made of the one that is
/// named: the same values again are the same bundle.
#[utoipa::path(post, path = "/api/v1/runs", tag = "runs", request_body = Submission,
    params(("Idempotency-Key" = Option<String>, Header, min_length = 1, max_length = 200,
        description = "Made by the client: the same key with the same submission is the same run.")),
    responses(
        (status = 201, description = "The run is new; `Location` says where it is.", body = Run),
        (status = 200, description = "It was submitted with this key before.", body = Run),
        (status = 403, description = "The caller may not submit runs (`forbidden`), or runs of the group may not be given a secret that \
            this one needs (`secret-refused`)."),
        (status = 409, description = "The key stands for another submission (`idempotency-key-in-use`)."),
        (status = 413, description = "More than 1 MiB."),
        (status = 415, description = "Not `application/json`."),
        (status = 422, description = "It cannot be (`unknown-bundle`, `unknown-region`, `no-such-host`, \
            `impossible-resources`, `no-secret-store`, `invalid-request`), or not with these values (`no-such-parameter`, `parameter-type`, \
            `faulty-process`, `not-in-bundle`, `fixed-bundle`)."),
        (status = 503, description = "Later it may be answered: among others, the run needs secrets and their store is away \
            (`secret-store-unreachable`)."),
        (status = 507, description = "There is no room."),
    ))]
pub(super) async fn submit(
    State(app): State<Arc<App>>,
    Asks(caller): Asks,
    Belongs(span): Belongs,
    headers: HeaderMap,
    InBody(wish): InBody<Submission>,
) -> Answer {
    let sent = Sent { key: key(&headers)?, span };
    Ok(shown(&submit::submit(&app, &caller, sent, wish.into()).await?, String::new()))
}

/// Submits a run again
///
/// A new run of the same bundle, with the same seed, constraints and needs, by whoever asks.
#[utoipa::path(post, path = "/api/v1/runs/{id}/retry", tag = "runs",
    params(
        ("id" = String, Path, description = "The run to be repeated."),
        ("Idempotency-Key" = Option<String>, Header, min_length = 1, max_length = 200,
            description = "Made by the client: the same key with the same submission is the same run."),
    ),
    responses(
        (status = 201, description = "The new run; `retry_of` names the old one.", body = Run),
        (status = 200, description = "It was submitted with this key before.", body = Run),
        (status = 404, description = "There is no such run, or the caller may not see it."),
        (status = 409, description = "The run has not ended (`run-not-ended`), or the key stands for another submission."),
        (status = 422, description = "No host could hold it any more."),
        (status = 507, description = "There is no room."),
    ))]
pub(super) async fn retry(
    State(app): State<Arc<App>>,
    Asks(caller): Asks,
    InPath(name): InPath<String>,
    Belongs(span): Belongs,
    headers: HeaderMap,
) -> Answer {
    let sent = Sent { key: key(&headers)?, span };
    Ok(shown(&submit::retry(&app, &caller, sent, &name).await?, format!("again run {name}")))
}

fn shown(taken: &TakenIn, note: String) -> Response {
    let status = if taken.is_new { StatusCode::CREATED } else { StatusCode::OK };
    let mut response = json(status, &Run::from(&taken.run));
    if let Ok(place) = HeaderValue::try_from(format!("/api/v1/runs/{}", taken.run.summary.record.id)) {
        response.headers_mut().insert(header::LOCATION, place);
    }
    let on = Some(format!("run {}", taken.run.summary.record.id));
    response.extensions_mut().insert(Became { on, note });
    response
}

fn key(headers: &HeaderMap) -> Answer<Option<String>> {
    headers.get(KEY).map(|value| key_of(value.as_bytes())).transpose()
}
