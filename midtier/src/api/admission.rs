//! Who asks, how often, and whether they may.

use std::time::Duration;

use axum::http::{HeaderMap, header};
use tokio::time::Instant;

use super::cookies::{Cookie, require_own_page};
use super::whence::Whence;
use crate::app::App;
use crate::identity::{Caller, bearer};
use crate::permissions::{Demand, Endpoint};
use crate::problem::{Answer, Code, Problem};

/// Whoever asks, and whether they may; nobody where the endpoint asks for no token. They may not where they ask too often, have no
/// valid token, or may not use the endpoint; or where the store cannot say whose token it is.
pub(crate) async fn admitted(
    app: &App,
    endpoint: &Endpoint,
    headers: &HeaderMap,
    whence: Whence,
) -> (Option<Caller>, Answer<()>) {
    match endpoint.demand {
        // What watches the service is never turned away, and never waits for the store.
        Demand::Open => return (None, Ok(())),
        Demand::Login => return (None, counted(app, None, whence)),
        _ => {}
    }
    let caller = match caller(app, endpoint, headers, whence).await {
        Ok(caller) => caller,
        Err(problem) => return (None, Err(problem)),
    };
    let allowed = counted(app, caller.as_ref(), whence).and_then(|()| match &caller {
        None => Err(unknown(headers)),
        Some(caller) => require(endpoint.demand, caller),
    });
    (caller, allowed)
}

/// Counts a request. Those without a valid token count for the address they come from.
fn counted(app: &App, caller: Option<&Caller>, whence: Whence) -> Answer<()> {
    let rates = if caller.is_some() { &app.rates } else { &app.strangers };
    rates.take(&whence.key_of(caller), Instant::now()).map_err(Problem::too_often)
}

fn require(demand: Demand, caller: &Caller) -> Answer<()> {
    if demand.is_met_by(caller) {
        return Ok(());
    }
    let detail = format!("this needs {}, which this token does not have", demand.said());
    Err(Problem::new(Code::Forbidden, detail))
}

async fn caller(app: &App, endpoint: &Endpoint, headers: &HeaderMap, whence: Whence) -> Answer<Option<Caller>> {
    let header = headers.get(header::AUTHORIZATION).map(|header| header.to_str().ok().and_then(bearer));
    let cookie = match header {
        Some(_) => None,
        None => Cookie::Token.of(&app.logins, headers),
    };
    if let Some(token) = &cookie {
        require_own_page(&app.logins, endpoint, headers, token)?;
    }
    let Some(token) = header.flatten().or(cookie.as_deref()) else { return Ok(None) };
    app.identities.of_token(token, whence).await
}

fn unknown(headers: &HeaderMap) -> Problem {
    let detail = match headers.contains_key(header::AUTHORIZATION) {
        true => "the token is not valid (any more)",
        false => "this needs a token: Authorization: Bearer TOKEN",
    };
    Problem::new(Code::Unauthenticated, detail)
}

/// That a quick request was not answered in time.
pub(crate) fn late(app: &App) -> Problem {
    let detail = format!("there was no answer within {:?}", app.config.request_timeout);
    Problem::new(Code::TimedOut, detail).retry_after(Duration::from_secs(1))
}
