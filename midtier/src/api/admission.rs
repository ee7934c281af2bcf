//! Who asks, how often, and whether they may.

use std::net::IpAddr;
use std::time::Duration;

use axum::http::{HeaderMap, header};
use tokio::time::Instant;

use super::cookies::{Cookie, require_own_page};
use crate::app::App;
use crate::identity::{AtHand, By, Caller, bearer};
use crate::permissions::{Demand, Endpoint};
use crate::problem::{Answer, Code, Problem};

/// Where a request comes from.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Peer(pub(crate) IpAddr);

/// How long an address whose guesses were too many is to wait.
const AGAIN: Duration = Duration::from_secs(1);

/// Whoever asks, and whether they may; nobody where the endpoint is open. They may not where they ask too often, have no valid
/// token, or may not use the endpoint; or where the store cannot say whose token it is.
pub(crate) async fn admitted(
    app: &App,
    endpoint: &Endpoint,
    headers: &HeaderMap,
    peer: Option<Peer>,
) -> (Option<Caller>, Answer<()>) {
    // What watches the service is never turned away, and never waits for the store.
    if endpoint.demand == Demand::Open {
        return (None, Ok(()));
    }
    let caller = match caller(app, endpoint, headers, peer).await {
        Ok(caller) => caller,
        Err(problem) => return (None, Err(problem)),
    };
    let allowed = app.rates.take(&bucket(caller.as_ref(), peer), Instant::now()).map_err(too_often);
    let allowed = allowed.and_then(|()| match &caller {
        None => Err(unknown(headers)),
        Some(caller) => require(endpoint.demand, caller),
    });
    (caller, allowed)
}

fn require(demand: Demand, caller: &Caller) -> Answer<()> {
    if demand.is_met_by(caller) {
        return Ok(());
    }
    let detail = format!("this needs {}, which this token does not have", demand.said());
    Err(Problem::new(Code::Forbidden, detail))
}

async fn caller(app: &App, endpoint: &Endpoint, headers: &HeaderMap, peer: Option<Peer>) -> Answer<Option<Caller>> {
    let header = headers.get(header::AUTHORIZATION).map(|header| header.to_str().ok().and_then(bearer));
    let cookie = match header {
        Some(_) => None,
        None => Cookie::Token.of(&app.logins, headers),
    };
    if let Some(token) = &cookie {
        require_own_page(&app.logins, endpoint, headers, token)?;
    }
    let Some(token) = header.flatten().or(cookie.as_deref()) else { return Ok(None) };
    match app.identities.at_hand(token) {
        AtHand::Known(caller) => Ok(caller),
        // Guesses that have the shape of a token must not become a flood of questions to the store.
        AtHand::Ask(_) if app.rates.is_empty(&bucket(None, peer), Instant::now()) => Err(too_often(AGAIN)),
        AtHand::Ask(digest) => Ok(app.identities.ask(digest).await?),
    }
}

/// Whose requests are counted together. Those without a valid token count for the address they come from.
fn bucket(caller: Option<&Caller>, peer: Option<Peer>) -> String {
    match (caller, peer) {
        (Some(Caller { by: By::Host(host), .. }), _) => format!("host {host}"),
        (Some(caller), _) => format!("user {}", caller.user),
        (None, Some(Peer(address))) => format!("address {address}"),
        (None, None) => "nowhere".to_owned(),
    }
}

fn too_often(wait: Duration) -> Problem {
    Problem::new(Code::RateLimited, format!("there is room for the next request in {wait:.1?}")).retry_after(wait)
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
