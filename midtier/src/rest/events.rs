//! What changes, as server-sent events: of one run, or of all.

use std::convert::Infallible;
use std::sync::Arc;

use axum::extract::State;
use axum::http::HeaderMap;
use axum::response::sse::{self, KeepAlive, Sse};
use axum::response::{IntoResponse, Response};
use tokio_stream::StreamExt;

use super::dto::EventDocument;
use super::extract::{Asks, InPath};
use super::problem::{Answer, Code, Problem};
use crate::api::events;
use crate::api::told::Told;
use crate::app::App;
use crate::store::Event;

/// What happens to a run, from its beginning
///
/// As server-sent events, until the run has ended. `Last-Event-ID` goes on after that event.
#[utoipa::path(get, path = "/api/v1/runs/{id}/events", tag = "events",
    params(
        ("id" = String, Path, description = "The run."),
        ("Last-Event-ID" = Option<u64>, Header, description = "Number of the last event that was received."),
    ),
    responses(
        (status = 200, description = "Events: `id` is the number, `event` the kind, `data` as here.",
            body = EventDocument, content_type = "text/event-stream"),
        (status = 404, description = "There is no such run, or the caller may not see it."),
    ))]
pub(super) async fn of_run(
    State(app): State<Arc<App>>,
    Asks(caller): Asks,
    InPath(name): InPath<String>,
    headers: HeaderMap,
) -> Answer {
    let after = last_event(&headers)?;
    Ok(stream(&app, events::of_run(&app, caller, &name, after).await?))
}

/// What happens to runs and hosts, from now on
///
/// As server-sent events, without end. `Last-Event-ID` goes on after that event. Of runs, those that the caller may see.
#[utoipa::path(get, path = "/api/v1/events", tag = "events",
    params(("Last-Event-ID" = Option<u64>, Header, description = "Number of the last event that was received.")),
    responses((status = 200, description = "Events: `id` is the number, `event` the kind, `data` as here.",
        body = EventDocument, content_type = "text/event-stream")))]
pub(super) async fn of_all(State(app): State<Arc<App>>, Asks(caller): Asks, headers: HeaderMap) -> Answer {
    let after = last_event(&headers)?;
    Ok(stream(&app, events::of_all(&app, caller, after).await?))
}

fn last_event(headers: &HeaderMap) -> Answer<Option<u64>> {
    let Some(value) = headers.get("last-event-id") else {
        return Ok(None);
    };
    let number = value.to_str().ok().and_then(|text| text.parse::<u64>().ok());
    let number = number.filter(|number| events::is_number(*number));
    number.map(Some).ok_or_else(|| Problem::new(Code::MalformedRequest, "Last-Event-ID must be an event's number"))
}

/// A stream that breaks is opened again by whoever listens, after the last event they have: why it broke stands in the log.
fn stream(app: &App, told: Told<Event>) -> Response {
    let keep_alive = KeepAlive::new().interval(app.config.keep_alive);
    let messages = told.filter_map(Result::ok).map(|event| {
        let document = EventDocument::from(&event);
        let data = serde_json::to_string(&document).unwrap_or_default();
        Ok::<_, Infallible>(sse::Event::default().id(event.number.to_string()).event(document.kind).data(data))
    });
    Sse::new(messages).keep_alive(keep_alive).into_response()
}
