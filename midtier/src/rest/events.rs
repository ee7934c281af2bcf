//! What changes, as server-sent events: of one run, or of all.

use std::collections::HashMap;
use std::convert::Infallible;
use std::sync::Arc;

use axum::extract::State;
use axum::http::HeaderMap;
use axum::response::sse::{self, KeepAlive, Sse};
use axum::response::{IntoResponse, Response};
use leat_scheduler::model::RunId;
use tokio::sync::mpsc;
use tokio_stream::wrappers::ReceiverStream;

use super::dto::EventDocument;
use super::extract::{Asks, InPath};
use super::problem::{Answer, Code, Problem};
use super::runs::seen;
use crate::app::{App, POLL};
use crate::identity::{Caller, Role};
use crate::store::{Event, EventKind, StoreError};

/// How many events are read at once, and how many wait for a slow reader.
const BATCH: u32 = 100;
const WAITING_MAX: usize = 16;
/// How many runs a stream remembers its caller to see or not.
const SEEN_MAX: usize = 10_000;

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
    let after = last_event(&headers)?.unwrap_or(0);
    let record = seen(&app, &caller, &name).await?.summary.record;
    let told = Told { run: Some(record.id), has_ended: record.state.is_end(), after, caller, seen: HashMap::new() };
    stream(app, told)
}

/// What happens to runs and hosts, from now on
///
/// As server-sent events, without end. `Last-Event-ID` goes on after that event. Of runs, those that the caller may see.
#[utoipa::path(get, path = "/api/v1/events", tag = "events",
    params(("Last-Event-ID" = Option<u64>, Header, description = "Number of the last event that was received.")),
    responses((status = 200, description = "Events: `id` is the number, `event` the kind, `data` as here.",
        body = EventDocument, content_type = "text/event-stream")))]
pub(super) async fn of_all(State(app): State<Arc<App>>, Asks(caller): Asks, headers: HeaderMap) -> Answer {
    let after = match last_event(&headers)? {
        Some(after) => after,
        None => app.store.last_event().await?,
    };
    stream(app, Told { run: None, has_ended: false, after, caller, seen: HashMap::new() })
}

fn last_event(headers: &HeaderMap) -> Answer<Option<u64>> {
    let Some(value) = headers.get("last-event-id") else {
        return Ok(None);
    };
    let number = value.to_str().ok().and_then(|text| text.parse::<u64>().ok());
    // Stores count with signed numbers.
    let number = number.filter(|number| i64::try_from(*number).is_ok());
    number.map(Some).ok_or_else(|| Problem::new(Code::MalformedRequest, "Last-Event-ID must be an event's number"))
}

/// Events that someone is told.
struct Told {
    /// Those of one run, or all.
    run: Option<RunId>,
    /// Whether the run had ended when this began: then what there is, is all.
    has_ended: bool,
    after: u64,
    caller: Caller,
    seen: HashMap<RunId, bool>,
}

type Sender = mpsc::Sender<Result<sse::Event, Infallible>>;

fn stream(app: Arc<App>, told: Told) -> Answer<Response> {
    let busy = |_| Problem::new(Code::Busy, "too many streams are open").retry_after(app.config.lease);
    let permit = app.streams.clone().try_acquire_owned().map_err(busy)?;
    let (sender, receiver) = mpsc::channel(WAITING_MAX);
    let keep_alive = KeepAlive::new().interval(app.config.keep_alive);
    let tasks = app.tasks.clone();
    tasks.spawn(async move {
        let _permit = permit;
        let closing = app.closing.clone();
        closing.run_until_cancelled(told.tell(&app, &sender)).await;
    });
    Ok(Sse::new(ReceiverStream::new(receiver)).keep_alive(keep_alive).into_response())
}

impl Told {
    /// Tells until the run has ended, or nobody listens any more.
    async fn tell(mut self, app: &App, sender: &Sender) {
        let mut bell = app.wake.listen();
        loop {
            match app.store.events(self.run.as_ref(), self.after, BATCH).await {
                Ok(events) if events.is_empty() && self.has_ended => return,
                Ok(events) => {
                    let is_full = events.len() >= BATCH as usize;
                    if self.tell_each(app, sender, &events).await.is_none() {
                        return;
                    }
                    if is_full || self.has_ended {
                        continue;
                    }
                }
                Err(error) if error.is_retryable() => tracing::debug!(%error, "cannot read events; tries again"),
                Err(error) => {
                    tracing::error!(%error, "cannot read events");
                    return;
                }
            }
            tokio::select! {
                () = bell.wait(POLL) => {}
                () = sender.closed() => return,
            }
        }
    }

    /// Answers nothing where there is nothing more to tell.
    async fn tell_each(&mut self, app: &App, sender: &Sender, events: &[Event]) -> Option<()> {
        for event in events {
            self.after = event.number;
            // An event that cannot be told for want of the store is left out of no stream: the stream ends, and goes on elsewhere.
            if self.may_see(app, event).await.ok()? {
                let document = EventDocument::from(event);
                let data = serde_json::to_string(&document).ok()?;
                let message = sse::Event::default().id(event.number.to_string()).event(document.kind).data(data);
                sender.send(Ok(message)).await.ok()?;
            }
            let is_last = matches!(&event.kind, EventKind::Run { state, .. } if state.is_end());
            if is_last && self.run.is_some() {
                return None;
            }
        }
        Some(())
    }

    async fn may_see(&mut self, app: &App, event: &Event) -> Result<bool, StoreError> {
        let run = match &event.kind {
            EventKind::Host { .. } => return Ok(true),
            EventKind::Submitted { run } | EventKind::Run { run, .. } | EventKind::CancelRequested { run } => run,
        };
        if self.run.is_some() || self.caller.role == Role::Admin {
            return Ok(true);
        }
        if let Some(seen) = self.seen.get(run) {
            return Ok(*seen);
        }
        let found = app.store.run(run).await?;
        let seen = found.is_some_and(|found| self.caller.sees(&found.summary.record.group));
        if self.seen.len() >= SEEN_MAX {
            self.seen.clear();
        }
        self.seen.insert(run.clone(), seen);
        Ok(seen)
    }
}
