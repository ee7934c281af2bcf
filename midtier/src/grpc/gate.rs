//! What every call passes on its way in and out: the table of permissions, the rate, the time limit; the id, the code, the
//! count.

use std::sync::Arc;

use axum::body::Body;
use axum::extract::{Request, State};
use axum::http::{HeaderName, HeaderValue};
use axum::middleware::Next;
use axum::response::Response;
use tokio::time::{Instant, timeout};
use tonic::{Code as Call, Status};
use tracing::Instrument;

use super::first;
use super::problem::{refusal, with_code};
use crate::api::admission;
use crate::api::certified::require_certificate;
use crate::api::whence::Whence;
use crate::app::App;
use crate::audit::deed::{self, Asked, Deed};
use crate::permissions::{Endpoint, Pace, endpoint_of_call};
use crate::problem::Answer;
use crate::spans::{self, Belongs};

const REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");

/// Lets a call through to its service, or refuses it.
pub(super) async fn pass(State(app): State<Arc<App>>, mut request: Request, next: Next) -> Response {
    let Some(endpoint) = endpoint_of_call(request.uri().path()) else {
        return Status::unimplemented("there is no such call").into_http::<Body>();
    };
    let began = Instant::now();
    let id = app.names.next(app.now()).simple().to_string();
    let recorded = spans::of_call(&app.recorder, endpoint, request.headers());
    request.extensions_mut().insert(Belongs(recorded.context()));
    let span = tracing::info_span!("call", request.id = id, call = endpoint.path);
    let answering = async {
        let answered = admitted(&app, (endpoint, &id), request, next).await;
        answered.unwrap_or_else(|problem| Status::from(problem).into_http::<Body>())
    };
    let mut response = answering.instrument(span).await;
    if let Ok(id) = HeaderValue::try_from(id) {
        response.headers_mut().insert(REQUEST_ID, id);
    }
    let code = refusal(response.headers()).map_or(Call::Ok, |status| status.code());
    spans::called(recorded, code);
    app.metrics.call(endpoint.path, code, began.elapsed());
    response
}

async fn admitted(
    app: &Arc<App>,
    (endpoint, id): (&'static Endpoint, &str),
    request: Request,
    next: Next,
) -> Answer<Response> {
    let whence = Whence::of(&app.config.audit.proxies, request.extensions(), request.headers());
    let (caller, allowed) = admission::admitted(app, endpoint, request.headers(), whence).await;
    let allowed = allowed.and_then(|()| require_certificate(app, caller.as_ref(), request.extensions()));
    let (method, path) = (request.method(), request.uri().path());
    let asked = Asked { endpoint, id, caller: caller.as_ref(), whence, method, path };
    if let Err(problem) = allowed {
        deed::refused(app, &asked, &problem).await;
        return Err(problem);
    }
    let (act, mut request) = match Deed::begin(app, &asked) {
        Some(act) => {
            let (on, request) = first::on(request, endpoint.path, app.config.idle_timeout).await;
            (Some(act.on(on)), request)
        }
        None => (None, request),
    };
    Deed::around(act, async {
        if let Some(caller) = caller {
            request.extensions_mut().insert(caller);
        }
        let running = next.run(request);
        if endpoint.pace == Pace::Transfer {
            return Ok(with_code(running.await));
        }
        timeout(app.config.request_timeout, running).await.map(with_code).map_err(|_| admission::late(app))
    })
    .await
}
